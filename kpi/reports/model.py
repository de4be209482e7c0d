"""A report as data: parts with paragraphs, tables and charts; every number with its id and its source.

The same data is shown on screen and written as workbook, PDF and Word; nothing is computed by those.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Source:
    """Where numbers come from: the footnote `number`. `kind`: entries, assessment, findings, payments, computed.

    `ledgers`: the ledgers whose entries are behind it; `clause` and `figure` where it is an indicator's;
    `key` names what was frozen (an assessment's number with its hash).
    """

    number: int
    kind: str
    text: str
    ledgers: tuple[str, ...] = ()
    clause: str = ""
    figure: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Number:
    """A figure: `id` stays the same from period to period, `value` is exact (None: no data), `text` for people.

    `of`: numerator and denominator of a rate, as people read them. `source`: number of its footnote.
    """

    id: str
    label: str
    text: str
    value: str | None = None
    unit: str = ""
    source: int = 0
    of: tuple[str, str] | None = None

    @property
    def shown(self) -> str:
        """As tables and files have it: a rate with both its parts."""
        return self.text if self.of is None else f"{self.text}（{self.of[0]}/{self.of[1]}）"


Cell = str | Number


@dataclass(frozen=True, slots=True)
class Table:
    """`right`: columns of figures. `wide`: shares of the width by column. `total`: the last row sums up."""

    id: str
    title: str
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    right: tuple[int, ...] = ()
    wide: tuple[int, ...] = ()
    total: bool = False
    note: str = ""

    def numbers(self) -> Iterator[Number]:
        for row in self.rows:
            yield from (cell for cell in row if isinstance(cell, Number))


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars of one or several series over the labels; values are exact texts, None where there is no data."""

    id: str
    title: str
    labels: tuple[str, ...]
    series: tuple[tuple[str, tuple[str | None, ...]], ...]
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words with numbers by their id in braces; `by_hand`: somebody changed them."""

    id: str
    text: str
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """A section of the report. `hint`: what staff are asked to write here."""

    id: str
    kind: str
    title: str
    paragraphs: tuple[Paragraph, ...] = ()
    tables: tuple[Table, ...] = ()
    charts: tuple[Chart, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The whole. `facts`: what stands under the title; `names`: what words may name beside numbers; `warnings`: what
    is not settled yet (no data, no sign-off); `rulebook`: hash of the text that it was computed under.
    """

    duty: str
    title: str
    clauses: tuple[str, ...]
    start: str
    end: str
    label: str
    facts: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...]
    parts: tuple[Part, ...]
    sources: tuple[Source, ...]
    warnings: tuple[str, ...]
    signers: tuple[str, ...]
    rulebook: str

    def numbers(self) -> dict[str, Number]:
        """Every number by id."""
        return {one.id: one for part in self.parts for table in part.tables for one in table.numbers()}


# -- as plain data --------------------------------------------------------------------------------


def from_data(data: Mapping[str, Any]) -> Report:
    """The report again that `plain_data` wrote. KeyError, TypeError for what is none."""
    plain = {name: data[name] for name in ("duty", "title", "start", "end", "label", "rulebook")}
    return Report(
        **plain,
        clauses=tuple(data["clauses"]),
        facts=_pairs(data["facts"]),
        names=_pairs(data["names"]),
        parts=tuple(_part(one) for one in data["parts"]),
        sources=tuple(_source(one) for one in data["sources"]),
        warnings=tuple(data["warnings"]),
        signers=tuple(data["signers"]),
    )


def _pairs(rows: Any) -> tuple[tuple[str, str], ...]:
    return tuple((str(first), str(second)) for first, second in rows)


def _source(data: Mapping[str, Any]) -> Source:
    return Source(**{**data, "number": int(data["number"]), "ledgers": tuple(data["ledgers"])})


def _part(data: Mapping[str, Any]) -> Part:
    return Part(
        data["id"], data["kind"], data["title"],
        tuple(Paragraph(one["id"], one["text"], one["by_hand"]) for one in data["paragraphs"]),
        tuple(_table(one) for one in data["tables"]),
        tuple(_chart(one) for one in data["charts"]),
        data["hint"],
    )  # fmt: skip


def _table(data: Mapping[str, Any]) -> Table:
    return Table(
        data["id"], data["title"], tuple(data["headings"]),
        tuple(tuple(_cell(cell) for cell in row) for row in data["rows"]),
        _whole(data["right"]), _whole(data["wide"]), data["total"], data["note"],
    )  # fmt: skip


def _whole(numbers: Any) -> tuple[int, ...]:
    """Places and widths: plain data keeps numbers as texts."""
    return tuple(int(one) for one in numbers)


def _cell(data: Any) -> Cell:
    if isinstance(data, str):
        return data
    of = data["of"]
    return Number(**{**data, "source": int(data["source"]), "of": (of[0], of[1]) if of else None})


def _chart(data: Mapping[str, Any]) -> Chart:
    series = tuple((str(name), tuple(values)) for name, values in data["series"])
    return Chart(data["id"], data["title"], tuple(data["labels"]), series, data["unit"])
