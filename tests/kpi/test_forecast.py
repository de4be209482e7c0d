"""Where the pace leads: flows grow, levels stay, repairs are worth what a repaired year is worth."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.forecast import Forecast, forecast
from kpi.quantities import Money
from kpi.rulebook.answers import Refused
from kpi.rulebook.given import Days, Given
from tests.kpi import riverside

JUNE = date(2025, 6, 30)


def ahead(rows: list[dict[str, Any]], as_of: date = JUNE, **more: Any) -> Forecast:
    setting = riverside.given(**more)
    so_far = setting.model_copy(update={"period": Days(start=date(2025, 1, 1), end=as_of)})
    return forecast(riverside.source(), so_far, riverside.measured(rows, so_far), as_of)


def test_counts_and_sums_go_on_and_due_windows_are_those_of_the_term() -> None:
    found = ahead(riverside.lessons(4, 15, 6))
    book = found.at_end.book
    assert found.share_gone == Fraction(181, 365)
    assert book.value("learners", "HP-2") == 360 * 365 // 181
    assert book.value("due", "HP-1") == 12
    assert book.value("full", "HP-1") == 6 * 365 // 181


def test_now_is_the_period_so_far() -> None:
    found = ahead(riverside.lessons(4, 15, 6))
    assert found.now.book.value("learners", "HP-2") == 360
    assert found.now.book.value("due", "HP-1") == 6


def test_a_lever_is_worth_what_the_repaired_year_is_worth() -> None:
    found = ahead(riverside.lessons(4, 15, 6))
    assert found.at_end.score == 73  # 725 of 1000: −27
    lever = found.levers[0]
    assert (lever.clause, lever.gain_points) == ("HP-2", 27)
    assert lever.gain_yuan == Money.of(100000 - (60000 - 2750))  # 差 → 优, and no 275 × ¥10
    assert "按整数计27个" in lever.text


def test_levers_stand_by_yuan_then_points() -> None:
    found = ahead(riverside.lessons(3, 15, 6))
    gains = [(one.gain_yuan or Money(0), one.gain_points) for one in found.levers]
    assert gains == sorted(gains, reverse=True)
    assert {one.clause for one in found.levers} >= {"HP-1", "HP-2"}


def test_together_is_told_where_no_lever_alone_moves_money() -> None:
    text = riverside.TEXT.replace("{tier: 良, at_least: 75, meaning: good}", "{tier: 良, at_least: 20, meaning: good}")
    text = text.replace("each: 10}}", "each: 0}}")
    book = riverside.load_text(text, "riverside.yaml")
    february = date(2025, 2, 28)
    so_far = riverside.given().model_copy(update={"period": Days(start=date(2025, 1, 1), end=february)})
    found = forecast(book, so_far, riverside.measured(riverside.lessons(3, 15, 2), so_far, book), february)
    assert found.at_end.tier is not None
    assert found.at_end.tier.tier == "良"
    assert all(not one.gain_yuan or one.gain_yuan.fen == 0 for one in found.levers)
    assert found.together is not None
    assert (set(found.together.clauses), found.together.tier) == ({"HP-1", "HP-2"}, "优")
    assert found.together.gain_yuan == Money.of(10000)


def test_what_is_lost_for_good_is_no_lever() -> None:
    found = ahead(riverside.lessons(3, 21, 6))  # six months with three lessons instead of four
    lever = next(one for one in found.levers if one.clause == "HP-1")
    assert lever.gain_points == 12  # the six months to come, at 2 points each
    assert found.at_best is not None
    assert found.at_best.score == 88


def test_a_case_too_many_stays() -> None:
    rows = riverside.lessons(4, 21, 6)
    rows[0]["fields"]["learners"] = 5
    found = ahead(rows)
    assert found.at_best is not None
    assert found.at_best.book.value("small", "HP-1") == found.at_end.book.value("small", "HP-1")


def test_on_the_last_day_the_forecast_is_the_result() -> None:
    rows = riverside.lessons(4, 19)
    found = ahead(rows, date(2025, 12, 31))
    assert found.at_end.score == riverside.year(rows).score == 92
    assert found.share_gone == 1


def test_what_is_not_known_is_not_forecast() -> None:
    found = ahead(riverside.lessons(4, 15, 6), facts={})
    assert found.at_end.score is None
    assert found.at_end.payment is None or found.at_end.payment.net is None
    assert found.if_met is not None  # a supposition beside it, not in its place
    assert found.if_met.score is not None
    assert {one.clause for one in found.levers}.isdisjoint(found.at_end.refused)
    assert all(one.gain_yuan is not None for one in found.levers)  # what a lever is worth beside the supposition
    assert ahead(riverside.lessons(4, 15, 6)).if_met is None


def test_windows_that_were_all_met_go_on_being_met() -> None:
    """Two months of two, and the twentieth of the third: twelve of twelve, not two by the share of days gone."""
    assert ahead(riverside.lessons(4, 15, 2), date(2025, 3, 20)).at_end.book.value("full", "HP-1") == 12
    missed = [one for one in riverside.lessons(4, 15, 2) if one["id"] != "L5"]
    assert ahead(missed, date(2025, 3, 20)).at_end.book.value("full", "HP-1") == 6


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2026, 1, 1)])
def test_a_day_outside_the_term_is_refused(day: date) -> None:
    with pytest.raises(Refused, match="不在合同期"):
        forecast(riverside.source(), riverside.given(), [], day)


def test_without_a_term_nothing_is_forecast() -> None:
    with pytest.raises(Refused, match="要知道合同期"):
        forecast(riverside.source(), Given(), [], JUNE)


@given(st.integers(1, 6), st.integers(20, 40), st.integers(0, 8))
def test_a_better_pace_never_leads_to_less(per_month: int, learners: int, more: int) -> None:
    one = ahead(riverside.lessons(per_month, learners, 6)).at_end
    other = ahead(riverside.lessons(per_month, learners + more, 6)).at_end
    assert one.score is not None
    assert other.score is not None
    assert other.score >= one.score
