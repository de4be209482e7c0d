"""A small rulebook around payment rules, so that each mechanic can be tried by itself."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kpi.indicators.book import FigureBook
from kpi.indicators.values import FigureValue
from kpi.payments import PaymentDecision, pay
from kpi.rulebook.answers import Answers
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given

BASE: dict[str, Any] = {
    "key": "small",
    "title": "小合同",
    "term": {"years": 1},
    "clauses": [{"id": "A-1", "title": "付款"}, {"id": "A-2", "title": "验收"}],
    "assumptions": [
        {"id": "share", "clauses": "A-1", "question": "比例是多少？", "type": "percent", "touches_payment": True},
        {"id": "way", "clauses": "A-1", "question": "超出怎么办？", "options": {"carry_forward": "结转", "cap": "封顶"},
         "default": "carry_forward"},
    ],
    "events": [
        {"id": "leak", "clauses": "A-1", "title": "数据泄露", "blocks_payment": True},
        {"id": "fake", "clauses": "A-1", "title": "弄虚作假", "blocks_payment": True, "refuses_unpaid": True},
    ],
}  # fmt: skip


def plan(*tranches: dict[str, Any], name: str = "main") -> dict[str, Any]:
    rows = [{"clause": "A-1", "title": f"第{index}期", "id": f"t{index}", **one} for index, one in enumerate(tranches, 1)]
    return {"id": name, "clause": "A-1", "title": "付款", "tranches": rows}


def paid(
    *plans: dict[str, Any],
    reductions: list[dict[str, Any]] | None = None,
    figures: dict[str, Any] | None = None,
    score: Fraction | None = None,
    tier: str | None = None,
    given: dict[str, Any] | None = None,
    **payment: Any,
) -> PaymentDecision:
    """The decision for plans and reductions over figures of clause A-1. The price is ¥1,000,000 unless given."""
    rows = [{"clause": "A-1", "title": "扣款", "id": f"r{index}", **one} for index, one in enumerate(reductions or [], 1)]
    rulebook = Rulebook.model_validate(
        {**BASE, "payment": {"clause": "A-1", "plans": list(plans), "reductions": rows, **payment}}
    )
    setting = Given.model_validate({"price": 1000000, **(given or {})})
    answers = Answers(rulebook, setting.answers)
    values = [FigureValue("A-1", name, value) for name, value in (figures or {}).items()]
    book = FigureBook(rulebook, answers, values)
    assert rulebook.payment is not None
    return pay(rulebook.payment, book, answers, setting, score, tier)


def yuan(decision: PaymentDecision, name: str = "main") -> list[str | None]:
    return [None if line.amount is None else line.amount.plain() for line in decision.plans[name].lines]
