"""整改通知书: from one or several findings to a numbered notice in one act."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.security.case_terms import CaseDeed, CaseState, DocumentKind, FindingSource, FindingState
from app.services import official
from app.services.act import Act, Refused, found
from app.services.official import Draft
from app.services.official.people import ISSUERS, for_buyer
from app.services.rectification.findings import LEAST_TEXT, clauses, finding_text
from app.store import documents
from app.store.cases import Cases, Finding, RectificationCase
from app.store.contracts import ContractScope, organisation_by_id
from kpi.calendar import chinese_date

DAYS = 5
MOST_DAYS = 60
SEQUENCE = "@case"
LONGEST_NAME = 24
DEMAND = "请对照合同条款逐项查明原因，落实整改措施，并在规定期限内提交整改报告及佐证材料。"


@dataclass(frozen=True)
class Demand:
    """What the notice asks for. `number` is empty, or the number of the office system."""

    findings: Sequence[int]
    demand: str
    days: int
    number: str


def notice(act: Act, scope: ContractScope, wanted: Demand) -> RectificationCase:
    """Issues the notice: document drafted and numbered, case opened, findings noticed."""
    person_id, cases = for_buyer(act, scope, *ISSUERS), Cases(act.session, scope.contract_id)
    findings = open_findings(cases, wanted.findings)
    if len(wanted.demand.strip()) < LEAST_TEXT:
        raise Refused(f"请写明整改要求（至少 {LEAST_TEXT} 个字）", "demand")
    if not 1 <= wanted.days <= MOST_DAYS:
        raise Refused(f"整改期限应在 1 与 {MOST_DAYS} 个工作日之间", "days")
    title = f"关于{titled(findings, clauses(scope))}的整改通知书"
    content = content_of(scope, findings, wanted)
    document = official.issue(act, scope, Draft(DocumentKind.NOTICE, title, content), wanted.number)
    case = cases.add(
        RectificationCase(
            number=scope.next_number(SEQUENCE), notice_id=document.id, demand=wanted.demand.strip(), days=wanted.days,
            state=CaseState.ISSUED.value, opened_by=person_id, opened_at=act.now,
        )
    )  # fmt: skip
    for each in findings:
        each.state, each.case_id = FindingState.NOTICED.value, case.id
    act.session.flush()
    cited = "、".join(finding_text(each.number) for each in findings)
    documents.note(
        act.session, scope.contract_id, CaseDeed.NOTICED, person_id, act.now, f"{document.number}：{cited}",
        case_id=case.id, document_id=document.id,
    )  # fmt: skip
    act.record(
        "case.noticed", "case", case.id, scope.contract_id,
        number=document.number, findings=[each.id for each in findings], days=wanted.days,
    )  # fmt: skip
    return case


def open_findings(cases: Cases, ids: Sequence[int]) -> Sequence[Finding]:
    """The findings to put into the notice, kept from others."""
    wanted = set(ids)
    findings = cases.findings_by_ids(wanted, hold=True)
    if not wanted or len(findings) != len(wanted):
        raise Refused("请选要整改的问题", "findings")
    if busy := [each for each in findings if each.state != FindingState.OPEN.value]:
        said = "、".join(f"{finding_text(each.number)}（{FindingState.of(each.state).label}）" for each in busy)
        raise Refused(f"这些问题不是待处理的，不能再开通知书：{said}", "findings")
    return findings


def titled(findings: Sequence[Finding], known: Mapping[str, str]) -> str:
    """What the notice is about: the first finding's clause, as far as its title says it in a word."""
    name = known.get(findings[0].clause, "").split("：")[0] or findings[0].clause
    about = name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
    return f"“{about}”问题" if len(findings) == 1 else f"“{about}”等{len(findings)}项问题"


def content_of(scope: ContractScope, findings: Sequence[Finding], wanted: Demand) -> dict[str, Any]:
    """What is printed: the addressee, the findings with their clauses, the demand, the clock."""
    contract, known = found(scope.contract()), clauses(scope)
    supplier = found(organisation_by_id(scope.session, contract.supplier_id))
    rows = [
        [
            finding_text(each.number), f"{each.clause} {known.get(each.clause, '')}".strip(), each.found,
            f"{chinese_date(each.found_on)}\n{FindingSource.of(each.source).label}",
        ]
        for each in findings
    ]  # fmt: skip
    return {
        "to": supplier.name,
        "lead": [f"在履行《{contract.title}》中，发现你单位存在下列问题："],
        "columns": ["问题编号", "合同条款", "问题", "发现日期和来源"],
        "rows": rows,
        "closing": [
            f"整改要求：{wanted.demand.strip()}",
            f"整改期限：自本通知书送达次日起 {wanted.days} 个工作日。逾期不改或整改不到位的，按合同约定扣减。",
            "对所列问题有异议，或者认为应当免责的，可在期限内提出书面申请。",
        ],
    }
