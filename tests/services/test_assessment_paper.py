"""The filled 考核细则表: computed once, and all of it on the paper that workbook, PDF and Word file are drawn from."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.documents.paper import Grid, Note, Paragraph, Signatures
from app.documents.paper.files import KINDS
from app.documents.score_sheet import COLUMNS, Line, ScoreSheet, Signed
from app.security.case_terms import Receipt, ServiceWay
from app.services import official
from app.services.act import Refused
from app.services.assessments import appeals, letters
from app.services.assessments.appeals import Raised
from app.services.assessments.evaluating import load
from app.services.assessments.paper import paper_of
from app.services.official import Serving
from app.services.official.papers import paper_of as drawn
from app.store import assessments
from tests.documents.reading import copied
from tests.factories.ground import CLOCK
from tests.services.assessing import Ground, lake, orchard
from tests.services.official_papers import TODAY, sealed
from tests.services.test_assessments import work_of_a_year

__all__ = ["lake", "orchard"]
RARE = "䶮𬭎𫖯"
FACTS = (("项目", "果林镇就业培训"), ("采购人", "果林镇"), ("供应商", "样例公司"), ("考核周期", "2025 年"))
SHEET = ScoreSheet(
    "果林镇就业培训考核细则表", "", FACTS,
    (Line("1", "培训场次", "60", ("每少一场扣10分。",), ("实办 3场（3 / 4）",), "60", "10", "50", ("=SUM(A1)",)),),
    (Line("2", "加分：名次", "", (), ("全市名次 2",), "", "", "+2", ()),), (("合计", "92分"), ("档次", "优秀")),
    (Signed("考核组组长", f"周{RARE}"),), (("周某", "少办的一场应全扣"),), (("培训场次", "有一场漏计。答复：不予采纳，没有漏计"),),
    (Signed("采购人", "王某", "2026-01-05", "已在系统中输入密码签字"), Signed("供应商")), ("校验值 0123",),
)  # fmt: skip


# -- the files ------------------------------------------------------------------------------------


def test_the_sheet_is_a_paper_with_every_line() -> None:
    paper = SHEET.paper()
    [grid] = [block for block in paper.blocks if isinstance(block, Grid)]
    assert [one.title for one in grid.columns] == [title for title, _ in COLUMNS]
    assert [list(row) for row in grid.rows] == [list(one.cells) for one in (*SHEET.lines, *SHEET.bonus)]
    words = "\n".join(block.text for block in paper.blocks if isinstance(block, Paragraph | Note))
    for part in ("合计：92分　档次：优秀", "不同意见（周某）：少办的一场应全扣", "申诉（培训场次）：有一场漏计", "校验值 0123"):
        assert part in words
    [signed] = [block for block in paper.blocks if isinstance(block, Signatures)]
    first = [one.lines[0] for one in signed.places]
    assert first == [f"考核组组长（签字）：周{RARE}", "采购人（签字、盖章）：王某", "供应商（签字、盖章）："]
    assert signed.places[1].lines[1:] == ("已在系统中输入密码签字", "2026-01-05")
    assert (paper.direction, paper.look, str(paper.day)) == ("landscape", "sheet", "2026-01-05")


# -- the sheet ------------------------------------------------------------------------------------


def test_a_signed_sheet_says_who_signed_and_how_to_recompute_it(lake: Ground) -> None:
    work_of_a_year(lake)
    row = lake.opened()
    work = load(lake.scope, lake.row(row.id))
    assert work is not None
    assert "草稿" in paper_of(lake.scope, lake.row(row.id), work).draft
    lake.signed(row)
    row = lake.row(row.id)
    work = load(lake.scope, row)
    assert work is not None
    sheet = paper_of(lake.scope, row, work)
    assert (sheet.draft, dict(sheet.totals)["合计"]) == ("", "100分")
    assert [one.name for one in sheet.signatures] == [lake.made["deputy_head"].display_name, lake.made["project_manager"].display_name]
    assert {one.on for one in sheet.signatures} == {CLOCK.now.date().isoformat()}
    assert any("SHA-256" in text for text in sheet.proof)
    assert [one.score for one in sheet.lines] == [one.maximum for one in sheet.lines]


def test_bonus_and_appeals_stand_on_it(orchard: Ground) -> None:
    row = orchard.opened()
    orchard.state(row, "GL-3", {"rank": 2, "reports": 7})
    orchard.state(row, "GL-2", {"orderly": True})
    orchard.decide(row, "item_held/GL-1", "10", reason="少办一场")
    orchard.confirm(row)
    orchard.scored(row)
    orchard.published(row)
    appeals.appeal(orchard.act("project_manager"), orchard.scope, row.id, Raised("item_held", "有一场漏计"), orchard.row(row.id).version)
    row = orchard.row(row.id)
    work = load(orchard.scope, row)
    assert work is not None
    sheet = paper_of(orchard.scope, row, work)
    assert [one.score for one in sheet.bonus] == ["+2", "+5"]
    assert "手工认定" in "".join(sheet.bonus[0].done)
    held = next(one for one in sheet.lines if one.title == "培训场次")
    assert (held.lost, held.score) == ("10", "50")
    assert "少办一场" in "".join(held.reasons)
    assert sheet.appeals == (("培训场次", "有一场漏计。答复：还没有答复"),)
    assert sheet.draft == "已告知供应商，双方还没有都签字"


# -- the letter -----------------------------------------------------------------------------------


def test_what_was_told_becomes_a_numbered_letter(orchard: Ground) -> None:
    row = orchard.opened()
    orchard.state(row, "GL-3", {"rank": 2, "reports": 7})
    orchard.state(row, "GL-2", {"orderly": True})
    orchard.decide(row, "item_held/GL-1", "10", reason="少办一场")
    orchard.confirm(row)
    with pytest.raises(Refused, match="不能出具告知书"):
        letters.letter(orchard.act("supervisor"), orchard.scope, row.id)
    orchard.scored(row)
    orchard.published(row)
    made = letters.letter(orchard.act("supervisor"), orchard.scope, row.id)
    row = orchard.row(row.id)
    assert made.number == "考核告知〔2026〕1号"
    assert letters.letter_of(orchard.scope, row) is made
    text = "".join(copied(KINDS["pdf"].of(drawn(orchard.scope, made))))
    for words in ("97分（满分100分", "少办一场", "GL-1", "扣10分", "逾期没有提出的", "送达回证", made.content["to"]):
        assert words in text
    assert f"{row.appeal_until.year}年{row.appeal_until.month}月{row.appeal_until.day}日以前" in text  # type: ignore[union-attr]
    with pytest.raises(Refused, match="已经出具"):
        letters.letter(orchard.act("supervisor"), orchard.scope, row.id)
    official.void(orchard.act("supervisor"), orchard.scope, made.id, "写错了单位")
    assert letters.letter(orchard.act("supervisor"), orchard.scope, row.id).number == "考核告知〔2026〕2号"


def test_the_days_for_appeals_run_from_the_service_of_the_letter(orchard: Ground) -> None:
    row = orchard.opened()
    orchard.state(row, "GL-3", {"rank": 2, "reports": 7})
    orchard.state(row, "GL-2", {"orderly": True})
    orchard.state(row, "GL-1", {"held": 4})
    orchard.confirm(row)
    orchard.scored(row)
    orchard.published(row)
    told = orchard.row(row.id).appeal_until
    made = letters.letter(orchard.act("supervisor"), orchard.scope, row.id)
    sealed(orchard.session, orchard.made, made.id)
    late = replace(orchard.act("supervisor"), now=CLOCK.now + timedelta(days=4))
    monday = TODAY + timedelta(days=4)
    proof = Serving(ServiceWay.LEFT, "前台", Receipt.REFUSED, "王书记", monday, "", ())
    official.serve(late, orchard.scope, made.id, proof)
    row = orchard.row(row.id)
    assert (told, row.appeal_until) == (date(2026, 3, 12), date(2026, 3, 16)), "five working days after the service"
    official.serve(late, orchard.scope, made.id, replace(proof, served_on=TODAY))
    assert orchard.row(row.id).appeal_until == date(2026, 3, 16), "the first service counts"
    reasons = [one.reason for one in assessments.events(orchard.session, orchard.made.contract.id, row.id)]
    assert "考核告知〔2026〕1号 于 2026-03-09 送达，申诉期限到 2026-03-16 为止" in reasons
