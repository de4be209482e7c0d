"""The marks of Chinese text in everything that a report says: what is handed in has no commas of another script."""

from __future__ import annotations

import re
from dataclasses import replace

from kpi.reports.model import Cell, Chart, Number, Part, Report, Table

_COMMA = re.compile(r",(?!\d)|(?<!\d),")
_COLON = re.compile(r":(?!\d)|(?<!\d):")
_CUT = re.compile(r"(?<=\d)…(?=[%％])")
_ASIDE = re.compile(r"[（(]([^（）()]*)[）)]")
_PLAIN = str.maketrans({";": "；", "(": "（", ")": "）", "?": "？"})


def chinese(text: str) -> str:
    """Full-width marks; commas within numbers and colons within times stay."""
    return _COLON.sub("：", _COMMA.sub("，", _CUT.sub("", text))).translate(_PLAIN)


def with_aside(text: str, aside: str) -> str:
    """`text（aside）`; what stands in brackets inside follows a comma, so that none stand in others."""
    return f"{text}（{_ASIDE.sub(_followed, aside)}）"


def _followed(hit: re.Match[str]) -> str:
    return f"，{hit[1]}" if hit.start() else hit[1]


def marked(report: Report) -> Report:
    """The report with the marks of Chinese text. Ids stay as they are."""
    return replace(
        report,
        title=chinese(report.title), label=chinese(report.label),
        facts=tuple((name, chinese(text)) for name, text in report.facts),
        names=tuple((name, chinese(text)) for name, text in report.names),
        parts=tuple(_part(one) for one in report.parts),
        sources=tuple(replace(one, text=chinese(one.text)) for one in report.sources),
        warnings=tuple(chinese(one) for one in report.warnings), signers=tuple(chinese(one) for one in report.signers),
    )  # fmt: skip


def _part(part: Part) -> Part:
    return replace(
        part, title=chinese(part.title), tables=tuple(_table(one) for one in part.tables), hint=chinese(part.hint),
        charts=tuple(_chart(one) for one in part.charts),
        paragraphs=tuple(replace(one, text=_outside(one.text)) for one in part.paragraphs),
    )  # fmt: skip


def _outside(text: str) -> str:
    """A paragraph without touching what stands in braces: those are ids."""
    pieces = re.split(r"(\{[^{}\n]*\})", text)
    return "".join(one if one.startswith("{") else chinese(one) for one in pieces)


def _table(table: Table) -> Table:
    return replace(
        table, title=chinese(table.title), headings=tuple(chinese(one) for one in table.headings),
        rows=tuple(tuple(_cell(cell) for cell in row) for row in table.rows), note=chinese(table.note),
    )  # fmt: skip


def _cell(cell: Cell) -> Cell:
    if isinstance(cell, Number):
        return replace(cell, label=chinese(cell.label), text=chinese(cell.text))
    return chinese(cell)


def _chart(chart: Chart) -> Chart:
    series = tuple((chinese(name), values) for name, values in chart.series)
    return replace(chart, title=chinese(chart.title), labels=tuple(chinese(one) for one in chart.labels), series=series)
