"""投诉: the register, one complaint, and its coming in."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.security.case_terms import PaperOf, Verdict
from app.security.field_terms import ComplaintChannel, ComplaintState
from app.security.permissions import P
from app.services.act import found
from app.services.fieldwork import complaints as services
from app.services.fieldwork.checklists import kind_of
from app.services.fieldwork.complaints import Received, complaint_text
from app.services.official.people import ISSUERS
from app.services.rectification.findings import clauses, finding_text
from app.store import documents
from app.store.cases import Cases
from app.store.fieldwork import Complaint, Fieldwork
from app.web.access import as_member, current_person, current_scope, in_contract
from app.web.fieldwork.blueprint import bp
from app.web.fieldwork.forms import ComplaintForm
from app.web.fieldwork.shared import (
    BOX,
    HOME,
    Performed,
    address,
    clause_choices,
    now_text,
    outlet_choices,
    tabs_of,
    typed,
)
from app.web.htmx import redirect_to, render
from app.web.papers import cards, file_ids, today
from app.web.replies import FormView
from app.web.sides import answers, decides, issues

S = ComplaintState
TONES = {S.RECEIVED: "submitted", S.LOOKED_INTO: "undecided"}


def here(complaint_id: int) -> Complaint:
    """The complaint of the address; Missing where the contract has none."""
    scope = current_scope()
    return found(Fieldwork(scope.session, scope.contract_id).find(Complaint, complaint_id))


@bp.get("/complaints", endpoint="complaints")
@as_member(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    rows = Fieldwork(current_scope().session, contract_id).register(Complaint)
    return render(
        "fieldwork/complaints.html", tabs=tabs_of("complaints"), lines=[line_of(one) for one in rows],
        new_url=address("receive") if issues() else "",
    )  # fmt: skip


def line_of(row: Complaint) -> dict[str, Any]:
    state = S.of(row.state)
    tone = TONES.get(state) or ("unmet" if row.outcome == Verdict.UPHELD else "closed")
    return {
        "row": row, "number": complaint_text(row.number), "url": address("complaint", complaint_id=row.id), "tone": tone,
        "word": state.label if row.outcome is None else Verdict.of(row.outcome).label, "channel": ComplaintChannel.of(row.channel).label,
        "late": row.reply_due is not None and row.replied_on is None and row.reply_due < today(),
    }  # fmt: skip


@bp.route("/complaints/new", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def receive(contract_id: int) -> Response:
    form, scope = ComplaintForm(), current_scope()
    asked = services.asked(scope)
    form.clause.choices, form.outlet_id.choices = clause_choices(), outlet_choices()
    if request.method == "GET":
        form.on.data, form.time.data, form.channel.data = today(), now_text(), ComplaintChannel.HOTLINE.value
        form.clause.data = next(iter(asked), None)
    sent = Performed(form, lambda act: services.receive(act, scope, received(form)))
    if sent.done is not None:
        row = sent.done.value
        return redirect_to(address("complaint", complaint_id=row.id), told=f"已登记为{complaint_text(row.number)}，供应商可以说明情况。")
    view = FormView(form, address("receive"), "登记投诉", "complaint-form")
    boxes = {field.id: field for fields in asked.values() for field in fields}
    return render(
        "fieldwork/complaint_new.html", "fieldwork/_complaint_new.html", status=sent.status, view=view,
        back=(HOME, address("complaints")), boxes=[box(one) for one in boxes.values()],
        kept=list(cards(file_ids()).values()) if request.method == "POST" else [],
    )  # fmt: skip


def box(field: Any) -> dict[str, Any]:
    """A further field of the rulebook's complaint ledger."""
    return {
        "name": BOX + field.id, "label": field.name, "type": kind_of(field), "options": list(field.choices), "help": field.help or None,
        "value": request.form.get(BOX + field.id),
    }  # fmt: skip


def received(form: ComplaintForm) -> Received:
    """What the valid form says."""
    return Received(
        clause=form.clause.data, channel=ComplaintChannel.of(form.channel.data), on=form.on.data, time=form.time.data or "",
        account=form.account.data, complainant=form.complainant.data or "", outlet_id=form.outlet_id.data,
        reply_due=form.reply_due.data, typed=typed(BOX), files=file_ids(),
    )  # fmt: skip


@bp.get("/complaints/<int:complaint_id>", endpoint="complaint")
@as_member(P.CONTRACT_READ)
def one(contract_id: int, complaint_id: int) -> Response:
    row, scope = here(complaint_id), current_scope()
    papers = documents.papers(scope.session, contract_id, [(PaperOf.COMPLAINT, row.id)])
    finding = Cases(scope.session, contract_id).findings_by_ids([row.finding_id]) if row.finding_id else []
    return render(
        "fieldwork/complaint.html", **line_of(row), clause_title=clauses(scope).get(row.clause, ""), acts=acts(row),
        files=list(cards(papers.get((PaperOf.COMPLAINT.value, row.id), ())).values()), back=(HOME, address("complaints")),
        complainant=row.complainant.get("mask", "") or "匿名",
        findings=[(finding_text(each.number), finding_url(each.id)) for each in finding], fields=labelled(row),
        own=row.state == S.LOOKED_INTO and decides() and row.received_by == current_person().user_id,
    )  # fmt: skip


def finding_url(finding_id: int) -> str:
    return url_for("rectification.finding", contract_id=current_scope().contract_id, finding_id=finding_id)


def labelled(row: Complaint) -> list[tuple[str, str]]:
    """The further fields under their Chinese headings."""
    names = {field.id: field.name for fields in services.asked(current_scope()).values() for field in fields}
    return [(names.get(name, name), str(value)) for name, value in row.fields.items()]


def acts(row: Complaint) -> list[tuple[str, str, str, bool]]:
    """Address, word, icon and weight of what the person may do next."""
    state = S.of(row.state)
    mine = row.received_by == current_person().user_id
    can = [
        ("statement", "说明情况", "pencil", state is not S.DECIDED and answers(), True),
        ("investigate", "登记调查", "search", state is not S.DECIDED and issues(), state is S.RECEIVED),
        ("verdict", "认定", "gavel", state is S.LOOKED_INTO and decides() and not mine, True),
        ("reply", "登记答复", "send", state is S.DECIDED and issues(), row.replied_on is None),
    ]
    return [(address(name, complaint_id=row.id), word, icon, main) for name, word, icon, allowed, main in can if allowed]
