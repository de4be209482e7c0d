"""What is given beside the rulebook: price, term, members, answers, figures, decisions, events.

One form serves worked cases (`given:`) and the set-up file of a contract.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator, model_validator

from kpi.calendar import WorkCalendar, parse_overrides
from kpi.quantities import Money
from kpi.rulebook.base import Exact, Rule, Yuan
from kpi.rulebook.loader import explain
from kpi.rulebook.yaml_text import Places, Problem, TextProblems

#: A field named `date` hides the type of that name.
Day = date


class Days(Rule):
    """First and last day, both inside."""

    start: date
    end: date

    @model_validator(mode="after")
    def _in_order(self) -> Days:
        if self.end < self.start:
            raise ValueError(f"终止日 {self.end} 早于起始日 {self.start}；请核对两个日期")
        return self


class Event(Rule):
    """A contract event that happened. `decided` None: still open, blocks payment where its kind says so."""

    kind: str
    date: Day | None = None
    text: str = ""
    decided: Literal["upheld", "dismissed"] | None = None
    number: str = ""


class Record(Rule):
    """A survey record by its branch and the names of its wrong or blank elements."""

    branch: str
    wrong_or_blank: tuple[str, ...] = ()


class Decision(Rule):
    """A decided deduction (points) with its reason, or met / unmet where there was no data.

    `marks`: one mark of each assessor instead of points; the rubric says how they become one.
    """

    points: Exact | None = None
    marks: tuple[Exact, ...] = ()
    met: bool | None = None
    reason: str = ""
    by: str = ""


class ChangedTarget(Rule):
    """A target changed after signing: its new value, why, who approved it and when."""

    value: Exact
    reason: str
    by: str
    date: Day

    @field_validator("reason", "by")
    @classmethod
    def _said(cls, text: str) -> str:
        if not text.strip():
            raise ValueError("不能空着；调整目标要写明理由和批准人")
        return text


class EarlierSheet(Rule):
    """The signed total of another sheet of the same year (daily, quarterly), to be combined with this one.

    `bonus`: its bonus, where bonus is added after the sheets are combined; else the total holds it.
    """

    total: Exact
    bonus: Exact = Field(default=Fraction(0))
    label: str = ""
    part: str = ""


class Given(Rule):
    """Facts are figures per clause: {clause: {name: value}}; in a list per window null is "not held".

    `targets`: by parameter of the rulebook. `forfeited`: what of a holdback is not given back, by its tranche.
    """

    price: Yuan | None = None
    term: Days | None = None
    period: Days | None = None
    signed: date | None = None
    answers: dict[str, Any] = Field(default_factory=dict)
    members: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    facts: dict[str, dict[str, Any]] = Field(default_factory=dict)
    decided: dict[str, Any] = Field(default_factory=dict)
    self_scores: dict[str, Exact] = Field(default_factory=dict)
    otherwise: Literal["met"] | None = None
    records: tuple[Record, ...] = ()
    events: tuple[Event, ...] = ()
    exempted: dict[str, Any] = Field(default_factory=dict)
    targets: dict[str, ChangedTarget] = Field(default_factory=dict)
    sheets: tuple[EarlierSheet, ...] = ()
    part: str = ""
    history: tuple[tuple[str, ...], ...] = ()
    paid: dict[str, Yuan] = Field(default_factory=dict)
    carried: Yuan | None = None
    forfeited: dict[str, Yuan] = Field(default_factory=dict)
    invoices: dict[str, date] = Field(default_factory=dict)
    papers: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    gates: dict[str, bool] = Field(default_factory=dict)
    calendar: dict[str, Any] = Field(default_factory=dict)
    dates: dict[str, date] = Field(default_factory=dict)

    @field_validator("price", "carried")
    @classmethod
    def _not_negative(cls, amount: Money | None) -> Money | None:
        if amount is not None and amount.fen < 0:
            raise ValueError(f"金额 {amount} 是负数；请核对")
        return amount


def read_given(
    raw: Any, places: Places, at: tuple[Any, ...] = (), dates: frozenset[str] = frozenset()
) -> Given:
    """A Given from plain values. `dates` are the extra keys that hold a date (schedules of the rulebook).

    Raises TextProblems with places.
    """
    if raw is None:
        raw = {}
    if not isinstance(raw, dict):
        raise TextProblems([Problem(places.file, places.line(at), "given", "这里要写“键: 值”的表")])
    known = {key: value for key, value in raw.items() if key not in dates}
    found = {key: value for key, value in raw.items() if key in dates}
    if found:
        known["dates"] = {**known.get("dates", {}), **found}
    try:
        return Given.model_validate(known)
    except ValidationError as error:
        raise TextProblems(explain(error, known, _Under(places, at), Given)) from error


def work_calendar(given: Given) -> WorkCalendar:
    """The State Council's calendar with the set-up's overrides."""
    if not given.calendar:
        return WorkCalendar()
    table = parse_overrides(given.calendar)
    return WorkCalendar().with_overrides(table.rows, table.published)


class _Under(Places):
    """Places of a part of a text."""

    def __init__(self, whole: Places, at: tuple[Any, ...]) -> None:
        super().__init__(whole.file)
        self._whole, self._at = whole, at

    def line(self, path: Any) -> int:
        return self._whole.line((*self._at, *path))
