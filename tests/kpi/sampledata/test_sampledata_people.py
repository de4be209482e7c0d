"""People and enterprises of the samples: valid numbers, nobody's, no two alike."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from kpi.ledger.identities import enterprise, person
from kpi.quantities import Period
from kpi.sampledata.people import UNUSED_AREAS, Ages, Enterprises, People

TERM = Period(date(2025, 11, 1), date(2026, 10, 31))


def people(area: str = "361101", **more: object) -> People:
    return People("7/pool", 100_000, area, TERM, **more)  # type: ignore[arg-type]


@given(st.integers(0, 99_999), st.sampled_from(sorted(UNUSED_AREAS)))
@settings(deadline=None)
def test_numbers_are_valid_and_stand_in_an_unused_area(index: int, area: str) -> None:
    one = people(area)[index]
    assert person({"name": one.name, "id_number": one.id_number, "phone": one.phone}) == one.id_number
    assert ric.get_birth_date(one.id_number) == one.birth
    assert ric.get_birth_place(f"{area}201001010000")["county"] == "市辖区"
    assert ("男" if int(one.id_number[16]) % 2 else "女") == one.sex
    assert one.phone.startswith("154")
    assert len(one.phone) == 11


@given(st.integers(0, 99_999))
@settings(deadline=None)
def test_ages_hold_throughout_the_term(index: int) -> None:
    one = people(ages=Ages((16, 63), (16, 55)))[index]
    top = 63 if one.sex == "男" else 55
    assert 16 <= one.age(TERM.start) <= one.age(TERM.end) <= top


def test_no_two_people_of_the_pools_share_a_number_or_a_phone() -> None:
    pools = [People("7/a", 9000, "361101", TERM, slot=slot, slots=3) for slot in range(3)]
    everyone = [pool[index] for pool in pools for index in range(len(pool))]
    assert len({one.id_number for one in everyone}) == len(everyone)
    assert len({one.phone for one in everyone}) == len(everyone)


@given(st.integers(0, 4000))
@settings(deadline=None)
def test_credit_codes_are_valid_and_of_no_province(index: int) -> None:
    one = Enterprises("7/e", 4001)[index]
    assert enterprise(one._asdict()) == uscc.validate(one.code)
    assert one.code[2:4] == "99"


def test_enterprises_differ_in_code_and_nearly_always_in_name() -> None:
    pool = [Enterprises("7/e", 600)[index] for index in range(600)]
    assert len({one.code for one in pool}) == 600
    assert len({one.name for one in pool}) == 600


@pytest.mark.parametrize("index", [0, 17, 99_999])
def test_the_same_place_is_always_the_same_person(index: int) -> None:
    assert people()[index] == people()[index]
    assert people()[index] != People("8/pool", 100_000, "361101", TERM)[index]
