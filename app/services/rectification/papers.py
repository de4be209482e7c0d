"""The papers of a rectification that are no documents of the register: records, reports, applications (forms 2, 4 and 5).

Each is drawn from its rows alone, so that it can be printed again at any time; its QR code carries a hash of what it says.
Names of those spoken to are masked: the paper is signed by hand.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from app.clock import business_day
from app.documents.official import Document
from app.documents.paper import Proof
from app.security.case_terms import FindingSource, Reinspected
from app.security.terms import Signature
from app.services.act import found
from app.services.rectification.findings import clauses, finding_text
from app.store.cases import Exemption, Finding, RectificationCase, RectificationReport, Reinspection
from app.store.contracts import Contract, ContractScope
from app.store.evidence.rows import Evidence
from kpi.calendar import chinese_date
from kpi.capsule import canonical

RECORDS = {
    FindingSource.SPOT_CHECK: "抽查记录表", FindingSource.INSPECTION: "现场检查记录表", FindingSource.COMPLAINT: "投诉核查记录表",
    FindingSource.CALLBACK: "电话回访记录表", FindingSource.ENTRY: "台账审核记录表",
}  # fmt: skip
SHOWN_DIGEST = 12
BLANK = ""


def slip(scope: ContractScope, tag: str, title: str, content: Mapping[str, Any], dated: date, **more: Any) -> Document:
    """A paper outside the register, under its own hash."""
    contract = found(scope.contract())
    digest = hashlib.sha256(canonical({"tag": tag, "title": title, "content": content}).encode()).hexdigest()
    proof = Proof(f"LYT-{tag}\nSHA-256:{digest}", (tag, f"SHA-256：{digest}"))
    given = {"number": BLANK, "issuer": contract.buyer.name, "letter": False, "day": BLANK, **more}
    return Document(title=title, content=content, proof=proof, project=contract.title, dated=dated, **given)


def attached(scope: ContractScope, file_ids: Sequence[int]) -> str:
    """Names of attached files, each with the beginning of its hash."""
    rows = Evidence(scope.session, scope.contract_id).by_ids(file_ids)
    names = [f"{rows[key].name}（SHA-256 {rows[key].sha256[:SHOWN_DIGEST]}…）" for key in file_ids if key in rows]
    return "\n".join(f"{place}. {name}" for place, name in enumerate(names, 1)) or "无"


def met(signature: str, mask: str) -> str:
    """Who was spoken to, and whether they signed."""
    word = Signature.of(signature)
    return word.label if word is Signature.NOBODY else f"{mask}，{word.label}"


def clause_text(scope: ContractScope, clause: str) -> str:
    return f"{clause} {clauses(scope).get(clause, '')}".strip()


# -- form 2 ---------------------------------------------------------------------------------------


def record_content(scope: ContractScope, row: Finding, files: Sequence[int]) -> dict[str, Any]:
    """What the record of a check says, with two investigators."""
    contract = found(scope.contract())
    time = f" {row.found_time}" if row.found_time else ""
    return {
        "pairs": [
            ["被检查单位", contract.supplier.name], ["项目", contract.title], ["时间", f"{chinese_date(row.found_on)}{time}"],
            ["地点", row.place], ["检查方式", FindingSource.of(row.source).label],
            ["检查人", f"{row.finder.display_name}、{row.second.display_name}"],
            ["谈话对象", met(row.signature, row.spoken_to.get("mask", ""))],
            ["对照条款", clause_text(scope, row.clause)], ["发现的问题", f"{finding_text(row.number)}：{row.found}"],
            ["佐证材料", attached(scope, files)],
        ],
        "places": [
            ["检查人", row.finder.display_name, False], ["检查人", row.second.display_name, False],
            [asked_to_sign(row.signature), BLANK, False], ["见证人（拒签时）", BLANK, False],
        ],
    }  # fmt: skip


def asked_to_sign(signature: str) -> str:
    """The line of the other side: a refusal stands on it."""
    return "被检查人（当场拒签）" if Signature.of(signature) is Signature.REFUSED else "被检查人"


def record(scope: ContractScope, row: Finding, files: Sequence[int]) -> Document:
    """现场检查/抽查/回访记录表 of one finding."""
    title, text = RECORDS[FindingSource.of(row.source)], finding_text(row.number)
    return slip(scope, f"FINDING:{scope.contract_id}-{row.number}", title, record_content(scope, row, files), row.found_on, number=text)


# -- form 4 ---------------------------------------------------------------------------------------


def report(scope: ContractScope, case: RectificationCase, row: RectificationReport, files: Sequence[int]) -> Document:
    """整改报告 of the contractor, a letter to the buyer."""
    contract, on = found(scope.contract()), business_day(row.reported_at)
    served = chinese_date(case.clock_from) if case.clock_from else "未送达"
    content = {
        "to": contract.buyer.name,
        "lead": [f"你单位《{case.notice.title}》（{case.notice.number}）收悉，现将整改情况报告如下："],
        "pairs": [
            ["送达日期", served], ["整改要求", case.demand], ["原因分析", row.cause or "未填写"], ["措施和结果", row.measures],
            ["完成日期", chinese_date(row.done_on)], ["佐证材料", attached(scope, files)],
        ],
        "closing": ["特此报告。"],
    }  # fmt: skip
    tag, title = f"REPORT:{scope.contract_id}-{case.number}-{row.revision}", f"整改报告（第{row.revision}次）"
    return slip(scope, tag, title, content, on, signed=contract.supplier.name, day=chinese_date(on))


def reinspection(scope: ContractScope, case: RectificationCase, row: Reinspection, files: Sequence[int]) -> Document:
    """复检记录 with two investigators."""
    contract: Contract = found(scope.contract())
    content = {
        "pairs": [
            ["被检查单位", contract.supplier.name], ["整改通知书", f"{case.notice.number}　{case.notice.title}"], ["整改要求", case.demand],
            ["复检日期", chinese_date(row.checked_on)], ["地点", row.place],
            ["复检人", f"{row.checker.display_name}、{row.second.display_name}"],
            ["谈话对象", met(row.signature, row.spoken_to.get("mask", ""))], ["复检情况", row.note],
            ["复检结论", Reinspected.of(row.outcome).label], ["佐证材料", attached(scope, files)],
        ],
        "places": [
            ["复检人", row.checker.display_name, False], ["复检人", row.second.display_name, False],
            [asked_to_sign(row.signature), BLANK, False], ["供应商", BLANK, True],
        ],
    }  # fmt: skip
    return slip(scope, f"REINSPECTION:{scope.contract_id}-{row.id}", "复检记录", content, row.checked_on)


# -- form 5 ---------------------------------------------------------------------------------------


def application(scope: ContractScope, finding: Finding, row: Exemption, files: Sequence[int]) -> Document:
    """免责申请书, to be signed and sealed by the contractor."""
    contract, on = found(scope.contract()), business_day(row.applied_at)
    content = {
        "to": contract.buyer.name,
        "lead": [f"我单位在履行《{contract.title}》中的下列问题，申请免责："],
        "pairs": [
            ["问题", f"{finding_text(finding.number)}：{finding.found}"], ["合同条款", clause_text(scope, finding.clause)],
            ["发现日期", chinese_date(finding.found_on)], ["事实和理由", row.reason], ["证据", attached(scope, files)],
        ],
        "places": [["申请人（供应商）", contract.supplier.name, True], ["经办人", row.applicant.display_name, False]],
    }  # fmt: skip
    return slip(scope, f"EXEMPTION:{scope.contract_id}-{row.id}", "免责申请书", content, on, number=finding_text(finding.number))
