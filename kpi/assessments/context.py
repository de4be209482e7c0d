"""What a scoring rule may look at, and how it asks: figures, answers, met or not, the item's maximum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeVar

from kpi.expressions import Expression, ExpressionError, NoData
from kpi.indicators.book import FigureBook, names_in_order
from kpi.indicators.values import CriterionValue, IndicatorValue
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.base import Answer

T = TypeVar("T")

#: What happens with the points: taken off, earned from zero, or added beside the items.
Mode = Literal["deduct", "earn", "bonus"]


def has_data(book: FigureBook, clause: str) -> bool:
    """Whether anything is known of a clause beside a plain met or unmet."""
    return any(owner == clause and name != "met" for owner, name in book.figures)


@dataclass(frozen=True, slots=True)
class RuleContext:
    """One rule's surroundings. `maximum` None: `no_maximum` says why, and only who needs it raises it.

    `decided_met`: what a decision says of a clause without data (False where it only gives points), None
    where nothing is decided.
    """

    clause: str
    book: FigureBook
    answers: Answers
    maximum: Fraction | None = None
    no_maximum: Refused | None = None
    indicators: Sequence[IndicatorValue] = ()
    mode: Mode = "deduct"
    decided_met: bool | None = None

    # -- values ---------------------------------------------------------------------------------

    def get(self, value: T | Answer[T]) -> T:
        """The value, or what the buyer's answer makes of it; Refused("unanswered") without one."""
        return self.answers.get(value)

    def value(self, expression: Expression) -> Any:
        """The expression's value; NoData where a figure is absent. `met` is the clause's own."""
        return self.book.over(expression, self.clause, {"met": self.clause_met(), **self._absent()})

    def _absent(self) -> dict[str, Any]:
        """Figures that the clause declares and does not have: another clause's of that name must not stand in."""
        return {
            name: None
            for indicator in self.book.rulebook.indicators
            if indicator.clause == self.clause
            for name in indicator.figures
            if (self.clause, name) not in self.book.figures
        }

    def number(self, expression: Expression) -> Fraction:
        """The expression as an exact number (true is 1)."""
        value = self.value(expression)
        if not isinstance(value, int | Fraction):
            raise Refused(
                "bad_input", f"“{expression.text}”算出来不是一个数（{value}）；请核对这条规则的算式", self.clause
            )
        return Fraction(value)

    def truth(self, expression: Expression) -> bool:
        return bool(self.value(expression))

    def need_maximum(self) -> Fraction:
        """The item's maximum; the refusal says which question must be answered first."""
        if self.maximum is None:
            raise self.no_maximum or Refused("not_stated", "这一考核项没有写明满分，不能计算", self.clause)
        return self.maximum

    # -- met ------------------------------------------------------------------------------------

    @property
    def has_data(self) -> bool:
        return has_data(self.book, self.clause)

    def clause_met(self) -> bool | None:
        """Met by what was given, else by the indicators, else by the decision."""
        known = self.book.given_met.get(self.clause)
        if known is None and (self.has_data or self.decided_met is None or not self.book.otherwise_met):
            known = self.book.met(self.clause)
        return self.decided_met if known is None else known

    def met(self, expression: Expression | None) -> bool | None:
        """The rule's own condition, else the clause's; a plain met or unmet serves where figures lack."""
        if expression is None:
            return self.clause_met()
        try:
            return self.truth(expression)
        except NoData:
            if not self.has_data:
                return self.clause_met()
            return self.book.given_met.get(self.clause, self.decided_met)

    def assumed(self) -> bool:
        """Nothing but a plain `met` is known of the clause, and it says met."""
        plain = self.clause in self.book.given_met or self.book.otherwise_met
        return plain and not self.has_data and self.clause_met() is True

    def failed_criteria(self) -> list[CriterionValue]:
        """Conditions of the clause that were not met, members' included."""
        groups = [one for whole in self.indicators for one in (whole, *whole.members.values())]
        return [
            criterion
            for one in groups
            for criterion in one.criteria
            if criterion.met is False and criterion.scored
        ]

    # -- texts ----------------------------------------------------------------------------------

    def shows(self, *expressions: Expression | None) -> str:
        """Names and values of the expressions, `应办52场,实办50场`; what has no value was not needed."""
        names = [name for one in expressions if one is not None for name in names_in_order(one)]
        parts = [self._shown(name) for name in dict.fromkeys(names) if name != "met"]
        return "，".join(part for part in parts if part)

    def _shown(self, name: str) -> str:
        clause, _, figure = name.rpartition("/")
        one = Expression(f"of({clause!r}, {figure!r})" if clause else name)
        try:
            known = self.book.over(one, self.clause, self._absent()) is not None
            return self.book.shows(one, self.clause) if known else ""
        except (NoData, Refused, ExpressionError):
            return ""

    def sources(self, *expressions: Expression | None) -> tuple[str, ...]:
        """`clause/name` of the figures behind the expressions; without any, those of the clause."""
        wanted = [one for one in expressions if one is not None]
        try:
            if wanted:
                return self.book.sources(wanted, self.clause)
        except Refused:  # an unanswered part that the result did not need
            pass
        # Sorted: a result must not depend on the order in which figures were measured or read back.
        return tuple(sorted(f"{owner}/{name}" for owner, name in self.book.figures if owner == self.clause))

    @property
    def verb(self) -> str:
        return {"deduct": "扣", "earn": "得", "bonus": "加"}[self.mode]
