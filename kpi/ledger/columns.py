"""A ledger's columns, compiled: what a heading or key leads to and how its values are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kpi.expressions import pattern
from kpi.ledger import conversions as read
from kpi.ledger import options
from kpi.ledger.characters import seen, shown, text_of
from kpi.ledger.entries import FieldError
from kpi.ledger.identities import ENTERPRISE_PARTS, PERSON_PARTS, enterprise, person
from kpi.quantities import plain
from kpi.rulebook.ledgers import Field, FieldType, Ledger

#: Columns that every ledger has beside its own fields.
FIXED: Mapping[str, str] = {
    "id": "id", "编号": "id", "记录编号": "id", "ledger": "ledger", "台账": "ledger",
    "version": "version", "版本": "version", "state": "state", "状态": "state",
    "outlet": "outlet", "网点": "outlet", "author": "author", "填报人": "author",
    "verifier": "verifier", "审核人": "verifier", "evidence": "evidence", "佐证材料": "evidence",
    "nil": "nil", "零报告": "nil", "validated": "validated", "抽查属实": "validated",
    "date": "date", "业务日期": "date",
}
_NUMBERS = {
    FieldType.INTEGER: read.integer, FieldType.DECIMAL: read.number, FieldType.MONEY: read.money,
    FieldType.PERCENT: read.percentage, FieldType.DURATION: read.duration,
}
_OTHERS = {
    FieldType.DATE: read.day, FieldType.TIME: read.clock, FieldType.DATETIME: read.moment,
    FieldType.YES_NO: read.yes_no, FieldType.PERSON: person, FieldType.ENTERPRISE: enterprise,
    FieldType.EVIDENCE: options.texts,
}
_PARTS = {FieldType.PERSON: PERSON_PARTS, FieldType.ENTERPRISE: ENTERPRISE_PARTS}


@dataclass(frozen=True, slots=True)
class Columns:
    """`fields`: heading or id → (field id, converter). `parts`: heading → (field id, part of a person)."""

    fields: dict[str, tuple[str, read.Convert]]
    parts: dict[str, tuple[str, str]]
    fixed: dict[str, str]
    converters: dict[str, read.Convert]

    def names(self) -> list[str]:
        """Every heading that is understood."""
        return [*self.fields, *self.parts, *self.fixed]


def compile_columns(ledger: Ledger) -> Columns:
    """The columns of a ledger; its own fields go before the fixed columns of the same name."""
    converters = {field.id: converter(field) for field in ledger.fields}
    fields = {name: (field.id, converters[field.id]) for field in ledger.fields for name in headings(field)}
    parts = dict(_part_columns(ledger))
    parts = {name: part for name, part in parts.items() if name not in fields}
    fixed = {name: to for name, to in FIXED.items() if name not in fields and name not in parts}
    if ledger.field(ledger.date) is None:
        fixed[ledger.date] = "date"
        fixed.setdefault("日期", "date")
    return Columns(fields, parts, fixed, converters)


def headings(field: Field) -> tuple[str, ...]:
    """What a column of the field may be called."""
    unit = (f"{field.name}({field.unit})", f"{field.name}\uff08{field.unit}\uff09") if field.unit else ()
    return (field.id, field.name, *unit)


def _part_columns(ledger: Ledger) -> Iterator[tuple[str, tuple[str, str]]]:
    composed = [field for field in ledger.fields if field.type in _PARTS]
    for field in composed:
        alone = sum(other.type is field.type for other in composed) == 1
        for word, part in _PARTS[field.type].items():
            for name in (f"{field.id}.{word}", f"{field.name}.{word}", f"{field.name}{word}"):
                yield name, (field.id, part)
            if alone and word not in ("name", "code"):
                yield word, (field.id, part)


def converter(field: Field) -> read.Convert:
    """The converter of one field with its bounds, lengths and pattern."""
    if field.type in _NUMBERS:
        return _bounded(_NUMBERS[field.type], field)
    if field.type is FieldType.CHOICE:
        return options.choice(field.choices) if field.choices else _text(field)
    if field.type is FieldType.MULTIPLE_CHOICE:
        return options.choices(field.choices)
    if field.type is FieldType.OUTLET and field.choices:
        return options.choice(field.choices)
    if field.type is FieldType.EVIDENCE:
        return _counted(options.texts, field)
    return _OTHERS.get(field.type) or _text(field)


def _bound(value: Any) -> read.Exact | None:
    return None if value is None else read.plain_ratio(value)


def _bounded(convert: Callable[[Any], read.Exact], field: Field) -> read.Convert:
    low, high = _bound(field.minimum), _bound(field.maximum)
    if low is None and high is None:
        return convert

    def bounded(raw: Any) -> read.Exact:
        value = convert(raw)
        if low is not None and value < low:
            raise FieldError(f"{plain(value)}{field.unit}小于最小值 {plain(low)}{field.unit}；请核对")
        if high is not None and value > high:
            raise FieldError(f"{plain(value)}{field.unit}大于最大值 {plain(high)}{field.unit}；请核对")
        return value

    return bounded


def _counted(convert: Callable[[Any], tuple[str, ...]], field: Field) -> read.Convert:
    low = _bound(field.minimum)

    def counted(raw: Any) -> tuple[str, ...]:
        names = convert(raw)
        if low is not None and len(names) < low:
            raise FieldError(f"只有{len(names)}份材料，至少要{plain(low)}份；请补充")
        return names

    return counted if low is not None else convert


def _text(field: Field) -> read.Convert:
    shape = pattern(field.pattern) if field.pattern else None
    low = _bound(field.minimum) or 0
    high = field.max_length if field.maximum is None else min(field.max_length, int(field.maximum))

    def text(raw: Any) -> str:
        value = raw.strip() if type(raw) is str else text_of(raw)
        if len(value) > high:
            raise FieldError(f"有{len(value)}个字，最多 {high} 个；请缩短")
        seen(value)
        if len(value) < low:
            raise FieldError(f"只有{len(value)}个字，至少 {plain(low)} 个；请补充")
        if shape is not None and not shape.fits(value):
            raise FieldError(f"“{shown(value)}”的格式不对；{field.help or f'应符合 {field.pattern}'}")
        return value

    return text
