"""Deciding on one entry: who may, what is in the way, one effect where two decide, taking it back."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.security.permissions import Permission
from app.security.terms import EntryState
from app.services.act import Refused
from app.services.ledger import write
from app.services.ledger.write import Stale, Typed
from app.services.verification import decide, locking, undo
from app.services.verification.locking import Span
from app.services.verification.stages import CHECK, VERIFY
from app.store.entries import Entries, LedgerEntry
from tests.factories import people, roles
from tests.factories.entries import call, news, visit
from tests.factories.ground import CLOCK
from tests.factories.office import Office
from tests.services.acting import act_of, recorded


def verify(session: Session, made: Office, entry: LedgerEntry, who: str = "supervisor") -> LedgerEntry:
    return decide.verify(act_of(session, made[who]), made.scope(session), entry.id, entry.version)


def give_back(session: Session, made: Office, entry: LedgerEntry, who: str = "supervisor") -> LedgerEntry:
    return decide.give_back(act_of(session, made[who]), made.scope(session), entry.id, entry.version, "照片太暗")


def take_back(session: Session, made: Office, entry: LedgerEntry, who: str = "supervisor") -> LedgerEntry:
    return undo.take_back(act_of(session, made[who]), made.scope(session), VERIFY, entry.id, entry.version)


def deeds(session: Session, entry: LedgerEntry) -> list[str]:
    return [each.deed for each in Entries(session, entry.contract_id).history(entry.id)]


def test_one_is_verified_and_recorded(session: Session, made: Office) -> None:
    entry = verify(session, made, visit(session, made))
    session.commit()
    session.refresh(entry)
    assert (entry.state, entry.verifier_id, entry.verified_at, entry.version) == (
        "verified", made["supervisor"].id, CLOCK.now, 2
    )  # fmt: skip
    assert deeds(session, entry) == ["entered", "submitted", "verified"]
    assert recorded(session)[-1] == "entry.verified"


def test_a_return_says_why(session: Session, made: Office) -> None:
    entry = visit(session, made)
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    with pytest.raises(Refused, match="退回的原因") as found:
        decide.give_back(act, scope, entry.id, entry.version, " ")
    assert found.value.field == "reason"
    with pytest.raises(Refused, match="最多 500 个字"):
        decide.give_back(act, scope, entry.id, entry.version, "长" * 501)
    give_back(session, made, entry)
    assert (entry.state, entry.return_reason) == ("returned", "照片太暗")


def test_a_verified_entry_can_still_be_returned(session: Session, made: Office) -> None:
    entry = verify(session, made, visit(session, made))
    give_back(session, made, entry, "supervisor2")
    assert (entry.state, entry.verifier_id, entry.verified_at) == ("returned", None, None)


def test_nobody_decides_on_own_work_or_for_the_other_side(session: Session, made: Office) -> None:
    own = call(session, made)
    with pytest.raises(Refused, match="由另一人审核"):
        verify(session, made, own)
    assert verify(session, made, own, "supervisor2").state == "verified"
    entry = visit(session, made)
    for who in ("field_staff2", "project_manager", "deputy_head", "finance"):
        with pytest.raises(Refused, match="没有审核"):
            verify(session, made, entry, who)


def test_the_permission_alone_does_not_make_a_person_of_the_buyer(session: Session, made: Office) -> None:
    """A role that either side may hold gives a supplier's person no say, and an outsider none in the buyer's ledgers."""
    verifier = roles.role(session, Permission.ENTRY_VERIFY)
    supplier = people.account(session, organisation=made.contract.supplier)
    outsider = people.account(session)
    for person in (supplier, outsider):
        roles.membership(session, made.contract, person, verifier)
    session.commit()
    entry, own = visit(session, made), call(session, made)
    with pytest.raises(Refused, match="供应商的人不能审核"):
        decide.verify(act_of(session, supplier), made.scope(session), entry.id, entry.version)
    with pytest.raises(Refused, match="须由采购人的另一人"):
        decide.verify(act_of(session, outsider), made.scope(session), own.id, own.version)
    assert decide.verify(act_of(session, outsider), made.scope(session), entry.id, entry.version).state == "verified"


def test_evidence_that_is_missing_stands_in_the_way_of_passing_alone(session: Session, made: Office) -> None:
    entry = visit(session, made, files={}, send=False)
    entry.state = EntryState.SUBMITTED.value
    session.commit()
    with pytest.raises(Refused, match="应有现场照片1份，现有0份，不能通过"):
        verify(session, made, entry)
    assert give_back(session, made, entry).state == "returned"


def test_the_second_of_two_is_told(session: Session, made: Office) -> None:
    entry = visit(session, made)
    session.commit()
    seen = entry.version
    verify(session, made, entry)
    session.commit()
    with pytest.raises(Stale) as found:
        decide.give_back(act_of(session, made["supervisor2"]), made.scope(session), entry.id, seen, "照片太暗")
    assert found.value.entry.state == "verified"
    assert deeds(session, entry)[-1] == "verified"


def test_the_internal_check_is_the_suppliers(session: Session, made: Office) -> None:
    made.contract.internal_check = True
    session.commit()
    entry, scope = visit(session, made), made.scope(session)
    assert entry.state == "to_check"
    with pytest.raises(Refused, match="没有复核"):
        decide.check(act_of(session, made["supervisor"]), scope, entry.id, entry.version, fine=True)
    CLOCK.forward(days=1)
    decide.check(act_of(session, made["project_manager"]), scope, entry.id, entry.version, fine=True)
    assert (entry.state, entry.submitted_at) == ("submitted", CLOCK.now), "the supervisor's time begins only now"
    assert deeds(session, entry) == ["entered", "sent", "checked"]
    other = visit(session, made)
    decide.check(act_of(session, made["project_manager"]), scope, other.id, other.version, fine=False, reason="缺地点")
    assert (other.state, other.return_reason, deeds(session, other)[-1]) == ("returned", "缺地点", "sent_back")


# -- taking back --------------------------------------------------------------------------------


def test_a_decision_is_taken_back_as_a_deed(session: Session, made: Office) -> None:
    entry = verify(session, made, visit(session, made))
    take_back(session, made, entry)
    session.commit()
    session.refresh(entry)
    assert (entry.state, entry.verifier_id, entry.version) == ("submitted", None, 3)
    assert deeds(session, entry)[-2:] == ["verified", "reopened"]
    assert recorded(session)[-1] == "entry.reopened"
    give_back(session, made, entry)
    take_back(session, made, entry)
    assert (entry.state, entry.return_reason) == ("submitted", "")


def test_taking_a_return_back_restores_who_had_verified(session: Session, made: Office) -> None:
    entry = verify(session, made, visit(session, made), "supervisor2")
    before = (entry.verifier_id, entry.verified_at)
    CLOCK.forward(hours=1)
    give_back(session, made, entry)
    take_back(session, made, entry)
    assert entry.state == "verified"
    assert (entry.verifier_id, entry.verified_at) == before


def test_only_ones_own_untouched_decision_of_today(session: Session, made: Office) -> None:
    entry = verify(session, made, visit(session, made))
    with pytest.raises(Refused, match="别人处理过"):
        take_back(session, made, entry, "supervisor2")
    CLOCK.forward(days=1)
    with pytest.raises(Refused, match="今天自己"):
        take_back(session, made, entry)
    other = news(session, made)
    give_back(session, made, other)
    raw = {"date": "2026-03-04", "channels": ["抖音"]}
    write.change(act_of(session, made["field_staff"]), made.scope(session), other.id, other.version, Typed(raw))
    with pytest.raises(Refused, match="别人处理过"):
        take_back(session, made, other)


def test_an_internal_check_is_taken_back_until_the_supervisor_has_decided(session: Session, made: Office) -> None:
    made.contract.internal_check = True
    session.commit()
    entry, scope, manager = visit(session, made), made.scope(session), act_of(session, made["project_manager"])
    decide.check(manager, scope, entry.id, entry.version, fine=True)
    undo.take_back(manager, scope, CHECK, entry.id, entry.version)
    assert entry.state == "to_check"
    decide.check(manager, scope, entry.id, entry.version, fine=True)
    verify(session, made, entry)
    with pytest.raises(Refused, match="别人处理过"):
        undo.take_back(manager, scope, CHECK, entry.id, entry.version)


def test_a_locked_day_is_not_decided_on_and_not_taken_back(session: Session, made: Office) -> None:
    entry, waiting = verify(session, made, visit(session, made)), visit(session, made)
    span = Span(date(2026, 3, 1), date(2026, 3, 4), None, "二月考核已签字")
    locking.lock(act_of(session, made["supervisor2"]), made.scope(session), span)
    for use in (
        lambda: take_back(session, made, entry), lambda: give_back(session, made, entry),
        lambda: verify(session, made, waiting), lambda: give_back(session, made, waiting),
    ):  # fmt: skip
        with pytest.raises(Refused, match=r"已锁定.*二月考核已签字"):
            use()
