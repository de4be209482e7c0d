"""整改: what waits, the cases with their clocks, the findings, what happened to the contract."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.security.case_terms import FindingState, PaperOf, Verdict
from app.security.permissions import P
from app.services.books import book_of
from app.services.rectification.clock import Clock
from app.services.rectification.events import blocks
from app.services.rectification.findings import finding_text
from app.services.rectification.waiting import Rows, counted, finders
from app.store import documents
from app.store.cases import Cases, ContractEvent, Exemption, Finding
from app.web.access import as_member, current_contract, current_person, current_scope
from app.web.addresses import number_asked
from app.web.htmx import render
from app.web.papers import cards, picked, today
from app.web.rectification.blueprint import bp
from app.web.rectification.forms import FindingFilter
from app.web.rectification.shared import address, case_line, finding_line
from app.web.sides import decides, issues

PAGE = 50


@bp.get("", endpoint="cases")
@as_member(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    return render("rectification/overview.html", **overview())


def overview() -> dict[str, Any]:
    """Everything of the contract, what is open first."""
    scope, contract = current_scope(), current_contract()
    book = book_of(scope, contract).rulebook if contract.rulebook_text_id is not None else None
    known = {each.id: each.title for each in book.clauses} if book else {}
    kinds = {each.id: each for each in book.events} if book else {}
    cases, clock = Cases(scope.session, scope.contract_id), Clock.of(scope, today())
    every_case, events, asked = cases.cases(), cases.events(), cases.exemptions(waiting=True)
    noticed, about = cases.of_cases([each.id for each in every_case]), cases.findings_by_ids({each.finding_id for each in asked})
    lines = [case_line(each, clock, noticed) for each in every_case]
    is_open = [finding_line(each, known) for each in cases.findings(FindingState.OPEN)]
    under_way = Rows(
        len(is_open), documents.unsealed(scope.session, scope.contract_id),
        [each for each in every_case if each.ended_on is None], asked, finders(about),
        [each for each in events if each.outcome is None],
    )  # fmt: skip
    papers = documents.papers(scope.session, scope.contract_id, [(PaperOf.EVENT, each.id) for each in events])
    proofs = cards(key for keys in papers.values() for key in keys) if papers else {}
    return {
        "running": [line for line in lines if line["row"].ended_on is None],
        "ended": [line for line in lines if line["row"].ended_on is not None],
        "open_findings": is_open, **listed(cases, known), "asked": [exemption_line(each, about) for each in asked],
        "events": [{**event_line(each), "files": picked(proofs, papers.get((PaperOf.EVENT.value, each.id), []))} for each in events],
        "waiting": counted(scope, current_person(), under_way, clock), "blocks": blocks(events, kinds),
        "may_issue": issues(), "may_record_event": issues() and bool(kinds),
    }  # fmt: skip


def listed(cases: Cases, known: dict[str, str]) -> dict[str, Any]:
    """The register of findings, a page at a time, as the filter wants it."""
    form = FindingFilter(formdata=request.args)
    state = FindingState.of(form.state.data) if form.validate() and form.state.data else None
    before = number_asked("before")
    rows = cases.findings(state, before, PAGE + 1)
    more = address("cases", state=form.state.data or None, before=rows[PAGE - 1].number) if len(rows) > PAGE else ""
    return {
        "findings": [finding_line(each, known) for each in rows[:PAGE]], "filter_form": form, "next_url": more,
        "filtered": state is not None or before is not None, "conditions": int(state is not None),
    }  # fmt: skip


def exemption_line(row: Exemption, findings: Any) -> dict[str, Any]:
    """An application that waits; nobody decides on the own finding."""
    finding: Finding = next(each for each in findings if each.id == row.finding_id)
    own = current_person().user_id in {finding.found_by, finding.second_id}
    return {
        "row": row, "number": finding_text(finding.number), "finding": finding, "own": own and decides(),
        "url": address("finding", finding_id=finding.id),
        "decide_url": address("decide", exemption_id=row.id) if decides() and not own else "",
    }  # fmt: skip


def event_line(row: ContractEvent) -> dict[str, Any]:
    """A contract event and where it stands."""
    mine = row.recorded_by == current_person().user_id
    return {
        "row": row, "word": "待认定" if row.outcome is None else Verdict.of(row.outcome).label,
        "state": "undecided" if row.outcome is None else "unmet" if row.outcome == Verdict.UPHELD.value else "closed",
        "decide_url": address("decide_event", event_id=row.id) if row.outcome is None and decides() and not mine else "",
        "own": row.outcome is None and decides() and mine,
    }  # fmt: skip
