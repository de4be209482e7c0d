"""Rollups: at any time exactly what counting every entry once comes to."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.security.terms import Side
from app.services import books
from app.services.act import Act
from app.services.ledger import feed, many, rollup_rows, rollups, write
from app.services.ledger.desk import Desk
from app.services.ledger.many import Sent
from app.store import rollups as stored
from app.store.models import Rollup
from kpi.indicators import finer
from kpi.indicators.collect import Collector
from kpi.verification import Verification, VerifiedEntry, as_claimed
from tests.conftest import LONG
from tests.factories.ground import CLOCK
from tests.factories.office import Office
from tests.services.acting import act_of
from tests.services.rollup_hands import FIRST, LAST, NEW, OLD, Hands, fresh


def act(session: Session, made: Office, who: str = "field_staff") -> Act:
    return act_of(session, made[who])


#: In full: 100 000 acts; the entries that they leave are recounted every 5 000.
ACTS, LOOK = (100_000, 5_000) if LONG else (240, 60)


def test_whatever_is_done_they_equal_a_recount(session: Session, made: Office) -> None:
    plan = rollups.ensure(act(session, made, "supervisor"), made.scope(session), FIRST, LAST)
    session.commit()
    plan_id, hands = plan.id, Hands(session, made, 2026, people=20_000 if LONG else 40)
    for step in range(1, ACTS + 1):
        hands.one()
        if step % LOOK == 0:
            assert stored.held(session, made.contract.id, plan_id) == fresh(session, made), f"第 {step} 次操作以后"
            session.rollback()
    assert fresh(session, made)
    assert rollups.check(act(session, made, "supervisor"), made.scope(session)) == []
    assert sum(hands.done.values()) + hands.refused.total() == ACTS
    assert set(hands.done) == NEW | OLD, hands.refused
    print(f"\n{ACTS:,} 次操作，{hands.refused.total():,} 次被拒绝；{dict(hands.done)}")


def test_rows_give_the_collector_back(session: Session, made: Office) -> None:
    """What is counted step by step is, folded, what a collector of the whole period counts."""
    hands = Hands(session, made, 7)
    for _ in range(60):
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
    for _ in range(40):
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
