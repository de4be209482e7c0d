"""What somebody typed or a file says → one entry read by the engine's checker, with problems by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.services.books import Book
from app.services.ledger import stored
from kpi.ledger import EntryProblem, Evidence, LedgerChecker, LedgerEntry, conversions
from kpi.ledger.entries import FieldError, FieldWarning
from kpi.quantities import Period
from kpi.rulebook.ledgers import Field, FieldType, Ledger
from kpi.rulebook.loader import Source
from kpi.verification import Finding, Verification, VerifiedEntry

Severity = str
Seal = Callable[[Field, str], Any]
COMMA = re.compile(r",(?!\d{3})")
CHINESE = re.compile("[\u3400-\u9fff“”《》，。；：、…％（）]")
COLON = re.compile(f":(?={CHINESE.pattern})|(?<={CHINESE.pattern}):")
BRACKETS = re.compile(r"(.?)\(([^()]*)\)", re.DOTALL)
#: The form's name of the business date where the ledger has no field for it.
DATE = "date"


#: What a trouble is about, where pages tell it apart: something not filled in, evidence that is due, a repeat.
MISSING, EVIDENCE, REPEAT = "missing", "evidence", "repeat"


@dataclass(frozen=True)
class Trouble:
    """One thing that is wrong: at which field (blank: the entry as a whole), and whether it keeps it out.

    `kind`: MISSING, EVIDENCE or REPEAT where it is one of these. `entry_id`: the entry that is repeated.
    """

    field: str
    message: str
    severity: Severity = "error"
    clause: str = ""
    kind: str = ""
    entry_id: int | None = None


def spoken(message: str) -> str:
    """A text of the engine or of a rulebook with the marks of Chinese text; those within figures and numbers stay."""
    text, told = "", COLON.sub("：", COMMA.sub("，", message.replace(";", "；")))
    while told != text:  # brackets within brackets: the inner ones first
        text, told = told, BRACKETS.sub(_brackets, told)
    return text


def _brackets(found: re.Match[str]) -> str:
    """Brackets around Chinese text, or behind it, as Chinese text has them."""
    before, inside = found.groups()
    return f"{before}（{inside}）" if CHINESE.search(before + inside) else found[0]


@dataclass(frozen=True)
class Reading:
    """A row read. `entry` is None where errors keep it out; `raw` is what was read, by field id."""

    ledger: Ledger
    raw: Mapping[str, Any]
    entry: LedgerEntry | None
    troubles: tuple[Trouble, ...] = ()
    pieces: tuple[Evidence, ...] = field(default=())

    @property
    def errors(self) -> list[Trouble]:
        return [each for each in self.troubles if each.severity == "error"]

    @property
    def warnings(self) -> list[Trouble]:
        return [each for each in self.troubles if each.severity == "warning"]


class LedgerReader:
    """Reads rows of one ledger one after another; remembers what it has read, so repeats are found."""

    def __init__(self, ledger: Ledger, term: Period | None) -> None:
        self.ledger = ledger
        self.checker = LedgerChecker(ledger, term)
        self.fields = {each.id: each for each in ledger.fields}
        self._ids = {each.name: each.id for each in ledger.fields}
        self._clauses = {rule.message: rule.clause for rule in ledger.rules}
        self.date_field = ledger.date if ledger.date in self.fields else DATE
        self._place = 0

    def read(self, raw: Mapping[str, Any], pieces: Sequence[Evidence] = (), line: int = 0) -> Reading:
        """The row's entry and what is wrong with it. `pieces`: evidence at hand, by kind and SHA-256."""
        self._place += 1
        row = {key: value for key, value in raw.items() if value not in (None, "", [], {})}
        for each in self.ledger.fields:
            if each.type is FieldType.EVIDENCE:
                names = [piece.name for piece in pieces if piece.kind in (each.name, each.id)]
                row.update({each.id: names} if names else {})
        own = {each.name for each in self.ledger.fields if each.type is FieldType.EVIDENCE}
        others = [dict(piece._asdict()) for piece in pieces if piece.kind not in own]
        if others:
            row["evidence"] = others
        checked = self.checker.check(row, line=line or self._place)
        troubles = tuple(self._trouble(problem, row) for problem in checked.problems)
        return Reading(self.ledger, raw, checked.entry, troubles, tuple(pieces))

    def _trouble(self, problem: EntryProblem, row: Mapping[str, Any]) -> Trouble:
        field_id = self._field(problem.field)
        blank = field_id == DATE or field_id in self.fields
        return Trouble(
            field_id, spoken(problem.message), problem.severity,
            self._clauses.get(problem.message, ""), MISSING if blank and field_id not in row else "",
        )  # fmt: skip

    def _field(self, heading: str) -> str:
        if heading == "业务日期":
            return DATE
        return self._ids.get(heading, heading if heading in self.fields else "")


def unfinished(reader: LedgerReader, raw: Mapping[str, Any]) -> Reading:
    """What can be read of an entry that need not be complete; its errors are values that cannot be read."""
    values: dict[str, Any] = {}
    troubles: list[Trouble] = []
    for each in reader.ledger.fields:
        given = raw.get(each.id)
        if given in (None, "", [], {}) or each.type is FieldType.EVIDENCE:
            continue
        try:
            values[each.id] = reader.checker.columns.converters[each.id](given)
        except FieldWarning as warning:
            values[each.id] = warning.value
        except FieldError as error:
            troubles.append(Trouble(each.id, spoken(str(error))))
    day = values.get(reader.ledger.date) or _day(raw.get(DATE), troubles)
    if day is None and not any(each.field in {reader.ledger.date, DATE} for each in troubles):
        troubles.append(Trouble(reader.date_field, "草稿也要有业务日期，请先填日期"))
    if troubles or day is None:
        return Reading(reader.ledger, raw, None, tuple(troubles))
    outlet = next((each.id for each in reader.ledger.fields if each.type is FieldType.OUTLET), "")
    day = day.date() if isinstance(day, datetime) else day
    entry = LedgerEntry("", reader.ledger.id, day, values, state="draft", outlet=str(values.get(outlet, "")))
    return Reading(reader.ledger, raw, entry)


def _day(given: Any, troubles: list[Trouble]) -> date | None:
    try:
        return conversions.day(given) if given else None
    except FieldError as error:
        troubles.append(Trouble(DATE, spoken(str(error))))
        return None


def evidence_missing(book: Book | Source, entry: LedgerEntry) -> tuple[Finding, ...]:
    """The evidence that is due for the entry and not there, as the engine will judge it."""
    plain = entry._replace(state="verified", author="", verifier="", validated=None)
    judged = Verification(book.rulebook).verify(plain)
    if isinstance(judged, VerifiedEntry):
        return ()
    return tuple(each for each in judged if each.kind == "evidence_missing")


def kept_fields(reading: Reading, people: Mapping[str, int], seal: Seal) -> dict[str, Any]:
    """The typed values as the row holds them. `people`: ids of kept people by field; `seal(field, text)`."""
    assert reading.entry is not None
    found: dict[str, Any] = {}
    for each in reading.ledger.fields:
        value = reading.entry.fields.get(each.id)
        if value is None or each.type is FieldType.EVIDENCE:
            continue
        if each.type is FieldType.PERSON:
            found[each.id] = {stored.PERSON: people[each.id]}
        elif each.type is FieldType.ENTERPRISE:
            found[each.id] = stored.enterprise_of(reading.raw.get(each.id), value)
        elif stored.is_personal_text(each):
            found[each.id] = seal(each, str(stored.stored(value, each)))
        else:
            found[each.id] = stored.stored(value, each)
    return found


def keyed_fields(ledger: Ledger) -> list[Field]:
    """The fields that entries are filtered or looked up by."""
    kinds = {
        FieldType.CHOICE, FieldType.MULTIPLE_CHOICE, FieldType.YES_NO, FieldType.ENTERPRISE, FieldType.PERSON,
        FieldType.REFERENCE, FieldType.OUTLET,
    }  # fmt: skip
    unique = {name for names in ledger.unique for name in names}
    return [each for each in ledger.fields if each.type in kinds or (each.id in unique and each.id != ledger.date)]


def key_values(value: Any, each: Field) -> list[str]:
    """What an entry is found by, from the stored value of one field."""
    if value is None or value == "":
        return []
    if each.type is FieldType.MULTIPLE_CHOICE and isinstance(value, list):
        return [str(one)[:120] for one in value]
    if each.type is FieldType.YES_NO:
        return ["true" if value else "false"]
    if each.type is FieldType.ENTERPRISE:
        return [one[:120] for one in dict.fromkeys((value["code"], value["name"])) if one]
    return [str(stored.typed(value, each) if isinstance(value, Mapping) else value)[:120]]

