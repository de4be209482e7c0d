"""The entries of a contract as the engine takes them."""

from __future__ import annotations

from collections.abc import Iterator

from app.security.terms import EntryState
from app.services.act import found
from app.services.books import Book, book_of
from app.services.ledger import stored
from app.store.contracts import ContractScope
from app.store.entries import Entries, LedgerEntry, number_text
from app.store.evidence import links
from kpi.ledger import Evidence
from kpi.ledger import LedgerEntry as EngineEntry
from kpi.ledger.entries import State

#: The console's states in the engine's words: what waits for the internal check is not claimed yet.
STATES: dict[str, State] = {
    EntryState.DRAFT.value: "draft",
    EntryState.TO_CHECK.value: "draft",
    EntryState.SUBMITTED.value: "submitted",
    EntryState.VERIFIED.value: "verified",
    EntryState.RETURNED.value: "returned",
    EntryState.WITHDRAWN.value: "withdrawn",
}


def engine_entries(scope: ContractScope, *, trial: bool = False) -> Iterator[EngineEntry]:
    """Every entry that counts (or, with `trial`, those of the practice run), in the order of their making.

    People and personal texts are their keys: figures count them once, nothing is opened.
    """
    book = book_of(scope, found(scope.contract()))
    entries = Entries(scope.session, scope.contract_id)
    kinds = links.kinds_by_entry(scope.session, scope.contract_id)
    for row in entries.all_of():
        if row.trial is trial and (made := engine_entry(book, row, kinds.get(row.id, ()))) is not None:
            yield made


def engine_entry(book: Book, row: LedgerEntry, pieces: tuple[tuple[str, str], ...]) -> EngineEntry | None:
    """One entry; None where the present rulebook no longer has its ledger. `pieces`: kind and SHA-256."""
    ledger = book.ledger(row.ledger)
    if ledger is None:
        return None
    outlet = next((field.id for field in ledger.fields if field.type == "outlet"), None)
    return EngineEntry(
        number_text(row.ledger, row.number),
        row.ledger,
        row.business_date,
        stored.typed_fields(ledger, row.fields),
        row.version,
        STATES[row.state],
        str(row.fields.get(outlet, "")) if outlet else "",
        str(row.author_id),
        tuple(Evidence(kind, name) for kind, name in pieces),
        row.nil,
        str(row.verifier_id or ""),
        row.validated,
    )
