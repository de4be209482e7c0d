"""Permissions as data, and the small questions about them."""

from __future__ import annotations

from itertools import combinations

import pytest

from app.security.permissions import ADMINISTRATION, BUILT_IN_ROLES, EXCLUSIVE, SUBSTANCE, P, conflicts, known
from app.security.predicates import (
    Person,
    contracts_where,
    is_other,
    knows_contract,
    may,
    may_anywhere,
)
from app.security.terms import RoleSide

ROLES = {role.code: role for role in BUILT_IN_ROLES}
PERSON = Person(
    1, "林某", 7, frozenset({P.JOBS_READ}), {3: frozenset({P.SCORE}), 4: frozenset({P.CONTRACT_READ})}
)


def test_the_eight_roles_are_there() -> None:
    assert [role.name for role in BUILT_IN_ROLES] == [
        "一线人员", "项目经理", "主管人员", "分管领导", "财务人员", "考核验收组成员", "审计人员", "系统管理员",
    ]  # fmt: skip


@pytest.mark.parametrize("code", ROLES)
def test_no_built_in_role_unites_what_must_be_apart(code: str) -> None:
    assert conflicts(ROLES[code].permissions) == []


@pytest.mark.parametrize(
    ("one", "other"),
    [("field_staff", "supervisor"), ("supervisor", "finance"), ("supervisor", "deputy_head"),
     ("project_manager", "supervisor"), ("project_manager", "finance"), ("administrator", "supervisor"),
     ("administrator", "finance"), ("administrator", "field_staff"), ("group_member", "finance")],
)  # fmt: skip
def test_these_two_roles_do_not_meet_in_one_person(one: str, other: str) -> None:
    assert conflicts(ROLES[one].permissions | ROLES[other].permissions)


def test_the_administrator_touches_no_substance_and_the_auditor_only_reads() -> None:
    assert not ROLES["administrator"].permissions & SUBSTANCE
    reading = {P.CONTRACT_READ, P.AUDIT_READ, P.REPORT_READ, P.ROSTER_READ}
    assert ROLES["auditor"].permissions <= reading
    assert ROLES["auditor"].until_required


def test_each_exclusion_stands_between_two_things() -> None:
    for one, other, why in EXCLUSIVE:
        assert not one & other
        assert why
        assert all(conflicts({left, right}) for left in one for right in other)


def test_a_single_permission_never_conflicts() -> None:
    assert not [permission for permission in P if conflicts({permission})]
    assert all(not conflicts(set(pair)) for pair in combinations(ADMINISTRATION, 2))


def test_a_word_that_no_longer_exists_gives_no_power() -> None:
    assert known(["score", "become_king"]) == frozenset({P.SCORE})


def test_a_contract_permission_holds_in_its_contract() -> None:
    assert may(PERSON, P.SCORE, 3)
    assert not may(PERSON, P.SCORE, 4)
    assert not may(PERSON, P.SCORE)
    assert may(PERSON, P.JOBS_READ)
    assert may(PERSON, P.JOBS_READ, 3)
    assert may_anywhere(PERSON, P.SCORE)
    assert not may_anywhere(PERSON, P.SIGN)


def test_what_one_does_not_belong_to_is_unknown() -> None:
    assert knows_contract(PERSON, 3)
    assert not knows_contract(PERSON, 5)
    assert knows_contract(Person(1, "管", 7, frozenset({P.CONTRACT_READ})), 5)


def test_lists_show_the_contracts_where_one_may() -> None:
    assert contracts_where(PERSON, P.SCORE) == {3}
    assert contracts_where(PERSON, P.JOBS_READ) is None
    assert contracts_where(PERSON, P.SIGN) == frozenset()


def test_one_is_not_somebody_else() -> None:
    assert is_other(PERSON, 2)
    assert not is_other(PERSON, 1)


def test_sides_have_terms() -> None:
    assert [side.label for side in RoleSide] == ["采购人", "供应商", "不限", "全台"]
