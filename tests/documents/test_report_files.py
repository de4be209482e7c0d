"""A report's files say what the report says: every figure in PDF, Word and workbook, with rare names and without formulas."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pikepdf
import pytest
from docx import Document
from openpyxl import load_workbook

from app.documents import fonts, report_charts
from app.documents.paper import docx, pdf
from app.documents.paper.blocks import Column, Grid, Heading, Note, Paper, Paragraph, Place, Proof, Signatures
from app.documents.paper.lines import units
from app.documents.report_columns import set_in_lines, shares_of
from app.documents.report_dossier import Bound, Cover, Item, dossier_pdf, handover_paper
from app.documents.report_files import all_of
from app.documents.report_letter import TemplateProblem, check, lettered
from app.documents.report_paper import Printed, ordinal, paper_of
from kpi.reports.model import Part, Table
from kpi.reports.words import filled, known
from tests.documents.reading import copied, shown_in_cell
from tests.factories.report_example import DAY, example

PRINTED = Printed(2, "ab" * 32, "第 7 条 " + "cd" * 32)
FILES = all_of(example(), PRINTED)


def bare(text: str) -> str:
    """Without what line breaking may put in."""
    return re.sub(r"\s+", "", text)


def wanted() -> list[str]:
    """Every figure, and every word that a person reads."""
    report = example()
    fields = known(report)
    texts = [one.shown for one in report.numbers().values()]
    for part in report.parts:
        texts += [part.title, *(filled(one.text, fields) for one in part.paragraphs)]
        texts += [cell for table in part.tables for row in table.rows for cell in row if isinstance(cell, str) and cell]
    return [bare(one) for one in [*texts, *report.warnings, *(one.text for one in report.sources)]]


def words_of(kind: str) -> str:
    data = FILES[kind].data
    if kind == "pdf":
        return bare("".join(copied(data)))
    if kind == "docx":
        paper = Document(io.BytesIO(data))
        cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
        return bare("".join([*(one.text for one in paper.paragraphs), *cells]))
    book = load_workbook(io.BytesIO(data))
    return bare("".join(shown_in_cell(cell.value, cell.number_format) for page in book for row in page.iter_rows() for cell in row))


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx"])
def test_every_figure_and_word_stands_in_the_file(kind: str) -> None:
    text = words_of(kind)
    missing = [one for one in wanted() if one not in text]
    assert not missing


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx"])
def test_the_same_report_gives_the_same_bytes(kind: str) -> None:
    assert all_of(example(), PRINTED)[kind].sha256 == FILES[kind].sha256


def test_a_workbook_computes_with_figures_and_runs_nothing() -> None:
    book = load_workbook(io.BytesIO(FILES["xlsx"].data))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    figures = {Decimal(str(cell.value)) for cell in cells if cell.data_type == "n" and cell.value is not None}
    assert {Decimal(12345), Decimal(52), Decimal("1.5")} <= figures
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_the_pdf_knows_its_pages_and_carries_its_hash() -> None:
    assert FILES["pdf"].pages == len(copied(FILES["pdf"].data))
    assert "ab" * 32 in words_of("pdf")


def test_a_draft_says_so_on_each_page() -> None:
    paper = paper_of(example(), Printed(1, "0" * 64, "", "草稿"))
    assert all("草稿" in page for page in copied(pdf.of(paper)))


@pytest.mark.parametrize("rows", [2, 20, 31, 33, 35, 37, 39])
def test_no_page_holds_the_signatures_alone(rows: int) -> None:
    heading, grid = Heading("一、注释"), Grid([Column("注", 10), Column("来源", 90)], [[f"注{n}", f"第{n}本台账"] for n in range(rows)])
    whole = Paper("夜校月报", [*[Paragraph("本月开课。")] * 9, heading, grid, Signatures([Place("编制")]), Proof("x", ["甲"])])
    pages = [page for page in copied(pdf.of(whole)) if "编制" in page]
    assert [f"第{rows - 1}本台账" in page for page in pages] == [True]
    assert all(f"第{n}本台账" in "".join(copied(pdf.of(whole))) for n in range(rows))


@pytest.mark.parametrize("before", range(20, 44, 4))
def test_the_note_of_a_table_stands_under_it(before: int) -> None:
    """The notes at the end go to the next page together; what is said of the table above them stays."""
    table = Grid([Column("条款", 100)], [["SD-6"]])
    notes = Heading("三、注释"), Note("比率截取"), Grid([Column("来源", 100)], [["台账"], ["目标"], ["规则书"]])
    end = Signatures([Place("编制"), Place("审核"), Place("供应商"), Place("采购人")]), Proof("x", ["甲"])
    body = [*[Paragraph("本周采集。")] * before, Heading("二、进度要求"), table, Note("时间进度100%。")]
    [page] = [page for page in copied(pdf.of(Paper("进度表", [*body, *notes, *end], look="sheet"))) if "SD-6" in page]
    assert "时间进度100%" in page


@pytest.mark.parametrize("before", range(30, 44))
def test_the_title_of_an_empty_table_stands_with_its_note(before: int) -> None:
    titled = Paragraph("问题清单", indent=False, bold=True), Note("本期没有登记的问题。")
    paper = Paper("进度表", [*[Paragraph("本周采集。")] * before, *titled, Paragraph("完。")], look="sheet")
    pages = [page for page in copied(pdf.of(paper)) if "问题清单" in page]
    assert ["没有登记" in page for page in pages] == [True]


@pytest.mark.parametrize("before", range(30, 40))
def test_a_heading_and_its_words_stand_with_the_table_below_them(before: int) -> None:
    table = Grid([Column("项目", 100)], [["甲事"]] * 30, title="概况")
    body = [*[Paragraph("本周采集。")] * before, Heading("一、完成情况"), Paragraph("达标三项。"), table]
    [page] = [page for page in copied(pdf.of(Paper("报告", body, look="sheet"))) if "达标三项" in page]
    assert [word in page for word in ("一、完成情况", "概况", "甲事")] == [True] * 3


def test_word_keeps_words_with_the_table_below_them() -> None:
    paper = Paper("报告", [Paragraph("达标三项。"), Grid([Column("项目", 100)], [["甲事"]], title="概况")], look="sheet")
    made = Document(io.BytesIO(docx.of(paper)))
    assert [one.paragraph_format.keep_with_next for one in made.paragraphs if one.text == "达标三项。"] == [True]


def test_word_keeps_the_title_of_an_empty_table_with_its_note() -> None:
    paper = Paper("进度表", [Paragraph("问题清单", bold=True), Note("本期没有登记的问题。")], look="sheet")
    made = Document(io.BytesIO(docx.of(paper)))
    assert [one.paragraph_format.keep_with_next for one in made.paragraphs if one.text == "问题清单"] == [True]


def test_a_rate_gets_the_width_of_one_line_else_of_two() -> None:
    rate = "97.36%（3700/3800）"
    few = Table("t", "催收", ("方式", "次数", "联系上"), (("电话", "12", rate),), right=(1, 2), wide=(80, 10, 10))
    assert shares_of(few) == [684, 100, 216]
    assert set_in_lines(rate, 216) == rate
    many = Table("t", "催收", ("方式", *"甲乙丙丁戊"), (("电话", *[rate] * 5),), right=(1, 2, 3, 4, 5), wide=(60, *[8] * 5))
    assert shares_of(many) == [245, *[151] * 5]
    assert set_in_lines(rate, 151) == "97.36%\n（3700/3800）"
    assert set_in_lines("2.0%（3048/150000）", 151) == "2.0%\n（3048/\n150000）"


def test_what_belongs_together_stands_on_one_line_of_its_cell() -> None:
    """Rates, sums, dates, clauses and numbers with their unit, in a table that has hardly room for them."""
    rate, sums = "98.95%（1521/1537）", ("168,293人次", "每月不少于2500人次")
    row = ("XG-2.10-12", "全年组织的活动和活动以后的回访", *sums, rate, "2026-10-31", "¥34,567.89")
    tight = Table("t", "t", tuple("条目本标率日额"), (row,), right=(2, 3, 4, 6), wide=(1, 1, 1, 1, 1, 1, 1))
    shares = shares_of(tight)
    set_ = [set_in_lines(text, share).split("\n") for text, share in zip(row, shares, strict=True)]
    assert sum(shares) == 1000
    assert set_[2:] == [["168,293人次"], ["每月不少于", "2500人次"], ["98.95%", "（1521/1537）"], ["2026-10-31"], ["¥34,567.89"]]
    assert set_[0] == ["XG-2.10-12"]
    said = "于2026年10月31日前办3.5万元，第3季度1,537人次"
    assert list(units(said)) == ["于", "2026年10月31日", "前", "办", "3.5万元，", "第3季度", "1,537人次"]


def test_tables_of_a_part_with_the_same_columns_are_alike() -> None:
    made, headings = example(), ("行业", "招聘", "求人倍率")
    highest = Table("a/highest", "最高", headings, (("运输", "840", "120（840/7）"),), right=(1, 2), wide=(52, 16, 16))
    totals = replace(highest, id="a/totals", title="合计", rows=(("合计", "432,900", "60.12（432900/7200）"),))
    paper = paper_of(replace(made, parts=(Part("a", "grouped", "排行", tables=(highest, totals)),)), PRINTED)
    first, second = [one for one in paper.blocks if isinstance(one, Grid)][:2]
    assert [one.share for one in first.columns] == [one.share for one in second.columns]


def test_charts_show_the_figures_that_the_report_has() -> None:
    [chart] = [one for part in example().parts for one in part.charts]
    assert report_charts.values(chart) == [("课次", [Fraction(4), Fraction(7, 2)]), ("应有", [Fraction(4), Fraction(0)])]
    assert [report_charts.said(one, chart.unit) for one in chart.series[0][1]] == ["4", "3.5"]
    assert report_charts.picture(chart).startswith(b"\x89PNG")


def test_ordinals() -> None:
    assert [ordinal(n) for n in (1, 10, 11, 20, 21)] == ["一", "十", "十一", "二十", "二十一"]


# -- the office's template ------------------------------------------------------------------------


def letter(*lines: str) -> bytes:
    paper = Document()
    for line in lines:
        paper.add_paragraph(line)
    raw = io.BytesIO()
    paper.save(raw)
    return raw.getvalue()


def test_the_report_stands_inside_the_offices_template() -> None:
    data = lettered(letter("县人社局文件", "{{ 标题 }}（{{ 期间 }}）", "{{p 正文 }}", "抄送：{{ 采购人 }}"), example(), PRINTED)
    text = bare("".join(one.text for one in Document(io.BytesIO(data)).paragraphs))
    assert text.startswith("县人社局文件夜校月报（2026年1月）")
    assert text.endswith("抄送：县人社局")
    assert "本月工作" in text


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("{{ 标题 }}", "{{ 局长 }}", "{{p 正文 }}"), "不认识的字段：局长"),
        (("{{ 标题 }}",), "没有放报告的位置"),
        (("{% if 标题 %}", "{{p 正文 }}"), "花括号写法不对"),
    ],
)
def test_a_template_that_cannot_be_used_says_why(lines: tuple[str, ...], told: str) -> None:
    with pytest.raises(TemplateProblem, match=told):
        check(letter(*lines))


def cut_inside(data: bytes) -> bytes:
    """The same Word file with half of its text: the archive is whole, what it holds is not."""
    raw = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(raw, "w") as made:
        for name in given.namelist():
            part = given.read(name)
            made.writestr(name, part[: len(part) // 2] if name == "word/document.xml" else part)
    return raw.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (letter("{{ 标题.第一个字 }}", "{{p 正文 }}"), "模板不能填写"), (letter("{{ 标题 + 1 }}", "{{p 正文 }}"), "模板不能填写"),
        (cut_inside(letter("{{ 标题 }}", "{{p 正文 }}")), "打不开"), (letter("{{p 正文 }}")[:-200], "打不开"),
        (b"<html>no Word file</html>", "打不开"),
    ],
)  # fmt: skip
def test_a_template_that_cannot_be_filled_in_is_found_before_it_is_kept(data: bytes, told: str) -> None:
    with pytest.raises(TemplateProblem, match=told):
        check(data)


@pytest.mark.parametrize("left", [None, b"\0\1\0\0 no font at all"])
def test_a_font_that_is_missing_or_damaged_is_named(left: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    font = tmp_path / "NotoSansSC.ttf"
    if left is not None:
        font.write_bytes(left)
    monkeypatch.setitem(fonts.FILES, fonts.SANS, str(font))
    fonts.ready.cache_clear()
    with pytest.raises(fonts.NoFont, match="NotoSansSC"):
        pdf.of(Paper("月报", [Paragraph("一")], look="sheet"))
    with pytest.raises(fonts.NoFont, match="NotoSansSC"):
        report_charts.picture(next(one for part in example().parts for one in part.charts))
    monkeypatch.undo()
    fonts.ready.cache_clear()


def test_a_template_runs_nothing() -> None:
    with pytest.raises(TemplateProblem):
        lettered(letter("{{ 标题.__class__.__mro__[1].__subclasses__() }}", "{{p 正文 }}"), example(), PRINTED)


# -- the archive ----------------------------------------------------------------------------------


def test_a_file_has_cover_contents_and_running_page_numbers() -> None:
    pages = FILES["pdf"].pages
    cover = Cover("001", "一季度报告", "县人社局", "河畔夜校", DAY, DAY, "15年", 2, pages + 3, True)
    items = [
        Bound(Item(1, "夜校公司", "", "夜校月报", DAY, pages, ""), FILES["pdf"].data),
        Bound(Item(2, "县人社局", "湖人社〔2026〕1号", "签到表", DAY, 3, "纸质"), None),
    ]
    made = dossier_pdf(cover, items)
    assert made == dossier_pdf(cover, items)
    with pikepdf.open(io.BytesIO(made)) as file:
        assert len(file.pages) == 2 + pages
    text = bare("".join(copied(pdf_front(made))))
    assert "卷内文件目录" in text
    assert f"{pages + 1}—{pages + 3}" in text


def pdf_front(data: bytes) -> bytes:
    """The first two pages alone: cover and contents."""
    with pikepdf.open(io.BytesIO(data)) as file:
        del file.pages[2:]
        raw = io.BytesIO()
        file.save(raw)
    return raw.getvalue()


def test_the_hand_over_list_names_both_sides_and_the_hash() -> None:
    rows = [("夜校月报", "2026年1月", "3 页", "1", "电子文件", "ef" * 32, "已接收")]
    text = bare("".join(copied(pdf.of(handover_paper("河畔夜校", "县人社局", "夜校公司", rows, DAY)))))
    assert all(one in text for one in ("移交方夜校公司", "接收方县人社局", "ef" * 32, "监交人"))
