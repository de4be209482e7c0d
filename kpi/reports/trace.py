"""From any yuan or point down: amount → share → score → item → rule → figure → entries, with quotes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kpi.assessments import ClauseScore, ItemScore, RuleOutcome
from kpi.evaluation import Evaluation
from kpi.indicators.book import names_in_order, text_of
from kpi.payments import GateOutcome, Line, ReductionLine
from kpi.quantities import show
from kpi.rulebook.answers import Refused
from kpi.rulebook.payments import GateRule

#: entries behind a figure: (clause, figure name) → entry numbers
Lister = Callable[[str, str], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Node:
    """One step of the trace. `quotes` is what the document says, `entries` the numbers of entries."""

    title: str
    value: str
    text: str = ""
    clause: str = ""
    quotes: tuple[str, ...] = ()
    entries: tuple[str, ...] = ()
    more_entries: int = 0
    children: tuple[Node, ...] = ()


class Tracer:
    """Builds traces of one evaluation. `entries_of` lists a figure's entries; `most` of them are shown."""

    def __init__(self, evaluation: Evaluation, entries_of: Lister | None = None, most: int = 20) -> None:
        self.evaluation, self.entries_of, self.most = evaluation, entries_of, most
        self._clauses = {clause.id: clause for clause in evaluation.source.rulebook.clauses}
        self._gates = {(gate.id, gate.clause): gate for gate in _gates(evaluation)}

    def places(self) -> list[str]:
        """Everything that can be traced: payments, reductions, total, items, clauses."""
        found = [f"扣款 {one.id}" for one in self._reductions()]
        found += [f"付款 {line.id}" for line in self._lines()]
        found += [one.id for one in self._items()]
        return list(dict.fromkeys(["总分", *found, *self._clauses]))

    def trace(self, place: str) -> Node | None:
        """The node of a place (see `places`), or None where there is no such place."""
        if place in ("总分", "total"):
            return self.total()
        name = place.split()[-1] if place.strip() else place
        for line in self._lines():
            if line.id == name or line.title == name:
                return self.payment(line)
        for reduction in self._reductions():
            if reduction.id == name:
                return self.reduction(reduction)
        for item in self._items():
            if item.id == name:
                return self.item(item)
        return self.clause(name) if name in self._clauses else None

    def _lines(self) -> list[Line]:
        decision = self.evaluation.payment
        if decision is None:
            return []
        chosen = decision.plans.get(decision.chosen or "")
        others = [plan for plan in decision.plans.values() if plan is not chosen]
        plans = ([chosen] if chosen is not None else []) + others
        return [line for plan in plans for line in plan.lines]

    def _reductions(self) -> tuple[ReductionLine, ...]:
        return self.evaluation.payment.reductions if self.evaluation.payment is not None else ()

    def _items(self) -> tuple[ItemScore, ...]:
        return self.evaluation.assessment.items if self.evaluation.assessment is not None else ()

    # -- nodes ----------------------------------------------------------------------------------

    def payment(self, line: Line) -> Node:
        """An amount of a plan down to the result of the assessment that it is paid on, and to its gates."""
        children = [self._figure(source) for source in line.sources]
        if not line.advance:
            children.append(self.total())
        children += [self.gate(gate) for gate in line.gates]
        amount = "不能计算" if line.amount is None else str(line.amount)
        quotes = self._quotes(line.clause)
        return Node(line.title, amount, line.explanation, line.clause, quotes, children=tuple(children))

    def gate(self, gate: GateOutcome) -> Node:
        """A condition with the clauses and figures that it looks at."""
        word = {True: "已满足", False: "未满足", None: "待定"}[gate.met]
        children = tuple(self._looked_at(self._gates[gate.id, gate.clause]))
        quotes = self._quotes(gate.clause)
        return Node(f"条件：{gate.title}", word, gate.explanation, gate.clause, quotes, children=children)

    def _looked_at(self, rule: GateRule) -> Iterator[Node]:
        clauses, figures = list(rule.met), list[str]()
        if rule.require is not None:
            try:
                condition = self.evaluation.answers.get(rule.require)
            except Refused:  # which condition holds has not been answered
                return
            read = [name.rpartition("/") for name in names_in_order(condition)]
            clauses += [clause or rule.clause for clause, _, name in read if name == "met"]
            sources = self.evaluation.book.sources([condition], rule.clause)
            figures = [one for one in sources if one.rpartition("/")[0] not in clauses]
        yield from (self.clause(one) for one in dict.fromkeys(clauses))
        yield from (self._figure(one) for one in figures)

    def reduction(self, line: ReductionLine) -> Node:
        amount = "不能计算" if line.amount is None else str(line.amount)
        children = tuple(self._figure(source) for source in line.sources)
        return Node(
            line.title, amount, line.explanation, line.clause, self._quotes(line.clause), children=children
        )

    def total(self) -> Node:
        sheet, tier = self.evaluation.assessment, self.evaluation.tier
        if sheet is None:
            return self.indicators()
        items = [self.item(item) for item in sheet.items]
        bonus = [self.rule(line.outcome) for line in sheet.bonus_lines]
        text = "；".join(filter(None, [sheet.explanation, tier.explanation if tier is not None else ""]))
        value = "不能计算" if sheet.total is None else f"{show(sheet.total, 2)} 分"
        combined = self.evaluation.combined
        if combined is None or combined.total in (None, sheet.total):
            return Node("总分", value, text, children=(*items, *bonus))
        own = Node("本期考核表", value, sheet.explanation, children=(*items, *bonus))
        text = "；".join(filter(None, [combined.explanation, text]))
        return Node("总分", f"{show(combined.total, 2)} 分", text, children=(own,))

    def indicators(self) -> Node:
        """What stands in the place of a total where nothing is scored: every clause that is measured."""
        clauses = [one for one in self._clauses if one in self.evaluation.indicators]
        met = sum(self.evaluation.book.met(one) is True for one in clauses)
        children = tuple(self.clause(one) for one in clauses)
        return Node(
            "各项指标", f"{met} 条达标，共 {len(clauses)} 条", "按各条款考核，不打分", children=children
        )

    def item(self, item: ItemScore) -> Node:
        value = f"扣 {show(item.deduction, 2)} 分" if item.score is None else f"{show(item.score, 2)} 分"
        decided = {
            one.clause: one for one in item.by_clause if one.decided is not None or one.exempted is not None
        }
        children = tuple(
            self.rule(outcome)
            for outcome in item.outcomes
            if outcome.clause not in decided and not _idle(outcome)
        ) + tuple(self.decided(one) for one in decided.values())
        shown = "待定" if item.refused else value
        return Node(f"{item.id} {item.title}", shown, item.explanation, children=children)

    def decided(self, one: ClauseScore) -> Node:
        """A clause on which somebody decided: the decision, and the figures that its rules read."""
        earns = any(outcome.effect == "earn" for outcome in one.outcomes)
        points = one.earned if earns else one.deducted
        sources = dict.fromkeys(source for outcome in one.outcomes for source in outcome.sources)
        return Node(
            self._title(one.clause),
            f"核定{'得' if earns else '扣'} {show(points, 2)} 分",
            one.explanation,
            one.clause,
            self._quotes(one.clause),
            children=tuple(self._figure(source) for source in sources),
        )

    def rule(self, outcome: RuleOutcome) -> Node:
        """A scoring rule with its clause, the quotes and the figures that it rests on."""
        children = [self._figure(source) for source in outcome.sources]
        reason = outcome.refused.reason if outcome.refused is not None else outcome.explanation
        points = outcome.decided if outcome.decided is not None else outcome.proposed
        word = {"deduct": "扣 ", "earn": "得 ", "none": ""}[outcome.effect]
        value = "待定" if outcome.refused is not None else f"{word}{show(points, 2)} 分"
        quotes = self._quotes(outcome.clause)
        return Node(
            self._title(outcome.clause), value, reason, outcome.clause, quotes, children=tuple(children)
        )

    def clause(self, clause: str) -> Node:
        """A clause with its indicators and figures."""
        values = self.evaluation.indicators.get(clause, [])
        word = {True: "达标", False: "未达标", None: "待定"}[self.evaluation.book.met(clause)]
        text = "；".join(value.reason for value in values)
        own = [f"{owner}/{name}" for owner, name in self.evaluation.book.figures if owner == clause]
        children = tuple(self._figure(source) for source in own)
        return Node(self._title(clause), word, text, clause, self._quotes(clause), children=children)

    def _figure(self, source: str) -> Node:
        clause, _, name = source.rpartition("/")
        figure = self.evaluation.book.figures.get((clause, name))
        if figure is None:
            return Node(name, "无数据", clause=clause)
        entries = self._entries(clause, name) if figure.origin == "entries" else ()
        origin = {"entries": "由台账记录计得", "given": "给定数据", "computed": "推算"}[figure.origin]
        if self._measure(clause, name) in ("windows_due", "members_due"):
            origin = "按合同期和名单应有的数量"
        elif figure.claimed is not None and figure.claimed != figure.value:
            origin += f"；供应商自报 {text_of(figure.claimed, figure.unit)}"
        value = (
            text_of(figure.value, figure.unit)
            if not isinstance(figure.value, dict)
            else _by_member(figure.value)
        )
        more = max(0, len(entries) - self.most)
        return Node(figure.title, value, origin, clause, (), entries[: self.most], more)

    def _measure(self, clause: str, name: str) -> str:
        for indicator in self.evaluation.source.rulebook.indicators:
            if indicator.clause == clause and name in indicator.figures:
                return indicator.figures[name].measure
        return ""

    def _entries(self, clause: str, name: str) -> tuple[str, ...]:
        figure = self.evaluation.book.figures[clause, name]
        if figure.entries or self.entries_of is None:
            return figure.entries
        return tuple(self.entries_of(clause, name))

    def _title(self, clause: str) -> str:
        found = self._clauses.get(clause)
        return f"{clause} {found.title}" if found is not None else clause

    def _quotes(self, clause: str) -> tuple[str, ...]:
        found = self._clauses.get(clause)
        return tuple(one.quote for one in found.stated) if found is not None else ()


def _gates(evaluation: Evaluation) -> Iterator[GateRule]:
    """The conditions of every plan as the rulebook has them, the chosen plan's last."""
    rule, decision = evaluation.source.rulebook.payment, evaluation.payment
    if rule is None or decision is None:
        return
    for plan in sorted(rule.plans, key=lambda one: one.id == decision.chosen):
        yield from (gate for tranche in plan.tranches for gate in tranche.gates)


def _idle(outcome: RuleOutcome) -> bool:
    """A rule that does not apply under the answers given."""
    return (
        outcome.met is None and outcome.refused is None and outcome.proposed == 0 and outcome.decided is None
    )


def _by_member(table: dict[str, object]) -> str:
    return "；".join(f"{member} {text_of(value)}" for member, value in table.items())
