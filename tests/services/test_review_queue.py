"""The queue: order, filters, pages, deadlines, objections; what the home pages are told; one entry as it is shown."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy.orm import Session

from app.security.terms import EntryDeed
from app.services import books, verification
from app.services.act import Act, Missing
from app.services.ledger import write
from app.services.ledger.write import Typed
from app.services.verification import bulk, decide, queue
from app.services.verification.deadlines import Clock
from app.services.verification.judging import Judge
from app.services.verification.queue import Filter, Queue, Window
from app.services.verification.showing import Pane, pane
from app.services.verification.stages import CHECK, VERIFY, Stage
from app.store.entries import LedgerEntry
from tests.factories.entries import call, news, photo, seekers, visit
from tests.factories.ground import CLOCK
from tests.factories.office import Office, office
from tests.services.acting import act_of

EVERYTHING = Filter()


def asked(session: Session, made: Office, wanted: Filter = EVERYTHING, who: str = "supervisor", stage: Stage = VERIFY,
          window: Window = queue.WHOLE) -> Queue:  # fmt: skip
    act, scope = act_of(session, made[who]), made.scope(session)
    clock = Clock.of(scope, made.contract, act.today)
    return queue.queue(act, scope, Judge.of(act, scope, stage), clock, wanted, window)


def shown(session: Session, made: Office, entry: LedgerEntry, who: str = "supervisor", seen: int | None = None) -> Pane:
    return pane_of(session, made, entry.id, who, seen)


def pane_of(session: Session, made: Office, key: int, who: str = "supervisor", seen: int | None = None) -> Pane:
    act, scope = act_of(session, made[who]), made.scope(session)
    return pane(act, scope, Judge.of(act, scope), Clock.of(scope, made.contract, act.today), key, seen)


def test_the_oldest_comes_first_and_own_work_waits_for_others(session: Session, made: Office) -> None:
    second = visit(session, made, raw={"date": "2026-03-02"})
    CLOCK.forward(hours=-2)
    first = news(session, made)
    own = call(session, made)
    CLOCK.forward(hours=2)
    found = asked(session, made)
    assert [line.id for line in found.lines] == [first.id, second.id]
    assert (found.total, found.more, found.place(second.id), found.place(own.id)) == (2, False, 1, None)
    assert [line.id for line in asked(session, made, who="supervisor2").lines] == [first.id, own.id, second.id]
    for each in (first, second):
        decide.verify(act_of(session, made["supervisor"]), made.scope(session), each.id, each.version)
    found = asked(session, made)
    assert (found.total, found.own) == (0, 1)


def test_each_filter_narrows(session: Session, made: Office) -> None:
    warned = visit(session, made, raw={"minutes": "20", "date": "2026-03-01"})
    plain = visit(session, made, "field_staff2")
    nil = write.nil_return(act_of(session, made["field_staff"]), made.scope(session), "news", date(2026, 3, 3))
    piece = news(session, made, outlet="湖畔县")
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    decide.give_back(act, scope, piece.id, 1, "写得太短")
    again = write.change(
        act_of(session, made["field_staff"]), scope, piece.id, piece.version,
        Typed({"date": "2026-03-04", "channels": ["抖音"], "outlet": "湖畔县"}),
    )  # fmt: skip
    every = {warned.id, plain.id, nil.id, again.id}
    wanted = {
        Filter(): every,
        Filter(ledger="visits"): {warned.id, plain.id},
        Filter(author_id=made["field_staff2"].id): {plain.id},
        Filter(outlet_id=made.outlets[0].id): {again.id},
        Filter(from_on=date(2026, 3, 2), until_on=date(2026, 3, 3)): {nil.id},
        Filter(warned=True): {warned.id}, Filter(warned=False): every - {warned.id},
        Filter(nil=True): {nil.id}, Filter(nil=False): every - {nil.id},
        Filter(again=True): {again.id}, Filter(overdue=True): set(), Filter(batch_id=7): set(),
    }  # fmt: skip
    for narrowed, ids in wanted.items():
        assert {line.id for line in asked(session, made, narrowed).lines} == ids, narrowed
    assert Filter(warned=False, from_on=date(2026, 3, 2)).plain() == {"warned": False, "from_on": "2026-03-02"}


def test_pages_turn_both_ways(session: Session, made: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "PAGE", 4)
    ids = seekers(session, made, 6)
    CLOCK.forward(hours=1)
    ids += seekers(session, made, 4)
    first = asked(session, made)
    assert ([line.id for line in first.lines], first.more, first.first, first.total) == (ids[:4], True, True, 10)
    second = asked(session, made, window=Window(after=queue.cursor(first.lines[-1])))
    assert ([line.id for line in second.lines], second.more, second.first) == (ids[4:8], True, False)
    third = asked(session, made, window=Window(after=queue.cursor(second.lines[-1])))
    assert ([line.id for line in third.lines], third.more) == (ids[8:], False)
    back = asked(session, made, window=Window(before=queue.cursor(third.lines[0])))
    assert ([line.id for line in back.lines], back.first, back.more) == (ids[4:8], False, True)
    start = asked(session, made, window=Window(before=queue.cursor(second.lines[0])))
    assert ([line.id for line in start.lines], start.first, start.more) == (ids[:4], True, True)
    text = queue.cursor_text(queue.cursor(first.lines[0]))
    assert queue.cursor_of(text) == queue.cursor(first.lines[0])
    assert [queue.cursor_of(bad) for bad in ("", "x~1", "2026-01-01~1", f"{CLOCK.now.isoformat()}~-1")] == [None] * 4


def test_objections_stand_on_top_until_they_are_answered(session: Session, made: Office) -> None:
    waiting, own = visit(session, made), call(session, made)
    write.contest(act_of(session, made["project_manager"]), made.scope(session), own.id, "当时停电")
    found = asked(session, made)
    assert ([line.id for line in found.contested], [line.id for line in found.all()]) == ([own.id], [own.id, waiting.id])
    assert asked(session, made, Filter(ledger="visits")).contested == []
    assert shown(session, made, own).objection == "当时停电"
    write.answer(act_of(session, made["supervisor"]), made.scope(session), own.id, "已核实")
    assert asked(session, made).contested == []


def test_trial_entries_wait_during_the_trial_alone(session: Session, made: Office) -> None:
    made.contract.state = "trial"
    session.commit()
    practice = news(session, made)
    assert [line.id for line in asked(session, made).lines] == [practice.id]
    made.contract.state = "live"
    session.commit()
    assert asked(session, made).lines == []
    assert bulk.preview(act_of(session, made["supervisor"]), made.scope(session), VERIFY, Filter()).total == 0


def test_the_check_shows_what_waits_inside(session: Session, made: Office) -> None:
    made.contract.internal_check = True
    session.commit()
    entry = news(session, made)
    assert [line.id for line in asked(session, made, who="project_manager", stage=CHECK).lines] == [entry.id]
    assert asked(session, made).lines == []


# -- deadlines ----------------------------------------------------------------------------------


def test_days_left_are_working_days(session: Session, made: Office) -> None:
    entry = visit(session, made)  # Thursday 5 March 2026
    wanted = [(5, 5), (6, 4), (9, 3), (12, 0), (13, -1), (16, -2)]
    for day, left in wanted:
        clock = Clock(books.calendar(session), made.contract.review_days, date(2026, 3, day))
        assert entry.submitted_at is not None
        due = clock.due(entry.submitted_at)
        assert (due.on, due.days_left, due.overdue) == (date(2026, 3, 12), left, left < 0), day
        assert (entry.submitted_at < clock.cutoff) is due.overdue, day


def test_what_is_overdue_is_found_and_told(session: Session, made: Office) -> None:
    entry = visit(session, made)
    CLOCK.now = datetime(2026, 3, 9, 1, 0, tzinfo=UTC)
    news(session, made)
    today = date(2026, 3, 13)
    CLOCK.now = datetime(2026, 3, 13, 1, 0, tzinfo=UTC)
    assert [line.id for line in asked(session, made, Filter(overdue=True)).lines] == [entry.id]
    found = verification.overdue(made.scope(session), books.calendar(session), today)
    assert found.count == 1
    assert found.oldest is not None
    assert (found.oldest.on, found.oldest.days_left) == (date(2026, 3, 12), -1)
    made.contract.review_days = 7
    assert verification.overdue(made.scope(session), books.calendar(session), today).count == 0


def test_home_pages_are_told_what_waits(session: Session, made: Office) -> None:
    entry, own = visit(session, made), call(session, made)
    news(session, made)
    scope = made.scope(session)
    decide.give_back(act_of(session, made["supervisor"]), scope, entry.id, entry.version, "照片太暗")
    (returned,) = verification.returned_to(scope, made["field_staff"].id)
    assert (returned.id, returned.return_reason) == (entry.id, "照片太暗")
    assert verification.returned_to(scope, made["field_staff2"].id) == []
    write.contest(act_of(session, made["project_manager"]), scope, own.id, "当时停电")
    every = verification.waiting(scope)
    assert (every.to_verify, every.to_check, every.contested) == ({"news": 1, "hotline": 1}, {}, 1)
    mine = verification.waiting(scope, act_of(session, made["supervisor"]).person())
    assert (sum(mine.to_verify.values()), mine.contested) == (1, 1)
    theirs = verification.waiting(scope, act_of(session, made["field_staff"]).person())
    assert (any(theirs.to_verify.values()), any(theirs.to_check.values()), theirs.contested) == (False, False, 0)


def test_frequent_reasons_come_from_the_contracts_own_returns(session: Session, made: Office) -> None:
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    for reason in ("照片太暗", "缺签到表", "照片太暗", "日期不对"):
        entry = news(session, made)
        decide.give_back(act, scope, entry.id, 1, reason)
    other = office(session)
    stranger = news(session, other)
    decide.give_back(act_of(session, other["supervisor"]), other.scope(session), stranger.id, 1, "别的合同的原因")
    assert queue.frequent_reasons(scope, EntryDeed.RETURNED) == ["照片太暗", "日期不对", "缺签到表"]
    assert queue.frequent_reasons(scope, EntryDeed.SENT_BACK) == []


# -- one entry ----------------------------------------------------------------------------------


def resend(session: Session, made: Office, entry: LedgerEntry, **raw: str) -> LedgerEntry:
    given = {"date": "2026-03-04", "enterprise": {"name": "湖畔新厂"}, "topic": "政策", **raw}
    act: Act = act_of(session, made["field_staff"])
    return write.change(act, made.scope(session), entry.id, entry.version, Typed(given, photo(session, made)))


def test_what_changed_since_the_decision_is_shown(session: Session, made: Office) -> None:
    entry = visit(session, made, raw={"cost": "30"})
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    assert shown(session, made, entry).changes == {}
    decide.give_back(act, scope, entry.id, entry.version, "金额不对")
    resend(session, made, entry, cost="20")
    resend(session, made, entry, cost="25.5")
    found = shown(session, made, entry)
    facts = {fact.id: fact for fact in found.facts}
    assert (facts["cost"].text, facts["cost"].was) == ("¥25.50", "¥30.00")
    assert facts["topic"].was is None
    assert found.last_return is not None
    assert (found.last_return.reason, found.verified_before) == ("金额不对", False)
    decide.verify(act, scope, entry.id, entry.version)
    resend(session, made, entry, cost="26")
    found = shown(session, made, entry)
    assert found.verified_before
    assert {fact.id: fact.was for fact in found.facts if fact.was} == {"cost": "¥25.50"}
    assert found.proof_changes, "other evidence is another thing to judge"
    assert {f.id for f in shown(session, made, entry, seen=entry.version).facts if f.was} == set()


def test_people_show_masked_and_to_nobody_without_papers(session: Session, made: Office) -> None:
    (key,) = seekers(session, made, 1)
    entry = made.scope(session).session.get(LedgerEntry, key)
    assert entry is not None
    facts = {fact.id: fact for fact in shown(session, made, entry).facts}
    assert (facts["person"].text, facts["person"].personal) == ("甲* 138********", True)
    assert facts["contact"].text.startswith("138")
    assert "*" in facts["contact"].text
    present = made.scope(session).present(made["supervisor"].id)
    assert present is not None
    present.confidentiality_signed, present.confidentiality_signed_on = False, None
    session.commit()
    facts = {fact.id: fact for fact in shown(session, made, entry).facts}
    assert [(facts[name].text, facts[name].personal) for name in ("person", "contact")] == [("（不能查看）", False)] * 2


def test_what_is_in_the_way_is_said_before_anybody_tries(session: Session, made: Office) -> None:
    own = call(session, made)
    assert "由另一人审核" in shown(session, made, own).obstacle
    bare = visit(session, made, files={}, send=False)
    bare.state = "submitted"
    bare.submitted_at = CLOCK.now
    found = shown(session, made, bare)
    assert "应有现场照片1份" in found.obstacle
    assert (found.return_obstacle, found.locked, found.lag) == ("", "", 1)
    assert found.due is not None
    assert [clause for clause, *_ in found.worth] == ["LK-1"]
    with pytest.raises(Missing):
        pane_of(session, made, own.id + 9999)
