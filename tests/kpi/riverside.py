"""A made-up contract with a year of lessons, for tests of commands, forecast, replay and the whole way."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from kpi.calendar import shift
from kpi.evaluation import Evaluation, evaluate
from kpi.indicators.collect import collect
from kpi.indicators.values import FigureValue
from kpi.rulebook.answers import Answers
from kpi.rulebook.given import Given, work_calendar
from kpi.rulebook.loader import Source, load_text
from kpi.verification import VerifiedEntry

FILE = Path(__file__).parent / "cli" / "riverside.yaml"
TEXT = FILE.read_text("utf-8")
SETUP = """price: 100000.00
term: {start: 2025-01-01, end: 2025-12-31}
answers: {advance_share: 20%}
facts: {HP-3: {notices: 12}}
paid: {advance: 20000.00}
papers: {settlement: [request]}
"""


def source(old: str = "", new: str = "") -> Source:
    """The rulebook, with one passage replaced."""
    assert old in TEXT
    return load_text(TEXT.replace(old, new) if old else TEXT, "riverside.yaml")


def lessons(per_month: int = 4, learners: int = 21, months: int = 12) -> list[dict[str, Any]]:
    """Verified rows: 4 × 21 × 12 = 1008 learners."""
    days = [(shift(date(2025, 1, 5), months=month), n) for month in range(months) for n in range(per_month)]
    return [
        {
            "id": f"L{number}", "ledger": "lesson", "date": day.isoformat(), "state": "verified", "author": "甲",
            "verifier": "乙",
            "fields": {"date": day.isoformat(), "title": f"第{n}课", "kind": "现场", "learners": learners},
        }
        for number, (day, n) in enumerate(days, 1)
    ]  # fmt: skip


def write(folder: Path, rows: list[dict[str, Any]] | None = None, setup: str = SETUP) -> list[str]:
    """`--setup` and `--entries` of files in a folder."""
    (folder / "setup.yaml").write_text(setup, "utf-8")
    lines = [json.dumps(row, ensure_ascii=False) for row in (lessons() if rows is None else rows)]
    (folder / "entries.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return ["--setup", str(folder / "setup.yaml"), "--entries", str(folder / "entries.jsonl")]


def given(**more: Any) -> Given:
    days = {"start": "2025-01-01", "end": "2025-12-31"}
    base = {"price": 100000, "term": days, "period": days, "answers": {"advance_share": "20%"},
            "facts": {"HP-3": {"notices": 12}}}  # fmt: skip
    return Given.model_validate({**base, **more})


def measured(rows: list[dict[str, Any]], setting: Given, book: Source | None = None) -> list[FigureValue]:
    entries = [
        VerifiedEntry(row["id"], row["ledger"], date.fromisoformat(row["date"]),
                      {**row["fields"], "date": date.fromisoformat(row["date"])})
        for row in rows
    ]  # fmt: skip
    rules = (book or source()).rulebook
    return collect(rules, Answers(rules, setting.answers), setting, work_calendar(setting), entries, trace=True)


def year(rows: list[dict[str, Any]] | None = None, book: Source | None = None, **more: Any) -> Evaluation:
    setting = given(**more)
    book = book or source()
    return evaluate(book, setting, measured(lessons() if rows is None else rows, setting, book))
