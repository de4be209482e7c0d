"""Entries made through the services, as people make them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Any

from sqlalchemy.orm import Session
from stdnum.cn import uscc

from app.services.ledger import many, write
from app.services.ledger.desk import Desk
from app.services.ledger.many import Sent
from app.services.ledger.write import Typed
from app.store.entries import LedgerEntry
from tests.factories.office import Office, evidence_file
from tests.services.acting import act_of

DAY = "2026-03-04"
number = count(1)


def photo(session: Session, made: Office) -> Mapping[str, list[int]]:
    """A photo as evidence."""
    return {"现场照片": [evidence_file(session, made.contract, made["field_staff"]).id]}


def code(serial: int) -> str:
    """A credit code whose check digit is right."""
    body = f"91360124MA3{serial:06d}"
    return body + str(uscc.calc_check_digit(body))


def visit(session: Session, made: Office, who: str = "field_staff", **given: Any) -> LedgerEntry:
    """A visit, submitted with its photo; `raw` changes its fields."""
    serial = next(number)
    raw = {
        "date": DAY, "enterprise": {"name": f"湖畔电子{serial}厂", "code": code(serial)}, "topic": "政策",
        "outlet": "城东街道", "note": f"第 {serial} 次", **given.pop("raw", {}),
    }  # fmt: skip
    files = given.pop("files", None)
    typed = Typed(raw, photo(session, made) if files is None else files, **given)
    return write.enter(act_of(session, made[who]), made.scope(session), "visits", typed)


def call(session: Session, made: Office, who: str = "supervisor", **raw: Any) -> LedgerEntry:
    """A test call of the hotline: the buyer's own entry."""
    typed = Typed({"date": DAY, "time": "9:30", "answered": "是", **raw})
    return write.enter(act_of(session, made[who]), made.scope(session), "hotline", typed)


def news(session: Session, made: Office, who: str = "field_staff", **raw: Any) -> LedgerEntry:
    """A piece of news, without evidence."""
    typed = Typed({"date": DAY, "channels": ["公众号"], "note": f"第 {next(number)} 篇", **raw})
    return write.enter(act_of(session, made[who]), made.scope(session), "news", typed)


def seekers(session: Session, made: Office, size: int, who: str = "field_staff", day: str = DAY) -> list[int]:
    """Many seekers of work at once, submitted; their ids."""
    desk = Desk.at(act_of(session, made[who]), made.scope(session), "seekers")
    reader = desk.reader()
    rows = []
    for _ in range(size):
        phone = f"138{next(number):08d}"
        person = {"name": "甲一", "phone": phone}
        rows.append(reader.read({"date": day, "person": person, "wish": "保洁", "contact": phone}))
    return many.take_in(desk, [Sent(row, made[who].id) for row in rows])
