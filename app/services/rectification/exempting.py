"""免责: the contractor applies in writing; a person of the buyer who did not find it decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.security.case_terms import CaseDeed, CaseState, DocumentKind, FindingState, PaperOf, Verdict
from app.services import official
from app.services.act import Act, Refused, found
from app.services.official import Draft
from app.services.official.people import DECIDERS, attach, for_buyer, for_supplier
from app.services.rectification.findings import LEAST_TEXT, clauses, finding_text
from app.store import accounts, documents
from app.store.cases import Cases, Exemption, Finding, RectificationCase
from app.store.contracts import ContractScope, organisation_by_id
from kpi.calendar import chinese_date

UNDER_WAY = frozenset({FindingState.OPEN.value, FindingState.NOTICED.value})


def apply(act: Act, scope: ContractScope, finding_id: int, reason: str, files: Sequence[int]) -> Exemption:
    """The written application."""
    person_id, cases = for_supplier(act, scope), Cases(act.session, scope.contract_id)
    finding = found(cases.hold(Finding, finding_id))
    if finding.state not in UNDER_WAY:
        raise Refused(f"这个问题现在是“{FindingState.of(finding.state).label}”，不能再申请免责")
    if len(reason.strip()) < LEAST_TEXT:
        raise Refused(f"请写明免责的事实和理由（至少 {LEAST_TEXT} 个字）", "reason")
    if any(each.outcome is None for each in cases.exemptions([finding.id])):
        raise Refused("这个问题已有一件免责申请在等认定，不用再提")
    if not files:
        raise Refused("请附上盖章的书面申请和证据，例如扫描件、照片、通告", "files")
    row = cases.add(
        Exemption(finding_id=finding.id, reason=reason.strip(), applied_by=person_id, applied_at=act.now)
    )
    attach(act, scope, PaperOf.EXEMPTION, row.id, files)
    note(act, finding, CaseDeed.APPLIED, row.reason)
    act.record("exemption.applied", "exemption", row.id, scope.contract_id, finding=finding.id)
    return row


def decide(act: Act, scope: ContractScope, exemption_id: int, outcome: Verdict, answer: str) -> Exemption:
    """The decision; where it is upheld the 免责认定单 is numbered, to be signed and sealed."""
    person_id, cases = for_buyer(act, scope, *DECIDERS), Cases(act.session, scope.contract_id)
    row = found(cases.hold(Exemption, exemption_id))
    finding = found(cases.hold(Finding, row.finding_id))
    if row.outcome is not None:
        raise Refused("这件申请已经认定过了，请刷新页面")
    if person_id in {finding.found_by, finding.second_id}:
        raise Refused("自己查出的问题，不能自己认定免责，请采购人的另一人认定")
    if len(answer.strip()) < LEAST_TEXT:
        raise Refused(f"请写明认定的理由（至少 {LEAST_TEXT} 个字）", "answer")
    row.outcome, row.answer = outcome.value, answer.strip()
    row.decided_by, row.decided_at = person_id, act.now
    if outcome is Verdict.UPHELD:
        exempt(act, scope, cases, finding, row)
    act.session.flush()
    note(act, finding, CaseDeed.EXEMPTION_DECIDED, f"{outcome.label}：{row.answer}", document_id=row.document_id)
    act.record(
        "exemption.decided", "exemption", row.id, scope.contract_id,
        finding=finding.id, outcome=outcome.value, document=row.document_id,
    )  # fmt: skip
    return row


def exempt(act: Act, scope: ContractScope, cases: Cases, finding: Finding, row: Exemption) -> None:
    """The finding no longer counts; a case of which nothing is left is over."""
    title = f"关于{finding_text(finding.number)}的免责认定单"
    content = content_of(act, scope, finding, row)
    row.document_id = official.issue(act, scope, Draft(DocumentKind.EXEMPTION, title, content)).id
    finding.state = FindingState.EXEMPTED.value
    act.session.flush()
    if finding.case_id is None:
        return
    left = [each for each in cases.of_cases([finding.case_id]) if each.state != FindingState.EXEMPTED.value]
    case = found(cases.hold(RectificationCase, finding.case_id))
    if not left:
        case.state, case.ended_on = CaseState.EXEMPTED.value, act.today


def content_of(act: Act, scope: ContractScope, finding: Finding, row: Exemption) -> dict[str, Any]:
    """What the 免责认定单 says (form 5)."""
    contract, known = found(scope.contract()), clauses(scope)
    supplier = found(organisation_by_id(scope.session, contract.supplier_id))
    applicant, decider = (accounts.by_id(scope.session, key) for key in (row.applied_by, act.person().user_id))
    return {
        "to": supplier.name,
        "lead": [f"你单位就《{contract.title}》履行中的下列问题提出的免责申请，经审查认定如下："],
        "columns": ["事项", "内容"],
        "rows": [
            ["问题", f"{finding_text(finding.number)}：{finding.found}"],
            ["合同条款", f"{finding.clause} {known.get(finding.clause, '')}".strip()],
            ["发现日期", chinese_date(finding.found_on)],
            ["申请人和理由", f"{applicant.display_name if applicant else ''}：{row.reason}"],
            ["认定", f"免责成立。{row.answer}"],
        ],
        "closing": ["本认定单经采购人签字盖章后归档；该问题不作为扣分和扣款的依据。"],
        "places": [
            ["申请人", supplier.name, True], ["认定人", decider.display_name if decider else "", False],
            ["采购人", contract.buyer.name, True],
        ],
    }


def note(act: Act, finding: Finding, deed: CaseDeed, text: str, document_id: int | None = None) -> None:
    documents.note(
        act.session, finding.contract_id, deed, act.person().user_id, act.now, text,
        finding_id=finding.id, case_id=finding.case_id, document_id=document_id,
    )  # fmt: skip
