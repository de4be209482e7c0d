"""What a contract is set up with: versions of its rulebook, answers with their history, opening records."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.security.permissions import Permission, known
from app.store.models import (
    CalendarText,
    ContractRulebook,
    EvidenceFile,
    LedgerEntry,
    Membership,
    OpeningRecord,
    Role,
    RulebookText,
    SettingAnswer,
    UserAccount,
)

#: More entries than that are “more than that” on a page; a million are not counted for it.
MOST_COUNTED = 1001

__all__ = ["CalendarText", "ContractRulebook", "OpeningRecord", "RulebookText", "SettingAnswer"]


# -- versions of the rulebook -------------------------------------------------------------------


def every_version(session: Session, contract_id: int) -> Sequence[ContractRulebook]:
    """All versions, the newest first: adopted, only proposed, and dropped ones."""
    query = (
        sa.select(ContractRulebook)
        .where(ContractRulebook.contract_id == contract_id)
        .options(
            joinedload(ContractRulebook.text),
            joinedload(ContractRulebook.proposer),
            joinedload(ContractRulebook.adopter),
        )
        .order_by(ContractRulebook.revision.desc())
    )
    return session.scalars(query).all()


def version(
    session: Session, contract_id: int, version_id: int, *, to_change: bool = False
) -> ContractRulebook | None:
    """A version of this contract; `to_change` makes whoever changes it too wait, and reads it afresh."""
    query = (
        sa.select(ContractRulebook)
        .where(ContractRulebook.contract_id == contract_id, ContractRulebook.id == version_id)
        .options(joinedload(ContractRulebook.text))
    )
    if to_change:
        query = query.with_for_update(of=ContractRulebook).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def next_revision(session: Session, contract_id: int) -> int:
    """The number of the next version; dropped ones keep theirs."""
    query = sa.select(sa.func.max(ContractRulebook.revision)).where(ContractRulebook.contract_id == contract_id)
    return (session.scalar(query) or 0) + 1


def add_version(session: Session, row: ContractRulebook) -> ContractRulebook:
    session.add(row)
    session.flush()
    return row


# -- answers ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Given:
    """One revision of an answer. `value` as JSON holds it; `text_id`: the rulebook that asked.

    `levels`: the members were the outlets of these levels.
    """

    assumption: str
    revision: int
    value: Any
    default: bool
    text_id: int | None
    reason: str
    by: str
    at: datetime
    levels: tuple[str, ...] = ()


def answers(session: Session, contract_id: int, assumption: str | None = None) -> list[Given]:
    """Every revision of every answer (or of one), the oldest first."""
    query = (
        sa.select(SettingAnswer, UserAccount.display_name)
        .join(UserAccount, SettingAnswer.answered_by == UserAccount.id)
        .where(SettingAnswer.contract_id == contract_id)
        .order_by(SettingAnswer.assumption, SettingAnswer.revision)
    )
    if assumption is not None:
        query = query.where(SettingAnswer.assumption == assumption)
    return [
        Given(
            row.assumption, row.revision, row.answer["value"], bool(row.answer.get("default")),
            row.answer.get("rulebook"), row.reason, name, row.answered_at, tuple(row.answer.get("levels", ())),
        )
        for row, name in session.execute(query)
    ]  # fmt: skip


def add_answer(session: Session, row: SettingAnswer) -> SettingAnswer:
    """Adds the next revision; the earlier ones stay."""
    newest = sa.select(sa.func.max(SettingAnswer.revision)).where(
        SettingAnswer.contract_id == row.contract_id, SettingAnswer.assumption == row.assumption
    )
    row.revision = (session.scalar(newest) or 0) + 1
    session.add(row)
    session.flush()
    return row


def answered_values(session: Session, contract_id: int) -> list[tuple[str, Any]]:
    """Name and value of every revision of every answer, the oldest first."""
    query = (
        sa.select(SettingAnswer.assumption, SettingAnswer.answer)
        .where(SettingAnswer.contract_id == contract_id)
        .order_by(SettingAnswer.revision)
    )
    return [(name, answer["value"]) for name, answer in session.execute(query)]


# -- people, entries ----------------------------------------------------------------------------


def holders(session: Session, contract_id: int, day: date) -> list[tuple[str, frozenset[Permission]]]:
    """Who holds which permissions in the contract on the day or later, one line a membership."""
    query = (
        sa.select(UserAccount.display_name, Role.permissions)
        .join(Membership, Membership.user_id == UserAccount.id)
        .join(Role, Membership.role_id == Role.id)
        .where(
            Membership.contract_id == contract_id,
            sa.or_(Membership.until_on.is_(None), Membership.until_on >= day),
            UserAccount.disabled_at.is_(None),
        )
        .order_by(Membership.id)
    )
    return [(name, known(permissions)) for name, permissions in session.execute(query)]


def members_from(session: Session, contract_id: int, organisation_id: int, day: date) -> bool:
    """Whether somebody of the organisation is a member of the contract on the day or later."""
    query = (
        sa.select(Membership.id)
        .join(UserAccount, Membership.user_id == UserAccount.id)
        .where(
            Membership.contract_id == contract_id,
            UserAccount.organisation_id == organisation_id,
            sa.or_(Membership.until_on.is_(None), Membership.until_on >= day),
        )
    )
    return session.scalars(query.limit(1)).first() is not None


def entries(session: Session, contract_id: int) -> dict[bool, int]:
    """How many entries there are, counted up to MOST_COUNTED: trial ones under True, those that count under False."""

    def some(*, trial: bool) -> sa.ScalarSelect[int]:
        found = sa.select(LedgerEntry.id).where(LedgerEntry.contract_id == contract_id, LedgerEntry.trial.is_(trial))
        return sa.select(sa.func.count()).select_from(found.limit(MOST_COUNTED).subquery()).scalar_subquery()

    trials, counting = session.execute(sa.select(some(trial=True), some(trial=False))).one()
    return {True: trials, False: counting}


# -- opening records ----------------------------------------------------------------------------


def openings(session: Session, contract_id: int) -> Sequence[OpeningRecord]:
    """Opening records by the period they are about."""
    query = (
        sa.select(OpeningRecord)
        .where(OpeningRecord.contract_id == contract_id)
        .options(joinedload(OpeningRecord.enterer), joinedload(OpeningRecord.confirmer))
        .order_by(OpeningRecord.from_on, OpeningRecord.id)
    )
    return session.scalars(query).all()


def opening(
    session: Session, contract_id: int, opening_id: int, *, to_change: bool = False
) -> OpeningRecord | None:
    """An opening record of this contract; `to_change` as for a version."""
    query = sa.select(OpeningRecord).where(
        OpeningRecord.contract_id == contract_id, OpeningRecord.id == opening_id
    )
    if to_change:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def add_opening(session: Session, row: OpeningRecord) -> OpeningRecord:
    session.add(row)
    session.flush()
    return row


def files(session: Session, contract_id: int, ids: Collection[int]) -> dict[int, str]:
    """Names of those evidence files of the contract that are there."""
    query = sa.select(EvidenceFile.id, EvidenceFile.name).where(
        EvidenceFile.contract_id == contract_id, EvidenceFile.id.in_(ids)
    )
    return {row.id: row.name for row in session.execute(query)} if ids else {}


# -- calendars ----------------------------------------------------------------------------------


def calendar_texts(session: Session) -> Sequence[tuple[CalendarText, str]]:
    """Every imported table with who imported it: by year, the newest revision first."""
    query = (
        sa.select(CalendarText, UserAccount.display_name)
        .join(UserAccount, CalendarText.imported_by == UserAccount.id)
        .order_by(CalendarText.year, CalendarText.revision.desc())
    )
    return [(row, name) for row, name in session.execute(query)]


def add_calendar(session: Session, row: CalendarText) -> CalendarText:
    """Adds the next revision of a year's table."""
    newest = sa.select(sa.func.max(CalendarText.revision)).where(CalendarText.year == row.year)
    row.revision = (session.scalar(newest) or 0) + 1
    session.add(row)
    session.flush()
    return row
