"""Ledgers: which fields an entry has, what is checked at entry, which evidence is due."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Literal

from pydantic import Field as Setting

from kpi.rulebook.base import Exact, Expr, Identifier, Regex, Rule, Stated, Texts


class FieldType(StrEnum):
    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    MONEY = "money"
    PERCENT = "percent"
    DATE = "date"
    TIME = "time"
    DATETIME = "datetime"
    DURATION = "duration"  # minutes
    YES_NO = "yes_no"
    CHOICE = "choice"
    MULTIPLE_CHOICE = "multiple_choice"
    PERSON = "person"  # name, ID number, phone; the entry's value is the person's key
    ENTERPRISE = "enterprise"  # unified social credit code, with name
    OUTLET = "outlet"
    EVIDENCE = "evidence"
    REFERENCE = "reference"  # number of an entry of another ledger


class Field(Rule):
    """One field. `name` is the Chinese heading; `required_if` an expression over the other fields."""

    id: Identifier
    name: str
    type: FieldType
    required: bool = False
    required_if: Expr | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    minimum: Exact | None = None
    maximum: Exact | None = None
    pattern: Regex = ""
    max_length: int = 500
    ledger: str = ""
    personal: bool = False
    help: str = ""
    stated: tuple[Stated, ...] = ()


class CrossRule(Rule):
    """`require` must hold wherever `when` holds. A warning lets the entry through, marked."""

    id: Identifier
    clause: str = ""
    require: Expr
    when: Expr | None = None
    severity: Literal["error", "warning"] = "error"
    message: str


class EvidenceDue(Rule):
    """At least so many pieces of evidence of a kind, where `when` holds."""

    kind: str
    at_least: int = 1
    when: Expr | None = None
    clause: str = ""


class Ledger(Rule):
    """A ledger. `date` is the field that holds the business date."""

    id: Identifier
    name: str
    clauses: Texts
    date: Identifier = "date"
    fields: tuple[Field, ...]
    unique: tuple[tuple[Identifier, ...], ...] = ()
    rules: tuple[CrossRule, ...] = ()
    evidence: tuple[EvidenceDue, ...] = ()
    enters: Literal["contractor", "buyer"] = "contractor"
    completes: str = ""
    verifies: Literal["supervisor", "second_person"] = "supervisor"
    nil_return: bool = False
    also_records: tuple[Identifier, ...] = ()
    stated: tuple[Stated, ...] = ()
    help: str = ""
    defaults: dict[str, Any] = Setting(default_factory=dict)

    def field(self, field_id: str) -> Field | None:
        """The field with this id, or None."""
        return next((field for field in self.fields if field.id == field_id), None)
