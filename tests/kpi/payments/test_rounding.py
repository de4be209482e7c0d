"""Rounding of money: every mode and unit, what is exact on the way, and sums that stay exact whatever the rounding."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.quantities import Money, parse_exact, rounded, total
from tests.kpi.payments.books import paid, plan, yuan

MODES = ["half_up", "half_even", "down", "up"]
UNITS = {"fen": "0.01", "jiao": "0.1", "yuan": "1", "hundred_yuan": "100"}
ROUNDINGS = st.fixed_dictionaries(
    {"mode": st.sampled_from(MODES), "unit": st.sampled_from([*UNITS]), "intermediate": st.sampled_from(["fen", "exact"])}
)
FEN = st.integers(1, 10**11)


def share(part: str, **more: Any) -> dict[str, Any]:
    return {"amount": {"pays": "share", "share": part, **more}}


# -- the numbers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "unit", "half_up", "half_even", "down", "up"),
    [
        ("2.345", "0.01", "2.35", "2.34", "2.34", "2.35"),
        ("2.355", "0.01", "2.36", "2.36", "2.35", "2.36"),
        ("2.3451", "0.01", "2.35", "2.35", "2.34", "2.35"),
        ("2.34", "0.01", "2.34", "2.34", "2.34", "2.34"),
        ("0.5", "1", "1", "0", "0", "1"),
        ("1.5", "1", "2", "2", "1", "2"),
        ("-2.345", "0.01", "-2.35", "-2.34", "-2.34", "-2.35"),
        ("150", "100", "200", "200", "100", "200"),
        ("250", "100", "300", "200", "200", "300"),
        ("1/3", "0.1", "0.3", "0.3", "0.3", "0.4"),
    ],
)
def test_modes(value: str, unit: str, half_up: str, half_even: str, down: str, up: str) -> None:
    found = [rounded(parse_exact(value), parse_exact(unit), mode) for mode in MODES]  # type: ignore[arg-type]
    assert found == [parse_exact(one) for one in (half_up, half_even, down, up)]


@given(st.fractions(-(10**6), 10**6, max_denominator=10**6), st.sampled_from([*UNITS.values()]), st.sampled_from(MODES))
def test_a_rounded_number_is_whole_units_less_than_one_away(value: Fraction, unit: str, mode: Any) -> None:
    size = parse_exact(unit)
    found = rounded(value, size, mode)
    assert (found / size).denominator == 1
    assert abs(found - value) < size
    assert rounded(found, size, mode) == found
    if mode in ("half_up", "half_even"):
        assert abs(found - value) <= size / 2
    else:
        assert (abs(found) >= abs(value)) if mode == "up" else (abs(found) <= abs(value))


# -- rules ---------------------------------------------------------------------------------------

PRICE = {"price": "99999.99"}


@pytest.mark.parametrize(
    ("rounding", "amount"),
    [
        (None, "33333.33"), ({"mode": "down"}, "33333.32"), ({"mode": "up"}, "33333.33"),
        ({"unit": "jiao"}, "33333.30"), ({"mode": "up", "unit": "jiao"}, "33333.40"),
        ({"mode": "down", "unit": "yuan"}, "33333.00"), ({"mode": "up", "unit": "yuan"}, "33334.00"),
        ({"unit": "hundred_yuan"}, "33300.00"),
    ],
)  # fmt: skip
def test_a_share_is_rounded_as_its_rule_or_the_payment_says(rounding: dict[str, str] | None, amount: str) -> None:
    """99,999.99 × 33.333329% = 33,333.325…"""
    own = {} if rounding is None else {"rounding": rounding}
    assert yuan(paid(plan(share("33.333329%", **own)), given=PRICE)) == [amount]
    assert yuan(paid(plan(share("33.333329%")), given=PRICE, **own)) == [amount]
    other = paid(plan(share("33.333329%", **own)), given=PRICE, rounding={"mode": "up", "unit": "hundred_yuan"})
    assert yuan(other) == [amount if own else "33400.00"]


@pytest.mark.parametrize(
    ("rule", "figures", "amount"),
    [
        ({"pays": "tier_share", "shares": {"优秀": "33.333329%"}}, {}, "33333.00"),
        ({"pays": "linear", "full": 300}, {}, "28333.00"),
        ({"pays": "interpolated", "points": [[60, "50%"], [90, "99%"]]}, {}, "90833.00"),
        ({"pays": "holdback", "share": "33.333329%", "release": "1"}, {}, "33333.00"),
        ({"pays": "unit_price", "unit_price": "1.05", "count": "n"}, {"n": 15}, "15.00"),
        ({"pays": "per_head", "stages": [{"title": "甲", "count": "n", "each": "1.55"}]}, {"n": 15}, "23.00"),
        ({"pays": "rate_table", "rows": [{"group": "甲", "count": "n", "rate": "1.55"}], "reimbursed": "0.74"}, {"n": 15}, "23.00"),
        ({"pays": "slabs", "value": "n", "table": [{"points": "33.333329%"}]}, {"n": 1}, "33333.00"),
        ({"pays": "slabs", "value": "n", "gives": "sum", "table": [{"points": "50.75"}]}, {"n": 1}, "50.00"),
        ({"pays": "slabs", "value": "n", "gives": "unit_price", "table": [{"points": "1.55"}]}, {"n": 15}, "23.00"),
        ({"pays": "cohort", "count": "n", "each": "1.55", "check_after_months": 6, "known": "1"}, {"n": 15}, "23.00"),
    ],
)
def test_every_way_to_pay_can_leave_out_the_odd_fen(rule: dict[str, Any], figures: dict[str, Any], amount: str) -> None:
    away = {"rounding": {"mode": "down", "unit": "yuan"}}
    decision = paid(plan({"amount": {**rule, **away}}), figures=figures, tier="优秀", score=Fraction(85), given=PRICE)
    assert yuan(decision) == [amount]
    assert "舍去尾数到元" in decision.plans["main"].lines[0].explanation
    usual = paid(plan({"amount": rule}), figures=figures, tier="优秀", score=Fraction(85), given=PRICE)
    assert "尾数" not in usual.plans["main"].lines[0].explanation.replace("补足尾差", "")


@pytest.mark.parametrize(
    ("amount", "figures", "fen", "exact"),
    [
        ({"reduces": "share_per_step", "steps": "n", "share": "0.0001%"}, {"n": 7}, "0.70", "0.60"),
        ({"reduces": "fixed_per_record", "count": "n", "each": "0.125"}, {"n": 3}, "0.40", "0.30"),
        ({"reduces": "escalating", "count": "n", "shares": ["0.00015%"]}, {"n": 3}, "0.50", "0.40"),
        ({"reduces": "step_table", "value": "n", "table": [{"points": "0.0007%"}]}, {"n": 1}, "0.70", "0.60"),
    ],
)
def test_reductions_are_rounded_too(amount: dict[str, Any], figures: dict[str, int], fen: str, exact: str) -> None:
    """Up to the jiao against down to the jiao without rounding on the way."""
    row = {"amount": {**amount, "rounding": {"mode": "up", "unit": "jiao"}}}
    up = paid(plan(share("100%")), reductions=[row], figures=figures, given=PRICE).reductions[0]
    other = {**amount, "rounding": {"mode": "down", "unit": "jiao", "intermediate": "exact"}}
    down = paid(plan(share("100%")), reductions=[{"amount": other}], figures=figures, given=PRICE).reductions[0]
    assert up.amount is not None
    assert down.amount is not None
    assert (up.amount.plain(), down.amount.plain()) == (fen, exact)
    assert "进一到角" in up.explanation


def test_unit_prices_finer_than_the_fen_multiply_first_where_that_is_said() -> None:
    rule = {"pays": "unit_price", "unit_price": "0.125", "count": "n"}
    first = paid(plan({"amount": rule}), figures={"n": 1001})
    assert yuan(first) == ["130.13"]
    assert "¥0.13（0.125元四舍五入到分） × 1001" in first.plans["main"].lines[0].explanation
    later = paid(plan({"amount": {**rule, "rounding": {"intermediate": "exact"}}}), figures={"n": 1001})
    assert yuan(later) == ["125.13"]  # 125.125
    whole = {"unit_price": "0.125", "quantity": "n", "price": "unit"}
    assert yuan(paid(plan(share("100%")), figures={"n": 1001}, **whole)) == ["130.13"]
    assert yuan(paid(plan(share("100%")), figures={"n": 1001}, rounding={"intermediate": "exact"}, **whole)) == ["125.13"]


@pytest.mark.parametrize(("mode", "share_of"), [("half_up", "0.69"), ("down", "0.68"), ("up", "0.69")])
def test_a_ratio_may_be_rounded_before_it_counts(mode: str, share_of: str) -> None:
    places = {"ratio_rounding": {"round": 2, "mode": mode}}
    price = Fraction(1000000) * parse_exact(share_of)
    for rule in ({"pays": "linear", "full": 120}, {"pays": "interpolated", "points": [[0, 0], [120, 1]]}):
        decision = paid(plan({"amount": {**rule, **places}}), score=parse_exact("82.5"))  # 0.6875
        assert yuan(decision) == [Money.of(price).plain()]
        assert "保留2位小数" in decision.plans["main"].lines[0].explanation
    stop = {"pays": "tier_share", "shares": {}, "stops": {"较差": "pro_rata"}, **places}
    assert yuan(paid(plan({"amount": stop}), score=parse_exact("68.75"), tier="较差")) == [Money.of(price).plain()]


@pytest.mark.parametrize(("answer", "amount"), [(None, None), ("35%", "333400.00")])
def test_an_answer_may_decide_the_rounding(answer: str | None, amount: str | None) -> None:
    rounding = {"answer": "share", "when": {"35%": {"mode": "up", "unit": "hundred_yuan"}}}
    given = {} if answer is None else {"answers": {"share": answer}}
    assert yuan(paid(plan(share("33.331%", rounding=rounding)), given=given)) == [amount]
    part = {"mode": {"answer": "share", "when": {"35%": "up"}}, "unit": "hundred_yuan"}
    assert yuan(paid(plan(share("33.331%", rounding=part)), given=given)) == [amount]


def test_an_answer_that_is_no_rounding_is_refused() -> None:
    decision = paid(plan(share("33%", rounding={"answer": "share"})), given={"answers": {"share": "35%"}})
    assert yuan(decision) == [None]
    assert "when" in decision.plans["main"].lines[0].explanation
    wrong = {"mode": {"answer": "way"}}
    assert "不认识的取整方式" in paid(plan(share("33%", rounding=wrong))).plans["main"].lines[0].explanation


# -- sums ----------------------------------------------------------------------------------------


@given(FEN, st.lists(st.tuples(st.integers(1, 97), ROUNDINGS), min_size=2, max_size=8), ROUNDINGS)
def test_tranches_sum_to_the_price_under_every_rounding(
    fen: int, rows: list[tuple[int, dict[str, str]]], default: dict[str, str]
) -> None:
    whole = sum(weight for weight, _ in rows)
    tranches = [share(f"{weight}/{whole}", **({"rounding": own} if weight % 2 else {})) for weight, own in rows]
    outcome = paid(plan(*tranches), given={"price": Money(fen).plain()}, rounding=default).plans["main"]
    assert outcome.in_all == Money(fen)
    assert all(line.amount is not None and line.amount.fen >= 0 for line in outcome.lines)


@given(FEN, st.integers(1, 36), ROUNDINGS)
def test_instalments_sum_to_the_price_under_every_rounding(fen: int, number: int, rounding: dict[str, str]) -> None:
    rule = {"pays": "instalments", "number": number, "rounding": rounding}
    lines = paid(plan({"amount": rule}), given={"price": Money(fen).plain()}).plans["main"].lines
    amounts = [line.amount for line in lines if line.amount is not None]
    assert len(amounts) == number
    assert total(amounts) == Money(fen)
    assert min(amounts) >= Money(0)


@given(FEN, st.integers(1, 99), ROUNDINGS)
def test_a_retained_share_balances_what_was_paid_before(fen: int, part: int, rounding: dict[str, str]) -> None:
    rows = [share(f"{part}%"), {"amount": {"pays": "holdback", "share": f"{100 - part}%", "release": "ok"}}]
    given = {"price": Money(fen).plain()}
    held = paid(plan(*rows), figures={"ok": 0}, given=given, rounding=rounding).plans["main"]
    assert [line.amount for line in held.lines][1] == Money(0)
    assert paid(plan(*rows), figures={"ok": 1}, given=given, rounding=rounding).plans["main"].in_all == Money(fen)


@given(FEN, st.lists(st.integers(1, 50), min_size=1, max_size=6), ROUNDINGS)
def test_an_advance_offset_in_parts_is_offset_exactly(fen: int, weights: list[int], rounding: dict[str, str]) -> None:
    """Whatever the parts, what the tranches pay less is the advance to the fen."""
    rows = [
        {"amount": {"pays": "unit_price", "unit_price": 1, "count": "1000000000", "less": {"t1": f"{one}/{sum(weights)}"}}}
        for one in weights
    ]
    full = [{"amount": {"pays": "unit_price", "unit_price": 1, "count": "1000000000"}} for _ in weights]
    advance = {"amount": {"pays": "share", "share": "30%"}}
    given = {"price": Money(fen).plain()}
    offset, whole = (
        paid(plan(advance, *tranches), given=given, rounding=rounding).plans["main"] for tranches in (rows, full)
    )
    first = whole.lines[0].amount
    assert first is not None
    assert offset.in_all is not None
    assert whole.in_all is not None
    assert whole.in_all - offset.in_all == first
