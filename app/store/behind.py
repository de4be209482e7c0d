"""Entries of a ledger that may be behind a figure, newest first, a chunk at a time by the last day and id seen."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.store.models import LedgerEntry
from app.store.standing import COLUMNS, Counted

Row = Counted


class Cursor(NamedTuple):
    """The last entry that was looked at."""

    day: date
    id: int

    @property
    def text(self) -> str:
        return f"{self.day.isoformat()}.{self.id}"

    @classmethod
    def of(cls, text: str) -> Cursor | None:
        """The cursor of an address; None for the start and for what is none."""
        day, _, number = text.partition(".")
        try:
            return cls(date.fromisoformat(day), int(number)) if number.isascii() and number.isdigit() and len(number) < 16 else None
        except ValueError:
            return None


def rows(
    session: Session, contract_id: int, ledger: str, states: Collection[str], span: tuple[date, date], size: int,
    *, trial: bool, author: int | None = None, after: Cursor | None = None,
) -> list[Row]:  # fmt: skip
    """Some entries of these states and days, newest first."""
    query = sa.select(*COLUMNS).where(
        LedgerEntry.contract_id == contract_id, LedgerEntry.ledger == ledger, LedgerEntry.trial.is_(trial),
        LedgerEntry.state.in_(states), LedgerEntry.business_date >= span[0], LedgerEntry.business_date <= span[1],
    )  # fmt: skip
    if author is not None:
        query = query.where(LedgerEntry.author_id == author)
    if after is not None:
        query = query.where(sa.tuple_(LedgerEntry.business_date, LedgerEntry.id) < (after.day, after.id))
    query = query.order_by(LedgerEntry.business_date.desc(), LedgerEntry.id.desc()).limit(size)
    return [Row(*each) for each in session.execute(query)]
