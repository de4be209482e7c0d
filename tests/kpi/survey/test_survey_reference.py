"""The hand-written reference of the bench follows the rulebook: it must not rot between two bench runs."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq

from bench import survey as bench
from kpi.survey.synthetic import records

SIZE = 3_000


def test_the_hand_written_reference_gives_what_the_engine_and_the_oracle_give(tmp_path: Path) -> None:
    known = bench.definition()
    path = tmp_path / "records.parquet"
    pq.write_table(records(known, SIZE, 20260302, bench.RECIPE), path)
    found = {}
    for side in ("duckdb", "polars", "oracle"):
        run, table_of = bench.SIDES[side](path)
        found[side] = bench.digest(known, table_of(run()))
    assert len(set(found.values())) == 1, found
