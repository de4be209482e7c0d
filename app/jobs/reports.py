"""Reports of ended periods, made once by themselves; and those that somebody wants."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.clock import business_day
from app.jobs.work import Outcome, Work
from app.services.reports import delivering, duties, failures, making
from app.store import jobs
from app.store.contracts import ContractScope
from app.store.engine import READING
from app.store.reports import open_reports
from kpi.quantities import Period


def wanted(session: Session, now: datetime) -> Sequence[tuple[str, int]]:
    """(name of the run, contract) of what should be made now: the pair of job and name exists once."""
    return [(one.key, one.contract_id) for one in duties.wished(session, business_day(now))]


def make(work: Work) -> Outcome:
    """Reads the entries in one transaction, keeps reports and files in another: all of a run, or none."""
    today = business_day(work.tools.clock())
    with work.transaction(**READING) as session:
        scope, period, ids = work.scope(session), *_order(work, session, today)
        if not ids:
            return Outcome(True, "这一期的报告都已经有了")
        tell = lambda done, total: work.progress(done, total, "正在读取台账")  # noqa: E731
        made = making.compute(scope, period, ids, today, tell)
    work.progress(1, 1, "正在写文件")
    store = open_reports(work.tools.settings, work.tools.vault.sealer)
    with work.transaction() as session:
        act, scope = work.act(session), work.scope(session)
        kept = [making.keep(act, scope, store, one) for one in made]
        told = [f"《{row.title}》{'已生成' if new else '结果与现有的一版相同'}" for row, new in kept]
        result = {"report": kept[0][0].id, "reports": [row.id for row, _ in kept]}
        failures.made_up_for(scope, period, today, work.job_id)
    return Outcome(True, f"{made[0].report.label}：{'、'.join(told)}", result)


def _order(work: Work, session: Session, today: date) -> tuple[Period, list[str]]:
    """The period and the duties: as somebody asked, or as the run's name says."""
    if "duty" in work.payload:
        told = work.payload
        period = Period(date.fromisoformat(told["from"]), date.fromisoformat(told["until"]), str(told.get("label", "")))
        return period, [str(told["duty"])]
    job = jobs.by_id(session, work.job_id)
    kind, start, end = duties.read_key(job.period if job is not None else "")
    same = (
        one for one in duties.wished(session, today)
        if (one.contract_id, one.kind, one.period.start, one.period.end) == (work.contract_id, kind, start, end)
    )  # fmt: skip
    wish = next(same, None)
    return (wish.period, list(wish.duties)) if wish is not None else (Period(start, end), [])


def expect(work: Work) -> Outcome:
    """Enters the deliverables that became due, each contract in a transaction of its own."""
    today, count = business_day(work.tools.clock()), 0
    with work.transaction(**READING) as session:
        coming = list(duties.expected(session, today))
    for contract_id, told in coming:
        with work.transaction() as session:
            count += len(delivering.expect(work.act(session), ContractScope(session, contract_id), told))
    return Outcome(True, f"登记到期的成果 {count} 项" if count else "没有新到期的成果", {"expected": count})
