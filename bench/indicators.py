"""A year of the Xingan contract from 1 000 000 entries, headless, beside a pandas script that does the same.

    python bench/indicators.py             1 000 000 entries
    python bench/indicators.py --smoke     20 000 entries, results compared, no judgement on the times

Each side runs in a process of its own, one after the other, and reads the same JSON Lines files. Bars (spec/quality.md):
at most 2 × the time of pandas, at most 300 MB, the same figures.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from bench.entry_files import write_entries  # noqa: E402
from kpi.calendar import WorkCalendar  # noqa: E402
from kpi.files.reading import read_entries  # noqa: E402
from kpi.files.source import EntrySource  # noqa: E402
from kpi.indicators.collect import Collector  # noqa: E402
from kpi.ledger import EntryProblem  # noqa: E402
from kpi.quantities import Period  # noqa: E402
from kpi.rulebook.answers import Answers  # noqa: E402
from kpi.rulebook.given import Given  # noqa: E402
from kpi.rulebook.indicators import ByHand, Sustained  # noqa: E402
from kpi.rulebook.loader import load_known  # noqa: E402
from kpi.verification import Verification, VerifiedEntry  # noqa: E402

KEY = "xingan-employment-home"
TERM = {"start": "2026-01-01", "end": "2026-12-31"}
MEMBERS = {
    "dispatch_outlets": [f"网点{number:03d}" for number in range(30)],
    "all_outlets": [f"网点{number:03d}" for number in range(180)],
    "townships": [f"网点{number:03d}" for number in range(18)],
    "villages": [f"网点{number:03d}" for number in range(20, 170)],
}
TIMES, MEGABYTES = 2, 300


def given() -> Given:
    return Given.model_validate({"term": TERM, "members": MEMBERS})


def made() -> tuple[Any, Collector]:
    rulebook = load_known(KEY).rulebook
    about = given()
    return rulebook, Collector(rulebook, Answers(rulebook, about.answers), about, WorkCalendar())


def plain(value: Any) -> Any:
    if isinstance(value, list):
        return [plain(one) for one in value]
    return str(value) if isinstance(value, Fraction) else value


def ours(folder: Path) -> None:
    """Our side: read, check, verify, count."""
    begin, worked = time.perf_counter(), time.process_time()
    rulebook, collector = made()
    verification = Verification(rulebook)
    problems: list[EntryProblem] = []
    read = counted = 0
    sources = [EntrySource(folder / f"{ledger.id}.jsonl") for ledger in rulebook.ledgers]
    for entry, found in read_entries(sources, rulebook, given()):
        if found:
            problems.extend(found)
        read += 1
        if entry is not None:
            outcome = verification.verify(entry)
            if isinstance(outcome, VerifiedEntry):
                counted += not outcome.nil
                collector.add(outcome)
    values = {f"{one.clause}/{one.name}": plain(one.value) for one in collector.values()}
    seconds, cpu = time.perf_counter() - begin, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(json.dumps({"values": values, "seconds": seconds, "cpu": cpu, "peak_mb": peak, "read": read, "counted": counted,
                      "problems": len(problems), "first": [str(one) for one in problems[:5]]}))  # fmt: skip


def setup(folder: Path) -> None:
    """What the pandas script needs to know, as plain data: it shares no code with the engine."""
    rulebook, collector = made()
    ledgers = [{
        "id": one.id, "date": one.date, "unique": one.unique,
        "fields": [{**field.model_dump(mode="json", include={"id", "type", "required", "choices", "pattern",
                                                             "max_length", "minimum", "maximum"}),
                    "required_if": field.required_if.text if field.required_if else None} for field in one.fields],
        "rules": [{"when": rule.when and rule.when.text, "require": rule.require.text, "severity": rule.severity}
                  for rule in one.rules],
        "evidence": [{"kind": due.kind, "at_least": due.at_least, "when": due.when and due.when.text}
                     for due in one.evidence],
    } for one in rulebook.ledgers]  # fmt: skip
    figures = {}
    for one in collector.figures:
        if one.counter is None or isinstance(one.figure, ByHand):
            continue
        spec, figure = one.counter.spec, one.figure
        figures[f"{one.indicator.clause}/{one.name}"] = {
            "where": None, "empty": "no_data", **figure.model_dump(mode="json", exclude={"at_least", "label", "unit"}),
            "windows": [[str(window.start), str(window.end)] for window in spec.slots.windows],
            "listed": spec.slots.listed, "bound": int(spec.bound), "members": spec.members,
            "until": str(spec.until if isinstance(figure, Sustained) else spec.end),
        }  # fmt: skip
    whole = {"term": [TERM["start"], TERM["end"]], "ledgers": ledgers, "figures": figures}
    (folder / "setup.json").write_text(json.dumps(whole, ensure_ascii=False), "utf-8")


def run(*command: str) -> dict[str, Any]:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr)
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def report(mine: dict[str, Any], theirs: dict[str, Any], rows: int, size: int, smoke: bool) -> int:
    ratio = mine["seconds"] / theirs["seconds"]
    print(f"{rows:,} entries in {size / 1024**2:.0f} MB, {len(theirs['values'])} figures compared")
    for name, one in (("engine", mine), ("pandas", theirs)):
        print(f"{name}  {one['seconds']:7.2f} s (cpu {one['cpu']:.2f} s)  peak {one['peak_mb']:5d} MB  counted {one['counted']:,}")
    print(f"rows refused or marked by the engine: {mine['problems']:,}")
    print(f"ratio   {ratio:7.2f} ×  (bar {TIMES} ×, {MEGABYTES} MB)")
    different = [name for name, value in theirs["values"].items() if mine["values"].get(name) != value]
    for name in different[:20]:
        print(f"DIFFERENT {name}: engine {mine['values'].get(name)}, pandas {theirs['values'][name]}")
    slow = not smoke and (ratio > TIMES or mine["peak_mb"] > MEGABYTES)
    return 1 if different or slow or mine["counted"] != theirs["counted"] else 0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="20 000 entries")
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="folder for the entries; used again if it holds some")
    parser.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.ours:
        ours(chosen.ours)
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = chosen.keep or Path(scratch)
        if not (folder / "setup.json").exists():
            folder.mkdir(exist_ok=True)
            write_entries(load_known(KEY).rulebook, Period(given().term.start, given().term.end), MEMBERS, folder,
                          20_000 if chosen.smoke else chosen.entries)  # fmt: skip
        setup(folder)
        size = sum(path.stat().st_size for path in folder.glob("*.jsonl"))
        theirs = run("bench/pandas_indicators.py", str(folder))
        mine = run("bench/indicators.py", "--ours", str(folder))
        return report(mine, theirs, theirs["read"], size, chosen.smoke)


if __name__ == "__main__":
    sys.exit(main())
