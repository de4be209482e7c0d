"""A whole sample: valid, the same for the same seed, with the shortfalls that the plan asks for."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.ledger import EntryChecker
from kpi.rulebook.given import read_given
from kpi.rulebook.yaml_text import read_yaml
from kpi.sampledata import write_sample
from tests.kpi.sampledata.market import HEAD, PLAN, TODAY, entries, rulebook, sample

FAIR = "  fair: {every: month, fields: {title: '第{no}场', town: 东河镇, cancelled: false, start: '09:00', end: '12:00'"


def of(found: list[dict[str, Any]], ledger: str) -> list[dict[str, Any]]:
    return [entry for entry in found if entry["ledger"] == ledger]


@pytest.fixture(scope="module")
def drawn() -> list[dict[str, Any]]:
    return list(sample().entries)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_entry_is_accepted_when_it_is_read_back(seed: int) -> None:
    made = sample(seed=seed)
    checker = EntryChecker(rulebook().rulebook, made.term)
    problems: list[Any] = []
    lines = (json.loads(json.dumps(entry)) for entry in made.entries)
    kept = list(checker.check_all((("e.jsonl", n, row) for n, row in enumerate(lines, 1)), problems))
    assert kept
    assert [str(one) for one in problems if one.severity == "error"] == []


def test_the_same_seed_gives_the_same_sample(drawn: list[dict[str, Any]]) -> None:
    assert list(sample().entries) == drawn
    assert list(sample(seed=2).entries) != drawn


def test_a_change_in_one_ledger_moves_no_other(drawn: list[dict[str, Any]]) -> None:
    changed = list(sample(PLAN.replace("grow: [80, 300]", "grow: [90, 310]")).entries)
    assert of(changed, "channel") != of(drawn, "channel")
    assert of(changed, "visitor") == of(drawn, "visitor")


def test_missed_weeks_small_fairs_and_february(drawn: list[dict[str, Any]]) -> None:
    fairs = of(drawn, "fair")
    # 53 Wednesdays less the two weeks in which nothing was held
    wednesdays = sum((date(2025, 11, 1) + timedelta(days=n)).isoweekday() == 3 for n in range(365))
    assert len(fairs) == wednesdays - 2
    assert all(date.fromisoformat(fair["date"]).isoweekday() == 3 for fair in fairs)
    february = [fair["fields"]["posts"] for fair in fairs if fair["date"][5:7] == "02"]
    assert february
    small = [fair["fields"]["posts"] for fair in fairs if fair["fields"]["posts"] < 50]
    assert 48 in february
    assert len(small) == 3 + sum(posts == 48 for posts in february)


def test_an_enterprise_repeats_inside_its_week_only_after_all_others(drawn: list[dict[str, Any]]) -> None:
    found = entries(
        "  fair:\n    every: month\n    count: 40\n    fields: {title: '第{no}场', town: 东河镇, cancelled: false,"
        " start: '09:00', end: '12:00', host: {pool: hosts, take: [7, 7]}}\n"
    )
    months = Counter((one["date"][:7], one["fields"]["host"]["code"]) for one in found)
    assert {month: sum(key[0] == month for key in months) for month, _ in months} == dict.fromkeys(
        {month for month, _ in months}, 7
    )


def test_running_figures_only_grow(drawn: list[dict[str, Any]]) -> None:
    for channel in ("甲平台", "乙平台"):
        run = [e["fields"]["followers"] for e in of(drawn, "channel") if e["fields"]["channel"] == channel]
        assert len(run) == 12
        assert all(80 <= after - before <= 300 for before, after in pairwise(run))


def test_entries_that_follow_others_name_the_same_people_later(drawn: list[dict[str, Any]]) -> None:
    visits = {e["fields"]["person"]["id_number"]: e["date"] for e in of(drawn, "visitor") if "person" in e["fields"]}
    follows = of(drawn, "follow")
    assert follows
    for one in follows:
        days = date.fromisoformat(one["date"]) - date.fromisoformat(visits[one["fields"]["person"]["id_number"]])
        assert 3 <= days.days <= 15


def test_days_without_visitors_have_a_nil_return(drawn: list[dict[str, Any]]) -> None:
    nil = [e for e in of(drawn, "visitor") if e.get("nil")]
    assert nil
    held = {e["date"] for e in of(drawn, "visitor") if not e.get("nil")}
    assert held.isdisjoint(e["date"] for e in nil)


def test_evidence_is_attached_where_it_is_due(drawn: list[dict[str, Any]]) -> None:
    for fair in of(drawn, "fair"):
        due = 2 if fair["fields"]["posts"] >= 50 else 0
        assert len(fair.get("evidence", [])) == due
    found = entries(FAIR + ", posts: 60}, count: 20, evidence: 50%}\n")
    without = sum("evidence" not in fair for fair in found)
    assert 0 < without < len(found)


def test_nobody_verifies_what_they_entered(drawn: list[dict[str, Any]]) -> None:
    verified = [e for e in drawn if e["state"] == "verified"]
    assert verified
    assert all(e["author"] and e["verifier"] and e["author"] != e["verifier"] for e in verified)
    assert Counter(e["state"] for e in drawn).keys() == {"verified", "submitted", "returned"}


def test_flawed_entries_are_as_many_as_asked_and_refused() -> None:
    found = entries(FAIR + "}, count: 30, flawed: 10%}\n")
    checker = EntryChecker(rulebook().rulebook)
    refused = sum(checker.check(entry).entry is None for entry in found)
    assert len(found) // 20 < refused < len(found) // 5


def test_scaled_counts_come_in_the_plans_scale_or_whole() -> None:
    text = FAIR + "}, count: 500, scaled: true}\n"
    assert len(entries(text)) == 12 * 10
    assert len(entries(text, full=True)) == 12 * 500


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
@settings(deadline=None, max_examples=25)
def test_a_whole_term_lies_behind_any_day(today: date) -> None:
    made = sample(today=today)
    assert made.term.end < today
    assert made.term.days in (365, 366)
    assert today - made.term.end < timedelta(days=60)
    first = next(made.entries)
    assert date.fromisoformat(first["date"]) in made.term


def test_files_can_be_read_back(tmp_path: Path) -> None:
    made = sample()
    seen: list[int] = []
    written = write_sample(tmp_path, made, seen.append)
    raw, places = read_yaml((written.folder / "setup.yaml").read_text("utf-8"))
    given_back = read_given(raw, places)
    assert given_back.price is not None
    assert given_back.price.plain() == "120000.00"
    assert given_back.invoices == {"final": made.term.end + timedelta(days=5)}
    lines = (written.folder / "entries.jsonl").read_text("utf-8").splitlines()
    assert len(lines) == written.total
    assert seen == [1000]


def test_a_plan_without_ledgers_gives_a_set_up_only() -> None:
    made = sample(HEAD)
    assert list(made.entries) == []
    assert made.given["members"] == {"towns": ["东河镇", "西岭镇", "南塘乡"]}
    assert made.given["period"]["end"] <= TODAY
