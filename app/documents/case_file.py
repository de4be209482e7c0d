"""案卷: cover, table of contents with page numbers, the papers, their photos and scans, the closing sheet, in one PDF."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import pikepdf
from reportlab.lib.units import mm

from app.documents.paper import (
    Anchor,
    Block,
    Column,
    Grid,
    Heading,
    Note,
    PageBreak,
    Pair,
    Pairs,
    Paper,
    Paragraph,
    Picture,
    Place,
    Signatures,
)
from app.documents.paper import pdf as writer
from app.documents.paper.looks import OFFICIAL

CONTENTS, CLOSING = "contents", "closing"
COLUMNS = (
    Column("件号", 8, "center"), Column("责任者", 18), Column("文号", 16), Column("题名", 23), Column("日期", 20, "center"),
    Column("页号", 8, "center"), Column("页数", 8, "center"), Column("备注", 11),
)  # fmt: skip
#: Where a page of a scan is laid: the text area below its caption, in points.
CAPTION = 30


@dataclass(frozen=True)
class Attached:
    """A file beside a piece. `picture`: JPEG or PNG; `scan`: a PDF; neither: it is only named."""

    name: str
    digest: str
    picture: bytes = b""
    scan: bytes = b""


@dataclass(frozen=True)
class Piece:
    """One line of the table of contents, what it says, what is attached."""

    number: int
    who: str
    document_number: str
    title: str
    day: str
    note: str
    blocks: Sequence[Block]
    attached: Sequence[Attached] = ()

    @property
    def anchor(self) -> str:
        return f"piece-{self.number}"


@dataclass(frozen=True)
class CaseFile:
    """The whole file. `facts`: what stands on the cover."""

    title: str
    facts: Sequence[tuple[str, str]]
    pieces: Sequence[Piece]
    project: str
    dated: date
    pages: Mapping[str, int] = field(default_factory=dict)
    scans: dict[str, tuple[bytes, int]] = field(default_factory=dict)


def write(case: CaseFile) -> bytes:
    """The PDF. Drawn twice: the first time tells on which page each piece begins."""
    pages: dict[str, int] = {}
    file = io.BytesIO()
    for _ in range(3):
        file, known = io.BytesIO(), pages
        drawn = CaseFile(case.title, case.facts, case.pieces, case.project, case.dated, known)
        pages = writer.write(file, Paper(case.title, tuple(_blocks(drawn)), footer=case.project, day=case.dated))
        if pages == known:
            break
    return _with_scans(file.getvalue(), drawn.scans, pages)


def _blocks(case: CaseFile) -> Iterator[Block]:
    whole = case.pages.get(CLOSING, 0)
    counts = (("件数", f"{len(case.pieces)} 件"), ("页数", f"{whole or ''} 页"))
    yield Pairs([Pair(name, text) for name, text in (*case.facts, *counts)], label_share=26)
    yield PageBreak()
    yield Anchor(CONTENTS, "卷内目录")
    yield Heading("卷内目录", 0)
    yield Grid(COLUMNS, [_line(case, one) for one in case.pieces])
    for one in case.pieces:
        yield PageBreak()
        yield Anchor(one.anchor, f"{one.number}. {one.title}")
        yield from one.blocks
        yield from _attached(case, one)
    yield PageBreak()
    yield Anchor(CLOSING, "备考表")
    yield Heading("备考表", 0)
    yield Paragraph(f"本卷共 {len(case.pieces)} 件、{whole or ''} 页，页码连续，没有缺页。", indent=True)
    yield Pairs([Pair("本卷情况说明", "", 8)], label_share=22)
    yield Signatures([Place("立卷人"), Place("检查人")])


def _line(case: CaseFile, one: Piece) -> tuple[str, ...]:
    """As the table of contents has it, with its first page and how many there are."""
    first = case.pages.get(one.anchor)
    after = case.pages.get(f"piece-{one.number + 1}", case.pages.get(CLOSING, 0))
    counted = ("", "") if first is None else (str(first), str(after - first))
    return (str(one.number), one.who, one.document_number, one.title, one.day, *counted, one.note)


def _attached(case: CaseFile, piece: Piece) -> Iterator[Block]:
    """Photos with their captions, a page for each page of a scan, and the names of what cannot be drawn."""
    for place, one in enumerate(piece.attached, 1):
        caption = f"附件{place}：{one.name}（SHA-256 {one.digest[:12]}…）"
        if one.picture:
            yield Picture(one.picture, caption, 70)
        elif one.scan:
            yield from _leaves(case, piece, place, one, caption)
        else:
            yield Note(f"{caption}，不能印在纸上，见电子档")


def _leaves(case: CaseFile, piece: Piece, place: int, one: Attached, caption: str) -> Iterator[Block]:
    """An empty page for each page of the scan, which is laid on it afterwards."""
    try:
        with pikepdf.open(io.BytesIO(one.scan)) as scan:
            count = len(scan.pages)
    except pikepdf.PdfError:
        yield Note(f"{caption}，读不出来，见电子档")
        return
    for number in range(count):
        name = f"scan-{piece.number}-{place}-{number}"
        case.scans[name] = one.scan, number
        yield PageBreak()
        yield Anchor(name)
        yield Note(f"{caption}　第 {number + 1} 页，共 {count} 页")


def _with_scans(raw: bytes, scans: Mapping[str, tuple[bytes, int]], pages: Mapping[str, int]) -> bytes:
    """Lays the pages of scans on their places."""
    if not scans:
        return raw
    look, made = OFFICIAL, io.BytesIO()
    area = pikepdf.Rectangle(
        look.left * mm, look.bottom * mm, (look.width - look.right) * mm, (look.height - look.top) * mm - CAPTION
    )
    with pikepdf.open(io.BytesIO(raw)) as whole:
        for name, (scan, number) in scans.items():
            with pikepdf.open(io.BytesIO(scan)) as given:
                leaf, page = whole.copy_foreign(given.pages[number].as_form_xobject()), whole.pages[pages[name] - 1]
                known = page.add_resource(leaf, pikepdf.Name.XObject, pikepdf.Name.Scan)
                page.contents_add(page.calc_form_xobject_placement(leaf, known, area))
        whole.save(made, deterministic_id=True)
    return made.getvalue()
