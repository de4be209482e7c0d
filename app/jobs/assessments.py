"""Measuring the entries of an assessment in the background, where there are many."""

from __future__ import annotations

from app.jobs.work import Outcome, Work
from app.services.assessments import measuring
from app.services.assessments.common import get
from app.store.engine import READING


def measure(work: Work) -> Outcome:
    """Reads in one transaction, keeps the figures in another: nobody waits meanwhile."""
    assessment_id = int(work.payload["assessment"])
    with work.transaction(**READING) as session:
        scope = work.scope(session)
        values = measuring.measured(
            scope, get(scope, assessment_id), work.tools.vault, work.tools.clock(),
            lambda done, total: work.progress(done, total, "正在读取台账"),
        )  # fmt: skip
    with work.transaction() as session:
        measuring.keep(work.act(session), work.scope(session), assessment_id, values)
    return Outcome(True, f"取数完成，计入 {values['counts']['counted']:,} 条已审核记录", {"assessment": assessment_id})
