"""The rule definition of a survey over a whole table: written once, run by DuckDB or Spark.

A table of raw texts (one column per field, plus a unique key) becomes one row per record: score, qualified,
basic information right, checks passed, and the bits of all that failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

import ibis

from kpi.rulebook.answers import Refused
from kpi.rulebook.survey import UniqueCheck
from kpi.survey.checks import add_identity, failing
from kpi.survey.cleaning import Column, any_of, sum_of
from kpi.survey.definition import BITS, Definition, Fault
from kpi.survey.fields import (
    CHECKED,
    DERIVED,
    MARKED,
    NO,
    SUMMED,
    WRONG,
    YES,
    Kind,
    Stages,
    add_field,
)

_RESULTS = ("_score", "_qualified", "_basic_ok", "_passed")
RECORDS = "kpi_survey_records"
KEY = "_row"  # the key that the readers of kpi.survey.tables give each record


class SurveyRules:
    """A definition as SQL, written once per dialect: translating the rules takes longer than running them
    over some thousand records. The text reads the table RECORDS, as `prepared` makes it.
    """

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._texts: dict[str, str] = {}

    def sql(self, dialect: str) -> str:
        """The query for `duckdb` or `pyspark`."""
        if dialect not in self._texts:
            columns = dict.fromkeys(self.definition.fields, "string")
            table = ibis.table({KEY: "string", **columns}, name=RECORDS)
            with _separate_stages():
                self._texts[dialect] = str(ibis.to_sql(scored(self.definition, table), dialect=dialect))
        return self._texts[dialect]


@contextmanager
def _separate_stages() -> Iterator[None]:
    """Ibis looks long for selects that it might fuse; the stages are meant to stay apart."""
    before = ibis.options.sql.fuse_selects
    ibis.options.sql.fuse_selects = False
    try:
        yield
    finally:
        ibis.options.sql.fuse_selects = before


def prepared(definition: Definition, table: Column, key: str) -> Column:
    """The columns that the rules read, as texts: `key` as `_row`, absent fields blank."""
    columns = {name: _as_text(table, name) for name in definition.fields}
    return table.select(**{KEY: table[key]}, **columns)


def scored(definition: Definition, table: Column) -> Column:
    """One row per record of a prepared table: key, record, branch, area, score (scaled, null without an
    element table), qualified, basic_ok, passed, mask_0 …
    """
    stages = stages_of(definition, table)
    survey = definition.survey
    masks = [f"mask_{index}" for index in range(definition.masks)]
    named = [f"t_{one}" for one in (survey.record_id, survey.branch, survey.area) if one]
    marked = stages.apply(table, [KEY, *named, *_RESULTS, *masks])
    return marked.select(
        key=marked[KEY],
        record=marked[f"t_{survey.record_id}"],
        branch=marked[f"t_{survey.branch}"],
        area=marked[f"t_{survey.area}"] if survey.area else ibis.null("string"),
        score=marked["_score"],
        qualified=marked["_qualified"],
        basic_ok=marked["_basic_ok"],
        passed=marked["_passed"],
        **{mask: marked[mask] for mask in masks},
    )


def stages_of(definition: Definition, source: Column) -> Stages:
    """All columns of the definition by stage; `source` is the raw table, asked for repeated values."""
    stages = Stages()
    for name, kind in definition.kinds.items():
        add_field(stages, definition.fields[name], kind, choices_of(definition, name))
        if kind is Kind.ID_NUMBER:
            add_identity(stages, definition, name)
    for branch_index, branch in enumerate(definition.tables):
        stages.add(DERIVED, f"is_{branch_index}", _is_branch(definition, branch))
    for check in definition.survey.checks:
        if isinstance(check, UniqueCheck):
            flag, columns = f"twice_{check.id}", [f"t_{field}" for field in check.fields]
            stages.join(DERIVED, flag, _twice(definition, check, source), columns)
    for index, reason in enumerate(definition.reasons.values()):
        stages.add(CHECKED, f"r_{index}", failing(definition, reason))
    for index, fault in enumerate(definition.faults):
        stages.add(WRONG, f"w_{index}", _wrong(definition, fault))
    _add_sums(stages, definition)
    return stages


def choices_of(definition: Definition, field: str) -> tuple[str, ...]:
    """Every choice that the ledger, an element or a check allows for the field."""
    if definition.kinds[field] is Kind.YES_NO:
        return YES, NO
    found = list(definition.fields[field].choices)
    for reason in definition.reasons.values():
        if reason.fields[:1] == (field,):
            found += reason.choices
    return tuple(dict.fromkeys(found))


def _as_text(table: Column, name: str) -> Column:
    if name not in table.columns:
        return ibis.null("string")
    kind = table[name].type()
    if kind.is_string():
        return table[name]
    if kind.is_floating() or kind.is_nested():
        raise Refused("bad_input", f"列“{name}”是 {kind} 类型，读进来时可能已丢位；请按文字读入后再核查", name)
    if kind.is_boolean():
        return table[name].ifelse(YES, NO)
    return table[name].cast("string")


def _is_branch(definition: Definition, branch: str) -> Callable[[Column], Column]:
    return lambda t: (t[f"t_{definition.survey.branch}"] == branch).fill_null(False)


def _twice(definition: Definition, check: UniqueCheck, source: Column) -> Callable[[Column], Column]:
    """Joins the values that stand in more than one record: a window would carry every column along."""
    clean = [f"t_{field}" for field in check.fields]
    only = Stages()
    for name in check.fields:
        kind = definition.kinds[name]
        add_field(only, definition.fields[name], kind, choices_of(definition, name))
    values = only.apply(source.select(*check.fields), clean)
    filled = values.filter([values[name].notnull() for name in clean])
    counted = filled.group_by(clean).aggregate(times=filled.count())
    several = counted.filter(counted["times"] > 1)
    flag = f"twice_{check.id}"
    named = {f"{flag}_{index}": several[name] for index, name in enumerate(clean)}
    several = several.select(**named, **{flag: ibis.literal(True)})

    def join(table: Column) -> Column:
        on = [table[name] == several[f"{flag}_{index}"] for index, name in enumerate(clean)]
        joined = table.left_join(several, on)
        return joined.select(*table.columns, flag)

    return join


def _index(definition: Definition, keys: Iterable[str]) -> list[int]:
    places = {key: index for index, key in enumerate(definition.reasons)}
    return [places[key] for key in keys]


def _wrong(definition: Definition, fault: Fault) -> Callable[[Column], Column]:
    """The element is wrong in a record of one of the fault's branches."""

    def build(table: Column) -> Column:
        columns = [table[f"r_{index}"] for index in _index(definition, fault.reasons)]
        wrong = any_of(columns)
        if len(fault.points) == len(definition.tables):
            return wrong
        return wrong & any_of([table[f"is_{_place(definition, branch)}"] for branch in fault.points])

    return build


def _place(definition: Definition, branch: str) -> int:
    return list(definition.tables).index(branch)


def _add_sums(stages: Stages, definition: Definition) -> None:
    # Most records have no fault at all: engines work the sums out for the others only.
    flags = [f"r_{index}" for index in range(len(definition.reasons))]
    stages.add(WRONG, "_any", lambda t: any_of([t[flag] for flag in flags]))
    stages.add(SUMMED, "_lost", lambda t: ibis.ifelse(t["_any"], _lost(definition, t), 0))
    stages.add(SUMMED, "_basic_ok", lambda t: _known(definition, t) & ~_basic_wrong(definition, t))
    stages.add(SUMMED, "_passed", lambda t: ~_check_failed(definition, t))
    for index in range(definition.masks):
        stages.add(SUMMED, f"mask_{index}", _mask(definition, index))
    stages.add(MARKED, "_score", lambda t: _by_branch(definition, t, _full(definition)) - t["_lost"])
    stages.add(MARKED + 1, "_qualified", lambda t: _qualified(definition, t))


def _lost(definition: Definition, table: Column) -> Column:
    parts: list[Column] = []
    for index, fault in enumerate(definition.faults):
        lost = table[f"w_{index}"].cast("int64")
        points = set(fault.points.values())
        if len(points) == 1:
            parts.append(lost * next(iter(points)))
        else:
            parts.append(lost * _by_branch(definition, table, fault.points).fill_null(0))
    return sum_of(parts)


def _full(definition: Definition) -> dict[str, int]:
    return {branch: int(one.full * definition.scale) for branch, one in definition.tables.items()}


def _by_branch(definition: Definition, table: Column, values: Mapping[str, int]) -> Column:
    """The branch's value; null for a branch without one."""
    pairs = [(table[f"is_{_place(definition, branch)}"], value) for branch, value in values.items()]
    return ibis.cases(*pairs, else_=ibis.null("int64")).cast("int64")


def _basic_wrong(definition: Definition, table: Column) -> Column:
    parts: list[Column] = []
    for index, fault in enumerate(definition.faults):
        if not fault.basic_in:
            continue
        wrong = table[f"w_{index}"]
        if len(fault.basic_in) < len(definition.tables):
            wrong = wrong & any_of([table[f"is_{_place(definition, one)}"] for one in sorted(fault.basic_in)])
        parts.append(wrong)
    return any_of(parts)


def _check_failed(definition: Definition, table: Column) -> Column:
    """An error other than a blank element: the record did not get through the logic checks."""
    parts = [
        table[f"r_{index}"]
        for index, reason in enumerate(definition.reasons.values())
        if reason.error and reason.kind != "blank"
    ]
    return any_of([~_known(definition, table), *parts])


def _known(definition: Definition, table: Column) -> Column:
    """The record's branch has an element table."""
    return any_of([table[f"is_{index}"] for index in range(len(definition.tables))])


def _qualified(definition: Definition, table: Column) -> Column:
    bars = {branch: definition.bar_of(branch) for branch in definition.tables}
    reached = (table["_score"] >= _by_branch(definition, table, bars)).fill_null(False)
    deciding = [
        table[f"is_{_place(definition, branch)}"]
        for branch, one in definition.tables.items()
        if one.basic_decides
    ]
    return reached & ~(any_of(deciding) & ~table["_basic_ok"]) if deciding else reached


def _mask(definition: Definition, index: int) -> Callable[[Column], Column]:
    def build(table: Column) -> Column:
        bits = range(index * BITS, min((index + 1) * BITS, len(definition.reasons)))
        mask = sum_of([table[f"r_{bit}"].cast("int64") * 2 ** (bit % BITS) for bit in bits])
        return ibis.ifelse(table["_any"], mask, 0)

    return build
