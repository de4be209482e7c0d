"""Rounds of spot checks: the list they are drawn from, the rounds themselves, what was found at each entry."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, defer, joinedload, undefer

from app.store.models import LedgerEntry, SpotCheck, SpotRound, UserAccount

__all__ = ["SpotCheck", "SpotRound"]

#: Long columns that a list of rounds does without.
LONG = (SpotRound.drawn, SpotRound.sealed_seed)


class Member(NamedTuple):
    """One entry of the list that is drawn from."""

    id: int
    number: int
    version: int
    outlet_id: int | None
    author: str
    fields: dict[str, Any]


@dataclass(frozen=True)
class Frame:
    """What is drawn from: days, states, and what narrows it."""

    ledger: str
    from_on: date
    until_on: date
    states: tuple[str, ...]
    outlets: tuple[int, ...] = ()
    author_id: int | None = None


@dataclass(frozen=True)
class Rounds:
    """The rounds of one contract. Every query is bound to it."""

    session: Session
    contract_id: int

    def members(self, frame: Frame, most: int) -> Sequence[Member]:
        """The entries that fit, by number; trial entries and nil returns are never drawn."""
        entry = LedgerEntry
        query = (
            sa.select(entry.id, entry.number, entry.version, entry.outlet_id, UserAccount.display_name, entry.fields)
            .join(UserAccount, UserAccount.id == entry.author_id)
            .where(
                entry.contract_id == self.contract_id, entry.ledger == frame.ledger, entry.state.in_(frame.states),
                entry.business_date >= frame.from_on, entry.business_date <= frame.until_on,
                entry.trial.is_(False), entry.nil.is_(False),
            )
        )  # fmt: skip
        if frame.outlets:
            query = query.where(entry.outlet_id.in_(frame.outlets))
        if frame.author_id is not None:
            query = query.where(entry.author_id == frame.author_id)
        rows = self.session.execute(query.order_by(entry.number).limit(most))
        return [Member(*row) for row in rows]

    def counted(self, frame: Frame) -> int:
        """How many entries the frame holds."""
        entry = LedgerEntry
        query = sa.select(sa.func.count()).where(
            entry.contract_id == self.contract_id, entry.ledger == frame.ledger, entry.state.in_(frame.states),
            entry.business_date >= frame.from_on, entry.business_date <= frame.until_on,
            entry.trial.is_(False), entry.nil.is_(False),
        )  # fmt: skip
        return self.session.scalar(query) or 0

    def add(self, row: SpotRound) -> SpotRound:
        row.contract_id = self.contract_id
        self.session.add(row)
        self.session.flush()
        return row

    def find(self, round_id: int, *, listing: bool = False, hold: bool = False) -> SpotRound | None:
        """A round with who did what; `listing`: with the list it was drawn from; `hold`: nobody else changes it."""
        query = sa.select(SpotRound).where(SpotRound.contract_id == self.contract_id, SpotRound.id == round_id)
        if listing:
            query = query.options(undefer(SpotRound.listing))
        if hold:
            query = query.with_for_update().execution_options(populate_existing=True)
            return self.session.scalars(query).one_or_none()
        people = (SpotRound.committer, SpotRound.drawer, SpotRound.concluder)
        return self.session.scalars(query.options(*map(joinedload, people))).one_or_none()

    def numbered(self, number: int) -> SpotRound | None:
        """The round of this number."""
        query = sa.select(SpotRound).where(SpotRound.contract_id == self.contract_id, SpotRound.number == number)
        return self.session.scalars(query).one_or_none()

    def register(self, size: int = 200) -> Sequence[SpotRound]:
        """Rounds, the newest first."""
        query = sa.select(SpotRound).where(SpotRound.contract_id == self.contract_id)
        query = query.options(joinedload(SpotRound.committer), *(defer(column) for column in LONG))
        return self.session.scalars(query.order_by(SpotRound.id.desc()).limit(size)).all()

    def over(self, ledger: str, from_on: date, until_on: date) -> Sequence[SpotRound]:
        """Rounds over the same ledger whose days overlap, the newest first."""
        query = sa.select(SpotRound).where(
            SpotRound.contract_id == self.contract_id, SpotRound.ledger == ledger,
            SpotRound.from_on <= until_on, SpotRound.until_on >= from_on,
        )  # fmt: skip
        return self.session.scalars(query.order_by(SpotRound.id.desc())).all()

    def repeated(self, round_id: int) -> Sequence[SpotRound]:
        """Rounds that name this one as the earlier."""
        query = sa.select(SpotRound).where(
            SpotRound.contract_id == self.contract_id, SpotRound.repeats_id == round_id
        )
        return self.session.scalars(query.order_by(SpotRound.id)).all()

    def told(self, from_on: date, until_on: date) -> Sequence[tuple[SpotRound, int | None, str | None]]:
        """Drawn rounds that touch these days, each with every entry and outcome found so far, oldest first."""
        query = (
            sa.select(SpotRound, SpotCheck.entry_id, SpotCheck.outcome)
            .outerjoin(
                SpotCheck, sa.and_(SpotCheck.contract_id == SpotRound.contract_id, SpotCheck.round_id == SpotRound.id)
            )
            .where(
                SpotRound.contract_id == self.contract_id, SpotRound.drawn_at.is_not(None),
                SpotRound.from_on <= until_on, SpotRound.until_on >= from_on,
            )
            .options(*(defer(column) for column in LONG))
        )  # fmt: skip
        return [tuple(row) for row in self.session.execute(query.order_by(SpotRound.id, SpotCheck.id))]

    def checks(self, round_ids: Collection[int]) -> Sequence[SpotCheck]:
        """What was found in these rounds, oldest first, with who looked."""
        if not round_ids:
            return []
        query = sa.select(SpotCheck).where(
            SpotCheck.contract_id == self.contract_id, SpotCheck.round_id.in_(round_ids)
        )
        query = query.options(joinedload(SpotCheck.checker), joinedload(SpotCheck.second))
        return self.session.scalars(query.order_by(SpotCheck.id)).all()
