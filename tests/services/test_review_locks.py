"""Locks: who sets and lifts them, exceptions by two people, and every path that a lock closes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.terms import EntryDeed, ReviewMode, Signature, SpotCheckWay
from app.services.act import Missing, Refused
from app.services.ledger import gates, many, write
from app.services.ledger.desk import Desk
from app.services.ledger.many import Sent
from app.services.ledger.write import Typed
from app.services.verification import bulk, decide, locking, spot, undo
from app.services.verification.locking import Span, Wish
from app.services.verification.queue import Filter
from app.services.verification.spot import Found
from app.services.verification.stages import VERIFY
from app.store import locks
from app.store.entries import LedgerEntry
from app.store.locks import PeriodLock, PeriodUnlock
from tests.factories.entries import news, photo, visit
from tests.factories.ground import CLOCK
from tests.factories.office import Office, office
from tests.services.acting import act_of, recorded, refused

SPAN = Span(date(2026, 3, 1), date(2026, 3, 4), None, "二月考核已签字")


def lock(session: Session, made: Office, who: str = "supervisor", span: Span = SPAN) -> PeriodLock:
    CLOCK.forward(minutes=1)
    found = locking.lock(act_of(session, made[who]), made.scope(session), span)
    CLOCK.forward(minutes=1)
    return found


def ask(
    session: Session, made: Office, held: PeriodLock, who: str = "field_staff", ledger: str | None = None,
    entry: str = "", days: int = 3,
) -> PeriodUnlock:  # fmt: skip
    wish = Wish(ledger, entry, "漏记两条走访", date(2026, 3, 5) + timedelta(days=days))
    return locking.ask(act_of(session, made[who]), made.scope(session), held.id, wish)


def agree(session: Session, made: Office, wished: PeriodUnlock, who: str = "supervisor2") -> PeriodUnlock:
    return locking.agree(act_of(session, made[who]), made.scope(session), wished.id)


def test_a_lock_is_set_by_the_buyers_deciders_and_recorded(session: Session, made: Office) -> None:
    for who in ("field_staff", "project_manager", "finance"):
        with pytest.raises(Refused, match="只有采购人的主管人员或分管领导"):
            lock(session, made, who)
    lock(session, made)
    lock(session, made, "deputy_head")
    assert recorded(session)[-2:] == ["lock.set", "lock.set"]


@pytest.mark.parametrize(
    ("span", "field", "text"),
    [
        (Span(date(2026, 3, 4), date(2026, 3, 1), None, "对账完成"), "until_on", "结束日期早于"),
        (Span(date(2025, 12, 31), date(2026, 3, 1), None, "对账完成"), "from_on", "合同期"),
        (Span(date(2026, 3, 1), date(2026, 3, 6), None, "对账完成"), "until_on", "还没有到"),
        (Span(date(2026, 3, 1), date(2026, 3, 4), "nothing", "对账完成"), "ledger", "没有这本台账"),
        (Span(date(2026, 3, 1), date(2026, 3, 4), None, " 对 "), "reason", "至少 4 个字"),
    ],
)
def test_a_wrong_span_is_told(session: Session, made: Office, span: Span, field: str, text: str) -> None:
    refused(field, text, lambda: locking.lock(act_of(session, made["supervisor"]), made.scope(session), span))


def test_another_person_of_the_buyer_lifts(session: Session, made: Office) -> None:
    held, scope = lock(session, made), made.scope(session)
    with pytest.raises(Refused, match="由另一人解除"):
        locking.lift(act_of(session, made["supervisor"]), scope, held.id, "锁错了月份")
    with pytest.raises(Refused, match="只有采购人"):
        locking.lift(act_of(session, made["project_manager"]), scope, held.id, "锁错了月份")
    locking.lift(act_of(session, made["deputy_head"]), scope, held.id, "锁错了月份")
    assert (held.lifted_by, held.lift_reason) == (made["deputy_head"].id, "锁错了月份")
    with pytest.raises(Refused, match="已经解除"):
        locking.lift(act_of(session, made["deputy_head"]), scope, held.id, "锁错了月份")
    assert visit(session, made).state == "submitted"


# -- every path ---------------------------------------------------------------------------------


def paths(session: Session, made: Office) -> dict[str, Callable[[], object]]:
    """What somebody could try over a locked day, each by the service that its page, file or job goes through."""
    scope, staff, boss = made.scope(session), act_of(session, made["field_staff"]), act_of(session, made["supervisor"])
    waiting, verified = visit(session, made), visit(session, made)
    decide.verify(boss, scope, verified.id, verified.version)
    batch = bulk.begin(boss, scope, VERIFY, Filter(ledger="visits"), ReviewMode.DRAWN, None)
    bulk.open_entry(boss, scope, waiting.id, waiting.version)
    again = Typed({"date": "2026-03-04", "enterprise": {"name": "新厂"}, "topic": "政策"}, photo(session, made))
    desk = Desk.at(staff, scope, "news")
    read = desk.reader().read({"date": "2026-03-04", "channels": ["公众号"]})
    record = Found(True, SpotCheckWay.SYSTEM, date(2026, 3, 5), "", None, "", Signature.NOBODY, "与后台一致")
    return {
        "form": lambda: visit(session, made),
        "change": lambda: write.change(staff, scope, waiting.id, waiting.version, again),
        "move in": lambda: write.change(staff, scope, elsewhere(session, made).id, 1, again),
        "withdraw": lambda: write.withdraw(staff, scope, waiting.id, waiting.version, "不要了"),
        "nil return": lambda: write.nil_return(staff, scope, "news", date(2026, 3, 3)),
        "verify": lambda: decide.verify(boss, scope, waiting.id, waiting.version),
        "give back": lambda: decide.give_back(boss, scope, waiting.id, waiting.version, "缺签字"),
        "take back": lambda: undo.take_back(boss, scope, VERIFY, verified.id, verified.version),
        "spot check": lambda: spot.spot_check(boss, scope, verified.id, verified.version, record),
        "bulk begins": lambda: bulk.begin(boss, scope, VERIFY, Filter(), ReviewMode.DRAWN, None),
        "bulk": lambda: bulk.conclude(boss, scope, VERIFY, batch.id, batch.version, fine=True),
        "import and jobs": lambda: many.take_in(desk, [Sent(read, made["field_staff"].id)]),
    }  # fmt: skip


def elsewhere(session: Session, made: Office) -> LedgerEntry:
    return visit(session, made, raw={"date": "2026-03-05"})


PATHS = [
    "form", "change", "move in", "withdraw", "nil return", "verify", "give back", "take back", "spot check",
    "bulk begins", "bulk", "import and jobs",
]  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_a_lock_closes_every_path(session: Session, made: Office, path: str) -> None:
    use = paths(session, made)[path]
    lock(session, made)
    session.commit()
    before = snapshot(session)
    with pytest.raises(Refused, match=r"已锁定|没有一条可以|没有可以一起审核的"):
        use()
    session.rollback()
    assert {key: row for key, row in snapshot(session).items() if key in before} == before


def snapshot(session: Session) -> dict[int, tuple[object, ...]]:
    columns = (LedgerEntry.id, LedgerEntry.version, LedgerEntry.state, LedgerEntry.fields, LedgerEntry.validated)
    return {row[0]: tuple(row) for row in session.execute(sa.select(*columns))}


@pytest.mark.parametrize("path", PATHS)
def test_without_the_lock_the_same_path_is_open(session: Session, made: Office, path: str) -> None:
    paths(session, made)[path]()


def test_many_are_refused_row_by_row_before_they_are_taken_in(session: Session, made: Office) -> None:
    lock(session, made)
    desk = Desk.at(act_of(session, made["field_staff"]), made.scope(session), "news")
    rows = [desk.reader().read({"date": day, "channels": ["公众号"]}) for day in ("2026-03-04", "2026-03-05")]
    first, second = many.troubles_of(desk, rows)
    assert "已锁定" in first[0].message
    assert second == []


def test_a_lock_of_one_ledger_leaves_the_others_open(session: Session, made: Office) -> None:
    lock(session, made, span=Span(SPAN.from_on, SPAN.until_on, "visits", "对账完成"))
    assert news(session, made).state == "submitted"
    with pytest.raises(Refused, match="已锁定"):
        visit(session, made)


# -- exceptions ---------------------------------------------------------------------------------


def test_an_exception_takes_two_people_and_ends_by_itself(session: Session, made: Office) -> None:
    held = lock(session, made)
    wished = ask(session, made, held)
    with pytest.raises(Refused, match="已锁定"):
        visit(session, made)
    with pytest.raises(Refused, match="只有采购人"):
        agree(session, made, wished, "project_manager")
    agree(session, made, wished)
    assert visit(session, made).state == "submitted"
    assert recorded(session)[-3:] == ["unlock.asked", "unlock.agreed", "entry.entered"]
    CLOCK.forward(days=3)
    assert visit(session, made).state == "submitted", "the last day counts"
    CLOCK.forward(days=1)
    with pytest.raises(Refused, match="已锁定"):
        visit(session, made)


def test_nobody_agrees_to_the_own_wish(session: Session, made: Office) -> None:
    wished = ask(session, made, lock(session, made), "supervisor")
    with pytest.raises(Refused, match="由另一人同意"):
        agree(session, made, wished, "supervisor")
    with pytest.raises(Refused, match="由另一人同意"):
        locking.refuse(act_of(session, made["supervisor"]), made.scope(session), wished.id, "不同意了")
    agree(session, made, wished)
    with pytest.raises(Refused, match="已有别人处理"):
        agree(session, made, wished, "deputy_head")


def test_a_refused_wish_opens_nothing(session: Session, made: Office) -> None:
    wished = ask(session, made, lock(session, made))
    with pytest.raises(Refused, match="原因"):
        locking.refuse(act_of(session, made["supervisor2"]), made.scope(session), wished.id, " ")
    locking.refuse(act_of(session, made["supervisor2"]), made.scope(session), wished.id, "已经签字，走补充协议")
    with pytest.raises(Refused, match="已锁定"):
        visit(session, made)
    with pytest.raises(Refused, match="已有别人处理"):
        agree(session, made, wished)


def test_an_exception_is_ended_early(session: Session, made: Office) -> None:
    wished = agree(session, made, ask(session, made, lock(session, made)))
    with pytest.raises(Refused, match="只有采购人"):
        locking.end(act_of(session, made["field_staff2"]), made.scope(session), wished.id)
    locking.end(act_of(session, made["field_staff"]), made.scope(session), wished.id)
    with pytest.raises(Refused, match="已锁定"):
        visit(session, made)
    with pytest.raises(Refused, match="已经收回"):
        locking.end(act_of(session, made["supervisor"]), made.scope(session), wished.id)


def test_an_exception_is_for_a_ledger_or_one_entry(session: Session, made: Office) -> None:
    first, second = visit(session, made), visit(session, made)
    held = lock(session, made)
    agree(session, made, ask(session, made, held, ledger="news"))
    assert news(session, made).state == "submitted"
    agree(session, made, ask(session, made, held, entry=f"visits-{first.number:06d}"))
    boss, scope = act_of(session, made["supervisor"]), made.scope(session)
    assert decide.verify(boss, scope, first.id, first.version).state == "verified"
    for use in (lambda: decide.verify(boss, scope, second.id, second.version), lambda: visit(session, made)):
        with pytest.raises(Refused, match="已锁定"):
            use()


def test_a_second_lock_over_the_day_still_holds(session: Session, made: Office) -> None:
    agree(session, made, ask(session, made, lock(session, made)))
    lock(session, made, "supervisor2", Span(date(2026, 3, 3), date(2026, 3, 4), "visits", "季度抽查已封存"))
    with pytest.raises(Refused, match="季度抽查已封存"):
        visit(session, made)


@pytest.mark.parametrize(
    ("given", "field", "text"),
    [
        ({"days": 31}, "expires_on", "最长 30 天"), ({"days": -1}, "expires_on", "从今天起"),
        ({"ledger": "nothing"}, "ledger", "没有这本台账"), ({"entry": "visits-000099"}, "entry", "没有编号"),
        ({"entry": "visits-00000x"}, "entry", "没有编号"), ({"entry": "visits-000002"}, "entry", "不在这把锁的范围里"),
    ],
)  # fmt: skip
def test_a_wrong_wish_is_told(session: Session, made: Office, given: dict[str, object], field: str, text: str) -> None:
    visit(session, made)
    elsewhere(session, made)
    held = lock(session, made)
    refused(field, text, lambda: ask(session, made, held, **given))  # type: ignore[arg-type]


def test_who_does_not_write_does_not_ask(session: Session, made: Office) -> None:
    held = lock(session, made)
    with pytest.raises(Refused, match="不用申请"):
        ask(session, made, held, "finance")
    other = office(session)
    with pytest.raises(Missing):
        locking.ask(act_of(session, other["field_staff"]), other.scope(session), held.id, Wish(None, "", "漏记", CLOCK.now.date()))


def test_what_came_in_after_the_lock_is_known(session: Session, made: Office) -> None:
    before, untouched = visit(session, made), visit(session, made)
    held = lock(session, made)
    agree(session, made, ask(session, made, held))
    late = visit(session, made)
    decide.verify(act_of(session, made["supervisor"]), made.scope(session), before.id, before.version)
    outside = elsewhere(session, made)
    ids = [before.id, untouched.id, late.id, outside.id]
    assert locks.changed_after(session, made.contract.id, ids) == {before.id, late.id}
    found = [(entry.id, event.deed) for entry, event in locks.deeds_after(session, made.contract.id, held, 10)]
    assert found == [(before.id, EntryDeed.VERIFIED), (late.id, EntryDeed.SUBMITTED), (late.id, EntryDeed.ENTERED)]


def test_the_entry_window_counts_working_days(session: Session, made: Office) -> None:
    act = act_of(session, made["field_staff"])
    assert gates.entry_window(act, made.contract) is None
    made.contract.entry_days = 2
    found = gates.entry_window(act, made.contract)
    assert found is not None
    assert (found.oldest, found.provisional) == (date(2026, 3, 3), False)
    assert "业务日期后 2 个工作日内" in found.text
    CLOCK.now = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)  # Monday: the weekend costs nobody a day
    found = gates.entry_window(act_of(session, made["field_staff"]), made.contract)
    assert found is not None
    assert found.oldest == date(2026, 3, 5)
    made.contract.entry_days = 0
    assert gates.entry_window(act_of(session, made["field_staff"]), made.contract).oldest == date(2026, 3, 9)  # type: ignore[union-attr]
