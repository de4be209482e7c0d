"""What stands below the numbers of an indicator: its targets and their changes, what is entered by hand, the task plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.security.permissions import P
from app.security.predicates import may
from app.services.evidence.showing import Shown
from app.services.indicators import aims, manual
from app.services.indicators.detail import Detail
from app.services.indicators.plans import plannable
from app.store import indicators as stored
from app.store.indicators import ManualFigure, TargetChange
from app.web.access import current_contract, current_person, current_scope
from app.web.papers import cards, picked


@dataclass(frozen=True)
class Section:
    """One part of the page: its template, and what that shows."""

    template: str
    shown: dict[str, Any]


def more_of(detail: Detail) -> list[Section]:
    """The parts that this indicator has."""
    found = [aims_of(detail), by_hand_of(detail)]
    figures = [key for key in (f"{detail.one.clause}/{name}" for name in plannable(detail.indicator)) if key in detail.live.compiled]
    if figures:
        plans = stored.plans(current_scope().session, current_scope().contract_id)
        rows = [(figure, detail.live.compiled[figure].figure.label or figure, plans.get(figure)) for figure in figures]
        found.append(Section("indicators/_plans.html", {"rows": rows}))
    return [one for one in found if one is not None]


def aims_of(detail: Detail) -> Section | None:
    """Targets with their changes, the latest first."""
    parameters = aims.parameters_of(detail.live.inputs.book.rulebook, detail.indicator)
    changes = stored.targets(current_scope().session, current_scope().contract_id)
    side, book = aims.side_of(current_person(), current_contract()), detail.live.inputs.book
    rows = []
    for one in parameters:
        own = [each for each in changes if each.parameter == one.id]
        now = aims.value_now(book, own, one, detail.live.inputs.span.end)
        said = [told(each, one.unit) for each in reversed(own)]
        rows.append({"parameter": one, "now": aims.spoken(now, one.unit), "changes": said})
    literal = not parameters and bool(detail.one.criteria)
    return Section("indicators/_aims.html", {"rows": rows, "speaks": side is not None, "literal": literal})


def told(row: TargetChange, unit: str) -> dict[str, Any]:
    """A change for people, and whether the person may answer it."""
    contract, person = current_contract(), current_person()
    mine, theirs = aims.side_of(person, contract), "buyer" if row.proposer.organisation_id == contract.buyer_id else "supplier"
    return {
        "row": row, "before": aims.spoken(row.before, unit), "value": aims.spoken(row.value, unit),
        "answers": row.decided_at is None and mine is not None and mine != theirs,
    }  # fmt: skip


def by_hand_of(detail: Detail) -> Section | None:
    """What is entered by hand for the running period, with its history."""
    scope, inputs = current_scope(), detail.live.inputs
    figures = manual.figures_by_hand(inputs, detail.indicator, detail.one)
    span = inputs.span
    rows = [
        one for one in stored.manual(scope.session, scope.contract_id, detail.one.clause)
        if (one.from_on, one.until_on) == (span.start, span.end)
    ]  # fmt: skip
    if not figures and not rows:
        return None
    papers = stored.papers(scope.session, scope.contract_id, [one.id for one in rows])
    known = cards([each.id for files in papers.values() for each in files])
    names = {name: one.label or name for name, one in (detail.indicator.figures.items() if detail.indicator else ())}
    writes = bool(figures) and manual.may_enter(current_person(), scope.contract_id, manual.enterer(inputs, figures))
    return Section(
        "indicators/_manual.html",
        {
            "rows": [_hand(one, names, known, [each.id for each in papers.get(one.id, [])]) for one in reversed(rows)], "writes": writes,
            "verifies": may(current_person(), P.ENTRY_VERIFY, scope.contract_id), "me": current_person().user_id,
        },
    )  # fmt: skip


def _hand(row: ManualFigure, names: dict[str, str], known: dict[int, Shown], files: list[int]) -> dict[str, Any]:
    said = [f"{names.get(name, name)}：{value}" for name, value in manual.spoken_table(row).items()]
    return {"row": row, "said": said, "files": picked(known, files)}
