"""A finding: recorded, looked at, withdrawn, put into a notice."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.security.case_terms import FindingSource, FindingState, PaperOf, Verdict
from app.security.permissions import P
from app.security.terms import Signature
from app.services.act import found
from app.services.official.people import ISSUERS, colleagues
from app.services.rectification import findings as services
from app.services.rectification import notices
from app.services.rectification.findings import Seen, clauses, finding_text
from app.services.rectification.notices import DEMAND, Demand
from app.store import documents, finding_origins
from app.store.cases import Cases, Exemption, Finding
from app.web.access import as_member, current_person, current_scope, in_contract
from app.web.htmx import redirect_to, render
from app.web.papers import cards, document_url, file_ids, paper_form, picked, told
from app.web.rectification.blueprint import bp
from app.web.rectification.forms import FindingForm, NoticeForm, WithdrawForm
from app.web.rectification.shared import HOME, address, files_of, finding_line
from app.web.replies import FormView
from app.web.sides import answers, decides, issues
from app.web.transaction import current_act, perform


def here(finding_id: int) -> Finding:
    """The finding of the address; Missing where the contract has none."""
    scope = current_scope()
    return found(next(iter(Cases(scope.session, scope.contract_id).findings_by_ids([finding_id])), None))


@bp.route("/findings/new", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def record(contract_id: int) -> Response:
    form, scope = FindingForm(), current_scope()
    form.clause.choices = [(key, f"{key} {title}") for key, title in clauses(scope).items()]
    form.second_id.choices = [(each.id, each.display_name) for each in colleagues(scope, current_act())]
    if request.method == "GET":
        form.found_on.data, form.entry.data = current_act().today, request.args.get("entry", "")[:40]
        form.source.data, form.signature.data = FindingSource.INSPECTION.value, Signature.NOBODY.value
    if done := perform(form, lambda act: services.record(act, scope, seen(form))):
        number = finding_text(done.value.number)
        return redirect_to(address("finding", finding_id=done.value.id), told=f"已登记为{number}，可以开具整改通知书。")
    view = FormView(form, address("record"), "登记问题", "finding-form")
    return paper_form("登记问题", view, (HOME, address("cases")), "佐证材料", "照片、录音文字稿、系统截图。", wide=("clause",))


def seen(form: FindingForm) -> Seen:
    """What the valid form says."""
    return Seen(
        clause=form.clause.data, source=FindingSource.of(form.source.data), entry=form.entry.data or "",
        found=form.found.data, found_on=form.found_on.data, found_time=form.found_time.data or "",
        place=form.place.data or "", second_id=form.second_id.data, spoken_to=form.spoken_to.data or "",
        signature=Signature.of(form.signature.data), files=file_ids(),
    )  # fmt: skip


@bp.get("/findings/<int:finding_id>", endpoint="finding")
@as_member(P.CONTRACT_READ)
def one(contract_id: int, finding_id: int) -> Response:
    row, scope = here(finding_id), current_scope()
    asked = Cases(scope.session, contract_id).exemptions([row.id])
    wanted = [(PaperOf.FINDING, row.id), *((PaperOf.EXEMPTION, each.id) for each in asked)]
    papers = documents.papers(scope.session, contract_id, wanted)
    known = cards(key for keys in papers.values() for key in keys)
    past = documents.past(scope.session, contract_id, findings=[row.id])
    return render(
        "rectification/finding.html", **finding_line(row, clauses(scope)), acts=acts(row, asked),
        proofs=picked(known, papers.get((PaperOf.FINDING.value, row.id), [])), events=told(past),
        asked=[application(each, row, picked(known, papers.get((PaperOf.EXEMPTION.value, each.id), []))) for each in asked],
        back=address("cases"), signature=Signature.of(row.signature).label, record=record_of(row), origins=origins(row),
    )  # fmt: skip


def origins(row: Finding) -> list[tuple[str, str]]:
    """What the finding came from: the check, and the entry that it is about, with their pages."""
    session, at = current_scope().session, {"contract_id": row.contract_id}
    found_at = []
    if (check := finding_origins.check_of(session, row.contract_id, row.id)) is not None:
        kind, key = check
        title = {"round": "抽查", "inspection": "现场检查", "complaint": "投诉"}[kind]
        found_at.append((title, url_for(f"fieldwork.{kind}", **at, **{f"{kind}_id": key})))
    if (entry := finding_origins.entry_of(session, row)) is not None:
        found_at.append((f"台账 {entry.number}", url_for("ledger.entry", **at, ledger=entry.ledger, record_id=entry.id)))
    return found_at


def record_of(row: Finding) -> dict[str, Any]:
    """The record of the check: its numbered document, or its files and how to number it."""
    if row.record_id is not None:
        return {"document": document_url(row.record_id)}
    return {
        "files": files_of("record_file", finding_id=row.id),
        "number": address("register_record", finding_id=row.id) if issues() and row.state != FindingState.WITHDRAWN.value else "",
    }  # fmt: skip


def application(row: Exemption, finding: Finding, files: list[Any]) -> dict[str, Any]:
    """An application for exemption, with what the person may do about it."""
    own = current_person().user_id in {finding.found_by, finding.second_id}
    return {
        "row": row, "files": files, "word": "待认定" if row.outcome is None else Verdict.of(row.outcome).label,
        "papers": files_of("application_file", exemption_id=row.id),
        "state": "undecided" if row.outcome is None else "done" if row.outcome == Verdict.UPHELD.value else "unmet",
        "decide_url": address("decide", exemption_id=row.id) if row.outcome is None and decides() and not own else "",
        "own": row.outcome is None and decides() and own,
        "document_url": document_url(row.document_id) if row.document_id else "",
    }  # fmt: skip


def acts(row: Finding, asked: Any) -> dict[str, str]:
    """Addresses of what the person may do next."""
    is_open, waits = row.state == FindingState.OPEN.value, any(each.outcome is None for each in asked)
    under_way = row.state in {FindingState.OPEN.value, FindingState.NOTICED.value}
    can = {
        "notice": address("notice", finding=row.id) if is_open and issues() else "",
        "withdraw": address("withdraw", finding_id=row.id) if is_open and issues() and not waits else "",
        "apply": address("apply", finding_id=row.id) if under_way and answers() and not waits else "",
        "case": address("case", case_id=row.case_id) if row.case_id else "",
    }  # fmt: skip
    return {name: url for name, url in can.items() if url}


@bp.route("/findings/<int:finding_id>/withdraw", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def withdraw(contract_id: int, finding_id: int) -> Response:
    row, form, scope = here(finding_id), WithdrawForm(), current_scope()
    back = address("finding", finding_id=row.id)
    if perform(form, lambda act: services.withdraw(act, scope, row.id, form.reason.data)):
        return redirect_to(back, told="已撤销，记录留底，不再计入。")
    view = FormView(form, address("withdraw", finding_id=row.id), "撤销", confirm="确认撤销这个问题？")
    return paper_form(f"撤销{finding_text(row.number)}", view, (finding_text(row.number), back))


@bp.route("/notice", methods=["GET", "POST"])
@in_contract(*ISSUERS)
def notice(contract_id: int) -> Response:
    form, scope = NoticeForm(), current_scope()
    waiting = Cases(scope.session, contract_id).findings(FindingState.OPEN)
    form.findings.choices = [(str(each.id), f"{finding_text(each.number)} {each.found[:40]}") for each in waiting]
    if request.method == "GET":
        form.findings.data = request.args.getlist("finding") or [str(each.id) for each in waiting]
        form.demand.data = DEMAND
    if done := perform(form, lambda act: notices.notice(act, scope, demanded(form))):
        return redirect_to(address("case", case_id=done.value.id), told="整改通知书已编号。打印、签章、送达以后开始计算期限。")
    view = FormView(form, address("notice"), "生成并编号", "notice-form")
    return paper_form("开具整改通知书", view, (HOME, address("cases")), wide=("findings",))


def demanded(form: NoticeForm) -> Demand:
    return Demand([int(each) for each in form.findings.data or ()], form.demand.data, form.days.data, form.number.data or "")


