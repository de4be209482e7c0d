"""The blueprint of the reports' pages, who may come here, and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from app.security.permissions import P
from app.security.report_terms import ReportState
from app.services.act import found
from app.services.reports import showing
from app.services.reports.people import writes
from app.store import reports
from app.store.contracts import Contract
from app.store.reports import Report, ReportStore, open_reports
from app.web.access import current_person, current_scope
from app.web.downloads import to_keep
from app.web.ground import ground
from app.web.htmx import redirect_to
from app.web.transaction import current_act

bp = Blueprint("reports", __name__, url_prefix="/contracts/<int:contract_id>/reports")
READERS = (P.REPORT_READ,)
#: Who has reports made, writes, hands in, receives; which of it, the services see to.
WRITERS = (P.ENTRY_WRITE, P.BUYER_ENTRY_WRITE)
HANDERS = (P.ENTRY_WRITE,)
RECEIVERS = (P.ENTRY_VERIFY,)
SETTERS = (P.CONTRACT_SETUP,)
#: How a state shows, by the names that the component of states knows.
STATES = {
    ReportState.DRAFT: "draft", ReportState.FINAL: "checked", ReportState.SUBMITTED: "submitted",
    ReportState.RETURNED: "returned", ReportState.ACCEPTED: "verified",
}  # fmt: skip
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def address(endpoint: str, row: Report | None = None, **values: Any) -> str:
    known = {"report_id": row.id} if row is not None else {}
    return url_for(f"reports.{endpoint}", contract_id=g.contract.id, **known, **values)


def here(report_id: int) -> Report:
    """The report of the address; Missing where the contract has none."""
    scope = current_scope()
    return found(reports.find(scope.session, scope.contract_id, report_id))


def contract() -> Contract:
    held: Contract = g.contract
    return held


def store() -> ReportStore:
    return open_reports(ground().settings, ground().sealer)


def turned_away() -> Response | None:
    """Sends away who enters entries but does not read reports."""
    if writes(current_person(), contract().id):
        return None
    home = url_for("home.contract", contract_id=contract().id)
    return redirect_to(home, told="您没有编写报告的权限。报告由项目经理和采购人的主管人员编写。", kind="warning")


def too_late(row: Report, todo: str, *states: ReportState) -> Response | None:
    """Away from a form whose time is over: by the back button, or because somebody else was quicker."""
    if request.method != "GET":
        return None
    [line] = showing.lines(current_scope(), [row], current_act().today)
    if line.state in states:
        return None
    return redirect_to(address("one", row), told=f"这份报告现在是“{line.state.label}”，不能{todo}。", kind="warning")


def under_way(contract_id: int, run_id: int, told: str) -> Response:
    """To the progress of what is being made."""
    return redirect_to(url_for("jobs.progress", contract_id=contract_id, run_id=run_id), told=told, kind="info")


def sent(name: str, data: bytes, kind: str) -> Response:
    """A file to keep."""
    response = to_keep(Response(data, mimetype=TYPES[kind]), name)
    response.headers["Cache-Control"] = "no-store"
    return response
