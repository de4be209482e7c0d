"""Every value of a rulebook with its path in the text and the rules that enclose it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kpi.rulebook.assumptions import Clause
from kpi.rulebook.base import Answer, Rule

Path = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Node:
    """`value` at `path`; `field` is the name of the field that holds it in its `owner`.

    `trail`: the rules around the value, outermost first; the value itself is not among them.
    """

    path: Path
    field: str
    value: Any
    trail: tuple[Rule, ...]

    @property
    def owner(self) -> Rule:
        """The innermost rule around the value; an answer's values belong to the rule that it decides."""
        return next(rule for rule in reversed(self.trail) if not isinstance(rule, Answer))

    def within(self, kind: type[Rule]) -> bool:
        """Whether a rule of this kind encloses the value."""
        return any(isinstance(rule, kind) for rule in self.trail)


def walk(value: Any, path: Path = (), field: str = "", trail: tuple[Rule, ...] = ()) -> Iterator[Node]:
    """The value and everything in it, in the order of the text's schema."""
    yield Node(path, field, value, trail)
    if isinstance(value, Rule):
        for name, info in type(value).model_fields.items():
            child = getattr(value, name)
            holder = field if isinstance(value, Answer) and name == "when" else name
            yield from walk(child, (*path, info.alias or name), holder, (*trail, value))
    elif isinstance(value, tuple | list):
        for index, child in enumerate(value):
            yield from walk(child, (*path, index), field, trail)
    elif isinstance(value, dict):
        for key, child in value.items():
            yield from walk(child, (*path, key), field, trail)


def clauses_of(rules: tuple[Rule, ...]) -> tuple[str, ...]:
    """The clauses that the innermost rule which names any cites."""
    for rule in reversed(rules):
        if isinstance(rule, Clause):
            return (rule.id,)
        one = getattr(rule, "clause", "")
        several = getattr(rule, "clauses", ())
        if isinstance(one, str) and one:
            return (one,)
        if several and all(isinstance(name, str) for name in several):
            return tuple(several)
    return ()
