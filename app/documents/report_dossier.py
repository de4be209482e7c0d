"""案卷 as one PDF: cover, table of contents (卷内文件目录), and the documents with running page numbers; the hand-over list."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import pikepdf
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from app.documents import fonts
from app.documents.paper import pdf
from app.documents.paper.blocks import (
    Block,
    Column,
    Grid,
    Note,
    PageBreak,
    Pair,
    Pairs,
    Paper,
    Paragraph,
    Place,
    Signatures,
)

#: The running number among a page's resources: a name of its own, so that the same file gives the same bytes.
NUMBER = pikepdf.Name.LytNumber
#: Points from the upper outer corner: where files have their running number.
CORNER = 34


@dataclass(frozen=True)
class Cover:
    """What stands on the cover. `closed`: nothing in the file changes any more."""

    number: str
    title: str
    office: str
    contract: str
    start: date
    end: date
    retention: str
    count: int
    pages: int
    closed: bool


@dataclass(frozen=True)
class Item:
    """A line of the contents: 件号, 责任者, 文号, 题名, 日期, 页数, 备注."""

    position: int
    responsible: str
    number: str
    title: str
    dated: date
    pages: int
    note: str


@dataclass(frozen=True)
class Bound:
    """A document with its bytes; None where it lies in the file on paper only."""

    item: Item
    data: bytes | None


def dossier_pdf(cover: Cover, bound: Sequence[Bound]) -> bytes:
    """The same file always gives the same bytes."""
    made = pikepdf.open(io.BytesIO(pdf.of(_front(cover, [one.item for one in bound]))))
    page = 1
    for one in bound:
        if one.data is not None:
            with pikepdf.open(io.BytesIO(one.data)) as document:
                _number(document, page)
                made.pages.extend(document.pages)
        page += one.item.pages
    file = io.BytesIO()
    made.save(file, deterministic_id=True)
    return file.getvalue()


def _front(cover: Cover, items: Sequence[Item]) -> Paper:
    columns = [
        Column("件号", 7, "center"), Column("责任者", 20), Column("文号", 13), Column("题名", 32), Column("日期", 13),
        Column("页号", 10, "center"), Column("备注", 12),
    ]  # fmt: skip
    rows, page = [], 1
    for one in items:
        span = f"{page}—{page + one.pages - 1}" if one.pages > 1 else str(page)
        rows.append([str(one.position), one.responsible, one.number, one.title, one.dated.isoformat(), span, one.note])
        page += one.pages
    facts = [
        Pair("案卷号", cover.number), Pair("题名", cover.title), Pair("立卷单位", cover.office), Pair("项目", cover.contract),
        Pair("起止日期", f"{cover.start} 至 {cover.end}"), Pair("保管期限", cover.retention),
        Pair("件数", str(cover.count)), Pair("页数", str(cover.pages)),
    ]  # fmt: skip
    blocks: list[Block] = [
        Pairs(facts, label_share=20),
        Signatures([Place("立卷人"), Place("检查人")]),
        PageBreak(), Paragraph("卷内文件目录", indent=False, align="center", bold=True), Grid(columns, rows),
        Note("页号从卷内第一件文件起连续编，印在右上角；只有纸质的文件按件数登记页数，另行存放。"),
    ]  # fmt: skip
    mark = "" if cover.closed else "未归档"
    return Paper("案卷", blocks, number=cover.title, look="sheet", header=cover.contract, mark=mark, day=cover.end)


def _number(document: pikepdf.Pdf, first: int) -> None:
    """Draws the running number into the upper outer corner of each page."""
    fonts.ready(fonts.SANS)
    for offset, page in enumerate(document.pages):
        overlay = io.BytesIO()
        canvas = Canvas(overlay, pagesize=A4, invariant=1, initialFontName=fonts.SANS)
        box = [float(side) for side in page.mediabox]
        width, height = box[2] - box[0], box[3] - box[1]
        canvas.setPageSize((width, height))
        canvas.setFont(fonts.SANS, 11)
        canvas.drawRightString(width - CORNER, height - CORNER + 8, str(first + offset))
        canvas.showPage()
        canvas.save()
        with pikepdf.open(overlay) as drawn:
            number = document.copy_foreign(drawn.pages[0].as_form_xobject())
            page.add_resource(number, pikepdf.Name.XObject, NUMBER)
            page.contents_add(b"q\n", prepend=True)
            page.contents_add(b"\nQ q " + bytes(str(NUMBER), "ascii") + b" Do Q", prepend=False)


# -- hand-over ------------------------------------------------------------------------------------


def handover_paper(contract: str, buyer: str, supplier: str, rows: Sequence[Sequence[str]], day: date) -> Paper:
    """成果移交清单: names, amounts, hashes, copies, who gives and who receives."""
    columns = [
        Column("序号", 5, "center"), Column("成果", 24), Column("期间或版次", 12), Column("数量", 7), Column("份数", 6, "right"),
        Column("载体", 9), Column("校验值（SHA-256）", 26), Column("接收", 12),
    ]  # fmt: skip
    blocks: list[Block] = [
        Pairs([Pair("项目", contract), Pair("移交方", supplier), Pair("接收方", buyer), Pair("移交日期", day.isoformat())], label_share=16),
        Grid(columns, [[str(number), *row] for number, row in enumerate(rows, 1)]),
        Note("附：保密承诺书、数据删除证明。电子成果用校验值核对：算出的 SHA-256 与清单一致即为原件。"),
        Signatures([Place("移交人", seal=True), Place("接收人", seal=True), Place("监交人")]),
    ]  # fmt: skip
    return Paper("成果移交清单", blocks, look="sheet", direction="landscape", header=contract, day=day, sheet="成果移交清单")
