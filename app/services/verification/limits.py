"""How long the supervisor has for a decision: a term of the contract, in working days."""

from __future__ import annotations

from app.security.permissions import Permission
from app.security.predicates import may
from app.services.act import Act, Refused, found
from app.store.contracts import Contract, ContractScope

MOST_DAYS = 60


def set_days(act: Act, scope: ContractScope, days: int, version: int) -> Contract:
    """Changes the time; it holds for what waits now, too."""
    contract = found(scope.contract())
    if not may(act.person(), Permission.CONTRACT_SETUP, contract.id):
        raise Refused("您没有设置合同的权限")
    if contract.version != version:
        raise Refused("合同的设置刚刚被别人改过。请刷新页面，核对后再改", "review_days")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"应在 1 与 {MOST_DAYS} 个工作日之间", "review_days")
    earlier, contract.review_days = contract.review_days, days
    act.session.flush()
    act.record("contract.review_days", "contract", contract.id, contract.id, earlier=earlier, days=days)
    return contract
