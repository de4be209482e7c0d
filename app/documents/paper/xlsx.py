"""A Paper as a workbook that prints on A4: texts stay texts, figures compute, the columns are those of its widest table."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import IO

from openpyxl import Workbook
from openpyxl.utils.indexed_list import IndexedList
from openpyxl.worksheet.worksheet import Worksheet

from app.documents.cells import clean
from app.documents.paper.blocks import Block, NewSheet, PageBreak, Paper
from app.documents.paper.steady import repack
from app.documents.paper.xlsx_breaks import ABOVE, BELOW, RUNNING, SIDE
from app.documents.paper.xlsx_sheet import PLAIN, Writing

PAPER_A4 = 9
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'"))
LONGEST = 31


def write(file: IO[bytes], paper: Paper) -> None:
    """Writes the workbook; the same paper gives the same bytes."""
    book = Workbook()
    del book[book.sheetnames[0]]
    book._fonts = IndexedList([PLAIN])  # type: ignore[attr-defined]  # the first font is the book's own: widths are counted in its digits
    parts = list(sheets(paper))
    for place, (name, blocks) in enumerate(parts):
        page = book.create_sheet(sheet_name(name, book.sheetnames))
        _set_up(page, paper, paper.title if len(parts) > 1 else "")
        Writing(page, paper, blocks).all(first=place == 0)
    book.properties.title, book.properties.creator = clean(paper.title), paper.issuer or "履约台"
    book.properties.created = book.properties.modified = _midnight(paper)
    raw = io.BytesIO()
    book.save(raw)
    repack(raw.getvalue(), file, paper.day)


def of(paper: Paper) -> bytes:
    """The file's bytes."""
    file = io.BytesIO()
    write(file, paper)
    return file.getvalue()


def sheets(paper: Paper) -> Iterator[tuple[str, Sequence[Block]]]:
    """The blocks of each sheet with its name."""
    name, blocks = paper.sheet or paper.title, list[Block]()
    for block in paper.blocks:
        if isinstance(block, NewSheet) or (isinstance(block, PageBreak) and block.sheet):
            yield name, blocks
            name, blocks = block.name if isinstance(block, NewSheet) else block.sheet, []
        else:
            blocks.append(block)
    yield name, blocks


def sheet_name(wanted: str, taken: Sequence[str]) -> str:
    """A name that a workbook takes and that no other sheet has."""
    name = clean(wanted).translate(FORBIDDEN).strip()[:LONGEST] or "表"
    known, serial, tried = {one.lower() for one in taken}, 2, name
    while tried.lower() in known:
        tried, serial = f"{name[: LONGEST - 4]} {serial}", serial + 1
    return tried


def _midnight(paper: Paper) -> datetime:
    return datetime.combine(paper.day, time())


def _set_up(page: Worksheet, paper: Paper, title: str) -> None:
    """`title`: stands over each page where there are several sheets, with the mark."""
    page.page_setup.orientation, page.page_setup.paperSize = paper.direction, PAPER_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    page.print_options.horizontalCentered = True
    around = page.page_margins
    around.left = around.right = SIDE
    around.top, around.bottom, around.header, around.footer = ABOVE, BELOW, RUNNING, RUNNING
    foot, head = page.oddFooter, page.oddHeader
    head.right.text = _plain(f"{title}{paper.mark and f'　【{paper.mark}】'}" if title else "")  # type: ignore[union-attr]
    foot.right.text = "第 &P 页，共 &N 页"  # type: ignore[union-attr]
    foot.left.text, head.left.text = _plain(paper.footer), _plain(paper.header)  # type: ignore[union-attr]


def _plain(text: str) -> str:
    return clean(text).replace("&", "&&")
