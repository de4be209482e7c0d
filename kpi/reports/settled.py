"""What a report takes over from other stages as it was settled there: sheets, findings, payments."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from kpi.quantities import Money, Period


@dataclass(frozen=True)
class ItemLine:
    """An item of a signed sheet. Points are exact; None: no maximum is stated, or nothing was scored."""

    id: str
    title: str
    maximum: Fraction | None
    score: Fraction | None
    text: str


@dataclass(frozen=True)
class SignedSheet:
    """A signed assessment: `sha256` is the hash of its capsule."""

    number: int
    label: str
    start: str
    end: str
    sha256: str
    score: Fraction | None
    full: Fraction | None
    tier: str
    items: tuple[ItemLine, ...] = ()
    verdicts: tuple[str, ...] = ()


@dataclass(frozen=True)
class FindingLine:
    """A finding of the period. `ended`: its rectification is done, or it was exempted or withdrawn."""

    number: str
    clause: str
    found_on: str
    origin: str
    text: str
    state: str
    notice: str = ""
    until: str = ""
    ended: bool = False


@dataclass(frozen=True)
class PaidLine:
    """A payment that was made."""

    title: str
    day: str
    amount: Money
    inside: bool = True


@dataclass(frozen=True)
class EarnedLine:
    """What a signed result (`key`: sheet and hash) gives for a tranche, written out."""

    title: str
    amount: Money | None
    text: str
    key: str


@dataclass(frozen=True)
class Settled:
    """Everything of a contract that a report takes over. `unsettled`: what is still open, in words."""

    contract: str
    buyer: str
    supplier: str
    price: Money | None
    term: Period
    sheets: tuple[SignedSheet, ...] = ()
    findings: tuple[FindingLine, ...] = ()
    paid: tuple[PaidLine, ...] = ()
    earned: tuple[EarnedLine, ...] = ()
    unsettled: tuple[str, ...] = field(default=())
