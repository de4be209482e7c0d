"""What waits at somebody, over all contracts they belong to: each question is one query, however many there are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.terms import BatchState, EntryState
from app.store.ledger_listing import CONTESTED, MARK
from app.store.models import (
    ColumnMapping,
    EntryDraft,
    EntryKey,
    ImportBatch,
    LedgerEntry,
    NumberSequence,
    OpeningRecord,
    PeriodUnlock,
    RosterEntry,
    RulebookText,
    SettingAnswer,
    UserAccount,
)

Ids = Collection[int]
S = EntryState
#: Of a person's own latest entries, per contract and state, that say which ledgers they use most.
RECENT = 200
#: A ledger's entry makes a window kept in these states; drafts and what was withdrawn do not.
MADE = (S.TO_CHECK.value, S.SUBMITTED.value, S.VERIFIED.value, S.RETURNED.value)


class Open(NamedTuple):
    """Entries of a ledger in a state that somebody still has to do something about.

    `own`: made by this person; `oldest` and `overdue` are about the others'.
    """

    contract_id: int
    ledger: str
    state: str
    number: int
    own: int
    oldest: datetime | None
    overdue: int


class Own(NamedTuple):
    """One of a person's own latest entries. `fields` only where it is of the day that was asked for."""

    id: int
    contract_id: int
    ledger: str
    number: int
    business_date: date
    state: str
    nil: bool
    reason: str
    fields: dict[str, Any] | None


# -- rulebooks ------------------------------------------------------------------------------------


def texts(session: Session, ids: Ids) -> dict[int, str]:
    """Rulebook texts by id."""
    query = sa.select(RulebookText.id, RulebookText.text).where(RulebookText.id.in_(ids))
    return dict(session.execute(query).tuples().all()) if ids else {}


def answers(session: Session, ids: Ids) -> dict[int, list[tuple[str, Any]]]:
    """Every revision of every answer by contract, the oldest first."""
    query = (
        sa.select(SettingAnswer.contract_id, SettingAnswer.assumption, SettingAnswer.answer)
        .where(SettingAnswer.contract_id.in_(ids))
        .order_by(SettingAnswer.revision)
    )
    found: dict[int, list[tuple[str, Any]]] = {}
    for contract_id, name, answer in session.execute(query) if ids else ():
        found.setdefault(contract_id, []).append((name, answer["value"]))
    return found


# -- entries that wait ----------------------------------------------------------------------------


def open_entries(
    session: Session, trials: Mapping[int, bool], user_id: int, cutoffs: Mapping[int, datetime]
) -> list[Open]:
    """What waits, by contract, ledger and state. `trials`: whether the contract practises; `cutoffs`: what was
    submitted earlier is overdue.
    """
    if not trials:
        return []
    row = LedgerEntry
    practises = sa.case(dict(trials), value=row.contract_id, else_=False)
    cutoff = sa.case(
        {key: sa.literal(at, row.submitted_at.type) for key, at in cutoffs.items()}, value=row.contract_id, else_=None
    )
    query = (
        sa.select(
            row.contract_id, row.ledger, row.state, sa.func.count(),
            sa.func.sum(sa.case((row.author_id == user_id, 1), else_=0)),
            sa.func.min(sa.case((row.author_id != user_id, row.submitted_at), else_=None)),
            sa.func.sum(sa.case((sa.and_(row.submitted_at < cutoff, row.author_id != user_id), 1), else_=0)),
        )
        .where(
            row.contract_id.in_(trials), row.trial == practises,
            row.state.in_([S.TO_CHECK.value, S.SUBMITTED.value, S.RETURNED.value, S.DRAFT.value]),
        )
        .group_by(row.contract_id, row.ledger, row.state)
    )  # fmt: skip
    return [Open(*found) for found in session.execute(query)]


def unsaved(session: Session, ids: Ids, user_id: int) -> list[tuple[int, str, int | None, datetime]]:
    """What the person typed and has not saved: contract, ledger, entry (None: a new one), when."""
    query = (
        sa.select(EntryDraft.contract_id, EntryDraft.ledger, EntryDraft.entry_id, EntryDraft.saved_at)
        .where(EntryDraft.contract_id.in_(ids), EntryDraft.user_id == user_id)
        .order_by(EntryDraft.saved_at.desc())
    )
    return list(session.execute(query).tuples().all()) if ids else []


# -- what a person does every day -----------------------------------------------------------------


def latest_own(ids: Ids, user_id: int) -> list[sa.Select[tuple[int]]]:
    """Ids of the person's latest entries, per contract and state: so many, however many there are in all."""
    row = LedgerEntry
    return [
        sa.select(
            sa.select(row.id)
            .where(row.contract_id == contract_id, row.author_id == user_id, row.state == state.value)
            .order_by(row.id.desc()).limit(RECENT).subquery().c.id
        )
        for contract_id in ids for state in EntryState if state is not S.WITHDRAWN
    ]  # fmt: skip


def own(session: Session, ids: Ids, user_id: int, day: date) -> list[Own]:
    """The person's latest entries in these contracts, the oldest first, with the fields of those of the day."""
    parts = latest_own(ids, user_id)
    if not parts:
        return []
    row = LedgerEntry
    fields = sa.type_coerce(sa.case((row.business_date == day, row.fields), else_=None), sa.JSON())
    query = sa.select(
        row.id, row.contract_id, row.ledger, row.number, row.business_date, row.state, row.nil, row.return_reason, fields
    ).where(row.id.in_(sa.union_all(*parts)))
    return [Own(*found) for found in session.execute(query.order_by(row.id))]


def latest_days(session: Session, trials: Mapping[int, bool], today: date) -> dict[tuple[int, str], date]:
    """The latest business date up to today that has an entry (or a nil return), by contract and ledger."""
    row = LedgerEntry
    practises = sa.case(dict(trials), value=NumberSequence.contract_id, else_=False)
    latest = (
        sa.select(row.business_date)
        .where(
            row.contract_id == NumberSequence.contract_id, row.ledger == NumberSequence.ledger,
            row.business_date <= today, row.state.in_(MADE), row.trial == practises,
        )
        .order_by(row.business_date.desc(), row.id.desc()).limit(1).scalar_subquery()
    )  # fmt: skip
    query = sa.select(NumberSequence.contract_id, NumberSequence.ledger, latest).where(
        NumberSequence.contract_id.in_(trials)
    )
    rows = session.execute(query) if trials else ()
    return {(contract_id, ledger): day for contract_id, ledger, day in rows if day is not None}


# -- reminders ------------------------------------------------------------------------------------


def dated(
    session: Session, contract_id: int, ledger: str, field: str | None, span: tuple[date, date], trial: bool, size: int
) -> list[tuple[int, int, date, dict[str, Any]]]:
    """Entries with a date inside the span: id, number, the date, fields. `field` None: the business date."""
    row = LedgerEntry
    day: Any = row.business_date if field is None else row.fields[field].as_string()
    first, last = span if field is None else (span[0].isoformat(), span[1].isoformat())
    query = (
        sa.select(row.id, row.number, day, row.fields)
        .where(
            row.contract_id == contract_id, row.ledger == ledger, row.trial.is_(trial), row.nil.is_(False),
            row.state.in_(MADE), day >= first, day <= last,
        )
        .order_by(day, row.id).limit(size)
    )  # fmt: skip
    rows = session.execute(query)
    return [(key, number, at if isinstance(at, date) else date.fromisoformat(at), fields) for key, number, at, fields in rows]


def acted(
    session: Session, contract_id: int, ledger: str, reference: str, values: Collection[str], action: str
) -> set[tuple[str, str]]:
    """(referred to, action) of entries of a ledger that refer to these values: what was done about them."""
    if not values:
        return set()
    refers, does = sa.orm.aliased(EntryKey), sa.orm.aliased(EntryKey)
    query = (
        sa.select(refers.value, does.value)
        .join(does, sa.and_(does.contract_id == refers.contract_id, does.entry_id == refers.entry_id, does.field == action))
        .where(
            refers.contract_id == contract_id, refers.ledger == ledger, refers.field == reference,
            refers.value.in_(values),
        )
    )  # fmt: skip
    return set(session.execute(query).tuples().all())


# -- papers, unlocks, opening records, imports ----------------------------------------------------


def second_person(
    session: Session, trials: Mapping[int, bool], buyer_ledgers: Mapping[int, Sequence[str]], user_id: int
) -> dict[tuple[str, int], int]:
    """What waits for an answer by a second person, by kind and contract: `contested` entries of the buyer's ledgers,
    `unlocks` that somebody else asked for, `openings` that somebody else entered.
    """
    asked = [
        sa.and_(EntryKey.contract_id == contract_id, EntryKey.ledger.in_(names))
        for contract_id, names in buyer_ledgers.items() if names
    ]  # fmt: skip
    count = sa.func.count()
    unlocks = sa.select(sa.literal("unlocks"), PeriodUnlock.contract_id, count).where(
        PeriodUnlock.contract_id.in_(trials), PeriodUnlock.agreed_at.is_(None), PeriodUnlock.refused_at.is_(None),
        PeriodUnlock.ended_at.is_(None), PeriodUnlock.asked_by != user_id,
    )  # fmt: skip
    openings = sa.select(sa.literal("openings"), OpeningRecord.contract_id, count).where(
        OpeningRecord.contract_id.in_(trials), OpeningRecord.confirmed_at.is_(None),
        OpeningRecord.withdrawn_at.is_(None), OpeningRecord.entered_by != user_id,
    )  # fmt: skip
    parts = [unlocks.group_by(PeriodUnlock.contract_id), openings.group_by(OpeningRecord.contract_id)]
    if asked:
        practises = sa.case(dict(trials), value=EntryKey.contract_id, else_=False)
        contested = (
            sa.select(sa.literal("contested"), EntryKey.contract_id, count)
            .join(LedgerEntry, LedgerEntry.id == EntryKey.entry_id)
            .where(
                sa.or_(*asked), EntryKey.field == MARK, EntryKey.value == CONTESTED,
                LedgerEntry.contested.is_(True), LedgerEntry.trial == practises,
            )
        )  # fmt: skip
        parts.append(contested.group_by(EntryKey.contract_id))
    rows = session.execute(sa.union_all(*parts)) if trials else ()
    return {(kind, contract_id): number for kind, contract_id, number in rows}


def unsigned(session: Session, ids: Ids) -> dict[int, list[str]]:
    """Present staff without a confidentiality agreement on file, by contract."""
    query = (
        sa.select(RosterEntry.contract_id, UserAccount.display_name)
        .join(UserAccount, UserAccount.id == RosterEntry.user_id)
        .where(
            RosterEntry.contract_id.in_(ids), RosterEntry.left_on.is_(None),
            RosterEntry.confidentiality_signed.is_(False),
        )
        .order_by(RosterEntry.contract_id, RosterEntry.id)
    )  # fmt: skip
    found: dict[int, list[str]] = {}
    for contract_id, name in session.execute(query) if ids else ():
        found.setdefault(contract_id, []).append(name)
    return found


def last_imports(session: Session, ids: Ids) -> list[tuple[int, str, str, datetime]]:
    """Each platform whose own exports were taken in: contract, ledger, the mapping's name, when that was last."""
    last = sa.func.max(ImportBatch.imported_at)
    query = (
        sa.select(ColumnMapping.contract_id, ColumnMapping.ledger, ColumnMapping.name, ColumnMapping.columns, last)
        .join(
            ImportBatch,
            sa.and_(
                ImportBatch.contract_id == ColumnMapping.contract_id, ImportBatch.mapping_id == ColumnMapping.id,
                ImportBatch.state == BatchState.IMPORTED.value,
            ),
        )
        .where(ColumnMapping.contract_id.in_(ids))
        .group_by(ColumnMapping.id)
        .order_by(ColumnMapping.contract_id, ColumnMapping.name)
    )  # fmt: skip
    rows = session.execute(query) if ids else ()
    return [(owner, ledger, name, at) for owner, ledger, name, columns, at in rows if columns.get("trace")]
