"""评分表 of the assessment group: each member's own, the summary with the rulebook's merging, the minutes in the register."""

from __future__ import annotations

from datetime import date

import pytest

from app.documents.paper import Grid, Paragraph, Signatures, said
from app.documents.paper.files import KINDS
from app.security.case_terms import DocumentKind
from app.services import official
from app.services.act import Missing, Refused
from app.services.assessments import group, mark_papers
from app.services.official.papers import paper_of as drawn
from tests.documents.reading import copied
from tests.services.assessing import WHY, Ground, orchard
from tests.services.test_assessment_people import appointed, marked

__all__ = ["orchard"]
KEY = "item_order/GL-2"


def test_each_member_has_a_sheet_and_the_summary_merges_them(orchard: Ground) -> None:
    row = orchard.opened()
    orchard.state(row, "GL-2", {"orderly": False})
    appointed(orchard, row.id, "supervisor2", "member", "member2")
    row = orchard.row(row.id)
    marked(orchard, row.id, "member", KEY, "1")
    marked(orchard, row.id, "member2", KEY, "2")
    work, seen = orchard.work(row), {who: orchard.made[who].id for who in ("supervisor2", "member", "member2")}
    assert not mark_papers.may_see_all(work, seen["supervisor2"]), "the own mark comes first"
    assert mark_papers.may_see_all(work, seen["member"])
    blank = mark_papers.member_sheet(orchard.scope, row, work, seen["supervisor2"])
    [line] = [one for one in blank.lines if "GL-2" in one.title]
    assert line.marks[blank.member or 0] == ""
    assert line.allowed == "扣0.5至5分，每0.5分一档"
    assert "没有合成结果" in mark_papers.unready(work, mark_papers.summary_sheet(orchard.scope, row, work))
    marked(orchard, row.id, "supervisor2", KEY, "2")
    group.dissent(orchard.act("member"), orchard.scope, row.id, "秩序混乱，应多扣")
    orchard.session.commit()
    row = orchard.row(row.id)
    work = orchard.work(row)
    told(mark_papers.member_sheet(orchard.scope, row, work, seen["member"]))
    summary = mark_papers.summary_sheet(orchard.scope, row, work)
    [line] = [one for one in summary.lines if "GL-2" in one.title]
    assert (line.marks, line.merged) == (("2", "1", "2"), "5/3")
    grid = next(block for block in summary.paper().blocks if isinstance(block, Grid))
    [shown] = [[said(cell) for cell in each] for each in grid.rows if "GL-2" in said(each[1])]
    assert shown[3:7] == ["扣2", "扣1", "扣2", "扣1.66…"]
    with pytest.raises(Missing):
        mark_papers.member_sheet(orchard.scope, row, work, orchard.made["deputy_head"].id)


def told(sheet: mark_papers.MarkSheet) -> None:
    """What a member's own sheet says, in all three files."""
    paper = sheet.paper()
    words = "\n".join(block.text for block in paper.blocks if isinstance(block, Paragraph))
    assert "不同意见：秩序混乱，应多扣" in words
    [signed] = [block for block in paper.blocks if isinstance(block, Signatures)]
    assert "评分人 member（签字）：" in signed.places[0].lines[0]
    text = "".join(copied(KINDS["pdf"].of(paper)))
    for part in (sheet.title, sheet.number, "扣1", WHY, sheet.sha256[:16], "湖人社考〔2026〕3号"):
        assert part in text, part
    assert KINDS["docx"].of(paper)[:2] == KINDS["xlsx"].of(paper)[:2] == b"PK"
    assert paper.day == date(2026, 3, 5)


def test_the_minutes_are_numbered_once_and_tell_of_later_marks(orchard: Ground) -> None:
    row = orchard.opened()
    orchard.state(row, "GL-2", {"orderly": False})
    appointed(orchard, row.id, "supervisor2", "member", "member2")
    with pytest.raises(Refused, match="条没有合成结果"):
        mark_papers.minutes(orchard.act("supervisor2"), orchard.scope, row.id)
    for who in ("supervisor2", "member", "member2"):
        for key in mark_papers.keys(orchard.work(row), mark_papers.Sheet(orchard.work(row))):
            marked(orchard, row.id, who, key, "0.5" if key == KEY else "0")
    made = mark_papers.minutes(orchard.act("supervisor2"), orchard.scope, row.id)
    assert (made.kind, made.number) == (DocumentKind.MINUTES.value, "会议纪要〔2026〕1号")
    text = "".join(copied(KINDS["pdf"].of(drawn(orchard.scope, made))))
    for part in ("各成员评分取平均", "不同意见：无", "考核组组长"):
        assert part in text, part
    with pytest.raises(Refused, match="已经编号"):
        mark_papers.minutes(orchard.act("supervisor2"), orchard.scope, row.id)
    row = orchard.row(row.id)
    assert not mark_papers.moved_since(orchard.scope, row, orchard.work(row), made)
    marked(orchard, row.id, "member", KEY, "1")
    assert mark_papers.moved_since(orchard.scope, row, orchard.work(row), made)
    official.void(orchard.act("supervisor2"), orchard.scope, made.id, "评分有改动")
    assert mark_papers.minutes(orchard.act("supervisor2"), orchard.scope, row.id).number == "会议纪要〔2026〕2号"
