"""The order of operations in force: read from the rulebook, checked, cut into what each stage does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.order import STEPS, USUAL, Order, StepName, order_text
from kpi.rulebook.rounding import Rounding
from kpi.rulebook.rubric import Consequence, Rubric

Steps = tuple[StepName | Rounding, ...]

#: (earlier, later, why the other way round says nothing)
_BEFORE: tuple[tuple[StepName, StepName, str], ...] = (
    ("deductions", "clause_cap", "还没有扣分，上限管不到任何东西"),
    ("deductions", "pool_cap", "还没有扣分，上限管不到任何东西"),
    ("clause_cap", "pool_cap", "一条扣得再多也会先占满共用分值，再被条款上限削掉，问题多的反而少扣"),
    ("deductions", "item_floor", "还没有扣分，谈不上扣到0分"),
    ("deductions", "sum", "各项还没有得分"),
    ("clause_cap", "sum", "相加以后分不出是哪一条扣的"),
    ("pool_cap", "sum", "相加以后分不出是哪几项扣的"),
    ("item_floor", "sum", "相加以后分不出单项得分"),
    ("item_maximum", "sum", "相加以后分不出单项得分"),
    ("sum", "floor", "还没有总分"),
    ("sum", "full_marks", "还没有总分"),
    ("sum", "mean_penalty", "还没有总分"),
    ("sum", "combine", "还没有总分"),
    ("sum", "bonus", "还没有总分"),
    ("sum", "penalty", "还没有总分"),
    ("sum", "tier", "还没有总分"),
    ("combine", "penalty", "处罚扣的是合成以后的得分"),
    ("combine", "tier", "档次按合成以后的得分定"),
    ("tier", "veto", "还没有档次"),
    ("tier", "downgrade", "还没有档次"),
    ("tier", "at_most", "还没有档次"),
)
#: Places that an item keeps at least once it has its part of a pot: deductions have no finer ones.
POOLED_PLACES = 2
#: Steps that may come again.
_OFTEN = frozenset({"floor", "full_marks"})


@dataclass(frozen=True, slots=True)
class Stages:
    """The steps by who takes them.

    items: up to the sum; sheet: on this sheet's sum; score: on the score of the period; ending: from the first
    penalty or tier on. `usual`: nothing is stated, the explanations need not tell the order.
    """

    order: Order
    items: Steps
    sheet: Steps
    score: Steps
    ending: Steps

    @property
    def usual(self) -> bool:
        return self.order == USUAL

    @property
    def item_rounding(self) -> Rounding | None:
        """Of an item's score; None: it stays exact."""
        last = self.items[-1]
        return last if isinstance(last, Rounding) else None

    def round_item(self, value: Fraction) -> Fraction:
        """An item's score as it counts."""
        rounding = self.item_rounding
        return value if rounding is None else rounding.of(value)

    def holds(self, step: StepName) -> bool:
        """Whether items pass a step."""
        return step in self.items

    @property
    def maximum_first(self) -> bool:
        """What an item earns stops at its maximum before deductions come off."""
        return self.holds("item_maximum") and self.items.index("item_maximum") < self.items.index("deductions")

    @property
    def text(self) -> str:
        """How the order reads where it is not the usual one, else empty."""
        return "" if self.usual else f"按规则书写明的次序：{order_text(self.order)}"


def stages_of(rubric: Rubric, answers: Answers, rulebook: Rulebook | None = None) -> Stages:
    """The order in force under the answers. Refused("bad_input") where it contradicts itself or the rulebook."""
    order: object = answers.get(rubric.order)
    if not isinstance(order, tuple):
        reason = f"计分次序要写成一列步骤，答复给的是“{order}”；请在规则书的 order 里用 when 按答复各写一列"
        raise Refused("bad_input", reason, rubric.clause)
    found = list(contradictions(order, rubric, rulebook))
    if found:
        raise Refused("bad_input", f"计分次序不成立：{'；'.join(found)}；请改写规则书的 order", rubric.clause)
    total, combined = order.index("sum"), order.index("combine") if "combine" in order else order.index("sum")
    last = next((at for at, one in enumerate(order) if at > combined and one in ("penalty", "tier")), len(order))
    return Stages(order, order[:total], order[total + 1 : combined], order[max(total, combined) + 1 : last], order[last:])


def contradictions(order: Sequence[StepName | Rounding], rubric: Rubric, rulebook: Rulebook | None) -> Iterator[str]:
    """What an order says that cannot be, and what it leaves out although the rulebook needs it."""
    names = [one for one in order if not isinstance(one, Rounding)]
    for name in dict.fromkeys(names):
        if names.count(name) > 1 and name not in _OFTEN:
            yield f"“{STEPS[name]}”写了{names.count(name)}次"
    for name in ("deductions", "sum"):
        if name not in names:
            yield f"没有“{STEPS[name]}”（{name}），得不出总分"
    for earlier, later, why in _BEFORE:
        if earlier in names and later in names and names.index(earlier) > names.index(later):
            yield f"“{STEPS[later]}”排在“{STEPS[earlier]}”前面：{why}"
    yield from _roundings(order, rubric)
    yield from _left_out(names, rubric, () if rulebook is None else rulebook.consequences, rulebook)


def _roundings(order: Sequence[StepName | Rounding], rubric: Rubric) -> Iterator[str]:
    """A rounding comes after what it rounds. Coarse ones of what shares a pot would reward shortfall."""
    pot = order.index("pool_cap") if rubric.pools and "pool_cap" in order else len(order)
    total = order.index("sum") if "sum" in order else len(order)
    for at, one in enumerate(order):
        if isinstance(one, Rounding) and pot < at < total and one.round < POOLED_PLACES:
            yield f"“{one}”排在共用分值和各项相加之间：共用的分值分到各项再取整，问题多的反而可能多得分；请移到共用分值之前或相加之后"
        if isinstance(one, Rounding):
            if "deductions" not in order[:at]:
                yield f"“{one}”排在扣分前面，还没有可以取整的数"
            if isinstance(order[at - 1], Rounding) and at:
                yield f"“{one}”紧跟着又取整一次，只留一次"


def _left_out(
    names: Sequence[StepName], rubric: Rubric, consequences: Sequence[Consequence], rulebook: Rulebook | None
) -> Iterator[str]:
    kinds = {one.kind for one in consequences}
    needed: list[tuple[StepName, bool, str]] = [
        ("clause_cap", any(item.clause_caps for item in rubric.items), "有考核项写了 clause_caps"),
        ("pool_cap", bool(rubric.pools), "考核细则有共用分值"),
        ("bonus", rubric.bonus is not None, "考核细则有加分"),
        ("combine", bool(rubric.parts) or rubric.combine != "single", "有几张考核表要合成"),
        ("mean_penalty", any(part.penalty is not None for part in rubric.parts), "有一部分写了 penalty"),
        ("tier", rulebook is not None and rulebook.tiers is not None, "规则书有档次"),
        ("penalty", "penalty" in kinds, "考核后果里有处罚"),
        ("veto", "veto" in kinds or any(one.veto for one in (rulebook.events if rulebook else ())), "有一票否决"),
        ("downgrade", "downgrade" in kinds, "考核后果里有降档"),
        ("at_most", "at_most" in kinds, "考核后果里有限档"),
    ]
    for name, wanted, why in needed:
        if wanted and name not in names:
            yield f"没有写“{STEPS[name]}”（{name}），而{why}"
    yield from _below_nothing(names, rubric)


def _below_nothing(names: Sequence[StepName], rubric: Rubric) -> Iterator[str]:
    """A total that may fall below 0 needs its own floor before the tier; what may exceed full marks is not cut."""
    falls = rubric.method == "deduct" or "item_floor" not in names
    until = names.index("tier") if "tier" in names else len(names)
    if falls and "floor" not in names[:until]:
        yield "总分可以扣到0分以下，却没有写“总分不低于0分”（floor）"
    bonus = rubric.bonus
    stated = bonus is not None and "may_exceed_total" in bonus.model_fields_set and bonus.may_exceed_total is True
    if stated and "bonus" in names and "full_marks" in names[names.index("bonus") :]:
        yield "加分写明可以超过满分（may_exceed_total），次序里加分之后又写了“总分不超过满分”（full_marks）"
