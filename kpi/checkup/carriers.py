"""What carries each clause: the rules that would stop working if the clause were struck."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kpi.checkup.findings import Book, Finding
from kpi.checkup.walk import Node, Path
from kpi.rulebook import indicators, ledgers, mechanics, payments, reports, rubric, survey
from kpi.rulebook.base import Rule

#: Kind of rule → its Chinese name. Parameters, derived figures and assumptions alone carry nothing.
_KINDS: tuple[tuple[type[Rule], str], ...] = (
    (ledgers.Ledger, "台账"),
    (ledgers.CrossRule, "台账校验"),
    (ledgers.EvidenceDue, "佐证材料"),
    (indicators.Indicator, "指标"),
    (rubric.Rubric, "考核细则"),
    (rubric.Item, "考核项"),
    (mechanics._Mechanic, "评分标准"),
    (rubric.BonusRule, "加分项"),
    (rubric.Tiers, "档次"),
    (rubric.Consequence, "考核后果"),
    (rubric.Verdict, "合格判定"),
    (rubric.Right, "权利"),
    (rubric.EventKind, "合同事件"),
    (reports.ReportDuty, "报告"),
    (rubric.Schedule, "提醒"),
    (payments.Plan, "付款方案"),
    (payments.Tranche, "付款期"),
    (payments.GateRule, "付款条件"),
    (payments.Paper, "付款材料"),
    (payments.Reduction, "扣款"),
    (payments.Payment, "付款"),
    (survey.Survey, "调查"),
    (survey.ElementTable, "要素分值表"),
    (survey._Check, "逻辑校验"),
    (survey.SamplingPlan, "抽样方案"),
)
#: A rule of these kinds that holds nothing is a dummy and carries nothing.
_SUBSTANCE: dict[type[Rule], tuple[str, ...]] = {
    ledgers.Ledger: ("fields",),
    indicators.Indicator: ("figures", "criteria"),
    rubric.Rubric: ("items",),
    rubric.Item: ("rules",),
    rubric.Tiers: ("bands",),
    payments.Plan: ("tranches",),
    payments.Payment: ("plans", "reductions"),
    survey.Survey: ("tables", "checks", "sampling"),
    survey.ElementTable: ("elements",),
}


@dataclass(frozen=True, slots=True)
class Carrier:
    """A rule that carries a clause. `kind` in Chinese; `path` leads to it in the text."""

    kind: str
    id: str
    line: int
    path: Path


@dataclass(frozen=True, slots=True)
class Carried:
    """A clause with what carries it, or the reason why no program can."""

    clause: str
    title: str
    by: tuple[Carrier, ...]
    not_carried: str = ""

    @property
    def covered(self) -> bool:
        return bool(self.by or self.not_carried)


def carried(book: Book) -> dict[str, Carried]:
    """Every clause in the order of the rulebook."""
    found: dict[str, list[Carrier]] = {clause.id: [] for clause in book.rulebook.clauses}
    for node in book.rules:
        kind = _kind(node.value)
        if kind is None:
            continue
        for clause in _named(node.value):
            if clause in found:
                found[clause].append(Carrier(kind, _id(node), book.source.places.line(node.path), node.path))
    return {
        clause.id: Carried(clause.id, clause.title, tuple(found[clause.id]), clause.not_carried)
        for clause in book.rulebook.clauses
    }


def _kind(value: Any) -> str | None:
    for model, title in _KINDS:
        if isinstance(value, model):
            parts = _SUBSTANCE.get(model)
            return title if parts is None or any(getattr(value, part) for part in parts) else None
    return None


def _named(rule: Any) -> tuple[str, ...]:
    one = getattr(rule, "clause", "")
    return (one,) if one else tuple(dict.fromkeys(getattr(rule, "clauses", ())))


def _id(node: Node) -> str:
    rule: Any = node.value
    for name in ("id", "label", "kind", "branch", "title", "mechanic"):
        text = getattr(rule, name, None)
        if isinstance(text, str) and text:
            return text
    return ".".join(str(part) for part in node.path)


def uncovered(book: Book) -> Iterator[Finding]:
    """Clauses that nothing carries and no reason excuses; clauses excused although something carries them."""
    for index, one in enumerate(carried(book).values()):
        path = ("clauses", index)
        if not one.covered:
            yield book.finding(
                "error",
                "uncovered_clause",
                path,
                f"条款“{one.title}”没有任何台账、指标、考核项、付款规则、合同事件或报告承载；请补上规则，或在 not_carried 写明原因",
                f"“{one.title}”怎样检查、由谁记录？",
                clauses=[one.clause],
            )
        elif one.by and one.not_carried:
            yield book.finding(
                "warning",
                "carried_after_all",
                path,
                f"条款“{one.title}”写了不能承载的原因，却有 {one.by[0].kind}“{one.by[0].id}”承载",
                f"“{one.title}”到底由系统检查吗？",
                clauses=[one.clause],
            )
