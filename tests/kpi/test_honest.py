"""What would be easy to fake: results fitted to names, facts that move nothing, duties on dummies."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from kpi.capsule import results
from kpi.cases import run_cases
from kpi.evaluation import Evaluation, evaluate
from kpi.rulebook.given import Event, Given
from kpi.rulebook.loader import Source, known_keys, load_known, load_text

FOLDER = Path(__file__).parent / "cases"


def _renamed(text: str, ids: list[str]) -> str:
    """Every clause id under another name: `ZJ-3.1a` becomes `Q7-3.1a`, in rulebook and case alike."""
    prefixes = {one.split("-")[0] for one in ids}
    for prefix in prefixes:
        text = re.sub(rf"\b{prefix}-(?=[0-9A-Z])", "Q7-", text)
    return text


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_same_rulebook_under_other_clause_ids_gives_the_same(path: Path) -> None:
    text = path.read_text("utf-8")
    key = text.split("contract:")[1].split()[0]
    source = load_known(key) if key in known_keys() else load_text((FOLDER / key).read_text("utf-8"), key)
    key = source.rulebook.key
    ids = [clause.id for clause in source.rulebook.clauses]
    other = load_text(_renamed(source.text, ids).replace(f"key: {key}", "key: somewhere-else"))
    assert {clause.id for clause in other.rulebook.clauses}.isdisjoint(ids)
    outcomes = run_cases(_renamed(text, ids), path.name, FOLDER, other)
    assert [one.differences for one in outcomes if not one.passed] == []


def _base(source: Source, **more: Any) -> Evaluation:
    given = Given.model_validate({"price": 1000000, "otherwise": "met", **more})
    return evaluate(source, given)


def _moved(source: Source, clause: str) -> bool:
    """Whether a score, a gate, the payment or the list of what is due changes with the clause's fact."""
    met = _base(source, facts={clause: {"met": True}})
    unmet = _base(source, facts={clause: {"met": False}})
    return results(met) != results(unmet) and clause in unmet.due and clause not in met.due


@pytest.mark.parametrize("key", known_keys())
def test_every_fact_moves_something(key: str) -> None:
    source = load_known(key)
    still = [clause.id for clause in source.rulebook.clauses if not _moved(source, clause.id)]
    assert still == []


@pytest.mark.parametrize("key", known_keys())
def test_every_scored_clause_moves_points_or_a_verdict(key: str) -> None:
    """Unmet, it costs points or is refused; where the document scores it nowhere, under another answer."""
    source = load_known(key)
    rubric = source.rulebook.rubric
    rules = [(rule.clause or item.clauses[0], rule) for item in rubric.items for rule in item.rules] if rubric else []
    scored = {clause for clause, rule in rules if rule.mechanic != "no_deduction"}
    assert [clause for clause in sorted(scored) if not _costs(source, clause)] == []


def _costs(source: Source, clause: str) -> bool:
    asked = [one for one in source.rulebook.assumptions if clause in one.clauses]
    answers: list[dict[str, str]] = [{}, *({one.id: option} for one in asked for option in one.options)]
    for chosen in answers:
        best = _base(source, answers=chosen)
        worse = _base(source, answers=chosen, facts={clause: {"met": False}})
        assert best.assessment is not None
        assert worse.assessment is not None
        if worse.assessment.total is None or worse.assessment.total < (best.assessment.total or 0):
            return True
    return False


@pytest.mark.parametrize("key", known_keys())
def test_every_blocking_event_stops_the_payment(key: str) -> None:
    source = load_known(key)
    calm = _base(source)
    for kind in source.rulebook.events:
        if kind.blocks_payment:
            stirred = _base(source, events=[Event(kind=kind.id)])
            assert calm.payment is not None
            assert stirred.payment is not None
            assert len(stirred.payment.reasons) > len(calm.payment.reasons)
            assert stirred.payment.status in ("blocked", "suspended")
