"""One report on screen: its parts with live numbers, what is out of date, its versions, files and history; and taking a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response

from app.clock import SHANGHAI
from app.security.permissions import P
from app.security.predicates import may
from app.security.report_terms import ReportDeed, ReportState
from app.services.act import found
from app.services.evidence.showing import ledger_names
from app.services.reports import making, showing, taking, writing
from app.services.reports.naming import titled
from app.services.reports.people import hands_in, receives, writes
from app.store import reports
from app.store.reports import Report, ReportEvent, ReportVersion
from app.web.access import current_person, current_scope, in_contract
from app.web.buttons import carried_out
from app.web.htmx import render
from app.web.reports.blueprint import (
    READERS,
    STATES,
    WRITERS,
    address,
    bp,
    contract,
    here,
    sent,
    store,
    under_way,
)
from app.web.reports.shown import links_of, parts_of
from app.web.transaction import current_act
from kpi.quantities import Period

ICONS = {
    ReportDeed.MADE: ("file-text", "accent"), ReportDeed.SAME: ("check", "idle"), ReportDeed.WROTE: ("pencil", "idle"),
    ReportDeed.FIXED: ("lock", "good"), ReportDeed.REOPENED: ("lock-open", "warn"), ReportDeed.SUBMITTED: ("send", "accent"),
    ReportDeed.ACCEPTED: ("circle-check", "good"), ReportDeed.RETURNED: ("arrow-back-up", "bad"),
    ReportDeed.DOWNLOADED: ("download", "idle"),
}  # fmt: skip


#: So much of the history is shown, the latest of it.
MOST_EVENTS = 400


@bp.get("/<int:report_id>", endpoint="one")
@in_contract(*READERS)
def one(contract_id: int, report_id: int) -> Response:
    row, scope = here(report_id), current_scope()
    version = found(reports.version(scope.session, contract_id, row.id, data=True))
    [line] = showing.lines(scope, [row], current_act().today)
    editable = line.state in (ReportState.DRAFT, ReportState.RETURNED)
    report = writing.with_own_words(row, making.read(version.data)) if editable else making.read(version.data)
    outdated = showing.stale(scope, version, report)
    return render(
        "reports/one.html", row=row, heading=titled(row.title, row.label), report=report, state=STATES[line.state], word=line.state.label,
        late=line.late, reason=_reason(row, line), stale=outdated, parts=parts_of(report, outdated), acts=acts(row, line.state),
        typed=writing.by_hand(report) if editable else [], unwritten=writing.unwritten(report) if editable else [],
        versions=versions_of(row), **history_of(row),
        links=links_of(report, ledger_names(scope), contract_id),
        downloads=taking.KINDS, take=lambda revision, kind: address("take", row, revision=revision, kind=kind),
    )  # fmt: skip


def _reason(row: Report, line: showing.Line) -> str:
    """Why it was returned: on its entry, or here where it has none."""
    if line.reason or line.state is not ReportState.RETURNED:
        return line.reason
    scope = current_scope()
    rows = reports.events(scope.session, scope.contract_id, row.id, MOST_EVENTS)
    return next((one.note for one in rows if one.deed == ReportDeed.RETURNED.value), "")


def acts(row: Report, state: ReportState) -> dict[str, str]:
    """Addresses of what the person may do next."""
    person = current_person()
    may_write, own = writes(person, row.contract_id), hands_in(person, contract())
    open_ = state in (ReportState.DRAFT, ReportState.RETURNED)
    can = {
        "words": may_write and open_, "fix": may_write and open_, "reopen": may_write and state is ReportState.FINAL,
        "submit": own and state is ReportState.FINAL,
        "accept": receives(person, contract()) and state is ReportState.SUBMITTED,
        "give_back": receives(person, contract()) and state is ReportState.SUBMITTED, "again": may_write,
        "templates": may(person, P.CONTRACT_SETUP, row.contract_id),
    }  # fmt: skip
    return {name: address(name, row) for name, allowed in can.items() if allowed}


def versions_of(row: Report) -> list[dict[str, Any]]:
    """The versions with their files, the latest first."""
    scope = current_scope()
    rows = reports.versions(scope.session, scope.contract_id, row.id)
    files = reports.files_of(scope.session, scope.contract_id, [one.id for one in rows])
    return [_version(one, files.get(one.id, {})) for one in rows]


def _version(one: ReportVersion, files: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "revision": one.revision, "at": one.made_at.astimezone(SHANGHAI), "by": one.maker.display_name if one.maker else "自动生成",
        "final": one.final, "sha256": one.sha256, "files": files,
    }  # fmt: skip


def history_of(row: Report) -> dict[str, list[dict[str, Any]]]:
    """What was done with the report, oldest first; and who took its files, the latest first."""
    scope = current_scope()
    rows = reports.events(scope.session, scope.contract_id, row.id, MOST_EVENTS)
    taken = [one for one in rows if one.deed == ReportDeed.DOWNLOADED.value]
    return {"events": [_event(one) for one in reversed(rows) if one not in taken], "taken": [_event(one) for one in taken]}


def _event(one: ReportEvent) -> dict[str, Any]:
    deed = ReportDeed.of(one.deed)
    icon, tone = ICONS[deed]
    who = one.actor.display_name if one.actor is not None else "系统"
    return {"at": one.at.astimezone(SHANGHAI), "who": who, "what": deed.label, "detail": one.note, "icon": icon, "tone": tone}


@bp.post("/<int:report_id>/files/<int:revision>/<kind>", endpoint="take")
@in_contract(*READERS)
def take(contract_id: int, report_id: int, revision: int, kind: str) -> Response:
    """A file of a version; that it was taken is written down before it leaves."""
    row = here(report_id)
    return carried_out(
        lambda act: taking.take(act, current_scope(), store(), row.id, revision, kind),
        lambda taken: sent(taken.name, taken.data, taken.kind),
        address("one", row),
    )


@bp.post("/<int:report_id>/again", endpoint="again")
@in_contract(*WRITERS)
def again(contract_id: int, report_id: int) -> Response:
    """The same report made anew from its sources as they are now."""
    row = here(report_id)
    period = Period(row.from_on, row.until_on, row.label)
    return carried_out(
        lambda act: making.ask(act, current_scope(), row.duty, period),
        lambda job: under_way(contract_id, job.id, "正在后台重新生成。"),
        address("one", row),
    )
