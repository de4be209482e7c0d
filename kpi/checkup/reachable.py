"""Which totals a rubric can reach by its own mechanics, and by which losses."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kpi.assessments import Stages, stages_of
from kpi.checkup.findings import Book, numbers_stated
from kpi.checkup.losses import bits, item_losses, joint_losses, stated
from kpi.quantities import points
from kpi.rulebook.answers import Refused
from kpi.rulebook.mechanics import Mechanic
from kpi.rulebook.order import USUAL
from kpi.rulebook.rounding import Rounding
from kpi.rulebook.rubric import Item, Pool, Rubric


@dataclass(frozen=True, slots=True)
class Group:
    """An item, or the items of a pool together: losses in cents, ascending."""

    title: str
    losses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Reachable totals in cents. `complete`: every maximum is stated, so nothing is left out.

    `roundings`: of the total, before the tier.
    """

    full: int
    groups: tuple[Group, ...]
    steps: tuple[int, ...]  # bit sets of joint losses after the first n groups
    complete: bool
    roundings: tuple[Rounding, ...] = ()

    @property
    def totals(self) -> list[int]:
        """Totals in cents, ascending."""
        return sorted({self._rounded(self.full - loss) for loss in bits(self.steps[-1])})

    def _rounded(self, total: int) -> int:
        exact = Fraction(total, 100)
        for rounding in self.roundings:
            exact = rounding.of(exact)
        return int(exact * 100)

    def _lost(self, total: int) -> int:
        """The smallest loss that leads to a total."""
        if not self.roundings:
            return self.full - total
        return next(loss for loss in bits(self.steps[-1]) if self._rounded(self.full - loss) == total)

    def how(self, total: int) -> str:
        """`“岗位推荐”扣0.1分`: losses that lead to a total, few and large ones first."""
        left, parts = self._lost(total), []
        for index in range(len(self.groups) - 1, -1, -1):
            group, before = self.groups[index], self.steps[index]
            fitting = (
                loss for loss in reversed(group.losses) if loss <= left and before >> (left - loss) & 1
            )
            loss = next(fitting, 0)
            if loss:
                parts.append(f"{group.title}扣{points(Fraction(loss, 100))}分")
            left -= loss
        if left:
            return "多项扣分相加"
        return "、".join(parts) or "各项都不扣分"


def maximum_stated(item: Item) -> Fraction | None:
    """The item's maximum as the document states it, None where it states none."""
    plain = stated(item.maximum)
    if plain is not None:
        return Fraction(plain)
    numbers = numbers_stated(item.stated, "maximum", "满分")
    return numbers[0] if len(set(numbers)) == 1 else None


def reach(book: Book, rubric: Rubric) -> Reach:
    """Totals over what is stated, rounded as the order in force says. Bonus is left out: the highest band is open.

    Where items may fall below 0 or rise above their maximum, not every total is known.
    """
    bound = Fraction(rubric.total)
    stages = _stages(book, rubric)
    known = [maximum_stated(item) for item in rubric.items]
    groups = [_pool_group(book, pool, rubric, bound, stages) for pool in rubric.pools if _members(pool, rubric)]
    complete = all(one is not None for one in known) and stages.holds("item_floor") and stages.holds("item_maximum")
    for item, maximum in zip(rubric.items, known, strict=True):
        if not any(item in _members(pool, rubric) for pool in rubric.pools):
            losses = item_losses(item, _active(book, item), maximum, bound, stages.round_item)
            groups.append(_group(f"“{item.title}”", losses))
    groups.sort(key=lambda group: group.losses[-1])
    full = int(bound * 100)
    return Reach(full, tuple(groups), _joined(groups, full), complete, _roundings(stages))


def _stages(book: Book, rubric: Rubric) -> Stages:
    """The order under the default answers; the usual one where nobody knows or it is wrong."""
    try:
        return stages_of(rubric, book.answers, book.rulebook)
    except Refused:
        return stages_of(rubric.model_copy(update={"order": USUAL}), book.answers)


def _roundings(stages: Stages) -> tuple[Rounding, ...]:
    """What rounds the total before its tier."""
    order = stages.order
    tier = order.index("tier") if "tier" in order else len(order)
    return tuple(one for one in order[order.index("sum") : tier] if isinstance(one, Rounding))


def _group(title: str, losses: set[Fraction]) -> Group:
    return Group(title, tuple(sorted({int(loss * 100) for loss in losses})))


def _pool_group(book: Book, pool: Pool, rubric: Rubric, bound: Fraction, stages: Stages) -> Group:
    items = _members(pool, rubric)
    rules = [rule for item in items for rule in _active(book, item)]
    maximum = stated(pool.maximum)
    title = "、".join(item.title for item in items)
    pot = None if maximum is None else Fraction(maximum)
    return _group(f"“{title}”", joint_losses(rules, pot, bound, rounded=stages.round_item))


def _active(book: Book, item: Item) -> list[Mechanic]:
    """The item's rules but for those that only another answer would switch on."""
    return [rule for rule in item.rules if not book.switched_off(rule)]


def _members(pool: Pool, rubric: Rubric) -> list[Item]:
    """Items that lie in the pool whole; a pool over some clauses of an item stays under its maximum."""
    named = set(pool.items)
    return [item for item in rubric.items if item.id in named or set(item.clauses) <= named]


def _joined(groups: list[Group], full: int) -> tuple[int, ...]:
    """Joint losses; more than everything is everything (the total stops at 0)."""
    mask = (1 << (full + 1)) - 1
    steps = [1]
    for group in groups:
        found = 0
        for loss in group.losses:
            found |= steps[-1] << loss
        steps.append(found & mask | ((1 << full) if found >> (full + 1) else 0))
    return tuple(steps)
