"""Records into tables: CSV files and rows already read become columns of text, each record with its line.

Everything stays text until the rules read it. What a spreadsheet has damaged beyond repair (18 digits
kept as a floating number) is refused with the lines, not guessed.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from kpi.rulebook.answers import Refused
from kpi.survey.cleaning import Column
from kpi.survey.definition import Definition
from kpi.survey.fields import Kind
from kpi.survey.scoring import KEY

_SAMPLE = 1 << 20
_EXACT_DIGITS = 15
_SCIENTIFIC = r"^\s*[0-9](\.[0-9]+)?[eE]\+?[0-9]+\s*$"
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Records:
    """A table of raw texts by field id, with `_row`; `unknown`: headings that no field answers to."""

    table: Any
    unknown: tuple[str, ...]

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


def read_csv(path: Path, definition: Definition) -> Records:
    """Every column of a CSV file as text (UTF-8 with or without mark, or GB18030). Line 1 holds the headings.

    Raises Refused("bad_input") for another encoding, a file without headings, a damaged ID column.
    """
    encoding = _encoding(path)
    try:
        with pa_csv.open_csv(path, pa_csv.ReadOptions(encoding=encoding)) as reader:
            headings = [name.removeprefix("\ufeff").strip() for name in reader.schema.names]
        table = pa_csv.read_csv(
            path,
            pa_csv.ReadOptions(encoding=encoding, column_names=headings, skip_rows=1),
            pa_csv.ParseOptions(newlines_in_values=True),
            pa_csv.ConvertOptions(
                column_types=dict.fromkeys(headings, pa.string()), strings_can_be_null=False
            ),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise Refused(
            "bad_input", f"“{path.name}”读不下去({error});请另存为 UTF-8 编码的 CSV 再试"
        ) from error
    return _named(headings, table.columns, definition, first_line=2)


def from_rows(
    headings: Sequence[str], rows: Iterable[Sequence[Any]], definition: Definition, first_line: int = 2
) -> Records:
    """Rows already read from a sheet. Dates, whole numbers and yes / no become their usual texts."""
    columns: list[list[str]] = [[] for _ in headings]
    for offset, row in enumerate(rows):
        for index, values in enumerate(columns):
            cell = row[index] if index < len(row) else None
            values.append(
                cell if type(cell) is str else _cell_text(cell, headings[index], first_line + offset)
            )
    arrays = [pa.array(values, pa.string()) for values in columns]
    return _named([name.strip() for name in headings], arrays, definition, first_line)


def _cell_text(cell: Any, heading: str, line: int) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, float):
        whole = cell.is_integer()
        if whole and abs(int(cell)) >= 10**_EXACT_DIGITS:
            raise _lost(heading, [line])
        return str(int(cell)) if whole else repr(cell)
    return str(cell)


def _encoding(path: Path) -> str:
    with path.open("rb") as file:
        head = file.read(_SAMPLE)
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Refused("bad_input", f"“{path.name}”是 UTF-16 编码;请另存为“CSV UTF-8”再导入")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


def _named(
    headings: Sequence[str], columns: Sequence[Any], definition: Definition, first_line: int
) -> Records:
    """Columns under their fields' ids. Two columns for one field, or no column that matters, are refused."""
    known = headings_of(definition)
    fields: dict[str, Any] = {}
    unknown: list[str] = []
    for heading, column in zip(headings, columns, strict=True):
        field = known.get(heading)
        if field is None:
            unknown.append(heading)
        elif field in fields:
            raise Refused("bad_input", f"有两列都是“{heading}”(字段 {field});请只留一列")
        else:
            fields[field] = column
    _require(definition, fields, headings)
    count = len(next(iter(fields.values())))
    rows = pa.array(range(first_line, first_line + count), pa.int64())
    table = pa.table({KEY: rows, **fields})
    _refuse_damage(definition, table, known)
    return Records(table, tuple(unknown))


def _require(definition: Definition, fields: Mapping[str, Any], headings: Sequence[str]) -> None:
    for needed in (definition.survey.branch, definition.survey.record_id):
        if needed not in fields:
            name = definition.fields[needed].name
            found = "、".join(headings[:8])
            raise Refused("bad_input", f"没有“{name}”这一列;读到的列有 {found}…,请核对第一行的列名", needed)


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
        f"“{heading}”在第 {shown}{more}是数值格式,18位号码的末几位已经丢失,无法还原;"
        "请把这一列设为文本格式、从原始数据重新导出后再导入",
        heading,
    )
