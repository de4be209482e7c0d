"""Every value of a rulebook with its path in the text and the rules that enclose it."""

from __future__ import annotations

from collections.abc import Mapping
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


def walk(value: Any) -> list[Node]:
    """The value and everything in it, in the order of the schema."""
    found: list[Node] = []
    _add(found, value, (), "", ())
    return found


def _add(found: list[Node], value: Any, path: Path, field: str, trail: tuple[Rule, ...]) -> None:
    found.append(Node(path, field, value, trail))
    if isinstance(value, Rule):
        inner = (*trail, value)
        for name, info in type(value).model_fields.items():
            holder = field if name == "when" and isinstance(value, Answer) else name
            _add(found, getattr(value, name), (*path, info.alias or name), holder, inner)
    elif isinstance(value, tuple | list):
        for index, child in enumerate(value):
            _add(found, child, (*path, index), field, trail)
    elif isinstance(value, Mapping):
        for key, child in value.items():
            _add(found, child, (*path, key), field, trail)


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
