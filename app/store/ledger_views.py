"""Saved filters of one person in one ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.store.models import LedgerView

__all__ = ["LedgerView", "Views"]


@dataclass(frozen=True)
class Views:
    """The views of a person in a ledger of a contract."""

    session: Session
    contract_id: int
    user_id: int
    ledger: str

    def _own(self) -> sa.Select[tuple[LedgerView]]:
        return sa.select(LedgerView).where(
            LedgerView.contract_id == self.contract_id,
            LedgerView.user_id == self.user_id,
            LedgerView.ledger == self.ledger,
        )

    def all(self) -> Sequence[LedgerView]:
        """By name."""
        return self.session.scalars(self._own().order_by(LedgerView.name)).all()

    def find(self, view_id: int) -> LedgerView | None:
        return self.session.scalars(self._own().where(LedgerView.id == view_id)).one_or_none()

    def save(self, name: str, query: Mapping[str, str], columns: Sequence[str], *, default: bool) -> LedgerView:
        """Saves under a name; what stood there is replaced. A new default takes the mark from the old one."""
        row = self.session.scalars(self._own().where(LedgerView.name == name)).one_or_none()
        if row is None:
            row = LedgerView(
                contract_id=self.contract_id, user_id=self.user_id, ledger=self.ledger, name=name,
                query=dict(query), columns=list(columns),
            )  # fmt: skip
            self.session.add(row)
        row.query, row.columns, row.is_default = dict(query), list(columns), default
        if default:
            for other in self.all():
                other.is_default = other.name == name
        self.session.flush()
        return row

    def drop(self, view: LedgerView) -> None:
        self.session.delete(view)
        self.session.flush()
