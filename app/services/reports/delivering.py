"""The register of deliverables that the console does not make: what is owed, handed in with its scan, accepted or returned."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.security.report_terms import DeliverableAct, Medium
from app.services import books
from app.services.act import Act, Refused, found
from app.services.reports.naming import titled
from app.services.reports.people import check_writes, hands_in, receives, writes
from app.store import archive, reports
from app.store.archive import Deliverable, DeliverableDeed
from app.store.contracts import ContractScope
from app.store.evidence import links
from kpi.reports.marks import chinese
from kpi.rulebook.reports import ReportDuty

MOST_COPIES = 999
LEAST_REASON = 4


@dataclass(frozen=True)
class Delivery:
    """A deliverable as it was typed."""

    title: str
    duty: str
    clauses: str
    due_on: date | None
    edition: str
    copies: int
    medium: str
    note: str


@dataclass(frozen=True)
class Handing:
    """Handed in: the day, who brought it, the scan (None: none)."""

    on: date
    who: str
    file_id: int | None = None


def owed_elsewhere(scope: ContractScope) -> list[ReportDuty]:
    """What the rulebook owes and the console does not make."""
    contract = found(scope.contract())
    if contract.rulebook_text_id is None:
        return []
    return [one for one in books.book_of(scope, contract).rulebook.reports if not one.sections and one.made_by == "contractor"]


def record(act: Act, scope: ContractScope, told: Delivery) -> Deliverable:
    """Enters a deliverable."""
    check_writes(act, scope)
    _check(told)
    row = Deliverable(
        contract_id=scope.contract_id, number=archive.next_number(act.session, Deliverable, scope.contract_id),
        recorded_by=act.person().user_id, recorded_at=act.now, **_columns(told),
    )  # fmt: skip
    reports.add(act.session, row)
    act.record("deliverable.recorded", "deliverable", row.id, scope.contract_id, number=row.number)
    return row


def change(act: Act, scope: ContractScope, row_id: int, told: Delivery, seen: int) -> Deliverable:
    """Changes an entry of the register; the later of two is told what it is now."""
    check_writes(act, scope)
    _check(told)
    row = _held(act, scope, row_id, seen)
    for name, value in _columns(told).items():
        setattr(row, name, value)
    act.session.flush()
    act.record("deliverable.changed", "deliverable", row.id, scope.contract_id, number=row.number)
    return row


def _held(act: Act, scope: ContractScope, row_id: int, seen: int) -> Deliverable:
    row = found(archive.deliverable(act.session, scope.contract_id, row_id, hold=True))
    if row.version != seen:
        raise Refused("这一条刚刚被别人改过，没有保存。请刷新页面，核对后再做")
    return row


def _columns(told: Delivery) -> dict[str, object]:
    return {
        "title": told.title.strip(), "duty": told.duty, "clauses": told.clauses.strip(), "due_on": told.due_on,
        "edition": told.edition.strip(), "copies": told.copies, "medium": told.medium, "note": told.note.strip(),
    }  # fmt: skip


def _check(told: Delivery) -> None:
    if not told.title.strip():
        raise Refused("请填写成果名称", "title")
    if not 0 <= told.copies <= MOST_COPIES:
        raise Refused(f"份数要在 0 到 {MOST_COPIES} 之间", "copies")
    if told.medium not in {one.value for one in Medium}:
        raise Refused("请选择载体", "medium")


# -- handing in, accepting, returning -------------------------------------------------------------


def hand_in(act: Act, scope: ContractScope, row_id: int, told: Handing, seen: int) -> Deliverable:
    """The contractor hands it in; the buyer may enter what came on paper."""
    contract = found(scope.contract())
    if not hands_in(act.person(), contract) and not writes(act.person(), scope.contract_id):
        raise Refused("成果由供应商的项目经理交付，或由采购人代为登记")
    row = _held(act, scope, row_id, seen)
    if row.accepted_on is not None:
        raise Refused("这项成果已经接收。有新的版本请另外登记一条")
    if not told.who.strip():
        raise Refused("请填写交付人", "who")
    if told.on > act.today:
        raise Refused(f"交付日期 {told.on} 还没有到，请核对", "on")
    if told.file_id is None and row.medium in (Medium.PAPER, Medium.BOTH, Medium.FILE):
        raise Refused("请上传扫描件或电子文件，作为交付的依据", "files")
    if told.file_id is not None and told.file_id not in links.digests(act.session, scope.contract_id, {told.file_id}):
        raise Refused("上传的文件没有找到，可能已被清理。请重新上传", "files")
    row.handed_on = told.on
    return _done(act, scope, row, DeliverableDeed(
        deed=DeliverableAct.HANDED.value, happened_on=told.on, who=told.who.strip(), file_id=told.file_id,
    ))  # fmt: skip


def accept(act: Act, scope: ContractScope, row_id: int, seen: int) -> Deliverable:
    """The buyer accepts what was handed in."""
    row = _received(act, scope, row_id, seen, "接收")
    row.accepted_by, row.accepted_on = act.person().name[:80], act.today
    return _done(act, scope, row, DeliverableDeed(deed=DeliverableAct.ACCEPTED.value, happened_on=act.today, who=row.accepted_by))


def give_back(act: Act, scope: ContractScope, row_id: int, reason: str, seen: int) -> Deliverable:
    """The buyer returns it: it is owed again."""
    row = _received(act, scope, row_id, seen, "退回")
    reason = reason.strip()
    if len(reason) < LEAST_REASON:
        raise Refused(f"请写明退回的原因和要改的地方（至少 {LEAST_REASON} 个字）", "reason")
    row.handed_on = None
    deed = DeliverableDeed(deed=DeliverableAct.RETURNED.value, happened_on=act.today, who=act.person().name[:80], reason=reason)
    return _done(act, scope, row, deed)


def _received(act: Act, scope: ContractScope, row_id: int, seen: int, todo: str) -> Deliverable:
    if not receives(act.person(), found(scope.contract())):
        raise Refused(f"成果由采购人审核台账的人{todo}")
    row = _held(act, scope, row_id, seen)
    if row.handed_on is None or row.accepted_on is not None:
        raise Refused(f"这项成果{'已经接收' if row.accepted_on else '还没有交付'}，不能{todo}")
    return row


def _done(act: Act, scope: ContractScope, row: Deliverable, deed: DeliverableDeed) -> Deliverable:
    act.session.flush()
    deed.contract_id, deed.deliverable_id, deed.by, deed.at = scope.contract_id, row.id, act.person().user_id, act.now
    reports.add(act.session, deed)
    act.record(f"deliverable.{deed.deed}", "deliverable", row.id, scope.contract_id, number=row.number, file=deed.file_id)
    return row


# -- due by itself --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    """A deliverable of a period or an event that has come: to be entered by the console. `label`: of which."""

    duty: ReportDuty
    label: str
    due: date

    @property
    def title(self) -> str:
        title = chinese(self.duty.title)
        return titled(title, chinese(self.label))[:200]


def _copies(told: str) -> int:
    """纸质3份、电子1套: three."""
    hit = re.search(r"\d+", told)
    return min(int(hit[0]), MOST_COPIES) if hit else 1


def _medium(told: str) -> Medium:
    if "电子" not in told:
        return Medium.PAPER
    return Medium.BOTH if "纸" in told else Medium.FILE


def expect(act: Act, scope: ContractScope, coming: Sequence[Expected]) -> list[Deliverable]:
    """Enters what became due, once each: its name in the register is its key."""
    there = {(one.duty, one.title) for one in archive.deliverables(act.session, scope.contract_id)}
    made = []
    for one in coming:
        if (one.duty.id, one.title) in there:
            continue
        row = Deliverable(
            contract_id=scope.contract_id, number=archive.next_number(act.session, Deliverable, scope.contract_id),
            title=one.title, duty=one.duty.id, clauses="、".join(one.duty.clauses)[:200], due_on=one.due,
            copies=_copies(one.duty.copies), medium=_medium(one.duty.copies).value, note=one.duty.copies, recorded_at=act.now,
        )  # fmt: skip
        made.append(reports.add(act.session, row))
        act.record("deliverable.expected", "deliverable", row.id, scope.contract_id, number=row.number, due=str(one.due))
    return made
