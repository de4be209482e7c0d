"""What a rulebook looks like as a document: sections of parts, with lines and tables."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from kpi.rulebook.base import Stated

Tone = Literal["", "quote", "note", "open", "strong"]


@dataclass(frozen=True)
class Line:
    """A line of text. `to`: the id of the part that it leads to."""

    text: str
    tone: Tone = ""
    to: str = ""


Cell = tuple[Line, ...]


@dataclass(frozen=True)
class Table:
    """Rows of cells under columns; `ids` anchor the rows where others lead to them."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Part:
    """A part with a heading of its own."""

    id: str
    title: str
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Section:
    """A chapter. `number`: how many things it lists, for the table of contents."""

    id: str
    title: str
    lines: tuple[Line, ...] = ()
    tables: tuple[Table, ...] = ()
    parts: tuple[Part, ...] = ()
    number: int = 0

    @property
    def empty(self) -> bool:
        return not (self.lines or self.tables or self.parts)


def cell(*texts: str | Line | None) -> Cell:
    """A cell of the texts that say something."""
    return tuple(one if isinstance(one, Line) else Line(one) for one in texts if one)


def quotes(stated: Iterable[Stated]) -> tuple[Line, ...]:
    """The document's own words."""
    return tuple(Line(f"“{one.quote}”", "quote") for one in stated if one.quote)


def note(text: str) -> tuple[Line, ...]:
    """How something is read, where the rulebook says."""
    return (Line(f"读法：{text}", "note"),) if text else ()


def table(caption: str, columns: Sequence[str], rows: Iterable[tuple[str, Sequence[Cell]]]) -> tuple[Table, ...]:
    """A table of (anchor, cells); none without rows. Anchors without a name anchor nothing."""
    found = list(rows)
    if not found:
        return ()
    return (Table(caption, tuple(columns), tuple(tuple(cells) for _, cells in found), tuple(key for key, _ in found)),)
