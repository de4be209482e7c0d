"""Packed inputs come back as they were; results show every number as an exact text."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.capsule import canonical
from kpi.quantities import Money, QuantityError
from kpi.reports.plain_data import pack, plain_data, unpack
from kpi.rulebook.answers import Refused
from kpi.rulebook.given import Given
from tests.kpi import riverside

numbers = st.integers(-(10**15), 10**15) | st.fractions(max_denominator=10**6)
scalars = st.none() | st.booleans() | st.text(max_size=8) | numbers | st.dates() | st.integers(0, 10**12).map(Money)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4), max_leaves=20
)


def same(value: Any) -> Any:
    """Whole fractions come back as ints; nothing else changes."""
    if isinstance(value, list):
        return [same(one) for one in value]
    if isinstance(value, dict):
        return {key: same(one) for key, one in value.items()}
    return value.numerator if isinstance(value, Fraction) and value.denominator == 1 else value


@given(values)
def test_what_is_packed_comes_back_through_json(value: Any) -> None:
    found = unpack(json.loads(canonical(pack(value))))
    assert found == same(value)
    assert repr(found) == repr(same(value))  # 1 is not true, a date is not a text


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=8))
def test_decimals_come_back_exact(value: Decimal) -> None:
    assert unpack(pack(value)) == Fraction(value)


@given(values)
def test_results_hold_no_number_but_texts(value: Any) -> None:
    text = json.dumps(plain_data(value))
    assert json.loads(text, parse_int=str, parse_float=str) == json.loads(text)


def test_a_setting_comes_back_whole() -> None:
    setting = riverside.given(decided={"HP-3": {"points": "1.5", "reason": "少"}}, exempted={"HP-1": "暴雨"})
    raw = {key: value for key, value in unpack(pack(setting)).items() if value is not None}
    assert Given.model_validate(raw) == setting


@pytest.mark.parametrize(
    "packed", [1, 1.5, {}, {"number": 5}, {"number": "1e5"}, {"nothing": 1}, {"a": 1, "b": 2}, {"yuan": "1.005"}, {"number": True}]
)
def test_what_pack_never_wrote_is_refused(packed: Any) -> None:
    with pytest.raises((QuantityError, ValueError)):
        unpack(packed)


def test_types_of_results() -> None:
    @dataclass(frozen=True)
    class Row:
        share: Fraction
        amount: Money

    assert plain_data(Row(Fraction(1, 3), Money(5))) == {"share": "1/3", "amount": "0.05"}
    assert plain_data([date(2026, 1, 2), time(19), True, None]) == ["2026-01-02", "19:00:00", True, None]
    assert plain_data(Refused("no_data", "没有数据")) == {"kind": "no_data", "reason": "没有数据"}
    for strange in (object(), 1.5):
        with pytest.raises(TypeError):
            plain_data(strange)
        with pytest.raises(TypeError):
            pack(strange)
