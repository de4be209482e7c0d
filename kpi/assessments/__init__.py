"""IndicatorValue… → AssessmentScore: scoring rules, items, pools, bonus and totals; one file per family."""

from kpi.assessments.context import RuleContext
from kpi.assessments.outcomes import (
    AssessmentScore,
    BonusLine,
    ClauseScore,
    ItemScore,
    PoolScore,
    RefusedResult,
    RuleOutcome,
)
from kpi.assessments.rules import evaluate_rule
from kpi.assessments.sheets import CombinedScore, Sheet, combine_sheets, merge_marks
from kpi.assessments.totals import assess

__all__ = [
    "AssessmentScore",
    "BonusLine",
    "ClauseScore",
    "CombinedScore",
    "ItemScore",
    "PoolScore",
    "RefusedResult",
    "RuleContext",
    "RuleOutcome",
    "Sheet",
    "assess",
    "combine_sheets",
    "evaluate_rule",
    "merge_marks",
]
