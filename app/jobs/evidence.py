"""Nightly order among evidence: rows that nobody uses, then bytes that no row speaks of."""

from __future__ import annotations

from app.jobs.work import Outcome, Work
from app.services.evidence import upkeep
from app.store.engine import READING


def tidy(work: Work) -> Outcome:
    """Rows first, in a transaction of their own: bytes are deleted only once their row is gone for good."""
    with work.transaction() as session:
        unused = upkeep.remove_unused(work.act_of_system(session))
    with work.transaction(**READING) as session:
        alone = upkeep.sweep(session, work.tools.files, work.tools.clock())
    told = f"清理了 {unused} 份七天没有用到的材料" if unused else "没有要清理的材料"
    return Outcome(True, told, {"unused": unused, "parts": alone})
