"""Roles and memberships: nobody gets what must be apart, nobody touches the own roles."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.security.permissions import P
from app.services import roles
from app.services.act import Missing
from app.store import accounts as stored_accounts
from app.store import roles as stored
from app.store.contracts import ContractScope
from app.store.models import Contract, UserAccount
from tests.factories import organisations, people
from tests.factories import roles as made
from tests.factories.ground import FrozenClock
from tests.services.acting import act_of, recorded, refused

TODAY = date(2026, 3, 5)


@pytest.fixture
def contract(session: Session) -> Contract:
    return organisations.contract(session)


@pytest.fixture
def admin(session: Session) -> UserAccount:
    user = people.account(session)
    made.console_grant(session, user)
    return user


@pytest.fixture
def manager(session: Session, contract: Contract) -> UserAccount:
    user = people.account(session, organisation=contract.supplier)
    made.membership(session, contract, user, "project_manager")
    return user


def give(
    session: Session,
    actor: UserAccount,
    contract: Contract,
    user: UserAccount,
    code: str,
    until: date | None = None,
) -> int:
    role = made.built_in(session, code)
    scope = ContractScope(session, contract.id)
    return roles.add_member(act_of(session, actor), scope, user.id, role.id, TODAY, until).id


def test_a_role_in_a_contract_holds_there_alone(
    session: Session, admin: UserAccount, contract: Contract
) -> None:
    user = people.account(session, organisation=contract.buyer)
    give(session, admin, contract, user, "supervisor")
    held = stored.contract_permissions(session, user.id, TODAY)
    assert held.keys() == {contract.id}
    assert P.ENTRY_VERIFY in held[contract.id]
    assert recorded(session) == ["membership.added"]


@pytest.mark.parametrize("code", ["supervisor", "finance", "field_staff"])
def test_a_role_is_held_by_its_side(
    session: Session, admin: UserAccount, contract: Contract, code: str
) -> None:
    wrong = contract.buyer if code == "field_staff" else contract.supplier
    user = people.account(session, organisation=wrong)
    refused("user_id", "只能由", lambda: give(session, admin, contract, user, code))


def test_an_auditor_needs_an_end(session: Session, admin: UserAccount, contract: Contract) -> None:
    user = people.account(session)
    refused("until_on", "结束日期", lambda: give(session, admin, contract, user, "auditor"))
    give(session, admin, contract, user, "auditor", TODAY)
    assert stored.contract_permissions(session, user.id, TODAY)
    assert not stored.contract_permissions(session, user.id, TODAY + timedelta(days=1))


def test_who_scores_cannot_approve_payment(session: Session, admin: UserAccount, contract: Contract) -> None:
    user = people.account(session, organisation=contract.buyer)
    give(session, admin, contract, user, "supervisor")
    refused("role_id", "评分的人不能审批付款", lambda: give(session, admin, contract, user, "finance"))


def test_the_administrator_gets_no_substance(
    session: Session, admin: UserAccount, contract: Contract
) -> None:
    other = people.account(session, organisation=contract.buyer)
    made.console_grant(session, other)
    refused("role_id", "不接触", lambda: give(session, admin, contract, other, "supervisor"))


def test_nobody_gives_the_own_role(session: Session, admin: UserAccount, contract: Contract) -> None:
    refused("user_id", "自己的角色", lambda: give(session, admin, contract, admin, "auditor", TODAY))
    role = made.built_in(session, "administrator")
    refused("role_id", "自己的角色", lambda: roles.grant(act_of(session, admin), admin.id, role.id, None))


def test_a_role_is_given_once(session: Session, admin: UserAccount, contract: Contract) -> None:
    user = people.account(session, organisation=contract.buyer)
    give(session, admin, contract, user, "finance")
    refused("role_id", "已经担任", lambda: give(session, admin, contract, user, "finance"))


def test_a_manager_gives_own_staff_less_than_the_own_powers(
    session: Session, manager: UserAccount, contract: Contract
) -> None:
    own = people.account(session, organisation=contract.supplier)
    give(session, manager, contract, own, "field_staff")
    refused("role_id", "本单位", lambda: give(session, manager, contract, own, "project_manager"))
    buyer = people.account(session, organisation=contract.buyer)
    refused("role_id", "本单位", lambda: give(session, manager, contract, buyer, "group_member"))
    names = {role.code for role in roles.assignable(act_of(session, manager), contract.id)}
    assert names == {"field_staff"}
    people_offered = roles.candidates(act_of(session, manager), contract)
    assert {each.organisation_id for each in people_offered} == {contract.supplier_id}


def test_a_role_change_ends_the_sessions(
    session: Session, admin: UserAccount, contract: Contract, clock: FrozenClock
) -> None:
    user = people.account(session, organisation=contract.buyer)
    people.signed_in(session, user)
    give(session, admin, contract, user, "finance")
    assert not stored_accounts.open_sessions(session, clock.now, user.id)


def test_ending_a_role(session: Session, admin: UserAccount, contract: Contract) -> None:
    user = people.account(session, organisation=contract.buyer)
    membership = made.membership(session, contract, user, "finance")
    scope = ContractScope(session, contract.id)
    roles.end_member(act_of(session, admin), scope, membership.id, TODAY - timedelta(days=1))
    session.flush()
    assert not stored.contract_permissions(session, user.id, TODAY)
    refused("", "已经结束", lambda: roles.end_member(act_of(session, admin), scope, membership.id, TODAY))


def test_a_role_that_would_end_before_it_began_goes(
    session: Session, admin: UserAccount, contract: Contract
) -> None:
    user = people.account(session, organisation=contract.buyer)
    membership_id = give(session, admin, contract, user, "finance")
    scope = ContractScope(session, contract.id)
    roles.end_member(act_of(session, admin), scope, membership_id, TODAY - timedelta(days=1))
    session.flush()
    assert not scope.members_of(user.id, TODAY)


def test_a_membership_of_another_contract_is_missing(
    session: Session, admin: UserAccount, contract: Contract
) -> None:
    other = organisations.contract(session)
    membership = made.membership(session, other, people.account(session), "finance")
    with pytest.raises(Missing):
        roles.end_member(act_of(session, admin), ContractScope(session, contract.id), membership.id, TODAY)


def test_a_grant_comes_and_goes(session: Session, admin: UserAccount) -> None:
    user, role = people.account(session), made.built_in(session, "administrator")
    row = roles.grant(act_of(session, admin), user.id, role.id, None)
    assert P.PEOPLE_MANAGE in stored.console_permissions(session, user.id, TODAY)
    with pytest.raises(Missing):
        roles.end_grant(act_of(session, admin), admin.id, row.id)
    roles.end_grant(act_of(session, admin), user.id, row.id)
    session.flush()
    assert not stored.console_permissions(session, user.id, TODAY)


def create(session: Session, admin: UserAccount, *permissions: P, side: str = "buyer") -> object:
    return roles.create(act_of(session, admin), "new_role", "新角色", side, permissions, until_required=False)


def test_a_role_cannot_unite_what_must_be_apart(session: Session, admin: UserAccount) -> None:
    refused("permissions", "登记的人不能审核", lambda: create(session, admin, P.ENTRY_WRITE, P.ENTRY_VERIFY))
    refused("permissions", "全台角色不能", lambda: create(session, admin, P.SCORE, side="console"))
    refused("permissions", "合同里的角色不能", lambda: create(session, admin, P.JOBS_MANAGE))
    create(session, admin, P.REPORT_READ)
    refused("code", "已经有了", lambda: create(session, admin, P.REPORT_READ))


def test_changing_a_role_reaches_its_holders(
    session: Session, admin: UserAccount, contract: Contract, clock: FrozenClock
) -> None:
    role = made.role(session, P.CONTRACT_READ)
    user = people.account(session)
    made.membership(session, contract, user, role)
    people.signed_in(session, user)
    version = role.version
    roles.change(act_of(session, admin), role.id, "新名字", [P.SCORE], version)
    assert stored.contract_permissions(session, user.id, TODAY) == {contract.id: frozenset({P.SCORE})}
    assert not stored_accounts.open_sessions(session, clock.now, user.id)
    act = act_of(session, admin)
    refused("permissions", "别人改过", lambda: roles.change(act, role.id, "又改", [P.SIGN], version))


def test_a_role_change_that_unites_powers_in_a_holder_is_refused(
    session: Session, admin: UserAccount, contract: Contract
) -> None:
    role, user = made.role(session, P.CONTRACT_READ), people.account(session, organisation=contract.buyer)
    made.membership(session, contract, user, role)
    made.membership(session, contract, user, "finance")
    act = act_of(session, admin)
    refused("role_id", "评分的人", lambda: roles.change(act, role.id, "评", [P.SCORE], role.version))


def test_nobody_changes_a_role_that_they_hold(session: Session, admin: UserAccount) -> None:
    role = made.built_in(session, "administrator")
    act = act_of(session, admin)
    refused(
        "permissions", "自己担任", lambda: roles.change(act, role.id, "管", [P.PEOPLE_MANAGE], role.version)
    )
