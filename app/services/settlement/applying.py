"""阶段核验、验收申请: the contractor reports a stage as done and asks for its acceptance; the buyer's days run from then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.clock import business_day
from app.security.settlement_terms import SettlementDeed
from app.services import books
from app.services.act import Act, Refused, found
from app.services.money.due import acceptance_until
from app.services.settlement.blocking import asks_acceptance
from app.services.settlement.common import Done, check_files, checked_text, for_supplier, note, once
from app.services.settlement.plan import plan_of
from app.services.verification.deadlines import Due, due_of
from app.store import settlement
from app.store.contracts import ContractScope
from app.store.settlement import SettlementEvent
from kpi.calendar import CalendarError

D = SettlementDeed


@dataclass(frozen=True)
class Application:
    """What was asked for. `days`: what the buyer has for its check, None where nobody set them; working days unless
    `calendar_days`."""

    event: SettlementEvent
    title: str
    stage: str
    papers: tuple[str, ...]
    files: tuple[int, ...]
    days: int | None
    due: Due | None
    calendar_days: bool = False

    @property
    def agreed(self) -> str:
        """The agreed time, in words."""
        return f"{self.days} {'天' if self.calendar_days else '个工作日'}"

    @property
    def applied_on(self) -> date:
        return business_day(self.event.at)


def apply(act: Act, scope: ContractScope, line: str, text: str, files: Sequence[int], key: str) -> Done:
    """The report of the line that comes next, with its papers."""
    for_supplier(act, scope)
    return once(act, scope, key, D.APPLIED, lambda: _apply(act, scope, line, text, files, key))


def _apply(act: Act, scope: ContractScope, line: str, text: str, files: Sequence[int], key: str) -> Done:
    now = plan_of(scope).next
    if now is None or now.line.id != line or not asks_acceptance(now.tranche):
        raise Refused("现在轮不到这一期，或这一期不用验收")
    if settlement.standing(act.session, scope.contract_id, line) is not None:
        raise Refused("采购人已经在组织这一期的验收了，不用再申请")
    check_files(scope, files)
    said, answers = checked_text(text, "text", "完成情况"), now.made.answers
    working, plain_days = now.tranche.review_working_days, now.tranche.review_calendar_days
    stated = working if working is not None else plain_days
    days = answers.get(stated) if stated is not None else None
    papers = [one.title for one in now.tranche.papers]
    detail = {
        "title": now.line.title, "stage": now.tranche.stage, "papers": papers, "files": list(dict.fromkeys(files)),
        "days": int(days) if days is not None else None, "calendar_days": plain_days is not None,
    }  # fmt: skip
    return note(act, scope, D.APPLIED, key, Done(line), said, files, **detail)


def latest(scope: ContractScope, line: str, today: date) -> Application | None:
    """The last application of a line."""
    rows = [one for one in settlement.past(scope.session, scope.contract_id, line) if one.deed == D.APPLIED]
    return _read(scope, rows[-1], today) if rows else None


def one(scope: ContractScope, event_id: int, today: date) -> Application:
    """An application by its id; Missing where the contract has none."""
    row = found(settlement.find(scope.session, SettlementEvent, scope.contract_id, event_id))
    return _read(scope, found(row if row.deed == D.APPLIED else None), today)


def _read(scope: ContractScope, row: SettlementEvent, today: date) -> Application:
    detail, due = row.detail, None
    if detail["days"] is not None:
        calendar = books.calendar(scope.session, provisional=True)
        try:
            due = due_of(calendar, acceptance_until(calendar, business_day(row.at), detail), today)
        except CalendarError:
            due = None
    return Application(
        row, detail["title"], detail["stage"], tuple(detail["papers"]), tuple(detail["files"]), detail["days"], due,
        bool(detail.get("calendar_days")),
    )  # fmt: skip
