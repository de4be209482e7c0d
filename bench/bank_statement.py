"""A bank's statement of 20 000 lines: read, recognised, written, matched with 60 payments.

Against it: what a careful person does with a spreadsheet library, openpyxl or pandas: read the file, take sums and dates, merge with
the payments by amount and day, write the result to a workbook. That keeps nothing and asks nobody; it is the baseline.

    python bench/bank_statement.py [--lines 20000] [--smoke]

Prints both times, the ratio, and the size of the work. Results are checked on both sides: the same payments are found.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import pandas as pd
from openpyxl import Workbook, load_workbook
from sqlalchemy.orm import Session

from app.security.money_terms import SourceKind
from app.services.money import bank_importing, postings, reconciling
from app.services.money.postings import Said, Source
from app.store.models import BankLine
from app.web.database import db
from kpi.quantities import Money
from tests.factories import bank_files, ground
from tests.factories.office import Office, office
from tests.services.acting import act_of

PAYMENTS = 60
HEADINGS = bank_files.HEADINGS


def data(lines: int) -> tuple[list[tuple[date, int, str]], list[bank_files.Row]]:
    """Payments (day, fen, reference), and the bank's lines with each of them somewhere among the others."""
    dice = Random(7)
    paid = []
    for number in range(PAYMENTS):
        day = date(2026, 1, 2) + timedelta(days=number * 5)
        paid.append((day, dice.randint(100_00, 900_00), f"P{number:06}"))
    rows = bank_files.many(lines - PAYMENTS)
    for day, fen, reference in paid:
        at = dice.randrange(len(rows))
        rows.insert(at, bank_files.row(f"{day:%Y%m%d}", reference, "青禾人力资源有限公司", out=Money(fen).plain()))
    return paid, rows


def prepared(session: Session, paid: list[tuple[date, int, str]]) -> Office:
    made = office(session)
    made.contract.price_fen = sum(fen for _, fen, _ in paid) + 100
    act, scope = act_of(session, made["finance"]), made.scope(session)
    for number, (day, fen, _) in enumerate(paid, 1):
        sum_, statement = Money(fen), Source(SourceKind.STATEMENT, number)
        postings.earned(act, scope, statement, sum_, Said(day, "计价"))
        postings.approved(act, scope, statement, sum_, Said(day, "核定"))
        postings.paid(act, scope, Source(SourceKind.PAYMENT, number), sum_, Said(day, f"第 {number} 期"))
    session.commit()
    return made


def ours(session: Session, made: Office, name: str, content: bytes) -> tuple[float, float, int]:
    """Seconds for the import and for the proposals; how many were proposed."""
    act, scope = act_of(session, made["finance"]), made.scope(session)
    start = time.perf_counter()
    bank_importing.keep(act, scope, bank_importing.receive(name, content))
    session.commit()
    imported = time.perf_counter()
    found = reconciling.proposals(scope)
    return imported - start, time.perf_counter() - imported, len(found)


def by_openpyxl(content: bytes, paid: list[tuple[date, int, str]]) -> int:
    """Reads the workbook cell by cell, finds each payment by amount and day, writes a workbook with a column more."""
    wanted = {(fen, day) for day, fen, _ in paid}
    result, hits = Workbook(write_only=True), 0
    out = result.create_sheet()
    for place, row in enumerate(load_workbook(io.BytesIO(content), read_only=True).active.iter_rows(values_only=True)):
        matched = ""
        if place:
            fen = round(float(str(row[4] or 0).replace(",", "")) * 100)
            day = date(int(row[0][:4]), int(row[0][4:6]), int(row[0][6:8]))
            matched = "是" if (fen, day) in wanted else ""
            hits += bool(matched)
        out.append([*row, matched])
    result.save(io.BytesIO())
    return hits


def by_pandas(content: bytes, paid: list[tuple[date, int, str]]) -> int:
    """Reads it as a frame, merges on amount and day, writes it back."""
    frame = pd.read_excel(io.BytesIO(content), dtype=str)
    frame["fen"] = (frame["借方发生额"].fillna("0").str.replace(",", "").replace("", "0").astype(float) * 100).round().astype("int64")
    frame["day"] = pd.to_datetime(frame["交易日期"], format="%Y%m%d").dt.date
    known = pd.DataFrame([{"fen": fen, "day": day, "payment": reference} for day, fen, reference in paid])
    merged = frame.merge(known, on=["fen", "day"], how="left")
    merged.to_excel(io.BytesIO(), index=False)
    return int(merged["payment"].notna().sum())


def timed(use: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    found = use()
    return time.perf_counter() - start, found


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--lines", type=int, default=20_000)
    parser.add_argument("--smoke", action="store_true", help="2 000 lines")
    given = parser.parse_args()
    lines = 2_000 if given.smoke else given.lines
    paid, rows = data(lines)
    workbook = bank_files.workbook(rows)
    with tempfile.TemporaryDirectory():
        app = ground.app_on("sqlite")
        with app.app_context(), Session(db.engine) as session:
            ground.empty(app, "sqlite")
            made = prepared(session, paid)
            imported, proposed, number = ours(session, made, "流水.xlsx", workbook)
            assert number == PAYMENTS, number
            assert session.query(BankLine).count() == lines
    plain, hits = timed(lambda: by_openpyxl(workbook, paid))
    frame, merged = timed(lambda: by_pandas(workbook, paid))
    assert hits >= PAYMENTS
    assert merged >= PAYMENTS
    size = f"{lines:,} lines, {len(workbook) / 1024 / 1024:.1f} MB xlsx, {PAYMENTS} payments"
    print(f"{size}\nimport into the database {imported:.2f} s, proposals {proposed:.2f} s, together {imported + proposed:.2f} s")
    print(f"openpyxl, read and merge and write {plain:.2f} s: {plain / (imported + proposed):.1f} x")
    print(f"pandas, read and merge and write {frame:.2f} s: {frame / (imported + proposed):.1f} x")


if __name__ == "__main__":
    main()
