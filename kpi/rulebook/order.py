"""The order of operations as data: which steps lead from deductions to tier, and in which order."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Tag

from kpi.rulebook.rounding import Rounding

StepName = Literal[
    "deductions", "clause_cap", "pool_cap", "item_floor", "item_maximum", "sum", "floor", "full_marks",
    "mean_penalty", "combine", "bonus", "penalty", "tier", "veto", "downgrade", "at_most",
]  # fmt: skip


def _kind(value: Any) -> str:
    return "round" if isinstance(value, dict | Rounding) else "step"


#: A step by its name, or a rounding: `{round: 2}`.
Step = Annotated[
    Annotated[StepName, Tag("step")] | Annotated[Rounding, Tag("round")], Discriminator(_kind)
]
Order = tuple[Step, ...]

#: What each step is called.
STEPS: dict[StepName, str] = {
    "deductions": "扣分",
    "clause_cap": "条款上限",
    "pool_cap": "共用分值上限",
    "item_floor": "单项不低于0分",
    "item_maximum": "单项不超过满分",
    "sum": "各项相加",
    "floor": "总分不低于0分",
    "full_marks": "总分不超过满分",
    "mean_penalty": "低分次数扣分",
    "combine": "几张考核表合成",
    "bonus": "加分",
    "penalty": "处罚扣分",
    "tier": "定档",
    "veto": "一票否决",
    "downgrade": "降档",
    "at_most": "限档",
}

#: Rule of counting 8, which holds where a rulebook states nothing else.
USUAL: Order = (
    "deductions", "clause_cap", "pool_cap", "item_floor", "item_maximum", Rounding(round=2), "sum", "floor",
    "mean_penalty", "combine", "bonus", "penalty", "tier", "veto", "downgrade", "at_most",
)  # fmt: skip


def step_text(step: StepName | Rounding) -> str:
    """`条款上限`, `四舍五入保留2位小数`."""
    return str(step) if isinstance(step, Rounding) else STEPS[step]


def order_text(order: Order) -> str:
    """The steps in a row: `扣分→条款上限→…`."""
    return "→".join(step_text(step) for step in order)
