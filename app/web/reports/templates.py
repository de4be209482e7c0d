"""What sections begin as (文字模板), and the office's Word template."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.clock import SHANGHAI
from app.documents.report_letter import MOST_BYTES, NAMES
from app.services.act import Refused, found
from app.services.reports import writing
from app.services.reports.making import read
from app.services.reports.naming import titled
from app.store import reports
from app.web.access import current_scope, in_contract
from app.web.bodies import largest_body
from app.web.buttons import carried_out
from app.web.htmx import redirect_to, render
from app.web.replies import FormView, form_page
from app.web.reports.blueprint import SETTERS, address, bp, here, store
from app.web.reports.forms import LetterForm, TemplateForm
from app.web.transaction import perform


@bp.get("/<int:report_id>/templates", endpoint="templates")
@in_contract(*SETTERS)
def every(contract_id: int, report_id: int) -> Response:
    """The sections of this kind of report, with what each begins as."""
    row, scope = here(report_id), current_scope()
    replaced = reports.templates(scope.session, contract_id, row.duty)
    report = read(found(reports.version(scope.session, contract_id, row.id, data=True)).data)
    parts = [_part(row, part, replaced) for part in report.parts]
    around = {"heading": titled(row.title, row.label), "back": address("one", row), "letter_url": address("letter")}
    return render("reports/templates.html", row=row, parts=parts, **around)


def _part(row: Any, part: Any, replaced: dict[str, Any]) -> dict[str, Any]:
    own = replaced.get(part.id)
    texts = list(own.texts) if own is not None and own.texts else [one.text for one in part.paragraphs if not one.by_hand]
    return {
        "title": part.title, "texts": texts, "own": own is not None and bool(own.texts),
        "at": own.written_at.astimezone(SHANGHAI) if own is not None else None,
        "url": address("template", row, part=part.id),
    }  # fmt: skip


@bp.route("/<int:report_id>/templates/<part>", methods=["GET", "POST"], endpoint="template")
@in_contract(*SETTERS)
def one(contract_id: int, report_id: int, part: str) -> Response:
    row, scope, form = here(report_id), current_scope(), TemplateForm()
    report = read(found(reports.version(scope.session, contract_id, row.id, data=True)).data)
    section = found(next((each for each in report.parts if each.id == part), None))
    if request.method == "GET":
        own = reports.templates(scope.session, contract_id, row.duty).get(part)
        form.words.data = "\n".join(own.texts if own is not None else [each.text for each in section.paragraphs])

    def use_case(act: Any) -> Any:
        try:
            return writing.replace_template(act, scope, row, part, writing.paragraphs(form.words.data or ""))
        except Refused as refused:
            raise Refused(refused.message, "words") from refused

    if perform(form, use_case):
        return redirect_to(address("templates", row), told="模板已保存，以后生成的报告用它。")
    view = FormView(form, address("template", row, part=part), "保存", hint="以后生成的同一种报告用这里的文字；已经生成的不变。")
    return form_page(f"文字模板：{section.title}", view, ("文字模板", address("templates", row)))


@bp.route("/letter", methods=["GET", "POST"])
@in_contract(*SETTERS)
@largest_body(MOST_BYTES + 64 * 1024)
def letter(contract_id: int) -> Response:
    """The office's Word template: head and foot around the report."""
    form, scope = LetterForm(), current_scope()
    file = request.files.get("file")

    def use_case(act: Any) -> Any:
        if file is None or not file.filename:
            raise Refused("请选择 Word 模板文件", "file")
        return writing.keep_letter(act, scope, store(), file.filename, file.read())

    if perform(form, use_case):
        return redirect_to(address("letter"), told="模板已启用，以后定稿和生成的 Word 文件用它。")
    held = reports.letter(scope.session, contract_id)
    status = 422 if request.method == "POST" else 200
    return render(
        "reports/letter.html", status=status, form=form, held=held, names=NAMES, action=address("letter"),
        drop_url=address("drop_letter"), back=address("reports"),
    )  # fmt: skip


@bp.post("/letter/drop")
@in_contract(*SETTERS)
def drop_letter(contract_id: int) -> Response:
    back = address("letter")
    told = "模板已停用，Word 文件用系统的版式。"
    return carried_out(lambda act: writing.drop_letter(act, current_scope()), lambda _: redirect_to(back, told=told), back)
