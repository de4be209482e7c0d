"""From raw texts to typed columns: what each field of the ledger is, read in stages.

A field gives, where it applies: `t_` clean text (null when blank), `n_` integer (decimals scaled),
`d_` day as YYYYMMDD, `b_` yes or no, `m_` multiple choice, `bad_` not of its type. An ID number gives
`std_` (18 characters), `hi_`, `lo_`, `ymd_` and, once checked, `birth_` and `male_`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from fractions import Fraction

import ibis

from kpi.quantities import ceil_units, floor_units, plain
from kpi.rulebook.ledgers import Field, FieldType
from kpi.survey import cleaning
from kpi.survey.cleaning import Column

Builder = Callable[[Column], Column]  # a table (its columns by name) → a column

USUAL, CLEAN, PARSED, TESTED, DERIVED, KNOWN, CHECKED, WRONG, SUMMED, MARKED = range(10)


class Kind(StrEnum):
    TEXT = "text"
    CHOICE = "choice"
    MULTIPLE = "multiple"
    YES_NO = "yes_no"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    ID_NUMBER = "id_number"
    PHONE = "phone"


_KINDS = {
    FieldType.INTEGER: Kind.INTEGER,
    FieldType.DURATION: Kind.INTEGER,
    FieldType.DECIMAL: Kind.DECIMAL,
    FieldType.MONEY: Kind.MONEY,
    FieldType.PERCENT: Kind.PERCENT,
    FieldType.DATE: Kind.DATE,
    FieldType.YES_NO: Kind.YES_NO,
    FieldType.CHOICE: Kind.CHOICE,
    FieldType.MULTIPLE_CHOICE: Kind.MULTIPLE,
}
YES, NO = "是", "否"
_NUMBER_PATTERNS = {
    Kind.INTEGER: cleaning.INTEGER_PATTERN,
    Kind.DECIMAL: cleaning.DECIMAL_PATTERN,
    Kind.MONEY: cleaning.MONEY_PATTERN,
    Kind.PERCENT: cleaning.PERCENT_PATTERN,
}
WANTED = {
    Kind.INTEGER: "整数",
    Kind.DECIMAL: "数字（最多4位小数）",
    Kind.MONEY: "金额（元，最多两位小数）",
    Kind.PERCENT: "百分数，如 90%",
    Kind.DATE: "日期，如 2026-03-05",
}


class Stages:
    """Columns by stage: each stage may read those before it (one deep expression would be huge SQL)."""

    def __init__(self) -> None:
        self._columns: dict[int, dict[str, Builder]] = defaultdict(dict)
        self._joins: dict[int, dict[str, tuple[Builder, frozenset[str]]]] = defaultdict(dict)

    def join(self, stage: int, name: str, build: Builder, read: Collection[str]) -> None:
        """Before the stage the table is joined with another, which gives it the column `name`."""
        self._joins[stage][name] = (build, frozenset(read))

    def add(self, stage: int, name: str, build: Builder) -> None:
        self._columns[stage][name] = build

    def apply(self, table: Column, wanted: Collection[str]) -> Column:
        """The table's `wanted` columns; every stage hands on only what a later one reads."""
        needed = self._needed(table, wanted)
        for stage in sorted(self._columns):
            live = needed[stage]
            for build, _ in self._joins[stage].values():
                table = build(table)
            new = {name: build(table) for name, build in self._columns[stage].items() if name in live}
            kept = [name for name in table.columns if name in live]
            table = table.select(*kept, **new)
        return table

    def _needed(self, table: Column, wanted: Collection[str]) -> dict[int, frozenset[str]]:
        """Stage → the columns that are still read after it."""
        read: dict[str, frozenset[str]] = {}
        for stage in sorted(self._columns):
            for name, (join, columns) in self._joins[stage].items():
                table, read[name] = join(table), columns
            new = {}
            for name, build in self._columns[stage].items():
                reader = _Reader(table)
                new[name] = build(reader)
                read[name] = frozenset(reader.seen)
            table = table.mutate(**new)
        live = frozenset(wanted)
        needed: dict[int, frozenset[str]] = {}
        for stage in sorted(self._columns, reverse=True):
            needed[stage] = live
            used = [name for name in (*self._columns[stage], *self._joins[stage]) if name in live]
            live = live.union(*(read[name] for name in used))
        return needed


class _Reader:
    """A table that notes which of its columns a builder takes."""

    def __init__(self, table: Column) -> None:
        self.table = table
        self.seen: set[str] = set()

    def __getitem__(self, name: str) -> Column:
        self.seen.add(name)
        return self.table[name]


def kind_of(field: Field, id_numbers: Iterable[str], phones: Iterable[str]) -> Kind:
    """Kind of a field: what the checks use it as, else its type."""
    if field.id in id_numbers:
        return Kind.ID_NUMBER
    if field.id in phones:
        return Kind.PHONE
    kind = _KINDS.get(field.type, Kind.TEXT)
    return Kind.TEXT if kind in (Kind.CHOICE, Kind.MULTIPLE) and not field.choices else kind


def add_field(stages: Stages, field: Field, kind: Kind, choices: tuple[str, ...]) -> None:
    """Put the columns of one field into the stages. `choices`: all that any table allows."""
    match kind:
        case Kind.CHOICE | Kind.YES_NO:
            _choice(stages, field.id, kind, choices)
        case Kind.MULTIPLE:
            _text(stages, field.id)
            stages.add(CLEAN, f"m_{field.id}", lambda t: cleaning.listed(t[field.id], choices))
        case Kind.INTEGER | Kind.DECIMAL | Kind.MONEY | Kind.PERCENT:
            _number(stages, field, kind)
        case Kind.DATE:
            _date(stages, field.id)
        case Kind.ID_NUMBER:
            _usual(stages, field.id, cleaning.ID_PATTERN, cleaning.folded)
            _id_number(stages, field.id)
        case Kind.PHONE:
            _usual(stages, field.id, cleaning.PHONE_PATTERN, cleaning.phone_text)
        case Kind.TEXT:
            _text(stages, field.id)


def _text(stages: Stages, name: str) -> None:
    stages.add(CLEAN, f"t_{name}", lambda t: cleaning.trimmed(t[name]))


def _usual(stages: Stages, name: str, pattern: str, clean: Builder) -> None:
    """`u_`: has the usual form as it stands; `t_`: cleaned; `std_`: has the form once cleaned."""
    stages.add(USUAL, f"u_{name}", lambda t: t[name].re_search(cleaning.or_empty(pattern)))
    stages.add(CLEAN, f"t_{name}", lambda t: cleaning.unless(t[f"u_{name}"], t[name], clean(t[name])))
    stages.add(
        PARSED,
        f"std_{name}",
        lambda t: ibis.ifelse(
            t[f"u_{name}"], t[f"t_{name}"].notnull(), t[f"t_{name}"].re_search(pattern)
        ).fill_null(False),
    )


def _choice(stages: Stages, name: str, kind: Kind, choices: tuple[str, ...]) -> None:
    also = {"TRUE": YES, "FALSE": NO} if kind is Kind.YES_NO else None
    stages.add(USUAL, f"u_{name}", lambda t: t[name].isin((*choices, "")))
    stages.add(
        CLEAN,
        f"t_{name}",
        lambda t: cleaning.unless(t[f"u_{name}"], t[name], cleaning.canonical(t[name], choices, also)),
    )
    if kind is Kind.YES_NO:
        stages.add(
            PARSED,
            f"b_{name}",
            lambda t: ibis.ifelse(
                t[f"t_{name}"] == YES, True, ibis.ifelse(t[f"t_{name}"] == NO, False, ibis.null("boolean"))
            ),
        )


def _number(stages: Stages, field: Field, kind: Kind) -> None:
    name = field.id
    _usual(stages, name, _NUMBER_PATTERNS[kind], cleaning.number_text)
    if kind is Kind.PERCENT:
        stages.add(TESTED, f"bad_{name}", lambda t: t[f"t_{name}"].notnull() & ~t[f"std_{name}"])
        return

    def read(t: Column) -> Column:
        text = ibis.ifelse(t[f"std_{name}"], t[f"t_{name}"], ibis.null("string"))
        if kind is Kind.INTEGER:
            return text.try_cast("int64")
        return (text.try_cast("decimal(18, 4)") * scale_of(kind)).try_cast("int64")

    stages.add(TESTED, f"n_{name}", read)
    stages.add(
        DERIVED, f"bad_{name}", lambda t: t[f"t_{name}"].notnull() & ~_in_range(t[f"n_{name}"], field, kind)
    )


def scale_of(kind: Kind) -> int:
    """What the integers of a number field are multiples of: 1 / scale."""
    return 1 if kind is Kind.INTEGER else 10**cleaning.DECIMAL_PLACES


def _in_range(number: Column, field: Field, kind: Kind) -> Column:
    inside = number.notnull()
    if field.minimum is not None:
        inside = inside & (number >= ceil_units(field.minimum * scale_of(kind))).fill_null(False)
    if field.maximum is not None:
        inside = inside & (number <= floor_units(field.maximum * scale_of(kind))).fill_null(False)
    return inside


def _date(stages: Stages, name: str) -> None:
    stages.add(USUAL, f"u_{name}", lambda t: t[name].re_search(cleaning.or_empty(cleaning.ISO_DATE)))
    stages.add(
        CLEAN,
        f"t_{name}",
        lambda t: cleaning.unless(t[f"u_{name}"], t[name], cleaning.trimmed(t[name])),
    )
    stages.add(
        PARSED,
        f"ymd_{name}",
        lambda t: cleaning.date_number(t[f"u_{name}"], t[f"t_{name}"], cleaning.folded(t[f"t_{name}"])),
    )
    stages.add(
        TESTED,
        f"d_{name}",
        lambda t: ibis.ifelse(cleaning.is_day(t[f"ymd_{name}"]), t[f"ymd_{name}"], ibis.null("int64")),
    )
    stages.add(DERIVED, f"bad_{name}", lambda t: t[f"t_{name}"].notnull() & t[f"d_{name}"].isnull())


def _id_number(stages: Stages, name: str) -> None:
    def piece(start: int, length: int) -> Builder:
        def build(t: Column) -> Column:
            text = ibis.ifelse(t[f"std_{name}"], t[f"t_{name}"], ibis.null("string"))
            return text.substr(start, length).try_cast("int64")

        return build

    stages.add(TESTED, f"hi_{name}", piece(0, 9))
    stages.add(TESTED, f"lo_{name}", piece(9, 8))
    stages.add(TESTED, f"ymd_{name}", piece(6, 8))


def wanted(field: Field, kind: Kind, choices: tuple[str, ...]) -> str:
    """What a field's value should have been, in Chinese."""
    if kind in (Kind.CHOICE, Kind.YES_NO, Kind.MULTIPLE):
        many = "（可多选，用、隔开）" if kind is Kind.MULTIPLE else ""
        return (
            f"应为 {'、'.join(choices)}{many} 之一" if not many else f"应从 {'、'.join(choices)} 里选{many}"
        )
    limits = [
        f"{word}{plain(Fraction(bound))}"
        for word, bound in (("不小于", field.minimum), ("不大于", field.maximum))
        if bound is not None
    ]
    return f"应为{WANTED.get(kind, '有效内容')}" + (f"，{'、'.join(limits)}" if limits else "")
