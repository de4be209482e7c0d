"""The bytes of evidence files: sealed at rest, under the contract and the SHA-256 of what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.config import Settings
from app.security.sealing import CannotOpen, Sealer
from app.store.evidence.blobs import Blobs, NoSuchBlob, open_blobs

KEY = re.compile(r"(?P<contract>\d+)/[0-9a-f]{2}/(?P<sha256>[0-9a-f]{64})\.(?P<part>original|shown|thumb)")


class Part(StrEnum):
    """The bytes as sent; the copy that is shown; the small one. The last two can be made from the first."""

    ORIGINAL = "original"
    SHOWN = "shown"
    THUMB = "thumb"


class Lost(Exception):
    """The bytes are not there, were changed, or their key is not at hand."""


@dataclass(frozen=True)
class Place:
    """Which file of which contract."""

    contract_id: int
    sha256: str

    def key(self, part: Part) -> str:
        return f"{self.contract_id}/{self.sha256[:2]}/{self.sha256}.{part}"


@dataclass(frozen=True)
class Kept:
    """A part that lies in the store, since when. `place` is None for what did not come from here."""

    key: str
    since: datetime
    place: Place | None
    part: Part | None


@dataclass(frozen=True)
class Files:
    """Seals on the way in, opens on the way out. A blob opens only in its own place."""

    blobs: Blobs
    sealer: Sealer

    def keep(self, place: Place, parts: dict[Part, bytes]) -> None:
        """Keeps the parts, the original last: once it is there everything is, and it is on the disk."""
        for part in (Part.THUMB, Part.SHOWN, Part.ORIGINAL):
            if part in parts:
                key = place.key(part)
                sealed = self.sealer.seal(parts[part], context(key))
                self.blobs.put(key, sealed, durable=part is Part.ORIGINAL)

    def open(self, place: Place, part: Part) -> bytes:
        """The plain bytes; raises Lost."""
        key = place.key(part)
        try:
            return self.sealer.open(self.blobs.get(key), context(key))
        except (NoSuchBlob, CannotOpen) as error:
            raise Lost(key) from error

    def drop(self, place: Place) -> None:
        """Takes every part away."""
        for part in Part:
            self.blobs.delete(place.key(part))

    def kept(self) -> Iterator[Kept]:
        """Everything that lies in the store."""
        for each in self.blobs.lying():
            found = KEY.fullmatch(each.key)
            if found is None:
                yield Kept(each.key, each.since, None, None)
            else:
                place = Place(int(found["contract"]), found["sha256"])
                yield Kept(each.key, each.since, place, Part(found["part"]))


def open_files(settings: Settings, sealer: Sealer) -> Files:
    """The files of a deployment."""
    return Files(open_blobs(settings), sealer)


def context(key: str) -> str:
    return f"evidence:{key}"
