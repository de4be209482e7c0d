"""What is given beside the rulebook: read exactly, and held against the rulebook."""

from __future__ import annotations

from fractions import Fraction

import pytest

from kpi.quantities import Money
from kpi.rulebook.given import Given, read_given
from kpi.rulebook.given_names import mismatches
from kpi.rulebook.loader import known_keys, load_known
from kpi.rulebook.targets import adjusted
from kpi.rulebook.yaml_text import TextProblems, read_yaml
from tests.kpi import riverside

BOOK = riverside.source().rulebook


def given(text: str, dates: frozenset[str] = frozenset()) -> Given:
    raw, places = read_yaml(text, "setup.yaml")
    return read_given(raw, places, (), dates)


def test_numbers_stay_exact() -> None:
    found = given("price: 1680000.10\nself_scores: {item_1: 0.1}\ncarried: 0.05\n")
    assert found.price == Money(168000010)
    assert found.self_scores == {"item_1": Fraction(1, 10)}
    assert found.carried == Money(5)


def test_nothing_given_is_an_empty_setting() -> None:
    assert given("") == Given()


def test_dates_of_schedules_may_stand_on_their_own() -> None:
    assert given("loan_due: 2026-10-08\n", frozenset({"loan_due"})).dates == given("dates: {loan_due: 2026-10-08}\n").dates


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("price: 1\nterm: {start: 2026-01-02, end: 2026-01-01}\n", 2, "早于起始日"),
        ("\n\nprice: 1.001\n", 3, "两位小数"),
        ("events:\n  - {kind: a, decided: maybe}\n", 2, "只能写 upheld、dismissed"),
        ("otherwise: unmet\n", 1, "只能写 met"),
        ("targets:\n  x: {value: 5, reason: ' ', by: b, date: 2026-01-01}\n", 2, "不能空着"),
    ],
)
def test_what_is_wrong_says_where(text: str, line: int, words: str) -> None:
    with pytest.raises(TextProblems) as problems:
        given(text)
    assert f"setup.yaml:{line} " in str(problems.value)
    assert words in str(problems.value)


def test_a_fitting_setting_has_no_mismatch() -> None:
    assert mismatches(BOOK, given(riverside.SETUP)) == []
    assert mismatches(BOOK, given("facts: {HP-2: {learners: '912'}, HP-1: {met: true}}\n")) == []


@pytest.mark.parametrize("value", ["许多", "1e3", "-0.5", "true", "2026-01-01"])
def test_a_count_is_a_number_and_not_negative(value: str) -> None:
    found = mismatches(BOOK, given(f"facts: {{HP-3: {{notices: {value}}}}}\n") if value != "1e3" else
                       Given.model_validate({"facts": {"HP-3": {"notices": value}}}))  # fmt: skip
    assert bool(found) is (value != "true")  # "it happened" is one


@pytest.mark.parametrize("key", known_keys())
def test_a_setting_of_another_contract_never_fits(key: str) -> None:
    source = load_known(key)
    clause, answer = source.rulebook.clauses[0].id, source.rulebook.assumptions[0].id
    paths = [path for path, _ in mismatches(BOOK, Given(facts={clause: {"met": True}}, answers={answer: "x"}))]
    assert paths == [("facts", clause), ("answers", answer)]


def test_changed_targets_change_their_parameter_alone() -> None:
    change = given("targets: {learners_target: {value: 800, reason: 封路, by: 局长, date: 2025-09-01}}\n").targets
    new = adjusted(BOOK, change)
    assert [one.value for one in new.parameters] == [4, 800]
    assert [one.value for one in BOOK.parameters] == [4, 1000]
    assert adjusted(BOOK, {}) is BOOK
