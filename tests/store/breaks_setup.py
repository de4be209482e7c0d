"""Rows that break what must hold of set-ups: versions, opening records, calendars, settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from tests.factories import organisations, people, setups
from tests.factories.ground import START
from tests.factories.office import evidence_file

EARLY = date(2025, 1, 1)


def version(s: Session, times: int = 1, **given: object) -> None:
    contract, user = organisations.contract(s), people.account(s)
    for _ in range(times):
        setups.version(s, contract, user, **given)


def opening(s: Session, **given: object) -> None:
    setups.opening(s, organisations.contract(s), people.account(s), **given)


def own_confirmation(s: Session) -> None:
    user = people.account(s)
    setups.opening(s, organisations.contract(s), user, confirmed_by=user.id, confirmed_at=START)


def foreign_scan(s: Session) -> None:
    own, other, user = organisations.contract(s), organisations.contract(s), people.account(s)
    setups.opening(s, own, user, file_id=evidence_file(s, other, user).id)


def same_table(s: Session) -> None:
    user = people.account(s)
    for _ in range(2):
        setups.calendar_text(s, user)


def proposed_by_somebody(s: Session) -> None:
    user = people.account(s)
    setups.version(s, organisations.contract(s), user, proposed_by=user.id)


def adopted_by_nobody_at_some_time(s: Session) -> None:
    user = people.account(s)
    given = {"proposed_by": user.id, "proposed_at": START, "adopted_at": None}
    setups.version(s, organisations.contract(s), user, **given)


BREAKS: dict[str, Callable[[Session], object]] = {
    "ck_contract_entry_days": lambda s: organisations.contract(s, entry_days=-1),
    "ck_contract_history_days": lambda s: organisations.contract(s, history_days=0),
    "ck_contract_rulebook_revision": lambda s: version(s, revision=0),
    "ck_contract_rulebook_reason": lambda s: version(s, reason=""),
    "ck_contract_rulebook_adopted": adopted_by_nobody_at_some_time,
    "ck_contract_rulebook_proposed": proposed_by_somebody,
    "ck_contract_rulebook_by_somebody": lambda s: version(s, adopted_by=None, adopted_at=None),
    "uq_contract_rulebook_contract_id_revision": lambda s: version(s, times=2),
    "ck_opening_record_kind": lambda s: opening(s, kind="gossip"),
    "ck_opening_record_period": lambda s: opening(s, until_on=EARLY),
    "ck_opening_record_amount": lambda s: opening(s, kind="payment"),
    "ck_opening_record_score": lambda s: opening(s, score=None),
    "ck_opening_record_two_people": own_confirmation,
    "fk_opening_record_contract_id_file_id": foreign_scan,
    "uq_calendar_text_year_revision": same_table,
}
