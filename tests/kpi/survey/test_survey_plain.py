"""Surveys without an element table: every field right, or the record is not."""

from __future__ import annotations

from datetime import date

import pytest

from kpi.quantities import plain
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.loader import load_known
from kpi.survey.definition import Definition
from kpi.survey.plain import with_tables
from kpi.survey.results import score_table
from kpi.survey.scoring import SurveyRules
from kpi.survey.synthetic import Recipe, records
from kpi.survey.tables import embedded

RECIPE = Recipe(date(2026, 3, 1), date(2026, 4, 1))


@pytest.mark.parametrize("key", ["xingan-employment-home", "sandu-employment-data"])
def test_a_blank_required_field_makes_a_record_wrong(key: str) -> None:
    rulebook = load_known(key).rulebook
    definition = Definition.of(rulebook, None, Answers(rulebook))
    table = next(iter(definition.tables.values()))
    assert plain(table.full) == "100"
    assert table.bar == table.full
    needed = next(one.field for one in table.elements if one.required and one.field != definition.survey.branch)
    good = records(definition, 200, 1, RECIPE)
    result = score_table(SurveyRules(definition), embedded(good))
    assert result.records == 200
    assert sum(one.qualified for one in result.branches) == 200
    place = good.column_names.index(needed)
    blank = good.set_column(place, needed, [["", *good[needed].to_pylist()[1:]]])
    worse = score_table(SurveyRules(definition), embedded(blank))
    assert sum(one.qualified for one in worse.branches) == 199


def test_without_choices_for_the_branch_it_is_refused() -> None:
    rulebook = load_known("sandu-employment-data").rulebook
    survey = rulebook.surveys[0]
    ledger = rulebook.ledger(survey.ledger)
    assert ledger is not None
    odd = survey.model_copy(update={"branch": survey.record_id})
    with pytest.raises(Refused, match="分不出类别"):
        with_tables(odd, ledger)
