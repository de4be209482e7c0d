"""What the linter hands over, and the book that every check reads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, TypeVar

from kpi.checkup.walk import Node, Path, clauses_of, walk
from kpi.expressions import Expression, ExpressionError, NoData
from kpi.quantities import QuantityError, parse_exact
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.assumptions import Assumption
from kpi.rulebook.base import Answer, Rule, Stated
from kpi.rulebook.document import Rulebook
from kpi.rulebook.loader import Source
from kpi.rulebook.mechanics import Mechanic

Severity = Literal["error", "question", "warning"]
R = TypeVar("R", bound=Rule)
T = TypeVar("T")

_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to settle.

    error: the rulebook contradicts itself or names what does not exist. question: the document is silent
    or contradicts itself. warning: something does nothing. `answered_by_assumption`: the id of the
    assumption that already asks it, whose question `question` then repeats.
    """

    severity: Severity
    code: str
    clauses: tuple[str, ...]
    file: str
    line: int
    field: str
    message: str
    question: str
    answered_by_assumption: str = ""

    @property
    def place(self) -> str:
        """`rulebook.yaml:12`."""
        return f"{self.file}:{self.line}"


class Book:
    """A rulebook as the checks see it: nodes with places, what is stated, what is read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.rulebook: Rulebook = source.rulebook
        self.nodes = walk(self.rulebook)
        self.rules = [node for node in self.nodes if isinstance(node.value, Rule)]
        self.answers = Answers(self.rulebook)
        self.clause_titles = {clause.id: clause.title for clause in self.rulebook.clauses}

    def all(self, kind: type[R]) -> Iterator[tuple[Node, R]]:
        """Every rule of a kind with its node."""
        for node in self.rules:
            if isinstance(node.value, kind):
                yield node, node.value

    def read(self, value: T | Answer[T] | None) -> T | None:
        """The value under the default answers, None where it is absent or nobody has answered."""
        try:
            return None if value is None else self.answers.get(value)
        except (Refused, QuantityError):
            return None

    def finding(
        self,
        severity: Severity,
        code: str,
        path: Path,
        message: str,
        question: str,
        *,
        clauses: Iterable[str] | None = None,
        about: Iterable[Any] = (),
        quotes: Iterable[Stated] = (),
    ) -> Finding:
        """A finding at `path`. `about`: the values or conditions in doubt; `quotes`: the passages in doubt.

        An assumption that decides one of the values, or quotes one of the passages, asks the question.
        """
        named = self.clauses_at(path) if clauses is None else tuple(dict.fromkeys(clauses))
        asked = self.asked(about, quotes, named)
        return Finding(
            severity,
            code,
            named,
            self.source.places.file,
            self.source.places.line(path),
            ".".join(str(part) for part in path),
            message,
            (asked.question if asked is not None else question).strip() or "要请采购人确认什么？",
            asked.id if asked is not None else "",
        )

    def clauses_at(self, path: Path) -> tuple[str, ...]:
        """Clauses cited where `path` leads, or around it."""
        node = next((one for one in self.nodes if one.path == path), None)
        if node is None:
            return self.clauses_at(path[:-1]) if path else ()
        inner = (node.value,) if isinstance(node.value, Rule) else ()
        return clauses_of((*node.trail, *inner))

    def asked(
        self, about: Iterable[Any], quotes: Iterable[Stated], clauses: tuple[str, ...]
    ) -> Assumption | None:
        """The assumption that asks about these values or passages, or None."""
        for answer in (answer for value in about for answer in self.behind(value)):
            if (found := self.rulebook.assumption(answer.answer)) is not None:
                return found
        passages = [squeeze(one.quote) for one in quotes]
        for assumption in self.rulebook.assumptions:
            if set(clauses) & set(assumption.clauses) and _overlap(passages, assumption.stated):
                return assumption
        return None

    def behind(self, value: Any) -> Iterator[Answer[Any]]:
        """The answers that decide a value, directly or through the parameters that an expression reads."""
        if isinstance(value, Answer):
            yield value
        elif isinstance(value, Expression):
            for parameter in self.rulebook.parameters:
                if parameter.id in value.names and isinstance(parameter.value, Answer):
                    yield parameter.value

    def switched_off(self, rule: Mechanic) -> bool:
        """Whether a rule's `when` reads parameters only and does not hold under the default answers."""
        if rule.when is None:
            return False
        values = {one.id: self.read(one.value) for one in self.rulebook.parameters}
        return constant(rule.when, values) is False


def _overlap(passages: list[str], stated: tuple[Stated, ...]) -> bool:
    texts = [squeeze(one.quote) for one in stated]
    return any(passage in text or text in passage for passage in passages for text in texts)


def constant(expression: Expression, values: Mapping[str, Any] | None = None) -> Any:
    """The value of an expression that reads nothing but `values`; None where it reads more or fails."""
    values = values or {}
    if expression.of_clause or not expression.names <= values.keys():
        return None
    try:
        return expression.over(lambda name: values[name])
    except (NoData, ExpressionError):
        return None


def squeeze(text: str) -> str:
    """The text without white space: quotes compare so, whatever the document's line breaks."""
    return _SPACE.sub("", text)


def numbers_stated(stated: Iterable[Stated], *about: str) -> list[Fraction]:
    """The numbers that quotes state, for the aspects named (none named: all)."""
    found = []
    for one in stated:
        number = as_number(one.value)
        if number is not None and (not about or one.about in about):
            found.append(number)
    return found


def as_number(value: Any) -> Fraction | None:
    """A stated value as an exact number, None where it is none."""
    try:
        return parse_exact(value)
    except QuantityError:
        return None
