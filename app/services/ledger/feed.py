"""The entries of a contract as the engine takes them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from app.security.terms import EntryState
from app.services.act import found
from app.services.books import Book, book_of
from app.services.ledger import stored
from app.store.contracts import ContractScope
from app.store.entries import Entries, LedgerEntry, number_text
from app.store.evidence import links
from app.store.standing import Counted, Pieces, some
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

SOME = 1000


def engine_entries(scope: ContractScope, *, trial: bool = False) -> Iterator[EngineEntry]:
    """Every entry that counts (or, with `trial`, those of the practice run), in the order of their making.

    People and personal texts are their keys: figures count them once, nothing is opened.
    """
    book = book_of(scope, found(scope.contract()))
    rows = (row for row in Entries(scope.session, scope.contract_id).all_of() if row.trial is trial)
    for row, pieces in with_evidence(scope, rows):
        if (made := engine_entry(book, row, pieces)) is not None:
            yield made


def with_evidence(scope: ContractScope, rows: Iterable[LedgerEntry]) -> Iterator[tuple[LedgerEntry, Pieces]]:
    """Entries with their evidence, looked up for some at a time."""
    source = iter(rows)
    while chunk := list(islice(source, SOME)):
        kinds = links.kinds_of(scope.session, scope.contract_id, [row.id for row in chunk])
        yield from ((row, kinds.get(row.id, ())) for row in chunk)


def by_id(scope: ContractScope, book: Book, ids: Collection[int]) -> dict[int, tuple[EngineEntry, bool]]:
    """Entries as the database holds them now, and whether they are of the practice run."""
    if not ids:
        return {}
    pieces = links.kinds_of(scope.session, scope.contract_id, sorted(ids))
    found_entries: dict[int, tuple[EngineEntry, bool]] = {}
    for row, trial in some(scope.session, scope.contract_id, ids):
        made = engine_entry(book, row, pieces.get(row.id, ()))
        if made is not None:
            found_entries[row.id] = (made, trial)
    return found_entries


def engine_entry(book: Book, row: LedgerEntry | Counted, pieces: Pieces) -> EngineEntry | None:
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
