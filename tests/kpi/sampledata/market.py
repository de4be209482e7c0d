"""A small rulebook and plan to draw from; both can be changed text by text."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from kpi.rulebook.loader import Source, load_text
from kpi.sampledata import SampleSet, generate, plan_from_text

TODAY = date(2026, 11, 22)
HERE = Path(__file__).parent
RULEBOOK = (HERE / "market.yaml").read_text("utf-8")
PLAN = (HERE / "market-plan.yaml").read_text("utf-8")
HEAD = PLAN.partition("ledgers:")[0]


def rulebook() -> Source:
    return load_text(RULEBOOK, "market.yaml")


def sample(plan: str = PLAN, *, seed: int = 1, today: date = TODAY, full: bool = False) -> SampleSet:
    return generate(rulebook(), plan_from_text(plan, "plan.yaml"), seed=seed, today=today, full=full)


def entries(ledgers: str, **more: Any) -> list[dict[str, Any]]:
    """Entries of a plan with the usual head and these ledgers."""
    return list(sample(f"{HEAD}ledgers:\n{ledgers}", **more).entries)
