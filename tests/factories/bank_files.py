"""Statements as banks export them, as CSV in GB18030 and as a workbook. All of it is made up."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date, timedelta
from random import Random
from typing import Any

from openpyxl import Workbook

HEADINGS = ("交易日期", "交易流水号", "对方户名", "对方账号", "借方发生额", "贷方发生额", "余额", "摘要")
Row = Sequence[Any]


def row(day: str, reference: str, payee: str, out: str = "", into: str = "") -> Row:
    return (day, reference, payee, "36001000000000001", out, into, "1,000,000.00", "服务费")


def csv_file(rows: Sequence[Row], headings: Sequence[str] = HEADINGS, encoding: str = "gb18030", above: int = 2) -> bytes:
    """With lines above the headings, as online banks write them, and a line of sums below."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerows([("某某银行账户明细", *[""] * (len(headings) - 1)), ("账号", "3600****0001", *[""] * (len(headings) - 2))][:above])
    writer.writerow(headings)
    writer.writerows(rows)
    writer.writerow(("合计", *[""] * (len(headings) - 1)))
    return buffer.getvalue().encode(encoding)


def workbook(rows: Sequence[Row], headings: Sequence[str] = HEADINGS) -> bytes:
    book = Workbook()
    book.active.append(list(headings))
    for one in rows:
        book.active.append(list(one))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def many(number: int, seed: int = 1) -> list[Row]:
    """Lines of a busy account over a year, no two alike."""
    dice, first = Random(seed), date(2026, 1, 1)
    rows = []
    for place in range(number):
        day = first + timedelta(days=place * 365 // max(number, 1))
        sum_ = f"{dice.randint(1, 900_000)}.{dice.randint(0, 99):02d}"
        out, into = (sum_, "") if dice.random() < 0.7 else ("", sum_)
        rows.append(row(day.strftime("%Y%m%d"), f"{day:%Y%m%d}{place:08d}", f"往来单位{dice.randint(1, 400)}", out, into))
    return rows
