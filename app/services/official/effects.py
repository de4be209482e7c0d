"""What service and voidness of a document mean for what it is about: a rectification, an assessment."""

from __future__ import annotations

from datetime import date

from app.security.case_terms import CaseDeed, CaseState, FindingState
from app.security.terms import AssessmentDeed, AssessmentState, Party
from app.services import books
from app.services.act import Act, Refused
from app.store import assessments, documents
from app.store.cases import Cases
from app.store.contracts import ContractScope
from app.store.documents import OfficialDocument

#: An item can still be contested.
CONTESTED = frozenset({AssessmentState.PUBLISHED.value, AssessmentState.APPEALED.value})


def served(act: Act, scope: ContractScope, document: OfficialDocument, day: date) -> None:
    """The clock of the rectification starts after the first service of its notice."""
    case = Cases(act.session, scope.contract_id).by_notice(document.id)
    if case is None or case.state != CaseState.ISSUED.value:
        return
    case.state, case.clock_from = CaseState.SERVED.value, day
    act.session.flush()
    text = f"{day} 送达，从次日起 {case.days} 个工作日"
    documents.note(
        act.session, scope.contract_id, CaseDeed.STARTED, act.person().user_id, act.now, text, case_id=case.id
    )


def told(act: Act, scope: ContractScope, document: OfficialDocument, day: date) -> None:
    """The days for appeals run from the day after the letter of the result was first served, where that is later than told."""
    number = (document.content.get("about") or {}).get("assessment")
    row = assessments.find(act.session, scope.contract_id, number, hold=True) if number is not None else None
    if row is None or row.state not in CONTESTED or row.appeal_until is None:
        return
    first = len(documents.services(act.session, scope.contract_id, [document.id])) == 1
    if not first or any(one.side == Party.SUPPLIER for one in assessments.signatures(act.session, scope.contract_id, row.id)):
        return
    until = books.calendar(act.session, provisional=True).add_working_days(day, row.appeal_days).date
    if until <= row.appeal_until:
        return
    row.appeal_until = until
    reason = f"{document.number} 于 {day} 送达，申诉期限到 {until} 为止"
    assessments.note(act.session, row, AssessmentDeed.PUBLISHED, act.now, act.person().user_id, reason)
    act.record(
        "assessment.letter_served", "assessment", row.id, scope.contract_id, document=document.id, until_on=str(until)
    )


def voided(act: Act, scope: ContractScope, document: OfficialDocument, reason: str) -> None:
    """A void notice ends its rectification; the findings wait for another."""
    cases = Cases(act.session, scope.contract_id)
    case = cases.by_notice(document.id)
    if case is None:
        return
    if case.state not in {CaseState.ISSUED.value, CaseState.SERVED.value}:
        raise Refused(f"整改案件现在是“{CaseState.of(case.state).label}”，通知书不能再作废")
    case.state, case.ended_on = CaseState.VOID.value, act.today
    for finding in cases.findings_by_ids([each.id for each in cases.of_cases([case.id])], hold=True):
        if finding.state == FindingState.NOTICED.value:
            finding.state, finding.case_id = FindingState.OPEN.value, None
    act.session.flush()
    act.record("case.voided", "case", case.id, scope.contract_id, document=document.id, reason=reason)
