"""Figures kept apart by a field: by outlet, township, industry, kind of work; with their totals and rates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpi.calendar import WorkCalendar
from kpi.indicators.collect import Collector
from kpi.rulebook.answers import Answers
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given
from kpi.rulebook.indicators import Indicator
from kpi.rulebook.reports import GroupedSection, ReportDuty
from kpi.verification import VerifiedEntry

#: Stands for the clause of a column, and of its total, inside the collector.
_EACH, _ALL = "each", "all"
#: The row of entries that leave the field blank.
BLANK = "未填写"
ADDING = frozenset({"count", "sum", "distinct"})


@dataclass(frozen=True)
class GroupValue:
    """A number of the table. `of`: numerator and denominator of a rate."""

    value: Any
    of: tuple[Any, Any] | None = None


@dataclass(frozen=True)
class Only:
    """A report on one event counts the entries that belong to it: those of its ledger with this value in its field."""

    ledger: str
    field: str
    value: str

    def leaves_out(self, entry: VerifiedEntry) -> bool:
        return entry.ledger == self.ledger and entry.fields.get(self.field) != self.value


def event_of(rulebook: Rulebook, duty: ReportDuty, label: str) -> Only | None:
    """The event that a period is named after; None for a period of somebody's own choice."""
    after, ledger = duty.after, rulebook.ledger(duty.after.ledger) if duty.after is not None else None
    if after is None or ledger is None:
        return None
    field = next((one for one in ledger.fields if one.id == after.field), None)
    named = after.values or getattr(field, "choices", ())
    return Only(after.ledger, after.field, label) if label in named else None


class Groups:
    """The figures of one grouped section. `fold`: outlet → township above it."""

    def __init__(
        self, rulebook: Rulebook, answers: Answers, given: Given, calendar: WorkCalendar | None, section: GroupedSection,
        fold: Mapping[str, str], only: Only | None = None,
    ) -> None:  # fmt: skip
        self.section, self.fold, self.only = section, fold if section.fold == "township" else {}, only
        made = []
        for name, column in section.columns.items():
            figures = {name: column.figure.model_copy(update={"window": None})}
            made.append(Indicator(clause=f"{_EACH}/{name}", title=name, by=column.by, figures=figures))
            made.append(Indicator(clause=f"{_ALL}/{name}", title=name, figures=figures))
        self.names = tuple(section.columns)
        self.by = {getattr(one.figure, "ledger", ""): one.by for one in section.columns.values()}
        own = rulebook.model_copy(update={"indicators": tuple(made)})
        self.collector = Collector(own, answers, given, calendar)
        self.members = _members(rulebook, given, section.members)
        self.refused = next(iter(self.collector.refused.values()), None)

    def add(self, entry: VerifiedEntry) -> None:
        """Counts an entry in its row. Refused where a filter cannot read it."""
        by = self.by.get(entry.ledger)
        if by is None or (self.only is not None and self.only.leaves_out(entry)):
            return
        value = entry.fields.get(by)
        here = value if value is not None else entry.outlet if by == "outlet" else None
        row = BLANK if here in (None, "") else here
        if not isinstance(row, tuple):
            row = self.fold.get(str(row), row)
        self.collector.add(entry._replace(fields={**entry.fields, by: row}))

    def table(self) -> tuple[dict[str, dict[str, GroupValue]], dict[str, GroupValue]]:
        """Rows by their name, and the totals, each by column and rate."""
        values = {one.clause: one for one in self.collector.values()}
        rows: dict[str, dict[str, GroupValue]] = {member: {} for member in self.members}
        totals: dict[str, GroupValue] = {}
        for name in self.names:
            each, whole = values[f"{_EACH}/{name}"], values[f"{_ALL}/{name}"]
            for row, value in (each.value or {}).items():
                rows.setdefault(str(row), {})[name] = GroupValue(value)
            totals[name] = GroupValue(whole.value)
        for found in (*rows.values(), totals):
            self._rates(found)
        return self._ordered(rows), totals

    def adds_up(self, name: str) -> bool:
        """Whether nothing recorded means nought: counts and sums."""
        column = self.section.columns.get(name)
        return column is not None and column.figure.measure in ADDING

    def _part(self, row: dict[str, GroupValue], name: str) -> Any:
        found = row.get(name, GroupValue(None)).value
        return 0 if found is None and self.adds_up(name) else found

    def _rates(self, row: dict[str, GroupValue]) -> None:
        for name, rate in self.section.rates.items():
            top, bottom = self._part(row, rate.numerator), self._part(row, rate.denominator)
            known = isinstance(top, int | Fraction) and isinstance(bottom, int | Fraction) and bottom != 0
            row[name] = GroupValue(Fraction(top) / Fraction(bottom) if known else None, (top or 0, bottom or 0))

    def _holds(self, row: dict[str, GroupValue]) -> bool:
        """Whether any column has something: a filter leaves values of the field behind that nothing was counted for."""
        return any(row[name].value for name in self.names if name in row)

    def _ordered(self, rows: dict[str, dict[str, GroupValue]]) -> dict[str, dict[str, GroupValue]]:
        """The highest first where they are ranked; else the members in their order, then the rest that hold anything, by name."""
        if self.section.ranked is not None:
            name = self.section.ranked.by
            held = [row for row in rows if row != BLANK and rows[row].get(name, GroupValue(None)).value is not None]
            held.sort(key=lambda row: (-Fraction(rows[row][name].value), row))
            blank = [BLANK] if BLANK in rows and self._holds(rows[BLANK]) else []  # nobody's rank, but part of the total
            return {row: rows[row] for row in (*held, *blank)}
        rest = sorted((row for row in rows if row not in self.members and self._holds(rows[row])), key=lambda row: (row == BLANK, row))
        return {row: rows[row] for row in (*self.members, *rest)}


def _members(rulebook: Rulebook, given: Given, name: str | None) -> tuple[str, ...]:
    """The names of a member set; none where it has not been listed."""
    if name is None:
        return ()
    told = given.members.get(name)
    found = next((one.members for one in rulebook.members if one.id == name), ())
    chosen = told or found or ()
    return tuple(one if isinstance(one, str) else str(getattr(one, "name", one)) for one in chosen)
