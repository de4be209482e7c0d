"""Exemptions and contract events: applied for or recorded by one, decided by another."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.security.case_terms import PaperOf, Verdict
from app.services.act import found
from app.services.ledger.reading import spoken
from app.services.official.people import ANSWERS, DECIDERS, ISSUERS
from app.services.rectification import events, exempting
from app.services.rectification.events import Happened, kinds
from app.services.rectification.findings import clauses, finding_text
from app.store import documents
from app.store.cases import Cases, ContractEvent, Exemption, Finding
from app.web.access import current_scope, in_contract
from app.web.htmx import redirect_to
from app.web.papers import cards, file_ids, paper_form, picked
from app.web.rectification.blueprint import bp
from app.web.rectification.findings import here
from app.web.rectification.forms import ApplyForm, DecideForm, EventForm
from app.web.rectification.shared import HOME, address, files_of
from app.web.replies import FormView
from app.web.transaction import current_act, perform
from kpi.calendar import chinese_date
from kpi.rulebook.rubric import EventKind


@bp.route("/findings/<int:finding_id>/exemption", methods=["GET", "POST"])
@in_contract(*ANSWERS)
def apply(contract_id: int, finding_id: int) -> Response:
    row, form, scope = here(finding_id), ApplyForm(), current_scope()
    back, number = address("finding", finding_id=row.id), finding_text(row.number)
    if perform(form, lambda act: exempting.apply(act, scope, row.id, form.reason.data, file_ids())):
        return redirect_to(back, told="免责申请已提交，等采购人认定。")
    view = FormView(form, address("apply", finding_id=row.id), "提交申请", hint=f"{number}：{row.found}")
    return paper_form(f"申请免责：{number}", view, (number, back), "书面申请和证据", "盖章的书面申请、证明材料。")


@bp.route("/exemptions/<int:exemption_id>/decide", methods=["GET", "POST"])
@in_contract(*DECIDERS)
def decide(contract_id: int, exemption_id: int) -> Response:
    form, scope = DecideForm(), current_scope()
    row = found(Cases(scope.session, contract_id).find(Exemption, exemption_id))
    finding = here(row.finding_id)
    back, number = address("finding", finding_id=finding.id), finding_text(finding.number)
    if done := perform(form, lambda act: exempting.decide(act, scope, row.id, Verdict.of(form.outcome.data), form.answer.data)):
        told = "已认定成立，免责认定单已编号，请打印签章。" if done.value.document_id else "已认定不成立，供应商会看到理由。"
        return redirect_to(back, told=told)
    view = FormView(form, address("decide", exemption_id=row.id), "认定")
    return paper_form(f"免责认定：{number}", view, (number, back), about=asked(row, finding))


def asked(row: Exemption, finding: Finding) -> dict[str, Any]:
    """What is asked for, and the proofs of both sides."""
    scope = current_scope()
    title = clauses(scope).get(finding.clause, "")
    wanted = [(PaperOf.EXEMPTION, row.id), (PaperOf.FINDING, finding.id)]
    held = documents.papers(scope.session, scope.contract_id, wanted)
    ids = [key for use, about in wanted for key in held.get((use.value, about), [])]
    return {
        "facts": [
            ("问题", finding.found), ("合同条款", f"{finding.clause} {title}".strip()),
            ("申请人", row.applicant.display_name), ("申请的理由", row.reason),
        ],
        "files": picked(cards(ids), ids), "paper": "免责申请书", "papers": files_of("application_file", exemption_id=row.id),
    }  # fmt: skip


@bp.route("/events/new", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def record_event(contract_id: int) -> Response:
    form, scope = EventForm(), current_scope()
    form.kind.choices = [(each.id, spoken(each.title)) for each in kinds(scope).values()]
    if request.method == "GET":
        form.happened_on.data = current_act().today
    if perform(form, lambda act: events.record(act, scope, happened(form))):
        return redirect_to(address("cases"), told="已登记，等采购人的另一人认定。")
    hint = "由另一人认定。合同约定会影响付款的，认定以前不能付款。"
    view = FormView(form, address("record_event"), "登记合同事件", hint=hint)
    return paper_form("登记合同事件", view, (HOME, address("cases")), "佐证材料", "能说明经过的材料。")


def happened(form: EventForm) -> Happened:
    return Happened(form.kind.data, form.happened_on.data, form.account.data, file_ids())


@bp.route("/events/<int:event_id>/decide", methods=["GET", "POST"])
@in_contract(*DECIDERS)
def decide_event(contract_id: int, event_id: int) -> Response:
    form, scope = DecideForm(), current_scope()
    row = found(Cases(scope.session, contract_id).find(ContractEvent, event_id))
    if perform(form, lambda act: events.decide(act, scope, row.id, Verdict.of(form.outcome.data), form.answer.data)):
        return redirect_to(address("cases"), told="已认定。")
    view = FormView(form, address("decide_event", event_id=row.id), "认定")
    return paper_form(f"认定合同事件：{row.title}", view, (HOME, address("cases")), about=happening(row))


def happening(row: ContractEvent) -> dict[str, Any]:
    """What was recorded, its proofs, and what the contract says of such an event."""
    scope = current_scope()
    ids = documents.papers(scope.session, scope.contract_id, [(PaperOf.EVENT, row.id)]).get((PaperOf.EVENT.value, row.id), [])
    kind = kinds(scope).get(row.kind)
    known = clauses(scope)
    facts = [("事件", row.title), ("发生日期", chinese_date(row.happened_on)), ("经过", row.account), ("登记人", row.recorder.display_name)]
    if kind is not None:
        facts.append(("合同条款", "、".join(f"{one} {known.get(one, '')}".strip() for one in kind.clauses)))
        facts.append(("认定成立的后果", "；".join(consequences(kind)) or "合同没有约定对考核和付款的后果，只作记录"))
    return {"facts": facts, "files": picked(cards(ids), ids)}


def consequences(kind: EventKind) -> list[str]:
    """What follows where it stands."""
    told = {
        "考核一票否决": kind.veto, "采购人可以解除合同": kind.may_terminate, "没有付的款不再支付": kind.refuses_unpaid,
        "认定以前不能付款": kind.blocks_payment,
    }  # fmt: skip
    return [text for text, holds in told.items() if holds]
