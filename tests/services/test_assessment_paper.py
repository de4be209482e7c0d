"""The filled 考核细则表: computed once, and the same in the workbook, the PDF and the Word file."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from docx import Document
from openpyxl import load_workbook

from app.documents import fonts, score_sheet_docx, score_sheet_pdf, score_sheet_xlsx
from app.documents.score_sheet import COLUMNS, Line, ScoreSheet, Signed
from app.services.assessments import appeals
from app.services.assessments.appeals import Raised
from app.services.assessments.evaluating import load
from app.services.assessments.paper import paper_of
from tests.factories.ground import CLOCK
from tests.services.assessing import Ground, lake, orchard
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


def written(write: object, sheet: ScoreSheet = SHEET) -> bytes:
    file = BytesIO()
    write(file, sheet)  # type: ignore[operator]
    return file.getvalue()


def copied(raw: bytes) -> str:
    """What is copied out of a PDF: its strings through the maps of its fonts."""
    found = []
    with pikepdf.open(BytesIO(raw)) as paper:
        for page in paper.pages:
            maps = {name: signs(font.ToUnicode.read_bytes().decode()) for name, font in page.Resources.Font.items()}
            now: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    now = maps[str(operands[0])]
                if str(operator) == "Tj":
                    found += [now[code] for code in bytes(operands[0])]
    return "".join(found)


def signs(table: str) -> dict[int, str]:
    pairs = re.findall(r"<([0-9A-F]{2})> <([0-9A-F]{4,8})>", table.split("endcodespacerange")[1])
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


# -- the files ------------------------------------------------------------------------------------


def test_the_workbook_holds_every_cell_as_text() -> None:
    page = load_workbook(BytesIO(written(score_sheet_xlsx.write))).active
    assert page is not None
    rows = [[cell.value for cell in row] for row in page.iter_rows()]
    head = rows.index(list(COLUMNS))
    assert rows[head + 1] == list(SHEET.lines[0].cells)
    assert rows[head + 2][7] == "+2"
    formula = page.cell(head + 2, 9)
    assert (formula.data_type, formula.value) == ("s", "=SUM(A1)")
    words = "\n".join(str(row[0]) for row in rows if row[0])
    for part in ("合计：92分", "不同意见（周某）：少办的一场应全扣", "申诉（培训场次）", "供应商（签字、盖章）："):
        assert part in words
    assert f"考核组组长（签字）：周{RARE}" in words
    assert page.page_setup.orientation == "landscape"
    assert page.print_title_rows == f"${head + 1}:${head + 1}"


def test_the_word_file_holds_the_same() -> None:
    paper = Document(BytesIO(written(score_sheet_docx.write)))
    [table] = paper.tables
    assert [cell.text for cell in table.rows[0].cells] == list(COLUMNS)
    assert [cell.text for cell in table.rows[1].cells] == list(SHEET.lines[0].cells)
    words = "\n".join(one.text for one in paper.paragraphs)
    assert "合计：92分" in words
    assert f"周{RARE}" in words
    assert paper.styles["Normal"].font.name == "仿宋_GB2312"


def test_text_copied_from_the_pdf_is_what_was_written() -> None:
    raw = written(score_sheet_pdf.write)
    words = copied(raw)
    for part in (SHEET.title, "每少一场扣10分。", "=SUM(A1)", f"周{RARE}", "合计：92分"):
        assert part in words
    assert raw == written(score_sheet_pdf.write), "the same sheet gives the same bytes"
    with pikepdf.open(BytesIO(raw)) as paper:
        kinds = [font.FontDescriptor.FontFile2.Length for page in paper.pages for font in page.Resources.Font.values()]
    assert kinds
    assert len(raw) < 200_000, "of the font only what is used goes along"


def test_a_character_that_the_font_lacks_is_marked_and_named() -> None:
    assert fonts.lacking(RARE) == set()
    odd = replace(SHEET, members=(Signed("考核组组长", "周😀"),))
    words = copied(written(score_sheet_pdf.write, odd))
    assert f"周{fonts.MISSING}" in words
    assert "U+1F600" in words


def test_markup_in_a_text_is_shown_not_obeyed() -> None:
    odd = replace(SHEET, title="<b>a</b>&amp;")
    assert "<b>a</b>&amp;" in copied(written(score_sheet_pdf.write, odd))


def test_a_very_long_cell_runs_on_over_pages() -> None:
    long = replace(SHEET.lines[0], reasons=tuple(f"第{place}条理由写得很长很长" for place in range(300)))
    assert "第299条" in copied(written(score_sheet_pdf.write, replace(SHEET, lines=(long,))))


def test_the_font_is_the_one_that_was_taken() -> None:
    folder = Path(fonts.__file__).parent
    locked = json.loads((folder / "fonts.lock.json").read_text("utf-8"))
    assert {one["file"] for one in locked} == {path.relative_to(folder).as_posix() for path in folder.glob("*/*") if path.suffix != ".pyc"}
    for one in locked:
        assert hashlib.sha256((folder / one["file"]).read_bytes()).hexdigest() == one["sha256"], one["file"]


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


@pytest.mark.parametrize("party", ["采购人", "考核组成员"])
def test_the_parties_seal_and_members_sign(party: str) -> None:
    assert ("盖章" in Signed(party).text) == (party == "采购人")
