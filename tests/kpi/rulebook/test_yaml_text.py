"""YAML text → plain values: exact, with places, and nothing that a reader would take otherwise."""

from __future__ import annotations

import contextlib
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.rulebook.yaml_text import MAX_CHARACTERS, MAX_DEPTH, TextProblems, read_yaml


def value(text: str) -> Any:
    return read_yaml(f"a: {text}\n")[0]["a"]


def problem(text: str) -> str:
    with pytest.raises(TextProblems) as problems:
        read_yaml(text, "f.yaml")
    return str(problems.value)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("12", 12), ("-3", -3), ("0.10", Decimal("0.10")), ("true", True), ("False", False), ("~", None), ("", None),
        ("2026-03-05", date(2026, 3, 5)), ("0123", "0123"), ("12:30", "12:30"), ("yes", "yes"), ("on", "on"),
        ("'12'", "12"), ('"true"', "true"), ("1_000", "1_000"), ("0x1F", "0x1F"), ("90%", "90%"), ("+5", 5),
        ("0.1000000000000000000000000001", Decimal("0.1000000000000000000000000001")),
    ],
)  # fmt: skip
def test_only_what_an_office_means_is_converted(text: str, wanted: Any) -> None:
    found = value(text)
    assert found == wanted
    assert type(found) is type(wanted)


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_decimals_keep_their_characters(number: Decimal) -> None:
    assert value(format(number, "f")) == number


@pytest.mark.parametrize("text", ["1e5", "1.5E-3", ".inf", "-.inf", ".nan", "9" * 41, "2026-02-30"])
def test_numbers_and_dates_that_are_none_are_refused(text: str) -> None:
    assert "f.yaml:1 a：" in problem(f"a: {text}\n")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: 1\nb: 2\na: 3\n", 3, "键“a”写了两次"),
        ("a:\n  - b: 1\n    b: 2\n", 3, "键“b”写了两次"),
        ("a: [1, 2\n", 2, "不是合格的 YAML"),
        ("a: 'x\n", 2, "引号没有配对"),
        ("a: 1\n b: 2\n", 2, "不是合格的 YAML"),
        ("a: b: c\n", 1, "这里不能再出现“键: 值”"),
        ("a: &x 1\nb: *x\n", 2, "用了 * 引用"),
        ("a: 1\n---\nb: 1\n", 2, "几份内容"),
        ("? [a]\n: 1\n", 1, "键必须是一个词"),
        ("a: @b\n", 1, "不能用这个符号开头"),
    ],
)
def test_what_is_wrong_says_where(text: str, line: int, words: str) -> None:
    found = problem(text)
    assert found.startswith(f"f.yaml:{line} ")
    assert words in found


def test_every_duplicate_is_said_at_once() -> None:
    assert problem("a: 1\na: 2\nb: 1\nb: 2\n").count("写了两次") == 2


def test_nesting_and_length_have_an_end() -> None:
    assert value("[" * (MAX_DEPTH - 1) + "]" * (MAX_DEPTH - 1)) is not None
    assert f"超过 {MAX_DEPTH} 层" in problem("a: " + "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1))
    assert f"超过 {MAX_DEPTH} 层" in problem("a: " + "[" * 200_000)
    assert "超过" in problem("a: " + "x" * MAX_CHARACTERS)
    assert "项，已停止读取" in problem("a: [" + "1," * 200_001 + "]")


def test_places_lead_to_the_line() -> None:
    _, places = read_yaml("a:\n  b:\n    - c: 1\n    - c: 2\n", "f.yaml")
    assert [places.line(path) for path in ((), ("a",), ("a", "b", 1), ("a", "b", 1, "c"), ("a", "b", 9, "x"))] == [1, 1, 4, 4, 2]


@given(st.text(max_size=60))
def test_any_text_is_values_or_problems(text: str) -> None:
    with contextlib.suppress(TextProblems):
        read_yaml(text, "f.yaml")
