"""Checking and scoring survey records held in memory: the engine beside the same rules by hand in polars.

    python bench/survey.py             280 000 and 2 800 000 records
    python bench/survey.py --spark     the same definition on Spark too, and the plain oracle, at the first size
    python bench/survey.py --smoke     5 000 records, results compared, no judgement on the times

Each side runs in a process of its own and reads the same records into memory before its clock starts. Bars
(spec/quality.md): at most 4 × polars; time per record at the large size at most 1.3 × that at the small one;
the same result for every record.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

import ibis  # noqa: E402
import pyarrow as pa  # noqa: E402
import pyarrow.compute as pc  # noqa: E402
import pyarrow.parquet as pq  # noqa: E402

from kpi.rulebook.answers import Answers  # noqa: E402
from kpi.rulebook.loader import load_known  # noqa: E402
from kpi.survey.checks import province_codes  # noqa: E402
from kpi.survey.definition import BITS, Definition  # noqa: E402
from kpi.survey.results import score_table  # noqa: E402
from kpi.survey.scoring import SurveyRules  # noqa: E402
from kpi.survey.synthetic import FAULTS, Recipe, records  # noqa: E402
from kpi.survey.tables import embedded  # noqa: E402

SIZES = (280_000, 2_800_000)
SMOKE = (5_000,)
TIMES = 4
GROWTH = Fraction(13, 10)
REPEATS = 3
ADDRESSES = [f"江西省上饶市信州区第{number}街{number % 90 + 1}号" for number in range(1, 400)]
RECIPE = Recipe(
    first_day=date(2026, 3, 1),
    last_day=date(2026, 4, 25),
    pools={
        "township": [f"第{number}街道" for number in range(1, 15)],
        "ethnic_group": ["汉族", "畲族", "回族", "苗族"],
        "registered_address": ADDRESSES,
        "work_address": [*ADDRESSES, "浙江省义乌市某镇"],
        "school": [f"第{number}中学" for number in range(1, 60)],
        "unit_nature_note": ["", "合作社"],
    },
    in_branch={
        ("employment_status", "已就业"): ["已就业"],
        ("employment_status", "未就业"): ["未就业"],
        ("employment_status", "自主创业"): ["已就业"],
        ("person_type", "自主创业"): ["自主创业"],
        ("person_type", "已就业"): ["普通劳动者", "高级技术工人", "高级管理人员"],
        ("person_type", "未就业"): ["普通劳动者", "其他"],
    },
    after_birth={"graduation_year": (15, 16)},
    numbers={"annual_output": (10_000, 900_000), "employees": (1, 40)},
    dirty={kind: Fraction(1, 100) for kind in FAULTS},
)


def definition() -> Definition:
    rulebook = load_known("xinzhou-labour-survey").rulebook
    return Definition.of(rulebook, None, Answers(rulebook))


def result_columns(known: Definition) -> list[str]:
    masks = [f"mask_{index}" for index in range(known.masks)]
    return ["key", "score", "qualified", "basic_ok", "passed", *masks]


def digest(known: Definition, result: pa.Table) -> str:
    """Of all results, in the order of the keys."""
    ordered = result.select(result_columns(known)).sort_by("key")
    whole = hashlib.sha256()
    for name in ordered.column_names:
        column = pc.fill_null(pc.cast(ordered[name], pa.int64()), -1).combine_chunks()
        whole.update(column.to_numpy(zero_copy_only=False).tobytes())
    return whole.hexdigest()


def translated(dialect: str) -> SurveyRules:
    """The rules as SQL, which is made once per rulebook and not once per table; the time is printed apart."""
    started = time.perf_counter()
    rules = SurveyRules(definition())
    rules.sql(dialect)
    print(f"rules translated for {dialect} in {time.perf_counter() - started:.2f} s, once", file=sys.stderr)
    return rules


def by_duckdb(path: Path) -> tuple[Callable[[], Any], Callable[[Any], pa.Table]]:
    rules = translated("duckdb")
    table = embedded(pq.read_table(path))
    return lambda: score_table(rules, table), lambda result: result.scored.to_pyarrow()


def by_spark(path: Path) -> tuple[Callable[[], Any], Callable[[Any], pa.Table]]:
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[*]").appName("survey-bench")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "6g",
        "spark.driver.maxResultSize": "4g",
        "spark.sql.shuffle.partitions": "8",
        "spark.sql.codegen.wholeStage": "false",  # one method of all rules is too large for Java
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    connection = ibis.pyspark.connect(session)
    rules = translated("pyspark")
    table = connection.read_parquet(str(path)).cache()
    table.count().to_pyarrow()
    return lambda: score_table(rules, table), lambda result: result.scored.to_pyarrow()


def by_polars(path: Path) -> tuple[Callable[[], Any], Callable[[Any], pa.Table]]:
    import polars as pl

    from bench.polars_survey import score

    known = definition()
    bits = {key: place for place, key in enumerate(known.reasons)}
    raw = pl.read_parquet(path)

    def run() -> pl.DataFrame:
        result = score(raw, bits, BITS, list(province_codes()))
        numbers = [pl.len(), pl.col("qualified").sum(), pl.col("basic_ok").sum(), pl.col("passed").sum()]
        named = [one.alias(f"n{index}") for index, one in enumerate(numbers)]
        result.group_by("area", "branch").agg(named)
        result.group_by([name for name in result.columns if name.startswith("mask_")]).len()
        return result

    return run, lambda result: result.to_arrow()


def by_oracle(path: Path) -> tuple[Callable[[], Any], Callable[[Any], pa.Table]]:
    """Record by record in plain Python: slow, and written without the engine's formulas."""
    from tests.kpi.survey.oracle import Oracle, Verdict

    rulebook = load_known("xinzhou-labour-survey").rulebook
    known = definition()
    raw = pq.read_table(path)
    rows = raw.to_pylist()
    places = {key: divmod(place, BITS) for place, key in enumerate(known.reasons)}

    def masks(verdict: Verdict) -> dict[str, int]:
        found = dict.fromkeys((f"mask_{index}" for index in range(known.masks)), 0)
        for index, bit in (places[key] for key in verdict.failed):
            found[f"mask_{index}"] |= 1 << bit
        return found

    def table_of(verdicts: list[Verdict]) -> pa.Table:
        return pa.Table.from_pylist([
            {"key": row["_row"], "score": None if one.score is None else int(one.score * known.scale),
             "qualified": one.qualified, "basic_ok": one.basic_ok, "passed": one.passed, **masks(one)}
            for row, one in zip(rows, verdicts, strict=True)
        ])  # fmt: skip

    return lambda: Oracle(rulebook, Answers(rulebook)).judge(rows), table_of


SIDES = {"duckdb": by_duckdb, "polars": by_polars, "spark": by_spark, "oracle": by_oracle}


def child(side: str, path: Path) -> None:
    run, table_of = SIDES[side](path)
    best, result = None, None
    for _ in range(1 if side == "oracle" else REPEATS):
        result = None
        started = time.perf_counter()
        result = run()
        spent = time.perf_counter() - started
        best = spent if best is None else min(best, spent)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"seconds": best, "peak": peak, "digest": digest(definition(), table_of(result))}))


def measured(side: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, str(Path(__file__)), "--child", side, "--file", str(path)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def compared(size: int, folder: Path, spark: bool) -> tuple[float, list[str]]:
    """Seconds of the engine at this size, and what missed its bar."""
    path = folder / f"{size}.parquet"
    pq.write_table(records(definition(), size, 20260301, RECIPE), path)
    polars = measured("polars", path)
    engine = measured("duckdb", path)
    ratio = engine["seconds"] / polars["seconds"]
    print(f"{size:>9,} records  engine {engine['seconds']:.2f} s, {engine['peak']} MB   "
          f"polars {polars['seconds']:.2f} s, {polars['peak']} MB   ratio {ratio:.2f}", flush=True)  # fmt: skip
    missed = [] if ratio <= TIMES else [f"{size:,} records: {ratio:.2f} × polars, bar {TIMES}"]
    if engine["digest"] != polars["digest"]:
        missed.append(f"{size:,} records: results differ between the engine and polars")
    for side in ("spark", "oracle") if spark else ():
        other = measured(side, path)
        print(f"{size:>9,} records  {side:<6} {other['seconds']:.2f} s", flush=True)
        if other["digest"] != engine["digest"]:
            missed.append(f"{size:,} records: results differ between the engine and {side}")
    if not any("differ" in one for one in missed):
        print(f"{size:>9,} records  every result the same, digest {engine['digest'][:16]}", flush=True)
    return engine["seconds"], missed


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--smoke", action="store_true", help="5 000 records, no judgement on the times")
    parser.add_argument("--spark", action="store_true", help="Spark and the plain oracle too, at the first size")
    parser.add_argument("--records", type=int, help="one size instead of the two")
    parser.add_argument("--child", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.child:
        child(chosen.child, chosen.file)
        return 0
    sizes = (chosen.records,) if chosen.records else SMOKE if chosen.smoke else SIZES
    missed: list[str] = []
    each: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            seconds, faults = compared(size, Path(folder), chosen.spark and size == sizes[0])
            each.append(seconds / size)
            missed += faults
    if len(each) > 1:
        growth = each[-1] / each[0]
        print(f"time per record at {sizes[-1]:,}: {growth:.2f} × that at {sizes[0]:,}")
        if growth > GROWTH:
            missed.append(
                f"time per record grows {growth:.2f} ×, bar {GROWTH.numerator / GROWTH.denominator}"
            )
    if chosen.smoke:
        missed = [one for one in missed if "differ" in one]
    for one in missed:
        print("MISSED", one)
    return 1 if missed else 0


if __name__ == "__main__":
    raise SystemExit(main())
