"""A Paper as a workbook that prints on A4: texts stay texts, figures compute, the columns are those of its widest table."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from typing import IO

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from app.documents.cells import clean
from app.documents.paper.blocks import Block, PageBreak, Paper
from app.documents.paper.steady import repack
from app.documents.paper.xlsx_sheet import Writing

PAPER_A4 = 9
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'"))
LONGEST = 31


def write(file: IO[bytes], paper: Paper) -> None:
    """Writes the workbook; the same paper gives the same bytes."""
    book = Workbook()
    del book[book.sheetnames[0]]
    for place, (name, blocks) in enumerate(sheets(paper)):
        page = book.create_sheet(sheet_name(name, book.sheetnames))
        _set_up(page, paper)
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
        if isinstance(block, PageBreak) and block.sheet:
            yield name, blocks
            name, blocks = block.sheet, []
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


def _set_up(page: Worksheet, paper: Paper) -> None:
    page.page_setup.orientation, page.page_setup.paperSize = paper.direction, PAPER_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True  # type: ignore[union-attr]
    page.print_options.horizontalCentered = True
    foot, head = page.oddFooter, page.oddHeader
    foot.right.text = "第 &P 页，共 &N 页"  # type: ignore[union-attr]
    foot.left.text, head.left.text = clean(paper.footer).replace("&", "&&"), clean(paper.header).replace("&", "&&")  # type: ignore[union-attr]
