"""The workbook to fill in for one table: headings with notes, drop-downs, every column a text; nothing else in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from app.documents.cells import BOLD, HEAD, LIVE, REQUIRED, TEXT

GUIDE, OPTIONS = "说明", "选项"
LAST_ROW = 20_000
INLINE = 250  # characters that a list may have inside a cell's rule


@dataclass(frozen=True)
class Heading:
    """One column: what it is called, how it is filled in, what it takes. `several`: more than one of the options."""

    name: str
    note: str
    required: bool = False
    options: tuple[str, ...] = ()
    several: bool = False


def write(file: IO[bytes], title: str, headings: Sequence[Heading], guide: Sequence[tuple[str, str]]) -> None:
    """Writes the workbook. `guide`: lines of the page of explanation."""
    book = Workbook()
    sheet, lists = book.active, book.create_sheet(OPTIONS)
    assert isinstance(sheet, Worksheet)
    assert isinstance(lists, Worksheet)
    sheet.title = title
    for place, heading in enumerate(headings, 1):
        column(sheet, lists, place, heading)
    sheet.freeze_panes = "A2"
    sheet.row_dimensions[1].height = 32
    lists.sheet_state = "hidden"
    explain(book.create_sheet(GUIDE), title, headings, guide)
    book.save(file)


def column(sheet: Worksheet, lists: Worksheet, place: int, heading: Heading) -> None:
    letter = get_column_letter(place)
    head = put(sheet, 1, place, heading.name)
    head.font, head.fill = BOLD, REQUIRED if heading.required else HEAD
    head.alignment = Alignment(wrap_text=True, vertical="center")
    head.comment = Comment(heading.note, "填写要求", width=320, height=140)
    sheet.column_dimensions[letter].width = max(12, min(2 * len(heading.name) + 4, 40))
    sheet.column_dimensions[letter].number_format = TEXT
    if heading.options:
        rule = DataValidation(type="list", formula1=source_of(lists, place, heading.options), allow_blank=True)
        rule.showErrorMessage = not heading.several
        rule.errorTitle, rule.error = "不在可选项里", "请从下拉列表里选一项"
        rule.showInputMessage, rule.promptTitle = True, heading.name[:32]
        rule.prompt = "可选几项，用“、”隔开" if heading.several else "从下拉列表里选"
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{LAST_ROW}")


def source_of(lists: Worksheet, place: int, options: Sequence[str]) -> str:
    """The list of a rule: inside it where it fits, else in a column of the hidden sheet."""
    joined = ",".join(options)
    if len(joined) <= INLINE and not any(sign in option for option in options for sign in ',"'):
        return f'"{joined}"'
    letter = get_column_letter(place)
    for row, option in enumerate(options, 1):
        put(lists, row, place, option)
    return f"{quote_sheetname(OPTIONS)}!${letter}$1:${letter}${len(options)}"


def put(sheet: Worksheet, row: int, place: int, text: str):  # type: ignore[no-untyped-def]
    """A text that stays a text."""
    cell = sheet.cell(row, place)
    cell.value = text
    if text.startswith(LIVE):
        cell.data_type = "s"
    return cell


def explain(sheet: Worksheet, title: str, headings: Sequence[Heading], guide: Sequence[tuple[str, str]]) -> None:
    lines = [(title, ""), *guide, ("列", "填写要求")]
    lines += [(each.name + ("（必填）" if each.required else ""), each.note.replace("\n", "；")) for each in headings]
    for row, (left, right) in enumerate(lines, 1):
        put(sheet, row, 1, left)
        put(sheet, row, 2, right).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    for place in (1, 2):
        sheet.cell(len(guide) + 2, place).font = BOLD
    sheet.column_dimensions["A"].width = 36
    sheet.column_dimensions["B"].width = 90
