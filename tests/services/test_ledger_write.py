"""Entries: made, read, refused, changed, submitted, withdrawn, repeated; people sealed; locks and windows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.services.act import Act, Refused
from app.services.ledger import feed, people, write
from app.services.ledger.write import Stale, Typed, Unfit
from app.services.verification import decide
from app.store import people_index
from app.store.entries import Entries, LedgerEntry
from app.store.models import EntryKey, PeriodLock, PeriodUnlock, Person
from tests.factories.ground import CLOCK
from tests.factories.office import CODES, Office, evidence_file, office
from tests.services.acting import VAULT, act_of, recorded

VISIT = {"date": "2026-03-04", "enterprise": {"name": "湖畔电子", "code": CODES[0]}, "topic": "政策", "outlet": "城东街道"}
SEEKER = {
    "date": "2026-03-04",
    "person": {"name": "甲一", "id_number": "360824199001010014", "phone": "13800000001"},
    "wish": "保洁",
    "contact": "13900000002",
}


def act(session: Session, made: Office, who: str = "field_staff") -> Act:
    return act_of(session, made[who])


def photo(session: Session, made: Office) -> Mapping[str, list[int]]:
    return {"现场照片": [evidence_file(session, made.contract, made["field_staff"]).id]}


def enter(session: Session, made: Office, ledger: str = "visits", who: str = "field_staff", **given: Any) -> LedgerEntry:
    raw = {**(SEEKER if ledger == "seekers" else VISIT), **given.pop("raw", {})}
    files = given.pop("files", None)
    if files is None:
        files = photo(session, made) if ledger == "visits" else {}
    return write.enter(act(session, made, who), made.scope(session), ledger, Typed(raw, files, **given))


def fields_wrong(use: Any) -> set[str]:
    with pytest.raises(Unfit) as found:
        use()
    return {each.field for each in found.value.troubles}


def test_entry_is_kept_as_the_engine_reads_it(session: Session, made: Office) -> None:
    raw = {"cost": "12.50", "share": "87.3%", "minutes": "1:30", "note": " 谈妥 "}
    entry = enter(session, made, raw=raw)
    assert (entry.state, entry.number, entry.outlet_id) == ("submitted", 1, made.outlets[1].id)
    assert entry.fields == {
        "date": "2026-03-04", "enterprise": {"code": CODES[0], "name": "湖畔电子"}, "topic": "政策",
        "outlet": "城东街道", "cost": "12.5", "share": "0.873", "minutes": "90", "note": "谈妥",
    }  # fmt: skip
    (found,) = list(feed.engine_entries(made.scope(session)))
    assert found.fields["enterprise"] == CODES[0]
    assert (found.id, found.state, found.outlet, len(found.evidence)) == ("visits-000001", "submitted", "城东街道", 1)
    assert recorded(session)[-1] == "entry.entered"


def test_numbers_run_through_and_keys_find(session: Session, made: Office) -> None:
    entries = [enter(session, made, raw={"date": f"2026-03-0{day}"}) for day in (1, 2, 3)]
    assert [each.number for each in entries] == [1, 2, 3]
    rows = session.query(EntryKey).filter_by(contract_id=made.contract.id, field="topic", value="政策").all()
    assert {row.entry_id for row in rows} == {each.id for each in entries}


def test_each_wrong_field_is_named(session: Session, made: Office) -> None:
    raw = {"topic": "用工", "cost": "12.345", "share": "1.2.3", "note": "长" * 201, "need": ""}
    assert fields_wrong(lambda: enter(session, made, raw=raw)) >= {"cost", "share", "note"}
    assert fields_wrong(lambda: enter(session, made, raw={"topic": "用工"})) == {"need"}
    assert fields_wrong(lambda: enter(session, made, raw={"topic": "闲聊"})) == {"topic"}


def test_rules_refuse_and_warn(session: Session, made: Office) -> None:
    with pytest.raises(Unfit, match="交通费超过2000元"):
        enter(session, made, raw={"cost": "2000.01"})
    assert enter(session, made, raw={"minutes": "20"}).warnings == ["走访不足30分钟；请核对时长"]


def test_evidence_that_is_due_is_asked_for(session: Session, made: Office) -> None:
    with pytest.raises(Unfit, match="应有现场照片1份"):
        enter(session, made, files={})
    draft = enter(session, made, files={}, send=False)
    assert draft.state == "draft"


def test_draft_may_be_incomplete_but_not_unreadable(session: Session, made: Office) -> None:
    draft = enter(session, made, raw={"topic": "", "enterprise": ""}, files={}, send=False)
    assert draft.fields == {"date": "2026-03-04", "outlet": "城东街道"}
    assert fields_wrong(lambda: enter(session, made, raw={"cost": "许多"}, send=False)) == {"cost"}
    assert fields_wrong(lambda: enter(session, made, raw={"date": ""}, send=False)) == {"date"}


def test_draft_is_finished_later(session: Session, made: Office) -> None:
    draft = enter(session, made, raw={"topic": ""}, files={}, send=False)
    done = write.change(
        act(session, made), made.scope(session), draft.id, draft.version, Typed(VISIT, photo(session, made))
    )
    assert (done.state, done.number, done.fields["topic"]) == ("submitted", draft.number, "政策")


def test_the_same_combination_is_found(session: Session, made: Office) -> None:
    first = enter(session, made)
    with pytest.raises(Unfit, match="visits-000001"):
        enter(session, made)
    write.withdraw(act(session, made), made.scope(session), first.id, first.version, "记错了")
    assert enter(session, made).state == "submitted"


def test_sending_twice_makes_one(session: Session, made: Office) -> None:
    first = enter(session, made, client_key="phone-1")
    assert enter(session, made, client_key="phone-1").id == first.id


def test_people_are_sealed_and_counted_once(session: Session, made: Office) -> None:
    entry = enter(session, made, "seekers")
    row = session.query(Person).one()
    assert entry.fields["person"] == {"person": row.id}
    whole = repr(vars(entry)) + repr(vars(row)) + repr([vars(each) for each in session.query(EntryKey)])
    for secret in ("360824199001010014", "13800000001", "13900000002", "010014"):
        assert secret not in whole
    assert (row.name_mask, row.id_mask, row.phone_mask) == ("甲*", "360824************", "138********")
    assert people.opened(VAULT, row) == people.Known("甲一", "360824199001010014", "13800000001")
    (found,) = list(feed.engine_entries(made.scope(session)))
    assert found.fields["person"] == f"P{row.id}"
    with pytest.raises(Unfit, match="求职人员与已有的记录"):
        enter(session, made, "seekers", raw={"person": {"name": "甲一", "id_number": "360824199001010014"}})


def test_a_personal_text_stays_without_being_typed_again(session: Session, made: Office) -> None:
    entry = enter(session, made, "seekers")
    raw = {**SEEKER, "person": entry.fields["person"], "contact": {"kept": True}, "wish": "保安"}
    changed = write.change(act(session, made), made.scope(session), entry.id, entry.version, Typed(raw))
    assert changed.fields["contact"]["key"] == entry.fields["contact"]["key"]
    (event,) = [e for e in Entries(session, made.contract.id).history(entry.id) if e.deed == "changed"]
    assert event.changes == {"wish": ["保洁", "保安"]}


def test_nobody_without_papers_sees_or_enters_people(session: Session, made: Office) -> None:
    present = made.scope(session).present(made["field_staff"].id)
    assert present is not None
    present.confidentiality_signed, present.confidentiality_signed_on = False, None
    session.commit()
    with pytest.raises(Refused, match="保密协议"):
        enter(session, made, "seekers")


def test_a_person_is_shown_for_a_reason_alone(session: Session, made: Office) -> None:
    enter(session, made, "seekers")
    key = session.query(Person).one().id
    with pytest.raises(Refused, match="事由"):
        people.reveal(act(session, made, "supervisor"), made.scope(session), key, " ")
    known = people.reveal(act(session, made, "supervisor"), made.scope(session), key, "回访核实")
    assert known.name == "甲一"
    assert recorded(session)[-1] == "person.revealed"
    found = people.by_search(act(session, made, "supervisor"), made.scope(session), "13800000001")
    assert found == {} or list(found) == [key]


def test_a_later_save_over_a_stale_version_is_told(session: Session, made: Office) -> None:
    entry = enter(session, made)
    write.change(act(session, made), made.scope(session), entry.id, 1, Typed({**VISIT, "note": "甲"}, photo(session, made)))
    with pytest.raises(Stale):
        write.change(act(session, made), made.scope(session), entry.id, 1, Typed({**VISIT, "note": "乙"}))


def test_changed_after_verification_goes_back(session: Session, made: Office) -> None:
    entry = enter(session, made)
    decide.verify(act(session, made, "supervisor"), made.scope(session), entry.id, entry.version)
    assert entry.state == "verified"
    raw, files = {**VISIT, "note": "更正"}, photo(session, made)
    write.change(act(session, made), made.scope(session), entry.id, entry.version, Typed(raw, files))
    assert (entry.state, entry.verifier_id) == ("submitted", None)


def test_side_and_state_decide_who_enters(session: Session, made: Office) -> None:
    with pytest.raises(Refused, match="由供应商登记"):
        enter(session, made, who="supervisor")
    with pytest.raises(Refused, match="由采购人登记"):
        enter(session, made, "hotline", raw={"time": "9:00", "answered": "是"})
    made.contract.state = "closed"
    session.commit()
    with pytest.raises(Refused, match="已结束"):
        enter(session, made)


def test_internal_check_stands_before_the_supervisor(session: Session, made: Office) -> None:
    made.contract.internal_check = True
    session.commit()
    entry = enter(session, made)
    assert entry.state == "to_check"
    with pytest.raises(Refused, match="待内部复核"):
        decide.verify(act(session, made, "supervisor"), made.scope(session), entry.id, entry.version)
    scope, manager = made.scope(session), act(session, made, "project_manager")
    decide.check(manager, scope, entry.id, entry.version, fine=True)
    assert entry.state == "submitted"
    other = enter(session, made, raw={"date": "2026-03-03"})
    decide.check(manager, scope, other.id, other.version, fine=False, reason="照片太暗")
    assert (other.state, other.return_reason) == ("returned", "照片太暗")


def test_dates_outside_are_refused(session: Session, made: Office) -> None:
    with pytest.raises(Unfit, match="不在合同期"):
        enter(session, made, raw={"date": "2025-12-31"})
    with pytest.raises(Refused, match="还没有到"):
        enter(session, made, raw={"date": "2026-03-06"})


def test_a_lock_says_who_why_and_how(session: Session, made: Office) -> None:
    entry = enter(session, made)
    lock = PeriodLock(
        contract_id=made.contract.id, from_on=datetime(2026, 3, 1).date(), until_on=datetime(2026, 3, 4).date(),
        reason="二月考核已签字", locked_by=made["supervisor"].id, locked_at=CLOCK.now,
    )  # fmt: skip
    session.add(lock)
    session.commit()
    for use in (
        lambda: enter(session, made, raw={"date": "2026-03-03"}),
        lambda: write.change(act(session, made), made.scope(session), entry.id, 1, Typed(VISIT, photo(session, made))),
        lambda: write.withdraw(act(session, made), made.scope(session), entry.id, 1, "不要了"),
        lambda: decide.verify(act(session, made, "supervisor"), made.scope(session), entry.id, 1),
    ):
        with pytest.raises(Refused, match=r"已锁定.*二月考核已签字.*申请解锁"):
            use()
    session.add(
        PeriodUnlock(
            contract_id=made.contract.id, lock_id=lock.id, reason="漏记", expires_on=datetime(2026, 3, 6).date(),
            asked_by=made["supervisor"].id, asked_at=CLOCK.now,
            agreed_by=made["supervisor2"].id, agreed_at=CLOCK.now,
        )
    )  # fmt: skip
    session.commit()
    assert enter(session, made, raw={"date": "2026-03-03"}).state == "submitted"


def test_the_entry_window_closes(session: Session, made: Office) -> None:
    made.contract.entry_days = 2
    session.commit()
    assert enter(session, made, raw={"date": "2026-03-03"}).id
    with pytest.raises(Refused, match="2 个工作日内"):
        enter(session, made, raw={"date": "2026-03-02"})


def test_nil_return_is_one_tap(session: Session, made: Office) -> None:
    scope, day = made.scope(session), datetime(2026, 3, 4).date()
    first = write.nil_return(act(session, made), scope, "news", day)
    assert first.nil
    assert write.nil_return(act(session, made), scope, "news", day).id == first.id
    with pytest.raises(Refused, match="不接受零报告"):
        write.nil_return(act(session, made), scope, "visits", day)


def test_references_lead_somewhere(session: Session, made: Office) -> None:
    raw = {"date": "2026-03-04", "time": "9:30", "answered": "是", "visit": "visits-000001"}
    with pytest.raises(Unfit, match="没有编号 visits-000001"):
        write.enter(act(session, made, "supervisor"), made.scope(session), "hotline", Typed(raw))
    enter(session, made)
    made_entry = write.enter(act(session, made, "supervisor"), made.scope(session), "hotline", Typed(raw))
    assert made_entry.fields["time"] == "09:30"


def test_what_the_buyer_enters_can_be_contested(session: Session, made: Office) -> None:
    raw = {"date": "2026-03-04", "time": "9:30", "answered": "否"}
    entry = write.enter(act(session, made, "supervisor"), made.scope(session), "hotline", Typed(raw))
    with pytest.raises(Refused, match="自己登记的"):
        decide.verify(act(session, made, "supervisor"), made.scope(session), entry.id, entry.version)
    decide.verify(act(session, made, "supervisor2"), made.scope(session), entry.id, entry.version)
    write.contest(act(session, made, "project_manager"), made.scope(session), entry.id, "当时停电，有公告")
    assert entry.contested
    write.answer(act(session, made, "supervisor2"), made.scope(session), entry.id, "已核实停电公告，本次不计")
    assert not entry.contested
    deeds = [each.deed for each in Entries(session, made.contract.id).history(entry.id)]
    assert deeds == ["entered", "submitted", "verified", "contested", "answered"]


def test_another_contract_is_not_there(session: Session, made: Office) -> None:
    entry = enter(session, made)
    other = office(session)
    assert Entries(session, other.contract.id).find(entry.id) is None
    assert people_index.by_ids(session, other.contract.id, [1]) == {}
    with pytest.raises(Refused, match="没有找到"):
        enter(session, other, files={"现场照片": [evidence_file(session, made.contract, made["field_staff"]).id]})


def test_times_of_capture_and_arrival_are_kept_apart(session: Session, made: Office) -> None:
    taken = datetime(2026, 3, 4, 8, 0, tzinfo=UTC)
    entry = enter(session, made, captured_at=taken)
    session.commit()
    session.refresh(entry)
    assert (entry.captured_at, entry.entered_at) == (taken, CLOCK.now)
    assert entry.entered_at - taken == timedelta(hours=17)
