"""评分表 of the assessment group as files, and the minutes that the register numbers."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.documents.mark_sheet import MarkSheet
from app.documents.paper.files import KINDS
from app.security.permissions import P
from app.services.act import Refused
from app.services.assessments import mark_papers
from app.services.assessments.evaluating import Work, need
from app.services.official.people import DECIDERS, ISSUERS
from app.store.assessments import Assessment
from app.store.documents import OfficialDocument
from app.web.access import as_member, current_contract, current_person, current_scope, in_contract
from app.web.assessment.blueprint import bp
from app.web.assessment.here import address, here, inside
from app.web.buttons import carried_out
from app.web.htmx import redirect_to
from app.web.paper_files import labelled, paper_file
from app.web.papers import document_url

HIDDEN = "您还有条款没有打分；各成员独立评分，打完才能看其他成员的评分表和汇总表"


@bp.get("/<int:assessment_id>/marks.<kind>")
@as_member(P.SCORE, P.SIGN, P.AUDIT_READ)
def mark_sheet(contract_id: int, assessment_id: int, kind: str) -> Response:
    """One member's sheet, or the summary; a member sees the others' once the own marks are given."""
    row = here(assessment_id)
    try:
        sheet = asked(row, request.args.get("member", type=int))
    except Refused as refused:
        return redirect_to(address("one", row), told=refused.message, kind="error")
    return paper_file(sheet.paper(), kind, f"{sheet.title} {sheet.number}", tuple(KINDS))


def asked(row: Assessment, member: int | None) -> MarkSheet:
    """The sheet that the address asks for; Refused where there is none, or the person may not see it yet."""
    work, own = need(current_scope(), row), current_person().user_id
    if work.group.appointed is None:
        raise Refused("这次考核没有组成考核组，没有成员评分表")
    if member != own and not mark_papers.may_see_all(work, own):
        raise Refused(HIDDEN)
    if member is None:
        return mark_papers.summary_sheet(current_scope(), row, work)
    return mark_papers.member_sheet(current_scope(), row, work, member)


@bp.post("/<int:assessment_id>/group/minutes")
@in_contract(*dict.fromkeys((*ISSUERS, *DECIDERS)))
def group_minutes(contract_id: int, assessment_id: int) -> Response:
    row, scope = here(assessment_id), current_scope()

    def answer(made: OfficialDocument) -> Response:
        told = f"考核组评分会议纪要已编号：{made.number}。打印由各成员签字，再把扫描件连同各评分表归档。"
        return redirect_to(document_url(made.id), told=told)

    return carried_out(lambda act: mark_papers.minutes(act, scope, assessment_id), answer, address("one", row))


def papers_of(row: Assessment, work: Work) -> dict[str, Any] | None:
    """The files of the group's sheets for the page; None for the contractor, and where nothing is left to people."""
    if work.group.appointed is None or not inside() or not mark_papers.has_lines(work):
        return None
    own = current_person().user_id
    every = mark_papers.may_see_all(work, own)
    shown = [one for one in work.group.members if every or one.user_id == own]
    return {
        "sheets": [(one.user.display_name, files(row, member=one.user_id)) for one in shown],
        "summary": files(row) if every else [], "hidden": "" if every else HIDDEN, "minutes": minutes_view(row, work) if every else None,
    }  # fmt: skip


def files(row: Assessment, **values: Any) -> list[tuple[str, str]]:
    return labelled({kind: address("mark_sheet", row, kind=kind, **values) for kind in KINDS})


def minutes_view(row: Assessment, work: Work) -> dict[str, Any]:
    """The minutes of the marks, whether a mark changed since, or how to make them."""
    known = mark_papers.minutes_of(current_scope(), row)
    if known is None:
        return {"make": address("group_minutes", row) if current_person().organisation_id == current_contract().buyer_id else ""}
    return {"number": known.number, "url": document_url(known.id), "moved": mark_papers.moved_since(current_scope(), row, work, known)}
