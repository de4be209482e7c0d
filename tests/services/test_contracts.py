"""Organisations, contracts, outlets, roster with hand-over, delegation, chains of approval, answers, numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.security.permissions import P
from app.services import approvals, organisations, outlets, roster, staff
from app.services.act import Missing
from app.services.approvals import Step
from app.services.organisations import ContractTerms
from app.services.roster import Joining
from app.services.staff import Newcomer
from app.store import roles as stored_roles
from app.store.contracts import ContractScope
from app.store.models import Contract, UserAccount
from tests.factories import organisations as made
from tests.factories import people, places
from tests.factories import roles as held
from tests.services.acting import SETTINGS, act_of, recorded, refused

TODAY = date(2026, 3, 5)


@pytest.fixture
def contract(session: Session) -> Contract:
    return made.contract(session)


@pytest.fixture
def scope(session: Session, contract: Contract) -> ContractScope:
    return ContractScope(session, contract.id)


@pytest.fixture
def manager(session: Session, contract: Contract) -> UserAccount:
    user = people.account(session, organisation=contract.supplier)
    held.membership(session, contract, user, "project_manager")
    return user


def test_an_organisation_is_registered_once(session: Session, manager: UserAccount) -> None:
    act = act_of(session, manager)
    row = organisations.add_organisation(act, "buyer", " 湖畔人社局 ", "91110000600037341l")
    assert (row.name, row.credit_code) == ("湖畔人社局", "91110000600037341L")
    refused("name", "已经登记", lambda: organisations.add_organisation(act, "buyer", "湖畔人社局", ""))
    refused(
        "credit_code",
        "校验码",
        lambda: organisations.add_organisation(act, "buyer", "别的", "91110000600037341A"),
    )


@pytest.fixture
def terms(session: Session) -> ContractTerms:
    buyer, supplier = made.organisation(session, "buyer"), made.organisation(session, "supplier")
    return ContractTerms("lake", "湖畔合同", buyer.id, supplier.id, date(2026, 3, 17), date(2027, 3, 16), 100)


def test_a_contract_starts_as_a_draft(session: Session, manager: UserAccount, terms: ContractTerms) -> None:
    row = organisations.create_contract(act_of(session, manager), terms)
    assert row.state == "draft"
    refused("code", "已经有了", lambda: organisations.create_contract(act_of(session, manager), terms))


@pytest.mark.parametrize(
    ("field", "value"),
    [("code", "Ä"), ("ends_on", date(2026, 3, 16)), ("buyer_id", 999), ("supplier_id", 999)],
)
def test_terms_that_contradict_are_refused(
    session: Session, manager: UserAccount, terms: ContractTerms, field: str, value: object
) -> None:
    wrong = replace(terms, **{field: value})
    refused(field, ".", lambda: organisations.create_contract(act_of(session, manager), wrong))


def test_buyer_and_supplier_are_not_exchanged(
    session: Session, manager: UserAccount, terms: ContractTerms
) -> None:
    wrong = replace(terms, buyer_id=terms.supplier_id)
    refused("buyer_id", "采购人", lambda: organisations.create_contract(act_of(session, manager), wrong))


def test_outlets_make_a_tree(session: Session, manager: UserAccount, scope: ContractScope) -> None:
    act = act_of(session, manager)
    county = outlets.add(act, scope, None, "county", "湖畔县")
    town = outlets.add(act, scope, county.id, "township", "东镇")
    refused("name", "同一个上级", lambda: outlets.add(act, scope, county.id, "township", "东镇"))
    refused("name", "同一个上级", lambda: outlets.add(act, scope, None, "county", "湖畔县"))
    refused("parent_id", "更高一级", lambda: outlets.add(act, scope, town.id, "county", "反了"))
    outlets.rename(act, scope, town.id, "东新镇")
    refused("", "下级", lambda: outlets.close(act, scope, county.id, TODAY))
    outlets.close(act, scope, town.id, TODAY)
    refused("parent_id", "关闭", lambda: outlets.add(act, scope, town.id, "village", "新村"))
    assert recorded(session) == ["outlet.added", "outlet.added", "outlet.renamed", "outlet.closed"]


def test_an_outlet_of_another_contract_is_no_parent(
    session: Session, manager: UserAccount, scope: ContractScope
) -> None:
    other = places.outlet(session, made.contract(session))
    act = act_of(session, manager)
    refused("parent_id", "没有这个上级", lambda: outlets.add(act, scope, other.id, "village", "村"))
    with pytest.raises(Missing):
        outlets.rename(act, scope, other.id, "改名")


def joining(user: UserAccount, **given: object) -> Joining:
    values = {"insured_from": None, "confidentiality_signed_on": None, "outlet_id": None, **given}
    return Joining(user_id=user.id, position="专员", joined_on=TODAY, **values)  # type: ignore[arg-type]


def test_no_personal_data_before_the_agreement_is_on_file(
    session: Session, manager: UserAccount, scope: ContractScope, contract: Contract
) -> None:
    worker = people.account(session, organisation=contract.supplier)
    held.membership(session, contract, worker, "field_staff")

    def sees() -> bool:
        person = act_of(session, worker).person()
        return roster.sees_personal_data(scope, person, TODAY)

    assert not sees()
    entry = roster.join(act_of(session, manager), scope, joining(worker))
    assert not sees()
    act = act_of(session, manager)
    refused(
        "confidentiality_signed_on", "晚于今天",
        lambda: roster.sign_confidentiality(act, scope, entry.id, date(2026, 3, 6)),
    )  # fmt: skip
    roster.sign_confidentiality(act, scope, entry.id, TODAY)
    assert sees()
    roster.leave(act, scope, entry.id, TODAY, None)
    assert not sees()


def test_nobody_files_the_own_agreement(session: Session, manager: UserAccount, scope: ContractScope) -> None:
    entry = places.roster_entry(session, scope.contract(), manager)
    act = act_of(session, manager)
    refused("", "由别人登记", lambda: roster.sign_confidentiality(act, scope, entry.id, TODAY))
    refused("left_on", "早于", lambda: roster.leave(act, scope, entry.id, date(2025, 1, 1), None))
    refused("", "自己", lambda: roster.leave(act, scope, entry.id, TODAY, None))


def test_the_roster_lists_the_own_staff_once(
    session: Session, manager: UserAccount, scope: ContractScope, contract: Contract
) -> None:
    buyer = people.account(session, organisation=contract.buyer)
    act = act_of(session, manager)
    refused("user_id", "本单位", lambda: roster.join(act, scope, joining(buyer)))
    stranger = people.account(session)
    refused("user_id", "合同双方", lambda: roster.join(act, scope, joining(stranger)))
    own = people.account(session, organisation=contract.supplier)
    roster.join(act, scope, joining(own))
    refused("user_id", "已经在", lambda: roster.join(act, scope, joining(own)))


def test_leaving_hands_over_in_one_step(
    session: Session, manager: UserAccount, scope: ContractScope, contract: Contract
) -> None:
    leaver, successor = (people.account(session, organisation=contract.supplier) for _ in range(2))
    held.membership(session, contract, leaver, "field_staff")
    held.delegation(session, contract, manager, leaver)
    entry = places.roster_entry(session, contract, leaver)
    roster.leave(act_of(session, manager), scope, entry.id, date(2026, 3, 4), successor.id)
    assert TODAY not in {each.until_on for each in scope.members_of(leaver.id, TODAY)}
    assert not stored_roles.contract_permissions(session, leaver.id, TODAY)
    assert P.ENTRY_WRITE in stored_roles.contract_permissions(session, successor.id, TODAY)[contract.id]
    assert not scope.delegations(TODAY)
    assert recorded(session) == ["membership.ended", "membership.added", "roster.left"]
    refused("", "已经离岗", lambda: roster.leave(act_of(session, manager), scope, entry.id, TODAY, None))


def test_a_manager_invites_own_staff_in_one_step(
    session: Session, manager: UserAccount, scope: ContractScope, contract: Contract
) -> None:
    role = held.built_in(session, "field_staff")
    newcomer = Newcomer("zhou", "周某", role.id, "专员", TODAY)
    invited = staff.invite(act_of(session, manager), scope, SETTINGS, newcomer)
    assert scope.present(invited.user_id) is not None
    assert [each.role_id for each in scope.members_of(invited.user_id, TODAY)] == [role.id]
    assert recorded(session) == ["account.invited", "membership.added", "roster.joined"]


@pytest.fixture
def head(session: Session, contract: Contract) -> UserAccount:
    user = people.account(session, organisation=contract.buyer)
    held.membership(session, contract, user, "deputy_head")
    return user


def delegate(
    session: Session, scope: ContractScope, giver: UserAccount, taker: UserAccount, until: date = TODAY
) -> int:
    return approvals.delegate(act_of(session, giver), scope, taker.id, TODAY, until, "出差").id


def test_a_delegate_acts_for_the_giver_while_it_lasts(
    session: Session, scope: ContractScope, head: UserAccount, contract: Contract
) -> None:
    taker = people.account(session, organisation=contract.buyer)
    held.membership(session, contract, taker, "finance")
    delegation_id = delegate(session, scope, head, taker)
    powers = stored_roles.contract_permissions(session, taker.id, TODAY)[contract.id]
    assert P.SIGN in powers
    assert P.SIGN not in stored_roles.contract_permissions(session, taker.id, date(2026, 3, 6))[contract.id]
    refused("", "本人", lambda: approvals.revoke_delegation(act_of(session, taker), scope, delegation_id))
    approvals.revoke_delegation(act_of(session, head), scope, delegation_id)
    session.flush()
    assert P.SIGN not in stored_roles.contract_permissions(session, taker.id, TODAY)[contract.id]
    refused("", "已经收回", lambda: approvals.revoke_delegation(act_of(session, head), scope, delegation_id))


def test_a_delegation_cannot_unite_what_must_be_apart(
    session: Session, scope: ContractScope, head: UserAccount, contract: Contract
) -> None:
    scorer = people.account(session, organisation=contract.buyer)
    held.membership(session, contract, scorer, "supervisor")
    refused("taker_id", "评分的人", lambda: delegate(session, scope, head, scorer))
    refused("taker_id", "自己", lambda: delegate(session, scope, head, head))
    stranger = people.account(session)
    refused("taker_id", "成员", lambda: delegate(session, scope, head, stranger))


def test_a_delegation_has_an_end(
    session: Session, scope: ContractScope, head: UserAccount, contract: Contract
) -> None:
    taker = people.account(session, organisation=contract.buyer)
    held.membership(session, contract, taker, "finance")
    refused("until_on", "不能早于", lambda: delegate(session, scope, head, taker, date(2026, 3, 4)))


def test_a_chain_of_approval_is_replaced_whole(
    session: Session, manager: UserAccount, scope: ContractScope
) -> None:
    first, second = held.built_in(session, "finance"), held.built_in(session, "deputy_head")
    act = act_of(session, manager)
    approvals.set_chain(
        act, scope, "payment", [Step(first.id, 0, "同意"), Step(second.id, 50_000_00, "同意")]
    )
    chain = approvals.set_chain(act, scope, "payment", [Step(second.id, 0, "同意")])
    assert [(step.position, step.role_id) for step in chain.steps] == [(1, second.id)]
    refused("steps", "至少", lambda: approvals.set_chain(act, scope, "payment", []))
    console = held.built_in(session, "administrator")
    refused(
        "steps",
        "合同里的角色",
        lambda: approvals.set_chain(act, scope, "payment", [Step(console.id, 0, "x")]),
    )


def test_a_later_answer_replaces_but_keeps_the_earlier(
    session: Session, manager: UserAccount, scope: ContractScope
) -> None:
    now = act_of(session).now
    scope.answer("month_anchor", "calendar", "双方商定", manager.id, now)
    scope.answer("month_anchor", "anniversary", "更正", manager.id, now)
    assert scope.answers()["month_anchor"].answer == {"value": "anniversary"}
    assert scope.answers()["month_anchor"].revision == 2


def test_numbers_run_per_ledger_and_contract(session: Session, scope: ContractScope) -> None:
    other = ContractScope(session, made.contract(session).id)
    assert [scope.next_number("visits") for _ in range(3)] == [1, 2, 3]
    assert (scope.next_number("calls"), other.next_number("visits")) == (1, 1)
