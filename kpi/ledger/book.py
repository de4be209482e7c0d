"""All ledgers of a rulebook: rows find their ledger, references find their entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kpi.calendar import Span
from kpi.ledger.characters import shown
from kpi.ledger.checker import LedgerChecker
from kpi.ledger.entries import Checked, EntryProblem, LedgerEntry, State
from kpi.ledger.options import unknown_choice
from kpi.rulebook.document import Rulebook


class EntryChecker:
    """Rows of any ledger of a rulebook → typed entries.

    `check` takes the rows one by one; `unresolved` afterwards lists references to entries that never
    came. Memory grows with distinct keys, not with rows.
    """

    def __init__(self, rulebook: Rulebook, term: Span | None = None, state: State = "submitted") -> None:
        self.ledgers = {ledger.id: LedgerChecker(ledger, term, state) for ledger in rulebook.ledgers}
        self._named = {**{one.ledger.name: one for one in self.ledgers.values()}, **self.ledgers}
        self._waiting: dict[tuple[str, str], EntryProblem] = {}

    def find(self, name: str) -> LedgerChecker | None:
        """The checker of a ledger by its id or Chinese name."""
        return self._named.get(name)

    def unknown(self, name: str, file: str, line: int) -> EntryProblem:
        """The problem of a row (or sheet) of a ledger that the rulebook does not have."""
        hint = unknown_choice(name, [one.ledger.name for one in self.ledgers.values()]).partition("；")[2]
        return EntryProblem(file, line, name, "台账", "error", f"规则书里没有台账“{shown(name)}”；{hint}")

    def check(self, row: Mapping[str, Any], file: str = "", line: int = 0, ledger: str = "") -> Checked:
        """The row's entry or problems. `ledger` (id or name) goes for rows that do not name one."""
        inner, beside = row.get("fields"), None
        if isinstance(inner, Mapping):
            beside = {key: row[key] for key in inner.keys() & row.keys() if row[key] != inner[key]}
            row = {**{key: value for key, value in row.items() if key != "fields"}, **inner}
        name = row.get("ledger") or row.get("台账") or ledger
        checker = self._named.get(name) if isinstance(name, str) else None
        if checker is None:
            return Checked(None, (self._nameless(name, file, line),))
        checked = checker.check(row, file, line, beside)
        if checker.references and checked.entry is not None:
            self._refer(checker, checked.entry, file, line)
        return checked

    def _nameless(self, name: Any, file: str, line: int) -> EntryProblem:
        if name:
            return self.unknown(str(name), file, line)
        return EntryProblem(file, line, "", "台账", "error", "没有写是哪本台账；请加上 ledger（台账）这一列")

    def _refer(self, checker: LedgerChecker, entry: LedgerEntry, file: str, line: int) -> None:
        for field in checker.references:
            number = entry.fields.get(field.id)
            target = self._named.get(field.ledger)
            if number is None or target is None or number in target.ids:
                continue
            message = f"台账“{target.ledger.name}”里没有编号“{shown(number)}”；请核对编号"
            problem = EntryProblem(file, line, checker.ledger.name, field.name, "error", message)
            self._waiting.setdefault((field.ledger, number), problem)

    def unresolved(self) -> Iterator[EntryProblem]:
        """References whose entry did not come, once all rows are in; one for each missing entry."""
        for (ledger, number), problem in self._waiting.items():
            if number not in self.ledgers[ledger].ids:
                yield problem

    def check_all(
        self, rows: Iterable[tuple[str, int, Mapping[str, Any]]], problems: list[EntryProblem]
    ) -> Iterator[LedgerEntry]:
        """Entries of `(file, line, row)`; what is wrong is appended to `problems`."""
        for file, line, row in rows:
            entry, found = self.check(row, file, line)
            if found:
                problems.extend(found)
            if entry is not None:
                yield entry
        problems.extend(self.unresolved())
