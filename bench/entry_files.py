"""Seeded entries for a year of a contract, one JSON Lines file per ledger, with faults among them.

Nothing here is timed. Every row is drawn by the types of its fields; what a rule of the rulebook refuses is
drawn again, so that the faults are those that are put in on purpose.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from stdnum.cn import ric, uscc

from kpi.ledger import LedgerChecker
from kpi.quantities import Period
from kpi.rulebook.document import Rulebook
from kpi.rulebook.ledgers import Field, FieldType, Ledger

#: Entries of the ledgers that grow large, in thousands of a million; every other ledger gets SMALL.
SHARES = {
    "survey": 300, "resume_delivery": 150, "recommendation": 110, "follow_up": 90, "job_seeker": 80,
    "consultation": 80, "job_posting": 60, "platform_login": 50, "review": 20, "returnee": 20, "gig": 15,
    "survey_check": 6, "media_post": 5, "supervision_visit": 3, "placement": 3,
}  # fmt: skip
SMALL = 220
FAULTY, UNVERIFIED, WITHOUT_PAPERS, NIL = 2, 6, 1, 1  # per cent
_TRIES = 60


class Draw:
    """Draws rows from one seed."""

    def __init__(self, rulebook: Rulebook, term: Period, members: dict[str, list[str]], seed: int) -> None:
        self.random = random.Random(seed)
        self.rulebook, self.term = rulebook, term
        self.outlets = sorted({name for names in members.values() for name in names})
        self.people = [self._id_number() for _ in range(60_000)]
        self.firms = [self._credit_code() for _ in range(3_000)]

    def _id_number(self) -> str:
        born = date(1962, 1, 1) + timedelta(days=self.random.randrange(16_000))
        first = f"360824{born:%Y%m%d}{self.random.randrange(1000):03d}"
        return first + ric.calc_check_digit(first + "0")

    def _credit_code(self) -> str:
        body = "".join(self.random.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=9))
        return f"91360824{body}" + uscc.calc_check_digit(f"91360824{body}")

    def day(self) -> date:
        return self.term.start + timedelta(days=self.random.randrange(self.term.days))

    def row(self, ledger: Ledger, number: int) -> dict[str, Any]:
        day = self.day()
        row: dict[str, Any] = {"ledger": ledger.id, "id": f"{ledger.id}-{number:07d}", "state": "verified"}
        if self.random.randrange(100) < UNVERIFIED:
            row["state"] = self.random.choice(["submitted", "submitted", "returned"])
        if ledger.nil_return and self.random.randrange(100) < NIL:
            return {**row, "nil": True, ledger.date: day.isoformat()}
        for field in ledger.fields:
            if field.id == ledger.date or field.required or self.random.randrange(10) < 7:
                row[field.id] = self.value(field, day, number, field.id == ledger.date)
        if ledger.evidence and self.random.randrange(100) >= WITHOUT_PAPERS:
            row["evidence"] = [f"{due.kind}:{number}-{place}.jpg" for due in ledger.evidence
                               for place in range(due.at_least)]  # fmt: skip
        return row

    def value(self, field: Field, day: date, number: int, business: bool) -> Any:
        pick, kind = self.random, field.type
        if kind in (FieldType.DATE, FieldType.DATETIME):
            shown = day if business else day + timedelta(days=pick.choice([0, 0, 0, 1, 2]))
            clock = f" {pick.randrange(8, 21):02d}:{pick.randrange(60):02d}"
            return shown.isoformat() + (clock if kind is FieldType.DATETIME else "")
        if kind is FieldType.TIME:
            return f"{pick.randrange(8, 21):02d}:{pick.choice([0, 30]):02d}"
        if kind is FieldType.INTEGER:
            low = int(field.minimum or 0)
            return pick.randrange(low, min(int(field.maximum or low + 900), low + 900) + 1)
        if kind is FieldType.YES_NO:
            return pick.randrange(10) < 9
        if kind in (FieldType.CHOICE, FieldType.MULTIPLE_CHOICE):
            many = kind is FieldType.MULTIPLE_CHOICE
            return pick.sample(field.choices, pick.randrange(1, 3)) if many else pick.choice(field.choices)
        return self._named(field, day, number)

    def _named(self, field: Field, day: date, number: int) -> Any:
        pick = self.random
        if field.type is FieldType.PERSON or field.id == "id_number":
            return self.people[number % len(self.people)] if pick.randrange(3) else self._id_number()
        if field.type is FieldType.ENTERPRISE:
            return pick.choice(self.firms)
        if field.type is FieldType.OUTLET:
            return pick.choice(self.outlets)
        if field.type is FieldType.REFERENCE:
            return f"{field.ledger}-{pick.randrange(1, SMALL // 2):07d}"
        if field.type is FieldType.EVIDENCE:
            return [f"{number}.pdf"]
        if field.type is not FieldType.TEXT:
            return str(pick.randrange(100))
        if field.pattern:
            return f"{day:%Y-%m}"
        return f"1{pick.randrange(3, 10)}{pick.randrange(10**9):09d}" if field.id == "phone" else f"{field.name}{number}"


def spoiled(row: dict[str, Any], ledger: Ledger, pick: random.Random) -> dict[str, Any]:
    """The row with one fault that a reader must find."""
    required = [field for field in ledger.fields if field.required and field.id in row]
    field = pick.choice(required)
    worse = dict(row)
    if field.type in (FieldType.PERSON, FieldType.ENTERPRISE):
        text = row[field.id]
        worse[field.id] = text[:-1] + ("1" if text[-1] != "1" else "2")
    elif field.type in (FieldType.CHOICE, FieldType.INTEGER):
        worse[field.id] = "别的"
    elif field.id == ledger.date:
        worse[field.id] = "2031-01-01"
    else:
        del worse[field.id]
    return worse


def write_entries(
    rulebook: Rulebook, term: Period, members: dict[str, list[str]], folder: Path, entries: int, seed: int = 7
) -> list[Path]:
    """One file per ledger in `folder`, about `entries` rows in all."""
    draw = Draw(rulebook, term, members, seed)
    paths = []
    for ledger in rulebook.ledgers:
        wanted = SHARES[ledger.id] * entries // 1000 if ledger.id in SHARES else min(SMALL, entries // 100)
        path = folder / f"{ledger.id}.jsonl"
        with path.open("w", encoding="utf-8") as file:
            for row in _rows(draw, ledger, wanted):
                file.write(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n")
        paths.append(path)
    return paths


def _rows(draw: Draw, ledger: Ledger, wanted: int) -> Iterator[dict[str, Any]]:
    checker, tries = LedgerChecker(ledger, draw.term), count(1)
    for number in range(1, wanted + 1):
        faulty = draw.random.randrange(100) < FAULTY
        for _ in range(_TRIES):
            row = draw.row(ledger, number)
            if checker.check({key: row[key] for key in row if key != "id"}, line=next(tries)).entry:
                yield spoiled(row, ledger, draw.random) if faulty and not row.get("nil") else row
                break
