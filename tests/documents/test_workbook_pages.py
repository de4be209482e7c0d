"""A printed workbook: where its pages end, what stands on a sheet of its own, which marks begin no line."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from docx import Document
from openpyxl import load_workbook

from app.documents.paper import docx, xlsx
from app.documents.paper.blocks import (
    Column,
    Grid,
    Heading,
    NewSheet,
    Paper,
    Paragraph,
    Place,
    Proof,
    Signatures,
)
from app.documents.paper.xlsx_breaks import Held, breaks
from app.documents.paper.xlsx_columns import bounds
from app.documents.paper.xlsx_lines import lines_of, set_in_lines
from app.documents.report_paper import Printed, paper_of
from kpi.reports.model import Part, Report, Table
from tests.factories.report_example import example

COLUMNS = [Column("注", 10), Column("来源", 90)]


def rows(count: int) -> list[list[str]]:
    return [[str(n), f"第{n}本台账"] for n in range(count)]


def test_what_belongs_together_goes_to_the_next_page_together() -> None:
    held = Held(dict.fromkeys(range(1, 31), 10.0))
    assert list(breaks(held, 30, 100)) == [10, 20]
    held.together(10, 12)  # a heading with the first rows of its table
    assert list(breaks(held, 30, 100)) == [9, 19, 29]
    held.together(19, 22)
    held.together(8, 10)  # chains hold, too
    assert list(breaks(held, 30, 100)) == [7, 17, 27]
    held.together(1, 30)  # what no page has room for breaks where the page ends
    assert list(breaks(held, 30, 100)) == [10, 20]


def test_a_heading_that_stands_on_every_page_takes_its_room() -> None:
    held = Held(dict.fromkeys(range(1, 31), 10.0))
    assert list(breaks(held, 30, 100, repeated=1)) == [10, 19, 28]


@pytest.mark.parametrize("before", range(20, 75, 6))
def test_no_printed_page_ends_with_a_heading_or_begins_with_signatures(before: int) -> None:
    tables = [Heading("一、前表"), Grid(COLUMNS, rows(before)), Heading("二、后表"), Grid(COLUMNS, rows(12))]
    paper = Paper("月报", [*tables, Signatures([Place("编制")]), Proof("x", ["甲"])], look="sheet")
    [page] = load_workbook(io.BytesIO(xlsx.of(paper)))
    said = {row: str(page.cell(row, 1).value or "") for row in range(1, page.max_row + 1)}
    assert page.row_breaks.brk
    for each in page.row_breaks.brk:
        assert said[each.id] not in ("二、后表", "注", "11")
        assert "编制" not in said[each.id + 1]


def test_each_part_with_a_table_has_its_sheet_and_long_tables_their_own() -> None:
    def table(name: str, count: int) -> Table:
        return Table(name, name, ("名", "数"), tuple((f"{name}{n}", "1") for n in range(count)), right=(1,))

    report: Report = replace(
        example(),
        parts=(
            Part("a", "words", "工作情况"), Part("b", "grouped", "各镇", tables=(table("甲", 3), table("乙", 30), table("丙", 2))),
            Part("c", "score", "没有得分", tables=(table("空", 0),)), Part("d", "findings", "问题", tables=(table("丁", 3),)),
            Part("e", "payments", "支付", tables=(table("戊", 5),)), Part("f", "behind", "差距", tables=(table("己", 12),)),
        ),
    )  # fmt: skip
    book = load_workbook(io.BytesIO(xlsx.of(paper_of(report, Printed(1, "0" * 64, "", "草稿")))))
    assert book.sheetnames == ["夜校月报", "各镇", "丙", "问题、支付", "差距", "注释"]
    assert book["各镇"].print_title_rows == "$9:$9"
    assert book["各镇"].cell(9, 1).value == "名"
    assert "草稿" in book["注释"].oddHeader.right.text


def test_tables_of_one_sheet_keep_the_widths_that_they_need() -> None:
    earned, paid = Grid([Column(name, share) for name, share in zip("款额算注", (24, 20, 50, 6), strict=True)], []), (50, 20, 30)
    columns = bounds([earned, Grid([Column(name, share) for name, share in zip("款日额", paid, strict=True)], [])])
    assert columns == (240, 440, 500, 700, 940, 1000)
    assert bounds([earned, Grid([Column("项", 45), Column("数", 55)], [])]) == (240, 440, 940, 1000)
    assert bounds([Grid(COLUMNS, []), Signatures([Place("编制")])]) == (100, 500, 1000)


def test_no_mark_begins_a_line_of_a_cell() -> None:
    text = "每天登录平台的网点每期应不少于20个，应考核304期，未达标9期（2026年1月10日19个、2026年1月14日19个、2026年1月16日19个）"
    for room in range(12, 60):
        lines = set_in_lines(text, room).split("\n")
        assert "".join(lines) == text
        assert not [line for line in lines if line[0] in "，、）"]
    assert set_in_lines("没有标点的长句子不用另外断行", 10) == "没有标点的长句子不用另外断行"
    assert lines_of("一二三四五\n六", 4) == 4


def test_a_word_file_keeps_signatures_with_the_end_of_their_table() -> None:
    ending = [Signatures([Place("编制"), Place("审核")]), Proof("x", ["甲", "乙"])]
    blocks = [Paragraph("正文"), NewSheet("注释"), Grid(COLUMNS, rows(40)), *ending]
    paper = Document(io.BytesIO(docx.of(Paper("月报", blocks, look="sheet"))))
    main, last, signed = paper.tables
    assert [len(main.rows), len(last.rows)] == [38, 3]
    cells = [cell for table in (last, signed) for row in table.rows for cell in row.cells]
    kept = [one.paragraph_format.keep_with_next for cell in cells for one in cell.paragraphs]
    assert kept
    assert all(kept)
    assert not main.rows[5].cells[0].paragraphs[0].paragraph_format.keep_with_next
    assert [one.paragraph_format.keep_with_next for one in paper.paragraphs[-3:]] == [True, True, None]
