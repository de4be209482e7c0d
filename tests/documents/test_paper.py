"""A paper says the same in PDF, Word and workbook; nothing in it is markup or a formula; long tables break well."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from docx import Document
from docx.oxml.ns import qn
from openpyxl import load_workbook
from PIL import Image

from app.documents import fonts
from app.documents.paper import (
    Anchor,
    Column,
    Figure,
    Grid,
    Heading,
    Issued,
    Note,
    PageBreak,
    Pair,
    Pairs,
    Paper,
    Paragraph,
    Picture,
    Place,
    Proof,
    Signatures,
    said,
)
from app.documents.paper import pdf as pdf_writer
from app.documents.paper.files import KINDS
from app.documents.paper.kept import blocks_of, keep
from app.documents.paper.lines import broken
from app.documents.paper.xlsx import sheet_name
from tests.documents.reading import copied

RARE = "䶮𬭎𫖯"
COLUMNS = (Column("序号", 6, "center"), Column("事项", 40), Column("金额（元）", 16, "right"))
ROWS = (("1", "=SUM(A1)", Figure("1,234,567.89", Decimal("1234567.89"), "#,##0.00")), ("2", "-3<b>粗</b>&amp;", "—"))


def picture() -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 30), "navy").save(file, "PNG")
    return file.getvalue()


PAPER = Paper(
    "关于培训场次不足的整改通知书",
    (
        Paragraph(f"样例公司、周{RARE}：", indent=False), Heading("一、问题"), Grid(COLUMNS, ROWS, total=("", "合计", "1,234,567.89")),
        Paragraph("整改期限：5 个工作日。"), Picture(picture(), "现场照片"), Note("小字"),
        Issued("果林镇人民政府", "2026年3月5日", Proof("LYT-DOC:1", ("整改〔2026〕1号", "SHA-256：" + "ab" * 32))),
        PageBreak("送达回证"), Anchor("receipt", "送达回证"),
        Pairs((Pair("受送达人", "样例公司"), Pair("签名", "", 3), Pair("日期", Figure("2026-03-05", date(2026, 3, 5)))), beside=2),
        Signatures((Place("送达人", "王某", "2026年3月5日"), Place("见证人"), Place("受送达人", seal=True))),
    ),
    number="整改〔2026〕1号", issuer="果林镇人民政府", header="培训合同", footer="履约台", mark="草稿", day=date(2026, 3, 5),
)  # fmt: skip
WORDS = (
    "整改〔2026〕1号", f"样例公司、周{RARE}：", "一、问题", "=SUM(A1)", "1,234,567.89", "-3<b>粗</b>&amp;", "合计", "现场照片", "小字",
    "果林镇人民政府", "2026年3月5日", "受送达人", "2026-03-05", "送达人（签字）：王某", "受送达人（签字、盖章）：",
)  # fmt: skip


def in_word(raw: bytes) -> str:
    body = Document(BytesIO(raw)).element.body
    return "\n".join("".join(text.text or "" for text in one.iter(qn("w:t"))) for one in body.iter(qn("w:p")))


def in_workbook(raw: bytes) -> str:
    """The cells as they are shown."""
    cells = [cell for page in load_workbook(BytesIO(raw)) for row in page.iter_rows() for cell in row if cell.value is not None]
    kinds = {"n": "{:,.2f}", "d": "{:%Y-%m-%d}"}
    return "\n".join(kinds.get(cell.data_type, "{}").format(cell.value) for cell in cells)


@pytest.mark.parametrize("look", ["official", "sheet"])
@pytest.mark.parametrize("direction", ["portrait", "landscape"])
def test_every_file_says_the_same_words(look: str, direction: str) -> None:
    paper = replace(PAPER, look=look, direction=direction)
    files = {ending: kind.of(paper) for ending, kind in KINDS.items()}
    seen = {"pdf": "".join(copied(files["pdf"])), "docx": in_word(files["docx"]), "xlsx": in_workbook(files["xlsx"])}
    for ending, text in seen.items():
        assert [word for word in (*WORDS, PAPER.title) if word not in text] == [], ending
    assert files == {ending: kind.of(paper) for ending, kind in KINDS.items()}, "the same paper gives the same bytes"
    assert "草稿" in seen["pdf"]
    assert 'string="草稿"' in Document(BytesIO(files["docx"])).sections[0].header._element.xml


def test_a_workbook_computes_figures_and_nothing_else() -> None:
    book = load_workbook(BytesIO(KINDS["xlsx"].of(PAPER)))
    assert book.sheetnames == [PAPER.title, "送达回证"]
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert [cell.value for cell in cells if cell.data_type == "n"] == [1234567.89]
    assert next(cell for cell in cells if cell.value == "=SUM(A1)").quotePrefix
    assert book[PAPER.title].print_title_rows


def test_an_official_paper_is_laid_out_as_the_standard_says() -> None:
    with pikepdf.open(BytesIO(KINDS["pdf"].of(PAPER))) as paper:
        assert [float(side) for side in paper.pages[0].MediaBox[2:]] == pytest.approx([595.28, 841.89], abs=0.1)
        names = {str(font.BaseFont).split("+")[-1] for font in paper.pages[0].Resources.Font.values()}
        assert "NotoSerifSC-Regular" in names
        assert all("/FontFile2" in font.FontDescriptor for font in paper.pages[0].Resources.Font.values())
        sizes = {(str(o[0]), float(o[1])) for o, operator in pikepdf.parse_content_stream(paper.pages[0]) if str(operator) == "Tf"}
    assert {22.0, 16.0, 12.0} <= {size for _, size in sizes}
    word = Document(BytesIO(KINDS["docx"].of(PAPER)))
    section = word.sections[0]
    margins = section.top_margin, section.bottom_margin, section.left_margin, section.right_margin
    assert [round(side.mm) for side in margins] == [37, 35, 28, 26]
    assert word.styles["Normal"].font.name == "仿宋_GB2312"
    assert "方正小标宋简体" in word.element.xml


def test_a_long_table_breaks_between_rows_under_its_heading_again() -> None:
    rows = [(str(place), f"第{place}项事实写明时间地点" * 4, "1.00") for place in range(1, 81)]
    paper = replace(PAPER, blocks=(Heading("一、明细"), Grid(COLUMNS, rows)), mark="")
    pages = copied(KINDS["pdf"].of(paper))
    assert len(pages) > 3
    assert all("序号事项金额（元）" in page for page in pages)
    for place in range(1, 81):
        assert sum(f"第{place}项" in page for page in pages) == 1, "no row is torn"
    heading = Document(BytesIO(KINDS["docx"].of(paper))).tables[0].rows[0]._tr
    assert heading.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
    tall = replace(paper, blocks=(Grid(COLUMNS, (("1", "很长的事实。" * 1200, ""),)),))
    pages = copied(KINDS["pdf"].of(tall))
    assert "".join(pages).count("长") == 1200, "a row taller than a page runs on"
    assert [page.count("序号事项金额（元）") for page in pages] == [1] * len(pages)


@pytest.mark.parametrize("lines", [10, 12, 14])
def test_no_page_holds_the_code_or_the_signatures_alone(lines: int) -> None:
    """A form that is full to the brim: so many lines, then who signs, then the code; a proof of service follows."""
    filled = tuple(Paragraph(f"第{place}行事实") for place in range(lines))
    ending = (Paragraph("以上情况属实。"), Signatures([Place("认定人"), Place("湖畔县局", seal=True)]), Proof("LYT-DOC:1", ("扫码核对",)))
    paper = replace(PAPER, blocks=(*filled, *ending, PageBreak("回证"), Paragraph("收到")), mark="")
    pages = copied(KINDS["pdf"].of(paper))
    coded = next(page for page in pages if "扫码核对" in page)
    assert "认定人" in coded
    assert "以上情况属实" in coded


@pytest.mark.parametrize("lines", [9, 11, 13])
def test_a_heading_stands_with_the_signatures_below_it(lines: int) -> None:
    filled = tuple(Paragraph(f"第{place}行事实") for place in range(lines))
    members = Signatures([Place(f"成员{place}", note="同意：查看了现场") for place in range(3)])
    paper = replace(PAPER, blocks=(*filled, Heading("成员意见", 2), members, Signatures([Place("采购人", seal=True)])), mark="")
    pages = copied(KINDS["pdf"].of(paper))
    assert "成员0" in next(page for page in pages if "成员意见" in page)


def test_a_character_that_no_font_has_is_marked_and_named() -> None:
    paper = replace(PAPER, blocks=(Paragraph(f"周{RARE}😀与☑，零宽\u200d不占位"),))
    text = "".join(copied(KINDS["pdf"].of(paper)))
    assert f"周{RARE}〓与〓，零宽不占位" in text
    assert "U+1F600、U+2611" in text or "U+2611、U+1F600" in text


def test_anchors_tell_their_pages() -> None:
    assert pdf_writer.write(BytesIO(), PAPER) == {"receipt": 2}
    with pikepdf.open(BytesIO(KINDS["pdf"].of(PAPER))) as paper, paper.open_outline() as outline:
        assert [one.title for one in outline.root] == ["送达回证"]


def test_lines_keep_sums_whole_and_marks_in_their_place() -> None:
    lines = list(broken("合计为1,234,567.89元（大写：壹佰）。“引文”在后", 12, 12, len))
    assert "".join(lines) == "合计为1,234,567.89元（大写：壹佰）。“引文”在后"
    assert lines == ["合计为", "1,234,567.89", "元（大写：壹佰）。“引", "文”在后"]
    assert list(broken("A" * 30, 12, 10, len)) == ["A" * 10, "A" * 12, "A" * 8]
    assert list(broken("112.1%（168,293/150,000）", 12, 12, len)) == ["112.1%", "（168,293/", "150,000）"]


def test_names_of_sheets_are_such_as_a_workbook_takes() -> None:
    assert sheet_name("a/b:c", []) == "abc"
    assert sheet_name("表" * 40, ["表" * 31]) == f"{'表' * 27} 2"
    assert sheet_name("", []) == "表"


def test_what_is_said_of_a_cell_is_its_text() -> None:
    assert [said(cell) for cell in ROWS[0]] == ["1", "=SUM(A1)", "1,234,567.89"]


def test_the_fonts_are_the_ones_that_were_taken() -> None:
    folder = Path(fonts.__file__).parent
    locked = json.loads((folder / "fonts.lock.json").read_text("utf-8"))
    assert {one["file"] for one in locked} == {path.relative_to(folder).as_posix() for path in folder.glob("*/*") if path.suffix != ".pyc"}
    for one in locked:
        assert hashlib.sha256((folder / one["file"]).read_bytes()).hexdigest() == one["sha256"], one["file"]


def test_a_frozen_paper_is_drawn_again_the_same() -> None:
    figures = [Figure("¥1,200.50", Decimal("1200.50"), "0.00"), Figure("12", 12), Figure("2026-03-05", date(2026, 3, 5))]
    blocks = [
        Heading("成员意见", 2), Paragraph("第一行\n第二行", indent=False, align="center", bold=True), Note("小字"),
        Pairs([Pair("意见", "同意", 3), Pair("金额", figures[0])], beside=2, title="项目", label_share=18),
        Grid(
            [Column("条款", 8), Column("数", 5, "right"), Column("日期")], [["a", figures[1], figures[2]], ["", figures[0], ""]],
            total=["合计", figures[1], ""], title="各条", strong=frozenset({1}), blank=2, joined=frozenset({(1, 0)}),
        ),
        Signatures([Place("组长", "郑主管", "2026年3月5日", seal=True, note="同意")], beside=3),
    ]  # fmt: skip
    assert blocks_of(json.loads(json.dumps(keep([*blocks, Proof("LYT-DOC:1", ())]), ensure_ascii=False))) == blocks
    with pytest.raises(TypeError, match="PageBreak"):
        keep([PageBreak()])
