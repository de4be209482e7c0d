"""Where sealed bytes lie: a folder of this host, or an S3-compatible bucket. Both keep to one interface.

A key is a path of plain parts (`12/ab/abcd….original`). What `put` has returned from is on the disk.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from app.config import Settings

FOLDER = "evidence"
INCOMING = ".incoming"
PRIVATE_FOLDER = 0o700
PRIVATE_FILE = 0o600
REQUEST_LIMIT = timedelta(seconds=60)


class NoSuchBlob(Exception):
    """Nothing lies under this key."""


@dataclass(frozen=True)
class Lying:
    """A blob that is there, and since when."""

    key: str
    since: datetime


class Blobs(Protocol):
    """What both stores can do."""

    def put(self, key: str, data: bytes, *, durable: bool = True) -> None:
        """Keeps the bytes, over what lay there. Not `durable`: they can be made again and may be lost."""

    def get(self, key: str) -> bytes:
        """The bytes; raises NoSuchBlob."""

    def delete(self, key: str) -> None:
        """Takes the bytes away; nothing happens where there are none."""

    def lying(self) -> Iterator[Lying]:
        """Everything that is there, in no order."""

    def clean(self, before: datetime) -> int:
        """Removes what broken-off uploads left before then; how many."""


@dataclass(frozen=True)
class FolderBlobs:
    """Files below one folder, readable by this user alone."""

    folder: Path

    def put(self, key: str, data: bytes, *, durable: bool = True) -> None:
        target = self.folder / key
        self.make_folder(target.parent)
        incoming = self.folder / INCOMING
        self.make_folder(incoming)
        part = incoming / secrets.token_hex(16)
        try:
            with open(part, "xb", opener=lambda path, flags: os.open(path, flags, PRIVATE_FILE)) as file:
                file.write(data)
                if durable:
                    file.flush()
                    os.fsync(file.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        if durable:
            sync_folder(target.parent)

    def make_folder(self, folder: Path) -> None:
        """Makes the folder with those above it, each on the disk before anything lies in it."""
        missing = [each for each in (folder, *folder.parents) if not each.exists()]
        for each in reversed(missing):
            each.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
            sync_folder(each.parent)

    def get(self, key: str) -> bytes:
        try:
            return (self.folder / key).read_bytes()
        except FileNotFoundError as error:
            raise NoSuchBlob(key) from error

    def delete(self, key: str) -> None:
        (self.folder / key).unlink(missing_ok=True)

    def lying(self) -> Iterator[Lying]:
        for folder, below, names in os.walk(self.folder):
            if INCOMING in below:
                below.remove(INCOMING)
            for name in names:
                path = Path(folder, name)
                since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                yield Lying(path.relative_to(self.folder).as_posix(), since)

    def clean(self, before: datetime) -> int:
        left = [
            path for path in (self.folder / INCOMING).glob("*") if path.stat().st_mtime < before.timestamp()
        ]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)


def sync_folder(folder: Path) -> None:
    """The names in the folder are on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True)
class BucketBlobs:
    """Objects below one prefix of a bucket. The service answers a put once it keeps the bytes."""

    store: Any

    def put(self, key: str, data: bytes, *, durable: bool = True) -> None:
        self.store.put(key, data, use_multipart=False)

    def get(self, key: str) -> bytes:
        try:
            return bytes(self.store.get(key).bytes())
        except FileNotFoundError as error:
            raise NoSuchBlob(key) from error

    def delete(self, key: str) -> None:
        try:
            self.store.delete(key)
        except FileNotFoundError:
            return

    def lying(self) -> Iterator[Lying]:
        for batch in self.store.list():
            for found in batch:
                yield Lying(found["path"], found["last_modified"])

    def clean(self, before: datetime) -> int:
        return 0  # an object shows only once it is whole


def open_blobs(settings: Settings) -> Blobs:
    """The store that the settings ask for."""
    place = settings.evidence_place
    if place is None:
        return FolderBlobs(settings.upload_dir / FOLDER)
    from obstore.store import S3Store  # only where a bucket is in use

    store = S3Store(
        place.bucket,
        prefix=place.prefix or None,
        endpoint=place.endpoint,
        region=place.region,
        access_key_id=place.key_id,
        secret_access_key=place.secret,
        virtual_hosted_style_request=False,
        client_options={"allow_http": place.endpoint.startswith("http://"), "timeout": REQUEST_LIMIT},
        retry_config={"max_retries": 3, "retry_timeout": REQUEST_LIMIT},
    )
    return BucketBlobs(store)
