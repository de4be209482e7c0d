"""What the linter finds by itself on the five rulebooks, and that every clause hangs on what carries it."""

from __future__ import annotations

import copy
import re
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from kpi.checkup import Checkup, Finding, check, coverage
from kpi.rulebook.document import Rulebook
from kpi.rulebook.loader import Source, load_known, load_text

GIG, HOME, SURVEY = "zhenjiang-gig-market", "xingan-employment-home", "xinzhou-labour-survey"
DATA, SERVICES = "sandu-employment-data", "yuehu-public-services"
CLAUSE = re.compile(r"(?<![A-Za-z])[A-Z]{2}(-[0-9A-Z])")
FIVE = (DATA, HOME, SURVEY, SERVICES, GIG)


@cache
def book(key: str) -> Source:
    return load_known(key)


@cache
def checked(key: str) -> Checkup:
    return check(book(key))


def found(key: str, code: str) -> list[Finding]:
    findings = [finding for finding in checked(key).findings if finding.code == code]
    assert all(finding.severity == "question" for finding in findings)
    return findings


@pytest.mark.parametrize("key", FIVE)
def test_no_errors(key: str) -> None:
    assert [
        f"{finding.place} {finding.field} {finding.message}" for finding in checked(key).of("error")
    ] == []


@pytest.mark.parametrize("key", FIVE)
def test_every_question_is_asked_by_an_assumption(key: str) -> None:
    open_ones = [one for one in checked(key).of("question") if not one.answered_by_assumption]
    assert [f"{one.place} {one.message}" for one in open_ones] == []
    for finding in checked(key).of("question"):
        assumption = book(key).rulebook.assumption(finding.answered_by_assumption)
        assert assumption is not None
        assert finding.question == assumption.question


def test_the_gig_market_leaves_three_gaps_between_its_tiers() -> None:
    gaps = found(GIG, "tier_gap")
    assert [gap.message.partition("之间")[0] for gap in gaps] == [
        "89 分到 90 分",
        "79 分到 80 分",
        "59 分到 60 分",
    ]
    for gap, example in zip(gaps, ("89.9", "79.9", "59.9"), strict=True):
        assert f"例如 {example} 分" in gap.message
        assert gap.clauses == ("ZJ-T",)
        assert gap.answered_by_assumption == "tier_gaps"
    assert "扣0.1分" in gaps[0].message


def test_the_gig_market_prepays_60_beside_10_percent() -> None:
    (exceeding,) = found(GIG, "shares_exceed")
    assert "160%" in exceeding.message
    (plans,) = found(GIG, "two_plans")
    assert {exceeding.answered_by_assumption, plans.answered_by_assumption} == {"payment_plan"}


def test_the_employment_home_has_no_maxima_weights_or_caps() -> None:
    (missing,) = found(HOME, "maximum_missing")
    assert missing.clauses == ("XG-2.14-1",)
    assert missing.answered_by_assumption == "item_13_maximum"
    (rest,) = found(HOME, "maxima_missing")
    assert rest.message.startswith("13 个考核项")
    (weights,) = found(HOME, "weights_missing")
    assert "日常考核" in weights.message
    assert "年度考核" in weights.message
    assert [finding.clauses for finding in found(HOME, "bonus_without_cap")] == [("XG-3-B",), ("XG-3-B",)]
    (formula,) = found(HOME, "no_payment_formula")
    assert formula.answered_by_assumption == "payment_plan"


def test_the_survey_states_two_coverage_targets() -> None:
    targets = [one for one in found(SURVEY, "stated_contradiction") if "XZ-6" in one.clauses]
    assert len(targets) == 1
    assert "95%" in targets[0].message
    assert "90%" in targets[0].message


def test_the_survey_reduces_per_record_of_an_unknown_population() -> None:
    (population,) = found(SURVEY, "population_missing")
    assert population.clauses == ("XZ-10",)


def test_shares_and_instalments_that_are_in_no_document() -> None:
    assert found(SURVEY, "share_not_stated")[0].clauses == ("XZ-P",)
    assert found(SERVICES, "instalments_not_stated")[0].clauses == ("YH-P",)
    assert not found(DATA, "share_not_stated")


@pytest.mark.parametrize("key", FIVE)
def test_nothing_rests_on_how_clauses_are_called(key: str) -> None:
    renamed = load_text(CLAUSE.sub(r"Q\1", book(key).text), book(key).places.file)
    assert all(clause.id.startswith("Q-") for clause in renamed.rulebook.clauses)
    places = [(one.code, one.line, one.answered_by_assumption) for one in checked(key).findings]
    assert [(one.code, one.line, one.answered_by_assumption) for one in check(renamed).findings] == places


@pytest.mark.parametrize("key", FIVE)
def test_every_clause_is_carried_and_nothing_else_carries_it(key: str) -> None:
    covered = coverage(book(key))
    assert set(covered) == {clause.id for clause in book(key).rulebook.clauses}
    for clause, one in covered.items():
        assert one.covered, clause
        struck = coverage(without(book(key), [carrier.path for carrier in one.by]))
        assert clause in struck
        assert not struck[clause].by, f"{clause} 的承载都删去了，仍算有承载"
        assert struck[clause].covered == bool(one.not_carried)


def without(source: Source, paths: list[tuple[Any, ...]]) -> Source:
    """The source with the rules at `paths` cut out, innermost and last first."""
    raw = copy.deepcopy(source.raw)
    for path in sorted(set(paths), key=lambda path: [str(part).zfill(6) for part in path], reverse=True):
        _cut(raw, path)
    return replace(source, rulebook=Rulebook.model_validate(raw), raw=raw)


#: What stands in a place that must hold a rule: the emptiest one that the schema takes.
_EMPTY = {"rubric": None, "tiers": None, "payment": None}


def _cut(raw: Any, path: tuple[Any, ...]) -> None:
    at = raw
    for part in path[:-1]:
        at = at[part]
    if path[-1] in _EMPTY:
        at[path[-1]] = _EMPTY[path[-1]]
    else:
        del at[path[-1]]
