"""The table that is taken away: what a sheet cannot hold becomes what it can, and nothing else changes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from openpyxl import load_workbook
from openpyxl.cell import Cell

from app.documents.cells import LONGEST
from app.documents.entry_table import Kind, Value, write_workbook

ABOUT = [("合同", "湖畔县就业服务"), ("台账", "宣传报道台账")]


def written(headings: Sequence[str], kinds: Sequence[Kind], rows: Sequence[Sequence[Value]], about: Any = ABOUT) -> Any:
    file = io.BytesIO()
    write_workbook(file, "宣传", headings, kinds, rows, about)
    return load_workbook(file)


def cell(value: Value, kind: Kind) -> Cell:
    found: Cell = written(["情况"], [kind], [[None], [value]])["宣传"].cell(3, 1)
    return found


def test_numbers_keep_all_their_digits() -> None:
    assert (cell(Decimal("12.50"), "money").value, cell(Decimal("12.50"), "money").number_format) == (12.5, "#,##0.00")
    assert (cell(Decimal("0.873"), "percent").value, cell(3, "number").value) == (0.873, 3)
    for long, shown in ((123456789012345678, "123456789012345678"), (Decimal("0.1234567890123456"), "0.1234567890123456")):
        assert (cell(long, "number").value, cell(long, "number").data_type) == (shown, "s")


def test_texts_stay_texts() -> None:
    for text in ("=1+1", "-5", "00123", "1e5", "TRUE", "2026-03-04", "_x0041_a"):
        found = cell(text, "text")
        assert (found.data_type, found.number_format) == ("s", "@"), text
    assert cell("坏\x00字\x0b和\ufffe号", "text").value == "坏字和号"
    assert cell("两行\n文字", "text").value == "两行\n文字"
    assert len(str(cell("长" * (LONGEST + 5), "text").value)) == LONGEST


def test_the_sheet_says_what_it_is() -> None:
    book = written(["编号", "情况", "情况"], ["text"] * 3, [["A-1", "好", "好"]])
    sheet = book["宣传"]
    assert [each.value for each in sheet[1]] == ["编号", "情况", "情况（2）"]
    assert (sheet.freeze_panes, sheet["A1"].font.b, sheet["A2"].font.b) == ("B2", True, False)
    assert [[each.value for each in row] for row in book["说明"]] == [list(line) for line in ABOUT]


def test_an_empty_table_keeps_its_headings() -> None:
    book = written(["编号", "金额"], ["text", "money"], [], about=[("合同", "合同")])
    assert [each.value for each in book["宣传"][1]] == ["编号", "金额"]
    assert all(each.value is None for row in book["宣传"].iter_rows(min_row=2) for each in row)
    assert [each.value for each in book["说明"][1]] == ["合同", "合同（2）"]
