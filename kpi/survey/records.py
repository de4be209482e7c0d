"""Single records and small batches, checked by the same expressions as whole tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import duckdb
import pyarrow as pa

from kpi.survey.results import RecordError, record_errors
from kpi.survey.scoring import KEY, RECORDS, SurveyRules


@dataclass(frozen=True, slots=True)
class CheckedRecord:
    """A record's result. `score` is None where no table fits its branch."""

    score: Fraction | None
    qualified: bool
    basic_ok: bool
    passed: bool
    errors: tuple[RecordError, ...]


#: So few records are judged before a better plan for two hundred thousand letters of SQL has been thought out.
FEW = 2000


class RecordChecker:
    """Checks records at entry. The rules are SQL already; a call of few records costs a tenth of a second.

    Repeated values are only seen among the records of one call.
    """

    def __init__(self, rules: SurveyRules) -> None:
        self.definition = rules.definition
        self._sql = rules.sql("duckdb")
        names = self.definition.fields
        self._schema = pa.schema([(KEY, pa.int64()), *((name, pa.string()) for name in names)])

    def check(self, records: Sequence[Mapping[str, str | None]]) -> list[CheckedRecord]:
        """Results in the order of `records` (field → raw text; fields left out are blank)."""
        names = list(self.definition.fields)
        rows = [{KEY: index, **{name: one.get(name) for name in names}} for index, one in enumerate(records)]
        with duckdb.connect() as connection:
            if len(rows) <= FEW:
                connection.execute("SET threads = 1; PRAGMA disable_optimizer")
            connection.register(RECORDS, pa.Table.from_pylist(rows, schema=self._schema))
            found = connection.execute(self._sql).to_arrow_table().to_pylist()
        results: dict[int, CheckedRecord] = {}
        for row in found:
            raw = {f"raw_{name}": rows[row["key"]][name] for name in names}
            results[row["key"]] = CheckedRecord(
                self.definition.score_of(row["score"]),
                row["qualified"],
                row["basic_ok"],
                row["passed"],
                tuple(record_errors(self.definition, {**row, **raw})),
            )
        return [results[index] for index in range(len(rows))]
