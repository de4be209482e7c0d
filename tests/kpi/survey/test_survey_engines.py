"""One rule definition, three readers: DuckDB, Spark and the plain oracle agree on every record."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kpi.rulebook.answers import Answers
from kpi.survey.definition import Definition
from kpi.survey.results import score_table
from kpi.survey.scoring import KEY, SurveyRules
from kpi.survey.tables import embedded
from tests.kpi.survey.oracle import Oracle, Verdict
from tests.kpi.survey.rows import DEFINITION, mixed
from tests.kpi.survey.rulebook import SOURCE

RECORDS = mixed()


def verdicts(definition: Definition, result: pa.Table) -> dict[int, Verdict]:
    """Records by key, read back from an engine's result."""
    masks = [f"mask_{index}" for index in range(definition.masks)]
    return {
        row["key"]: Verdict(
            definition.score_of(row["score"]),
            row["qualified"],
            row["basic_ok"],
            row["passed"],
            frozenset(reason.key for reason in definition.failed([row[mask] for mask in masks])),
        )
        for row in result.to_pylist()
    }


def by_duckdb(definition: Definition, records: pa.Table) -> dict[int, Verdict]:
    result = score_table(SurveyRules(definition), embedded(records))
    return verdicts(definition, result.scored.to_pyarrow())


def by_oracle(answers: Answers, records: pa.Table) -> dict[int, Verdict]:
    rows = records.to_pylist()
    judged = Oracle(SOURCE.rulebook, answers).judge(rows)
    return {row[KEY]: verdict for row, verdict in zip(rows, judged, strict=True)}


@pytest.fixture(scope="module")
def expected() -> dict[int, Verdict]:
    return by_oracle(Answers(SOURCE.rulebook), RECORDS)


def differing(got: dict[int, Verdict], expected: dict[int, Verdict]) -> list[Any]:
    rows = {row[KEY]: row for row in RECORDS.to_pylist()}
    assert got.keys() == expected.keys()
    return [(rows[key], got[key], expected[key]) for key in expected if got[key] != expected[key]][:3]


def test_every_reason_occurs_and_every_outcome(expected: dict[int, Verdict]) -> None:
    """Otherwise agreement would say little."""
    counts = Counter(key for one in expected.values() for key in one.failed)
    assert not [key for key in DEFINITION.reasons if not counts[key]]
    outcomes = {(one.score is None, one.qualified, one.basic_ok, one.passed) for one in expected.values()}
    assert len(outcomes) >= 7


def test_duckdb_gives_what_the_oracle_gives(expected: dict[int, Verdict]) -> None:
    assert differing(by_duckdb(DEFINITION, RECORDS), expected) == []


def test_spark_gives_what_the_oracle_gives(
    spark: ibis.BaseBackend, expected: dict[int, Verdict], tmp_path: Path
) -> None:
    pq.write_table(RECORDS, tmp_path / "records.parquet")
    table = spark.read_parquet(str(tmp_path / "records.parquet"))
    result = score_table(SurveyRules(DEFINITION), table)
    assert differing(verdicts(DEFINITION, result.scored.to_pyarrow()), expected) == []
    assert result.branches == score_table(SurveyRules(DEFINITION), embedded(RECORDS)).branches


@pytest.mark.parametrize("answers", [{"scope": "basic"}, {"pass_line": "99.5"}])
def test_answers_take_effect_alike(answers: dict[str, str]) -> None:
    given = Answers(SOURCE.rulebook, answers)
    definition = Definition.of(SOURCE.rulebook, None, given)
    expected = by_oracle(given, RECORDS)
    assert differing(by_duckdb(definition, RECORDS), expected) == []
    assert expected != by_oracle(Answers(SOURCE.rulebook), RECORDS)


def test_order_of_the_rows_does_not_matter(expected: dict[int, Verdict]) -> None:
    backwards = RECORDS.take(list(range(RECORDS.num_rows - 1, -1, -1)))
    assert differing(by_duckdb(DEFINITION, backwards), expected) == []
