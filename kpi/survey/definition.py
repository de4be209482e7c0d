"""A survey of a rulebook made ready to run: reasons for failing, elements and what makes them wrong, points.

Nothing here touches data. Every reason has a bit, so that a record carries all that is wrong with it in
one or two integers; points are integers of 1 / `scale`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal

from kpi.quantities import ceil_units
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.ledgers import Field, Ledger
from kpi.rulebook.survey import (
    AgeCheck,
    AgeWindowCheck,
    BirthDateCheck,
    Check,
    ChoiceCheck,
    Element,
    IdNumberCheck,
    PhoneCheck,
    RequiredCheck,
    RuleCheck,
    SexCheck,
    Survey,
    UniqueCheck,
)
from kpi.survey.elements import ScoredTable
from kpi.survey.fields import NO, YES, Kind, kind_of, wanted
from kpi.survey.plain import with_tables

BITS = 62
ReasonKind = Literal["check", "blank", "format", "area"]


@dataclass(frozen=True, slots=True)
class Reason:
    """One way for a record to fail. `key` names it: a check's id, or blank:field, format:field, area:field."""

    key: str
    kind: ReasonKind
    message: str
    error: bool
    fields: tuple[str, ...]
    branches: tuple[str, ...] = ()
    check: Any = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """An element as it is judged: the reasons that make it wrong, its points (scaled) per branch."""

    name: str
    reasons: tuple[str, ...]
    points: Mapping[str, int]
    basic_in: frozenset[str]


@dataclass(frozen=True, slots=True)
class Definition:
    """A survey with its ledger and the buyer's answers, compiled. `reasons` by key, in the order of their bits."""

    survey: Survey
    ledger: Ledger
    fields: Mapping[str, Field]
    kinds: Mapping[str, Kind]
    tables: Mapping[str, ScoredTable]
    reasons: Mapping[str, Reason]
    faults: tuple[Fault, ...]
    scale: int
    days: Mapping[str, str]  # check id → field of the day on which an age counts

    @classmethod
    def of(cls, rulebook: Rulebook, survey_id: str | None, answers: Answers) -> Definition:
        """The survey with this id, or the only one. Refused("bad_input") for what the rulebook lacks."""
        survey = _survey(rulebook, survey_id)
        ledger = rulebook.ledger(survey.ledger)
        if ledger is None:
            raise Refused("bad_input", f"调查“{survey.title}”引用的台账“{survey.ledger}”不存在；请核对规则书")
        return _Builder(with_tables(survey, ledger), ledger, answers).built()

    @property
    def masks(self) -> int:
        """Number of integers that hold the reasons."""
        return max(1, math.ceil(len(self.reasons) / BITS))

    def score_of(self, scaled: int | None) -> Fraction | None:
        """Points from the scaled integer."""
        return None if scaled is None else Fraction(scaled, self.scale)

    def bar_of(self, branch: str) -> int:
        """Smallest scaled score that qualifies."""
        return ceil_units(self.tables[branch].bar * self.scale)

    def columns(self) -> tuple[str, ...]:
        """Fields that a table of records may hold, in the ledger's order."""
        return tuple(self.fields)

    def failed(self, masks: Sequence[int]) -> list[Reason]:
        """The reasons whose bits are set."""
        return [
            reason
            for index, reason in enumerate(self.reasons.values())
            if masks[index // BITS] >> index % BITS & 1
        ]

    def elements_hit(self, reason: Reason, branch: str) -> tuple[str, ...]:
        """Names of the elements of the branch's table that the reason makes wrong."""
        return tuple(one.name for one in self.faults if branch in one.points and reason.key in one.reasons)


def _survey(rulebook: Rulebook, survey_id: str | None) -> Survey:
    known = {one.id: one for one in rulebook.surveys}
    if survey_id is None and len(known) == 1:
        return next(iter(known.values()))
    if survey_id not in known:
        listed = "、".join(known) or "（无）"
        raise Refused("bad_input", f"规则书里没有调查“{survey_id or ''}”；现有 {listed}，请写明是哪一个")
    return known[survey_id]


class _Builder:
    """Collects fields, reasons and faults of one survey."""

    def __init__(self, survey: Survey, ledger: Ledger, answers: Answers) -> None:
        self.survey, self.ledger, self.answers = survey, ledger, answers
        self.days: dict[str, str] = {}
        used = frozenset(self._used())
        self.fields = {one.id: one for one in ledger.fields if one.id in used}
        self.tables = {one.branch: ScoredTable.of(survey, one, answers) for one in survey.tables}
        self.id_numbers, self.phones = _used_as(survey.checks)
        self.kinds = {name: self._kind(field) for name, field in self.fields.items()}
        self.reasons: dict[str, Reason] = {}

    def _used(self) -> Iterable[str]:
        """The fields that the survey judges, each known to the ledger."""
        survey = f"调查“{self.survey.title}”"
        for name in (self.survey.record_id, self.survey.branch, self.survey.area):
            if name is not None:
                yield self._known(name, survey)
        for table in self.survey.tables:
            for element in table.elements:
                yield self._known(element.field, f"“{table.branch}”要素“{element.name}”")
        for check in self.survey.checks:
            where = f"核查“{check.id}”"
            yield from (self._known(name, where) for name in fields_of(check))
            day = self._day_of(check)
            if day is not None:
                self.days[check.id] = self._known(day, where)
                yield day

    def _day_of(self, check: Check) -> str | None:
        """The field of the day on which the check takes the age, or tests the birth date."""
        if isinstance(check, AgeCheck | AgeWindowCheck):
            return self.answers.get(check.on)
        if isinstance(check, IdNumberCheck):
            return check.on or (self.ledger.date if self.ledger.field(self.ledger.date) else None)
        return None

    def _known(self, name: str, where: str) -> str:
        if self.ledger.field(name) is None:
            raise Refused(
                "bad_input", f"{where}用到的字段“{name}”不在台账“{self.ledger.name}”里；请核对规则书", name
            )
        return name

    def built(self) -> Definition:
        for check in self.survey.checks:
            self._add_check(check)
        for branch, table in self.tables.items():
            for element in table.elements:
                self._add_element(branch, element)
        for field in self.fields.values():
            self._add_format(field)
        faults = tuple(self._faults())
        return Definition(
            self.survey, self.ledger, self.fields, self.kinds, self.tables, self.reasons, faults,
            self._scale(), self.days,
        )  # fmt: skip

    def _kind(self, field: Field) -> Kind:
        return kind_of(field, self.id_numbers, self.phones)

    def _add_check(self, check: Check) -> None:
        choices: tuple[str, ...] = ()
        if isinstance(check, ChoiceCheck):
            choices = check.choices or self.choices_of(check.field)
            if not choices:
                raise Refused("bad_input", f"核查“{check.id}”：字段“{check.field}”没有列出选项；请补上 choices")
        if isinstance(check, IdNumberCheck):
            message = "身份证号前两位不是省级行政区代码，请核对"
            self._add(Reason(f"area:{check.field}", "area", message, False, (check.field,)))
        day = self.days.get(check.id)
        if day is not None and self.kinds[day] is not Kind.DATE:
            raise Refused("bad_input", f"核查“{check.id}”：字段“{day}”不是日期；请核对规则书", day)
        error = check.severity == "error"
        self._add(
            Reason(check.id, "check", check.message, error, fields_of(check), check.branches, check, choices)
        )

    def _add(self, reason: Reason) -> None:
        if reason.key in self.reasons and reason.kind == "check":
            raise Refused("bad_input", f"核查“{reason.key}”写了两次；请改名")
        self.reasons.setdefault(reason.key, reason)

    def choices_of(self, field: str) -> tuple[str, ...]:
        if self.kinds[field] is Kind.YES_NO:
            return YES, NO
        return self.fields[field].choices

    def _add_element(self, branch: str, element: Element) -> None:
        field = self.fields[element.field]
        if element.required or self._required_by_check(branch, field.id):
            key = f"blank:{field.id}"
            before = self.reasons.get(key)
            branches = tuple(dict.fromkeys([*(before.branches if before else ()), branch]))
            self.reasons[key] = Reason(key, "blank", f"“{field.name}”空白", True, (field.id,), branches)
        if element.choices and element.choices != self.choices_of(field.id):
            key = f"format:{field.id}:{branch}"
            message = f"“{field.name}”{wanted(field, Kind.CHOICE, element.choices)}"
            self._add(Reason(key, "format", message, True, (field.id,), (branch,), None, element.choices))

    def _required_by_check(self, branch: str, field: str) -> bool:
        return any(
            isinstance(check, RequiredCheck) and check.severity == "error" and field in check.fields
            for check in self._checks_in(branch)
        )

    def _checks_in(self, branch: str) -> list[Check]:
        return [one for one in self.survey.checks if not one.branches or branch in one.branches]

    def _add_format(self, field: Field) -> None:
        """A value that is not of its field's type, unless a check of the survey says so already."""
        kind, choices = self.kinds[field.id], self.choices_of(field.id)
        if kind in (Kind.TEXT, Kind.ID_NUMBER, Kind.PHONE):
            return
        users = [branch for branch, table in self.tables.items() if field.id in _element_fields(table)]
        judged = [branch for branch in self.tables if self._judged(branch, field.id)]
        branches = tuple(branch for branch in users or self.tables if branch not in judged)
        if not branches:
            return
        limited = branches if len(branches) < len(self.tables) else ()
        message = f"“{field.name}”{wanted(field, kind, choices)}"
        key = f"format:{field.id}"
        self._add(Reason(key, "format", message, True, (field.id,), limited, None, choices))

    def _judged(self, branch: str, field: str) -> bool:
        """Whether the branch has its own list of choices, or a check that says the same."""
        return f"format:{field}:{branch}" in self.reasons or any(
            isinstance(check, ChoiceCheck) and check.field == field and check.severity == "error"
            for check in self._checks_in(branch)
        )

    def _faults(self) -> Iterable[Fault]:
        merged: dict[tuple[str, tuple[str, ...]], Fault] = {}
        scale = self._scale()
        for branch, table in self.tables.items():
            for element in table.elements:
                reasons = tuple(key for key, one in self.reasons.items() if self._hits(one, branch, element))
                before = merged.get((element.name, reasons))
                points = {**(before.points if before else {}), branch: int(table.points_of(element) * scale)}
                basic = (before.basic_in if before else frozenset()) | (
                    {branch} if element.name in table.basic else frozenset()
                )
                merged[element.name, reasons] = Fault(element.name, reasons, points, basic)
        return merged.values()

    def _hits(self, reason: Reason, branch: str, element: Element) -> bool:
        if not reason.error or (reason.branches and branch not in reason.branches):
            return False
        if reason.kind != "check":
            return element.field in reason.fields
        named: tuple[str, ...] = reason.check.elements
        return element.name in named if named else element.field in own_fields(reason.check)

    def _scale(self) -> int:
        points = [table.points_of(one) for table in self.tables.values() for one in table.elements]
        return math.lcm(*(one.denominator for one in points)) if points else 1


def _element_fields(table: ScoredTable) -> frozenset[str]:
    return frozenset(one.field for one in table.elements)


def _used_as(checks: Iterable[Check]) -> tuple[frozenset[str], frozenset[str]]:
    """Fields that checks read as ID numbers, and as phones."""
    ids: set[str] = set()
    phones: set[str] = set()
    for check in checks:
        if isinstance(check, IdNumberCheck):
            ids.add(check.field)
        elif isinstance(check, BirthDateCheck | SexCheck | AgeCheck | AgeWindowCheck):
            ids.add(check.id_number)
        elif isinstance(check, PhoneCheck):
            phones.add(check.field)
    return frozenset(ids), frozenset(phones)


def own_fields(check: Check) -> tuple[str, ...]:
    """The fields whose elements a failure makes wrong where the check names none."""
    match check:
        case UniqueCheck():
            return check.fields
        case AgeWindowCheck() | RuleCheck() | RequiredCheck():  # a blank element is wrong by itself
            return ()
        case _:
            return (check.field,)


def fields_of(check: Check) -> tuple[str, ...]:
    """The fields that a check reads, the one it judges first."""
    match check:
        case RuleCheck():
            names = check.require.names | (check.when.names if check.when is not None else frozenset())
            return tuple(sorted(names))
        case BirthDateCheck() | SexCheck() | AgeCheck():
            return (check.field, check.id_number)
        case AgeWindowCheck():
            return (check.id_number,)
        case RequiredCheck():
            return check.fields
        case _:
            return own_fields(check)
