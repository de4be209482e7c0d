"""Saving a filter under a name."""

from __future__ import annotations

from collections.abc import Sequence

from app.services.act import Act, Refused, found
from app.services.ledger.listing import Filter
from app.store.contracts import ContractScope
from app.store.ledger_views import LedgerView, Views

LONGEST_NAME = 40
MOST = 20


def own(act: Act, scope: ContractScope, ledger: str) -> Views:
    return Views(act.session, scope.contract_id, act.person().user_id, ledger)


def save(
    act: Act, scope: ContractScope, ledger: str, name: str, asked: Filter, columns: Sequence[str], *, default: bool
) -> LedgerView:
    """Saves the filter; one of the same name is replaced. The person searched for is not saved."""
    name = name.strip()
    if not name or len(name) > LONGEST_NAME:
        raise Refused(f"请给常用筛选起个名字，最多 {LONGEST_NAME} 个字", "name")
    views = own(act, scope, ledger)
    if len(views.all()) >= MOST and name not in {each.name for each in views.all()}:
        raise Refused(f"最多存 {MOST} 个常用筛选，请先删去不用的")
    query = {key: value for key, value in asked.given.items() if key != "person"}
    return views.save(name, query, columns, default=default)


def drop(act: Act, scope: ContractScope, ledger: str, view_id: int) -> None:
    views = own(act, scope, ledger)
    views.drop(found(views.find(view_id)))
