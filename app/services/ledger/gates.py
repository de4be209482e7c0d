"""What stands between a person and an entry: the contract's state, locks, the entry window, who enters."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, timedelta

from app.clock import SHANGHAI
from app.security.permissions import Permission
from app.security.predicates import may
from app.security.terms import ContractState
from app.services import books
from app.services.act import Act, Refused
from app.services.ledger.reading import DATE
from app.store.contracts import Contract, ContractScope
from app.store.entries import LedgerEntry
from app.store.locks import Held, PeriodLock
from kpi.calendar import CalendarError
from kpi.rulebook.ledgers import Ledger

OPEN = frozenset({ContractState.TRIAL.value, ContractState.LIVE.value})
LONGEST_WINDOW = 400  # days back that are looked at for the oldest open one


def writes(ledger: Ledger) -> Permission:
    """The permission that entries of this ledger are made with."""
    return Permission.BUYER_ENTRY_WRITE if ledger.enters == "buyer" else Permission.ENTRY_WRITE


def check_writer(act: Act, contract: Contract, ledger: Ledger) -> None:
    """Refuses who does not enter in this ledger, and contracts in which nobody does."""
    if contract.state not in OPEN:
        word = ContractState.of(contract.state).label
        raise Refused(f"这份合同现在是“{word}”，不能登记台账。试运行或执行中的合同才能登记")
    if not may(act.person(), writes(ledger), contract.id):
        who = "采购人" if ledger.enters == "buyer" else "供应商"
        raise Refused(f"“{ledger.name}”由{who}登记，您没有登记这本台账的权限")


def check_day(act: Act, scope: ContractScope, contract: Contract, ledger: Ledger, day: date,
              entry: LedgerEntry | None = None) -> None:  # fmt: skip
    """Refuses a business date in the future, under a lock, or older than the entry window allows."""
    if day > act.today and not dated_ahead(scope, contract, ledger):
        raise Refused(f"业务日期 {day} 还没有到，请核对年月日", ledger.date if ledger.field(ledger.date) else DATE)
    check_lock(act, scope, ledger, day, entry)
    if entry is None and act.actor is not None:
        check_window(act, contract, ledger, day, scope)


def dated_ahead(scope: ContractScope, contract: Contract, ledger: Ledger) -> bool:
    """Whether the ledger's date is one to come: a schedule of the rulebook reminds before it (a loan falls due)."""
    schedules = books.book_of(scope, contract).rulebook.schedules
    return any(one.ledger == ledger.id and one.field == ledger.date for one in schedules)


def check_lock(act: Act, scope: ContractScope, ledger: Ledger, day: date, entry: LedgerEntry | None) -> None:
    """Refuses what a lock covers; says who locked it, why, and how it is unlocked."""
    check_days(act, scope, ledger, [day], entry)


def check_days(
    act: Act, scope: ContractScope, ledger: Ledger, days: Collection[date], entry: LedgerEntry | None = None
) -> None:
    """The same for many days, the locks looked up once."""
    held = Held.of(act.session, scope.contract_id, act.today)
    for day in sorted(set(days)) if held.locks else ():
        if (lock := held.against(ledger.id, day, entry.id if entry else None)) is not None:
            field = ledger.date if ledger.field(ledger.date) else DATE
            raise Refused(locked_text(lock, day), field)


def locked_text(lock: PeriodLock, day: date) -> str:
    """Who locked the day, when, why, and how it is unlocked."""
    when = lock.locked_at.astimezone(SHANGHAI)
    return (
        f"{lock.from_on} 至 {lock.until_on} 已锁定，{day} 的记录不能登记或改动。"
        f"{lock.locker.display_name} 于 {when:%Y-%m-%d} 锁定，原因：{lock.reason}。"
        "确需补登或更正，请在“锁定与解锁”里申请解锁，写明理由和期限，由采购人的另一人同意后，在期限内可以补登或更正"
    )


def locked_days(act: Act, scope: ContractScope) -> Callable[[LedgerEntry], str]:
    """Looks the locks up once and says of each entry why it is locked, blank where it is not."""
    held = Held.of(act.session, scope.contract_id, act.today)

    def why(entry: LedgerEntry) -> str:
        lock = held.against(entry.ledger, entry.business_date, entry.id) if held.locks else None
        return "" if lock is None else f"{lock.from_on} 至 {lock.until_on} 已锁定（{lock.locker.display_name}：{lock.reason}）"

    return why


def check_window(act: Act, contract: Contract, ledger: Ledger, day: date, scope: ContractScope) -> None:
    """Refuses entries older than the contract lets in without an unlock."""
    if contract.entry_days is None:
        return
    try:
        last = books.calendar(act.session, provisional=True).add_working_days(day, contract.entry_days).date
    except CalendarError as error:
        raise Refused(str(error)) from error
    if act.today <= last or exception_for(act, scope, ledger, day):
        return
    raise Refused(
        f"{day} 的记录应在 {last} 前登记（业务日期后 {contract.entry_days} 个工作日内），现在已经过期。"
        "确需补登，请主管人员在“锁定与解锁”里对这段日期加锁，再申请解锁，写明理由和期限，由采购人的另一人同意后可以补登",
        ledger.date if ledger.field(ledger.date) else DATE,
    )


def exception_for(act: Act, scope: ContractScope, ledger: Ledger, day: date) -> bool:
    """Whether an agreed unlock covers a late entry."""
    held = Held.of(act.session, scope.contract_id, act.today)
    return any(held.lets_through(lock, ledger.id, None) for lock in held.over(ledger.id, day))


@dataclass(frozen=True)
class EntryWindow:
    """Until when entries of a day may come in: the oldest day that is still open. `days` working days."""

    days: int
    oldest: date
    provisional: bool

    @property
    def text(self) -> str:
        tentative = "；放假安排还没有导入的年份暂按周一至周五推算" if self.provisional else ""
        return f"业务日期后 {self.days} 个工作日内登记，今天可以登记 {self.oldest} 以后（含当天）的记录{tentative}"


def entry_window(act: Act, contract: Contract) -> EntryWindow | None:
    """The entry window as forms show it; None where the contract has none."""
    if contract.entry_days is None:
        return None
    calendar = books.calendar(act.session, provisional=True)
    oldest, provisional = act.today, False
    for _ in range(LONGEST_WINDOW):
        day = oldest - timedelta(days=1)
        last = calendar.add_working_days(day, contract.entry_days)
        if last.date < act.today:
            break
        oldest, provisional = day, provisional or last.provisional
    return EntryWindow(contract.entry_days, oldest, provisional)
