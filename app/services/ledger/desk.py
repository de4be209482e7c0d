"""What every act on a ledger needs at hand: the contract, its book, the ledger, and how rows are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.security.terms import ContractState
from app.services import books
from app.services.act import Act, Missing, Refused, found
from app.services.books import Book
from app.services.ledger import people, reading, stored
from app.services.ledger.reading import EVIDENCE, REPEAT, LedgerReader, Reading, Trouble
from app.services.ledger.sources import source_of
from app.store import people_index
from app.store.contracts import Contract, ContractScope
from app.store.entries import UNIQUE, Entries, LedgerEntry, number_of, number_text, unique_value
from app.store.ledger_listing import CONTESTED, MARK, TRIAL, WARNED
from kpi.ledger import Evidence
from kpi.quantities import Period
from kpi.rulebook.document import Rulebook
from kpi.rulebook.ledgers import Field, FieldType, Ledger
from kpi.rulebook.loader import Source


@dataclass(frozen=True)
class Desk:
    """One ledger of one contract, in one act."""

    act: Act
    scope: ContractScope
    contract: Contract
    source: Source
    text_id: int
    ledger: Ledger

    @classmethod
    def at(cls, act: Act, scope: ContractScope, ledger_id: str, text_id: int | None = None) -> Desk:
        """The desk of a ledger; Missing where the contract's rulebook has no such ledger."""
        contract = found(scope.contract())
        source, kept_id = source_of(scope, contract, text_id)
        ledger = source.rulebook.ledger(ledger_id)
        if ledger is None:
            raise Missing
        return cls(act, scope, contract, source, kept_id, ledger)

    @property
    def rulebook(self) -> Rulebook:
        return self.source.rulebook

    @cached_property
    def book(self) -> Book:
        """The text with the answers to it; read only where somebody asks for them."""
        return books.book_by_text(self.scope, self.text_id)

    @property
    def entries(self) -> Entries:
        return Entries(self.act.session, self.contract.id)

    @property
    def trial(self) -> bool:
        """Whether what is entered now is for practice only."""
        return self.contract.state == ContractState.TRIAL

    @property
    def term(self) -> Period:
        return Period(self.contract.starts_on, self.contract.ends_on)

    def reader(self) -> LedgerReader:
        """A reader of this ledger's rows; one for many rows finds repeats among them."""
        return LedgerReader(self.ledger, self.term)

    @cached_property
    def outlets(self) -> dict[str, int]:
        """Outlets of the contract by name."""
        return self.entries.outlet_ids()

    @cached_property
    def outlet_names(self) -> frozenset[str]:
        """Names of all outlets, also of those that share one."""
        return frozenset(each.name for each in self.scope.outlets())

    # -- from what was typed to what is kept ----------------------------------------------------

    def resolved(self, raw: Mapping[str, Any], before: LedgerEntry | None = None) -> dict[str, Any]:
        """`raw` with what the form only pointed at put in: a person already kept, a text that stays."""
        row = dict(raw)
        for field in self.ledger.fields:
            value = row.get(field.id)
            if not isinstance(value, Mapping):
                continue
            if stored.PERSON in value:
                row[field.id] = self._person_parts(int(value[stored.PERSON]))
            elif stored.KEPT in value:
                old = before.fields.get(field.id) if before is not None else None
                row[field.id] = self._opened(field, old) if old else None
        return row

    def _person_parts(self, person_id: int) -> dict[str, str]:
        row = people_index.by_ids(self.act.session, self.contract.id, [person_id]).get(person_id)
        if row is None:
            raise Refused("没有找到所选的人员，请重新填写姓名和身份证号")
        known = people.opened(self.act.vault, row)
        parts = {"name": known.name, "id_number": known.id_number, "phone": known.phone}
        return {key: value for key, value in parts.items() if value}

    def _opened(self, field: Field, value: Mapping[str, str]) -> str:
        return stored.opened(self.act.vault, self.contract.id, self.ledger.id, field, value)

    def kept(self, read: Reading) -> dict[str, Any]:
        """The typed values as the row holds them; people are kept on the way."""
        assert read.entry is not None
        found_people: dict[str, int] = {}
        for field in self.ledger.fields:
            if field.type is FieldType.PERSON and field.id in read.entry.fields:
                known = people.Known.of(read.raw[field.id])
                found_people[field.id] = people.keep(self.act, self.contract.id, known).id
        return reading.kept_fields(read, found_people, self.seal)

    def seal(self, field: Field, text: str) -> dict[str, str]:
        return stored.seal(self.act.vault, self.contract.id, self.ledger.id, field, text)

    def outlet_id(self, name: str) -> int | None:
        """The outlet of this name in the contract's tree."""
        return self.outlets.get(name) if name else None

    def keys(self, fields: Mapping[str, Any], *, unique: bool) -> list[tuple[str, str]]:
        """What an entry is found by; `unique` adds the combinations that may not repeat."""
        rows = [
            (field.id, value)
            for field in reading.keyed_fields(self.ledger)
            for value in reading.key_values(fields.get(field.id), field)
        ]
        return rows + self.unique_keys(fields) if unique else rows

    def unique_keys(self, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
        """(place, digest) of each combination that may not repeat and has no blank in it."""
        found_keys = []
        for place, names in enumerate(self.ledger.unique):
            if (digest := self.unique_digest(names, fields)) is not None:
                found_keys.append((f"{UNIQUE}{place}", digest))
        return found_keys

    def unique_digest(self, names: Sequence[str], fields: Mapping[str, Any]) -> str | None:
        """The digest of one combination; None where something in it is blank."""
        values = []
        for name in names:
            field, value = self.ledger.field(name), fields.get(name)
            if value is None or field is None:
                return None
            values.append(stored.typed(value, field))
        return unique_value(values)

    def text_key(self, text: str) -> dict[str, str]:
        """A personal text by its key alone."""
        return {"key": stored.text_key(self.act.vault, self.contract.id, text)}

    # -- what only the database can tell --------------------------------------------------------

    def repeats(self, fields: Mapping[str, Any], but: int | None = None) -> list[Trouble]:
        """Combinations that another entry of the ledger already has."""
        troubles = []
        for (field, digest), names in zip(self.unique_keys(fields), self._unique_names(fields), strict=True):
            holder = self.entries.holders(self.ledger.id, field, [digest]).get(digest)
            if holder is not None and holder != but:
                titles = "、".join(self.title(name) for name in names)
                other = self.entries.find(holder)
                number = number_text(self.ledger.id, other.number) if other else ""
                message = f"{titles}与已有的记录 {number} 相同，请核对是否重复登记"
                troubles.append(Trouble(names[-1], message, kind=REPEAT, entry_id=holder))
        return troubles

    def _unique_names(self, fields: Mapping[str, Any]) -> list[tuple[str, ...]]:
        return [names for names in self.ledger.unique if all(fields.get(name) is not None for name in names)]

    def title(self, field_id: str) -> str:
        """The Chinese heading of a field."""
        field = self.ledger.field(field_id)
        return field.name if field is not None else "业务日期"

    def lost_references(self, fields: Mapping[str, Any]) -> list[Trouble]:
        """References to entries that are not there."""
        troubles = []
        for field in self.ledger.fields:
            text = fields.get(field.id)
            if field.type is not FieldType.REFERENCE or not text:
                continue
            number = number_of(str(text), field.ledger)
            if number is None or self.entries.by_number(field.ledger, number) is None:
                other = self.rulebook.ledger(field.ledger)
                name = other.name if other else field.ledger
                troubles.append(
                    Trouble(field.id, f"“{name}”里没有编号 {text}，请核对；编号写法如 {field.ledger}-000012")
                )
        return troubles

    def lost_outlets(self, fields: Mapping[str, Any]) -> list[Trouble]:
        """Outlets that are not in the contract's tree, where it has one."""
        return [
            Trouble(field.id, f"合同的网点里没有“{fields[field.id]}”，请从列表里选；缺少的网点请主管人员先登记")
            for field in self.ledger.fields
            if field.type is FieldType.OUTLET and fields.get(field.id) and self.outlet_names
            if fields[field.id] not in self.outlet_names
        ]

    def evidence_due(self, read: Reading) -> list[Trouble]:
        """Evidence that is due for the entry and not there."""
        if read.entry is None or read.entry.nil:
            return []
        return [
            Trouble("", reading.spoken(each.message).replace("再审核", "再提交"), "error", each.clause, EVIDENCE)
            for each in reading.evidence_missing(self.source, read.entry)
        ]


def marks_of(warnings: Sequence[str], *, trial: bool, contested: bool = False) -> list[tuple[str, str]]:
    """What lists ask for beside the ledger's own fields."""
    found_marks = [(WARNED, bool(warnings)), (TRIAL, trial), (CONTESTED, contested)]
    return [(MARK, name) for name, holds in found_marks if holds]


def pieces_of(evidence: Mapping[str, Sequence[str]]) -> list[Evidence]:
    """Evidence by kind and SHA-256, as the engine takes it."""
    return [Evidence(kind, name) for kind, names in evidence.items() for name in names]
