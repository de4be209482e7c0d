"""Who sits in an acceptance group: an odd number of at least three, nobody of the contractor, nobody who only reads."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from app.security.permissions import SUBSTANCE
from app.services.act import Act, Refused, found
from app.services.settlement.common import contract_of
from app.store import accounts
from app.store.contracts import ContractScope, organisation_by_id

LEAST = 3
#: Whoever holds none of these in a contract only reads there.
ACTING = frozenset(each.value for each in SUBSTANCE)


def check_group(act: Act, scope: ContractScope, units: Mapping[int, str], head_id: int | None, on: date | None) -> None:
    """Refused where these people are no acceptance group. `units`: what body each comes from, by user."""
    here = {one.user_id: one.user for one in scope.members(act.today)}
    supplier = contract_of(scope).supplier_id
    if on is None or on > act.today:
        raise Refused("组成日期应为今天或更早", "on")
    if len(units) < LEAST or len(units) % 2 == 0:
        raise Refused(f"验收工作组应为不少于 {LEAST} 人的单数，现在选了 {len(units)} 人", "members")
    if any(one not in here or here[one].organisation_id == supplier for one in units):
        raise Refused("成员须是这份合同里的人，供应商的人不能参加验收", "members")
    if readers := set(units) - set(eligible(scope, act.today)):
        names = "、".join(here[one].display_name for one in units if one in readers)
        raise Refused(f"{names}在这份合同里只能查看（例如审计人员），不能参加验收；请换人，或先给“考核验收组成员”的角色", "members")
    if head_id not in units:
        raise Refused("组长须是成员之一", "head")


def eligible(scope: ContractScope, today: date) -> dict[int, str]:
    """Who can sit in a group, as name and roles: whoever acts in the contract for anybody but the contractor.

    Who only reads, an auditor above all, decides nothing.
    """
    supplier, names, roles, acting = contract_of(scope).supplier_id, dict[int, str](), dict[int, list[str]](), set[int]()
    for one in scope.members(today):
        if one.user.organisation_id != supplier:
            names[one.user_id] = one.user.display_name
            roles.setdefault(one.user_id, []).append(one.role.name)
            if not ACTING.isdisjoint(one.role.permissions):
                acting.add(one.user_id)
    return {one: f"{name}（{'、'.join(roles[one])}）" for one, name in names.items() if one in acting}


def units_of(scope: ContractScope, users: Collection[int]) -> dict[int, str]:
    """The body that each of these comes from."""
    people = {one: accounts.by_id(scope.session, one) for one in users}
    bodies = {
        user.organisation_id: found(organisation_by_id(scope.session, user.organisation_id)).name
        for user in people.values() if user is not None
    }  # fmt: skip
    return {one: bodies[user.organisation_id] for one, user in people.items() if user is not None}
