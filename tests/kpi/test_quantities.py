"""Exact numbers, money and their texts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.quantities import (
    Money,
    Period,
    QuantityError,
    as_decimal,
    half_up,
    parse_exact,
    percent,
    plain,
    show,
    split,
    total,
)

exact = st.fractions(min_value=-10**6, max_value=10**6, max_denominator=10**6)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", Fraction(12)), ("0.5", Fraction(1, 2)), ("90%", Fraction(9, 10)), ("0.1%", Fraction(1, 1000)),
        ("1/14", Fraction(1, 14)), (Decimal("84.10"), Fraction(841, 10)), (7, Fraction(7)), ("-3", Fraction(-3)),
    ],
)  # fmt: skip
def test_exact_numbers_are_read_from_their_characters(text: object, value: Fraction) -> None:
    assert parse_exact(text) == value


@pytest.mark.parametrize("text", ["1e5", "inf", "nan", "", "1,000", "0x10", "1/0", "一", None, True, 0.1])
def test_what_is_no_plain_number_is_refused(text: object) -> None:
    with pytest.raises(QuantityError, match=r"请写成"):
        parse_exact(text)


@pytest.mark.parametrize(("value", "rounded"), [("2.345", "2.35"), ("2.344", "2.34"), ("-2.345", "-2.35"), ("1/3", "0.33")])
def test_rounding_is_half_up(value: str, rounded: str) -> None:
    assert half_up(parse_exact(value)) == parse_exact(rounded)
    assert as_decimal(parse_exact(value)) == Decimal(rounded)


@given(exact)
def test_rounding_is_never_off_by_more_than_half_a_unit(value: Fraction) -> None:
    assert abs(half_up(value) - value) <= Fraction(1, 200)


def test_money_keeps_fen_and_refuses_more_than_two_places() -> None:
    assert Money.parse("1680000.00").fen == 168_000_000
    assert str(Money.parse("-1234567.8")) == "-¥1,234,567.80"
    assert Money.parse(1999999).share(parse_exact("10%")) == Money.parse("199999.90")
    for bad in ("1.005", 1.5, True, "1e3", "", "一百"):
        with pytest.raises(QuantityError):
            Money.parse(bad)


@given(st.integers(0, 10**12), st.lists(st.integers(1, 1000), min_size=1, max_size=12))
def test_tranches_add_up_to_the_price(fen: int, weights: list[int]) -> None:
    shares = [Fraction(weight, sum(weights)) for weight in weights]
    parts = split(Money(fen), shares)
    assert total(parts) == Money(fen)
    assert all(abs(part.yuan - Money(fen).yuan * share) <= Fraction(len(parts), 200) for part, share in zip(parts, shares, strict=True))


def test_shares_that_do_not_sum_are_refused() -> None:
    with pytest.raises(QuantityError, match="不是 100%"):
        split(Money(100), [Fraction(1, 2)])


def test_a_rate_is_never_shown_across_a_threshold() -> None:
    assert percent(Fraction(10799, 12000)) == "89.99…%"
    assert percent(Fraction(9, 10)) == "90%"
    assert show(Fraction(2, 3), 2) == "0.66…"


@given(exact)
def test_plain_text_gives_the_number_back(value: Fraction) -> None:
    text = plain(value)
    assert (Fraction(text) if "/" in text else parse_exact(text)) == value


def test_a_period_is_inclusive_and_ordered() -> None:
    period = Period(date(2026, 1, 1), date(2026, 1, 31))
    assert period.days == 31
    assert date(2026, 1, 31) in period
    with pytest.raises(QuantityError, match="早于"):
        Period(date(2026, 2, 1), date(2026, 1, 1))
