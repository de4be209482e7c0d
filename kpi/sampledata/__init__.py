"""Sample data: a seeded, realistic year of a contract, drawn from its rulebook and a sample plan. No real people."""

from kpi.sampledata.generate import SampleSet, generate
from kpi.sampledata.plan import LoadedPlan, Plan, known_plans, load_plan, plan_from_text
from kpi.sampledata.writing import Written, write_sample

__all__ = [
    "LoadedPlan",
    "Plan",
    "SampleSet",
    "Written",
    "generate",
    "known_plans",
    "load_plan",
    "plan_from_text",
    "write_sample",
]
