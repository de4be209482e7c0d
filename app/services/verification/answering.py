"""Answering what the contractor objects to in the buyer's own entries."""

from __future__ import annotations

from app.security.permissions import Permission
from app.security.predicates import acts_for
from app.services.act import Act, Refused, found
from app.services.ledger import write
from app.services.ledger.write import Stale
from app.store.contracts import ContractScope
from app.store.entries import Entries, LedgerEntry

ANSWERS = (Permission.ENTRY_VERIFY, Permission.BUYER_ENTRY_WRITE)


def answer(act: Act, scope: ContractScope, entry_id: int, version: int, reason: str) -> LedgerEntry:
    """The buyer's answer; whether the entry is changed or given back is an act of its own."""
    entry = found(Entries(act.session, scope.contract_id).find(entry_id))
    person, contract = act.person(), found(scope.contract())
    if not acts_for(person, contract.buyer_id, contract.id, ANSWERS):
        raise Refused("异议由采购人答复，您没有答复的权限")
    if entry.version != version:
        raise Stale(entry)
    return write.answer(act, scope, entry_id, reason)
