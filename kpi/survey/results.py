"""A whole table scored: totals by branch and area, rates with numerator and denominator, the error list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import uuid4

import ibis

from kpi.rulebook.answers import Refused
from kpi.rulebook.survey import RequiredCheck
from kpi.survey.cleaning import Column
from kpi.survey.definition import Definition, Reason
from kpi.survey.scoring import KEY, RECORDS, SurveyRules, prepared

#: stage, whole percent done or None where it is not known
Progress = Callable[[str, int | None], None]

BATCH = 5_000
_TICKS = 2  # a second


@dataclass(frozen=True, slots=True)
class Totals:
    """Counts of records. `basic_right`: without a wrong element of the basic information."""

    branch: str
    area: str
    records: int
    qualified: int
    basic_right: int
    passed: int

    @property
    def pass_rate(self) -> Fraction:
        """qualified / records; Refused("no_data") without records."""
        return self._rate(self.qualified)

    @property
    def basic_rate(self) -> Fraction:
        """basic_right / records; Refused("no_data") without records."""
        return self._rate(self.basic_right)

    def _rate(self, numerator: int) -> Fraction:
        if not self.records:
            raise Refused("no_data", f"“{self.branch or self.area}”没有记录，算不出比率")
        return Fraction(numerator, self.records)


@dataclass(frozen=True, slots=True)
class RecordError:
    """One thing wrong with a record, for the person who collected it."""

    key: int | str
    record: str
    branch: str
    area: str
    element: str
    check: str
    severity: str
    message: str
    value: str
    personal: bool


@dataclass(frozen=True, slots=True)
class SurveyResult:
    """What a run gives. `scored` is a table of the backend, one row per record; `unscored`: unknown branch."""

    definition: Definition
    source: Column
    scored: Column
    key: str
    branches: tuple[Totals, ...]
    areas: tuple[Totals, ...]
    failures: dict[str, int]
    unscored: int

    @property
    def records(self) -> int:
        return sum(one.records for one in self.branches) + self.unscored

    def error_batches(self, size: int = BATCH) -> Iterator[list[RecordError]]:
        """Errors and warnings of all failing records, some thousand records at a time."""
        definition = self.definition
        masks = [f"mask_{index}" for index in range(definition.masks)]
        failing = self.scored.filter(ibis.or_(*(self.scored[mask] != 0 for mask in masks)))
        names = [name for name in definition.fields if name in self.source.columns]
        raw = self.source.select(
            _key=self.source[self.key], **{f"raw_{name}": self.source[name] for name in names}
        )
        joined = failing.join(raw, failing["key"] == raw["_key"]).drop("_key").order_by("key")
        for batch in joined.to_pyarrow_batches(chunk_size=size):
            yield [error for row in batch.to_pylist() for error in record_errors(definition, row)]


def score_table(
    rules: SurveyRules, source: Column, key: str = KEY, progress: Progress | None = None
) -> SurveyResult:
    """Check and score every record of an Ibis table (DuckDB, Spark, …) of raw texts by field id.

    `key` names a column that is different for every record; Refused("bad_input") where it is not.
    """
    definition = rules.definition
    tell = progress or (lambda stage, done: None)
    _unique_key(source, key)
    whole = _told(lambda: _run(rules, source, key), source, tell)
    tell("汇总", None)
    branches, areas, unscored = _totals(definition, whole)
    failures = _failures(definition, whole)
    tell("完成", 100)
    return SurveyResult(definition, source, whole, key, branches, areas, failures, unscored)


def _run(rules: SurveyRules, source: Column, key: str) -> Column:
    """The scored table, kept by the backend."""
    backend = source.get_backend()
    backend.create_view(RECORDS, prepared(rules.definition, source, key), overwrite=True)
    text = rules.sql(backend.name)
    if backend.name != "duckdb":
        return backend.sql(text).cache()
    name = f"kpi_survey_scored_{uuid4().hex}"
    backend.raw_sql(f"CREATE TEMP TABLE {name} AS {text}")
    return backend.table(name)


def _told(work: Callable[[], Column], source: Column, tell: Progress) -> Column:
    """Run the work and tell how far it is, twice a second where the backend knows."""
    connection = getattr(source.get_backend(), "con", None)
    ask = getattr(connection, "query_progress", None)
    with ThreadPoolExecutor(1) as pool:
        running: Future[Column] = pool.submit(work)
        while not wait([running], timeout=1 / _TICKS).done:
            done = int(ask()) if ask is not None else -1
            tell("核查计分", done if 0 <= done <= 100 else None)
        return running.result()


def _unique_key(source: Column, key: str) -> None:
    if key not in source.columns:
        raise Refused("bad_input", f"表里没有记录的键“{key}”；请指出每条记录都不同的一列", key)
    if key == KEY:
        return  # given by the reader, one number a line
    counted = source.aggregate(rows=source.count(), keys=source[key].nunique()).to_pyarrow().to_pylist()[0]
    if counted["rows"] != counted["keys"]:
        raise Refused(
            "bad_input",
            f"列“{key}”不能区分记录：{counted['rows']}行里只有{counted['keys']}个不同的值；请先补全或去重",
            key,
        )


def _totals(definition: Definition, whole: Column) -> tuple[tuple[Totals, ...], tuple[Totals, ...], int]:
    grouped = whole.group_by(["area", "branch", ibis.ifelse(whole["score"].isnull(), 1, 0).name("unknown")])
    counted = grouped.aggregate(
        records=whole.count(),
        qualified=whole["qualified"].cast("int64").sum(),
        basic=whole["basic_ok"].cast("int64").sum(),
        passed=whole["passed"].cast("int64").sum(),
    )
    by_branch: Counter[tuple[str, str]] = Counter()
    by_area: Counter[tuple[str, str]] = Counter()
    unscored = 0
    for row in counted.to_pyarrow().to_pylist():
        if row["unknown"]:
            unscored += row["records"]
            continue
        for column in ("records", "qualified", "basic", "passed"):
            by_branch[row["branch"], column] += row[column]
            by_area[row["area"] or "", column] += row[column]
    branches = tuple(_of(by_branch, branch, branch, "") for branch in definition.tables)
    names = sorted({name for name, _ in by_area})
    areas = tuple(_of(by_area, name, "", name) for name in names) if definition.survey.area else ()
    return branches, areas, unscored


def _of(counts: Counter[tuple[str, str]], name: str, branch: str, area: str) -> Totals:
    return Totals(
        branch,
        area,
        counts[name, "records"],
        counts[name, "qualified"],
        counts[name, "basic"],
        counts[name, "passed"],
    )


def _failures(definition: Definition, whole: Column) -> dict[str, int]:
    """Records per reason, the reasons without any left out."""
    masks = [f"mask_{index}" for index in range(definition.masks)]
    counts: Counter[str] = Counter()
    for row in whole.group_by(masks).aggregate(records=whole.count()).to_pyarrow().to_pylist():
        for reason in definition.failed([row[mask] for mask in masks]):
            counts[reason.key] += row["records"]
    return {key: counts[key] for key in definition.reasons if counts[key]}


def record_errors(definition: Definition, row: dict[str, Any]) -> list[RecordError]:
    """The errors of one failing record, from its masks and its raw values (`raw_` + field)."""
    reasons = definition.failed([row[f"mask_{index}"] for index in range(definition.masks)])
    blanks = {reason.fields[0] for reason in reasons if reason.kind == "blank"}
    return [
        error
        for reason in reasons
        for field in _fields_to_tell(reason, row, blanks)
        for error in [_error(definition, reason, field, row)]
    ]


def _fields_to_tell(reason: Reason, row: dict[str, Any], blanks: set[str]) -> Sequence[str]:
    """The field that an error stands under. A missing field is told once, by the most exact reason."""
    if isinstance(reason.check, RequiredCheck):
        empty = [name for name in reason.fields if not (row.get(f"raw_{name}") or "").strip()]
        return [name for name in empty if name not in blanks]
    return reason.fields[:1] or [""]


def _error(definition: Definition, reason: Reason, field: str, row: dict[str, Any]) -> RecordError:
    known = definition.fields.get(field)
    hit = definition.elements_hit(reason, row["branch"] or "")
    value = row.get(f"raw_{field}")
    return RecordError(
        key=row["key"],
        record=row["record"] or "",
        branch=row["branch"] or "",
        area=row["area"] or "",
        element="、".join(hit) or (known.name if known else ""),
        check=reason.key,
        severity="error" if reason.error else "warning",
        message=reason.message,
        value="" if value is None else str(value),
        personal=bool(known and known.personal),
    )
