"""How a field is drawn that the plan does not name: by its type, choices, bounds."""

from __future__ import annotations

from fractions import Fraction

from kpi.rulebook.base import Rule
from kpi.rulebook.ledgers import Field, FieldType
from kpi.sampledata.specs import Between, Clock, Constant, Day, Earlier, Files, FromPool, Pick, Text, Yes

_HUNDRED = Fraction(1, 100)


def default_spec(field: Field, business_date: str, pools: dict[str, str]) -> Rule:
    """The way to draw a field. Optional fields stay blank: what they would say is the plan's to decide.

    `pools`: the pool for people and for enterprises, where the plan has one.
    """
    needed = field.required or field.required_if is not None
    if not needed:
        return Constant()
    match field.type:
        case FieldType.PERSON | FieldType.ENTERPRISE:
            kind = "people" if field.type is FieldType.PERSON else "enterprises"
            return FromPool(pool=pools[kind]) if kind in pools else Constant()
        case FieldType.DATE | FieldType.DATETIME:
            return Day(after=business_date)
        case FieldType.TIME:
            return Clock(time=("09:00", "16:30"))
        case FieldType.REFERENCE:
            return Earlier(entry=field.ledger)
        case FieldType.EVIDENCE:
            return Files(files=(max(1, int(field.minimum or 1)),) * 2)
        case FieldType.YES_NO:
            return Yes(yes=Fraction(1))
        case _:
            return _plain(field)


def _plain(field: Field) -> Rule:
    if field.choices:
        number = (1, min(2, len(field.choices))) if field.type is FieldType.MULTIPLE_CHOICE else (1, 1)
        return Pick(pick=dict.fromkeys(field.choices, 1), number=number)
    match field.type:
        case FieldType.INTEGER:
            return _between(field, Fraction(1), Fraction(20), Fraction(1))
        case FieldType.DURATION:
            return _between(field, Fraction(60), Fraction(120), Fraction(5))
        case FieldType.DECIMAL:
            return _between(field, Fraction(1), Fraction(20), Fraction(1, 10))
        case FieldType.MONEY:
            return _between(field, Fraction(100), Fraction(5000), Fraction(50))
        case FieldType.PERCENT:
            return _between(field, 90 * _HUNDRED, 99 * _HUNDRED, _HUNDRED)
        case _:
            return Text(text=(f"{field.name}{{no}}",) if not field.pattern else ())


def _between(field: Field, low: Fraction, high: Fraction, step: Fraction) -> Between:
    """The usual range, moved inside the field's bounds."""
    bottom, top = field.minimum, field.maximum
    if bottom is not None and low < bottom:
        low, high = bottom, bottom + high - low
    if top is not None and high > top:
        low, high = max(low - (high - top), bottom if bottom is not None else low - (high - top)), top
    return Between(range=(low, high), step=step)
