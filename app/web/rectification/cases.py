"""A rectification: its page, the contractor's report, the reinspection, the dossier."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.clock import SHANGHAI
from app.security.case_terms import CaseState, PaperOf, Receipt, Reinspected, ServiceWay, Verdict
from app.security.permissions import P
from app.security.terms import Signature
from app.services.act import found
from app.services.evidence.showing import Shown
from app.services.official.people import ANSWERS, ISSUERS, colleagues
from app.services.rectification import answering
from app.services.rectification.answering import Answer, Looked
from app.services.rectification.clock import Clock
from app.services.rectification.dossier import Dossier, contents, opened
from app.services.rectification.findings import clauses, finding_text
from app.store.cases import Cases, RectificationCase
from app.web.access import as_member, current_scope, in_contract
from app.web.htmx import redirect_to, render
from app.web.paper_files import PRINTED, labelled
from app.web.papers import cards, document_url, file_ids, paper_form, picked, today, told
from app.web.rectification.blueprint import bp
from app.web.rectification.forms import LookForm, ReportForm
from app.web.rectification.shared import HOME, address, case_line, files_of, finding_line
from app.web.replies import FormView
from app.web.sides import answers, issues
from app.web.transaction import current_act, perform


def here(case_id: int) -> RectificationCase:
    """The case of the address; Missing where the contract has none."""
    scope = current_scope()
    return found(Cases(scope.session, scope.contract_id).find(RectificationCase, case_id))


@bp.get("/cases/<int:case_id>", endpoint="case")
@as_member(P.CONTRACT_READ)
def one(contract_id: int, case_id: int) -> Response:
    return render("rectification/case.html", **view_of(opened(current_scope(), case_id)))


@bp.get("/cases/<int:case_id>/dossier", endpoint="dossier")
@as_member(P.CONTRACT_READ)
def dossier(contract_id: int, case_id: int) -> Response:
    held = opened(current_scope(), case_id)
    back_url = address("case", case_id=case_id)
    return render("rectification/dossier.html", **view_of(held), pieces=contents(held), back_url=back_url, contract_row=held.contract)


def view_of(held: Dossier) -> dict[str, Any]:
    """Everything of the case as the page and the dossier show it."""
    known, case, names = cards(held.every_file), held.case, clauses(current_scope())
    clock = Clock.of(current_scope(), today())

    def files(use: PaperOf, about_id: int) -> list[Shown]:
        return picked(known, held.files(use, about_id))

    return {
        **case_line(case, clock, held.findings), "acts": acts(case), "back": (HOME, address("cases")),
        "lines": [{**finding_line(each, names), "files": files(PaperOf.FINDING, each.id), "record": slip_of(held, each.record_id, known),
                   "signature": Signature.of(each.signature).label}
                  for each in held.findings],
        "services": [{"row": each, "way": ServiceWay.of(each.way).label, "receipt": Receipt.of(each.receipt).label,
                      "files": files(PaperOf.SERVICE, each.id)} for each in held.services],
        "reports": [{"row": each, "at": each.reported_at.astimezone(SHANGHAI), "due": clock.of_report(case, each),
                     "files": files(PaperOf.REPORT, each.id), "papers": files_of("report_file", case_id=case.id, reply_id=each.id)}
                    for each in held.reports],
        "looks": [{"row": each, "outcome": Reinspected.of(each.outcome).label, "signature": Signature.of(each.signature).label,
                   "spoken_to": each.spoken_to.get("mask", ""), "files": files(PaperOf.REINSPECTION, each.id),
                   "papers": files_of("look_file", case_id=case.id, look_id=each.id)}
                  for each in held.reinspections],
        "asked": [{"row": each, "at": each.applied_at.astimezone(SHANGHAI), "files": files(PaperOf.EXEMPTION, each.id),
                   "papers": files_of("application_file", exemption_id=each.id),
                   "word": "待认定" if each.outcome is None else Verdict.of(each.outcome).label,
                   "slip": slip_of(held, each.document_id, known),
                   "number": next((finding_text(one.number) for one in held.findings if one.id == each.finding_id), "")}
                  for each in held.exemptions],
        "scans": files(PaperOf.SCAN, case.notice_id), "events": told(held.past),
        "notice_url": document_url(case.notice_id),
        "notice_files": labelled({kind: url_for("official.file", contract_id=case.contract_id, document_id=case.notice_id, kind=kind)
                                  for kind in PRINTED}),
    }  # fmt: skip


def slip_of(held: Dossier, document_id: int | None, known: dict[int, Shown]) -> dict[str, Any] | None:
    """A document of the register that belongs to the case, with its signed scan; None where there is none."""
    row = held.document(document_id)
    if row is None:
        return None
    return {"row": row, "url": document_url(row.id), "scans": picked(known, held.scan(row.id))}


def acts(row: RectificationCase) -> dict[str, str]:
    """Addresses of what the person may do next."""
    state = CaseState.of(row.state)
    can = {
        "report": state is CaseState.SERVED and answers(),
        "reinspect": state in {CaseState.SERVED, CaseState.REPORTED} and issues(),
    }
    at = {"contract_id": row.contract_id, "document_id": row.notice_id}
    found_acts = {name: address(name, case_id=row.id) for name, allowed in can.items() if allowed}
    if state is CaseState.ISSUED and issues():
        found_acts["next"] = url_for("official.serve" if row.notice.sealed_on else "official.document", **at)
    return found_acts


@bp.route("/cases/<int:case_id>/report", methods=["GET", "POST"])
@in_contract(*ANSWERS)
def report(contract_id: int, case_id: int) -> Response:
    row, form, scope = here(case_id), ReportForm(), current_scope()
    back = address("case", case_id=row.id)
    if request.method == "GET":
        form.done_on.data = current_act().today
    if perform(form, lambda act: answering.report(act, scope, row.id, reported(form))):
        return redirect_to(back, told="整改报告已提交，等采购人复检。")
    view = FormView(form, address("report", case_id=row.id), "提交整改报告", "report-form", hint=row.demand)
    return paper_form("整改报告", view, ("整改案件", back), "佐证材料", "能证明已经整改的照片、制度、记录。")


def reported(form: ReportForm) -> Answer:
    return Answer(form.cause.data or "", form.measures.data, form.done_on.data, file_ids())


@bp.route("/cases/<int:case_id>/reinspect", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def reinspect(contract_id: int, case_id: int) -> Response:
    row, form, scope = here(case_id), LookForm(), current_scope()
    back = address("case", case_id=row.id)
    form.second_id.choices = [(each.id, each.display_name) for each in colleagues(scope, current_act())]
    if request.method == "GET":
        form.checked_on.data, form.signature.data = current_act().today, Signature.SIGNED.value
    if done := perform(form, lambda act: answering.reinspect(act, scope, row.id, looked(form))):
        return redirect_to(back, told=f"复检已登记：{Reinspected.of(done.value.outcome).label}。")
    view = FormView(form, address("reinspect", case_id=row.id), "登记复检", "look-form")
    return paper_form("复检", view, ("整改案件", back), "复检材料", "现场照片、签字的复检记录。")


def looked(form: LookForm) -> Looked:
    """What the valid form says."""
    return Looked(
        outcome=Reinspected.of(form.outcome.data), checked_on=form.checked_on.data, place=form.place.data,
        second_id=form.second_id.data, spoken_to=form.spoken_to.data or "", signature=Signature.of(form.signature.data),
        note=form.note.data, days=form.days.data, files=file_ids(),
    )  # fmt: skip
