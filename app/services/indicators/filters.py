"""The entries behind a figure as a filter of the ledger's own list, where one says exactly the same."""

from __future__ import annotations

import ast
from typing import Any

from app.security.terms import EntryState, Side
from app.services.indicators.behind import Asked
from app.services.indicators.detail import Detail
from app.services.ledger.listing import KEY, asked_fields
from kpi.rulebook.indicators import Count, Distinct, Sum
from kpi.rulebook.ledgers import FieldType, Ledger


def as_ledger_filter(detail: Detail, asked: Asked) -> dict[str, str] | None:
    """Parameters of the ledger's list; None where it would list other entries.

    A list knows states, days and values of fields. It does not know what was claimed as one state, what lacks its
    evidence, nor members; nil returns stand in it, too.
    """
    figure = detail.figure
    if figure is None or figure.ledger is None or asked.side is not Side.VERIFIED:
        return None
    one = detail.live.compiled[figure.key]
    whole = isinstance(one.figure, Count | Sum | Distinct) and not getattr(one.figure, "first", False)
    ledger = figure.ledger
    if not whole or one.indicator.by is not None or ledger.nil_return or asked.member or asked.place is not None:
        return None
    if ledger.evidence and detail.live.leaves_out:
        return None
    values = _values(one.figure.where, ledger) if one.figure.where is not None else {}  # type: ignore[union-attr]
    if values is None:
        return None
    span = detail.live.inputs.span
    days = {"from": max(asked.first or span.start, span.start), "until": min(asked.last or span.end, span.end)}
    author = {"author": str(asked.author)} if asked.author is not None else {}
    return {"state": EntryState.VERIFIED.value, **{name: day.isoformat() for name, day in days.items()}, **author, **values}


def _values(where: Any, ledger: Ledger) -> dict[str, str] | None:
    """`kind == '微信' and published` as values of fields; None where it says more."""
    fields = {one.id: one for one in asked_fields(ledger)}
    parts = where.tree.values if isinstance(where.tree, ast.BoolOp) and isinstance(where.tree.op, ast.And) else [where.tree]
    found: dict[str, str] = {}
    for part in parts:
        pair = _pair(part)
        if pair is None or pair[0] not in fields or f"{KEY}{pair[0]}" in found:
            return None
        yes_no = fields[pair[0]].type is FieldType.YES_NO
        if fields[pair[0]].type not in (FieldType.CHOICE, FieldType.YES_NO) or isinstance(pair[1], bool) is not yes_no:
            return None
        found[f"{KEY}{pair[0]}"] = str(pair[1]).lower() if yes_no else str(pair[1])
    return found


def _pair(part: ast.expr) -> tuple[str, str | bool] | None:
    if isinstance(part, ast.Name):
        return part.id, True
    if not isinstance(part, ast.Compare) or len(part.ops) != 1 or not isinstance(part.ops[0], ast.Eq):
        return None
    left, right = part.left, part.comparators[0]
    if isinstance(left, ast.Name) and isinstance(right, ast.Constant) and isinstance(right.value, str):
        return left.id, right.value
    if isinstance(left, ast.Name) and isinstance(right, ast.Name) and right.id in ("true", "false"):
        return left.id, right.id == "true"
    return None
