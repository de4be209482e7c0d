"""A report as pages show it: where it stands, what of it is out of date since it was computed, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.security.report_terms import ReportState
from app.security.terms import AssessmentState
from app.services.act import found
from app.services.reports.handing import shown_state
from app.store import assessments, reports
from app.store.contracts import ContractScope
from app.store.locks import CHANGES
from app.store.reports import Report, ReportVersion
from kpi.reports.model import Report as Told
from kpi.reports.model import Source


@dataclass(frozen=True)
class Stale:
    """What a version no longer takes in. `ledgers`: changed since; `sources`: the footnotes that are out of date."""

    ledgers: frozenset[str] = frozenset()
    sheets: bool = False
    cases: bool = False
    sources: frozenset[int] = frozenset()
    reasons: tuple[str, ...] = field(default=())

    def __bool__(self) -> bool:
        return bool(self.reasons)


def stale(scope: ContractScope, version: ReportVersion, report: Told) -> Stale:
    """Which of the numbers rest on something that was changed after they were computed."""
    session, contract_id = scope.session, scope.contract_id
    until = date.fromisoformat(report.end)
    ledgers = frozenset(reports.changed_ledgers(session, contract_id, version.event_id, until, CHANGES))
    read = {name for one in report.sources for name in one.ledgers}
    ledgers &= frozenset(read)
    scored = any(one.kind == "assessment" for one in report.sources) or bool(report.warnings)  # or it says what was not signed
    sheets = scored and _sheets_moved(scope, version, report)
    cases = any(one.kind == "findings" for one in report.sources) and (
        reports.last_case_event(session, contract_id) > version.case_event_id
    )
    out = frozenset(one.number for one in report.sources if _out(one, ledgers, sheets=sheets, cases=cases))
    return Stale(ledgers, sheets, cases, out, tuple(_reasons(ledgers, report, sheets=sheets, cases=cases)))


def _out(source: Source, ledgers: frozenset[str], *, sheets: bool, cases: bool) -> bool:
    if source.kind == "assessment":
        return sheets
    return cases if source.kind == "findings" else bool(ledgers & set(source.ledgers))


def _sheets_moved(scope: ContractScope, version: ReportVersion, report: Told) -> bool:
    """Whether an assessment that the report shows was reopened, or another one signed."""
    start, end = date.fromisoformat(report.start), date.fromisoformat(report.end)
    signed = [
        one for one in assessments.every(scope.session, scope.contract_id)
        if one.state == AssessmentState.SIGNED and start <= one.until_on <= end
    ]  # fmt: skip
    now = {
        found(assessments.capsule(scope.session, scope.contract_id, one.id, one.signed_revision)).sha256 for one in signed
    }
    return now != set(version.sheets)


def _reasons(ledgers: frozenset[str], report: Told, *, sheets: bool, cases: bool) -> list[str]:
    found_reasons = []
    if ledgers:
        found_reasons.append(f"{len(ledgers)} 本台账在生成以后有变动")
    if sheets:
        found_reasons.append("考核结果在生成以后有变动")
    if cases:
        found_reasons.append("问题与整改在生成以后有变动")
    return found_reasons


@dataclass(frozen=True)
class Line:
    """A report in a list. `late`: its deadline is over and it has not been handed in, or was returned."""

    row: Report
    state: ReportState
    late: bool
    reason: str = ""


def lines(scope: ContractScope, rows: Sequence[Report], today: date) -> list[Line]:
    """Reports with where they stand; what was decided at the desk of the entry counts."""
    ids = [one.entry_id for one in rows if one.entry_id is not None]
    entries = reports.entry_states(scope.session, scope.contract_id, ids)
    found_lines = []
    for row in rows:
        entry, reason = entries.get(row.entry_id, ("", "")) if row.entry_id is not None else ("", "")
        state = shown_state(row, entry)
        late = row.due_on is not None and row.due_on < today and state not in (ReportState.SUBMITTED, ReportState.ACCEPTED)
        found_lines.append(Line(row, state, late, reason if state is ReportState.RETURNED else ""))
    return found_lines
