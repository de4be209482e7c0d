"""Answers to assumptions, and refusals: what cannot be computed says why and what would help."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Literal, TypeVar, cast

from kpi.quantities import QuantityError, parse_exact, plain
from kpi.rulebook.assumptions import Assumption
from kpi.rulebook.base import Answer
from kpi.rulebook.document import Rulebook

T = TypeVar("T")

RefusalKind = Literal[
    "unanswered", "no_data", "out_of_range", "no_band", "not_stated", "bad_input", "blocked"
]


class Refused(Exception):
    """A result that cannot be computed. `reason` is a complete Chinese sentence for the reader."""

    def __init__(self, kind: RefusalKind, reason: str, about: str = "") -> None:
        super().__init__(reason)
        self.kind: RefusalKind = kind
        self.reason = reason
        self.about = about


class Answers:
    """The buyer's answers over the defaults. `given` maps assumption ids to values as read from YAML."""

    def __init__(self, rulebook: Rulebook, given: Mapping[str, Any] | None = None) -> None:
        self._assumptions = {one.id: one for one in rulebook.assumptions}
        self.given = dict(given or {})
        for name, value in self.given.items():
            self._check(name, value)

    def _check(self, name: str, value: Any) -> None:
        assumption = self._assumptions.get(name)
        if assumption is None:
            raise Refused("bad_input", f"规则书里没有待确认事项“{name}”；请核对 answers 里的名称", name)
        if assumption.options and as_key(value) not in assumption.options:
            options = "、".join(assumption.options)
            raise Refused("bad_input", f"“{assumption.question}”不能答“{value}”；可选 {options}", name)
        if assumption.type in ("number", "percent", "money"):
            try:
                parse_exact(value)
            except QuantityError as error:
                raise Refused("bad_input", f"“{assumption.question}”的回答不对：{error}", name) from error

    def value(self, name: str) -> Any:
        """The answer given, else the default; Refused("unanswered") where there is none."""
        assumption = self._assumptions.get(name)
        if assumption is None:
            raise Refused(
                "bad_input", f"规则引用了没有定义的待确认事项“{name}”；请在 assumptions 里补上", name
            )
        if name in self.given:
            return self.given[name]
        if assumption.default is None:
            raise Refused("unanswered", f"待采购人确认：{assumption.question}", name)
        return assumption.default

    def get(self, value: T | Answer[T]) -> T:
        """The value itself, or what the answer makes of it."""
        if not isinstance(value, Answer):
            return value
        chosen = self.value(value.answer)
        if value.when is None:
            return cast(T, self._typed(value.answer, chosen))
        key = as_key(chosen)
        if key not in value.when:
            options = "、".join(value.when)
            raise Refused(
                "not_stated", f"待确认事项“{value.answer}”答“{key}”时这条规则没有写；写了的有 {options}", key
            )
        return value.when[key]

    def _typed(self, name: str, chosen: Any) -> Any:
        kind = self._assumptions[name].type
        return parse_exact(chosen) if kind in ("number", "percent", "money") else chosen

    def open(self) -> list[Assumption]:
        """Assumptions that have neither an answer nor a default, and are asked under the other answers."""
        unanswered = [
            one for one in self._assumptions.values() if one.default is None and one.id not in self.given
        ]
        return [one for one in unanswered if self._asked(one)]

    def _asked(self, assumption: Assumption) -> bool:
        for name, options in assumption.asked_when.items():
            other = self._assumptions.get(name)
            chosen = self.given.get(name, other.default if other is not None else None)
            if chosen is None or as_key(chosen) not in options:
                return False
        return True

    def taken(self) -> dict[str, Any]:
        """Every assumption's value in force (answers and defaults)."""
        return {
            name: self.value(name)
            for name, one in self._assumptions.items()
            if name in self.given or one.default is not None
        }


def as_key(value: Any) -> str:
    """An answer as the key of an `options` or `when` table."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return plain(value) if isinstance(value, Fraction) else str(value)
