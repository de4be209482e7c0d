"""Who may do what with a report: reading is a permission of its own, writing goes with entering."""

from __future__ import annotations

from app.security.permissions import P
from app.security.predicates import Person, may
from app.security.report_terms import ReportState
from app.services.act import Act, Refused, found
from app.store import reports
from app.store.contracts import Contract, ContractScope
from app.store.reports import Report

#: Who may come to the pages of reports at all.
READERS = (P.REPORT_READ,)
WRITERS = (P.ENTRY_WRITE, P.BUYER_ENTRY_WRITE)


class Moved(Refused):
    """The report was changed meanwhile: by somebody else, or by the first of two presses."""

    def __init__(self, row: Report, seen: int) -> None:
        super().__init__(
            f"这份报告刚刚处理过（可能是别人，也可能是您按了两次）：您看到的是第 {seen} 次修改，现在是第 {row.version} 次，状态为"
            f"“{ReportState.of(row.state).label}”。没有改动，请核对后再做"
        )
        self.row = row


def writes(person: Person, contract_id: int) -> bool:
    """Whether the person has reports made and changes their words."""
    return may(person, P.REPORT_READ, contract_id) and any(may(person, each, contract_id) for each in WRITERS)


def hands_in(person: Person, contract: Contract) -> bool:
    """Whether the person hands reports in: the contractor's, who enters."""
    own = person.organisation_id == contract.supplier_id
    return own and may(person, P.REPORT_READ, contract.id) and may(person, P.ENTRY_WRITE, contract.id)


def receives(person: Person, contract: Contract) -> bool:
    """Whether the person accepts reports: the buyer's supervisor."""
    return person.organisation_id == contract.buyer_id and may(person, P.ENTRY_VERIFY, contract.id)


def check_writes(act: Act, scope: ContractScope) -> None:
    if not writes(act.person(), scope.contract_id):
        raise Refused("您没有编写报告的权限。请由项目经理或采购人的主管人员来做")


def held(act: Act, scope: ContractScope, report_id: int, seen: int | None = None) -> Report:
    """The report, held until the transaction ends; Moved where it is no longer what was seen."""
    row = found(reports.find(act.session, scope.contract_id, report_id, hold=True))
    if seen is not None and row.version != seen:
        raise Moved(row, seen)
    return row


def check_state(row: Report, todo: str, *states: ReportState) -> None:
    """Refuses what does not fit where the report stands."""
    if row.state not in {one.value for one in states}:
        words = "、".join(f"“{one.label}”" for one in states)
        raise Refused(f"这份报告现在是“{ReportState.of(row.state).label}”，不能{todo}；{words}时才可以")
