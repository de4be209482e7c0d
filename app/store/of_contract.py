"""Rows of one contract: found, held and added, never another contract's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.store.models import Base

Row = TypeVar("Row", bound=Base)


@dataclass(frozen=True)
class OfContract:
    """The rows of one contract, whatever their table. Every query is bound to it."""

    session: Session
    contract_id: int

    def add(self, row: Row) -> Row:
        """Adds a row to this contract."""
        row.contract_id = self.contract_id  # type: ignore[attr-defined]
        self.session.add(row)
        self.session.flush()
        return row

    def find(self, model: type[Row], row_id: int) -> Row | None:
        """The row of this contract with this id."""
        return self.session.scalars(self.one(model, row_id)).one_or_none()

    def hold(self, model: type[Row], row_id: int) -> Row | None:
        """The row as it is now; nobody else changes it before this transaction ends."""
        query = self.one(model, row_id).with_for_update().execution_options(populate_existing=True)
        return self.session.scalars(query).one_or_none()

    def one(self, model: type[Row], row_id: int) -> Select[tuple[Row]]:
        """The query for one row."""
        return sa.select(model).where(model.id == row_id, model.contract_id == self.contract_id)  # type: ignore[attr-defined]
