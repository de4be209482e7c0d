"""Organisations, contracts, and the one way to what belongs to a contract: its scope."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, joinedload

from app.security.terms import OrganisationKind
from app.store.models import (
    ApprovalChain,
    ApprovalStep,
    Contract,
    Delegation,
    Membership,
    NumberSequence,
    Organisation,
    Outlet,
    RosterEntry,
    RulebookText,
    SettingAnswer,
)
from app.store.of_contract import OfContract

__all__ = [
    "ApprovalChain",
    "ApprovalStep",
    "Contract",
    "Delegation",
    "Membership",
    "Organisation",
    "Outlet",
    "RosterEntry",
    "SettingAnswer",
]

INSERT: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def organisations(session: Session, kind: OrganisationKind | None = None) -> Sequence[Organisation]:
    query = sa.select(Organisation).order_by(Organisation.kind, Organisation.name)
    if kind is not None:
        query = query.where(Organisation.kind == kind.value)
    return session.scalars(query).all()


def organisation_by_id(session: Session, organisation_id: int) -> Organisation | None:
    return session.get(Organisation, organisation_id)


def organisation_taken(session: Session, name: str, credit_code: str | None) -> bool:
    same = Organisation.name == name
    if credit_code is not None:
        same = sa.or_(same, Organisation.credit_code == credit_code)
    return session.scalar(sa.select(sa.exists().where(same))) or False


def contracts(session: Session, only: Collection[int] | None) -> Sequence[Contract]:
    """Contracts by code; `only` these, or all where None."""
    query = sa.select(Contract).options(joinedload(Contract.buyer), joinedload(Contract.supplier))
    if only is not None:
        query = query.where(Contract.id.in_(only))
    return session.scalars(query.order_by(Contract.code)).all()


def code_taken(session: Session, code: str) -> bool:
    return session.scalar(sa.select(sa.exists().where(Contract.code == code))) or False


def keep_rulebook(session: Session, text: str, now: datetime) -> RulebookText:
    """The stored text with this content; the same text is stored once."""
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    found = session.scalars(sa.select(RulebookText).where(RulebookText.sha256 == sha256)).one_or_none()
    if found is None:
        found = RulebookText(sha256=sha256, text=text, created_at=now)
        session.add(found)
        session.flush()
    return found


#: Hashes of rulebook texts that a session has come across, by id: a text never changes.
TEXT_HASHES = "rulebook_hashes"
_CONTRACT = (
    sa.select(Contract, RulebookText.sha256)
    .outerjoin(RulebookText, RulebookText.id == Contract.rulebook_text_id)
    .where(Contract.id == sa.bindparam("contract_id"))
)


@dataclass(frozen=True)
class ContractScope(OfContract):
    """Everything of one contract. A row of another contract is as absent as one that never was."""

    def contract(self) -> Contract | None:
        """The contract itself; asked for by every page, so prepared, and read once a session."""
        known = self.session.identity_map.get(sa.orm.util.identity_key(Contract, self.contract_id))
        if known is not None:
            return known
        row = self.session.execute(_CONTRACT, {"contract_id": self.contract_id}).one_or_none()
        if row is None:
            return None
        found: Contract = row[0]
        self.session.info[TEXT_HASHES] = {found.rulebook_text_id: row[1]}
        return found

    def members(self, day: date) -> Sequence[Membership]:
        """Memberships that are not over, by person."""
        query = (
            sa.select(Membership)
            .where(
                Membership.contract_id == self.contract_id,
                sa.or_(Membership.until_on.is_(None), Membership.until_on >= day),
            )
            .options(joinedload(Membership.user), joinedload(Membership.role))
            .order_by(Membership.user_id, Membership.id)
        )
        return self.session.scalars(query).all()

    def members_of(self, user_id: int, day: date) -> Sequence[Membership]:
        return [each for each in self.members(day) if each.user_id == user_id]

    def outlets(self) -> Sequence[Outlet]:
        """All outlets by level from the top, then name."""
        rank = sa.case({"county": 1, "township": 2}, value=Outlet.level, else_=3)
        query = sa.select(Outlet).where(Outlet.contract_id == self.contract_id)
        return self.session.scalars(query.order_by(rank, Outlet.name)).all()

    def outlet_taken(self, parent_id: int | None, name: str) -> bool:
        same = sa.and_(
            Outlet.contract_id == self.contract_id,
            Outlet.name == name,
            Outlet.parent_id == parent_id if parent_id is not None else Outlet.parent_id.is_(None),
        )
        return self.session.scalar(sa.select(sa.exists().where(same))) or False

    def roster(self) -> Sequence[RosterEntry]:
        """Present staff first, then those who left, latest first."""
        query = (
            sa.select(RosterEntry)
            .where(RosterEntry.contract_id == self.contract_id)
            .options(joinedload(RosterEntry.user))
            .order_by(RosterEntry.left_on.is_not(None), RosterEntry.left_on.desc(), RosterEntry.id)
        )
        return self.session.scalars(query).all()

    def present(self, user_id: int) -> RosterEntry | None:
        """The person's entry while they are on the roster."""
        query = sa.select(RosterEntry).where(
            RosterEntry.contract_id == self.contract_id,
            RosterEntry.user_id == user_id,
            RosterEntry.left_on.is_(None),
        )
        return self.session.scalars(query).one_or_none()

    def confidentiality_on_file(self, user_id: int, day: date) -> bool:
        """Whether the person is on the roster with a signed confidentiality agreement."""
        entry = self.present(user_id)
        signed_on = entry.confidentiality_signed_on if entry else None
        return signed_on is not None and signed_on <= day

    def delegations(self, day: date) -> Sequence[Delegation]:
        """Delegations that are neither revoked nor over."""
        query = (
            sa.select(Delegation)
            .where(
                Delegation.contract_id == self.contract_id,
                Delegation.revoked_at.is_(None),
                Delegation.until_on >= day,
            )
            .options(joinedload(Delegation.giver), joinedload(Delegation.taker))
            .order_by(Delegation.from_on, Delegation.id)
        )
        return self.session.scalars(query).all()

    def chains(self) -> Sequence[ApprovalChain]:
        query = sa.select(ApprovalChain).where(ApprovalChain.contract_id == self.contract_id)
        return self.session.scalars(query.order_by(ApprovalChain.purpose)).all()

    def chain(self, purpose: str) -> ApprovalChain | None:
        query = sa.select(ApprovalChain).where(
            ApprovalChain.contract_id == self.contract_id, ApprovalChain.purpose == purpose
        )
        return self.session.scalars(query).one_or_none()

    def answers(self) -> dict[str, SettingAnswer]:
        """The latest answer to each assumption."""
        query = sa.select(SettingAnswer).where(SettingAnswer.contract_id == self.contract_id)
        rows = self.session.scalars(query.order_by(SettingAnswer.revision))
        return {row.assumption: row for row in rows}

    def answer(self, assumption: str, value: Any, reason: str, user_id: int, now: datetime) -> SettingAnswer:
        """Adds an answer; the earlier ones stay."""
        earlier = self.answers().get(assumption)
        row = SettingAnswer(
            contract_id=self.contract_id,
            assumption=assumption,
            revision=earlier.revision + 1 if earlier else 1,
            answer={"value": value},
            reason=reason,
            answered_by=user_id,
            answered_at=now,
        )
        self.session.add(row)
        self.session.flush()
        return row

    def next_number(self, ledger: str) -> int:
        """Draws the next outside number of a ledger; two transactions never draw the same."""
        return self.next_numbers(ledger, 1)

    def next_numbers(self, ledger: str, count: int) -> int:
        """Draws `count` outside numbers of a ledger in a row; the first of them."""
        same = sa.and_(NumberSequence.contract_id == self.contract_id, NumberSequence.ledger == ledger)
        advance = sa.update(NumberSequence).where(same).values(next_number=NumberSequence.next_number + count)
        drawn = self.session.scalar(advance.returning(NumberSequence.next_number))
        if drawn is None:
            # Two may make a ledger's first entries at once: the later one waits here for the row of the other.
            insert = INSERT[self.session.get_bind().dialect.name](NumberSequence)
            begin = insert.values(contract_id=self.contract_id, ledger=ledger, next_number=1)
            self.session.execute(begin.on_conflict_do_nothing(index_elements=["contract_id", "ledger"]))
            drawn = self.session.scalar(advance.returning(NumberSequence.next_number))
        return int(drawn or 0) - count
