"""What the pages of the money share: who looks, addresses of the sources, sums."""

from __future__ import annotations

from typing import Any

from flask import Response, current_app, url_for
from flask_babel import gettext as _

from app.security.money_terms import SourceKind
from app.security.permissions import P
from app.security.predicates import may
from app.web.access import current_contract, current_person
from app.web.htmx import render
from app.web.money.blueprint import BANK, READERS, READERS_INSIDE

TITLE = "资金"
#: The page of what a posting rests on: its endpoint and the name of its id.
PAGES: dict[SourceKind, tuple[str, str | None]] = {
    SourceKind.CONTRACT: ("setup.terms", None),
    SourceKind.AMENDMENT: ("setup.amendments", None),
    SourceKind.OPENING: ("setup.openings", None),
    SourceKind.STATEMENT: ("settlement.statement", "statement_id"),
    SourceKind.PAYMENT: ("settlement.payment", "payment_id"),
    SourceKind.COUNT: ("settlement.statement", "statement_id"),
    SourceKind.FORFEIT: ("settlement.forfeit", "forfeit_id"),
    SourceKind.GUARANTEE: ("money.guarantee", "guarantee_id"),
    SourceKind.BATCH: ("money.batch", "posting_id"),
}


#: The pages in the order of their tabs: endpoint, title, who sees it.
TABS: tuple[tuple[str, str, tuple[P, ...]], ...] = (
    ("overview", "财务总览", READERS_INSIDE), ("ledger", "合同总账", READERS), ("funds", "资金来源", READERS_INSIDE),
    ("guarantees", "保证金", READERS), ("bank", "银行对账", BANK),
)  # fmt: skip


def page(template: str, current: str, *, status: int = 200, **context: Any) -> Response:
    """A page of the money with its tabs."""
    shown = [(name, title) for name, title, who in TABS if holds(*who)]
    tabs = [{"title": _(title), "url": address(name), "current": name == current} for name, title in shown]
    return render(template, status=status, money_tabs=tabs if len(tabs) > 1 else [], **context)


def address(endpoint: str, **values: Any) -> str:
    return url_for(f"money.{endpoint}", contract_id=current_contract().id, **values)


def source_url(kind: str, source_id: int) -> str:
    """Where what a posting rests on stands; empty where it has no page."""
    endpoint, name = PAGES[SourceKind.of(kind)]
    if endpoint not in current_app.view_functions:
        return ""
    return url_for(endpoint, contract_id=current_contract().id, **({name: source_id} if name else {}))


def outside() -> bool:
    """Whether the person is of the contractor: shown what was paid to it, nothing of the buyer's."""
    return current_person().organisation_id == current_contract().supplier_id


def holds(*permissions: P) -> bool:
    """Whether the person holds one of them as a member of the contract."""
    return any(each in current_person().contracts.get(current_contract().id, frozenset()) for each in permissions)


def keeps() -> bool:
    return may(current_person(), P.FUNDS_MANAGE, current_contract().id)
