"""The rulebook as a whole."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from kpi.rulebook.assumptions import Assumption, Clause, Derived, Parameter
from kpi.rulebook.base import Answerable, Rule, Stated
from kpi.rulebook.indicators import Indicator
from kpi.rulebook.inspections import Checklist, Complaints, Poll, SpotPlan
from kpi.rulebook.ledgers import Ledger
from kpi.rulebook.payments import Payment
from kpi.rulebook.reports import ReportDuty
from kpi.rulebook.rubric import (
    Consequence,
    EventKind,
    MemberSet,
    Right,
    Rubric,
    Schedule,
    Tiers,
    Verdict,
)
from kpi.rulebook.survey import Survey


class Term(Rule):
    """Length of the contract."""

    years: Answerable[int] = 0
    months: int = 0
    days: int = 0
    from_: Answerable[str] = Field(default="合同签订之日", alias="from")
    stated: tuple[Stated, ...] = ()


class Windows(Rule):
    """How windows are anchored and what happens to those partly outside the term."""

    anchor: Answerable[Literal["calendar", "anniversary"]] = "calendar"
    partial: Answerable[Literal["whole", "include", "pro_rata"]] = "whole"
    holidays: Answerable[tuple[str, ...]] = ()


class Rulebook(Rule):
    """A contract's rules as data."""

    key: str
    title: str
    version: int = 1
    effective: date | None = None
    document: str = ""  # name of the source text, for the check of quotes
    buyer: str = ""
    supplier: str = ""
    term: Term
    windows: Windows = Windows()
    clauses: tuple[Clause, ...]
    assumptions: tuple[Assumption, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    members: tuple[MemberSet, ...] = ()
    ledgers: tuple[Ledger, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    derived: tuple[Derived, ...] = ()
    surveys: tuple[Survey, ...] = ()
    rubric: Rubric | None = None
    tiers: Tiers | None = None
    consequences: tuple[Consequence, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    rights: tuple[Right, ...] = ()
    payment: Payment | None = None
    events: tuple[EventKind, ...] = ()
    reports: tuple[ReportDuty, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    complaints: tuple[Complaints, ...] = ()
    polls: tuple[Poll, ...] = ()
    spot_plans: tuple[SpotPlan, ...] = ()

    def ledger(self, ledger_id: str) -> Ledger | None:
        """The ledger with this id, or None."""
        return next((ledger for ledger in self.ledgers if ledger.id == ledger_id), None)

    def assumption(self, assumption_id: str) -> Assumption | None:
        """The assumption with this id, or None."""
        return next((one for one in self.assumptions if one.id == assumption_id), None)
