"""Taking back one's own decision while nobody has touched the entry since: a deed of its own, nothing is erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.clock import business_day
from app.security.predicates import may
from app.security.terms import EntryDeed, EntryState
from app.services.act import Act, Missing, Refused, found
from app.services.ledger import gates, rollups
from app.services.ledger.write import Stale
from app.services.verification import decide
from app.services.verification.judging import Judge
from app.services.verification.stages import CHECK, Stage
from app.store import reviews, verifying
from app.store.contracts import ContractScope
from app.store.entries import Entries, EntryEvent, LedgerEntry
from app.store.reviews import ReviewBatch

S, D = EntryState, EntryDeed
TOO_OLD = "只能撤销今天自己作的决定。以后要改，请退回并写明原因，由填报人改后重新提交"
TOUCHED = "在您之后已有别人处理过这条记录，不能再撤销"
#: Deeds after which an entry is another one than was decided on before.
ANEW = frozenset({D.CHANGED.value, D.SUBMITTED.value, D.SENT.value})


def last_decision(act: Act, stage: Stage, entry: LedgerEntry, history: Sequence[EntryEvent]) -> EntryEvent | None:
    """The person's own decision of today that can still be taken back; None where there is none."""
    if not history or history[-1].deed not in {stage.good.value, stage.bad.value}:
        return None
    last = history[-1]
    fresh = business_day(last.at) == act.today
    return last if fresh and last.actor_id == act.person().user_id and last.version == entry.version else None


def take_back(act: Act, scope: ContractScope, stage: Stage, entry_id: int, version: int) -> LedgerEntry:
    """The entry stands as it stood before the person's own last decision."""
    entries = Entries(act.session, scope.contract_id)
    entry = found(entries.find(entry_id))
    if not may(act.person(), stage.permission, scope.contract_id):
        raise Refused(f"您没有{stage.word}的权限")
    if entry.version != version:
        raise Stale(entry)
    history = entries.history(entry.id)
    last = last_decision(act, stage, entry, history)
    if last is None:
        own = bool(history) and history[-1].actor_id == act.person().user_id
        raise Refused(TOO_OLD if own else TOUCHED)
    ledger = found(Judge.of(act, scope, stage).book.ledger(entry.ledger))
    gates.check_lock(act, scope, ledger, entry.business_date, entry)
    values = before(scope, stage, entry, history[:-1])
    states = (stage.passes, S.RETURNED)
    with rollups.moving(act, scope, [entry.id]):
        if not verifying.move(act.session, scope.contract_id, [(entry.id, version)], states, **values):
            act.session.refresh(entry)
            raise Stale(entry)
        verifying.moved(entry, values)
    entries.note(entry, D.REOPENED, act.person().user_id, act.now)
    act.record(
        "entry.reopened", "entry", entry.id, scope.contract_id,
        ledger=entry.ledger, number=entry.number, version=entry.version, deed=last.deed,
    )  # fmt: skip
    return entry


def before(scope: ContractScope, stage: Stage, entry: LedgerEntry, history: Sequence[EntryEvent]) -> dict[str, Any]:
    """What the row held before the last deed, from the deeds that are left."""
    plain: dict[str, Any] = {
        "state": stage.waits.value, "return_reason": "", "verifier_id": None, "verified_at": None, "validated": None
    }  # fmt: skip
    earlier = [each for each in history if each.deed not in {D.CONTESTED.value, D.ANSWERED.value}]
    checked = [each for each in earlier if each.deed == D.SPOT_CHECKED.value]
    rest = [each for each in earlier if each.deed != D.SPOT_CHECKED.value]
    anew = max((each.id for each in earlier if each.deed in ANEW), default=0)
    if checked and checked[-1].id > anew:
        outcomes = reviews.spot_checks(scope.session, scope.contract_id, entry.id)
        plain["validated"] = outcomes[-1].genuine if outcomes else None
    if stage is not CHECK and rest and rest[-1].deed == D.VERIFIED.value:
        plain |= {"state": S.VERIFIED.value, "verifier_id": rest[-1].actor_id, "verified_at": rest[-1].at}
    return plain


def take_back_many(act: Act, scope: ContractScope, stage: Stage, review_id: int) -> int:
    """Takes back what one's own bulk decision of today has moved and nobody has touched since; how many."""
    row = reviews.find(act.session, scope.contract_id, stage.key, review_id, hold=True)
    if row is None or row.reviewer_id != act.person().user_id:
        raise Missing
    check_fresh(act, row)
    deed = EntryDeed.of(row.deed or "")
    moved = dict(reviews.decided_entries(act.session, scope.contract_id, row.id, row.entry_ids, deed))
    rollups.take_turn(act, scope)
    entries = verifying.held(act.session, scope.contract_id, moved)
    locked = gates.locked_days(act, scope)
    after = (S.RETURNED if deed is stage.bad else stage.passes).value
    fit = [each for each in entries if each.version == moved[each.id] and each.state == after and not locked(each)]
    if not fit:
        raise Refused("这批记录都已被别人处理过、改动过或已锁定，没有可以撤销的")
    values = before_many(stage)
    rows = [(each.id, each.version) for each in fit]
    with rollups.moving(act, scope, [key for key, _ in rows]):
        verifying.move(act.session, scope.contract_id, rows, (stage.passes, S.RETURNED), **values)
    for each in fit:
        verifying.moved(each, values)
    decide.note_many(act, scope, rows, D.REOPENED, "", row.id)
    told = {"entries": [key for key, _ in rows], "count": len(rows), "deed": deed.value}
    act.record("entries.reopened", "review", row.id, scope.contract_id, **told)
    return len(rows)


def check_fresh(act: Act, row: ReviewBatch) -> None:
    if row.decided_at is None:
        raise Refused("这次批量审核还没有决定，没有可以撤销的")
    if business_day(row.decided_at) != act.today:
        raise Refused(TOO_OLD)


def before_many(stage: Stage) -> dict[str, Any]:
    """What a bulk decision found: entries that waited."""
    return {"state": stage.waits.value, "return_reason": "", "verifier_id": None, "verified_at": None}
