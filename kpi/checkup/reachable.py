"""Which totals a rubric can reach by its own mechanics, and by which losses."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from kpi.checkup.findings import Book, numbers_stated
from kpi.checkup.losses import bits, item_losses, joint_losses, stated
from kpi.quantities import points
from kpi.rulebook.mechanics import Mechanic
from kpi.rulebook.rubric import Item, Pool, Rubric


@dataclass(frozen=True, slots=True)
class Group:
    """An item, or the items of a pool together: losses in cents, ascending."""

    title: str
    losses: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """Reachable totals in cents. `complete`: every maximum is stated, so nothing is left out."""

    full: int
    groups: tuple[Group, ...]
    steps: tuple[int, ...]  # bit sets of joint losses after the first n groups
    complete: bool

    @property
    def totals(self) -> list[int]:
        """Totals in cents, ascending."""
        losses = self.steps[-1]
        return sorted(self.full - loss for loss in bits(losses))

    def how(self, total: int) -> str:
        """`“岗位推荐”扣0.1分`: losses that lead to a total, few and large ones first."""
        left, parts = self.full - total, []
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
    """Totals over what is stated. Bonus is left out: the highest band is open upwards."""
    bound = Fraction(rubric.total)
    known = [maximum_stated(item) for item in rubric.items]
    groups = [_pool_group(book, pool, rubric, bound) for pool in rubric.pools if _members(pool, rubric)]
    complete = all(one is not None for one in known)
    for item, maximum in zip(rubric.items, known, strict=True):
        if not any(item in _members(pool, rubric) for pool in rubric.pools):
            groups.append(_group(f"“{item.title}”", item_losses(item, _active(book, item), maximum, bound)))
    groups.sort(key=lambda group: group.losses[-1])
    full = int(bound * 100)
    return Reach(full, tuple(groups), _joined(groups, full), complete)


def _group(title: str, losses: set[Fraction]) -> Group:
    return Group(title, tuple(sorted({int(loss * 100) for loss in losses})))


def _pool_group(book: Book, pool: Pool, rubric: Rubric, bound: Fraction) -> Group:
    items = _members(pool, rubric)
    rules = [rule for item in items for rule in _active(book, item)]
    maximum = stated(pool.maximum)
    title = "、".join(item.title for item in items)
    return _group(f"“{title}”", joint_losses(rules, None if maximum is None else Fraction(maximum), bound))


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
