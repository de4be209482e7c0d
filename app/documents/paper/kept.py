"""Blocks of a paper as plain data and back, so that a paper can be frozen as it was and drawn again the same."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import date
from decimal import Decimal
from typing import Any

from app.documents.paper.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Grid,
    Heading,
    Note,
    Pair,
    Pairs,
    Paragraph,
    Place,
    Proof,
    Signatures,
)

PLAIN: Mapping[str, type[Heading] | type[Paragraph] | type[Note]] = {"heading": Heading, "paragraph": Paragraph, "note": Note}
Part = Mapping[str, Any]


def keep(blocks: Iterable[Block]) -> list[dict[str, Any]]:
    """The blocks as JSON has them. A Proof is left out: whoever freezes a paper gives it one of its own.

    TypeError for a block that is no text, form, table or signature: charts and pages are not frozen.
    """
    return [_kept(one) for one in blocks if not isinstance(one, Proof)]


def _kept(one: Block) -> dict[str, Any]:
    match one:
        case Heading() | Paragraph() | Note():
            return {"part": type(one).__name__.lower(), **asdict(one)}
        case Pairs():
            rows = [[pair.label, _cell(pair.value), pair.lines] for pair in one.rows]
            return {"part": "pairs", "rows": rows, "beside": one.beside, "title": one.title, "label_share": one.label_share}
        case Grid():
            return {
                "part": "grid", "title": one.title, "columns": [asdict(each) for each in one.columns], "rows": _cells(one.rows),
                "total": None if one.total is None else _cells([one.total])[0], "strong": sorted(one.strong), "blank": one.blank,
                "joined": sorted(map(list, one.joined)),
            }  # fmt: skip
        case Signatures():
            return {"part": "signatures", "places": [asdict(each) for each in one.places], "beside": one.beside}
    raise TypeError(f"{type(one).__name__} 不能存成公文的正文")


def blocks_of(parts: Iterable[Part]) -> list[Block]:
    """What `keep` made, as blocks again."""
    return [_read(one) for one in parts]


def _read(part: Part) -> Block:
    if (made := PLAIN.get(part["part"])) is not None:
        return made(**{field.name: part[field.name] for field in fields(made)})
    if part["part"] == "pairs":
        rows = [Pair(label, cell_of(value), lines) for label, value, lines in part["rows"]]
        return Pairs(rows, part["beside"], part["title"], part["label_share"])
    if part["part"] == "signatures":
        return Signatures([Place(**each) for each in part["places"]], part["beside"])
    total = part["total"]
    return Grid(
        [Column(**each) for each in part["columns"]], [[cell_of(each) for each in row] for row in part["rows"]],
        None if total is None else [cell_of(each) for each in total], part["title"], frozenset(part["strong"]), part["blank"],
        frozenset((row, column) for row, column in part["joined"]),
    )  # fmt: skip


def _cells(rows: Sequence[Sequence[Cell]]) -> list[list[Any]]:
    return [[_cell(each) for each in row] for row in rows]


def _cell(cell: Cell) -> Any:
    if isinstance(cell, str):
        return cell
    return {"text": cell.text, "kind": type(cell.value).__name__, "value": str(cell.value), "pattern": cell.pattern}


def cell_of(kept: Any) -> Cell:
    """A cell again, with the figure that a workbook computes with."""
    if isinstance(kept, str):
        return kept
    value: int | Decimal | date
    match kept["kind"]:
        case "date":
            value = date.fromisoformat(kept["value"])
        case "int":
            value = int(kept["value"])
        case _:
            value = Decimal(kept["value"])
    return Figure(kept["text"], value, kept["pattern"])
