"""Changing a draft before it gets its number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Response, g, request

from app.security.case_terms import DocumentKind, DocumentState
from app.services.act import Act
from app.services.official import revising
from app.services.official.revising import Revised
from app.store.documents import OfficialDocument
from app.web.access import current_scope, in_contract
from app.web.htmx import redirect_to
from app.web.official.acts import drafted, resolved
from app.web.official.blueprint import WRITERS, bp
from app.web.official.forms import DraftedForm, DraftForm, MinutesForm, WrittenMinutesForm
from app.web.official.pages import address, here
from app.web.papers import paper_form
from app.web.replies import FormView
from app.web.transaction import perform

TAIL = "会议纪要"
DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")


@bp.route("/<int:document_id>/edit", methods=["GET", "POST"])
@in_contract(*WRITERS)
def edit(contract_id: int, document_id: int) -> Response:
    row, back = here(document_id), address("document", document_id=document_id)
    if request.method == "GET" and not revising.is_open(row):
        word = DocumentState.of(row.state).label
        return redirect_to(back, told=f"这份公文现在是“{word}”，正文不能再改；写错了的作废后另行起草。", kind="error")
    form = WrittenMinutesForm() if row.kind == DocumentKind.MINUTES else DraftedForm()
    if request.method == "GET":
        form.process(data={**written(row), "version": revising.version_of(current_scope(), row)})
    if perform(form, lambda act: revise(act, form, document_id)):
        return redirect_to(back, told="草稿已改，核对后编号。")
    return shown(form, here(document_id), back)


def revise(act: Act, form: DraftForm | MinutesForm, document_id: int) -> OfficialDocument:
    wanted = resolved(form, act) if isinstance(form, MinutesForm) else drafted(form)
    try:
        return revising.revise(act, current_scope(), document_id, wanted, form.version.data or 0)
    except Revised as revised:
        g.revised = revised
        raise


def shown(form: DraftForm | MinutesForm, row: OfficialDocument, back: str) -> Response:
    """The form; where somebody was quicker with what stands there now beside what was typed."""
    hint = ""
    if "revised" in g:
        form.version.data = g.revised.now
        hint = f"现在的第 {g.revised.now} 稿：{'　'.join(str(text) for text in written(row).values() if isinstance(text, str))}"
    view = FormView(form, address("edit", document_id=row.id), "保存草稿", version=form.version.data, hint=hint)
    page = paper_form(f"改草稿：{row.title}", view, (row.title, back), wide=("title", "to", "attendees"))
    if "revised" in g:
        page.status_code = 409
    return page


def written(row: OfficialDocument) -> dict[str, Any]:
    """What stands in the boxes for a draft."""
    content: Mapping[str, Any] = row.content
    if row.kind != DocumentKind.MINUTES:
        return {"title": row.title, "to": content.get("to", ""), "body": "\n".join(content.get("lead", ())), "kind": row.kind}
    pairs = dict(content.get("pairs", ()))
    day = DAY.fullmatch(pairs.get("会议日期", ""))
    return {
        "title": row.title.removesuffix(TAIL), "held_on": date(*map(int, day.groups())) if day else None,
        "place": pairs.get("地点", ""), "host": pairs.get("主持人", ""), "attendees": pairs.get("参加人员", ""),
        "body": "\n".join(content.get("closing", ())),
    }  # fmt: skip
