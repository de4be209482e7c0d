"""Chains of approval as data, and dated delegation (代理授权)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.security.permissions import conflicts
from app.security.predicates import is_other
from app.security.terms import RoleSide, SessionEnd
from app.services.act import Act, Refused, found
from app.store import accounts, roles
from app.store.contracts import ApprovalChain, ApprovalStep, ContractScope, Delegation


@dataclass(frozen=True)
class Step:
    """One station: the role, from which amount on (fen), the opinion that it gives."""

    role_id: int
    from_fen: int
    opinion: str


def set_chain(act: Act, scope: ContractScope, purpose: str, steps: Sequence[Step]) -> ApprovalChain:
    """Sets who approves something, in order; replaces the chain that was there."""
    if not steps:
        raise Refused("审批链至少要有一步", "steps")
    for step in steps:
        role = roles.by_id(act.session, step.role_id)
        if role is None or role.side == RoleSide.CONSOLE:
            raise Refused("审批的角色须是合同里的角色，请重新选择", "steps")
    chain = scope.chain(purpose)
    if chain is None:
        chain = scope.add(ApprovalChain(purpose=purpose))
    chain.steps.clear()
    act.session.flush()
    for position, step in enumerate(steps, start=1):
        chain.steps.append(
            ApprovalStep(
                contract_id=scope.contract_id,
                position=position,
                role_id=step.role_id,
                from_fen=step.from_fen,
                opinion=step.opinion,
            )
        )
    act.session.flush()
    told = [[step.role_id, step.from_fen, step.opinion] for step in steps]
    act.record("chain.set", "chain", chain.id, scope.contract_id, purpose=purpose, steps=told)
    return chain


def delegate(
    act: Act, scope: ContractScope, taker_id: int, from_on: date, until_on: date, reason: str
) -> Delegation:
    """The actor lets another member of the contract act for them from a day to a day."""
    giver = act.person()
    if not is_other(giver, taker_id):
        raise Refused("不能授权给自己，请另选一个人", "taker_id")
    if not scope.members_of(taker_id, from_on):
        raise Refused("只能授权给这份合同里的成员，请重新选择", "taker_id")
    if until_on < max(from_on, act.today):
        raise Refused("结束日期不能早于开始日期和今天", "until_on")
    own = roles.contract_permissions(act.session, giver.user_id, act.today).get(
        scope.contract_id, frozenset()
    )
    taker = roles.contract_permissions(act.session, taker_id, act.today).get(scope.contract_id, frozenset())
    if why := conflicts((own - roles.NOT_LENT) | taker):
        raise Refused("授权以后，这个人会同时有不能合在一起的权限：" + "；".join(why), "taker_id")
    row = Delegation(
        giver_id=giver.user_id,
        taker_id=taker_id,
        from_on=from_on,
        until_on=until_on,
        reason=reason,
        created_at=act.now,
    )
    scope.add(row)
    accounts.end_sessions(act.session, taker_id, act.now, SessionEnd.ROLE)
    term = {"from_on": str(from_on), "until_on": str(until_on)}
    act.record("delegation.given", "delegation", row.id, scope.contract_id, taker=taker_id, **term)
    return row


def revoke_delegation(act: Act, scope: ContractScope, delegation_id: int) -> None:
    """The giver takes the delegation back, at once."""
    row = found(scope.find(Delegation, delegation_id))
    if row.giver_id != act.person().user_id:
        raise Refused("只有授权人本人可以收回授权")
    if row.revoked_at is not None:
        raise Refused("这份授权已经收回了")
    row.revoked_at = act.now
    accounts.end_sessions(act.session, row.taker_id, act.now, SessionEnd.ROLE)
    act.record("delegation.revoked", "delegation", row.id, scope.contract_id, taker=row.taker_id)
