"""Where each contract stands: computed at night, after changes, and when somebody asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.jobs.work import Outcome, Work
from app.services.standing import counts, refresh
from app.store import jobs
from app.store.engine import READING

#: A contract whose computing failed is left alone so long, unless somebody asks.
REST = timedelta(hours=1)
#: Runs that ended well say nothing after a day.
KEPT = timedelta(days=1)


def wanted(session: Session, now: datetime) -> Sequence[tuple[str, int]]:
    """(period, contract) of what should be computed now."""
    resting = jobs.failed_since(session, refresh.JOB, now - REST)
    return [(one.period, one.contract_id) for one in refresh.wished(session, now) if one.contract_id not in resting]


def compute(work: Work) -> Outcome:
    """Reads the counts in one transaction, keeps the result in another: nobody waits meanwhile."""
    now = work.tools.clock()
    with work.transaction() as session:
        counts.prepare(work.act_of_system(session), work.scope(session))
    with work.transaction(**READING) as session:
        scope = work.scope(session)
        values = refresh.computed(scope, now, lambda done, total: work.progress(done, total, "正在读取台账"))
    with work.transaction() as session:
        refresh.keep(session, scope.contract_id, values)
        jobs.forget(session, refresh.JOB, now - KEPT)
    found = values["found"]
    if why := found.get("refused"):
        return Outcome(True, f"还不能推算：{why}")
    return Outcome(True, f"推算完成，计入 {found['counts']['counted']:,} 条已审核记录")
