"""What every payment rule may look at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

from kpi.expressions import Expression, ExpressionError
from kpi.indicators.book import FigureBook
from kpi.payments.decision import NOTHING
from kpi.payments.rounding import Rounder, rounder_of
from kpi.quantities import FEN, Money, total
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.base import Answer
from kpi.rulebook.given import Given
from kpi.rulebook.payments import Payment


@dataclass
class Context:
    """`before`: the plan's earlier tranches, `amounts`: those that could be computed, by id.

    `score` is exact with two places, `tier` its name. `offset`: shares of earlier tranches that the tranches before
    this one offset already. `forfeited`: what of this tranche is not given back any more. `rounder`: the rounding of the rule at hand.
    """

    book: FigureBook
    answers: Answers
    given: Given
    clause: str
    score: Fraction | None = None
    tier: str | None = None
    amounts: dict[str, Money] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)
    before: tuple[str, ...] = ()
    offset: Mapping[str, Fraction] = field(default_factory=dict)
    forfeited: Money = NOTHING
    rounder: Rounder = field(default_factory=Rounder)
    payment: Payment | None = None
    sources: list[str] = field(default_factory=list)

    def price(self) -> Money:
        """The contract sum: the total agreed, or unit price × quantity where the buyer answered so.

        Refused while it is not known.
        """
        if (
            self.payment is not None
            and self.answers.get(cast(str | Answer[str], self.payment.price)) == "unit"
        ):
            return self._by_unit(self.payment)
        if self.given.price is None:
            raise Refused("unanswered", "合同价款还没有填写；请在合同设置里填写中标（成交）金额", "price")
        return self.given.price

    def _by_unit(self, payment: Payment) -> Money:
        if payment.unit_price is None or payment.quantity is None:
            raise Refused("not_stated", "按单价结算要写明单价和数量；请在规则书里补上", payment.clause)
        rounder = rounder_of(None, payment, self.answers, payment.clause)
        each = rounder.between(self.number(payment.unit_price))
        return rounder.money(each * self.number(payment.quantity))

    def base(self, expression: Expression | None) -> Fraction:
        """The sum in yuan that a share is taken of: the price, or an expression."""
        return self.price().yuan if expression is None else self.sum(expression)

    def sum(self, expression: Expression | Answer[Expression]) -> Fraction:
        """An expression in yuan as a base."""
        return self.rounder.between(self.number(expression))

    def price_of_one(self, expression: Expression | Answer[Expression]) -> tuple[Fraction, str]:
        """A unit price in yuan and its text, which says where digits below the fen were lost."""
        return self.rounder.unit_price(self.number(expression))

    def limit(self, expression: Expression | Answer[Expression]) -> Money:
        """A stated maximum in yuan, to the fen: it is not rounded up beyond itself."""
        return Money.of(self.number(expression), FEN, self.rounder.mode)

    def number(self, value: Expression | Answer[Expression]) -> Any:
        """An expression's exact value; what it rests on is noted."""
        expression = self.answers.get(value)
        self.sources += self.book.sources([expression], self.clause)
        own: dict[str, Any] = {"price": self.price().yuan} if "price" in expression.names else {}
        if self.score is not None:
            own["score"] = self.score
        try:
            value = self.book.need(expression, self.clause, {**own, "tier": self.tier})
        except ExpressionError as error:
            raise Refused("bad_input", str(error), self.clause) from error
        if not isinstance(value, int | Fraction):
            reason = f"“{expression.text}”算出来不是一个数（{value}）；请核对这条规则的算式"
            raise Refused("bad_input", reason, self.clause)
        return value

    def earlier(self, ids: tuple[str, ...]) -> list[tuple[str, Money]]:
        """Title and amount of earlier lines of the plan."""
        missing = [one for one in ids if one not in self.amounts]
        if missing:
            names = "、".join(self.titles.get(one, one) for one in missing)
            raise Refused("not_stated", f"先要算出{names}的金额", self.clause)
        return [(self.titles.get(one, one), self.amounts[one]) for one in ids]

    def all_earlier(self) -> Money:
        """Sum of the tranches before this one; Refused where one of them is not known."""
        return total(amount for _, amount in self.earlier(self.before))

    def full_score(self) -> Fraction:
        """Full marks of the rubric."""
        rubric = self.book.rulebook.rubric
        return rubric.total if rubric is not None else Fraction(100)

    def need_score(self) -> Fraction:
        if self.score is None:
            raise Refused("no_data", "还没有考核得分；先完成考核并签字，再计算付款", self.clause)
        return self.score
