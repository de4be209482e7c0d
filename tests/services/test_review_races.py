"""Two decide on the same at once: one effect, and the second is told. A control shows that they do race."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier, Event

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from app.security.terms import EntryDeed, EntryState, ReviewMode
from app.services.act import Act, Refused
from app.services.ledger import gates, rollups, write
from app.services.ledger.write import Stale, Typed
from app.services.verification import bulk, decide, locking, undo
from app.services.verification.locking import Span, Wish
from app.services.verification.queue import Filter
from app.services.verification.stages import VERIFY
from app.store import audit, locks
from app.store.models import EntryEvent, LedgerEntry, PeriodUnlock, UserAccount
from app.web.database import db
from tests.factories.entries import news, seekers
from tests.factories.office import Office
from tests.factories.records import SIGNER
from tests.services.acting import act_of

LONG = os.environ.get("LONG") == "1"
#: Races by kind; together 10 000 on the two databases in the long run.
RACES = 2000 if LONG else 12
PATIENCE = 0.3 if not LONG else 1.0
#: How the second is told; the author's own save hears it from the version column.
TOLD = (Stale, Refused, StaleDataError)
Use = Callable[[Act, Office, int, int], object]


@pytest.fixture
def engine(app: Flask) -> sa.Engine:
    with app.app_context():
        return db.engine


def alone(engine: sa.Engine, user: UserAccount, use: Callable[[Act], object], line: Barrier | None = None) -> str:
    """One person's act in a transaction of its own, as a request has it; what came of it."""
    with Session(engine) as session:
        act = act_of(session, user)
        session.rollback()
        if line is not None:
            line.wait()
        try:
            use(act)
            session.commit()
        except TOLD as told:
            return type(told).__name__
        return "done"


def together(engine: sa.Engine, *acts: tuple[UserAccount, Callable[[Act], object]]) -> Counter[str]:
    """All start at once."""
    line = Barrier(len(acts), timeout=30)
    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(lambda one: alone(engine, one[0], one[1], line), acts))


def deeds(session: Session, key: int) -> list[str]:
    """What was decided on the entry, from its history."""
    decided = (EntryDeed.VERIFIED.value, EntryDeed.RETURNED.value, EntryDeed.REOPENED.value)
    query = sa.select(EntryEvent.deed).where(EntryEvent.entry_id == key, EntryEvent.deed.in_(decided))
    found = list(session.scalars(query.order_by(EntryEvent.id)))
    session.commit()  # a rollback would expire the people and the contract, which the threads then load again
    return found


def verifies(made: Office, key: int, version: int = 1) -> Callable[[Act], object]:
    return lambda act: decide.verify(act, made.scope(act.session), key, version)


def returns(made: Office, key: int, version: int = 1) -> Callable[[Act], object]:
    return lambda act: decide.give_back(act, made.scope(act.session), key, version, "照片太暗")


def test_two_supervisors_have_one_effect(engine: sa.Engine, session: Session, made: Office) -> None:
    one, two = made["supervisor"], made["supervisor2"]
    for key in seekers(session, made, RACES):
        session.commit()
        answers = together(engine, (one, verifies(made, key)), (two, returns(made, key)))
        assert (answers["done"], answers["Stale"]) == (1, 1), key
        assert len(deeds(session, key)) == 1


def test_the_author_changes_what_is_being_verified(engine: sa.Engine, session: Session, made: Office) -> None:
    """Whoever is first: the entry is verified as it was seen, or it waits again in its new version."""
    for _ in range(RACES // 2):
        entry = news(session, made)
        session.commit()
        key, raw = entry.id, {"date": "2026-03-04", "channels": ["抖音"]}

        def change(act: Act, key: int = key, raw: dict[str, object] = raw) -> object:
            return write.change(act, made.scope(act.session), key, 1, Typed(raw))

        answers = together(engine, (made["supervisor"], verifies(made, key)), (made["field_staff"], change))
        assert answers["done"] == 1, answers
        session.refresh(entry)
        assert (entry.state, entry.version) in {("verified", 2), ("submitted", 2)}
        session.commit()


def test_one_is_taken_back_once(engine: sa.Engine, session: Session, made: Office) -> None:
    one = made["supervisor"]
    for key in seekers(session, made, RACES // 2):
        session.commit()
        alone(engine, one, verifies(made, key))
        again = [(one, lambda act, key=key: undo.take_back(act, made.scope(act.session), VERIFY, key, 2))] * 2
        answers = together(engine, *again)
        assert (answers["done"], answers.total()) == (1, 2), answers
        assert deeds(session, key) == ["verified", "reopened"]


def test_bulk_and_bulk_and_single_take_each_entry_once(engine: sa.Engine, session: Session, made: Office) -> None:
    ids = seekers(session, made, 40)
    rows = []
    for who in ("supervisor", "supervisor2"):
        act, scope = act_of(session, made[who]), made.scope(session)
        row = bulk.begin(act, scope, VERIFY, Filter(), ReviewMode.DRAWN, None)
        for key in row.drawn_ids:
            bulk.open_entry(act, scope, key, 1)
        rows.append((row.id, row.version))
    session.commit()

    def conclude(place: int) -> Callable[[Act], object]:
        return lambda act: bulk.conclude(act, made.scope(act.session), VERIFY, *rows[place], fine=True)

    answers = together(
        engine, (made["supervisor"], conclude(0)), (made["supervisor2"], conclude(1)),
        (made["supervisor2"], returns(made, ids[7])),
    )  # fmt: skip
    assert answers["done"] in {1, 2}
    assert all(len(deeds(session, key)) == 1 for key in ids)
    assert session.scalar(sa.select(sa.func.count()).where(LedgerEntry.version != 2)) == 0


def test_bulk_and_single_do_not_wait_for_each_other_for_ever(engine: sa.Engine, session: Session, made: Office) -> None:
    """With rollups to keep: all take their turns in one order."""
    for round_ in range(max(3, RACES // 100)):
        ids = seekers(session, made, 30)
        rollups.rebuild(act_of(session, made["supervisor"]), made.scope(session), date(2026, 1, 1), date(2026, 12, 31))
        session.commit()

        def many(act: Act, ids: list[int] = ids) -> object:
            return decide.decide_many(act, made.scope(act.session), ids, EntryDeed.VERIFIED)

        singles = [(made["supervisor2"], returns(made, key)) for key in (ids[3], ids[11], ids[29])]
        answers = together(engine, (made["supervisor"], many), *singles)
        assert answers["done"] + answers["Stale"] + answers["Refused"] == 4, (round_, answers)
        assert answers["done"] >= 1
        for key in ids:
            assert len(deeds(session, key)) == 1
        with Session(engine) as other:
            assert rollups.check(act_of(other, made["supervisor"]), made.scope(other)) == []
            other.rollback()


def test_one_unlock_is_answered_once(engine: sa.Engine, session: Session, made: Office) -> None:
    span = Span(date(2026, 3, 1), date(2026, 3, 4), None, "二月考核已签字")
    scope = made.scope(session)
    held = locking.lock(act_of(session, made["supervisor"]), scope, span)
    for _ in range(RACES // 2):
        wish = Wish(None, "", "漏记两条走访", date(2026, 3, 8))
        key = locking.ask(act_of(session, made["field_staff"]), scope, held.id, wish).id
        session.commit()
        answers = together(
            engine,
            (made["supervisor"], lambda act, key=key: locking.agree(act, made.scope(act.session), key)),
            (made["supervisor2"], lambda act, key=key: locking.refuse(act, made.scope(act.session), key, "走补充协议")),
        )
        assert answers == {"done": 1, "Refused": 1}
        row = session.get_one(PeriodUnlock, key, populate_existing=True)
        assert (row.agreed_at is None) is (row.refused_at is not None)
        session.commit()


# -- controls -----------------------------------------------------------------------------------


def test_without_care_both_have_an_effect(engine: sa.Engine, session: Session, made: Office) -> None:
    """The negative control: look, then write what the look allows, without the version."""
    for key in seekers(session, made, 4):
        session.commit()
        seen = Barrier(2)

        def careless(state: EntryState, key: int = key, seen: Barrier = seen) -> bool:
            with Session(engine) as one:
                one.connection(execution_options={"reads_only": True})
                waits = one.scalar(sa.select(LedgerEntry.state).where(LedgerEntry.id == key)) == "submitted"
            seen.wait()
            with Session(engine) as two:
                if waits:
                    two.execute(sa.update(LedgerEntry).where(LedgerEntry.id == key).values(return_reason=state.value))
                two.commit()
            return waits

        with ThreadPoolExecutor(2) as pool:
            effects = list(pool.map(careless, (EntryState.VERIFIED, EntryState.RETURNED)))
        assert effects == [True, True], "both believed that they decided"


@pytest.mark.parametrize("careful", [True, False])
def test_a_write_that_saw_no_lock_is_in_before_the_lock(
    engine: sa.Engine, session: Session, made: Office, monkeypatch: pytest.MonkeyPatch, careful: bool
) -> None:
    """Without holding the contract, on PostgreSQL, an entry comes in after its day was locked: the negative control."""
    looked, order = Event(), []
    plain = gates.check_day

    def slow(*given: object) -> None:
        plain(*given)  # type: ignore[arg-type]
        looked.set()
        order.append("looked")
        locked.wait(PATIENCE)

    locked = Event()
    monkeypatch.setattr(gates, "check_day", slow)
    if not careful:
        monkeypatch.setattr(locks, "hold", lambda *_args, **_more: None)

    def enter() -> None:
        with Session(engine) as one:
            typed = Typed({"date": "2026-03-04", "channels": ["公众号"]})
            write.enter(act_of(one, made["field_staff"]), made.scope(one), "news", typed)
            one.flush()
            order.append("entered")  # before the commit lets the other one go on
            one.commit()

    def lock() -> None:
        looked.wait(5)
        with Session(engine) as two:
            span = Span(date(2026, 3, 1), date(2026, 3, 4), None, "二月考核已签字")
            locking.lock(act_of(two, made["supervisor"]), made.scope(two), span)
            two.commit()
            order.append("locked")
            locked.set()

    session.commit()
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(enter), pool.submit(lock)]:
            done.result()
    races = engine.dialect.name == "postgresql" and not careful
    assert order == (["looked", "locked", "entered"] if races else ["looked", "entered", "locked"])


def test_the_chain_is_whole_after_all_that(engine: sa.Engine, session: Session, made: Office) -> None:
    for key in seekers(session, made, 6):
        session.commit()
        together(engine, (made["supervisor"], verifies(made, key)), (made["supervisor2"], verifies(made, key)))
    assert audit.verify(session, SIGNER).problems == ()
