"""The same entries under a changed rulebook: what an amendment would have changed, period by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpi.evaluation import Evaluation, evaluate
from kpi.indicators.values import FigureValue
from kpi.quantities import Money, points
from kpi.rulebook.given import Given
from kpi.rulebook.loader import Source


@dataclass(frozen=True, slots=True)
class Change:
    """One figure that came out otherwise: `before` and `after` as computed, None: cannot be computed."""

    place: str
    title: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Replayed:
    """One period under both rulebooks. `points` and `yuan` are after − before, None where not computable."""

    period: str
    before: Evaluation
    after: Evaluation
    points: Fraction | None
    yuan: Money | None
    changes: tuple[Change, ...]

    @property
    def text(self) -> str:
        moved = "不能比较" if self.points is None else f"{points(self.points)} 分"
        money = "不能比较" if self.yuan is None else str(self.yuan)
        return f"{self.period}:得分变化 {moved},金额变化 {money},共 {len(self.changes)} 处不同"


def replay(
    old: Source,
    new: Source,
    given: Given,
    measured_old: Sequence[FigureValue],
    measured_new: Sequence[FigureValue],
    period: str = "",
) -> Replayed:
    """One period's figures, as measured by each rulebook, evaluated under each."""
    known = {one.id for one in new.rulebook.assumptions}
    for_new = given.model_copy(update={"answers": {k: v for k, v in given.answers.items() if k in known}})
    before, after = evaluate(old, given, measured_old), evaluate(new, for_new, measured_new)
    return Replayed(
        period or str(given.period.start if given.period else "全期"),
        before, after, _minus(_total(after), _total(before)), _money(after, before), tuple(_changes(before, after)),
    )  # fmt: skip


def _total(evaluation: Evaluation) -> Fraction | None:
    return evaluation.assessment.total if evaluation.assessment is not None else None


def _minus(after: Fraction | None, before: Fraction | None) -> Fraction | None:
    return None if after is None or before is None else after - before


def _money(after: Evaluation, before: Evaluation) -> Money | None:
    sums = [one.payment.net if one.payment is not None else None for one in (after, before)]
    return None if sums[0] is None or sums[1] is None else sums[0] - sums[1]


def _changes(before: Evaluation, after: Evaluation) -> list[Change]:
    """Indicators, items, derived figures, tier and payment lines that differ."""
    found: list[Change] = []
    olds, news = _facts(before), _facts(after)
    for place in dict.fromkeys([*olds, *news]):
        title, old = olds.get(place, (news.get(place, ("", None))[0], None))
        new = news.get(place, ("", None))[1]
        if old != new:
            found.append(Change(place, title, old, new))
    return found


def _facts(evaluation: Evaluation) -> dict[str, tuple[str, Any]]:
    found: dict[str, tuple[str, Any]] = {}
    for clause, values in evaluation.indicators.items():
        for number, value in enumerate(values, 1):
            found[f"指标 {clause}#{number}"] = (value.title, value.status)
    for derived in evaluation.derived.values():
        found[f"推算 {derived.id}"] = (derived.title, derived.value)
    if evaluation.assessment is not None:
        for item in evaluation.assessment.items:
            found[f"考核项 {item.id}"] = (
                item.title,
                item.score if item.score is not None else item.deduction,
            )
        for line in evaluation.assessment.bonus_lines:
            found[f"加分 {line.id}"] = (line.clause, line.points)
        found["总分"] = ("总分", evaluation.assessment.total)
    if evaluation.tier is not None:
        found["档次"] = ("档次", evaluation.tier.tier)
    if evaluation.payment is not None:
        for reduction in evaluation.payment.reductions:
            found[f"扣款 {reduction.id}"] = (reduction.title, reduction.amount)
        plan = evaluation.payment.plans.get(evaluation.payment.chosen or "")
        for payment in plan.lines if plan is not None else ():
            found[f"付款 {payment.id}"] = (payment.title, payment.amount)
    return found
