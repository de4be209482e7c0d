"""All figures of an assessment period, by clause and name, and how an expression finds them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import lru_cache
from typing import Any

from kpi.expressions import Expression, Lookup, NoData, of_names
from kpi.indicators.values import FigureValue
from kpi.quantities import percent, show
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.assumptions import Derived, Parameter
from kpi.rulebook.document import Rulebook

#: What expressions may read beside figures, by name.
_RESULTS = {"score": "总分", "tier": "档次"}


class FigureBook:
    """Figures, parameters and derived figures of one period under one set of answers.

    Names resolve in this order: figures of the rule's own clause, parameters and derived figures,
    results added later (score, tier, verdicts), figures of another clause when only one has the name.
    """

    def __init__(
        self,
        rulebook: Rulebook,
        answers: Answers,
        figures: Iterable[FigureValue],
        given_met: Mapping[str, bool] | None = None,
        otherwise_met: bool = False,
        extras: Mapping[str, Any] | None = None,
    ) -> None:
        self.rulebook, self.answers = rulebook, answers
        self.figures = {(one.clause, one.name): one for one in figures}
        self.given_met = dict(given_met or {})
        self.otherwise_met = otherwise_met
        self.extras: dict[str, Any] = dict(extras or {})
        self.item_scores: dict[str, Fraction | None] = {}  # filled by the assessment, of('item', 'score')
        self.mets: dict[str, bool | None] = {}  # filled by the criteria, read by of('clause', 'met')
        self._parameters = {one.id: one for one in rulebook.parameters}
        self._derived = {one.id: one for one in rulebook.derived}
        self._own = {(one.clause, name) for one in rulebook.indicators for name in one.figures}
        self._by_name: dict[str, list[str]] = {}
        for clause, name in self.figures:
            self._by_name.setdefault(name, []).append(clause)
        self._running: list[str] = []

    # -- values ---------------------------------------------------------------------------------

    def lookup(self, clause: str, own: Mapping[str, Any] | None = None) -> Lookup:
        """How an expression of a rule of `clause` finds its names; `own` goes before everything."""

        def find(name: str) -> Any:
            if own is not None and name in own:
                return own[name]
            return self.value(name, clause)

        return find

    def value(self, name: str, clause: str = "") -> Any:
        """The value of a name as seen from a clause; None where nothing is known of it."""
        if "/" in name:
            other, _, figure = name.rpartition("/")
            if figure == "score" and other in self.item_scores:
                return self.item_scores[other]
            return self.met(other) if figure == "met" else self._figure_value(other, figure)
        if (clause, name) in self.figures:
            return self.figures[clause, name].value
        if name in self._parameters:
            return self._parameter(self._parameters[name])
        if name in self._derived:
            return self._compute(self._derived[name])
        if name in self.extras:
            return self.extras[name]
        if name == "met":
            return self.met(clause)
        if (clause, name) in self._own:
            return None  # the clause's own figure is missing: another clause's must not stand in for it
        owners = self._by_name.get(name, [])
        if len(owners) > 1:
            raise Refused(
                "bad_input", f"“{name}”在几条里都有（{'、'.join(owners)}）；请写成 of('条款', '{name}')", name
            )
        return self.figures[owners[0], name].value if owners else None

    def _figure_value(self, clause: str, name: str) -> Any:
        found = self.figures.get((clause, name))
        return None if found is None else found.value

    def _parameter(self, parameter: Parameter) -> Any:
        if parameter.value is None:
            raise Refused(
                "not_stated", f"“{parameter.title}”没有约定；请在规则书里写明或向采购人确认", parameter.id
            )
        return self.answers.get(parameter.value)

    def _compute(self, derived: Derived) -> Any:
        if derived.id in self._running:
            raise Refused("bad_input", f"推算项“{derived.title}”绕了一圈又用到自己；请改写算式", derived.id)
        self._running.append(derived.id)
        try:
            return self._evaluate(derived)
        finally:
            self._running.pop()

    def _evaluate(self, derived: Derived) -> Any:
        if derived.value is not None:
            return self.over(self.answers.get(derived.value), derived.clause)
        top, bottom = self.rate(derived)
        if bottom == 0:
            raise NoData(f"{derived.title}（分母为 0）")
        return Fraction(top) / Fraction(bottom)

    def rate(self, derived: Derived) -> tuple[Any, Any]:
        """Numerator and denominator of a derived rate."""
        if derived.numerator is None or derived.denominator is None:
            raise Refused(
                "bad_input", f"推算项“{derived.title}”要写 value，或者 numerator 和 denominator", derived.id
            )
        top = self.over(self.answers.get(derived.numerator), derived.clause)
        bottom = self.over(self.answers.get(derived.denominator), derived.clause)
        return top, bottom

    def over(self, expression: Expression, clause: str, own: Mapping[str, Any] | None = None) -> Any:
        """The expression's value as seen from a clause. NoData where a figure is absent."""
        return expression.over(self.lookup(clause, own))

    def need(self, expression: Expression, clause: str, own: Mapping[str, Any] | None = None) -> Any:
        """Like `over`, but an absent figure is a refusal that says which one."""
        try:
            return self.over(expression, clause, own)
        except NoData as missing:
            reason = (
                f"没有“{self.title(missing.what, clause)}”的数据，不能计算；请补录并审核，或由采购人作出决定"
            )
            raise Refused("no_data", reason, clause) from missing

    # -- met -------------------------------------------------------------------------------------

    def met(self, clause: str) -> bool | None:
        """Whether the clause's indicators are met; what was given directly goes first."""
        if clause in self.given_met:
            return self.given_met[clause]
        if clause in self.mets:
            return self.mets[clause]
        return True if self.otherwise_met and not self.has_figures(clause) else None

    def has_figures(self, clause: str) -> bool:
        return any(owner == clause and name != "met" for owner, name in self.figures)

    # -- texts -----------------------------------------------------------------------------------

    def figure(self, name: str, clause: str) -> FigureValue | None:
        """The figure behind a name as seen from a clause, or None (parameters, results)."""
        if "/" in name:
            other, _, figure = name.rpartition("/")
            return self.figures.get((other, figure))
        found = self.figures.get((clause, name))
        if found is None and (clause, name) not in self._own and len(self._by_name.get(name, [])) == 1:
            found = self.figures[self._by_name[name][0], name]
        return found

    def title(self, name: str, clause: str) -> str:
        """The Chinese title of a name."""
        if name.endswith("/score") and name[:-6] in self.item_scores:
            return f"{name[:-6]}得分"
        found = self.figure(name, clause)
        if found is not None:
            return found.title
        known = self._parameters.get(name) or self._derived.get(name)
        return known.title if known is not None else self._declared(name, clause)

    def _declared(self, name: str, clause: str) -> str:
        for indicator in self.rulebook.indicators:
            if name in indicator.figures and clause in ("", indicator.clause):
                return indicator.figures[name].label or name
        return _RESULTS.get(name, name)

    def shows(self, expression: Expression, clause: str) -> str:
        """`应办52场,实办50场`: every name of an expression with its value, in the order written."""
        return "，".join(self._shown(name, clause) for name in names_in_order(expression))

    def _shown(self, name: str, clause: str) -> str:
        found = self.figure(name, clause)
        unit = found.unit if found is not None else self._unit(name)
        try:
            value = self.value(name, clause)
        except (NoData, Refused):
            value = None  # a branch that was not taken need not have data
        return f"{self.title(name, clause)}{text_of(value, unit)}"

    def _unit(self, name: str) -> str:
        known = self._parameters.get(name) or self._derived.get(name)
        return known.unit if known is not None else ""

    def sources(self, expressions: Iterable[Expression], clause: str) -> tuple[str, ...]:
        """`clause/name` of the figures that expressions rest on, through parameters and derived figures."""
        found: dict[str, None] = {}
        for expression in expressions:
            for name in names_in_order(expression):
                self._source(name, clause, found)
        return tuple(found)

    def sources_of_name(self, name: str, clause: str) -> tuple[str, ...]:
        """`clause/name` of the figures that a name (for example a derived figure) rests on."""
        found: dict[str, None] = {}
        self._source(name, clause, found)
        return tuple(found)

    def _source(self, name: str, clause: str, found: dict[str, None]) -> None:
        figure = self.figure(name, clause)
        if figure is not None:
            found[f"{figure.clause}/{figure.name}"] = None
        elif name in self._derived:
            derived = self._derived[name]
            for part in (derived.value, derived.numerator, derived.denominator):
                if part is not None:
                    for inner in names_in_order(self.answers.get(part)):
                        self._source(inner, derived.clause, found)


def names_in_order(expression: Expression) -> list[str]:
    """Names that an expression reads, in the order written; `of('C', 'n')` as `C/n`."""
    return list(_names_in_order(expression))


@lru_cache(4096)
def _names_in_order(expression: Expression) -> tuple[str, ...]:
    functions = {id(node.func) for node in ast.walk(expression.tree) if isinstance(node, ast.Call)}
    found: list[tuple[int, str]] = []
    for node in ast.walk(expression.tree):
        if isinstance(node, ast.Name) and id(node) not in functions and node.id in expression.names:
            found.append((node.col_offset, node.id))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "of":
            clause, name = of_names(node.args)
            found.append((node.col_offset, f"{clause}/{name}"))
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def text_of(value: Any, unit: str = "") -> str:
    """A figure for people: `52场`, `87.3%`, `12、8、未举办、10家`."""
    if value is None:
        return "无数据"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Mapping):
        return "、".join(f"{name}{text_of(one)}" for name, one in value.items()) + unit
    if isinstance(value, list | tuple):
        return "、".join("未举办" if one is None else text_of(one) for one in value) + unit
    if isinstance(value, int | Fraction):
        return percent(value) if unit in ("%", "percent") else f"{show(value)}{unit}"
    return f"{value}{unit}"
