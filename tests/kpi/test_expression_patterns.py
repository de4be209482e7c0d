"""Regular expressions of a rulebook: what they mean, what is refused, and that none of them runs away."""

from __future__ import annotations

import re
import threading
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.expressions import Expression, ExpressionError, Pattern, portable
from kpi.expressions.patterns import repeats_repeat
from kpi.rulebook.loader import load_text
from kpi.rulebook.yaml_text import TextProblems
from tests.kpi import riverside
from tests.kpi.ledger.books import FIELDS, check, checker


@pytest.mark.parametrize(
    ("pattern", "same"),
    [
        (r"^\d{3}$", r"^\p{Nd}{3}\z"),
        (r"[\d-]+", r"[\p{Nd}-]+"),
        (r"\w\s", r"[\p{L}\p{N}_][\s\p{Z}]"),
        (r"a\.b", r"a\.b"),
    ],
)
def test_a_pattern_is_spelled_out(pattern: str, same: str) -> None:
    assert portable(pattern) == same


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        (r"\bword", "不能用 \\b"), (r"(?P<a>x)", "(?:…)"), ("(?=甲)", "(?:…)"), ("(?i)a", "(?:…)"), (r"(a)\1", "不能用 \\1"),
        ("(unclosed", "不是正则式"), ("[a", "不是正则式"), ("a**", "不是正则式"), ("a*+", "(?:…)"), ("a{2}+", "(?:…)"),
        ("a{1001}", "重复的次数太多"), ("(?:a{100}){100}", "重复的次数太多"), ("a" * 501, "超过 500 个字符"),
    ],
)  # fmt: skip
def test_what_engines_read_differently_or_cannot_hold_is_refused(pattern: str, why: str) -> None:
    with pytest.raises(ExpressionError) as refused:
        Pattern(pattern)
    assert why in str(refused.value)
    assert not re.search(r"[a-z]{3,} [a-z]{2,}", str(refused.value).replace(pattern[:60], ""))


#: Patterns that take a backtracking engine until the end of days, and a text that nearly fits.
RUNAWAYS = [
    ("(a+)+", "a"), ("((a+))+", "a"), ("(a|aa)+", "a"), ("(a|a)*b", "a"), ("(a*)*b", "a"), ("(.*)*x", "a"),
    ("((a+)b?)+c", "a"), (r"(\d+)*-", "1"), (r"(\w+\s?)*:", "a"), ("(x+x+)+y", "x"), ("(?:a?){200}a{200}", "a"),
    ("([一-龥]+)*。", "一"), ("(a|b|ab)*c", "ab"), (".*.*.*.*.*.*x", "a"),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "letter"), RUNAWAYS)
def test_no_pattern_runs_away(pattern: str, letter: str) -> None:
    shape = Pattern(pattern)
    text = letter * 5_000 + "!"
    started = process_time()
    assert not shape.fits(text)
    assert process_time() - started < 2


def test_the_danger_is_real() -> None:
    """The same with Python's own engine: 26 letters take longer than 5 000 do here."""
    started = process_time()
    assert re.fullmatch("(a+)+", "a" * 22 + "!") is None
    assert process_time() - started > 0.05


@pytest.mark.parametrize(
    ("pattern", "wild"),
    [
        ("(a+)+", True), ("((a+))+", True), ("(a|b)*c", True), ("((a|b)c)*", True), ("(a*b?){2,}", True), ("(?:a{2})+", True),
        ("(a+)?", False), ("(a+){1}", False), ("(ab)+", False), ("a+b+", False), ("[(a+)]+", False), (r"\(a+\)+", False),
        ("(a|b)c", False), ("(省|市).*(区|县)", False), ("(a?)+", False), (r"[\]+]+(b)+", False), ("(a{1})+", False),
    ],
)  # fmt: skip
def test_repeats_inside_repeats_are_seen(pattern: str, wild: bool) -> None:
    assert repeats_repeat(pattern) is wild
    Pattern(pattern)
    if wild:
        with pytest.raises(ExpressionError, match="可能永远算不完"):
            Expression(f"matches(a, '{pattern}')")


PIECES = st.sampled_from(["a", "b", "甲", r"\d", r"\w", r"\s", "[ab]", "[^a]", ".", "(?:a|b)", "a?", "b*", "a+", "甲{1,2}", "^", "$"])


@given(st.lists(PIECES, min_size=1, max_size=6), st.text("ab甲1 _\u0663", max_size=6))
def test_a_pattern_means_what_python_means(pieces: list[str], text: str) -> None:
    pattern = "".join(pieces)
    ours, theirs = Pattern(pattern), re.compile(pattern)
    assert ours.fits(text) == (theirs.fullmatch(text) is not None)
    assert ours.found(text) == (theirs.search(text) is not None)


def test_half_a_character_fits_nothing() -> None:
    assert not Pattern(".*").fits("\ud800")
    assert not Expression("matches(a, '.*')").on({"a": "\ud800"})


def test_a_pattern_of_a_ledger_is_checked_when_the_rulebook_is_read() -> None:
    wrong = riverside.TEXT.replace("type: text", "type: text, pattern: '(?=a)'", 1)
    assert wrong != riverside.TEXT
    with pytest.raises(TextProblems) as problems:
        load_text(wrong, "book.yaml")
    line = next(n for n, text in enumerate(wrong.splitlines(), 1) if "(?=a)" in text)
    assert f"book.yaml:{line}" in str(problems.value)
    assert "(?:…)" in str(problems.value)


def test_a_row_cannot_hold_up_the_others_with_a_ledger_s_pattern() -> None:
    fields = [FIELDS[0], {"id": "code", "name": "代号", "type": "text", "pattern": "([a-z]+)+", "max_length": 10_000}]
    held = checker(fields=fields, rules=[], unique=[])
    done: list[bool] = []

    def work() -> None:
        for number in range(50):
            row = {"ledger": "fairs", "id": f"f{number}", "date": "2026-03-05", "code": "a" * 9_000 + "!"}
            done.append(held.check(row).entry is None)

    worker = threading.Thread(target=work, daemon=True)
    worker.start()
    worker.join(20)
    assert done == [True] * 50


def test_a_wrong_format_is_told_with_the_help() -> None:
    problem = check(code="ab12").problems[0]
    assert (problem.field, "两个字母加数字" in problem.message) == ("代号", True)
