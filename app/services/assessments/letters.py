"""考核结果告知书 (form 8): from a result that was told to a numbered document in one act."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.security.case_terms import DocumentKind, DocumentState
from app.security.terms import AssessmentState
from app.services import official
from app.services.act import Act, Refused, found
from app.services.assessments.common import FROZEN, TOLD, check_state, contract_of, get
from app.services.assessments.evaluating import Work, load
from app.services.assessments.views import ClauseView, Sheet, totals
from app.services.ledger.reading import spoken
from app.services.official import Draft
from app.store import assessments, documents
from app.store.assessments import Assessment
from app.store.contracts import Contract, ContractScope
from app.store.documents import OfficialDocument
from kpi.calendar import chinese_date
from kpi.payments import PaymentDecision

READY = frozenset(TOLD | FROZEN) - {AssessmentState.SUPERSEDED.value}
COLUMNS = ("考核项", "满分", "扣分", "得分", "扣分的条款和理由")
VERDICT_COLUMNS = ("条款", "要求", "结论", "依据")
MOST = 500


def letter(act: Act, scope: ContractScope, assessment_id: int) -> OfficialDocument:
    """Numbers the letter of what was told; Refused where there is one of this result already."""
    row = get(scope, assessment_id)
    check_state(row, READY, "出具告知书")
    if (known := letter_of(scope, row)) is not None:
        raise Refused(f"这次结果的告知书已经出具：{known.number or known.title}")
    work = found(load(scope, row, as_told=True))
    title = f"关于{row.label}考核结果的告知书"
    return official.issue(act, scope, Draft(DocumentKind.RESULT, title, content_of(scope, row, work)))


def letter_of(scope: ContractScope, row: Assessment) -> OfficialDocument | None:
    """The letter of the result as it was last told; a void one is none."""
    kept = assessments.capsule(scope.session, scope.contract_id, row.id, row.signed_revision)
    if kept is None:
        return None
    every = documents.register(scope.session, scope.contract_id, DocumentKind.RESULT.value, size=MOST)
    about = {"assessment": row.id, "revision": kept.revision}
    return next((one for one in every if one.content.get("about") == about and one.state != DocumentState.VOID), None)


def content_of(scope: ContractScope, row: Assessment, work: Work) -> dict[str, Any]:
    """Score and tier, each deduction with its clause, what it means in yuan, until when it can be contested."""
    contract: Contract = contract_of(scope)
    kept = found(assessments.capsule(scope.session, scope.contract_id, row.id, row.signed_revision))
    rows = list(deductions(work)) if work.rulebook.rubric is not None else list(unmet(work))
    span = f"{chinese_date(row.from_on)}至{chinese_date(row.until_on)}"
    return {
        "about": {"assessment": row.id, "revision": kept.revision},
        "to": contract.supplier.name,
        "lead": [f"按照《{contract.title}》的约定，我单位对你单位{span}的履约情况进行了考核，现将结果告知如下："],
        "pairs": [*([name, text] for name, text in facts(work)), ["存档校验值", f"SHA-256 {kept.sha256}"]],
        "columns": list(COLUMNS if work.rulebook.rubric is not None else VERDICT_COLUMNS), "rows": rows,
        "closing": [*([] if rows else ["本周期没有扣分。"]), *effect(work.evaluation.payment), appeal(row), "考核细则表随附。"],
    }  # fmt: skip


def facts(work: Work) -> Iterator[tuple[str, str]]:
    shown = totals(work, 0, 0)
    if shown.full:
        yield "考核得分", f"{shown.total or '待定'}分（满分{shown.full}分，扣{shown.lost}分）"
        if shown.bonus and shown.bonus != "0":
            yield "其中加分", f"{shown.bonus}分"
    if shown.combined:
        yield "合成得分", shown.combined
    if shown.tier:
        yield "档次", shown.tier
    yield from shown.verdicts


def deductions(work: Work) -> Iterator[list[str]]:
    """One row for each item that lost points, with every clause that took some."""
    for item in Sheet(work).items():
        if item.kind == "item" and item.deduction not in ("", "0"):
            why = [text for one in item.clauses if (text := reason(one))]
            yield [item.title, item.maximum, item.deduction, item.score, "\n".join(why) or item.text]


def reason(clause: ClauseView) -> str:
    """Which clause takes what, and why."""
    if clause.verb != "扣" or clause.taken in ("", "0"):
        return ""
    why = clause.decision.reason if clause.decision is not None and clause.decision.reason else clause.text
    return f"{clause.place.clause} {clause.title}：扣{clause.taken}分。{why}"


def unmet(work: Work) -> Iterator[list[str]]:
    """Without points: the clauses that were not fulfilled."""
    for item in Sheet(work).items():
        if item.kind == "clause" and item.clauses[0].met is False:
            yield [item.id, item.title, "未达标", item.text]


def effect(decision: PaymentDecision | None) -> Iterator[str]:
    """What the result means for the money, as far as it can be computed."""
    if decision is None:
        yield "合同没有约定考核结果影响付款的算法，本结果不计算金额。"
        return
    for one in decision.reductions:
        if one.amount is None or one.amount.fen:
            yield f"扣款：{one.title}（{one.clause}）{one.amount if one.amount is not None else '现在还不能计算'}。"
    if decision.due is not None and decision.due.amount is not None and not decision.due.advance:
        payable = decision.payable if decision.payable is not None else decision.due.amount
        due, told = decision.due, spoken(decision.due.explanation)
        yield f"对付款的影响：{spoken(due.title)}按考核结果核定{due.amount}（{told}），减去扣款后应付{payable}。"
        return
    later = list(by_result(decision))
    if later:
        yield f"对付款的影响：{'；'.join(later)}。预付款不按考核结果支付。"
    else:
        yield "对付款的影响：" + (spoken("；".join(decision.reasons)) or "没有待付款项") + "。"


def by_result(decision: PaymentDecision) -> Iterator[str]:
    """What the payments that hang on results come to under this one, where an advance is due first."""
    plan = decision.plans.get(decision.chosen or "")
    for one in plan.lines if plan is not None else ():
        if one.open and not one.advance and one.amount is not None:
            yield f"按本结果，{spoken(one.title)}为{one.amount}（{spoken(one.explanation)}）"


def appeal(row: Assessment) -> str:
    if row.appeal_until is None:
        return "对结果有异议的，请书面提出申诉。"
    days = f"，告知次日起{row.appeal_days}个工作日" if row.appeal_days else ""
    return (
        f"对结果有异议的，应在{chinese_date(row.appeal_until)}以前（含当日{days}）书面提出申诉；本告知书晚于系统告知送达的，"
        "期限从送达次日起重新计算。逾期没有提出的，视为没有异议。"
    )
