"""The rulebook's checklists as a walk needs them: items in order, their buttons, what is asked beside, what it may cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.services.act import Refused
from app.services.books import Book
from app.services.setup.wording import Place, Words
from kpi.assessments.items import rules_by_clause
from kpi.rulebook.document import Rulebook
from kpi.rulebook.inspections import CheckItem, Checklist, Outcome
from kpi.rulebook.ledgers import Field, FieldType, Ledger


@dataclass(frozen=True)
class Sheet:
    """A checklist with its ledger. `items`: by value, in the order of the walk."""

    checklist: Checklist
    ledger: Ledger | None
    items: Mapping[str, CheckItem]

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        return self.checklist.outcomes

    def clause(self, value: str) -> str:
        item = self.items.get(value)
        return (item.clause if item is not None else "") or self.checklist.clause

    def outcome(self, label: str) -> Outcome | None:
        return next((one for one in self.outcomes if one.label == label), None)

    def asked(self, value: str) -> list[Field]:
        """Fields of the ledger that are filled in at this item."""
        item = self.items.get(value)
        if self.ledger is None or item is None:
            return []
        return [field for name in item.asks if (field := self.ledger.field(name)) is not None]

    def raw(self, value: str, outcome: Outcome, typed: Mapping[str, Any]) -> dict[str, Any]:
        """What the button and the boxes put in the ledger's fields. Boxes come last: what somebody typed stands."""
        item = self.items[value]
        found: dict[str, Any] = {self.checklist.item: value, **self.checklist.sets, **outcome.sets}
        if outcome.conforms:
            found |= item.conforming
        return found | {name: one for name, one in typed.items() if one not in ("", None)}


def checklists(book: Book) -> dict[str, Checklist]:
    return {one.id: one for one in book.rulebook.checklists}


def sheet_of(rulebook: Rulebook, checklist_id: str) -> Sheet:
    """Refused where the rulebook has no such checklist (any more)."""
    checklist = next((one for one in rulebook.checklists if one.id == checklist_id), None)
    if checklist is None:
        raise Refused("规则书里没有这张检查表，请重新选择", "checklist")
    ledger = rulebook.ledger(checklist.ledger) if checklist.ledger else None
    items = checklist.items
    field = ledger.field(checklist.item) if ledger is not None else None
    if field is not None:
        known = {one.value: one for one in items}
        named = tuple(CheckItem(value=value) for value in field.choices if value not in known)
        items = items or named
    return Sheet(checklist, ledger, {one.value: one for one in items})


def kind_of(field: Field) -> str:
    """The kind of box that a field is asked in."""
    kinds = {
        FieldType.YES_NO: "yes_no", FieldType.CHOICE: "choice", FieldType.DATE: "date", FieldType.TIME: "time",
        FieldType.INTEGER: "number", FieldType.DECIMAL: "number", FieldType.MONEY: "money", FieldType.PERCENT: "percent",
    }  # fmt: skip
    return kinds.get(field.type, "text")


def proposals(book: Book, clauses: Sequence[str]) -> dict[str, str]:
    """What the rubric takes off at each clause, in the first words of the sheet; nothing where it says nothing."""
    words = Words(book.rulebook, book.answers)
    found: dict[str, str] = {}
    for item in book.rulebook.rubric.items if book.rulebook.rubric is not None else ():
        for clause, rules in rules_by_clause(item).items():
            if clause in clauses:
                found[clause] = "；".join(words.say(rule, Place(clause=clause)).partition("，")[0] for rule in rules)
    return found
