"""The set-up of a sample contract: term, price, answers, members, decisions, in the form of kpi.rulebook.given."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from kpi.calendar import shift
from kpi.quantities import Period
from kpi.rulebook.answers import Answers
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import read_given
from kpi.rulebook.yaml_text import Places
from kpi.sampledata.days import Frame
from kpi.sampledata.plan import LoadedPlan
from kpi.sampledata.world import World


def make_frame(loaded: LoadedPlan, rulebook: Rulebook, answers: Answers, today: date) -> Frame:
    """The contract's term, as long as the rulebook says; by default it has ended when it is looked at."""
    plan, length = loaded.plan.term, rulebook.term
    months = 12 * int(answers.get(length.years)) + int(answers.get(length.months))
    days = int(answers.get(length.days))
    if not (months or days):
        raise loaded.problem(("term",), "规则书没有写合同期多长，不知道样例从哪天到哪天；请在规则书的 term 里写")
    start = plan.start or shift(today - timedelta(days=plan.ended - 1), months=-months, days=-days)
    if plan.start is None and plan.first_of_month:
        start = start.replace(day=1)
    return Frame(Period(start, shift(start, months=months, days=days) - timedelta(days=1)), today)


def make_given(world: World) -> dict[str, Any]:
    """Plain data for a set-up file; TextProblems where it would not be accepted."""
    plan, frame = world.plan, world.frame
    term = {"start": frame.term.start, "end": frame.term.end}
    wanted = {one.id for one in world.source.rulebook.members}
    given: dict[str, Any] = {
        "price": plan.price.plain() if plan.price is not None else None,
        "term": term,
        "period": dict(term),
        "signed": frame.term.start - timedelta(days=7),
        "answers": {name: plain_value(frame.fill(value)) for name, value in plan.answers.items()},
        "members": {name: list(texts) for name, texts in world.members.items() if name in wanted},
        **{name: plain_value(frame.fill(value)) for name, value in plan.given.items()},
    }
    if world.timetable.scale < 1 and plan.facts_at_scale:
        given["facts"] = plain_value(plan.facts_at_scale) | given.get("facts", {})
    given = {name: value for name, value in given.items() if value not in (None, {}, [])}
    read_given(given, Places(f"{plan.contract}/setup.yaml"))
    return given


def plain_value(value: Any) -> Any:
    """The value with exact decimals as texts, as JSON and YAML both keep them."""
    if isinstance(value, dict):
        return {key: plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    known = value is None or isinstance(value, bool | int | str | date)
    return value if known else str(value)
