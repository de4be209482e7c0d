"""What stands between a person and an entry: the contract's state, locks, the entry window, who enters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from app.clock import SHANGHAI
from app.security.permissions import Permission
from app.security.predicates import Person, may
from app.security.terms import ContractState
from app.services import books
from app.services.act import Act, Refused
from app.services.ledger.reading import DATE
from app.store import locks
from app.store.contracts import Contract, ContractScope
from app.store.entries import LedgerEntry
from kpi.calendar import CalendarError
from kpi.rulebook.ledgers import Ledger

OPEN = frozenset({ContractState.TRIAL.value, ContractState.LIVE.value})


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
    if day > act.today:
        raise Refused(f"业务日期 {day} 还没有到，请核对年月日", ledger.date if ledger.field(ledger.date) else DATE)
    check_lock(act, scope, ledger, day, entry)
    if entry is None and act.actor is not None:
        check_window(act, contract, ledger, day, scope)


def check_lock(act: Act, scope: ContractScope, ledger: Ledger, day: date, entry: LedgerEntry | None) -> None:
    """Refuses what a lock covers; says who locked it, why, and how it is unlocked."""
    lock = locks.over(act.session, scope.contract_id, ledger.id, day)
    if lock is None or locks.unlocked(act.session, lock, ledger.id, entry.id if entry else None, act.today):
        return
    when = lock.locked_at.astimezone(SHANGHAI)
    raise Refused(
        f"{lock.from_on} 至 {lock.until_on} 已锁定，{day} 的记录不能登记或改动。"
        f"{lock.locker.display_name} 于 {when:%Y-%m-%d} 锁定，原因：{lock.reason}。"
        "确需补登或更正，请主管人员在“锁定与解锁”里申请解锁，写明理由和期限，由另一人同意后生效",
        ledger.date if ledger.field(ledger.date) else DATE,
    )


def locked_days(act: Act, scope: ContractScope) -> Callable[[LedgerEntry], str]:
    """Looks the locks up once and says of each entry why it is locked, blank where it is not."""
    held = locks.in_force(act.session, scope.contract_id)

    def why(entry: LedgerEntry) -> str:
        for lock in held:
            inside = lock.from_on <= entry.business_date <= lock.until_on and lock.ledger in {None, entry.ledger}
            if inside and not locks.unlocked(act.session, lock, entry.ledger, entry.id, act.today):
                return f"{lock.from_on} 至 {lock.until_on} 已锁定（{lock.locker.display_name}：{lock.reason}）"
        return ""

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
        "确需补登，请主管人员在“锁定与解锁”里对这段日期加锁并申请解锁，写明理由和期限，由另一人同意后可以补登",
        ledger.date if ledger.field(ledger.date) else DATE,
    )


def exception_for(act: Act, scope: ContractScope, ledger: Ledger, day: date) -> bool:
    """Whether an agreed unlock covers a late entry."""
    lock = locks.over(act.session, scope.contract_id, ledger.id, day)
    return lock is not None and locks.unlocked(act.session, lock, ledger.id, None, act.today)


def writable(person: Person, contract: Contract, ledgers: Sequence[Ledger]) -> list[Ledger]:
    """The ledgers in which a person may make entries."""
    return [each for each in ledgers if may(person, writes(each), contract.id)]
