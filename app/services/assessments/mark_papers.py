"""评分表 of the assessment group as papers: each member's own, the summary, and the minutes that the register numbers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from app.clock import business_day
from app.documents.mark_sheet import Marked, MarkSheet
from app.documents.paper import said
from app.security.case_terms import DocumentKind, DocumentState
from app.services import official
from app.services.act import Act, Missing, Refused
from app.services.assessments.common import SCORING, contract_of, get
from app.services.assessments.evaluating import Work, need
from app.services.assessments.marks import open_to_marks, shown_to
from app.services.assessments.paper import draft, line
from app.services.assessments.places import places
from app.services.assessments.views import ClauseView, ItemView, Sheet, totals
from app.services.ledger.reading import spoken
from app.services.official import Draft
from app.store import documents
from app.store.assessments import Assessment
from app.store.contracts import ContractScope
from app.store.documents import OfficialDocument
from app.store.scoring import AssessmentMember
from kpi.assessments.sheets import MERGING, merge_marks
from kpi.calendar import chinese_date
from kpi.quantities import parse_exact, plain
from kpi.rulebook.answers import Refused as Unanswered

MOST = 500
WAITS = "各成员打完后合成"


def may_see_all(work: Work, user_id: int) -> bool:
    """Whether a person may see everybody's marks: a member once the own ones are given wherever another has marked."""
    return all(shown_to(user_id, work.group, key) for key in work.group.marks)


def has_lines(work: Work) -> bool:
    """Whether anything is, or was, left to the group."""
    return bool(keys(work, Sheet(work)))


def member_sheet(scope: ContractScope, row: Assessment, work: Work, user_id: int) -> MarkSheet:
    """One member's sheet, blank where the member has not marked yet; Missing for whoever is none."""
    member = work.group.member(user_id)
    if member is None:
        raise Missing
    everybody = list(work.group.members)
    place = everybody.index(member)
    return MarkSheet(
        f"{row.label}考核组成员评分表", f"评分{row.number:02d}-{place + 1:02d}号", f"MARKS:{scope.contract_id}-{row.number}-{place + 1}",
        (*facts(scope, row, work), ("评分人", f"{member.user.display_name}（{role(member)}）")),
        tuple(one.user.display_name for one in everybody), tuple(lines(work, everybody)), tuple(own_words(member)),
        (f"评分人 {member.user.display_name}", *(["考核组组长"] if not member.head else [])), last_day(work, row, user_id),
        "" if row.state not in SCORING else "评分中，以登记的最后一次评分为准", place,
    )  # fmt: skip


def summary_sheet(scope: ContractScope, row: Assessment, work: Work) -> MarkSheet:
    """Everybody's marks, the rule they are merged by, what came out."""
    members = work.group.active
    return MarkSheet(
        f"{row.label}考核组评分汇总表", f"评分{row.number:02d}-汇总号", f"MARKS:{scope.contract_id}-{row.number}-ALL",
        (*facts(scope, row, work), ("合成办法", merging(work))), tuple(one.user.display_name for one in members),
        tuple(lines(work, members)), tuple(all_words(work)), tuple(f"{role(one)} {one.user.display_name}" for one in members),
        last_day(work, row), draft(row) if row.state in SCORING else "",
    )  # fmt: skip


# -- what stands on them --------------------------------------------------------------------------


def facts(scope: ContractScope, row: Assessment, work: Work) -> Iterator[tuple[str, str]]:
    contract = contract_of(scope)
    yield "项目", contract.title
    yield "供应商", contract.supplier.name
    yield "考核周期", f"{row.from_on} 至 {row.until_on}（第 {row.number} 次）"
    if (group := work.group.appointed) is not None:
        yield "考核组", f"{group.appointment}（{group.appointed_on}）"


def role(member: AssessmentMember) -> str:
    return "考核组组长" if member.head else "考核组成员"


def merging(work: Work) -> str:
    """`取平均`: how the rulebook makes one mark of several."""
    rubric = work.rulebook.rubric
    if rubric is None:
        return "规则书没有由考核组打分的条款"
    must = "须" if rubric.merge_marks == "consensus" else ""
    return f"按规则书，每条各成员评分{must}{MERGING[rubric.merge_marks]}"


def last_day(work: Work, row: Assessment, user_id: int | None = None) -> date:
    """The day of the latest mark (of one member): the same sheet gives the same file."""
    given = [one for marks in work.group.marks.values() for one in marks.values() if user_id in (None, one.user_id)]
    return business_day(max(one.marked_at for one in given)) if given else row.until_on


def keys(work: Work, sheet: Sheet) -> list[str]:
    """Clauses of the group's sheet: left to people, or marked already."""
    still = work.row.state in SCORING
    return [
        key for key in places(work.rulebook)
        if key in work.group.marks or (still and (known := sheet.standings.get(key)) is not None and open_to_marks(known))
    ]  # fmt: skip


def lines(work: Work, members: list[AssessmentMember]) -> Iterator[Marked]:
    """Each clause with the marks of these members, in the order of the sheet."""
    sheet = Sheet(work)
    wanted = set(keys(work, sheet))
    for item in sheet.items():
        for clause in item.clauses:
            if clause.place.key in wanted:
                yield marked(work, item, clause, members)


def marked(work: Work, item: ItemView, clause: ClauseView, members: list[AssessmentMember]) -> Marked:
    given = work.group.marks.get(clause.place.key, {})
    own = [given.get(one.user_id) for one in members]
    merged, why = together(work, clause.place.key)
    alone = line(item)
    return Marked(
        f"{item.title}\n{clause.place.clause} {clause.title}", item.maximum, clause.verb or "评", clause.quotes or clause.standards,
        alone.done, allowed(clause), tuple(one.points if one is not None else "" for one in own),
        tuple(one.reason if one is not None else "" for one in own), merged, why,
    )  # fmt: skip


def allowed(clause: ClauseView) -> str:
    """`扣0至10分，每0.5分一档`."""
    if not clause.low and not clause.high:
        return ""
    if not clause.high:
        return f"{clause.verb}不少于{clause.low}分"
    if clause.low == clause.high:
        return f"{clause.verb}{clause.low}分"
    return f"{clause.verb}{clause.low or 0}至{clause.high}分" + (f"，每{clause.step}分一档" if clause.step else "")


def together(work: Work, key: str) -> tuple[str, str]:
    """The points that the marks make, and how; no points where they do not agree, or one is missing."""
    rubric = work.rulebook.rubric
    if rubric is None or key not in work.group.complete:
        return "", WAITS
    points: list[Fraction] = [parse_exact(one) for one in work.group.complete[key]]
    try:
        merged = merge_marks(rubric.merge_marks, points, key.rpartition("/")[2])
    except Unanswered as refused:
        return "", spoken(refused.reason)
    return plain(merged), f"{len(points)} 人评分，{MERGING[rubric.merge_marks]}"


def own_words(member: AssessmentMember) -> Iterator[str]:
    yield f"回避：{member.recusal}（已回避，评分不计入）" if member.recused_at is not None else "回避：没有提出回避"
    yield f"不同意见：{member.dissent or '无'}"


def all_words(work: Work) -> Iterator[str]:
    """Recusals, dissents, and the result as it stands."""
    for one in work.group.members:
        if one.recused_at is not None:
            yield f"{one.user.display_name}已回避，评分不计入：{one.recusal}"
    dissents = [f"{one.user.display_name}：{one.dissent}" for one in work.group.members if one.dissent]
    yield f"不同意见：{'；'.join(dissents) or '无'}"
    shown = totals(work, 0, 0)
    if shown.full:
        tier = f"，档次“{shown.tier}”" if shown.tier else ""
        yield f"按本表和由数据算定的条款，合计{shown.total or '待定'}分（满分{shown.full}分，扣{shown.lost}分）{tier}。"
    if work.group.wrong:
        yield f"考核组现在不能评分：{work.group.wrong}。"


# -- the register ---------------------------------------------------------------------------------


def minutes(act: Act, scope: ContractScope, assessment_id: int) -> OfficialDocument:
    """会议纪要 of the group's marks, numbered in one act; Refused while a mark is missing or where there is one already."""
    row = get(scope, assessment_id)
    if (known := minutes_of(scope, row)) is not None:
        raise Refused(f"这次评分的会议纪要已经编号：{known.number or known.title}；评分有改动的，先作废再重新出具")
    work = need(scope, row)
    sheet = summary_sheet(scope, row, work)
    if wrong := unready(work, sheet):
        raise Refused(wrong)
    return official.issue(act, scope, Draft(DocumentKind.MINUTES, f"{row.label}考核组评分会议纪要", resolved(row, work, sheet)))


def unready(work: Work, sheet: MarkSheet) -> str:
    """Why there can be no minutes yet; blank where there can."""
    lacking = sum(1 for one in sheet.lines if not one.merged)
    if work.group.appointed is None or not sheet.lines:
        return "这次考核没有由考核组打分的条款"
    return work.group.wrong or (f"还有 {lacking} 条没有合成结果，全部成员打完、合成以后再出具" if lacking else "")


def resolved(row: Assessment, work: Work, sheet: MarkSheet) -> dict[str, Any]:
    """What the minutes say, and who signs them."""
    grid, members = sheet.grid(), work.group.active
    rows = [[said(cell) for cell in (*each[:2], *each[3:-1])] for each in grid.rows]
    head = next((one.user.display_name for one in members if one.head), "")
    return {
        "about": {"group": row.id, "marks": told(sheet)},
        "pairs": [
            ["评分日期", chinese_date(sheet.day)], ["主持人", head], ["参加人员", "、".join(one.user.display_name for one in members)],
            ["事项", f"{sheet.title}（{sheet.number}）"], ["合成办法", merging(work)],
        ],
        "columns": [one.title for one in (*grid.columns[:2], *grid.columns[3:-1])], "rows": rows,
        "closing": [*sheet.closing, "各成员评分表随附。"],
        "places": [[role(one), one.user.display_name, False] for one in members],
    }  # fmt: skip


def minutes_of(scope: ContractScope, row: Assessment) -> OfficialDocument | None:
    """The minutes of this assessment's marks; void ones are none."""
    every = documents.register(scope.session, scope.contract_id, DocumentKind.MINUTES.value, size=MOST)
    mine = [one for one in every if one.content.get("about", {}).get("group") == row.id and one.state != DocumentState.VOID]
    return mine[0] if mine else None


def told(sheet: MarkSheet) -> list[list[str]]:
    """What the marks are and make: by this it is known later whether one has changed."""
    return [[*one.marks, one.merged] for one in sheet.lines]


def moved_since(scope: ContractScope, row: Assessment, work: Work, document: OfficialDocument) -> bool:
    """Whether a mark has changed since the minutes were numbered."""
    return bool(document.content["about"]["marks"] != told(summary_sheet(scope, row, work)))
