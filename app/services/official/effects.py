"""What service and voidness of a notice mean for its rectification."""

from __future__ import annotations

from datetime import date

from app.security.case_terms import CaseDeed, CaseState, FindingState
from app.services.act import Act, Refused
from app.store import documents
from app.store.cases import Cases
from app.store.contracts import ContractScope
from app.store.documents import OfficialDocument


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
