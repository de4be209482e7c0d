"""What somebody has typed into a form and not saved: sealed, one a form, gone once the form is saved."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.security.sealing import CannotOpen
from app.services.act import Act, Refused
from app.store.contracts import ContractScope
from app.store.entries import Entries, EntryDraft

Pairs = Sequence[tuple[str, str]]
MOST = 200_000  # bytes of what is typed; a form has a few thousand


@dataclass(frozen=True)
class Kept:
    """The inputs of a form by name, in order, and when they were kept."""

    pairs: list[tuple[str, str]]
    at: datetime


def context_of(contract_id: int, user_id: int, ledger: str, entry_id: int | None) -> str:
    """What the draft is bound to."""
    return f"draft:{contract_id}:{user_id}:{ledger}:{entry_id or 'new'}"


def save(
    act: Act, scope: ContractScope, ledger: str, entry_id: int | None, pairs: Pairs, client_key: str = ""
) -> datetime | None:
    """Keeps what the form holds now, over what was kept of it before; None where it has been saved meanwhile."""
    if entry_id is None and Entries(act.session, scope.contract_id).by_client_key(client_key) is not None:
        return None
    plain = json.dumps([list(pair) for pair in pairs], ensure_ascii=False).encode()
    if len(plain) > MOST:
        raise Refused("填写的内容太长，没有自动保存，请先提交或存草稿")
    user_id = act.person().user_id
    sealed = act.vault.sealer.seal(plain, context_of(scope.contract_id, user_id, ledger, entry_id))
    Entries(act.session, scope.contract_id).keep_draft(user_id, ledger, entry_id, sealed, act.now)
    return act.now


def kept(act: Act, scope: ContractScope, ledger: str, entry_id: int | None) -> Kept | None:
    """What was typed and not saved; None where there is nothing, or nothing that still opens."""
    user_id = act.person().user_id
    row = Entries(act.session, scope.contract_id).draft(user_id, ledger, entry_id)
    return opened(act, scope, row) if row is not None else None


def opened(act: Act, scope: ContractScope, row: EntryDraft) -> Kept | None:
    """The draft's inputs; a draft whose key is gone is worth nothing."""
    context = context_of(scope.contract_id, row.user_id, row.ledger, row.entry_id)
    try:
        plain = act.vault.sealer.open(row.sealed, context)
    except CannotOpen:
        return None
    return Kept([(str(name), str(value)) for name, value in json.loads(plain)], row.saved_at)


def drop(act: Act, scope: ContractScope, ledger: str, entry_id: int | None) -> None:
    """The person does not want it back."""
    Entries(act.session, scope.contract_id).drop_draft(act.person().user_id, ledger, entry_id)
    act.session.flush()
