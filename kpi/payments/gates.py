"""Conditions of a tranche: met, unmet, or not known yet."""

from __future__ import annotations

from kpi.indicators.values import all_met
from kpi.payments.context import Context
from kpi.payments.decision import GateOutcome
from kpi.rulebook.answers import Refused
from kpi.rulebook.payments import GateRule


def gate_outcome(gate: GateRule, context: Context) -> GateOutcome:
    if gate.id in context.given.gates:
        met: bool | None = context.given.gates[gate.id]
        return GateOutcome(gate.id, gate.clause, gate.title, met, gate.otherwise, "按给定的结论")
    outcomes: list[bool | None] = [context.book.met(clause) for clause in gate.met]
    texts = [f"{clause} {met_word(met)}" for clause, met in zip(gate.met, outcomes, strict=True)]
    if gate.require is not None:
        try:
            outcomes.append(bool(context.number(gate.require)))
            texts.append(context.book.shows(context.answers.get(gate.require), gate.clause))
        except Refused as refused:
            outcomes.append(None)
            texts.append(refused.reason)
    return GateOutcome(gate.id, gate.clause, gate.title, all_met(outcomes), gate.otherwise, "；".join(texts))


def met_word(met: bool | None) -> str:
    return "待定" if met is None else "达标" if met else "未达标"
