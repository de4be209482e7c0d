"""Any rule of a rulebook in words: field by field, or as one sentence where that reads better."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, NamedTuple

from app.services.setup.wording import expressions, sentences
from app.services.setup.wording.labels import CHOICES, CHOICES_OF, FIELDS, FIELDS_OF, SHARES
from app.services.setup.wording.names import NOWHERE, Names, Place
from kpi.calendar import chinese_date
from kpi.expressions import Expression
from kpi.quantities import Money, is_finite_decimal, parse_exact, percent, plain
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.assumptions import Parameter
from kpi.rulebook.base import Answer, Rule, Stated
from kpi.rulebook.document import Rulebook
from kpi.rulebook.ledgers import Ledger
from kpi.rulebook.order import order_text

#: Fields that name a field of the ledger at hand.
_NAMES_FIELD = frozenset(
    {"field", "key", "start", "end", "by", "per", "id_number", "on", "branch", "area", "record_id", "date", "unique",
     "strata", "fields"}
)  # fmt: skip
#: What a person reads elsewhere: the rule's own heading, its quotes.
ASIDE = frozenset({"id", "clause", "clauses", "title", "name", "stated", "mechanic", "measure", "pays", "reduces", "check"})


class Fact(NamedTuple):
    """One thing that a rule says."""

    label: str
    text: str


class Words:
    """Says the rules of one rulebook. With `answers`, what a question decides is said as answered.

    `numbers`: the questions' numbers in the rulebook's order, by which the text refers to them.
    """

    def __init__(self, rulebook: Rulebook, answers: Answers | None = None) -> None:
        self.rulebook, self.answers = rulebook, answers
        self.names = Names(rulebook)
        self._sets = {one.id: one.title for one in rulebook.members}
        self.numbers = {one.id: number for number, one in enumerate(rulebook.assumptions, 1)}

    def facts(self, rule: Rule, place: Place = NOWHERE, skip: frozenset[str] = ASIDE) -> list[Fact]:
        """Every field that the text sets, in the order of the type, but those in `skip`."""
        found: list[Fact] = []
        place = self.inside(rule, place)
        for name in type(rule).model_fields:
            if name in rule.model_fields_set and name not in skip:
                label = FIELDS_OF.get((type(rule).__name__, name)) or FIELDS.get(name, name)
                found += self._facts_of(name, label, getattr(rule, name), place)
        return found

    def _facts_of(self, name: str, label: str, value: Any, place: Place) -> Iterator[Fact]:
        rules = isinstance(value, tuple) and value and all(isinstance(one, Rule) for one in value)
        if rules and not any(isinstance(one, Stated) for one in value):
            yield from (
                Fact(f"{label}“{heading}”" if (heading := self.heading(one)) else f"{label} {number}", self.say(one, place))
                for number, one in enumerate(value, 1)
            )
        elif isinstance(value, Mapping) and any(isinstance(one, Rule) and not isinstance(one, Answer) for one in value.values()):
            yield from (Fact(f"{label}“{self.names.call(key, place)}”", self.say(one, place)) for key, one in value.items())
        elif value not in (None, "", (), {}):
            yield Fact(label, self.value(value, name, place))

    def say(self, rule: Rule, place: Place = NOWHERE) -> str:
        """The rule in one line: its sentence, then whatever else it sets."""
        place = self.inside(rule, place)
        sentence, spoken = sentences.sentence(self, rule, place)
        label = getattr(rule, "label", "") if sentence and "label" not in spoken else ""
        rest = self.facts(rule, place, ASIDE | spoken | ({"label"} if label else frozenset()))
        said = f"{label}：{sentence}" if label else sentence
        return "；".join(filter(None, [said, *(f"{one.label}：{one.text}" for one in rest)]))

    def inside(self, rule: Rule, place: Place) -> Place:
        """Where the rule's own names stand."""
        clause = getattr(rule, "clause", "") or place.clause
        ledger = rule.id if isinstance(rule, Ledger) else getattr(rule, "ledger", "") or place.ledger
        return Place(clause, ledger, place.fields)

    def heading(self, rule: Rule) -> str:
        """What a rule is called among its like."""
        for name in ("title", "name", "label", "tier", "branch", "kind", "message"):
            text = getattr(rule, name, "")
            if isinstance(text, str) and text:
                return CHOICES_OF.get(name, CHOICES).get(text, text)
        return ""

    # -- values ---------------------------------------------------------------------------------

    def value(self, value: Any, field: str = "", place: Place = NOWHERE) -> str:
        """Any value of a field."""
        if isinstance(value, Answer):
            return self._answer(value, field, place)
        if field == "order":
            return order_text(value)
        if isinstance(value, Rule):
            return f"“{value.quote}”" if isinstance(value, Stated) else self.say(value, place)
        if isinstance(value, Mapping) and field == "options":
            return "、".join(map(str, value.values()))
        if isinstance(value, Mapping):
            return "；".join(f"{key}：{self.value(one, field, place)}" for key, one in value.items())
        if isinstance(value, tuple | list | frozenset):
            return "、".join(self.value(one, field, place) for one in value)
        return self._scalar(value, field, place)

    def _scalar(self, value: Any, field: str, place: Place) -> str:
        if value is None:
            return "没有写明"
        if isinstance(value, bool):
            return "是" if value else "否"
        if isinstance(value, Expression):
            return self.expression(value, place)
        if isinstance(value, int | Fraction | Decimal):
            return number(value, share=field in SHARES)
        if isinstance(value, Money):
            return str(value)
        if isinstance(value, date):
            return chinese_date(value)
        return self._word(str(value.value if isinstance(value, Enum) else value), field, place)

    def _word(self, text: str, field: str, place: Place) -> str:
        if field in ("ledger", "also_records"):
            return f"《{self.names.ledgers.get(text, text)}》"
        if field == "members":
            return self._sets.get(text, text)
        if (word := CHOICES_OF.get(field, {}).get(text)) is not None:
            return word
        if field in _NAMES_FIELD and (called := self.names.call(text, place)) != text:
            return f"“{called}”"
        return CHOICES.get(text, text)

    def expression(self, expression: Expression, place: Place = NOWHERE) -> str:
        """An expression in words; a parameter alone shows its value, too."""
        said = expressions.words(expression, lambda name: self.names.call(name, place))
        parameter = self._parameter(expression)
        if parameter is None or self.answers is None:
            return said
        return f"{said}（{self.quantity(parameter.value, parameter.unit)}）"

    def _parameter(self, value: Any) -> Parameter | None:
        """The parameter that an expression is, where it is nothing else."""
        if not isinstance(value, Expression):
            return None
        bare = value.text.strip()
        return next((one for one in self.rulebook.parameters if one.id == bare and one.value is not None), None)

    def quantity(self, value: Any, unit: str, place: Place = NOWHERE) -> str:
        """A number with its unit; `%` makes it a percentage."""
        if isinstance(value, Answer) and unit == "%":
            return self._answer(value, "share", place)
        if isinstance(value, int | Fraction) and unit == "%":
            return number(value, share=True)
        counted = f" {unit}" if unit and unit != "%" and self._parameter(value) is None else ""
        return f"{self.value(value, '', place)}{counted}"

    def _answer(self, answer: Answer[Any], field: str, place: Place) -> str:
        """A value that a question decides: as answered, else what each option would make of it."""
        asked = self.rulebook.assumption(answer.answer)
        question = asked.question if asked is not None else answer.answer
        if self.answers is not None:
            number = self.numbers.get(answer.answer, 0)
            how = "答复" if answer.answer in self.answers.given else "默认读法"
            try:
                return f"{self.value(self._chosen(answer), field, place)}（按第 {number} 项的{how}）"
            except Refused:
                return f"〔待确认第 {number} 项〕"
        if answer.when is None:
            return f"由待确认事项“{question}”决定"
        options = asked.options if asked is not None else {}
        listed = "；".join(f"答“{options.get(key, key)}”为{self.value(one, field, place)}" for key, one in answer.when.items())
        return f"由待确认事项“{question}”决定：{listed}"

    def _chosen(self, answer: Answer[Any]) -> Any:
        assert self.answers is not None
        chosen = self.answers.get(answer)
        if isinstance(chosen, str) and answer.when is None and chosen[:1].isdigit():
            try:
                return parse_exact(chosen)
            except ValueError:
                return chosen
        return chosen


def number(value: int | Fraction | Decimal, *, share: bool = False) -> str:
    """`12`, `0.5`; a share as a percentage where that is exact."""
    exact = parse_exact(value)
    if share and is_finite_decimal(exact):
        return percent(exact)
    return plain(exact)
