"""The five plans run through the engine: plausible results, with the shortfalls that each was written for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from kpi.calendar import WorkCalendar
from kpi.evaluation import Evaluation, evaluate
from kpi.indicators.collect import Collector
from kpi.ledger import EntryChecker
from kpi.rulebook.answers import Answers
from kpi.rulebook.given import read_given
from kpi.rulebook.loader import known_keys, load_known
from kpi.rulebook.yaml_text import Places
from kpi.sampledata import generate, known_plans, load_plan
from kpi.sampledata.people import UNUSED_AREAS, UNUSED_PREFIX, UNUSED_PROVINCE
from kpi.verification import Verification, VerifiedEntry

TODAY = date(2026, 11, 22)
#: Clauses that the plan leaves unmet.
UNMET = {
    "zhenjiang-gig-market": {
        "ZJ-1.1", "ZJ-1.3b", "ZJ-3.1a", "ZJ-3.1b", "ZJ-3.2b", "ZJ-3.2c", "ZJ-3.3", "ZJ-3.4b", "ZJ-3.6c", "ZJ-3.7",
        "ZJ-S2",
    },
    "xingan-employment-home": {
        "XG-2.1-1", "XG-2.2-1", "XG-2.2-6", "XG-2.3-2", "XG-2.3-7", "XG-2.4-4", "XG-2.5-3", "XG-2.9-1", "XG-2.9-2",
        "XG-2.10-1", "XG-2.14-1",
    },
    "xinzhou-labour-survey": {"XZ-3", "XZ-7"},
    "yuehu-public-services": {"YH-4"},
    "sandu-employment-data": set(),
}  # fmt: skip


class Run:
    """One sample, drawn, checked, verified, counted and evaluated."""

    def __init__(self, key: str, seed: int, today: date) -> None:
        source = load_known(key)
        made = generate(source, load_plan(key), seed=seed, today=today)
        given = read_given(made.given, Places("setup.yaml"))
        self.term, self.refused, self.entries = made.term, [], 0
        self._checker = EntryChecker(source.rulebook, made.term)
        self._verification = Verification(source.rulebook)
        self.numbers: set[str] = set()
        self.phones: set[str] = set()
        self.codes: set[str] = set()
        collector = Collector(source.rulebook, Answers(source.rulebook, given.answers), given, WorkCalendar())
        collector.add_all(self._verified(made.entries))
        self.result: Evaluation = evaluate(source, given, collector.values())

    def _verified(self, entries: Iterator[dict[str, Any]]) -> Iterator[VerifiedEntry]:
        for raw in entries:
            self.entries += 1
            self._note(raw["fields"])
            checked = self._checker.check(raw)
            if checked.entry is None:
                self.refused.append((raw, [str(one) for one in checked.problems]))
                continue
            outcome = self._verification.verify(checked.entry)
            if isinstance(outcome, VerifiedEntry):
                yield outcome

    def _note(self, fields: dict[str, Any]) -> None:
        for value in fields.values():
            if isinstance(value, dict) and "id_number" in value:
                self.numbers.add(value["id_number"])
                self.phones.add(value["phone"])
            elif isinstance(value, dict):
                self.codes.add(value["code"])

    @property
    def unmet(self) -> set[str]:
        found = self.result.indicators.items()
        return {clause for clause, ones in found if any(one.met is False for one in ones)}

    @property
    def undecided(self) -> set[str]:
        found = self.result.indicators.items()
        return {clause for clause, ones in found if any(one.met is None and one.criteria for one in ones)}


@cache
def run(key: str) -> Run:
    return Run(key, 1, TODAY)


def test_every_rulebook_has_a_plan() -> None:
    assert known_plans() == known_keys()
    assert set(UNMET) == set(known_keys())


@pytest.mark.parametrize("key", sorted(UNMET))
def test_every_entry_is_one_that_the_ledgers_take(key: str) -> None:
    assert run(key).entries > 1000
    assert run(key).refused == []


@pytest.mark.parametrize("key", sorted(UNMET))
def test_the_unmet_clauses_are_the_planned_ones(key: str) -> None:
    assert run(key).unmet == UNMET[key]
    assert run(key).undecided == set()


@pytest.mark.parametrize("key", sorted(UNMET))
def test_a_payment_is_due(key: str) -> None:
    payment = run(key).result.payment
    assert payment is not None
    assert payment.status == "payable"
    assert payment.payable is not None
    assert payment.payable.fen > 0


@pytest.mark.parametrize("key", sorted(UNMET))
def test_nobody_in_it_exists(key: str) -> None:
    ran = run(key)
    assert {number[:6] for number in ran.numbers} <= set(UNUSED_AREAS)
    assert {phone[:3] for phone in ran.phones} == {UNUSED_PREFIX}
    assert {code[2:4] for code in ran.codes} <= {UNUSED_PROVINCE}


def test_a_middling_year_of_the_gig_market() -> None:
    result = run("zhenjiang-gig-market").result
    assert result.assessment is not None
    assert result.assessment.total is not None
    assert 82 <= result.assessment.total <= 87
    assert result.tier is not None
    assert result.tier.tier == "良好"


def test_a_good_year_of_the_employment_home_with_a_bonus() -> None:
    result = run("xingan-employment-home").result
    assert result.assessment is not None
    assert result.assessment.refused == ()
    assert result.assessment.total is not None
    assert 94 <= result.assessment.total <= 99


def test_the_survey_is_rectified_and_passes() -> None:
    derived = run("xinzhou-labour-survey").result.derived
    assert derived["coverage"].value >= Fraction(95, 100)
    assert derived["exclusions_signed"].value > derived["exclusions_allowed"].value
    payment = run("xinzhou-labour-survey").result.payment
    assert payment is not None
    assert payment.reduction_total.fen == 0


def test_one_missed_indicator_stops_the_renewal() -> None:
    result = run("yuehu-public-services").result
    assert {one.id: one.passed for one in result.verdicts} == {"year": False}
    assert {one.id: one.value for one in result.rights}["renewal"] is False


def test_accuracy_is_just_met() -> None:
    accuracy = run("sandu-employment-data").result.derived["accuracy"].value
    assert Fraction(90, 100) <= accuracy < Fraction(91, 100)


@pytest.mark.parametrize("key", ["xinzhou-labour-survey", "yuehu-public-services"])
@pytest.mark.parametrize("today", [date(2026, 3, 15), date(2025, 1, 2)])
def test_another_day_gives_the_same_story(key: str, today: date) -> None:
    ran = Run(key, 5, today)
    assert ran.unmet == UNMET[key]
    assert ran.refused == []
    assert ran.term.end < today
