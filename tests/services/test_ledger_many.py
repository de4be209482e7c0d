"""Many entries at once: the same judgement as one by one, kept in few statements; bulk decisions."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.terms import EntryDeed
from app.services.act import Refused
from app.services.ledger import feed, many, write
from app.services.ledger.desk import Desk
from app.services.ledger.many import Sent
from app.services.ledger.reading import Reading
from app.services.ledger.write import Typed
from app.services.verification import decide
from app.store.entries import Entries, LedgerEntry
from app.store.models import Person
from tests.factories.office import CODES, Office, evidence_file
from tests.services.acting import act_of, recorded


def desk_at(session: Session, made: Office, ledger: str = "seekers") -> Desk:
    return Desk.at(act_of(session, made["field_staff"]), made.scope(session), ledger)


def seekers(desk: Desk, *people: tuple[str, str]) -> list[Reading]:
    reader = desk.reader()
    return [
        reader.read({"date": "2026-03-04", "person": {"name": name, "phone": phone}, "wish": "保洁", "contact": phone})
        for name, phone in people
    ]


def take(session: Session, made: Office, desk: Desk, rows: list[Reading]) -> list[int]:
    return many.take_in(desk, [Sent(row, made["field_staff"].id) for row in rows])


def test_many_are_kept_like_one(session: Session, made: Office) -> None:
    desk = desk_at(session, made)
    rows = seekers(desk, ("甲一", "13800000001"), ("乙二", "13800000002"))
    assert many.troubles_of(desk, rows) == [[], []]
    ids = take(session, made, desk, rows)
    single = write.enter(
        act_of(session, made["field_staff"]), made.scope(session), "seekers",
        Typed({"date": "2026-03-04", "person": {"name": "丙三", "phone": "13800000003"}, "wish": "保洁", "contact": "1"}),
    )  # fmt: skip
    entries = Entries(session, made.contract.id).by_ids(ids)
    assert [each.number for each in entries] == [1, 2]
    assert single.number == 3
    assert {each.state for each in entries} == {single.state} == {"submitted"}
    assert session.scalar(sa.select(sa.func.count()).select_from(Person)) == 3
    assert len({each.fields["person"] for each in feed.engine_entries(made.scope(session))}) == 3
    assert [each.deed for each in Entries(session, made.contract.id).history(ids[0])] == ["imported", "submitted"]
    assert recorded(session)[-2:] == ["entries.imported", "entry.entered"]


def test_what_only_the_database_knows_is_found_in_both_ways(session: Session, made: Office) -> None:
    desk = desk_at(session, made)
    take(session, made, desk, seekers(desk, ("甲一", "13800000001")))
    other = desk_at(session, made)
    rows = seekers(other, ("甲一", "13800000001"), ("乙二", "13800000002"), ("乙二", "13800000002"))
    first, second, third = many.troubles_of(other, rows)
    assert "seekers-000001" in first[0].message
    assert second == []
    assert "前面的一条记录相同" in third[0].message


def test_due_evidence_and_days_are_judged(session: Session, made: Office) -> None:
    desk = desk_at(session, made, "visits")
    visit = {"enterprise": {"name": "湖畔电子", "code": CODES[0]}, "topic": "政策"}
    rows = [desk.reader().read({**visit, "date": day}) for day in ("2026-03-04", "2026-03-06")]
    first, second = many.troubles_of(desk, rows)
    assert [each.message for each in first] == ["应有现场照片1份，现有0份；请补齐佐证材料后再提交"]
    assert "还没有到" in second[0].message
    photo = evidence_file(session, made.contract, made["field_staff"]).id
    ids = many.take_in(desk, [Sent(rows[0], made["field_staff"].id, {"现场照片": [photo]})])
    (found,) = list(feed.engine_entries(made.scope(session)))
    assert (len(ids), found.evidence[0].kind) == (1, "现场照片")


def entered(session: Session, made: Office, count: int) -> list[int]:
    desk = desk_at(session, made)
    people = [(f"人{n}", f"138{n:08d}") for n in range(1, count + 1)]
    return take(session, made, desk, seekers(desk, *people))


def test_a_bulk_decision_is_one_set(session: Session, made: Office) -> None:
    ids = entered(session, made, 30)
    session.commit()
    act = act_of(session, made["supervisor"])
    verdict = decide.decide_many(act, made.scope(session), ids, EntryDeed.VERIFIED)
    assert len(verdict.fit) == 30
    states = session.scalars(sa.select(LedgerEntry.state).distinct()).all()
    assert states == ["verified"]
    assert recorded(session)[-1] == "entries.verified"
    history = Entries(session, made.contract.id).history(ids[7])
    assert [(each.deed, each.version) for each in history][-1] == ("verified", 2)


def test_what_cannot_be_decided_is_left_out_with_its_reason(session: Session, made: Office) -> None:
    ids = entered(session, made, 3)
    act = act_of(session, made["supervisor"])
    decide.verify(act, made.scope(session), ids[0], 1)
    session.commit()
    verdict = decide.decide_many(act, made.scope(session), ids, EntryDeed.VERIFIED)
    assert [each.id for each in verdict.fit] == ids[1:]
    assert list(verdict.left_out.values()) == [(ids[0],)]
    with pytest.raises(Refused, match="退回的原因"):
        decide.decide_many(act, made.scope(session), ids, EntryDeed.RETURNED)
    decide.decide_many(act, made.scope(session), ids, EntryDeed.RETURNED, "请补联系电话")
    row = Entries(session, made.contract.id).by_ids([ids[0]])[0]
    session.refresh(row)
    assert (row.state, row.return_reason, row.verifier_id) == ("returned", "请补联系电话", None)


def test_contractor_staff_decide_nothing(session: Session, made: Office) -> None:
    ids = entered(session, made, 2)
    verdict = decide.decide_many(act_of(session, made["project_manager"]), made.scope(session), ids, EntryDeed.VERIFIED)
    assert not verdict.fit
    assert "没有审核" in next(iter(verdict.left_out))
