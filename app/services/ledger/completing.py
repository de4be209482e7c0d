"""What one side enters and the other completes: the other side fills what is blank and adds its evidence.

What was entered stays as it is; the part that was added is a change in the entry's history, and an entry
that had been verified waits for verification again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.security.permissions import Permission
from app.security.predicates import Person, may
from app.security.terms import EntryDeed, EntryState
from app.services.act import Act, Refused, found
from app.services.ledger import gates, rollups, stored, write
from app.services.ledger.desk import Desk
from app.services.ledger.write import Stale, Typed
from app.store.contracts import Contract, ContractScope
from app.store.entries import LedgerEntry
from app.store.evidence import links
from kpi.rulebook.ledgers import FieldType, Ledger

S = EntryState
REASON = "补充填写"


def permission(ledger: Ledger) -> Permission:
    """The permission of the side that does not enter."""
    return Permission.ENTRY_WRITE if ledger.enters == "buyer" else Permission.BUYER_ENTRY_WRITE


def may_complete(person: Person, contract: Contract, ledger: Ledger, entry: LedgerEntry) -> bool:
    """Whether the person may add the other side's part now."""
    states = {S.SUBMITTED.value, S.VERIFIED.value, S.RETURNED.value}
    allowed = may(person, permission(ledger), contract.id) and not may(person, gates.writes(ledger), contract.id)
    return bool(ledger.completes) and allowed and entry.state in states and contract.state in gates.OPEN


def open_fields(desk: Desk, entry: LedgerEntry) -> list[str]:
    """Fields that the other side may fill: blank ones, and those that it filled itself."""
    own = desk.act.person().organisation_id
    filled = {
        name
        for event in desk.entries.history(entry.id)
        if event.actor is not None and event.actor.organisation_id == own
        for name in event.changes
    }
    return [
        each.id
        for each in desk.ledger.fields
        if each.id != desk.ledger.date and each.type is not FieldType.EVIDENCE
        if entry.fields.get(each.id) is None or each.id in filled
    ]


def as_raw(desk: Desk, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row as they would be typed again."""
    raw: dict[str, Any] = {}
    for each in desk.ledger.fields:
        value = fields.get(each.id)
        if value is not None:
            raw[each.id] = {stored.KEPT: True} if stored.is_personal_text(each) else value
    return raw


def complete(act: Act, scope: ContractScope, entry_id: int, version: int, typed: Typed) -> LedgerEntry:
    """Adds the other side's part; Stale where the entry is no longer the version that the person saw."""
    entry = found(write.desk_entry(scope, entry_id))
    desk = Desk.at(act, scope, entry.ledger)
    if not may_complete(act.person(), desk.contract, desk.ledger, entry):
        raise Refused("这条记录现在不能由您补充填写，可能已被撤回，或合同已经结束")
    if entry.version != version:
        raise Stale(entry)
    gates.check_lock(act, scope, desk.ledger, entry.business_date, entry)
    free = open_fields(desk, entry)
    raw = as_raw(desk, entry.fields) | {name: typed.raw.get(name) for name in free}
    files = joined(links.files_of(act.session, scope.contract_id, entry.id), typed.files)
    whole = replace(typed, raw=raw, files=files, send=True)
    read, values = write.judged(desk, whole, entry)
    changes = write.changes_of(entry.fields, values, desk) | write.proof_changes(desk, entry, whole)
    if not changes:
        raise Refused("没有填写新的内容，也没有添加材料，所以没有改动")
    with rollups.moving(act, scope, [entry.id]):
        write.put(desk, entry, read, values)
        state_before = entry.state
        if entry.state == S.VERIFIED.value:
            write.unsettle(entry)
            entry.state, entry.submitted_at = S.SUBMITTED.value, act.now
        act.session.flush()
        write.finish(desk, entry, state_before, whole, EntryDeed.CHANGED, changes, REASON)
    return entry


def joined(held: Mapping[str, list[int]], given: Mapping[str, Any]) -> dict[str, list[int]]:
    """Evidence that is there, and after it what is added; nothing is taken away."""
    kinds = dict.fromkeys([*held, *given])
    return {kind: list(dict.fromkeys([*held.get(kind, ()), *given.get(kind, ())])) for kind in kinds}
