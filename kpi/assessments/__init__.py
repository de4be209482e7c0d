"""IndicatorValue… → AssessmentScore: scoring rules, items, pools, bonus and totals; one file per family."""

from kpi.assessments.context import RuleContext
from kpi.assessments.order import Stages, Steps, stages_of
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
from kpi.assessments.running import Running
from kpi.assessments.sheets import CombinedScore, Sheet, combine_sheets, combines, merge_marks, running_of
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
    "Running",
    "Sheet",
    "Stages",
    "Steps",
    "assess",
    "combine_sheets",
    "combines",
    "evaluate_rule",
    "merge_marks",
    "running_of",
    "stages_of",
]
