"""Exports of a contract: what was asked for and made; the files of large ones, sealed, until they are removed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from app.config import Settings
from app.security.sealing import CannotOpen, Sealer
from app.store.evidence.blobs import PRIVATE_FOLDER
from app.store.ledger_listing import Wanted
from app.store.models import EntryKey, ExportFile, LedgerEntry, UserAccount

__all__ = ["ExportFile"]

FOLDER = "exports"
CHUNK = 1024 * 1024
HEAD = 4  # bytes that say how long a sealed chunk is
LAST = "last"


class Gone(Exception):
    """The file is not there any more, or its key is not at hand."""


@dataclass(frozen=True)
class Exports:
    """The exports of one contract."""

    session: Session
    contract_id: int

    def add(self, **columns: Any) -> ExportFile:
        row = ExportFile(contract_id=self.contract_id, **columns)
        self.session.add(row)
        self.session.flush()
        return row

    def find(self, export_id: int) -> ExportFile | None:
        query = sa.select(ExportFile).where(
            ExportFile.contract_id == self.contract_id, ExportFile.id == export_id
        )
        return self.session.scalars(query).one_or_none()

    def own(self, user_id: int, ledger: str | None = None, size: int = 20) -> Sequence[ExportFile]:
        """What a person has exported, latest first."""
        query = sa.select(ExportFile).where(
            ExportFile.contract_id == self.contract_id, ExportFile.asked_by == user_id
        )
        if ledger is not None:
            query = query.where(ExportFile.ledger == ledger)
        return self.session.scalars(query.order_by(ExportFile.id.desc()).limit(size)).all()

    def asker(self, export: ExportFile) -> str:
        """The name of who asked for it."""
        query = sa.select(UserAccount).where(UserAccount.id == export.asked_by)
        return self.session.scalars(query.options(joinedload(UserAccount.organisation))).one().display_name


def count(session: Session, contract_id: int, wanted: Wanted, most: int) -> int:
    """How many entries are wanted, counted no further than `most`; the order of the list plays no part."""
    entry = LedgerEntry
    query = sa.select(entry.id).where(entry.contract_id == contract_id, entry.ledger == wanted.ledger)
    for column, value in ((entry.state, wanted.state), (entry.author_id, wanted.author), (entry.number, wanted.number)):
        query = query.where(column == value) if value is not None else query
    if wanted.from_on is not None:
        query = query.where(entry.business_date >= wanted.from_on)
    if wanted.until_on is not None:
        query = query.where(entry.business_date <= wanted.until_on)
    if wanted.outlets:
        query = query.where(entry.outlet_id.in_(wanted.outlets))
    for name, value in wanted.keys:
        query = query.where(
            sa.exists().where(
                EntryKey.contract_id == contract_id, EntryKey.ledger == wanted.ledger, EntryKey.field == name,
                EntryKey.value == value, EntryKey.business_date == entry.business_date, EntryKey.entry_id == entry.id,
            )
        )  # fmt: skip
    return session.scalar(sa.select(sa.func.count()).select_from(query.limit(most).subquery())) or 0


def outdated(session: Session, before: datetime, size: int = 200) -> Sequence[ExportFile]:
    """Files made before then that are still kept."""
    query = sa.select(ExportFile).where(ExportFile.made_at < before, ExportFile.removed_at.is_(None))
    return session.scalars(query.order_by(ExportFile.id).limit(size)).all()


@dataclass
class Made:
    """What was written: bytes in and their SHA-256, counted on the way."""

    size: int = 0
    digest: Any = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        return str(self.digest.hexdigest())

    def take(self, data: bytes) -> bytes:
        self.size += len(data)
        self.digest.update(data)
        return data


@dataclass(frozen=True)
class ExportStore:
    """Files of exports below one folder of this host, each sealed piece by piece."""

    folder: Path
    sealer: Sealer

    def path(self, contract_id: int, export_id: int) -> Path:
        return self.folder / str(contract_id) / f"{export_id}.sealed"

    def write(self, contract_id: int, export_id: int, pieces: Iterable[bytes]) -> Made:
        """Keeps a file as it comes; whole or not at all."""
        path, made = self.path(contract_id, export_id), Made()
        path.parent.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        try:
            with part.open("wb") as file:
                part.chmod(0o600)
                for place, chunk, last in chunks(made.take(piece) for piece in pieces):
                    sealed = self.sealer.seal(chunk, context(contract_id, export_id, place, last))
                    file.write(len(sealed).to_bytes(HEAD, "big") + sealed)
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        return made

    def read(self, contract_id: int, export_id: int) -> Iterator[bytes]:
        """The plain bytes, piece by piece; raises Gone, also where pieces were cut off."""
        try:
            with self.path(contract_id, export_id).open("rb") as file:
                place, following = 0, self._piece(file)
                while following is not None:
                    sealed, following = following, self._piece(file)
                    yield self.sealer.open(sealed, context(contract_id, export_id, place, following is None))
                    place += 1
        except (FileNotFoundError, CannotOpen) as error:
            raise Gone(f"{contract_id}/{export_id}") from error

    @staticmethod
    def _piece(file: Any) -> bytes | None:
        head = file.read(HEAD)
        return file.read(int.from_bytes(head, "big")) if head else None

    def there(self, contract_id: int, export_id: int) -> bool:
        return self.path(contract_id, export_id).exists()

    def remove(self, contract_id: int, export_id: int) -> None:
        self.path(contract_id, export_id).unlink(missing_ok=True)


def context(contract_id: int, export_id: int, place: int, last: bool) -> str:
    """What a piece is bound to: its file, its place, and whether it is the last."""
    return f"export:{contract_id}:{export_id}:{place}{':' + LAST if last else ''}"


def chunks(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes, bool]]:
    """Place, bytes and whether it is the last, of chunks of one size; an empty file is one empty chunk."""
    rest, place = b"", 0
    for piece in pieces:
        rest += piece
        while len(rest) > CHUNK:
            yield place, rest[:CHUNK], False
            rest, place = rest[CHUNK:], place + 1
    yield place, rest, True


def open_exports(settings: Settings, sealer: Sealer) -> ExportStore:
    """The folder of the settings."""
    return ExportStore(settings.upload_dir / FOLDER, sealer)
