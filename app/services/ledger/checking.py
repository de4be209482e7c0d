"""Looking at what is being typed, before it is kept: nothing is written, nobody is added."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.services.act import Act, Refused
from app.services.evidence import linking
from app.services.ledger import gates, many, reading, write
from app.services.ledger.desk import Desk, pieces_of
from app.services.ledger.reading import EVIDENCE, MISSING, REPEAT, Reading, Trouble
from app.services.ledger.write import Typed, Unfit
from app.store.contracts import ContractScope
from app.store.entries import LedgerEntry
from kpi.ledger import Evidence


@dataclass(frozen=True)
class Look:
    """What was found. `missing`: fields that must be filled and are blank."""

    troubles: tuple[Trouble, ...]

    def of(self, kind: str, severity: str = "error") -> list[Trouble]:
        return [each for each in self.troubles if each.kind == kind and each.severity == severity]

    @property
    def missing(self) -> list[Trouble]:
        return self.of(MISSING)

    @property
    def due(self) -> list[Trouble]:
        return self.of(EVIDENCE)

    @property
    def repeats(self) -> list[Trouble]:
        return self.of(REPEAT)

    @property
    def wrong(self) -> list[Trouble]:
        """Errors in what is there."""
        return self.of("")

    @property
    def warnings(self) -> list[Trouble]:
        return [each for each in self.troubles if each.severity == "warning"]

    @property
    def fit(self) -> bool:
        """Nothing keeps the entry out."""
        return not any(each.severity == "error" for each in self.troubles)


def look(
    desk: Desk, raw: Mapping[str, Any], files: Mapping[str, Sequence[int]], entry: LedgerEntry | None = None
) -> Look:
    """All that would be said on saving, as far as it can be told from what is there. `entry`: the one that is changed."""
    row = desk.resolved(raw, entry)
    pieces = pieces_of(linking.names_of(desk.act, desk.scope, files))
    read = desk.reader().read(row, pieces)
    troubles = list(read.troubles)
    soft = read if read.entry is not None else reading.unfinished(desk.reader(), row)
    if soft.entry is not None:
        troubles += known_only_here(desk, soft, pieces, entry)
    return Look(tuple(dict.fromkeys(troubles)))


def known_only_here(
    desk: Desk, soft: Reading, pieces: Sequence[Evidence], entry: LedgerEntry | None
) -> list[Trouble]:
    """What the contract, its other entries and its evidence say of the values that could be read."""
    assert soft.entry is not None
    found: list[Trouble] = []
    try:
        gates.check_day(desk.act, desk.scope, desk.contract, desk.ledger, soft.entry.date, entry)
    except Refused as refused:
        found.append(Trouble(refused.field, refused.message))
    values = many.stand_in(desk, soft)
    found += [each for _, each in many.repeats(desk, [values]) if entry is None or each.entry_id != entry.id]
    found += [each for _, each in many.lost_references(desk, [values])] + desk.lost_outlets(values)
    whole = Reading(soft.ledger, soft.raw, soft.entry._replace(evidence=tuple(pieces)))
    return found + desk.evidence_due(whole)


def quick(act: Act, scope: ContractScope, ledger_id: str, typed: Typed) -> tuple[LedgerEntry, list[Trouble]]:
    """One row of the quick form: submitted where it is complete, else kept as a draft with what it lacks."""
    desk = Desk.at(act, scope, ledger_id)
    gates.check_writer(act, desk.contract, desk.ledger)
    if typed.client_key and (made := desk.entries.by_client_key(typed.client_key)) is not None:
        return made, []
    seen = look(desk, typed.raw, typed.files)
    if seen.wrong or seen.repeats:
        raise Unfit([*seen.wrong, *seen.repeats])
    lacking = [*seen.missing, *seen.due]
    kept = Typed(typed.raw, typed.files, send=not lacking, client_key=typed.client_key)
    return write.enter(act, scope, ledger_id, kept), lacking
