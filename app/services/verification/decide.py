"""Verifying and returning entries: one, or many at once in one set and with one audit event.

The project manager's internal check goes the same way as the buyer's review, at its own stage.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from app.security.terms import EntryDeed, EntryState
from app.services.act import Act, Refused, found
from app.services.ledger import gates, rollups
from app.services.ledger.write import Stale
from app.services.verification.judging import Judge, Verdict, obstacle, pieces_of, sift, verifies
from app.services.verification.stages import CHECK, VERIFY, Stage, stage_of
from app.store import verifying
from app.store.contracts import ContractScope
from app.store.entries import Entries, LedgerEntry

__all__ = [
    "Verdict", "check", "decide_many", "give_back", "obstacle", "settle", "verifies", "verify", "weigh",
]  # fmt: skip

S, D = EntryState, EntryDeed
NO_REASON = "请写明退回的原因和要改的地方，填报人会看到"
MOST_REASON = 500


def verify(act: Act, scope: ContractScope, entry_id: int, version: int) -> LedgerEntry:
    """The entry counts from now on."""
    return settle(act, scope, VERIFY, entry_id, version, fine=True)


def give_back(act: Act, scope: ContractScope, entry_id: int, version: int, reason: str) -> LedgerEntry:
    """The entry goes back to its author with the reason; it is on their home page at once."""
    return settle(act, scope, VERIFY, entry_id, version, fine=False, reason=reason)


def check(act: Act, scope: ContractScope, entry_id: int, version: int, *, fine: bool, reason: str = "") -> LedgerEntry:
    """The project manager's internal check: on to the supervisor, or back to the author with the reason."""
    return settle(act, scope, CHECK, entry_id, version, fine=fine, reason=reason)


def settle(
    act: Act, scope: ContractScope, stage: Stage, entry_id: int, version: int, *, fine: bool, reason: str = ""
) -> LedgerEntry:
    """One decision. Stale where the entry is no longer the version that the person saw: one effect, never two."""
    reason = checked_reason(reason, fine=fine)
    entry = found(Entries(scope.session, scope.contract_id).find(entry_id))
    if entry.version != version:
        raise Stale(entry)
    refuse(act, scope, Judge.of(act, scope, stage), entry, settle=fine)
    values = outcome(act, stage, fine=fine, reason=reason)
    with rollups.moving(act, scope, [entry.id]):
        if not verifying.move(act.session, scope.contract_id, [(entry.id, version)], stage.begins(fine=fine), **values):
            act.session.refresh(entry)
            raise Stale(entry)
        verifying.moved(entry, values)
    deed = stage.deed(fine=fine)
    Entries(scope.session, scope.contract_id).note(entry, deed, act.person().user_id, act.now, reason)
    act.record(
        f"entry.{deed.value}", "entry", entry.id, scope.contract_id,
        ledger=entry.ledger, number=entry.number, version=entry.version,
    )  # fmt: skip
    return entry


def checked_reason(reason: str, *, fine: bool) -> str:
    """The reason as it is kept; Refused where giving back lacks one."""
    reason = "" if fine else reason.strip()
    if not fine and not reason:
        raise Refused(NO_REASON, "reason")
    if len(reason) > MOST_REASON:
        raise Refused(f"原因最多 {MOST_REASON} 个字，现在有 {len(reason)} 个", "reason")
    return reason


def outcome(act: Act, stage: Stage, *, fine: bool, reason: str) -> dict[str, Any]:
    """What the decision writes into the row."""
    if not fine:
        return {
            "state": S.RETURNED.value, "return_reason": reason, "verifier_id": None, "verified_at": None,
            "validated": None,
        }  # fmt: skip
    if stage is CHECK:  # only now does the supervisor's time begin
        return {"state": S.SUBMITTED.value, "return_reason": "", "submitted_at": act.now}
    return {
        "state": S.VERIFIED.value, "return_reason": "", "verifier_id": act.person().user_id, "verified_at": act.now
    }  # fmt: skip


def refuse(act: Act, scope: ContractScope, judge: Judge, entry: LedgerEntry, *, settle: bool) -> None:
    """Raises Refused where this person may not decide on this entry now."""
    pieces = pieces_of(judge, scope, [entry], settle=settle)
    if why := judge.obstacle(entry, pieces.get(entry.id, ()), settle=settle):
        raise Refused(why)
    gates.check_lock(act, scope, found(judge.book.ledger(entry.ledger)), entry.business_date, entry)


def weigh(
    act: Act, scope: ContractScope, ids: Collection[int], *, settle: bool, stage: Stage = VERIFY
) -> Verdict:
    """What a bulk decision over these entries would take in, and what not and why; nothing is changed."""
    entries = Entries(scope.session, scope.contract_id).by_ids(ids)
    return sift(act, scope, Judge.of(act, scope, stage), entries, settle=settle)


def decide_many(
    act: Act, scope: ContractScope, ids: Collection[int], deed: EntryDeed, reason: str = "",
    review_id: int | None = None, versions: Mapping[int, int] | None = None, **detail: Any,
) -> Verdict:  # fmt: skip
    """Decides on many in one set: one UPDATE, one history insert, one audit event with the ids.

    `versions`: the version of each that the person was shown; what has changed since is left out.
    """
    stage = stage_of(deed)
    fine = deed is stage.good
    reason = checked_reason(reason, fine=fine)
    judge = Judge.of(act, scope, stage)
    rollups.take_turn(act, scope)
    entries = verifying.held(act.session, scope.contract_id, ids)
    verdict = sift(act, scope, judge, entries, settle=fine, versions=versions)
    if not verdict.fit:
        return verdict
    rows = [(each.id, each.version) for each in verdict.fit]
    values = outcome(act, stage, fine=fine, reason=reason)
    with rollups.moving(act, scope, [key for key, _ in rows]):
        changed = verifying.move(act.session, scope.contract_id, rows, stage.begins(fine=fine), **values)
    assert changed == len(rows), "rows that are held cannot move"
    for entry in verdict.fit:
        verifying.moved(entry, values)
    note_many(act, scope, rows, deed, reason, review_id)
    told = {"entries": [key for key, _ in rows], "count": len(rows), "review": review_id, **detail}
    act.record(f"entries.{deed.value}", "review", review_id, scope.contract_id, **told)
    return verdict


def note_many(
    act: Act, scope: ContractScope, rows: Collection[tuple[int, int]], deed: EntryDeed, reason: str,
    review_id: int | None,
) -> None:  # fmt: skip
    """The history of each of many; `rows` are ids with the version before."""
    actor_id = act.person().user_id
    Entries(scope.session, scope.contract_id).add_events(
        {
            "entry_id": key, "at": act.now, "actor_id": actor_id, "deed": deed.value,
            "version": version + 1, "reason": reason, "review_id": review_id,
        }
        for key, version in rows
    )  # fmt: skip
