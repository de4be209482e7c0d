"""A total that is not known: pages say where the pace leads if what has no data is met, and say that it is supposed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from app.services.overview.what_if import Trial
from app.services.standing.ahead import Ahead
from app.services.standing.supposed import Supposed, supposed
from app.services.standing.view import StandingView
from kpi.evaluation import evaluate
from kpi.forecast import Forecast, forecast, known_outlook
from kpi.forecast.levers import Outlook, without_bonus
from kpi.rulebook.given import Days, Given
from kpi.rulebook.loader import load_known
from tests.kpi import riverside
from tests.kpi.test_forecast import JUNE


def ahead(**more: Any) -> Forecast:
    setting = riverside.given(**more)
    so_far = setting.model_copy(update={"period": Days(start=JUNE.replace(month=1, day=1), end=JUNE)})
    return forecast(riverside.source(), so_far, riverside.measured(riverside.lessons(4, 15, 6), so_far), JUNE)


def test_it_is_told_beside_the_open_total_and_in_words() -> None:
    found = ahead(facts={})
    told = Supposed.of(supposed(found))
    assert found.if_met is not None
    assert found.if_met.score is not None
    assert told is not None
    assert told.clauses == len(found.at_end.refused) > 0
    assert told.text.startswith(f"没有数据的 {told.clauses} 条都达标则 {told.score} 分")
    assert told.tier in told.text
    assert told.yuan in told.text


def test_a_known_total_needs_no_supposition() -> None:
    found = ahead()
    assert supposed(found) is None
    assert supposed(replace(found, if_met=found.at_end)) is None
    unknown: Any = SimpleNamespace(score=None)
    assert supposed(replace(found, if_met=unknown)) is None
    assert Supposed.of(None) is None


def test_bonus_that_is_not_known_counts_as_none() -> None:
    """The rank is entered at the year's end: until then the rest of the sheet has a total, without the bonus."""
    source = load_known("xingan-employment-home")
    assert source.rulebook.rubric is not None
    facts: dict[str, Any] = {clause: {"met": True} for item in source.rulebook.rubric.items for clause in item.clauses}
    facts |= {"XG-2.14-1": {"enterprises_per_quarter": [10] * 4}, "XG-2.10-1": {"records": 150000, "sample": 1000, "right": 950}}
    facts |= {"XG-3-B": {"central_or_provincial_reports": 1}}
    setting = Given.model_validate({"answers": {"item_13_maximum": "5"}, "facts": facts})
    base = evaluate(source, setting)
    assert base.score is None
    assert without_bonus(base) == ["rank/XG-3-B"]
    told = Outlook(base.source, setting, [], base, {}).supposing(set(base.refused)).base
    assert told.score == 100


def test_trying_out_goes_on_from_the_supposition() -> None:
    """Without it no figure that is typed would ever show a total or yuan."""
    found = ahead(facts={})
    known = known_outlook(Outlook(found.at_end.source, found.at_end.given, list(found.at_end.book.figures.values()), found.at_end, {}))
    kept = Ahead(known.given, known.figures, {})
    view = StandingView(1, datetime(2025, 6, 30, tzinfo=UTC), JUNE, {"levers": [], "indicators": []})
    trial = Trial(found.at_end.source, kept, view, [(clause, clause) for clause in found.at_end.refused])
    base = trial.outcome(trial.base)
    assert (base.pending, bool(base.score), bool(base.yuan)) == (0, True, True)
    line = next(one for one in trial.lines() if one.clause == "HP-2" and one.need)
    tried = trial.tried({line.name: line.target.replace(",", "")})
    assert trial.change(tried).yuan.startswith("+¥")
