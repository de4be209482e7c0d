"""网点: the tree of outlets of a contract."""

from __future__ import annotations

from datetime import date

from app.security.terms import OutletLevel
from app.services.act import Act, Refused, found
from app.store.contracts import ContractScope, Outlet

ORDER = list(OutletLevel)
NAME_TAKEN = "同一个上级下面已经有这个名称的网点了"


def add(act: Act, scope: ContractScope, parent_id: int | None, level: str, name: str) -> Outlet:
    """Adds an outlet under another one of a higher level, or at the top."""
    if parent_id is not None:
        parent = scope.find(Outlet, parent_id)
        if parent is None or parent.closed_on is not None:
            raise Refused("没有这个上级网点，或它已经关闭，请重新选择", "parent_id")
        if ORDER.index(OutletLevel.of(parent.level)) >= ORDER.index(OutletLevel.of(level)):
            raise Refused(f"{OutletLevel.of(level).label}的上级须是更高一级的网点，请重新选择", "parent_id")
    if scope.outlet_taken(parent_id, name):
        raise Refused(NAME_TAKEN, "name")
    row = scope.add(Outlet(parent_id=parent_id, level=level, name=name, created_at=act.now))
    act.record("outlet.added", "outlet", row.id, scope.contract_id, name=name, level=level, parent=parent_id)
    return row


def rename(act: Act, scope: ContractScope, outlet_id: int, name: str) -> None:
    """Corrects the name; entries keep pointing at the same outlet."""
    row = found(scope.find(Outlet, outlet_id))
    if row.name == name:
        return
    if scope.outlet_taken(row.parent_id, name):
        raise Refused(NAME_TAKEN, "name")
    earlier, row.name = row.name, name
    act.session.flush()
    act.record("outlet.renamed", "outlet", row.id, scope.contract_id, earlier=earlier, name=name)


def close(act: Act, scope: ContractScope, outlet_id: int, on: date) -> None:
    """The outlet takes no new work from the day after; those below it must be closed first."""
    row = found(scope.find(Outlet, outlet_id))
    if row.closed_on is not None:
        raise Refused("这个网点已经关闭了")
    if any(each.parent_id == outlet_id and each.closed_on is None for each in scope.outlets()):
        raise Refused("它下面还有没关闭的网点，请先关闭下级网点")
    row.closed_on = on
    act.session.flush()
    act.record("outlet.closed", "outlet", row.id, scope.contract_id, on=str(on))
