"""Roles, and who holds them: in a contract by membership, over the console by grant."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from app.security.permissions import ADMINISTRATION, SUBSTANCE, Permission, conflicts, known
from app.security.predicates import is_other, may
from app.security.terms import RoleSide, SessionEnd
from app.services.act import Act, Missing, Refused, found
from app.store import accounts, roles
from app.store.accounts import UserAccount
from app.store.contracts import Contract, ContractScope
from app.store.roles import ConsoleGrant, Membership, Role

OWN_ROLE = "不能更改自己的角色，请让另一位有权限的人操作"


def check_permissions(side: str, permissions: Collection[Permission]) -> None:
    """Refuses a set that unites what must be apart, or that reaches beyond its side."""
    if why := conflicts(permissions):
        raise Refused("这些权限不能放在同一个角色里：" + "；".join(why), "permissions")
    if side == RoleSide.CONSOLE and SUBSTANCE & set(permissions):
        raise Refused(
            "全台角色不能包含登记、审核、评分、付款和个人信息的权限，请改为合同里的角色", "permissions"
        )
    if side != RoleSide.CONSOLE and ADMINISTRATION & set(permissions):
        raise Refused("合同里的角色不能包含管理账号与系统的权限，请改为全台角色", "permissions")


def create(
    act: Act, code: str, name: str, side: str, permissions: Collection[Permission], *, until_required: bool
) -> Role:
    """Adds a role."""
    if not re.fullmatch(r"[a-z][a-z0-9_]{2,39}", code):
        raise Refused("代码用小写字母开头，由 3 到 40 个小写字母、数字、下划线组成", "code")
    if roles.taken(act.session, code, name):
        raise Refused("代码或名称已经有了，请换一个", "code")
    check_permissions(side, permissions)
    role = Role(
        code=code, name=name, side=side, permissions=sorted(permissions), until_required=until_required
    )
    act.session.add(role)
    act.session.flush()
    act.record("role.created", "role", role.id, permissions=sorted(permissions), side=side)
    return role


def change(act: Act, role_id: int, name: str, permissions: Collection[Permission], version: int) -> None:
    """Changes name and permissions; the sessions of all who hold the role end."""
    role = found(roles.by_id(act.session, role_id))
    held_by = roles.holders(act.session, role_id, act.today)
    if act.person().user_id in held_by:
        raise Refused("不能更改自己担任的角色，请让另一位管理员操作", "permissions")
    if role.version != version:
        raise Refused("这个角色刚刚被别人改过。请刷新页面，核对后再改", "permissions")
    check_permissions(role.side, permissions)
    earlier, role.name, role.permissions = role.permissions, name, sorted(permissions)
    act.session.flush()
    for user_id in sorted(held_by):
        refuse_conflicts(act, user_id)
        accounts.end_sessions(act.session, user_id, act.now, SessionEnd.ROLE)
    act.record("role.changed", "role", role_id, earlier=earlier, permissions=role.permissions)


def refuse_conflicts(act: Act, user_id: int) -> None:
    """Refuses what would unite in one person, in any one contract or over the console, what must be apart."""
    console = {
        p for grant in roles.grants(act.session, act.today, user_id) for p in known(grant.role.permissions)
    }
    together: dict[int | None, set[Permission]] = {None: set(console)}
    for membership, contract in roles.memberships_of(act.session, user_id, act.today):
        held = together.setdefault(contract.id, set(console))
        held |= known(membership.role.permissions)
    # The administrator's powers exclude the substance of every contract, not only of one.
    for held in together.values():
        if why := conflicts(held):
            raise Refused("一个人不能同时担任这些角色：" + "；".join(why), "role_id")


def check_term(role: Role, from_on: date, until_on: date | None) -> None:
    if until_on is not None and until_on < from_on:
        raise Refused("结束日期早于开始日期，请核对", "until_on")
    if role.until_required and until_on is None:
        raise Refused(f"{role.name}须有结束日期，请填写", "until_on")


def check_side(role: Role, user: UserAccount, contract: Contract) -> None:
    """A role of one side is held by that side's people."""
    wanted = {RoleSide.BUYER: contract.buyer_id, RoleSide.SUPPLIER: contract.supplier_id}.get(
        RoleSide.of(role.side)
    )
    if wanted is not None and user.organisation_id != wanted:
        side = RoleSide.of(role.side).label
        raise Refused(f"{role.name}只能由这份合同的{side}的人担任，请核对所选的人", "user_id")


def check_power(act: Act, role: Role, user: UserAccount, contract_id: int) -> None:
    """A manager of staff gives own staff roles within the own powers, never the power to manage."""
    person = act.person()
    if may(person, Permission.MEMBERS_MANAGE, contract_id):
        return
    given = known(role.permissions)
    within = given <= person.contracts.get(contract_id, frozenset()) and Permission.STAFF_MANAGE not in given
    if not within or user.organisation_id != person.organisation_id:
        raise Refused("只能给本单位员工分配自己权限以内的角色；其他角色请找系统管理员", "role_id")


def add_member(
    act: Act, scope: ContractScope, user_id: int, role_id: int, from_on: date, until_on: date | None
) -> Membership:
    """Gives a person a role in a contract; their sessions end, so that it holds at once."""
    contract = found(scope.contract())
    user, role = accounts.by_id(act.session, user_id), roles.by_id(act.session, role_id)
    if user is None or role is None or role.side == RoleSide.CONSOLE:
        raise Refused("没有这个人或这个角色，请重新选择", "user_id")
    if not is_other(act.person(), user_id):
        raise Refused(OWN_ROLE, "user_id")
    check_term(role, from_on, until_on)
    check_side(role, user, contract)
    check_power(act, role, user, scope.contract_id)
    if any(each.role_id == role_id for each in scope.members_of(user_id, from_on)):
        raise Refused("这个人已经担任这个角色了", "role_id")
    membership = Membership(
        user_id=user_id, role_id=role_id, from_on=from_on, until_on=until_on, created_at=act.now
    )
    scope.add(membership)
    refuse_conflicts(act, user_id)
    accounts.end_sessions(act.session, user_id, act.now, SessionEnd.ROLE)
    term = {"from_on": str(from_on), "until_on": str(until_on) if until_on else None}
    act.record(
        "membership.added", "membership", membership.id, scope.contract_id, user=user_id, role=role_id, **term
    )
    return membership


def end_member(act: Act, scope: ContractScope, membership_id: int, on: date) -> None:
    """Ends a role in a contract on a day (the last day that counts)."""
    membership = found(scope.find(Membership, membership_id))
    if not is_other(act.person(), membership.user_id):
        raise Refused(OWN_ROLE)
    user = found(accounts.by_id(act.session, membership.user_id))
    check_power(act, found(roles.by_id(act.session, membership.role_id)), user, scope.contract_id)
    close_membership(act, membership, on)


def close_membership(act: Act, membership: Membership, on: date) -> None:
    """Sets the last day; a role that would end before its first day goes altogether."""
    if membership.until_on is not None and membership.until_on <= on:
        raise Refused("这个角色在那天之前已经结束了")
    if on < membership.from_on:
        act.session.delete(membership)
    else:
        membership.until_on = on
    accounts.end_sessions(act.session, membership.user_id, act.now, SessionEnd.ROLE)
    detail = {"user": membership.user_id, "role": membership.role_id, "until_on": str(on)}
    act.record("membership.ended", "membership", membership.id, membership.contract_id, **detail)


def grant(act: Act, user_id: int, role_id: int, until_on: date | None) -> ConsoleGrant:
    """Gives a person a role over the whole console."""
    user, role = accounts.by_id(act.session, user_id), roles.by_id(act.session, role_id)
    if user is None:
        raise Missing
    if role is None or role.side != RoleSide.CONSOLE:
        raise Refused("没有这个全台角色，请重新选择", "role_id")
    if act.actor is not None and not is_other(act.actor, user_id):
        raise Refused(OWN_ROLE, "role_id")
    check_term(role, act.today, until_on)
    if any(each.role_id == role_id for each in roles.grants(act.session, act.today, user_id)):
        raise Refused("这个人已经担任这个角色了", "role_id")
    row = ConsoleGrant(
        user_id=user_id, role_id=role_id, from_on=act.today, until_on=until_on, created_at=act.now
    )
    act.session.add(row)
    act.session.flush()
    refuse_conflicts(act, user_id)
    accounts.end_sessions(act.session, user_id, act.now, SessionEnd.ROLE)
    act.record("grant.added", "grant", row.id, user=user_id, role=role_id)
    return row


def end_grant(act: Act, user_id: int, grant_id: int) -> None:
    """Takes a role over the console away, at once."""
    row = found(roles.grant_by_id(act.session, grant_id))
    if row.user_id != user_id:
        raise Missing
    if not is_other(act.person(), row.user_id):
        raise Refused(OWN_ROLE)
    act.session.delete(row)
    accounts.end_sessions(act.session, user_id, act.now, SessionEnd.ROLE)
    act.record("grant.ended", "grant", grant_id, user=user_id, role=row.role_id)


def assignable(act: Act, contract_id: int) -> list[Role]:
    """The roles that the actor may give in this contract."""
    person = act.person()
    every = list(roles.contract_roles(act.session))
    if may(person, Permission.MEMBERS_MANAGE, contract_id):
        return every
    mine = person.contracts.get(contract_id, frozenset())
    return [each for each in every if known(each.permissions) <= mine - {Permission.STAFF_MANAGE}]


def candidates(act: Act, contract: Contract) -> list[UserAccount]:
    """The people whom the actor may give a role in this contract."""
    person = act.person()
    everyone = may(person, Permission.MEMBERS_MANAGE, contract.id)
    return list(accounts.choices(act.session, None if everyone else {person.organisation_id}))
