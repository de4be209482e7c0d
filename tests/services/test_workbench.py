"""What waits at each role, from real entries, with deadlines in working days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.services.ledger import drafts, write
from app.services.ledger.write import Typed
from app.services.verification import decide, locking
from app.services.workbench import desk
from tests.factories import entries, imports, places, setups
from tests.factories.ground import CLOCK, FrozenClock
from tests.factories.office import Office, office
from tests.services.acting import act_of
from tests.services.benches import bench, block, own, review, team
from tests.services.standings import done, people, stand, visits


def give_back(session: Session, made: Office, entry_id: int, version: int, reason: str = "照片看不清") -> None:
    decide.give_back(act_of(session, made["supervisor"]), made.scope(session), entry_id, version, reason)


# -- who records -----------------------------------------------------------------------------------


def test_a_returned_entry_is_there_with_its_reason(session: Session, made: Office) -> None:
    row = entries.visit(session, made)
    assert own(session, made).returned == []
    give_back(session, made, row.id, row.version)
    [found] = own(session, made).returned
    assert (found.id, found.ledger, found.reason) == (row.id, "visits", "照片看不清")
    assert own(session, made, "field_staff2").returned == [], "another person's work"


def test_drafts_and_what_was_not_saved(session: Session, made: Office) -> None:
    act, scope = act_of(session, made["field_staff"]), made.scope(session)
    row = write.enter(act, scope, "visits", Typed({"date": entries.DAY, "topic": "政策"}, send=False))
    drafts.save(act, scope, "news", None, [("v-note", "一半")])
    found = own(session, made)
    assert [each.id for each in found.drafts] == [row.id]
    assert [(each.ledger.id, each.entry_id) for each in found.unsaved] == [("news", None)]
    assert found.waits == 2


def test_the_most_used_ledgers_come_first(session: Session, made: Office) -> None:
    for _ in range(2):
        entries.news(session, made)
    entries.visit(session, made)
    found = own(session, made).shortcuts
    assert [(each.ledger.id, each.copies) for each in found] == [
        ("news", True), ("visits", True), ("seekers", False)
    ]  # fmt: skip


def test_who_is_new_sees_the_ledgers_of_the_own_side(session: Session, made: Office) -> None:
    assert [each.ledger.id for each in own(session, made).shortcuts] == ["visits", "seekers", "news"]
    assert [each.ledger.id for each in own(session, made, "supervisor").shortcuts] == ["hotline"]


def test_a_nil_return_is_offered_until_something_is_recorded(session: Session, made: Office) -> None:
    def offered() -> bool:
        return next(each.nil for each in own(session, made).shortcuts if each.ledger.id == "news")

    assert offered()
    entries.news(session, made, date="2026-03-04")
    assert offered(), "yesterday's entry is not today's"
    write.nil_return(act_of(session, made["field_staff"]), made.scope(session), "news", date(2026, 3, 5))
    assert not offered()


def test_the_diary_writes_itself_without_personal_data(session: Session, made: Office) -> None:
    today = "2026-03-05"
    for name, need in (("湖畔电子", 12), ("东方机械", 3)):
        raw = {"date": today, "enterprise": {"name": name}, "topic": "用工", "need": need}
        entries.visit(session, made, raw=raw)
    entries.visit(session, made, raw={"date": "2026-03-04"})
    entries.seekers(session, made, 2, day=today)
    write.nil_return(act_of(session, made["field_staff"]), made.scope(session), "news", date(2026, 3, 5))
    found = own(session, made).diary
    assert found.lines == (
        "企业走访：登记 2 条（湖畔电子、东方机械），缺工人数共 15 人。",
        "求职：登记 2 条。",
        "宣传报道：零报告。",
    )
    assert found.text("李一").splitlines()[:2] == [
        "2026年3月5日 星期四 工作日志（李一）", "1. 企业走访：登记 2 条（湖畔电子、东方机械），缺工人数共 15 人。"
    ]  # fmt: skip
    assert "甲一" not in found.text("李一")


def test_a_draft_is_told_apart_in_the_diary(session: Session, made: Office) -> None:
    act = act_of(session, made["field_staff"])
    write.enter(act, made.scope(session), "visits", Typed({"date": "2026-03-05", "topic": "政策"}, send=False))
    assert own(session, made).diary.lines == ("企业走访：另有草稿 1 条。",)


# -- windows without an entry ----------------------------------------------------------------------


def due(session: Session, made: Office) -> list[tuple[str, str, date, int]]:
    return [(each.ledger.id, each.word, each.due.on, each.due.days_left) for each in team(session, made).due]


def test_windows_without_an_entry_with_working_days_left(session: Session, made: Office) -> None:
    entries.news(session, made, date="2026-02-27")
    assert due(session, made) == [
        ("visits", "本月", date(2026, 3, 31), 18), ("news", "本月", date(2026, 3, 31), 18),
    ]  # fmt: skip
    [_, news] = team(session, made).due
    assert news.latest == date(2026, 2, 27)
    entries.visit(session, made)
    assert [name for name, *_ in due(session, made)] == ["news"]


def test_a_draft_keeps_no_window_and_practice_neither(session: Session, made: Office) -> None:
    act = act_of(session, made["field_staff"])
    write.enter(act, made.scope(session), "visits", Typed({"date": entries.DAY, "topic": "政策"}, send=False))
    done(session, made, "news", date(2026, 3, 4), trial=True)
    assert {name for name, *_ in due(session, made)} == {"visits", "news"}


def test_outside_the_term_nothing_is_due(session: Session, made: Office, clock: FrozenClock) -> None:
    clock.now = clock.now.replace(year=2027)
    assert due(session, made) == []


def test_without_published_holidays_the_deadline_is_provisional(session: Session, clock: FrozenClock) -> None:
    made = office(session, starts_on=date(2031, 1, 1), ends_on=date(2031, 12, 31))
    clock.now = clock.now.replace(year=2031)
    assert all(each.due.provisional for each in team(session, made).due)


def test_the_buyer_s_own_ledgers_without_a_window_are_asked_for_once(session: Session, made: Office) -> None:
    [hotline] = review(session, made).due
    assert (hotline.ledger.id, hotline.word, hotline.due.on) == ("hotline", "合同期内", date(2026, 12, 31))
    entries.call(session, made)
    assert review(session, made).due == []


# -- the project manager ---------------------------------------------------------------------------


def test_internal_checks_and_returned_work(session: Session, made: Office) -> None:
    made.contract.internal_check = True
    rows = [entries.visit(session, made) for _ in range(3)]
    entries.news(session, made, "project_manager")
    found = team(session, made)
    assert [(each.ledger, each.number) for each in found.to_check] == [("visits", 3)]
    assert found.checks == 3
    decide.check(act_of(session, made["project_manager"]), made.scope(session), rows[0].id, rows[0].version, fine=True)
    session.refresh(rows[0])
    give_back(session, made, rows[0].id, rows[0].version)
    found = team(session, made)
    assert [(each.name, each.number) for each in found.returned] == [("企业走访台账", 1)]
    assert found.checks == 2


def test_who_enters_late(session: Session, made: Office) -> None:
    visits(session, made, date(2026, 2, 24), 2)
    other = made["field_staff2"]
    done(session, made, "news", date(2026, 3, 5), author_id=other.id)
    done(session, made, "hotline", date(2026, 2, 10), author_id=made["supervisor"].id, state="submitted")
    stand(session, made)
    assert [(each.user_id, each.mean, each.most, each.late) for each in team(session, made).lag] == [
        (made["field_staff"].id, "8.5", 9, True), (other.id, "0", 0, False),
    ]  # fmt: skip


def test_papers_that_are_missing(session: Session, made: Office) -> None:
    assert list(team(session, made).unsigned) == []
    newcomer = office(session)["field_staff"]
    places.roster_entry(session, made.contract, newcomer)
    assert list(team(session, made).unsigned) == [newcomer.display_name]


def test_exports_that_will_be_lost(session: Session, made: Office) -> None:
    manager = made["project_manager"]
    for name, columns, days in (("公众号后台", {"trace": "id"}, 84), ("抖音后台", {"trace": "id"}, 82), ("自己的表", {}, 89)):
        mapping = imports.mapping(session, made.contract, manager, ledger="news", name=name, columns=columns)
        at = CLOCK.now - timedelta(days=days)
        imports.batch(session, made.contract, manager, mapping_id=mapping.id, ledger="news", state="imported", imported_at=at)
    assert list(team(session, made).imports) == [], "the contract asks for no reminder"
    made.contract.history_days = 90
    [found] = team(session, made).imports
    assert (found.name, found.by - found.last) == ("公众号后台", timedelta(days=90))
    assert (found.by - CLOCK.now.date()).days == 6


# -- the supervisor --------------------------------------------------------------------------------


def test_the_queue_by_ledger_with_the_oldest_deadline(session: Session, made: Office, clock: FrozenClock) -> None:
    start = clock.now
    clock.now = start - timedelta(days=14)  # Thursday; due on the fifth working day after it
    entries.visit(session, made, raw={"date": "2026-02-18"})
    clock.now = start
    entries.visit(session, made)
    entries.news(session, made)
    entries.call(session, made)
    found = review(session, made)
    assert [(each.ledger, each.number, each.overdue) for each in found.queue] == [("visits", 2, 1), ("news", 1, 0)]
    assert [each.due.days_left for each in found.queue if each.due] == [-4, 5]
    assert (found.waiting, found.overdue) == (3, 1)
    other = [each.ledger for each in review(session, made, "supervisor2").queue]
    assert (other[0], set(other)) == ("visits", {"visits", "news", "hotline"})


def test_objections_unlocks_and_opening_records(session: Session, made: Office) -> None:
    scope, supervisor = made.scope(session), act_of(session, made["supervisor"])
    row = entries.call(session, made)
    write.contest(act_of(session, made["field_staff"]), scope, row.id, "号码不对")
    span = locking.Span(date(2026, 2, 1), date(2026, 2, 28), None, "考核已签字")
    lock = locking.lock(supervisor, scope, span)
    locking.ask(supervisor, scope, lock.id, locking.Wish(None, "", "补登一条", date(2026, 3, 20)))
    setups.opening(session, made.contract, made["supervisor"])
    mine, other = review(session, made), review(session, made, "supervisor2")
    assert (mine.contested, mine.unlocks, mine.openings) == (1, 0, 0), "nobody answers the own request"
    assert (other.contested, other.unlocks, other.openings) == (1, 1, 1)


def test_questions_that_hold_payment(session: Session, made: Office) -> None:
    stand(session, made)
    assert [each["question"] for each in review(session, made).questions] == ["登记人数不足怎样付款?"]


# -- which role sees what --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "parts"),
    [
        ("field_staff", {"own"}), ("project_manager", {"own", "team"}), ("supervisor", {"own", "review"}),
        ("deputy_head", {"signs", "pays"}), ("finance", {"pays"}),
    ],
)  # fmt: skip
def test_each_role_has_its_parts(session: Session, made: Office, who: str, parts: set[str]) -> None:
    found = block(session, who, made)
    assert {name for name in ("own", "team", "review", "signs", "pays") if getattr(found, name)} == parts


def test_a_contract_that_does_not_run_asks_for_nothing(session: Session, made: Office) -> None:
    made.contract.state = "closed"
    found = block(session, "supervisor", made)
    assert (found.own, found.review, found.runs) == (None, None, False)


def test_the_most_urgent_contract_comes_first(session: Session, made: Office, clock: FrozenClock) -> None:
    other, late = office(session), office(session)
    for each in (made, other, late):
        each.people["supervisor"] = made["supervisor"]
    people(session, other, 1, date(2026, 2, 2))
    visits(session, other, date(2026, 1, 2), 4)
    stand(session, other)
    done(session, late, "news", date(2026, 1, 5), state="submitted", submitted_at=clock.now - timedelta(days=40))
    held = bench(session, "supervisor", made, other, late)
    everywhere = {each.contract.id: held.person.contracts[made.contract.id] for each in (made, other, late)}
    person = type(held.person)(held.person.user_id, held.person.name, held.person.organisation_id, frozenset(), everywhere)
    found = desk.blocks(type(held)(session, person, held.now, held.contracts), {})
    assert [each.contract.id for each in found] == [late.contract.id, other.contract.id, made.contract.id]


def test_three_things_that_cost_most(session: Session, made: Office) -> None:
    visits(session, made, date(2026, 1, 2), 4)
    visits(session, made, date(2026, 2, 2), 3)
    people(session, made, 1, date(2026, 2, 2))
    for place in range(2):
        done(session, made, "hotline", date(2026, 3, 2 + place), fields={"date": "2026-03-02", "answered": False})
    stand(session, made)
    red = block(session, "deputy_head", made).red
    assert [(each.clause, each.yuan) for each in red] == [("LK-2", "¥50,000.00"), ("LK-3", "")]
