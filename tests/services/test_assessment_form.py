"""The filled 考核细则表 in the form that the document prints: its own columns and cells, what was found beside them."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest
from docx import Document

from app.documents.paper import Grid
from app.documents.paper.files import KINDS
from app.documents.score_sheet import Form, FormRow, ScoreSheet, Signed
from app.services.assessments.evaluating import load
from app.services.assessments.paper import paper_of
from app.services.assessments.summing import verdict_texts
from kpi.checkup import check
from kpi.rulebook.loader import load_known, load_text
from kpi.rulebook.rubric import Rubric
from kpi.rulebook.yaml_text import TextProblems
from tests.documents.reading import copied
from tests.services.assessing import Ground, orchard

__all__ = ["orchard"]
FORM = Form(
    ("考核项目", "考核具体内容"), ("self", "score", "note"),
    (
        FormRow(("线下（9分）", "1.专职人员。（4分）"), {"self": "4", "score": "4", "note": "满分4，不扣分"}),
        FormRow(("", "2.开放时间。（3分）"), {"self": "5", "score": "3", "note": "满分5，扣2分"}),
        FormRow(("", "3.服务礼仪。（2分）"), {}),
        FormRow(("线上（1分）", "4.平台。"), {"score": "1", "note": ""}),
    ),
    {"self": "9", "score": "8", "note": "满分10分，扣2分"},
)  # fmt: skip
TOTALS = (("合计", "8分"), ("档次", "合格"))
SHEET = ScoreSheet("考核细则表", "", (("项目", "样例"),), (), (), TOTALS, (), (), (), (Signed("采购人"),), (), FORM)


def test_cells_that_the_document_joins_are_joined_in_every_file() -> None:
    paper = SHEET.paper()
    [grid] = [block for block in paper.blocks if isinstance(block, Grid)]
    assert [one.title for one in grid.columns] == ["考核项目", "考核具体内容", "自评", "考核得分", "考核说明"]
    assert grid.joined == {(1, 0), (2, 0), (2, 2), (2, 3)}
    book = openpyxl.load_workbook(io.BytesIO(KINDS["xlsx"].of(paper))).worksheets[0]
    down = {str(one) for one in book.merged_cells.ranges if one.max_row > one.min_row}
    assert len(down) == 3
    first = Document(io.BytesIO(KINDS["docx"].of(paper))).tables[1]
    assert first.cell(1, 0)._tc is first.cell(3, 0)._tc
    assert first.cell(2, 3)._tc is first.cell(3, 3)._tc
    assert first.cell(1, 1)._tc is not first.cell(2, 1)._tc
    text = "".join(copied(KINDS["pdf"].of(paper)))
    assert "满分10分，扣2分" in text
    assert "档次：合格" in text
    assert "合计：8分" not in text  # the table's last row says it


def test_the_sheet_fills_the_document_s_own_table(orchard: Ground) -> None:
    row = orchard.opened()
    orchard.decide(row, "item_held/GL-1", "10", reason="少办一场")
    work = load(orchard.scope, orchard.row(row.id))
    assert work is not None
    rubric = work.rulebook.rubric
    assert rubric is not None
    ids = [*(one.id for one in rubric.items), *(one.id for one in rubric.bonus.rules)] if rubric.bonus else []
    rows = [{"texts": [str(place), f"原文{item}"], "items": [item]} for place, item in enumerate(ids, 1)]
    form = {"columns": ["序号", "考核内容"], "filled": ["note", "self", "score"], "rows": rows}
    formed = Rubric.model_validate(rubric.model_dump() | {"form": form})
    book = replace(work.source, rulebook=work.rulebook.model_copy(update={"rubric": formed}))
    work = replace(work, source=book)
    made = paper_of(orchard.scope, orchard.row(row.id), work).form
    assert made is not None
    held = made.rows[ids.index("item_held")]
    assert held.texts[1] == "原文item_held"
    assert held.filled["score"] == "50"
    assert "扣10分" in held.filled["note"]
    assert "少办一场" in held.filled["note"]


def test_the_checkup_finds_items_that_stand_in_no_row_or_in_two() -> None:
    text = load_known("xingan-employment-home").text
    assert not [one for one in check(load_known("xingan-employment-home")).findings if one.code == "item_not_in_form"]
    for change, said in (
        (("      - items: [item_4]\n        texts:", "      - texts:"), "（item_4）没有写在原表的任何一行"),
        (("items: [item_1]\n", "items: [item_1, item_2]\n"), "（item_2）在原表里写了几次"),
        (("items: [item_3]\n", "items: [item_33]\n"), "没有叫“item_33”的考核项或加分项"),
    ):
        assert change[0] in text
        assert any(said in one.message for one in check(load_text(text.replace(*change))).findings), said
    with pytest.raises(TextProblems, match="有 3 格，表头是 4 栏"):
        load_text(text.replace('          - "1"\n', "", 1))


def test_a_contract_without_points_or_verdict_says_how_many_clauses_are_met() -> None:
    items = [{"id": "XZ-3", "met": False}, {"id": "XZ-6", "met": True}, {"id": "XZ-8", "met": None}, {"id": "XZ-9", "met": True}]
    assert verdict_texts({"items": items, "verdicts": []}) == ["达标 2 条，未达标 1 条，待定 1 条"]
    assert verdict_texts({"items": items, "verdicts": ["合格"]}) == ["合格"]
    assert verdict_texts({"items": [{"id": "ZJ-1.1", "lost": "1"}], "verdicts": [], "sheet": "99"}) == []
