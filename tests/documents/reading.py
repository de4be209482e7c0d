"""What a reader takes out of a PDF or a workbook."""

from __future__ import annotations

import re
from decimal import Decimal
from io import BytesIO
from typing import Any

import pikepdf


def copied(raw: bytes) -> list[str]:
    """What is copied out of each page of a PDF: its strings through the maps of its fonts."""
    pages = []
    with pikepdf.open(BytesIO(raw)) as paper:
        for page in paper.pages:
            maps = {name: signs(font.ToUnicode.read_bytes().decode()) for name, font in page.Resources.Font.items()}
            found: list[str] = []
            now: dict[int, str] = {}
            for operands, operator in pikepdf.parse_content_stream(page):
                if str(operator) == "Tf":
                    now = maps[str(operands[0])]
                if str(operator) == "Tj":
                    found += [now[code] for code in bytes(operands[0])]
            pages.append("".join(found))
    return pages


def signs(table: str) -> dict[int, str]:
    pairs = re.findall(r"<([0-9A-F]{2})> <([0-9A-F]{4,8})>", table.split("endcodespacerange")[1])
    return {int(code, 16): bytes.fromhex(text).decode("utf-16-be") for code, text in pairs}


def shown_in_cell(value: Any, pattern: str) -> str:
    """What a workbook shows of a cell, for the few patterns that reports use."""
    if not isinstance(value, int | float | Decimal):
        return str(value or "")
    number, _, ending = pattern.partition('"')
    places = len(number.partition(".")[2])
    text = f"{Decimal(str(value)):,.{places}f}" if "," in number else f"{Decimal(str(value)):.{places}f}"
    return text + ending.rstrip('"')
