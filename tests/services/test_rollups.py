"""Rollups: at any time exactly what counting every entry once comes to."""

from __future__ import annotations

import random
from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.security.terms import EntryDeed, Side
from app.services import books
from app.services.act import Act
from app.services.ledger import feed, many, rollup_rows, rollups, write
from app.services.ledger.desk import Desk
from app.services.ledger.many import Sent
from app.services.ledger.write import Typed
from app.services.verification import decide
from app.store import rollups as stored
from app.store.entries import Entries
from app.store.models import Rollup
from kpi.indicators import finer
from kpi.indicators.collect import Collector
from kpi.verification import Verification, VerifiedEntry, as_claimed
from tests.conftest import LONG
from tests.factories.ground import CLOCK
from tests.factories.office import CODES, Office, evidence_file, office
from tests.services.acting import act_of

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)


@pytest.fixture
def made(session: Session) -> Office:
    return office(session)


def act(session: Session, made: Office, who: str = "field_staff") -> Act:
    return act_of(session, made[who])


class Hands:
    """People who do this and that to entries."""

    def __init__(self, session: Session, made: Office, seed: int) -> None:
        self.session, self.made, self.draw = session, made, random.Random(seed)
        self.scope = made.scope(session)
        self.photos = [evidence_file(session, made.contract, made["field_staff"]).id for _ in range(3)]

    def typed(self) -> Typed:
        day = date(2026, 1, 1 + self.draw.randrange(28)).replace(month=1 + self.draw.randrange(2))
        raw = {
            "date": day.isoformat(), "enterprise": {"name": "某企业", "code": self.draw.choice(CODES)},
            "topic": self.draw.choice(["政策", "培训"]), "outlet": self.draw.choice(["", "城东街道", "湖畔县"]),
        }  # fmt: skip
        return Typed(raw, {"现场照片": [self.draw.choice(self.photos)]}, send=self.draw.random() < 0.8)

    def seeker(self) -> Typed:
        phone = f"1380000{self.draw.randrange(40):04d}"
        return Typed({"date": "2026-02-03", "person": {"name": "某人", "phone": phone}, "wish": "保洁", "contact": phone})

    def one(self) -> None:
        """One act, whatever comes; what is refused changes nothing."""
        every = Entries(self.session, self.made.contract.id).by_ids(
            [each.id for each in self.session.query(write.LedgerEntry).all()]
        )
        entry = self.draw.choice(every) if every else None
        staff, buyer = act(self.session, self.made), act(self.session, self.made, "supervisor")
        acts = {
            "visit": lambda: write.enter(staff, self.scope, "visits", self.typed()),
            "seeker": lambda: write.enter(staff, self.scope, "seekers", self.seeker()),
            "nil": lambda: write.nil_return(staff, self.scope, "news", date(2026, self.draw.choice([1, 2]), 5)),
        }
        if entry is not None:
            changed = self.typed() if entry.ledger == "visits" else self.seeker()
            acts |= {
                "change": lambda: write.change(staff, self.scope, entry.id, entry.version, changed),
                "verify": lambda: decide.verify(buyer, self.scope, entry.id, entry.version),
                "return": lambda: decide.give_back(buyer, self.scope, entry.id, entry.version, "请核对"),
                "withdraw": lambda: write.withdraw(staff, self.scope, entry.id, entry.version, "记错了"),
                "bulk": lambda: decide.decide_many(buyer, self.scope, [each.id for each in every], EntryDeed.VERIFIED),
            }
        try:
            acts[self.draw.choice(sorted(acts))]()
            self.session.commit()
        except write.Refused:
            self.session.rollback()


def fresh(session: Session, made: Office) -> dict[stored.Place, int]:
    scope, contract = made.scope(session), made.contract
    told = rollups.counted(session, scope, contract, FIRST, LAST)
    return dict(rollups.recounted(session, scope, told, trial=False))


@pytest.mark.parametrize("seed", range(40 if LONG else 2))
def test_whatever_is_done_they_equal_a_recount(session: Session, made: Office, seed: int) -> None:
    plan = rollups.ensure(act(session, made, "supervisor"), made.scope(session), FIRST, LAST)
    session.commit()
    hands = Hands(session, made, seed)
    for step in range(400 if LONG else 40):
        hands.one()
        if step % 10 == 9:
            assert stored.held(session, made.contract.id, plan.id) == fresh(session, made)
    assert fresh(session, made)
    assert rollups.check(act(session, made, "supervisor"), made.scope(session)) == []


def test_rows_give_the_collector_back(session: Session, made: Office) -> None:
    """What is counted step by step is, folded, what a collector of the whole period counts."""
    hands = Hands(session, made, 7)
    for _ in range(25):
        hands.one()
    plan = rollups.ensure(act(session, made, "supervisor"), made.scope(session), FIRST, LAST)
    rows = stored.held(session, made.contract.id, plan.id)
    told = rollups.counted(session, made.scope(session), made.contract, FIRST, LAST)
    days = books.calendar(session, provisional=True)
    steps = rollups.machine(session, told).collectors
    whole = {side: Collector(told.book.rulebook, told.book.answers, told.given, days) for side in Side}
    verification = Verification(told.book.rulebook)
    for entry in feed.engine_entries(made.scope(session)):
        if (claim := as_claimed(entry)) is not None:
            whole[Side.CLAIMED].add(claim)
        if isinstance(one := verification.verify(entry), VerifiedEntry):
            whole[Side.VERIFIED].add(one)
    for side in Side:
        read = Collector(told.book.rulebook, told.book.answers, told.given, days)
        finer.load(read, steps[side], rollup_rows.state_of(rows, side))
        assert read.state() == whole[side].state() != {}


def test_an_import_and_its_undoing_leave_no_trace(session: Session, made: Office) -> None:
    plan = rollups.ensure(act(session, made, "supervisor"), made.scope(session), FIRST, LAST)
    desk = Desk.at(act(session, made), made.scope(session), "seekers")
    reader = desk.reader()
    rows = [
        reader.read({"date": "2026-02-03", "person": {"name": "某人", "phone": f"1390000{n:04d}"}, "wish": "保洁"})
        for n in range(20)
    ]
    ids = many.take_in(desk, [Sent(row, made["field_staff"].id) for row in rows])
    assert stored.held(session, made.contract.id, plan.id) == fresh(session, made) != {}
    for key in ids:
        write.withdraw(act(session, made), made.scope(session), key, 1, "整批撤销")
    assert stored.held(session, made.contract.id, plan.id) == fresh(session, made) == {}


def test_drift_is_an_alarm(session: Session, made: Office) -> None:
    hands = Hands(session, made, 3)
    for _ in range(15):
        hands.one()
    supervisor, scope = act(session, made, "supervisor"), made.scope(session)
    plan = rollups.ensure(supervisor, scope, FIRST, LAST)
    row = session.query(Rollup).first()
    assert row is not None
    row.n += 1
    session.commit()
    (problem,) = rollups.check(supervisor, scope)
    assert "有 1 处与重新汇总的不同" in problem
    assert plan.drift
    rollups.rebuild(supervisor, scope, FIRST, LAST)
    assert rollups.check(supervisor, scope) == []


def test_another_answer_is_another_count(session: Session, made: Office) -> None:
    supervisor, scope = act(session, made, "supervisor"), made.scope(session)
    before = rollups.ensure(supervisor, scope, FIRST, LAST).signature
    scope.answer("anchor", "anniversary", "会议决定", made["supervisor"].id, CLOCK.now)
    assert rollups.ensure(supervisor, scope, FIRST, LAST).signature != before
