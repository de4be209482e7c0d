"""The same entries under a changed rulebook: what an amendment would have changed, period by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kpi.evaluation import Evaluation, evaluate
from kpi.indicators.values import FigureValue
from kpi.quantities import Money, points
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given
from kpi.rulebook.given_names import mismatches
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
    """One period under both rulebooks. `points` and `yuan` are after − before, None where not computable.

    `left_out`: given data that the changed rulebook does not know.
    """

    period: str
    before: Evaluation
    after: Evaluation
    points: Fraction | None
    yuan: Money | None
    changes: tuple[Change, ...]
    left_out: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        moved = "不能比较" if self.points is None else f"{points(self.points)} 分"
        money = "不能比较" if self.yuan is None else str(self.yuan)
        return f"{self.period}：得分变化 {moved}，金额变化 {money}，共 {len(self.changes)} 处不同"


def replay(
    old: Source,
    new: Source,
    given: Given,
    measured_old: Sequence[FigureValue],
    measured_new: Sequence[FigureValue],
    period: str = "",
) -> Replayed:
    """One period's figures, as measured by each rulebook, evaluated under each."""
    for_new, left_out = fitting(new.rulebook, given)
    before, after = evaluate(old, given, measured_old), evaluate(new, for_new, measured_new)
    return compared(before, after, period or str(given.period.start if given.period else "全期"), left_out)


def compared(before: Evaluation, after: Evaluation, period: str, left_out: tuple[str, ...] = ()) -> Replayed:
    """Two evaluations of one period side by side: under two rulebooks, or under two sets of answers."""
    moved, money = _minus(after.score, before.score), _money(after, before)
    return Replayed(period, before, after, moved, money, tuple(_changes(before, after)), left_out)


def fitting(rulebook: Rulebook, given: Given) -> tuple[Given, tuple[str, ...]]:
    """The given data without what the changed rulebook no longer knows, and what was left out."""
    data = given.model_dump()
    found = mismatches(rulebook, given)
    for path, _ in sorted(found, key=lambda one: [str(part) for part in one[0]], reverse=True):
        _drop(data, path)
    return Given.model_validate(data), tuple(f"{'.'.join(map(str, path))}：{text}" for path, text in found)


def _drop(data: dict[str, Any], path: tuple[Any, ...]) -> None:
    """Removes a table's entry or a list's row; what stands alone goes back to its default."""
    if len(path) == 1:
        data.pop(path[0], None)
    elif isinstance(path[1], int):
        data[path[0]] = tuple(row for index, row in enumerate(data[path[0]]) if index != path[1])
    else:
        data[path[0]].pop(path[1], None)


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
        found["总分"] = ("总分", evaluation.score)
    if evaluation.tier is not None:
        found["档次"] = ("档次", evaluation.tier.tier)
    if evaluation.payment is not None:
        for reduction in evaluation.payment.reductions:
            found[f"扣款 {reduction.id}"] = (reduction.title, reduction.amount)
        plan = evaluation.payment.plans.get(evaluation.payment.chosen or "")
        for payment in plan.lines if plan is not None else ():
            found[f"付款 {payment.id}"] = (payment.title, payment.amount)
    return found
