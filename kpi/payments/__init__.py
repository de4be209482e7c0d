"""Tier + rules → PaymentDecision: plans, tranches, gates, reductions, to the fen."""

from kpi.payments.decision import GateOutcome, Line, PaymentDecision, PlanOutcome, ReductionLine
from kpi.payments.pay import pay

__all__ = ["GateOutcome", "Line", "PaymentDecision", "PlanOutcome", "ReductionLine", "pay"]
