"""Reports on the home pages: to finish, to hand in, to receive, late, and those that could not be made."""

from __future__ import annotations

from collections.abc import Iterator

from app.security.permissions import P
from app.security.predicates import may
from app.security.report_terms import ReportState
from app.services.reports.duties import JOB
from app.services.reports.naming import titled
from app.services.reports.people import hands_in, receives, writes
from app.services.verification.deadlines import due_of
from app.services.workbench.bench import Bench
from app.services.workbench.waiting import Waiting, register
from app.store import archive, reports
from app.store.archive import Deliverable
from app.store.reports import Open
from kpi.calendar import Deadline

S = ReportState
#: What the contractor does next with a report in each state.
WORDS = {S.DRAFT.value: "写好文字，定稿", S.FINAL.value: "报送", S.RETURNED.value: "改好，重新报送"}


@register
def of(bench: Bench) -> Iterator[Waiting]:
    """What waits for this person, over all contracts in one question."""
    wanted = bench.where(P.REPORT_READ)
    acting = [key for key in wanted if writes(bench.person, key) or may(bench.person, P.ENTRY_VERIFY, key)]
    for one in reports.waiting(bench.session, acting, JOB) if acting else ():
        yield from _of(bench, one)
    for row in archive.unaccepted(bench.session, acting) if acting else ():
        yield from _delivery(bench, row)


def _delivery(bench: Bench, row: Deliverable) -> Iterator[Waiting]:
    """A deliverable that the console does not make: to hand in, or to receive."""
    contract, at = bench.by_id[row.contract_id], {"deliverable_id": row.id}
    due = due_of(bench.calendar, Deadline(row.due_on), bench.today) if row.due_on is not None else None
    if row.handed_on is not None:
        if receives(bench.person, contract):
            yield Waiting(contract.id, "接收成果", row.title, "reports.deliverable", at, None)
    elif hands_in(bench.person, contract):
        yield Waiting(contract.id, "交付成果", row.title, "reports.deliverable", at, due)


def _of(bench: Bench, one: Open) -> Iterator[Waiting]:
    contract = bench.by_id[one.contract_id]
    if one.state == "failed":
        if writes(bench.person, contract.id):
            yield Waiting(contract.id, "报告没有生成", one.title[:80], "reports.reports")
        return
    title, at = titled(one.title, one.label), {"report_id": one.id}
    due = due_of(bench.calendar, Deadline(one.due_on), bench.today) if one.due_on is not None else None
    if one.state == S.SUBMITTED:  # the deadline is the contractor's, and it has been handed in
        if receives(bench.person, contract):
            yield Waiting(contract.id, "接收报告", title, "reports.one", at, None)
    elif hands_in(bench.person, contract):
        yield Waiting(contract.id, WORDS[one.state], title, "reports.one", at, due)
