"""Many entries at once: the same reading and the same rules as one at a time, in few statements.

An import checks its rows here twice, in the dry run and again when it takes them in; the demonstration
goes the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.security.terms import EntryDeed, EntryState
from app.services.act import Refused
from app.services.evidence import linking
from app.services.ledger import deeds, gates, people, reading, rollups, stored
from app.services.ledger.desk import Desk, marks_of
from app.services.ledger.reading import REPEAT, Reading, Trouble
from app.store import people_index
from app.store.entries import UNIQUE, number_of, number_text
from kpi.rulebook.ledgers import Field, FieldType

S, D = EntryState, EntryDeed


@dataclass(frozen=True)
class Sent:
    """A row that was read, with who is its author and what proves it: file ids by kind."""

    read: Reading
    author_id: int
    files: Mapping[str, Sequence[int]] = field(default_factory=dict)
    entered_at: datetime | None = None
    captured_at: datetime | None = None


def troubles_of(desk: Desk, rows: Sequence[Reading], *, evidence: bool = True) -> list[list[Trouble]]:
    """All that keeps each row out, by row: what the reader found, and what only the database can tell."""
    found = [list(row.errors) for row in rows]
    gate = DayGate(desk)
    for place, row in enumerate(rows):
        if row.entry is not None:
            found[place] += gate.troubles(row) + (desk.evidence_due(row) if evidence else [])
    values = [stand_in(desk, row) if row.entry is not None else {} for row in rows]
    for place, trouble in [*repeats(desk, values), *lost_references(desk, values)]:
        found[place].append(trouble)
    return found


class DayGate:
    """The gates of a day, asked once a day instead of once a row."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.known: dict[object, str] = {}
        self.field = desk.reader().date_field

    def troubles(self, row: Reading) -> list[Trouble]:
        assert row.entry is not None
        day = row.entry.date
        if day not in self.known:
            desk = self.desk
            try:
                gates.check_day(desk.act, desk.scope, desk.contract, desk.ledger, day)
                self.known[day] = ""
            except Refused as refused:
                self.known[day] = refused.message
        return [Trouble(self.field, self.known[day])] if self.known[day] else []


def stand_in(desk: Desk, row: Reading) -> dict[str, Any]:
    """The row's values as it will hold them, with digests in place of people that are not kept yet."""
    assert row.entry is not None
    found: dict[str, Any] = {}
    for each in desk.ledger.fields:
        value = row.entry.fields.get(each.id)
        if value is None or each.type is FieldType.EVIDENCE:
            continue
        if each.type is FieldType.PERSON:
            found[each.id] = people.Known.of(row.raw[each.id])
        elif stored.is_personal_text(each):
            found[each.id] = desk.text_key(str(value))
        elif each.type is FieldType.ENTERPRISE:
            found[each.id] = stored.enterprise_of(row.raw.get(each.id), value)
        else:
            found[each.id] = stored.stored(value, each)
    return found


def repeats(desk: Desk, values: Sequence[Mapping[str, Any]]) -> list[tuple[int, Trouble]]:
    """Rows whose combination another entry of the ledger already has."""
    known = known_people(desk, values)
    found: list[tuple[int, Trouble]] = []
    for place, names in enumerate(desk.ledger.unique):
        wanted: dict[str, list[int]] = {}
        for row, given in enumerate(values):
            digest = desk.unique_digest(names, with_people(given, known))
            if digest is not None:
                wanted.setdefault(digest, []).append(row)
        titles = "、".join(desk.title(name) for name in names)
        held = desk.entries.holders(desk.ledger.id, f"{UNIQUE}{place}", wanted.keys())
        numbers = {each.id: each.number for each in desk.entries.by_ids(set(held.values()))}
        for digest, holder in held.items():
            number = number_text(desk.ledger.id, numbers[holder])
            message = f"{titles}与已有的记录 {number} 相同，请核对是否重复登记"
            found += [(row, Trouble(names[-1], message, kind=REPEAT, entry_id=holder)) for row in wanted[digest]]
    return found


def known_people(desk: Desk, values: Sequence[Mapping[str, Any]]) -> dict[people.Known, int]:
    """Ids of the people in the rows that are kept already."""
    asked = {value for given in values for value in given.values() if isinstance(value, people.Known)}
    # One person may stand in several rows under different names: the number decides.
    by_number: dict[str, list[people.Known]] = {}
    by_phone: dict[str, list[people.Known]] = {}
    for one in asked:
        number, mobile = people.digests(desk.act.vault, desk.contract.id, one)
        if number is not None:
            by_number.setdefault(number, []).append(one)
        elif mobile is not None:
            by_phone.setdefault(mobile, []).append(one)
    session, contract_id = desk.act.session, desk.contract.id
    found: dict[people.Known, int] = {}
    for digest, key in people_index.known_by_id(session, contract_id, by_number.keys()).items():
        found |= dict.fromkeys(by_number[digest], key)
    for digest, key in people_index.known_by_phone(session, contract_id, by_phone.keys()).items():
        found |= dict.fromkeys(by_phone[digest], key)
    return found


def with_people(given: Mapping[str, Any], known: Mapping[people.Known, int]) -> dict[str, Any]:
    """The values with people by id; one who is not kept yet stands for nobody else."""
    return {
        name: {stored.PERSON: known.get(value, f"new:{value.id_number or value.phone}")}
        if isinstance(value, people.Known)
        else value
        for name, value in given.items()
    }


def lost_references(desk: Desk, values: Sequence[Mapping[str, Any]]) -> list[tuple[int, Trouble]]:
    """Rows that refer to entries which are not there; each number is looked up once."""
    found: list[tuple[int, Trouble]] = []
    for each in (one for one in desk.ledger.fields if one.type is FieldType.REFERENCE):
        wanted = {str(given[each.id]) for given in values if given.get(each.id)}
        numbers = {text: number_of(text, each.ledger) for text in wanted}
        there = desk.entries.numbers_there(each.ledger, {key for key in numbers.values() if key is not None})
        other = desk.rulebook.ledger(each.ledger)
        name = other.name if other else each.ledger
        for row, given in enumerate(values):
            text = str(given.get(each.id) or "")
            if text and numbers[text] not in there:
                message = f"“{name}”里没有编号 {text}，请核对；编号写法如 {each.ledger}-000012"
                found.append((row, Trouble(each.id, message)))
    return found


def take_in(
    desk: Desk, rows: Sequence[Sent], deed: EntryDeed = D.IMPORTED, *, batch_id: int | None = None,
    opening: bool = False, state: EntryState | None = None,
) -> list[int]:  # fmt: skip
    """Keeps rows that have been found right; their entry ids in the order given. One audit event for all."""
    if not rows:
        return []
    act = desk.act
    gates.check_days(act, desk.scope, desk.ledger, [day_of(row) for row in rows])
    first = desk.scope.next_numbers(desk.ledger.id, len(rows))
    kept = kept_people(desk, rows)
    fields = [fields_of(desk, row.read, kept) for row in rows]
    moved = state or arrival(desk)
    columns = [
        {
            "ledger": desk.ledger.id, "number": first + place, "business_date": day_of(row), "state": moved.value,
            "outlet_id": desk.outlet_id(row.read.entry.outlet if row.read.entry else ""),
            "author_id": row.author_id, "fields": fields[place],
            "warnings": told(row),
            "nil": bool(row.read.entry and row.read.entry.nil), "trial": desk.trial, "opening": opening,
            "rulebook_text_id": desk.text_id, "batch_id": batch_id, "captured_at": row.captured_at,
            "entered_at": row.entered_at or act.now, "contested": False, "return_reason": "",
            "submitted_at": None if moved is S.DRAFT else row.entered_at or act.now,
        }
        for place, row in enumerate(rows)
    ]  # fmt: skip
    with rollups.moving(act, desk.scope) as moved_in:
        ids = desk.entries.add_all(columns)
        files = [(key, row.files, row.captured_at) for key, row in zip(ids, rows, strict=True)]
        linking.attach_many(act, desk.scope, files)
        moved_in.came(ids)
    desk.entries.add_keys(
        [
            (desk.ledger.id, name, value, day_of(row), key)
            for row, given, key in zip(rows, fields, ids, strict=True)
            for name, value in sorted(
                {*desk.keys(given, unique=moved is not S.DRAFT), *marks_of(told(row), trial=desk.trial)}
            )
        ]
    )
    note_arrival(desk, ids, rows, deed, moved)
    detail = {"ledger": desk.ledger.id, "count": len(ids), "first": ids[0], "last": ids[-1], "batch": batch_id}
    act.record(deeds.MANY[deed], "batch", batch_id, desk.contract.id, **detail)
    return ids


def told(row: Sent) -> list[str]:
    """The warnings that go with the row."""
    return [each.message for each in row.read.warnings]


def arrival(desk: Desk) -> EntryState:
    """The state in which entries arrive that are complete."""
    inside = desk.contract.internal_check and desk.ledger.enters == "contractor"
    return S.TO_CHECK if inside else S.SUBMITTED


def day_of(row: Sent) -> Any:
    assert row.read.entry is not None
    return row.read.entry.date


def note_arrival(
    desk: Desk, ids: Sequence[int], rows: Sequence[Sent], deed: EntryDeed, moved: EntryState
) -> None:
    """The history of each: made, and sent on."""
    sent = {S.TO_CHECK: D.SENT, S.SUBMITTED: D.SUBMITTED}.get(moved)
    deeds = [deed, sent] if sent is not None else [deed]
    desk.entries.add_events(
        {
            "entry_id": key, "at": row.entered_at or desk.act.now, "actor_id": row.author_id,
            "deed": each.value, "version": 1,
        }
        for key, row in zip(ids, rows, strict=True)
        for each in deeds
    )  # fmt: skip


def fields_of(desk: Desk, read: Reading, kept: Mapping[people.Known, int]) -> dict[str, Any]:
    """The values of one row as it is kept."""
    people_of: dict[str, int] = {}
    for each in person_fields(desk):
        if read.entry is not None and each.id in read.entry.fields:
            people_of[each.id] = kept[people.Known.of(read.raw[each.id])]
    return reading.kept_fields(read, people_of, desk.seal)


def person_fields(desk: Desk) -> list[Field]:
    return [each for each in desk.ledger.fields if each.type is FieldType.PERSON]


def kept_people(desk: Desk, rows: Sequence[Sent]) -> dict[people.Known, int]:
    """Ids of all people in the rows; those who are new are sealed and added at once."""
    fields = person_fields(desk)
    if not fields:
        return {}
    asked = [
        people.Known.of(row.read.raw[each.id])
        for row in rows
        for each in fields
        if row.read.entry is not None and each.id in row.read.entry.fields
    ]
    known = known_people(desk, [dict(enumerate_named(asked))])
    by_key: dict[str, int] = {one.id_number or one.phone: key for one, key in known.items()}
    fresh = {one.id_number or one.phone: one for one in asked if (one.id_number or one.phone) not in by_key}
    made = [people.sealed_row(desk.act, desk.contract.id, one) for one in fresh.values()]
    desk.act.session.add_all(made)
    desk.act.session.flush()
    by_key |= {key: row.id for key, row in zip(fresh, made, strict=True)}
    return {one: by_key[one.id_number or one.phone] for one in asked}


def enumerate_named(asked: Sequence[people.Known]) -> list[tuple[str, people.Known]]:
    return [(str(place), one) for place, one in enumerate(asked)]

