"""Reports: rows, versions, files, words, history; deliverables and files (案卷); and the sealed bytes of their files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, undefer

from app.config import Settings
from app.security.money_terms import Account, PostingKind
from app.security.report_terms import ReportDeed, ReportState
from app.security.sealing import CannotOpen, Sealer
from app.security.terms import EntryState, JobState
from app.store.evidence.blobs import FolderBlobs, NoSuchBlob
from app.store.models import (
    CaseEvent,
    Contract,
    EntryEvent,
    Job,
    LedgerEntry,
    MoneyBatch,
    MoneyPosting,
    Report,
    ReportEvent,
    ReportFile,
    ReportLetter,
    ReportTemplate,
    ReportVersion,
)
from app.store.models.base import Base

__all__ = ["Report", "ReportEvent", "ReportFile", "ReportLetter", "ReportTemplate", "ReportVersion"]

FOLDER = "reports"
#: Entries that say that something happened.
CLAIMED = (EntryState.SUBMITTED.value, EntryState.VERIFIED.value)
Row = TypeVar("Row", bound=Base)


def add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


# -- reports --------------------------------------------------------------------------------------


def find(session: Session, contract_id: int, report_id: int, *, hold: bool = False) -> Report | None:
    """A report of the contract; `hold`: nobody else changes it meanwhile."""
    query = sa.select(Report).where(Report.contract_id == contract_id, Report.id == report_id)
    if hold:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()


def one_at_a_time(session: Session, contract_id: int) -> None:
    """Until the transaction ends nobody else keeps a report of the contract; entries go on being written."""
    session.execute(sa.select(Contract.id).where(Contract.id == contract_id).with_for_update(key_share=True))


def of_period(session: Session, contract_id: int, duty: str, start: date, end: date) -> Report | None:
    """The report of a duty for a period."""
    query = sa.select(Report).where(
        Report.contract_id == contract_id, Report.duty == duty, Report.from_on == start, Report.until_on == end
    )
    return session.scalars(query).one_or_none()


def labelled(session: Session, contract_id: int, duty: str, label: str) -> Report | None:
    """The report of a duty by the words of its period."""
    query = sa.select(Report).where(Report.contract_id == contract_id, Report.duty == duty, Report.label == label)
    return session.scalars(query.order_by(Report.id.desc()).limit(1)).one_or_none()


def every(
    session: Session, contract_id: int, *, since: date | None = None, until: date | None = None, duty: str = "", state: str = "",
    before: tuple[date, int] | None = None, size: int = 51,
) -> Sequence[Report]:  # fmt: skip
    """Reports of the contract, the latest period first; `before`: those after this place in that order."""
    query = sa.select(Report).where(Report.contract_id == contract_id)
    query = query.where(Report.until_on >= since) if since is not None else query
    query = query.where(Report.until_on <= until) if until is not None else query
    query = query.where(Report.duty == duty) if duty else query
    query = query.where(Report.state == state) if state else query
    if before is not None:
        query = query.where(sa.tuple_(Report.until_on, Report.id) < sa.tuple_(sa.literal(before[0]), sa.literal(before[1])))
    return session.scalars(query.order_by(Report.until_on.desc(), Report.id.desc()).limit(size)).all()


def last_until(session: Session, contract_ids: Collection[int]) -> dict[tuple[int, str], date]:
    """The last day that a report was made for, by contract and duty."""
    query = sa.select(Report.contract_id, Report.duty, sa.func.max(Report.until_on)).where(Report.contract_id.in_(contract_ids))
    return {(contract, duty): day for contract, duty, day in session.execute(query.group_by(Report.contract_id, Report.duty))}


def made_of(session: Session, contract_id: int, duties: Collection[str]) -> dict[str, list[tuple[str, date]]]:
    """(label, last day) of every report of these duties, by duty."""
    query = sa.select(Report.duty, Report.label, Report.until_on).where(Report.contract_id == contract_id, Report.duty.in_(duties))
    found: dict[str, list[tuple[str, date]]] = {}
    for duty, label, day in session.execute(query):
        found.setdefault(duty, []).append((label, day))
    return found


def last_by_field(session: Session, contract_id: int, ledger: str, field: str) -> dict[str, date]:
    """The last business date of a ledger's entries by what they say in a field; returned and withdrawn ones left out."""
    value = LedgerEntry.fields[field].as_string()
    query = sa.select(value, sa.func.max(LedgerEntry.business_date)).where(
        LedgerEntry.contract_id == contract_id, LedgerEntry.ledger == ledger, LedgerEntry.state.in_(CLAIMED),
        LedgerEntry.trial.is_(False),
    )  # fmt: skip
    return {name: day for name, day in session.execute(query.group_by(value)) if name}


def contracts(session: Session, states: Collection[str]) -> Sequence[Contract]:
    """The contracts in these states."""
    return session.scalars(sa.select(Contract).where(Contract.state.in_(states)).order_by(Contract.id)).all()


class Open(NamedTuple):
    """A report that somebody has to do something about; `state` failed: a run that failed, `title` says how."""

    contract_id: int
    id: int
    state: str
    title: str
    label: str
    due_on: date | None


def waiting(session: Session, contract_ids: Collection[int], job: str) -> list[Open]:
    """What is not accepted yet, and runs of the job that failed, in one statement; the earliest deadline first."""
    reports = sa.select(
        Report.contract_id, Report.id, Report.state, Report.title, Report.label, Report.due_on
    ).where(Report.contract_id.in_(contract_ids), Report.state != ReportState.ACCEPTED.value)
    failed = sa.select(
        Job.contract_id, Job.id, sa.literal("failed"), Job.message, sa.literal(""), sa.null()
    ).where(Job.contract_id.in_(contract_ids), Job.name == job, Job.state == JobState.FAILED.value)
    both = reports.union_all(failed).subquery()
    found = [Open(*row) for row in session.execute(sa.select(both))] if contract_ids else []
    return sorted((one._replace(due_on=_day(one.due_on)) for one in found), key=lambda one: (one.due_on or date.max, one.id))


def _day(value: Any) -> date | None:
    """A union gives a date of SQLite as its text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def entry_states(session: Session, contract_id: int, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """State and reason of return of the entries that reports became."""
    if not ids:
        return {}
    query = sa.select(LedgerEntry.id, LedgerEntry.state, LedgerEntry.return_reason).where(
        LedgerEntry.contract_id == contract_id, LedgerEntry.id.in_(ids)
    )
    return {key: (state, reason) for key, state, reason in session.execute(query)}


def failed_jobs(session: Session, name: str, contract_ids: Collection[int]) -> Sequence[Job]:
    """Runs that failed and that nobody has run again, the newest first."""
    query = sa.select(Job).where(Job.name == name, Job.contract_id.in_(contract_ids), Job.state == JobState.FAILED.value)
    return session.scalars(query.order_by(Job.id.desc()).limit(20)).all()


# -- versions -------------------------------------------------------------------------------------


def version(
    session: Session, contract_id: int, report_id: int, revision: int | None = None, *, data: bool = False
) -> ReportVersion | None:
    """A version, by default the latest; `data`: what was computed comes along."""
    query = sa.select(ReportVersion).where(ReportVersion.contract_id == contract_id, ReportVersion.report_id == report_id)
    if revision is not None:
        query = query.where(ReportVersion.revision == revision)
    if data:
        query = query.options(undefer(ReportVersion.data))
    return session.scalars(query.order_by(ReportVersion.revision.desc()).limit(1)).one_or_none()


def versions(session: Session, contract_id: int, report_id: int) -> Sequence[ReportVersion]:
    """All versions, the latest first, with who made them."""
    query = sa.select(ReportVersion).where(ReportVersion.contract_id == contract_id, ReportVersion.report_id == report_id)
    return session.scalars(query.options(joinedload(ReportVersion.maker)).order_by(ReportVersion.revision.desc())).all()


def files_of(session: Session, contract_id: int, version_ids: Collection[int]) -> dict[int, dict[str, ReportFile]]:
    """The files of versions, by version and kind."""
    query = sa.select(ReportFile).where(ReportFile.contract_id == contract_id, ReportFile.version_id.in_(version_ids))
    found: dict[int, dict[str, ReportFile]] = {}
    for row in session.scalars(query.order_by(ReportFile.kind)):
        found.setdefault(row.version_id, {})[row.kind] = row
    return found


def latest(session: Session, contract_id: int, report_ids: Collection[int]) -> dict[int, ReportVersion]:
    """The latest version of each report."""
    query = sa.select(ReportVersion).join(
        Report, sa.and_(Report.id == ReportVersion.report_id, Report.contract_id == ReportVersion.contract_id)
    )
    query = query.where(
        Report.contract_id == contract_id, Report.id.in_(report_ids), Report.revision == ReportVersion.revision
    )
    return {one.report_id: one for one in session.scalars(query.options(joinedload(ReportVersion.maker)))}


# -- what a report rests on -----------------------------------------------------------------------


def last_case_event(session: Session, contract_id: int) -> int:
    """The last event on a finding, a case or a document of the contract."""
    return session.scalar(sa.select(sa.func.max(CaseEvent.id)).where(CaseEvent.contract_id == contract_id)) or 0


def changed_ledgers(session: Session, contract_id: int, event_id: int, until: date, changes: Collection[str]) -> set[str]:
    """The ledgers with an entry, dated up to a day, that was entered, changed or decided on after an event."""
    together = sa.and_(EntryEvent.entry_id == LedgerEntry.id, EntryEvent.contract_id == LedgerEntry.contract_id)
    # The sum keeps the planner from going through all events of the contract: those after the event are few.
    query = sa.select(LedgerEntry.ledger).join(EntryEvent, together).where(
        EntryEvent.id > event_id, EntryEvent.contract_id + 0 == contract_id, EntryEvent.deed.in_(changes),
        LedgerEntry.business_date <= until, LedgerEntry.trial.is_(False),
    )  # fmt: skip
    return set(session.scalars(query.distinct()))


def paid(session: Session, contract_id: int) -> list[tuple[str, date, int]]:
    """Payments in the contract's books that were not taken back: title, day, fen; the oldest first."""
    taken_back = sa.orm.aliased(MoneyBatch)
    gone = sa.exists().where(taken_back.contract_id == contract_id, taken_back.reverses_id == MoneyBatch.id)
    kinds = (PostingKind.OPENING, PostingKind.ADVANCE, PostingKind.PAYMENT)
    into = (Account.PAID.value, Account.ADVANCES.value)
    query = (
        sa.select(MoneyBatch.summary, MoneyBatch.happened_on, sa.func.sum(MoneyPosting.amount_fen))
        .join(MoneyPosting, sa.and_(MoneyPosting.batch_id == MoneyBatch.id, MoneyPosting.contract_id == MoneyBatch.contract_id))
        .where(
            MoneyBatch.contract_id == contract_id, MoneyBatch.kind.in_([one.value for one in kinds]), ~gone,
            MoneyPosting.debit.in_(into), MoneyPosting.credit.not_in(into),
        )
        .group_by(MoneyBatch.id, MoneyBatch.summary, MoneyBatch.happened_on)
        .order_by(MoneyBatch.happened_on, MoneyBatch.id)
    )  # fmt: skip
    return [(title, day, int(fen)) for title, day, fen in session.execute(query)]


# -- history, words -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Deed:
    """What was done; `by` None: the console itself."""

    what: ReportDeed
    at: datetime
    by: int | None
    note: str = ""
    detail: Mapping[str, Any] | None = None


def note(session: Session, row: Report, deed: Deed) -> ReportEvent:
    """Adds a deed to the history."""
    made = ReportEvent(
        contract_id=row.contract_id, report_id=row.id, at=deed.at, actor_id=deed.by, deed=deed.what.value, note=deed.note,
        detail=dict(deed.detail or {}),
    )  # fmt: skip
    return add(session, made)


def events(session: Session, contract_id: int, report_id: int, size: int = 200) -> Sequence[ReportEvent]:
    """Its history, the newest first, with who did it."""
    query = sa.select(ReportEvent).where(ReportEvent.contract_id == contract_id, ReportEvent.report_id == report_id)
    return session.scalars(query.options(joinedload(ReportEvent.actor)).order_by(ReportEvent.id.desc()).limit(size)).all()


def templates(session: Session, contract_id: int, duty: str) -> dict[str, ReportTemplate]:
    """The latest replaced paragraphs of each section of a duty."""
    query = sa.select(ReportTemplate).where(ReportTemplate.contract_id == contract_id, ReportTemplate.duty == duty)
    return {one.part: one for one in session.scalars(query.order_by(ReportTemplate.revision))}


def letter(session: Session, contract_id: int) -> ReportLetter | None:
    """The Word template in use; None where there is none, or it was taken away."""
    query = sa.select(ReportLetter).where(ReportLetter.contract_id == contract_id).order_by(ReportLetter.revision.desc())
    found = session.scalars(query.limit(1)).one_or_none()
    return found if found is not None and found.sha256 else None


def letters(session: Session, contract_id: int) -> int:
    """How many revisions of the Word template there are."""
    query = sa.select(sa.func.max(ReportLetter.revision)).where(ReportLetter.contract_id == contract_id)
    return session.scalar(query) or 0


# -- bytes ----------------------------------------------------------------------------------------


class Gone(Exception):
    """The bytes are not there, were changed, or their key is not at hand."""


@dataclass(frozen=True)
class ReportStore:
    """Files of reports below one folder of this host, sealed under the contract and the SHA-256 of their bytes."""

    blobs: FolderBlobs
    sealer: Sealer

    def keep(self, contract_id: int, sha256: str, data: bytes) -> None:
        """Keeps the bytes: whole on the disk when it returns, or not at all. OSError where the disk refuses."""
        key = f"{contract_id}/{sha256[:2]}/{sha256}"
        self.blobs.put(key, self.sealer.seal(data, f"report:{key}"))

    def read(self, contract_id: int, sha256: str) -> bytes:
        """The bytes; raises Gone."""
        key = f"{contract_id}/{sha256[:2]}/{sha256}"
        try:
            return self.sealer.open(self.blobs.get(key), f"report:{key}")
        except (NoSuchBlob, CannotOpen) as error:
            raise Gone(key) from error


def open_reports(settings: Settings, sealer: Sealer) -> ReportStore:
    """The folder of the settings."""
    return ReportStore(FolderBlobs(settings.upload_dir / FOLDER), sealer)
