"""Invented records: nobody real, the same for the same seed, faults in the share that was asked for."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from stdnum import numdb
from stdnum.cn import ric

from kpi.survey.results import score_table
from kpi.survey.scoring import SurveyRules
from kpi.survey.synthetic import FAULTS, UNUSED_AREA, UNUSED_PREFIX, records
from kpi.survey.tables import embedded
from tests.kpi.survey.rows import DEFINITION, RECIPE

CLEAN = replace(RECIPE, dirty={})
RULES = SurveyRules(DEFINITION)
SHOWS = {
    "blank": ("blank:name", "blank:mobile"), "choice": ("format:sex", "format:degree"), "check_digit": ("id_ok",),
    "short_id": ("id_ok",), "phone": ("mobile_ok",), "sex": ("sex_ok",), "age": ("age_ok",), "duplicate": ("once",),
    "number": ("format:age", "format:pay"), "full_width": (), "branch": ("format:module",),
}  # fmt: skip


def test_people_cannot_be_real_and_their_numbers_are_right() -> None:
    for row in records(DEFINITION, 500, 1, CLEAN).to_pylist():
        assert ric.calc_check_digit(row["idno"]) == row["idno"][17]
        assert ric.get_birth_date(row["idno"]).isoformat() == row["birth"]
        assert row["idno"].startswith(UNUSED_AREA)
        assert row["mobile"].startswith(str(UNUSED_PREFIX))
    assert not any("county" in known for _, known in numdb.get("cn/loc").info(UNUSED_AREA))


def test_same_seed_same_records() -> None:
    assert records(DEFINITION, 300, 5, RECIPE).equals(records(DEFINITION, 300, 5, RECIPE))
    assert not records(DEFINITION, 300, 5, RECIPE).equals(records(DEFINITION, 300, 6, RECIPE))


@pytest.mark.parametrize("kind", FAULTS)
def test_a_fault_shows_as_its_reason_in_about_its_share(kind: str) -> None:
    share = Fraction(1, 5)
    before = score_table(RULES, embedded(records(DEFINITION, 1000, 2, CLEAN))).failures
    after = score_table(
        RULES, embedded(records(DEFINITION, 1000, 2, replace(CLEAN, dirty={kind: share})))
    ).failures
    for reason in SHOWS[kind]:
        assert after.get(reason, 0) > before.get(reason, 0)
    if kind in ("phone", "branch", "sex", "check_digit", "short_id"):
        assert 140 <= after[SHOWS[kind][0]] - before.get(SHOWS[kind][0], 0) <= 260
    if kind == "full_width":
        assert after == before
