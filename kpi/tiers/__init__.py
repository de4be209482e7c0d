"""AssessmentScore → tier, what follows from it, verdicts and rights."""

from kpi.tiers.bands import band_of
from kpi.tiers.consequences import ConsequenceResult, Ending, TierResult, tier_of, upheld
from kpi.tiers.scoring import PeriodScore, score_period
from kpi.tiers.verdicts import RightResult, VerdictResult, rights_of, verdicts_of

__all__ = [
    "ConsequenceResult",
    "Ending",
    "PeriodScore",
    "RightResult",
    "TierResult",
    "VerdictResult",
    "band_of",
    "rights_of",
    "score_period",
    "tier_of",
    "upheld",
    "verdicts_of",
]
