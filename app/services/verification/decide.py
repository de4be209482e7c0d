"""Verifying and returning entries: one, or many at once in one set and with one audit event."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from app.security.permissions import Permission
from app.security.predicates import Person, may
from app.security.terms import EntryDeed, EntryState
from app.services import books
from app.services.act import Act, Refused, found
from app.services.books import Book
from app.services.ledger import feed, gates, reading
from app.services.ledger.write import Stale
from app.store import verifying
from app.store.contracts import Contract, ContractScope
from app.store.entries import Entries, LedgerEntry
from app.store.evidence import links
from kpi.rulebook.ledgers import Ledger

S, D = EntryState, EntryDeed


@dataclass(frozen=True)
class Verdict:
    """What a bulk decision would do: the entries it takes in, and why it leaves the others out, by reason."""

    fit: tuple[LedgerEntry, ...]
    left_out: Mapping[str, tuple[int, ...]]


def verify(act: Act, scope: ContractScope, entry_id: int, version: int, *, true: bool | None = None) -> LedgerEntry:
    """The entry counts from now on. `true`: the outcome of a spot check of it, where there was one."""
    entry = at_hand(scope, entry_id, version)
    contract = found(scope.contract())
    refuse(act, scope, contract, entry, settle=True)
    verifying.decide(scope.session, scope.contract_id, [entry.id], S.VERIFIED, act.person().user_id, act.now)
    scope.session.refresh(entry)
    if true is not None:
        entry.validated = true
    note(act, scope, entry, D.VERIFIED, "")
    return entry


def give_back(act: Act, scope: ContractScope, entry_id: int, version: int, reason: str) -> LedgerEntry:
    """The entry goes back to its author with the reason; it is on their home page at once."""
    if not reason.strip():
        raise Refused("请写明退回的原因和要改的地方，填报人会看到", "reason")
    entry = at_hand(scope, entry_id, version)
    refuse(act, scope, found(scope.contract()), entry, settle=False)
    verifying.decide(
        scope.session, scope.contract_id, [entry.id], S.RETURNED, None, None, reason=reason.strip()
    )
    scope.session.refresh(entry)
    note(act, scope, entry, D.RETURNED, reason.strip())
    return entry


def at_hand(scope: ContractScope, entry_id: int, version: int) -> LedgerEntry:
    """The entry as the person saw it; Stale where it has changed since."""
    entry = found(Entries(scope.session, scope.contract_id).find(entry_id))
    if entry.version != version:
        raise Stale(entry)
    return entry


def note(act: Act, scope: ContractScope, entry: LedgerEntry, deed: EntryDeed, reason: str) -> None:
    """History and audit of one decision."""
    Entries(scope.session, scope.contract_id).note(entry, deed, act.person().user_id, act.now, reason)
    act.record(
        f"entry.{deed.value}", "entry", entry.id, scope.contract_id,
        ledger=entry.ledger, number=entry.number, version=entry.version,
    )  # fmt: skip


def refuse(act: Act, scope: ContractScope, contract: Contract, entry: LedgerEntry, *, settle: bool) -> None:
    """Raises Refused where this person may not decide on this entry now."""
    book = books.book_of(scope, contract)
    pieces = links.kinds_of(scope.session, contract.id, [entry.id]) if settle else {}
    why = obstacle(act.person(), contract, book, entry, pieces.get(entry.id, ()), settle=settle)
    if why:
        raise Refused(why)
    ledger = found(book.ledger(entry.ledger))
    gates.check_lock(act, scope, ledger, entry.business_date, entry)


def obstacle(
    person: Person, contract: Contract, book: Book, entry: LedgerEntry, pieces: tuple[tuple[str, str], ...],
    *, settle: bool,
) -> str:  # fmt: skip
    """Why the person may not verify (`settle`) or return the entry now; blank where they may."""
    ledger = book.ledger(entry.ledger)
    if ledger is None:
        return "现行的规则书已没有这本台账，不能再审核"
    if not may(person, verifies(ledger), contract.id):
        return f"您没有审核“{ledger.name}”的权限"
    if entry.author_id == person.user_id:
        return "自己登记的记录不能自己审核，请由另一人审核"
    wanted = {S.SUBMITTED.value} if settle else {S.SUBMITTED.value, S.VERIFIED.value}
    if entry.state not in wanted:
        return f"这条记录现在是“{S.of(entry.state).label}”，不在等待审核"
    if settle and not entry.nil:
        return evidence_obstacle(book, entry, pieces)
    return ""


def verifies(ledger: Ledger) -> Permission:
    """Entries of either side are verified with the same permission, by another person than the author."""
    return Permission.ENTRY_VERIFY


def evidence_obstacle(book: Book, entry: LedgerEntry, pieces: tuple[tuple[str, str], ...]) -> str:
    """What evidence is missing, in the engine's words."""
    made = feed.engine_entry(book, entry, pieces)
    missing = reading.evidence_missing(book, made) if made is not None else ()
    return "；".join(each.message.partition(";")[0] for each in missing) + ("，不能通过。请退回补充" if missing else "")


def weigh(act: Act, scope: ContractScope, ids: Collection[int], *, settle: bool) -> Verdict:
    """What a bulk decision over these entries would take in, and what not and why; nothing is changed."""
    contract = found(scope.contract())
    book = books.book_of(scope, contract)
    entries = Entries(scope.session, scope.contract_id).by_ids(ids)
    pieces = links.kinds_of(scope.session, contract.id, [each.id for each in entries]) if settle else {}
    locked = gates.locked_days(act, scope)
    fit: list[LedgerEntry] = []
    left_out: dict[str, list[int]] = {}
    for entry in entries:
        why = obstacle(act.person(), contract, book, entry, pieces.get(entry.id, ()), settle=settle)
        why = why or locked(entry)
        if why:
            left_out.setdefault(why, []).append(entry.id)
        else:
            fit.append(entry)
    return Verdict(tuple(fit), {why: tuple(found_ids) for why, found_ids in left_out.items()})


def decide_many(
    act: Act, scope: ContractScope, ids: Collection[int], deed: EntryDeed, reason: str = "",
    review_id: int | None = None, **detail: Any,
) -> Verdict:  # fmt: skip
    """Verifies or returns many in one set: one UPDATE, one history insert, one audit event with the ids."""
    settle = deed is D.VERIFIED
    if not settle and not reason.strip():
        raise Refused("请写明退回的原因和要改的地方，填报人会看到", "reason")
    verdict = weigh(act, scope, ids, settle=settle)
    keys = [each.id for each in verdict.fit]
    if not keys:
        return verdict
    state = S.VERIFIED if settle else S.RETURNED
    who, when = (act.person().user_id, act.now) if settle else (None, None)
    changed = verifying.decide(scope.session, scope.contract_id, keys, state, who, when, reason=reason.strip())
    if changed != len(keys):
        raise Refused("有记录刚刚被别人处理过，这次没有改动任何记录。请刷新后再做一次")
    history = Entries(scope.session, scope.contract_id)
    history.add_events(
        {
            "entry_id": each.id, "at": act.now, "actor_id": act.person().user_id, "deed": deed.value,
            "version": each.version + 1, "reason": reason.strip(), "review_id": review_id,
        }
        for each in verdict.fit
    )  # fmt: skip
    told_detail = {"entries": keys, "count": len(keys), "review": review_id, **detail}
    act.record(f"entries.{deed.value}", "review", review_id, scope.contract_id, **told_detail)
    return verdict

