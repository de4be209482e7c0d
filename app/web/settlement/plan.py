"""The plan: every line with its amount, where it stands, and what stands in its way."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from app.security.settlement_terms import RequestState
from app.services.act import Refused
from app.services.settlement import applying
from app.services.settlement.blocking import Blocker, asks_acceptance
from app.services.settlement.plan import LineView, PlanView, plan_of
from app.store import settlement
from app.store.settlement import SettlementStatement
from app.web.access import current_contract, current_scope, in_contract
from app.web.htmx import render
from app.web.papers import cards_of, today
from app.web.settlement import forfeits, money_side
from app.web.settlement.blueprint import CONFIRMS, DECIDES, READERS, bp
from app.web.settlement.here import address, buyer, clause_url, key, money, supplier

#: State of a line → the key of the status component.
SIGNS = {
    "before": "done", "paid": "done", "returned": "overdue", "part": "running", "asked": "running", "signed": "signed",
    "stated": "submitted", "ready": "open", "blocked": "locked", "later": "queued", "nothing": "done", "disputed": "appealed",
    "kept": "locked",
}  # fmt: skip
#: A line about which nothing is left to do.
DONE = frozenset({"before", "paid", "nothing", "kept"})


@bp.get("", endpoint="plan")
@in_contract(*READERS)
def plan(contract_id: int) -> Response:
    try:
        view = plan_of(current_scope())
    except Refused as refused:
        return render("settlement/plan.html", view=None, refused=refused.message, lines=[], sums={}, blockers=[])
    return render(
        "settlement/plan.html", view=view, refused="", lines=[line(view, one) for one in view.lines], key=key(),
        owed=money_side.due_by_line(),
        sums={name: money(fen) for name, fen in view.sums.items()}, blockers=[blocker(one) for one in view.blockers],
        next=following(view), whole=all(one.state in DONE for one in view.lines),
        files=[(title, address("sheet", kind=kind)) for kind, title in KINDS],
    )  # fmt: skip


KINDS = (("pdf", "结算单 PDF"), ("docx", "Word"), ("xlsx", "Excel"))


def line(plan: PlanView, view: LineView) -> dict[str, Any]:
    """A line as the page shows it."""
    account = view.account
    row = account.statement if account is not None else None
    asked = [one for one in account.requests if one.state != RequestState.WITHDRAWN] if account is not None else []
    return {
        "id": view.line.id, "title": view.line.title, "clause": view.line.clause, "clause_url": clause_url(view.line.clause),
        "stage": view.tranche.stage,
        "text": stated_text(row) or view.line.explanation.replace(";", "；"), "due": view.line.due,
        "state": SIGNS[view.state], "word": view.word,
        "key": view.state, "amount": str(view.amount) if view.amount is not None else "",
        "payable": str(view.payable) if view.payable is not None else "",
        "paid": money(view.paid) if view.paid else "",
        "url": address("statement", statement_id=row.id) if row is not None else "",
        "request_url": address("request", request_id=asked[-1].id) if asked else "",
        "blockers": [blocker(one) for one in view.blockers],
        "conditions": [one.title for one in view.line.gates], "papers": [one.title for one in view.tranche.papers],
        "approvals": list(view.tranche.approvals), **forfeits.beside(plan, view),
    }  # fmt: skip


def stated_text(row: SettlementStatement | None) -> str:
    """How a line that has been stated came about, as its statement says it."""
    lines = row.content["lines"] if row is not None else []
    return next((str(one["text"]) for one in lines if one["kind"] == "base"), "")


def following(view: PlanView) -> dict[str, Any] | None:
    """What may be done about the line that comes next."""
    now = view.next
    if now is None:
        return None
    scope = current_scope()
    asked = applying.latest(scope, now.line.id, today()) if asks_acceptance(now.tranche) else None
    accepted = settlement.standing(scope.session, scope.contract_id, now.line.id) if asks_acceptance(now.tranche) else None
    return {
        "line": now.line.id, "title": now.line.title, "row": now.row,
        "state_url": address("state_line") if buyer(*CONFIRMS) and not now.blockers and now.payable is not None else "",
        "acceptance_url": address("acceptance", acceptance_id=accepted.id) if accepted is not None
        else address("appoint", line=now.line.id) if asks_acceptance(now.tranche) and buyer(*DECIDES) else "",
        "accepted": accepted, "asked": asked,
        "asked_url": address("application_file", application_id=asked.event.id, kind="pdf") if asked is not None else "",
        "asked_files": cards_of(scope, list(asked.files)) if asked is not None and asked.files else [],
        "apply_url": address("apply", line=now.line.id) if asks_acceptance(now.tranche) and accepted is None and supplier() else "",
    }  # fmt: skip


def blocker(one: Blocker) -> dict[str, str]:
    """What stands in the way, who can clear it, and where."""
    at = {"contract_id": current_contract().id}
    urls = {
        "question": lambda: url_for("setup.questions", **at), "event": lambda: url_for("rectification.cases", **at),
        "case": lambda: url_for("rectification.case", case_id=one.about, **at),
        "assessments": lambda: url_for("assessment.assessments", **at),
        "assessment": lambda: url_for("assessment.one", assessment_id=one.about, **at),
        "acceptance": lambda: address("acceptance", acceptance_id=one.about) if one.about else "",
        "plan": lambda: url_for("setup.questions", **at),
        "forfeit": lambda: address("forfeit", forfeit_id=one.about),
        "gate": lambda: url_for("rectification.cases" if one.about == "suspend" else "assessment.assessments", **at),
        "order": lambda: address("statement", statement_id=one.about) if one.about else "",
    }  # fmt: skip
    make = urls.get(one.kind)
    return {"text": one.text, "who": one.who, "url": make() if make is not None else ""}
