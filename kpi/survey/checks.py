"""Each kind of check as an Ibis expression: true where the record fails it, never null."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import ibis
from stdnum import numdb

from kpi.rulebook.survey import (
    AgeCheck,
    AgeWindowCheck,
    BirthDateCheck,
    ChoiceCheck,
    IdNumberCheck,
    PhoneCheck,
    RequiredCheck,
    RuleCheck,
    SexCheck,
    UniqueCheck,
)
from kpi.survey import cleaning
from kpi.survey.cleaning import Column, any_of
from kpi.survey.definition import Definition, Reason
from kpi.survey.fields import DERIVED, KNOWN, Kind, Stages, scale_of
from kpi.survey.formulas import Compiler, Sort, Term

YEAR = 10_000  # a year's step in YYYYMMDD
_EARLIEST_BIRTH = 1900


@cache
def province_codes() -> tuple[str, ...]:
    """First two digits of ID numbers, as python-stdnum lists the areas."""
    return tuple(sorted({str(entry[1])[:2] for entry in numdb.get("cn/loc").prefixes}))


def in_branches(definition: Definition, table: Column, branches: tuple[str, ...]) -> Column | None:
    """Whether the record's branch is one of `branches`; None where every branch is meant."""
    if not branches:
        return None
    known = list(definition.tables)
    return any_of([table[f"is_{known.index(one)}"] for one in branches if one in known])


def failing(definition: Definition, reason: Reason) -> Callable[[Column], Column]:
    """Builder of the reason's column, limited to its branches."""

    def build(table: Column) -> Column:
        column = _unlimited(definition, reason, table)
        limit = in_branches(definition, table, reason.branches)
        return column if limit is None else column & limit

    return build


def _unlimited(definition: Definition, reason: Reason, table: Column) -> Column:
    match reason.kind:
        case "blank":
            return table[f"t_{reason.fields[0]}"].isnull()
        case "format":
            return _bad_format(definition, reason, table)
        case "area":
            number = reason.fields[0]
            known = table[f"t_{number}"].substr(0, 2).isin(province_codes())
            return table[f"std_{number}"] & ~known.fill_null(True)
    return _failed_check(definition, reason, table)


def _bad_format(definition: Definition, reason: Reason, table: Column) -> Column:
    field = reason.fields[0]
    match definition.kinds[field]:
        case Kind.CHOICE | Kind.YES_NO | Kind.TEXT:
            return _not_among(table[f"t_{field}"], reason.choices)
        case Kind.MULTIPLE:
            column = table[f"m_{field}"]
            return column.notnull() & ~column.re_search(cleaning.list_pattern(reason.choices)).fill_null(
                False
            )
    return table[f"bad_{field}"]


def _not_among(column: Column, choices: tuple[str, ...]) -> Column:
    return column.notnull() & ~column.isin(choices).fill_null(False)


def _failed_check(definition: Definition, reason: Reason, table: Column) -> Column:
    check = reason.check
    match check:
        case IdNumberCheck():
            return table[f"t_{check.field}"].notnull() & ~table[f"good_{check.field}"]
        case BirthDateCheck():
            return (table[f"d_{check.field}"] != table[f"birth_{check.id_number}"]).fill_null(False)
        case SexCheck():
            return _wrong_sex(check, table)
        case AgeCheck() | AgeWindowCheck():
            return _wrong_age(check, table, definition.days[check.id])
        case PhoneCheck():
            return table[f"t_{check.field}"].notnull() & ~table[f"std_{check.field}"]
        case ChoiceCheck():
            if definition.kinds[check.field] is Kind.MULTIPLE:
                return _bad_format(definition, reason, table)
            return _not_among(table[f"t_{check.field}"], reason.choices)
        case RequiredCheck():
            return any_of([table[f"t_{field}"].isnull() for field in check.fields])
        case UniqueCheck():
            return table[f"twice_{check.id}"].notnull()
        case RuleCheck():
            return _broken_rule(definition, check, table)
    raise AssertionError(check)


def _wrong_sex(check: SexCheck, table: Column) -> Column:
    said = table[f"t_{check.field}"]
    male = table[f"male_{check.id_number}"]
    wrong = ((said == check.male) & ~male) | ((said == check.female) & male)
    return wrong.fill_null(False)


def _wrong_age(check: AgeCheck | AgeWindowCheck, table: Column, day: str) -> Column:
    """The difference of two days as YYYYMMDD holds the completed years as its ten thousands."""
    lived = table[f"d_{day}"] - table[f"birth_{check.id_number}"]
    if isinstance(check, AgeCheck):
        rest = lived - table[f"n_{check.field}"] * YEAR
        return ((rest < 0) | (rest >= YEAR)).fill_null(False)
    male = table[f"male_{check.id_number}"]
    youngest = ibis.ifelse(male, check.male[0] * YEAR, check.female[0] * YEAR)
    too_old = ibis.ifelse(male, (check.male[1] + 1) * YEAR, (check.female[1] + 1) * YEAR)
    return ((lived < youngest) | (lived >= too_old)).fill_null(False)


def _broken_rule(definition: Definition, check: RuleCheck, table: Column) -> Column:
    known = terms(definition, table)
    broken = ~Compiler(check.require, known).compiled()
    return broken if check.when is None else Compiler(check.when, known).compiled() & broken


def terms(definition: Definition, table: Column) -> dict[str, Term]:
    """The fields as the expression language sees them. Percentages are not offered."""
    found: dict[str, Term] = {}
    for name, kind in definition.kinds.items():
        match kind:
            case Kind.INTEGER | Kind.DECIMAL | Kind.MONEY:
                scale = scale_of(kind)
                found[name] = Term(Sort.NUMBER, table[f"n_{name}"], scale, _bound(definition, name) * scale)
            case Kind.DATE:
                found[name] = Term(Sort.DAY, table[f"d_{name}"])
            case Kind.YES_NO:
                found[name] = Term(Sort.TRUTH, table[f"b_{name}"])
            case Kind.MULTIPLE:
                found[name] = Term(Sort.LIST, table[f"m_{name}"])
            case Kind.PERCENT:
                continue
            case _:
                found[name] = Term(Sort.TEXT, table[f"t_{name}"])
    return found


def _bound(definition: Definition, name: str) -> int:
    digits = cleaning.INTEGER_DIGITS if definition.kinds[name] is Kind.INTEGER else cleaning.DECIMAL_DIGITS
    return int(10**digits)


def add_identity(stages: Stages, definition: Definition, number: str) -> None:
    """Put into the stages whether an ID number is good, and then the birth date and the sex."""
    day = next(
        (
            definition.days[check.id]
            for check in definition.survey.checks
            if isinstance(check, IdNumberCheck) and check.field == number and check.id in definition.days
        ),
        None,
    )

    def good(table: Column) -> Column:
        ymd = table[f"ymd_{number}"]
        digits = cleaning.check_digit_right(
            table[f"hi_{number}"], table[f"lo_{number}"], table[f"t_{number}"].substr(17, 1)
        )
        right = table[f"std_{number}"] & cleaning.is_day(ymd, _EARLIEST_BIRTH) & digits
        if day is not None:
            right = right & (ymd <= table[f"d_{day}"]).fill_null(True)
        return right.fill_null(False)

    def known(name: str, null: str) -> Callable[[Column], Column]:
        def build(table: Column) -> Column:
            value = table[f"ymd_{number}"] if name == "birth" else table[f"lo_{number}"] % 2 == 1
            return ibis.ifelse(table[f"good_{number}"], value, ibis.null(null))

        return build

    stages.add(DERIVED, f"good_{number}", good)
    stages.add(KNOWN, f"birth_{number}", known("birth", "int64"))
    stages.add(KNOWN, f"male_{number}", known("male", "boolean"))
