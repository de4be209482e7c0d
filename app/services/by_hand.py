"""Figures that no ledger gives, as far as a second person has verified them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.store import indicators
from app.store.contracts import ContractScope
from app.store.indicators import ManualFigure
from kpi.calendar.deadlines import Span
from kpi.reports.plain_data import unpack


def stated(scope: ContractScope, span: Span) -> dict[str, dict[str, Any]]:
    """The verified figures of a period, by clause, as the engine takes them."""
    rows = standing_ones(indicators.manual(scope.session, scope.contract_id))
    return {
        clause: unpack(row.stated) for (clause, first, last), row in rows.items()
        if (first, last) == (span.start, span.end) and not row.withdrawn
    }  # fmt: skip


def standing_ones(rows: Iterable[ManualFigure]) -> dict[tuple[str, Any, Any], ManualFigure]:
    """Of each clause and period the latest revision that is verified."""
    return {
        (row.clause, row.from_on, row.until_on): row
        for row in sorted(rows, key=lambda one: one.revision) if row.verified_by is not None
    }  # fmt: skip
