"""One activity in several ledgers: all its entries are made in one transaction and share one set of photos."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.services.act import Act
from app.services.ledger import write
from app.services.ledger.reading import Trouble
from app.services.ledger.write import Typed, Unfit
from app.store.contracts import ContractScope
from app.store.entries import LedgerEntry
from kpi.rulebook.ledgers import Field, FieldType, Ledger


@dataclass(frozen=True)
class Also:
    """What is entered in a further ledger; the shared values are in `typed` already."""

    ledger: str
    typed: Typed


class UnfitTogether(Unfit):
    """Some of the entries cannot be kept, so none was; `by_ledger` says what is wrong in which."""

    def __init__(self, by_ledger: Mapping[str, Sequence[Trouble]]) -> None:
        super().__init__([trouble for troubles in by_ledger.values() for trouble in troubles])
        self.by_ledger = dict(by_ledger)


def enter_all(
    act: Act, scope: ContractScope, ledger_id: str, typed: Typed, also: Sequence[Also] = ()
) -> list[LedgerEntry]:
    """The leading entry and those that belong to it, or UnfitTogether with nothing kept."""
    made: list[LedgerEntry] = []
    wrong: dict[str, Sequence[Trouble]] = {}
    for one in (Also(ledger_id, typed), *also):
        given = one.typed
        if one.ledger != ledger_id:
            given = replace(
                given, activity_id=made[0].id if made else None, client_key=key_of(typed.client_key, one.ledger)
            )
        try:
            made.append(write.enter(act, scope, one.ledger, given))
        except Unfit as unfit:
            wrong[one.ledger] = unfit.troubles
    if wrong:
        raise UnfitTogether(wrong)
    return made


def key_of(client_key: str | None, ledger_id: str) -> str | None:
    """The key under which a further entry of one sending is known."""
    if client_key is None:
        return None
    return hashlib.blake2b(f"{client_key}:{ledger_id}".encode(), digest_size=16).hexdigest()


def shared_fields(ledger: Ledger, other: Ledger) -> dict[str, str]:
    """Which field of the leading ledger fills which of the other: the same id, type and choices; and the date."""
    found: dict[str, str] = {}
    for field in other.fields:
        twin = ledger.field(field.id)
        if field.id == other.date and ledger.field(ledger.date) is not None:
            found[field.id] = ledger.date
        elif twin is not None and alike(field, twin):
            found[field.id] = twin.id
    return found


def alike(field: Field, twin: Field) -> bool:
    """Whether a value of one may stand in the other."""
    same = field.type is twin.type and field.choices == twin.choices and field.ledger == twin.ledger
    return same and field.type is not FieldType.EVIDENCE and field.personal == twin.personal


def shared_files(
    own: Mapping[str, Sequence[int]], given: Mapping[str, Sequence[int]], due: Sequence[str], *, all_photos: bool
) -> dict[str, list[int]]:
    """Evidence of a further entry: what was given for it, the leading entry's of the same kind, and (with
    `all_photos`) the leading entry's of every kind for what is due under another name."""
    found = {kind: list(keys) for kind, keys in given.items() if keys}
    every = [key for keys in own.values() for key in keys]
    for kind in due:
        more = own.get(kind) or (every if all_photos else [])
        found[kind] = list(dict.fromkeys([*found.get(kind, ()), *more]))
    return {kind: keys for kind, keys in found.items() if keys}
