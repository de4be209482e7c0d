"""Cells that stay what they are: no text becomes a formula, no long number loses its digits."""

from __future__ import annotations

import re
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill

HEAD_COLOUR = "DDEBF7"
HEAD = PatternFill("solid", fgColor=HEAD_COLOUR)
REQUIRED = PatternFill("solid", fgColor="FCE4D6")
WRONG = PatternFill("solid", fgColor="FFC7CE")
BOLD = Font(bold=True)
WRAPPED = Alignment(wrap_text=True, vertical="top")
TEXT = "@"
#: What spreadsheets take for the beginning of a formula.
LIVE = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?%?\Z", re.ASCII)
LONGEST = 32_767
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")


def clean(text: str) -> str:
    """The text without the signs that a workbook cannot hold, of a length that a cell can."""
    return _FORBIDDEN.sub("", text)[:LONGEST]


def text_cell(sheet: Any, text: str) -> Any:
    """A cell that shows this text and never computes."""
    cell = WriteOnlyCell(sheet, clean(text))
    cell.data_type = "s"
    cell.number_format = TEXT
    if text.startswith(LIVE):
        cell.style = "Normal"
        cell.number_format = TEXT
        cell.quotePrefix = True
    return cell


def head_cell(sheet: Any, text: str, *, required: bool = False) -> Any:
    """A heading."""
    cell = text_cell(sheet, text)
    cell.font, cell.fill = BOLD, REQUIRED if required else HEAD
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell


def csv_text(text: str) -> str:
    """The text as a CSV may hold it: what could run gets a mark in front, numbers keep their sign."""
    flat = clean(text)
    return f"'{flat}" if flat.startswith(LIVE) and not NUMBER.match(flat) else flat
