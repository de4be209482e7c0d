"""The worked cases come out on the sheet when their facts are stated by hand and their decisions made by people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.services.act import Refused
from app.services.assessments.boxes import clause_of
from app.services.assessments.evaluating import Work
from app.services.assessments.places import places
from kpi.quantities import parse_exact
from kpi.rulebook.yaml_text import read_yaml
from tests.services.assessing import Ground, ground

CASES = Path(__file__).parents[1] / "kpi" / "cases"
NAMES = ("zhenjiang", "xingan", "xinzhou", "yuehu", "sandu")


def cases() -> Iterator[Any]:
    """Cases about a period; those about bands, prices alone or single records have no sheet."""
    for name in NAMES:
        raw, _ = read_yaml((CASES / f"{name}.yaml").read_text("utf-8"), name)
        for case in raw["cases"]:
            if case["given"].get("facts"):
                yield pytest.param(raw["contract"], case, id=f"{name}: {case['name']}")


def entered(made: Ground, case: Mapping[str, Any]) -> Work:
    """The case as a person would enter it."""
    given = case["given"]
    row = made.opened()
    for clause, table in given.get("facts", {}).items():
        made.state(row, clause, renamed(made.work(row), clause, table))
    known = places(made.work(row).rulebook)
    for clause, points in given.get("decided", {}).items():
        made.decide(row, next(key for key, one in known.items() if one.clause == clause), str(points))
    if given.get("otherwise") == "met":
        made.all_met(row)
    return made.work(row)


def renamed(work: Work, clause: str, table: Mapping[str, Any]) -> Mapping[str, Any]:
    """Facts by member: the cases call members by short names, in the rulebook's order."""
    if not all(isinstance(value, dict) for value in table.values()):
        return table
    members = list(dict.fromkeys(cell.member for cell in clause_of(work, clause).cells if cell.member))
    return dict(zip(members, table.values(), strict=True))


@pytest.mark.parametrize(("contract", "case"), list(cases()))
def test_a_worked_case_comes_out_on_the_sheet(session: Session, contract: str, case: dict[str, Any]) -> None:
    price = case["given"].get("price")
    fen = int(parse_exact(str(price)) * 100) if price is not None else None
    made = ground(session, contract, case["given"].get("answers"), price_fen=fen)
    expect = case["expect"]
    if "refused" in expect and case["given"].get("decided"):
        with pytest.raises(Refused, match="不在允许范围内"):
            entered(made, case)
        return
    evaluation = entered(made, case).evaluation
    found: dict[str, Any] = {
        "total": evaluation.score, "tier": evaluation.tier.tier if evaluation.tier else None,
        "scores": evaluation.assessment.scores if evaluation.assessment else {},
        "deductions": evaluation.assessment.deductions if evaluation.assessment else {},
        "bonus": evaluation.assessment.bonus if evaluation.assessment else {},
        "refused": evaluation.refused,
    }  # fmt: skip
    compared = 0
    for name, wanted in expect.items():
        if name in ("scores", "deductions", "bonus"):
            for key, value in wanted.items():
                assert found[name][key] == parse_exact(str(value)), (name, key)
                compared += 1
        elif name == "total":
            assert found["total"] == parse_exact(str(wanted))
            compared += 1
        elif name in ("tier", "refused"):
            assert found[name] == wanted or set(wanted) <= set(found[name])
            compared += 1
        else:
            compared += others(evaluation, name, wanted)
    assert compared


def others(evaluation: Any, name: str, wanted: Any) -> int:
    """Payments, figures, conditions, verdicts of a case."""
    if name == "payments":
        for plan, amounts in wanted.items():
            lines = evaluation.payment.plans[plan]
            assert lines.in_all.fen == int(parse_exact(str(amounts["in_all"])) * 100)
        return len(wanted)
    if name == "figures":
        for figure, value in wanted.items():
            known = evaluation.derived.get(figure)
            if known is None:
                continue
            if isinstance(value, dict):
                assert known.value == Fraction(value["numerator"], value["denominator"])
            else:
                assert known.value == value
        return 1
    if name == "met":
        for clause, value in wanted.items():
            if isinstance(value, dict):
                members = evaluation.indicators[clause][0].members.values()
                assert [one.met for one in members] == list(value.values())
            else:
                assert evaluation.book.met(clause) is value
        return len(wanted)
    if name == "reductions":
        amounts = {one.id: one.amount.fen for one in evaluation.payment.reductions}
        for one, value in wanted.items():
            fen = evaluation.payment.reduction_total.fen if one == "total" else amounts[one]
            assert fen == int(parse_exact(str(value)) * 100), one
        return len(wanted)
    if name == "payment":
        assert evaluation.payment.status == wanted
        return 1
    if name == "year":
        assert [one.text for one in evaluation.verdicts if one.id == "year"] == [wanted]
        return 1
    if name == "renewal":
        assert [one.value for one in evaluation.rights if one.id == "renewal"] == [wanted]
        return 1
    return 0
