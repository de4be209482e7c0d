"""Records into tables: columns and rows already read become columns of text, each record with its line.

Everything stays text until the rules read it. What a spreadsheet has damaged beyond repair (18 digits
kept as a floating number) is refused with the lines, not guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from math import isfinite
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from kpi.rulebook.answers import Refused
from kpi.survey.cleaning import Column
from kpi.survey.definition import Definition
from kpi.survey.fields import Kind
from kpi.survey.scoring import KEY

_EXACT_DIGITS = 15
_SCIENTIFIC = r"^\s*[0-9](\.[0-9]+)?[eE]\+?[0-9]+\s*$"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Records:
    """A table of raw texts by field id, with `_row`; `unknown`: headings that no field answers to.

    `notes`: what of the file was read although nobody sees it (hidden rows).
    """

    table: Any
    unknown: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def bound(self) -> Column:
        """The table in an embedded DuckDB of its own."""
        return embedded(self.table)


def embedded(table: Any) -> Column:
    """An Arrow table in an embedded DuckDB of its own. Nothing relies on the order of rows."""
    connection = ibis.duckdb.connect()
    connection.raw_sql("SET preserve_insertion_order = false")
    return connection.create_table("records", table)


def headings_of(definition: Definition) -> dict[str, str]:
    """What a column may be called → field: its id, its name, its name in the import template."""
    names: dict[str, str] = {}
    for field in definition.ledger.fields:
        names.setdefault(field.name, field.id)
        names[field.id] = field.id
    for field_id, heading in definition.survey.template.items():
        names.setdefault(heading, field_id)
    return names


def from_rows(headings: Sequence[str], rows: Iterable[tuple[int, Sequence[Any]]], definition: Definition) -> Records:
    """Rows already read, each with its line. Dates, whole numbers and yes / no become their usual texts."""
    columns: list[list[str]] = [[] for _ in headings]
    lines: list[int] = []
    for line, row in rows:
        lines.append(line)
        width = len(row)
        for index, values in enumerate(columns):
            cell = row[index] if index < width else None
            values.append(cell if type(cell) is str else _cell_text(cell, headings[index], line))
    return from_columns(headings, [pa.array(values, pa.string()) for values in columns], lines, definition)


def _cell_text(cell: Any, heading: str, line: int) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        minutes = round(cell.total_seconds()) // 60
        return f"{minutes // 60}:{minutes % 60:02d}"
    if isinstance(cell, float):
        return _number_text(cell, heading, line)
    return str(cell)


def _number_text(cell: Any, heading: str, line: int) -> str:
    """The characters that a sheet shows at most: 15 digits."""
    if not isfinite(cell):
        raise Refused("bad_input", f"“{heading[:30]}”在第 {line} 行的数字大得无法表示；请改正或清空", heading)
    if cell.is_integer():
        if abs(int(cell)) >= 10**_EXACT_DIGITS:
            raise _lost(heading, [line])
        return str(int(cell))
    return f"{Decimal(f'{cell:.{_EXACT_DIGITS}g}'):f}"


def from_columns(
    headings: Sequence[str], columns: Sequence[Any], lines: Sequence[int], definition: Definition
) -> Records:
    """Columns of text under their fields' ids. Two columns for one field, or none that matters, are refused."""
    headings = [heading.strip() for heading in headings]
    known = headings_of(definition)
    fields: dict[str, Any] = {}
    unknown: list[str] = []
    for heading, column in zip(headings, columns, strict=True):
        field = known.get(heading)
        if field is None:
            unknown.append(heading)
        elif field in fields:
            raise Refused("bad_input", f"有两列都是“{heading[:30]}”（字段 {field}）；请只留一列")
        else:
            fields[field] = column
    _require(definition, fields, headings)
    table = pa.table({KEY: pa.array(lines, pa.int64()), **fields})
    _refuse_damage(definition, table, known)
    return Records(table, tuple(unknown))


def _require(definition: Definition, fields: Mapping[str, Any], headings: Sequence[str]) -> None:
    for needed in (definition.survey.branch, definition.survey.record_id):
        if needed not in fields:
            name = definition.fields[needed].name
            found = "、".join(heading[:20] for heading in headings[:8])
            raise Refused("bad_input", f"没有“{name}”这一列；读到的列有 {found}…，请核对第一行的列名", needed)


def _refuse_damage(definition: Definition, table: Any, known: Mapping[str, str]) -> None:
    """ID numbers in scientific notation, or rounded to 15 digits, have lost what tells people apart."""
    for name, kind in definition.kinds.items():
        if kind is not Kind.ID_NUMBER or name not in table.column_names:
            continue
        column = table[name]
        heading = definition.fields[name].name
        lines = table[KEY].filter(pc.match_substring_regex(column, _SCIENTIFIC))
        if len(lines):
            raise _lost(heading, lines.to_pylist())
        rounded = pc.match_substring_regex(column, r"^\s*[0-9]{15}000\s*$")
        filled = pc.sum(pc.not_equal(column, "")).as_py() or 0
        if filled >= _SHOWN and (pc.sum(rounded).as_py() or 0) * 2 > filled:
            raise _lost(heading, table[KEY].filter(rounded).to_pylist())


def _lost(heading: str, lines: Sequence[int]) -> Refused:
    shown = "、".join(map(str, lines[:_SHOWN]))
    more = f" 等 {len(lines)} 行" if len(lines) > _SHOWN else " 行"
    return Refused(
        "bad_input",
        f"“{heading}”在第 {shown}{more}是数值格式，18位号码的末几位已经丢失，无法还原；"
        "请把这一列设为文本格式、从原始数据重新导出后再导入",
        heading,
    )
