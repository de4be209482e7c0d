"""LedgerEntry → VerifiedEntry, or findings as values (rules of counting 1).

Only what the supervisor verified counts. Three figures are kept apart: claimed by the contractor, verified
by the supervisor, validated by a spot check.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal, NamedTuple

from kpi.expressions import Expression, ExpressionError
from kpi.ledger import LedgerEntry, State
from kpi.rulebook.document import Rulebook
from kpi.rulebook.ledgers import EvidenceDue, Ledger

FindingKind = Literal["not_verified", "evidence_missing", "own_work", "refuted", "unknown_ledger"]
CLAIMED: frozenset[State] = frozenset({"submitted", "verified"})
_STATE_WORDS: Mapping[State, str] = {
    "draft": "还是草稿", "submitted": "已提交、尚未审核", "returned": "已退回、尚未改正", "withdrawn": "已撤回",
    "verified": "已审核",
}


class VerifiedEntry(NamedTuple):
    """An entry that counts. The fields are those of LedgerEntry."""

    id: str
    ledger: str
    date: date
    fields: dict[str, Any]
    outlet: str = ""
    version: int = 1
    nil: bool = False
    validated: bool | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Why an entry does not count, in Chinese. `clause` where a clause asks for what is missing."""

    entry: str
    ledger: str
    kind: FindingKind
    message: str
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Entries of a ledger (nil returns left out): claimed, verified, validated by a spot check."""

    claimed: int = 0
    verified: int = 0
    validated: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.claimed + other.claimed, self.verified + other.verified, self.validated + other.validated
        )


class Verification:
    """Decides entry by entry, and counts. `counts`: by ledger id."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._due = {ledger.id: tuple(_Due.of(ledger, due) for due in ledger.evidence) for ledger in rulebook.ledgers}
        self._tally: dict[str, list[int]] = {ledger.id: [0, 0, 0] for ledger in rulebook.ledgers}

    @property
    def counts(self) -> dict[str, Counts]:
        """Claimed, verified and validated entries so far, by ledger."""
        return {ledger: Counts(*tally) for ledger, tally in self._tally.items()}

    def verify(self, entry: LedgerEntry) -> VerifiedEntry | tuple[Finding, ...]:
        """The entry as it counts, or why it does not count."""
        tally = self._tally.get(entry.ledger)
        if tally is None:
            return (_finding(entry, "unknown_ledger", f"规则书里没有台账“{entry.ledger}”"),)
        counted = 0 if entry.nil else 1
        if entry.state != "verified":
            tally[0] += counted if entry.state == "submitted" else 0
            return (_finding(entry, "not_verified", f"{_STATE_WORDS[entry.state]}，不计入完成值；请先审核"),)
        tally[0] += counted
        findings = tuple(_findings(self._due[entry.ledger], entry))
        if findings:
            return findings
        tally[1] += counted
        tally[2] += counted if entry.validated else 0
        return VerifiedEntry(
            entry.id, entry.ledger, entry.date, entry.fields, entry.outlet, entry.version, entry.nil,
            entry.validated,
        )

    def verified(self, entries: Iterable[LedgerEntry]) -> Iterator[VerifiedEntry]:
        """Those of the entries that count."""
        for entry in entries:
            outcome = self.verify(entry)
            if isinstance(outcome, VerifiedEntry):
                yield outcome


def as_claimed(entry: LedgerEntry) -> VerifiedEntry | None:
    """The entry as the contractor claims it (submitted or verified), for the figure shown beside; else None."""
    if entry.state not in CLAIMED:
        return None
    return VerifiedEntry(
        entry.id, entry.ledger, entry.date, entry.fields, entry.outlet, entry.version, entry.nil, entry.validated
    )


def _finding(entry: LedgerEntry, kind: FindingKind, message: str) -> Finding:
    return Finding(entry.id, entry.ledger, kind, message)


def _findings(dues: tuple[_Due, ...], entry: LedgerEntry) -> Iterator[Finding]:
    if entry.verifier and entry.verifier == entry.author:
        yield _finding(entry, "own_work", f"填报人和审核人都是“{entry.author}”；自己填的不能自己审核，请换人审核")
    if entry.validated is False:
        yield _finding(entry, "refuted", "抽查认定不属实，不计入完成值；请退回改正或撤回")
    if entry.nil:
        return
    held = [piece.kind for piece in entry.evidence]
    for due in dues:
        found = sum(map(due.kinds.__contains__, held))
        if found < due.at_least and due.applies(entry.fields):
            message = f"应有{due.kind}{due.at_least}份，现有{found}份；请补齐佐证材料后再审核"
            yield replace(_finding(entry, "evidence_missing", message), clause=due.clause)


@dataclass(frozen=True, slots=True)
class _Due:
    """Evidence that is due, with every name it may come under: its kind, or the field of that id or heading."""

    kind: str
    kinds: frozenset[str]
    at_least: int
    when: Expression | None
    clause: str

    @classmethod
    def of(cls, ledger: Ledger, due: EvidenceDue) -> _Due:
        field = next((one for one in ledger.fields if due.kind in (one.id, one.name)), None)
        kinds = {due.kind, field.name} if field is not None else {due.kind}
        return cls(due.kind, frozenset(kinds), due.at_least, due.when, due.clause)

    def applies(self, fields: Mapping[str, Any]) -> bool:
        """Whether it is due for an entry; a condition that cannot be computed leaves it due."""
        try:
            return self.when is None or bool(self.when.on(fields))
        except ExpressionError:
            return True
