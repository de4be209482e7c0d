"""What the contractor types."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class InvoiceTyped:
    """An invoice as typed or read from its file."""

    number: str
    amount: str
    issued_on: date | None
    file_id: int | None = None
