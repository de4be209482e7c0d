"""The expression language: exact, safe, and honest about missing data."""

from __future__ import annotations

from datetime import date, time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.expressions import Expression, ExpressionError, NoData

FIGURES = {
    "right": 873, "sample": 1000, "none": None, "zero": 0, "quarters": [12, 8, None, 10], "name": "现场", "ok": True,
    "A-1/n": 5,
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("right / sample", Fraction(873, 1000)),
        ("0.1 + 0.2 == 0.3", True),
        ("right / sample >= 90%", False),
        ("shortfall(quarters, 10)", 2),
        ("missing(quarters)", 1),
        ("held(quarters)", 3),
        ("below(quarters, 10)", 1),
        ("sum(quarters)", 30),
        ("mean(quarters)", 10),
        ("min(quarters)", 8),
        ("max(0, right - sample)", 0),
        ("floor((sample - right) / 10)", 12),
        ("ceil(7 / 2)", 4),
        ("round(2 / 3, 2)", Fraction(67, 100)),
        ("name in ['现场', '网络']", True),
        ("name == '现场' and ok", True),
        ("not ok", False),
        ("right if ok else sample", 873),
        ("of('A-1', 'n') + 1", 6),
        ("1 < 2 < 3", True),
        ("sample ≥ 1000", True),
        ("-right", -873),
        ("blank(name)", False),
        ("是 == ok", True),
        ("（right + 1）/ sample", Fraction(874, 1000)),
        ("name != '现场（含网络），50%≥'", True),
        ("'50%' == '50%'", True),
    ],
)
def test_over_figures(text: str, value: object) -> None:
    assert Expression(text).over(FIGURES.get) == value


@pytest.mark.parametrize("text", ["none + 1", "absent", "right / zero", "none >= 1"])
def test_missing_figures_are_no_data_not_zero(text: str) -> None:
    with pytest.raises(NoData):
        Expression(text).over(FIGURES.get)


@pytest.mark.parametrize(
    "text",
    [
        "a.b", "__import__('os')", "1e5", "f(x)", "a[0]", "lambda: 1", "x := 1", "a ** b", "a % b", "f'{a}'", "", "a b",
        "[x for x in y]", "of('A')", "floor(1, 2)", "1.5e3 + 2", "a if b", "print(1)", "{1: 2}",
    ],
)  # fmt: skip
def test_what_is_not_in_the_language_is_refused(text: str) -> None:
    with pytest.raises(ExpressionError, match="算式"):
        Expression(text)


@pytest.mark.parametrize(
    ("text", "row", "value"),
    [
        ("posts < 50", {"posts": None}, None),
        ("-posts < 50", {"posts": None}, None),
        ("posts < 50 or kind == '网络'", {"kind": "网络"}, True),
        ("minutes(start, end) >= 90", {"start": time(19), "end": time(21)}, True),
        ("minutes(start, end)", {"start": time(23, 30), "end": time(0, 30)}, 60),
        ("days(start, end)", {"start": date(2026, 2, 28), "end": date(2026, 3, 1)}, 1),
        ("blank(note)", {"note": ""}, True),
        ("matches(text, '限(男|女)')", {"text": "限女性"}, True),
        ("weekday(day) == 3", {"day": date(2026, 3, 4)}, True),
        ("day >= date('2026-01-01')", {"day": date(2026, 3, 4)}, True),
        ("contains(tags, '高校毕业生')", {"tags": ("高校毕业生",)}, True),
    ],
)
def test_on_a_row_blank_fields_make_comparisons_false(text: str, row: dict[str, object], value: object) -> None:
    found = Expression(text).on(row)
    assert found == value
    assert bool(found) == bool(value)


def test_wrong_types_are_an_error_with_the_expression_in_it() -> None:
    with pytest.raises(ExpressionError, match="name \\+ right"):
        Expression("name + right").over(FIGURES.get)


def test_names_are_what_a_lookup_is_asked_for() -> None:
    expression = Expression("shortfall(quarters, target) + of('A-1', 'n') if true else right")
    assert expression.names == {"quarters", "target", "right"}
    assert expression.of_clause == {("A-1", "n")}


@given(st.fractions(max_denominator=1000), st.fractions(max_denominator=1000).filter(bool))
def test_arithmetic_is_exact(a: Fraction, b: Fraction) -> None:
    values = {"a": a, "b": b}
    assert Expression("a / b * b + a - a").over(values.get) == a
