"""Official documents as papers: a letter with a red head, a form with places to sign, the proof of service."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.documents.paper import (
    Block,
    Column,
    Grid,
    Heading,
    Issued,
    Note,
    PageBreak,
    Pair,
    Pairs,
    Paper,
    Paragraph,
    Place,
    Proof,
    Signatures,
)
from app.documents.paper.kept import blocks_of

RECEIPT = "送达回证"
LABEL = 6  # characters: a column of texts is at least so wide
WIDEST = 45
LINE = 37  # characters across the page in a table
SHORT, ROOM = 8, 1.5  # a column of short texts has their width, and the room beside the lines
HANDWRITTEN = 3  # lines of room for the pen


@dataclass(frozen=True)
class Served:
    """A service as it was recorded; blank texts are left for the pen."""

    way: str = ""
    recipient: str = ""
    receipt: str = ""
    day: str = ""
    witness: str = ""
    server: str = ""
    note: str = ""


@dataclass(frozen=True)
class Document:
    """What an official document says. `content`: to, lead, pairs (label, text, lines of room), columns and rows,
    closing, places (who, name, seal); or `title` and `parts`: a whole form with its signatures, frozen block by block.

    `letter`: it goes out under the issuer's red head; else it is a form. `day`: 成文日期, blank before the seal. `signed`: who
    signs it as a letter without a red head (the contractor's reports).
    """

    title: str
    number: str
    issuer: str
    content: Mapping[str, Any]
    letter: bool
    day: str
    proof: Proof
    project: str
    mark: str = ""
    dated: date = date(2000, 1, 1)
    signed: str = ""
    services: Sequence[Served] | None = None

    def paper(self) -> Paper:
        blocks = (*self.body(), *self._ending(), *self._receipts())
        return Paper(
            self.content.get("title") or self.title, blocks,
            number=self.number, issuer=self.issuer if self.letter else "", footer=self.project,
            mark=self.mark, day=self.dated, sheet=self.title[:31], look="sheet" if self.content.get("parts") else "official",
        )  # fmt: skip

    def leaf(self) -> Iterator[Block]:
        """As a piece of a file: its title, its number, what it says, its signatures."""
        yield Heading(self.title, 0)
        if self.number:
            yield Paragraph(self.number, indent=False, align="center")
        yield from self.body()
        yield from self._ending()

    def body(self) -> Iterator[Block]:
        """Without title and ending."""
        content = self.content
        yield from blocks_of(content.get("parts") or ())
        if content.get("to"):
            yield Paragraph(f"{content['to']}：", indent=False)
        yield from (Paragraph(line) for line in content.get("lead") or ())
        if pairs := content.get("pairs"):
            yield Pairs([Pair(label, value, *lines) for label, value, *lines in pairs], label_share=18)
        if rows := content.get("rows"):
            yield grid(content["columns"], rows)
        yield from (Paragraph(line) for line in content.get("closing") or ())

    def _ending(self) -> Iterator[Block]:
        if self.letter or self.signed:
            yield Issued(self.signed or self.issuer, self.day, self.proof)
            return
        if self.content.get("parts"):
            yield self.proof
            return
        places = [Place(who, name, seal=bool(seal)) for who, name, seal in self.content.get("places") or ()]
        yield Signatures(places or [Place("经办人"), Place(self.issuer, day=self.day, seal=True)])
        yield self.proof

    def _receipts(self) -> Iterator[Block]:
        """One proof of service for each service; an empty one where there is none yet."""
        for one in self.services or ([Served()] if self.services is not None else []):
            yield PageBreak(RECEIPT)
            yield from self.receipt(one)

    def receipt(self, one: Served) -> Iterator[Block]:
        rows = [
            Pair("送达文书", self.title), Pair("文号", self.number), Pair("受送达人", self.content.get("to") or ""),
            Pair("送达方式和地点", one.way, 2), Pair("收件人签名或盖章", f"{one.recipient} {one.receipt}".strip(), HANDWRITTEN),
            Pair("收到日期", one.day), Pair("拒收的事由和日期", "", 2), Pair("见证人签名", one.witness, 2),
            Pair("送达人签名", one.server, 2), Pair("备注", one.note, 2),
        ]  # fmt: skip
        yield Heading(RECEIPT, 0)
        yield Pairs(rows, label_share=26)
        yield Note("说明：拒绝签收的，由送达人写明事由和日期，见证人签名；期限从送达的次日起算。")


def grid(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Grid:
    """A table whose columns are as wide as their texts ask; short texts stand in the middle."""
    longest = [max(len(title), *(len(row[place]) for row in rows)) for place, title in enumerate(columns)]
    shares = zip(columns, measured(columns, rows), longest, strict=True)
    return Grid([Column(title, share, "center" if most <= LABEL else "left") for title, share, most in shares], rows)


def measured(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Shares of columns by their longest texts: numbers and states stand on one line, nothing is squeezed, nothing takes all."""
    widest = [max((width(row[place]) for row in rows), default=0.0) for place in range(len(columns))]
    titles = [width(title) if width(title) <= LABEL / 2 else width(title) / 2 for title in columns]
    needed = [max(title, most) for title, most in zip(titles, widest, strict=True)]
    short = {place: most + ROOM for place, most in enumerate(needed) if most <= SHORT}
    left = LINE - sum(short.values())
    asked = {place: max(LABEL, min(WIDEST, most)) + 3 for place, most in enumerate(needed) if place not in short}
    if not asked or left < LINE / 2:
        return [round(max(LABEL, min(WIDEST, most)) + 3) for most in needed]
    whole = sum(asked.values())
    return [round(10 * (short[place] if place in short else left * asked[place] / whole)) for place in range(len(columns))]


def width(text: str) -> float:
    """How wide a text is, in Chinese characters; of several lines the widest."""
    return max(sum(1 if sign >= "\u2e80" else 0.5 for sign in line) for line in text.split("\n"))
