"""Rows that break what must hold of reviews and locks: bulk decisions, openings, spot checks, both ends of a lock."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.store.models import Contract, EntryEvent, EntryOpening, LedgerEntry, UserAccount
from tests.factories import ledgers, organisations, people, reviews
from tests.factories.ground import START


@dataclass(frozen=True)
class Ground:
    """A contract with a rulebook, an entry of one person, and another person."""

    contract: Contract
    author: UserAccount
    other: UserAccount
    entry: LedgerEntry


def ground(s: Session) -> Ground:
    contract = organisations.contract(s, rulebook_text_id=organisations.rulebook_text(s).id)
    author, other = people.account(s), people.account(s)
    return Ground(contract, author, other, ledgers.entry(s, contract, author))


def batch(s: Session, **given: object) -> None:
    at = ground(s)
    reviews.batch(s, at.contract, at.other, at.entry, **given)


def spot(s: Session, **given: object) -> None:
    at = ground(s)
    reviews.spot_check(s, at.entry, at.other, **given)


def with_oneself(s: Session) -> None:
    at = ground(s)
    reviews.spot_check(s, at.entry, at.other, way="site", second_id=at.other.id)


def lock(s: Session, **given: object) -> None:
    at = ground(s)
    reviews.lock(s, at.contract, at.other, **given)


def lifted_by_oneself(s: Session) -> None:
    at = ground(s)
    reviews.lock(s, at.contract, at.other, lifted_by=at.other.id, lifted_at=START)


def unlock(s: Session, **given: object) -> None:
    at = ground(s)
    reviews.unlock(s, reviews.lock(s, at.contract, at.other), at.author, **given)


def agreed_by_oneself(s: Session) -> None:
    at = ground(s)
    held = reviews.lock(s, at.contract, at.other)
    reviews.unlock(s, held, at.author, agreed_by=at.author.id, agreed_at=START)


def answered_twice(s: Session) -> None:
    at = ground(s)
    both = {"agreed_by": at.other.id, "agreed_at": START, "refused_by": at.other.id, "refused_at": START}
    reviews.unlock(s, reviews.lock(s, at.contract, at.other), at.author, **both)


def foreign_lock(s: Session) -> None:
    own, strange = ground(s), ground(s)
    reviews.unlock(s, reviews.lock(s, strange.contract, strange.other), own.author, contract_id=own.contract.id)


def foreign_entry(s: Session) -> None:
    own, strange = ground(s), ground(s)
    reviews.unlock(s, reviews.lock(s, own.contract, own.other), own.author, entry_id=strange.entry.id)


def foreign_opening(s: Session) -> None:
    own, strange = ground(s), ground(s)
    s.add(EntryOpening(contract_id=own.contract.id, user_id=own.other.id, entry_id=strange.entry.id, version=1, opened_at=START))
    s.flush()


def foreign_spot_check(s: Session) -> None:
    own, strange = ground(s), ground(s)
    reviews.spot_check(s, strange.entry, own.other, contract_id=own.contract.id)


def event(s: Session, at: Ground, **given: object) -> None:
    values = {"contract_id": at.contract.id, "entry_id": at.entry.id, "at": START, "deed": "verified", "version": 2}
    s.add(EntryEvent(**{**values, **given}))
    s.flush()


def foreign_event(s: Session) -> None:
    own, strange = ground(s), ground(s)
    event(s, own, entry_id=strange.entry.id)


def foreign_review(s: Session) -> None:
    own, strange = ground(s), ground(s)
    row = reviews.batch(s, strange.contract, strange.other, strange.entry)
    event(s, own, review_id=row.id)


BREAKS: dict[str, Callable[[Session], object]] = {
    "ck_contract_review_days": lambda s: organisations.contract(s, review_days=0),
    "ck_entry_event_deed": lambda s: event(s, ground(s), deed="forgotten"),
    "fk_entry_event_contract_id_entry_id": foreign_event,
    "fk_entry_event_contract_id_review_id": foreign_review,
    "fk_entry_opening_contract_id_entry_id": foreign_opening,
    "ck_review_batch_mode": lambda s: batch(s, mode="guessed"),
    "ck_review_batch_stage": lambda s: batch(s, stage="later"),
    "ck_review_batch_deed": lambda s: batch(s, deed="checked", decided_at=START),
    "ck_review_batch_decided": lambda s: batch(s, deed="verified"),
    "ck_review_batch_one_end": lambda s: batch(s, deed="verified", decided_at=START, cancelled_at=START),
    "ck_review_batch_counts": lambda s: batch(s, to_open=2),
    "ck_review_batch_each": lambda s: batch(s, mode="each", to_open=0),
    "ck_spot_check_way": lambda s: spot(s, way="dream"),
    "ck_spot_check_signature": lambda s: spot(s, signature="maybe"),
    "ck_spot_check_note": lambda s: spot(s, note=""),
    "ck_spot_check_second": lambda s: spot(s, way="site"),
    "ck_spot_check_two_people": with_oneself,
    "fk_spot_check_contract_id_entry_id": foreign_spot_check,
    "ck_period_lock_period": lambda s: lock(s, until_on=date(2025, 12, 31)),
    "ck_period_lock_reason": lambda s: lock(s, reason=""),
    "ck_period_lock_lifted": lambda s: lock(s, lifted_at=START),
    "ck_period_lock_two_people": lifted_by_oneself,
    "ck_period_unlock_reason": lambda s: unlock(s, reason=""),
    "ck_period_unlock_agreed": lambda s: unlock(s, agreed_at=START),
    "ck_period_unlock_refused": lambda s: unlock(s, refused_at=START),
    "ck_period_unlock_ended": lambda s: unlock(s, ended_at=START),
    "ck_period_unlock_one_answer": answered_twice,
    "ck_period_unlock_two_people": agreed_by_oneself,
    "fk_period_unlock_contract_id_lock_id": foreign_lock,
    "fk_period_unlock_contract_id_entry_id": foreign_entry,
}
IMPLIED = {f"uq_{table}_contract_id_id" for table in ("review_batch", "period_lock", "period_unlock")}
