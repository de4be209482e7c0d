"""Two post to one contract at once: what was approved is paid once. A control shows that they do race."""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.security.money_terms import Account, SourceKind
from app.services.act import Refused
from app.services.money import postings, reading
from app.services.money.postings import Said, Source
from app.store.money import Books, MoneyBalance
from app.web.database import db
from kpi.quantities import Money
from tests.factories.office import Office
from tests.services.acting import act_of

#: Races; with both databases and both kinds 4 000 in the long run.
RACES = 1000 if os.environ.get("LONG") == "1" else 10
SUM = Money.parse("10.00")
DAY = date(2026, 3, 5)


@pytest.fixture
def engine(app: Flask) -> sa.Engine:
    with app.app_context():
        return db.engine


def prepared(session: Session, made: Office, number: int) -> None:
    """Ten yuan more are owed."""
    act, scope, source = act_of(session, made["finance"]), made.scope(session), Source(SourceKind.STATEMENT, number)
    postings.earned(act, scope, source, SUM, Said(DAY, "计价"))
    postings.approved(act, scope, source, SUM, Said(DAY, "核定"))
    session.commit()


def together(engine: sa.Engine, made: Office, sources: tuple[Source, Source]) -> Counter[str]:
    """Both record a payment of the same ten yuan, in transactions of their own."""
    line, user = Barrier(2, timeout=30), made["finance"]

    def pay(source: Source) -> str:
        with Session(engine) as session:
            act = act_of(session, user)
            session.rollback()
            line.wait()
            try:
                postings.paid(act, made.scope(session), source, SUM, Said(DAY, "付款"))
                session.commit()
            except Refused:
                return "refused"
            return "done"

    with ThreadPoolExecutor(2) as pool:
        return Counter(pool.map(pay, sources))


def payments(first: int, second: int) -> tuple[Source, Source]:
    return Source(SourceKind.PAYMENT, first), Source(SourceKind.PAYMENT, second)


@pytest.mark.parametrize(("other", "answers"), [(1, {"done": 1, "refused": 1}), (0, {"done": 2})], ids=["double payment", "double submit"])
def test_what_is_owed_is_paid_once(
    engine: sa.Engine, session: Session, made: Office, other: int, answers: dict[str, int]
) -> None:
    for number in range(1, RACES + 1):
        prepared(session, made, number)
        assert together(engine, made, payments(2 * number, 2 * number + other)) == answers
        held = reading.standing(made.scope(session))
        assert held.troubles == ()
        assert (held.of(Account.PAYABLE), held.of(Account.PAID)) == (Money(0), Money(SUM.fen * number))
        session.commit()


def test_they_do_race(engine: sa.Engine, session: Session, made: Office, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    """Without the turn at the balances both pay, and the books find it out. On SQLite writers never overlap."""
    if kind == "sqlite":
        assert_writers_wait(engine)
        return
    meeting = Barrier(2, timeout=5)
    looked: Callable[[Books], dict[Account, MoneyBalance]] = Books.hold

    def unheld(books: Books) -> dict[Account, MoneyBalance]:
        query = sa.select(MoneyBalance).where(MoneyBalance.contract_id == books.contract_id)
        found = {Account.of(row.account): row for row in books.session.scalars(query)}
        meeting.wait()
        return found

    prepared(session, made, 1)
    monkeypatch.setattr(Books, "hold", unheld)
    try:
        together(engine, made, payments(1, 2))
        caught = False
    except sa.exc.IntegrityError:  # both drew the same number
        caught = True
    monkeypatch.setattr(Books, "hold", looked)
    assert caught or reading.standing(made.scope(session)).troubles


def assert_writers_wait(engine: sa.Engine) -> None:
    """A second writer does not begin before the first has ended."""
    with Session(engine) as first:
        first.execute(sa.text("SELECT 1"))
        second = sqlite3.connect(str(engine.url.database), timeout=0.05, isolation_level=None)
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            second.execute("BEGIN IMMEDIATE")
        second.close()
