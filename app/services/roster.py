"""花名册: joining, papers on file, leaving with a hand-over in one step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.security.permissions import Permission
from app.security.predicates import Person, is_other, may
from app.services import roles
from app.services.act import Act, Refused, found
from app.store import accounts
from app.store.contracts import ContractScope, Outlet, RosterEntry


@dataclass(frozen=True)
class Joining:
    """A member of staff who joins; dates of papers are None while they are not on file."""

    user_id: int
    position: str
    outlet_id: int | None
    joined_on: date
    insured_from: date | None
    confidentiality_signed_on: date | None


def check_person(act: Act, scope: ContractScope, user_id: int) -> None:
    """The roster lists the parties' own people; a manager of staff lists the own organisation's."""
    user, contract = accounts.by_id(act.session, user_id), found(scope.contract())
    if user is None or user.organisation_id not in {contract.buyer_id, contract.supplier_id}:
        raise Refused("只能登记合同双方的人员，请重新选择", "user_id")
    person = act.person()
    if Permission.ROSTER_MANAGE not in person.console and user.organisation_id != person.organisation_id:
        raise Refused("只能登记本单位的人员，请重新选择", "user_id")


def join(act: Act, scope: ContractScope, joining: Joining) -> RosterEntry:
    """Adds a person to the roster."""
    check_person(act, scope, joining.user_id)
    if scope.present(joining.user_id) is not None:
        raise Refused("这个人已经在花名册里了", "user_id")
    if joining.outlet_id is not None and scope.find(Outlet, joining.outlet_id) is None:
        raise Refused("没有这个网点，请重新选择", "outlet_id")
    check_signed(act, joining.confidentiality_signed_on)
    entry = RosterEntry(
        user_id=joining.user_id,
        outlet_id=joining.outlet_id,
        position=joining.position,
        joined_on=joining.joined_on,
        insured_from=joining.insured_from,
        confidentiality_signed=joining.confidentiality_signed_on is not None,
        confidentiality_signed_on=joining.confidentiality_signed_on,
        created_at=act.now,
    )
    scope.add(entry)
    act.record("roster.joined", "roster", entry.id, scope.contract_id, user=joining.user_id)
    return entry


def check_signed(act: Act, signed_on: date | None) -> None:
    if signed_on is not None and signed_on > act.today:
        raise Refused("保密协议的签署日期不能晚于今天", "confidentiality_signed_on")


def sign_confidentiality(act: Act, scope: ContractScope, entry_id: int, signed_on: date) -> None:
    """Puts the signed confidentiality agreement on file: from now on personal data may show."""
    entry = found(scope.find(RosterEntry, entry_id))
    if not is_other(act.person(), entry.user_id):
        raise Refused("自己的保密协议由别人登记")
    check_person(act, scope, entry.user_id)
    if entry.left_on is not None:
        raise Refused("这个人已经离岗，不能再登记保密协议")
    check_signed(act, signed_on)
    entry.confidentiality_signed, entry.confidentiality_signed_on = True, signed_on
    act.session.flush()
    act.record("roster.confidentiality", "roster", entry.id, scope.contract_id, on=str(signed_on))


def leave(act: Act, scope: ContractScope, entry_id: int, left_on: date, successor_id: int | None) -> None:
    """The person leaves; roles end, and a successor takes them over, in one step."""
    entry = found(scope.find(RosterEntry, entry_id))
    if entry.left_on is not None:
        raise Refused("这个人已经离岗了")
    if left_on < entry.joined_on:
        raise Refused("离岗日期早于到岗日期，请核对", "left_on")
    if not is_other(act.person(), entry.user_id):
        raise Refused("不能给自己办离岗，请让别人操作")
    check_person(act, scope, entry.user_id)
    entry.left_on = left_on
    handed = hand_over(act, scope, entry.user_id, left_on, successor_id)
    act.session.flush()
    detail = {"user": entry.user_id, "on": str(left_on), "successor": successor_id, "roles": handed}
    act.record("roster.left", "roster", entry.id, scope.contract_id, **detail)


def hand_over(
    act: Act, scope: ContractScope, leaver_id: int, left_on: date, successor_id: int | None
) -> list[int]:
    """Ends the leaver's roles and delegations; gives the roles to the successor. Returns the role ids."""
    if successor_id == leaver_id:
        raise Refused("接手人不能是离岗的人自己，请另选", "successor_id")
    held = scope.members_of(leaver_id, act.today)
    taken = set()
    if successor_id is not None:
        taken = {each.role_id for each in scope.members_of(successor_id, act.today)}
    for membership in held:
        until_on = membership.until_on
        if until_on is None or until_on > left_on:
            roles.close_membership(act, membership, left_on)
        if successor_id is not None and membership.role_id not in taken:
            roles.add_member(act, scope, successor_id, membership.role_id, act.today, until_on)
    for delegation in scope.delegations(act.today):
        if leaver_id in {delegation.giver_id, delegation.taker_id}:
            delegation.revoked_at = act.now
    return [each.role_id for each in held]


def sees_personal_data(scope: ContractScope, person: Person, today: date) -> bool:
    """Has the permission, and a signed confidentiality agreement is on file."""
    allowed = may(person, Permission.PERSONAL_DATA, scope.contract_id)
    return allowed and scope.confidentiality_on_file(person.user_id, today)
