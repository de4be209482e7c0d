"""What one more shortfall costs, windows that have begun, and what a period without loss would be worth."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from kpi.forecast import Forecast, Price, Running, forecast
from kpi.indicators.collect import Collector
from kpi.indicators.values import FigureValue
from kpi.quantities import Money, Period
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.given import Days, Given, work_calendar
from kpi.rulebook.loader import Source, load_text
from tests.kpi import riverside

JUNE = date(2025, 6, 30)
MONTHLY = """
key: hillside
title: 山坡服务
term: {years: 1}
clauses: [{id: HS-1, title: 每月讲座}, {id: HS-2, title: 全年讲座}, {id: HS-3, title: 出席率}]
ledgers:
  - id: talk
    name: 讲座台账
    clauses: [HS-1, HS-2]
    fields: [{id: date, name: 日期, type: date, required: true}, {id: full, name: 满座, type: yes_no}]
indicators:
  - clause: HS-1
    title: 每月讲座
    figures: {talks: {measure: count, ledger: talk, window: month, unit: 场}}
    criteria: [{value: talks, at_least: 4}]
  - clause: HS-2
    title: 全年讲座
    figures: {year: {measure: count, ledger: talk, window: year, unit: 场}}
    criteria: [{value: year, at_least: 100}]
  - clause: HS-3
    title: 出席率
    figures: {full: {measure: rate, ledger: talk, hits: full == true}}
    criteria: [{value: full, at_least: 90%, percent: true}]
rubric:
  clause: HS-1
  title: 考核
  total: 100
  items:
    - {id: a, clauses: HS-1, title: 每月, maximum: 40, rules: [{mechanic: per_unit, count: "shortfall(talks, 4)", each: 2}]}
    - id: b
      clauses: HS-2
      title: 全年
      maximum: 40
      rules: [{mechanic: per_point, actual: "sum(year)", target: 100, of: completion, each: 1}]
    - {id: c, clauses: HS-3, title: 出席, maximum: 20, rules: [{mechanic: all_or_nothing}]}
"""


def ahead(months: int = 6, learners: int = 15) -> Forecast:
    so_far = riverside.given().model_copy(update={"period": Days(start=date(2025, 1, 1), end=JUNE)})
    figures = riverside.measured(riverside.lessons(4, learners, months), so_far)
    return forecast(riverside.source(), so_far, figures, JUNE, priced=True)


def hillside() -> tuple[Source, Given]:
    days = {"start": "2025-01-01", "end": "2025-12-31"}
    return load_text(MONTHLY, "hillside.yaml"), Given.model_validate({"term": days, "period": days, "price": 1000})


def monthly(values: list[int], rate: Fraction | None = Fraction(95, 100), **more: Any) -> Forecast:
    """Forecast on 10 April: three months are over, April has begun."""
    source, given = hillside()
    day = date(2025, 4, 10)
    figures = [
        FigureValue("HS-1", "talks", list(values), unit="场"), FigureValue("HS-2", "year", [], unit="场"),
        FigureValue("HS-3", "full", rate),
    ]  # fmt: skip
    so_far = given.model_copy(update={"period": Days(start=date(2025, 1, 1), end=day)})
    return forecast(source, so_far, figures, day, priced=True, **more)


def price(found: Forecast, clause: str) -> Price:
    assert found.prices is not None
    return found.prices[clause]


def test_one_more_shortfall_costs_what_the_rule_says() -> None:
    found = ahead()
    assert price(found, "HP-1") == Price("HP-1", Fraction(2), Money(0), 1, "个月")
    assert price(found, "HP-3") == Price("HP-3", Fraction(1), Money(0))


def test_where_money_moves_first_one_unit_is_enough() -> None:
    assert price(ahead(), "HP-2") == Price("HP-2", Fraction(0), Money.of(10), 1, "人")


def test_the_price_of_a_full_year_is_that_of_the_first_shortfall() -> None:
    found = ahead(learners=40)
    assert found.at_end.score == 100
    assert price(found, "HP-2").points == 0
    assert price(found, "HP-1").points == 2


def test_nothing_more_is_lost_where_everything_is() -> None:
    found = monthly([0, 0, 0])
    assert found.at_end.assessment is not None
    assert found.at_end.assessment.scores["a"] == 0
    assert found.prices is not None
    assert "HS-1" not in found.prices


def test_whole_points_cost_as_many_units_as_they_hold() -> None:
    running = {("HS-2", "year"): Running(28, Fraction(28, 100))}
    found = monthly([4, 4, 4], running=running)
    assert found.at_end.book.value("year", "HS-2") == [100]
    assert price(found, "HS-2") == Price("HS-2", Fraction(1), None, 1, "场")
    more = monthly([4, 4, 4], running={("HS-2", "year"): Running(30, Fraction(31, 100))})
    assert more.at_end.book.value("year", "HS-2") == [96]  # 4 whole points are lost, the fifth at 95
    assert price(more, "HS-2").units == 1


def test_shares_are_priced_by_the_point_and_duties_as_a_whole() -> None:
    found = price(monthly([4, 4, 4]), "HS-3")
    assert (found.points, found.units, found.unit) == (20, 1, "个百分点")
    assert price(monthly([4, 4, 4], rate=None), "HS-3").points == 20


def running_on(value: int | None, gone: Fraction, *over: int) -> list[Any]:
    """The year's months as forecast in April, with April as given."""
    running = {("HS-1", "talks"): Running(value, gone)}
    found: list[Any] = monthly(list(over), running=running).at_end.book.value("talks", "HS-1")
    return found


def test_a_running_window_gets_what_is_usual_for_the_rest_of_it() -> None:
    assert running_on(1, Fraction(1, 3), 4, 4, 4) == [4, 4, 4, 4, *[4] * 8]
    assert running_on(1, Fraction(3, 4), 4, 4, 4)[3] == 2
    assert running_on(5, Fraction(1), 4, 4, 4)[3] == 5


def test_a_window_that_has_just_begun_is_not_missed_yet() -> None:
    assert running_on(0, Fraction(0), 4)[:2] == [4, 4]
    assert running_on(None, Fraction(0), 4)[:2] == [4, 4]
    assert running_on(0, Fraction(9, 10), 4)[:2] == [4, 1]


def test_without_a_window_that_is_over_the_running_one_is_the_pace() -> None:
    assert running_on(2, Fraction(1, 2)) == [4] * 12
    assert running_on(0, Fraction(0)) == [None] * 12
    assert monthly([]).at_end.book.value("talks", "HS-1") is None


def test_the_best_end_has_every_loss_made_good() -> None:
    found = ahead()
    assert found.at_best is not None
    assert found.at_best.score == 100
    assert found.at_best.payment is not None
    assert found.at_best.payment.net == Money.of(100000)


def test_a_span_shorter_than_the_term_is_forecast_by_itself() -> None:
    span = Period(date(2025, 4, 1), date(2025, 6, 30))
    day = date(2025, 5, 15)
    so_far = riverside.given().model_copy(update={"period": Days(start=span.start, end=day)})
    figures = riverside.measured(riverside.lessons(4, 15, 5), so_far)
    found = forecast(riverside.source(), so_far, figures, day, span=span)
    assert found.share_gone == Fraction(45, 91)
    assert found.at_end.book.value("due", "HP-1") == 3
    assert found.at_end.book.value("learners", "HP-2") == 120 * 91 // 45
    assert found.at_end.given.period == Days(start=span.start, end=span.end)


def test_a_day_outside_the_span_is_refused() -> None:
    span = Period(date(2025, 4, 1), date(2025, 6, 30))
    with pytest.raises(Refused, match="不在考核周期"):
        forecast(riverside.source(), riverside.given(), [], date(2025, 7, 1), span=span)


def test_gains_are_like_with_like_where_one_side_has_no_total() -> None:
    """Repairing the only clause without a result gives a total; what it gains is still only its own points."""
    found = monthly([4, 4, 3], rate=None, running={("HS-2", "year"): Running(0, Fraction(28, 100))})
    assert found.at_end.score is None
    assert all(lever.gain_points <= 40 for lever in found.levers)


def test_what_is_not_over_is_not_judged_but_counts() -> None:
    source, given = hillside()
    so_far = given.model_copy(update={"period": Days(start=date(2025, 1, 1), end=date(2025, 1, 31))})
    answers = Answers(source.rulebook, given.answers)

    def figures(closed: date | None) -> dict[str, Any]:
        made = Collector(source.rulebook, answers, so_far, work_calendar(given), closed=closed)
        return {one.name: one.value for one in made.values()}

    assert figures(None)["talks"] == [None]
    assert figures(date(2025, 1, 31))["talks"] == [None]
    assert figures(date(2025, 1, 30))["talks"] == []
    assert figures(date(2024, 12, 31))["talks"] == []
