"""Results of a trial as texts: score, tier and yuan, what differs between two of them, and how a box is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.services.act import Refused
from kpi.evaluation import Evaluation
from kpi.forecast.levers import points_between, yuan_between
from kpi.forecast.repair import Bounded
from kpi.quantities import Money, QuantityError, parse_exact, plain, show

LONGEST = 20


@dataclass(frozen=True)
class Outcome:
    """Score, tier and money as texts; blank where they cannot be told, `pending` says of how many clauses."""

    score: str
    tier: str
    meaning: str
    yuan: str
    verdicts: tuple[tuple[str, str], ...]
    pending: int


@dataclass(frozen=True)
class Change:
    """What differs from the forecast: in points and yuan, as texts with sign; blank where nothing does."""

    points: str
    yuan: str
    tier: str


def outcome(evaluation: Evaluation) -> Outcome:
    sheet, tier, payment = evaluation.assessment, evaluation.tier, evaluation.payment
    net = payment.net if payment is not None else None
    return Outcome(
        "" if evaluation.score is None else show(evaluation.score, 2), tier.tier if tier is not None else "",
        tier.meaning if tier is not None else "", "" if net is None else str(net),
        tuple((one.title, one.text) for one in evaluation.verdicts),
        len(sheet.refused) if sheet is not None and evaluation.score is None else 0,
    )  # fmt: skip


def change(other: Evaluation, base: Evaluation) -> Change:
    """What the other way gains or loses."""
    gained, money = points_between(other, base), yuan_between(other, base)
    before, after = base.tier, other.tier
    moved = before is not None and after is not None and before.tier != after.tier
    return Change(
        f"{'+' if gained > 0 else '−'}{show(abs(gained), 2)}" if gained else "",
        f"{'+' if money.fen > 0 else '−'}{Money(abs(money.fen))}" if money is not None and money.fen else "",
        f"{before.tier} → {after.tier}" if moved and before is not None and after is not None else "",
    )  # fmt: skip


def worth(better: Evaluation, base: Evaluation) -> dict[str, Any]:
    """What one result has more than another, as a lever is kept."""
    money = yuan_between(better, base)
    return {"points": plain(points_between(better, base)), "yuan": money.plain() if money is not None else None}


def as_texts(gain: Mapping[str, Any] | None) -> tuple[str, str]:
    """Points and yuan of a lever as people read them; blank where there is no gain."""
    if gain is None:
        return "", ""
    points, money = parse_exact(gain["points"]), Money.parse(gain["yuan"]) if gain["yuan"] else Money(0)
    return show(points, 2) if points > 0 else "", str(money) if money.fen > 0 else ""


# -- numbers in boxes -----------------------------------------------------------------------------


def whole(bound: Bounded) -> Fraction:
    """The target that has to be reached: counts are whole."""
    exact = Fraction(bound.target)
    if not bound.whole:
        return exact
    return Fraction(exact.__ceil__() if bound.below else exact.__floor__())


def scale(bound: Bounded) -> int:
    """What the number in the box is the figure's number times: shares are typed in percent."""
    return 1 if bound.whole else 100


def shown(value: Fraction) -> str:
    return f"{value.numerator:,}" if value.denominator == 1 else show(value, 4)


def read(text: str, title: str, box: str) -> Fraction:
    """The number in a box; Refused at the box where it is none."""
    try:
        value = parse_exact(text.replace(",", "").replace("，", ""))
    except QuantityError as error:
        raise Refused(f"“{title}”填的是“{text[:LONGEST]}”，应为数字", box) from error
    if value < 0:
        raise Refused(f"“{title}”不能是负数", box)
    return value
