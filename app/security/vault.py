"""What personal data is kept with: sealed for reading, digested for exact search, masked for showing."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass

from app.security.sealing import Sealer

STAR = "*"
ID_LENGTH = 18
AREA = 6  # the county of an ID number: what may be shown of it
PREFIX = 3  # of a phone number


@dataclass(frozen=True)
class Vault:
    """The keys at work. Neither key is in the database or its backups."""

    sealer: Sealer
    index_key: bytes

    def digest(self, context: str, text: str) -> str:
        """The keyed digest (64 hex) under which the text is found again; `context` keeps uses apart."""
        return hmac.new(self.index_key, f"{context}\0{text}".encode(), hashlib.sha256).hexdigest()

    def seal_text(self, text: str, context: str) -> str:
        """The sealed text, base64, fit for JSON."""
        return base64.b64encode(self.sealer.seal(text.encode(), context)).decode()

    def open_text(self, sealed: str, context: str) -> str:
        """The text again; raises CannotOpen."""
        return self.sealer.open(base64.b64decode(sealed), context).decode()


def mask_name(name: str) -> str:
    """The family name alone: 张**."""
    return name[:1] + STAR * max(len(name) - 1, 1) if name else ""


def mask_id(number: str) -> str:
    """The county alone: whoever knows age and county still has 100 000s of numbers left."""
    return number[:AREA] + STAR * (len(number) - AREA) if number else ""


def mask_phone(phone: str) -> str:
    """The first three digits alone."""
    return phone[:PREFIX] + STAR * max(len(phone) - PREFIX, 1) if phone else ""


def mask_text(text: str) -> str:
    """A personal text of unknown kind: as a number or phone where it looks like one, else its first sign."""
    if len(text) == ID_LENGTH and text[:17].isdigit():
        return mask_id(text)
    if text.lstrip("+").replace("-", "").isdigit():
        return mask_phone(text)
    return mask_name(text) if len(text) <= PREFIX + 1 else text[:1] + STAR * PREFIX
