"""Locks over periods, and the named, dated exceptions to them (docs/decisions/locks.md).

Two people of the buyer stand behind every way through a lock: who locked and who lifts it are not the same,
and whoever asks for an exception does not agree to it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.security.permissions import Permission
from app.security.predicates import Person, acts_for, may
from app.services import books
from app.services.act import Act, Refused, found
from app.store import locks
from app.store.contracts import Contract, ContractScope
from app.store.entries import Entries, LedgerEntry, number_of, number_text
from app.store.locks import PeriodLock, PeriodUnlock

LONGEST = 30  # days that an exception works
LEAST_REASON = 4
P = Permission
#: Who locks and lifts, and agrees to exceptions: who verifies the entries, and who signs what is made of them.
DECIDE = (P.ENTRY_VERIFY, P.SIGN)
#: Who may ask for an exception: everybody who would then write.
ASK = (P.ENTRY_WRITE, P.ENTRY_CHECK, P.BUYER_ENTRY_WRITE, P.ENTRY_VERIFY, P.SIGN)
TOO_LATE = "刚刚已有别人处理过，这次没有改动。请刷新后再看"


@dataclass(frozen=True)
class Span:
    """What is to be locked. `ledger` None: every ledger."""

    from_on: date
    until_on: date
    ledger: str | None
    reason: str


@dataclass(frozen=True)
class Wish:
    """An exception as it is asked for: of one ledger, one entry (by its outside number), or the whole lock."""

    ledger: str | None
    entry: str
    reason: str
    expires_on: date


def decides(person: Person, contract: Contract) -> bool:
    """Whether the person may lock, lift and agree: a member of the buyer's own people."""
    return acts_for(person, contract.buyer_id, contract.id, DECIDE)


def check_decides(act: Act, contract: Contract) -> None:
    if not decides(act.person(), contract):
        raise Refused("只有采购人的主管人员或分管领导可以锁定、解除锁定和同意解锁")


def checked_reason(text: str) -> str:
    text = text.strip()
    if len(text) < LEAST_REASON:
        raise Refused(f"请写明原因（至少 {LEAST_REASON} 个字），被挡住的人会看到", "reason")
    return text


def lock(act: Act, scope: ContractScope, span: Span) -> PeriodLock:
    """Locks a span: from then on nothing in it is entered, changed or decided, whichever way it comes."""
    contract = found(scope.contract())
    check_decides(act, contract)
    check_span(act, scope, contract, span)
    locks.hold(act.session, contract.id, alone=True)
    row = PeriodLock(
        contract_id=contract.id, ledger=span.ledger, from_on=span.from_on, until_on=span.until_on,
        reason=checked_reason(span.reason), locked_by=act.person().user_id, locked_at=act.now,
    )  # fmt: skip
    locks.add(act.session, row)
    act.record(
        "lock.set", "lock", row.id, contract.id,
        from_on=str(span.from_on), until_on=str(span.until_on), ledger=span.ledger, reason=row.reason,
    )  # fmt: skip
    return row


def check_span(act: Act, scope: ContractScope, contract: Contract, span: Span) -> None:
    """Refuses days the wrong way round, outside the term or still to come, and ledgers that are not there."""
    if span.until_on < span.from_on:
        raise Refused("结束日期早于开始日期，请核对", "until_on")
    if span.from_on < contract.starts_on or span.until_on > contract.ends_on:
        raise Refused(f"只能锁定合同期 {contract.starts_on} 至 {contract.ends_on} 里的日期", "from_on")
    if span.until_on > act.today:
        raise Refused("还没有到的日期不能锁定；锁定后当天的工作就登记不进去了", "until_on")
    if span.ledger is not None and books.book_of(scope, contract).ledger(span.ledger) is None:
        raise Refused("没有这本台账，请重新选择", "ledger")


def lift(act: Act, scope: ContractScope, lock_id: int, reason: str) -> PeriodLock:
    """Ends a lock. Another person of the buyer than the one who locked does it."""
    row = found(locks.find(act.session, scope.contract_id, lock_id))
    check_decides(act, found(scope.contract()))
    if row.locked_by == act.person().user_id:
        raise Refused("自己加的锁由另一人解除。请让采购人的另一位主管人员或分管领导操作")
    reason = checked_reason(reason)
    if not locks.lift(act.session, row, act.person().user_id, act.now, reason):
        raise Refused("这把锁已经解除了，不用再操作")
    act.record("lock.lifted", "lock", row.id, scope.contract_id, reason=reason)
    return row


def ask(act: Act, scope: ContractScope, lock_id: int, wish: Wish) -> PeriodUnlock:
    """Asks for an exception; it works once another person of the buyer has agreed, until it expires."""
    held = found(locks.find(act.session, scope.contract_id, lock_id))
    if not any(may(act.person(), each, scope.contract_id) for each in ASK):
        raise Refused("您在这份合同里不登记也不审核台账，不用申请解锁")
    if held.lifted_at is not None:
        raise Refused("这把锁已经解除了，可以直接登记")
    latest = act.today + timedelta(days=LONGEST)
    if not act.today <= wish.expires_on <= latest:
        raise Refused(f"期限从今天起，最长 {LONGEST} 天，到 {latest} 为止", "expires_on")
    entry = wished_entry(scope, held, wish)
    row = PeriodUnlock(
        contract_id=scope.contract_id, lock_id=held.id, ledger=entry.ledger if entry else wished_ledger(scope, held, wish),
        entry_id=entry.id if entry else None, reason=checked_reason(wish.reason), expires_on=wish.expires_on,
        asked_by=act.person().user_id, asked_at=act.now,
    )  # fmt: skip
    locks.add(act.session, row)
    act.record(
        "unlock.asked", "unlock", row.id, scope.contract_id,
        lock=held.id, ledger=row.ledger, entry=row.entry_id, until_on=str(row.expires_on), reason=row.reason,
    )  # fmt: skip
    return row


def wished_ledger(scope: ContractScope, held: PeriodLock, wish: Wish) -> str | None:
    """The ledger of the exception; None for every ledger of the lock."""
    if wish.ledger is None:
        return held.ledger
    if books.book_of(scope, found(scope.contract())).ledger(wish.ledger) is None:
        raise Refused("没有这本台账，请重新选择", "ledger")
    if held.ledger not in {None, wish.ledger}:
        raise Refused("这把锁只锁了另一本台账，不用为所选的台账申请", "ledger")
    return wish.ledger


def wished_entry(scope: ContractScope, held: PeriodLock, wish: Wish) -> LedgerEntry | None:
    """The one entry that the exception is for; it must be one that the lock covers."""
    text = wish.entry.strip()
    if not text:
        return None
    ledger = wish.ledger or text.rpartition("-")[0]
    number = number_of(text if "-" in text else f"{ledger}-{text}", ledger)
    entry = Entries(scope.session, scope.contract_id).by_number(ledger, number) if number is not None else None
    if entry is None:
        raise Refused(f"没有编号 {text} 的记录，请核对；编号写法如 {number_text(ledger or 'visits', 12)}", "entry")
    if not held.from_on <= entry.business_date <= held.until_on or held.ledger not in {None, entry.ledger}:
        raise Refused(f"{text} 的业务日期是 {entry.business_date}，不在这把锁的范围里，不用申请", "entry")
    return entry


def agree(act: Act, scope: ContractScope, unlock_id: int) -> PeriodUnlock:
    """The second person agrees: the exception works from now on."""
    row = open_wish(act, scope, unlock_id)
    if row.expires_on < act.today:
        raise Refused("申请的期限已经过了，请让申请人重新申请")
    if not locks.answer(act.session, row, agreed_by=act.person().user_id, agreed_at=act.now):
        raise Refused(TOO_LATE)
    act.record("unlock.agreed", "unlock", row.id, scope.contract_id, lock=row.lock_id, until_on=str(row.expires_on))
    return row


def refuse(act: Act, scope: ContractScope, unlock_id: int, reason: str) -> PeriodUnlock:
    """The second person refuses, with the reason."""
    row = open_wish(act, scope, unlock_id)
    text = checked_reason(reason)
    if not locks.answer(act.session, row, refused_by=act.person().user_id, refused_at=act.now, answer=text):
        raise Refused(TOO_LATE)
    act.record("unlock.refused", "unlock", row.id, scope.contract_id, lock=row.lock_id, reason=text)
    return row


def open_wish(act: Act, scope: ContractScope, unlock_id: int) -> PeriodUnlock:
    """What was asked for and this person may answer."""
    row = found(locks.find_unlock(act.session, scope.contract_id, unlock_id))
    check_decides(act, found(scope.contract()))
    if row.asked_by == act.person().user_id:
        raise Refused("自己的申请由另一人同意。请让采购人的另一位主管人员或分管领导操作")
    if row.agreed_at is not None or row.refused_at is not None:
        raise Refused(TOO_LATE)
    return row


def end(act: Act, scope: ContractScope, unlock_id: int) -> PeriodUnlock:
    """Closes an exception before it expires; whoever may agree may do it, and who asked for it."""
    row = found(locks.find_unlock(act.session, scope.contract_id, unlock_id))
    if row.asked_by != act.person().user_id:
        check_decides(act, found(scope.contract()))
    if not locks.end(act.session, row, act.person().user_id, act.now):
        raise Refused("这次解锁没有生效，或已经收回了")
    act.record("unlock.ended", "unlock", row.id, scope.contract_id, lock=row.lock_id)
    return row
