"""Making, changing, submitting and withdrawing entries, one at a time.

Draft → (internal check) → submitted → verified | returned → withdrawn. Whoever changes a verified entry
puts it back to submitted. Every deed goes into the entry's history and the audit chain.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.security.permissions import Permission
from app.security.predicates import may
from app.security.terms import EntryDeed, EntryState
from app.services.act import Act, Refused, found
from app.services.evidence import linking
from app.services.ledger import deeds, gates, people, reading, rollups, stored
from app.services.ledger.desk import Desk, marks_of, pieces_of
from app.services.ledger.reading import DATE, Reading, Trouble
from app.store.contracts import ContractScope
from app.store.entries import Entries, LedgerEntry, number_text
from app.store.evidence import links
from app.store.ledger_listing import CONTESTED, MARK

S, D = EntryState, EntryDeed
#: Before a kind of evidence, among the changes of an event.
PROOF = "evidence:"
#: States in which the contractor may still change an entry without anybody's leave.
OWN_HANDS = frozenset({S.DRAFT.value, S.TO_CHECK.value, S.SUBMITTED.value, S.RETURNED.value, S.VERIFIED.value})


class Unfit(Refused):
    """The entry cannot be kept as it is; `troubles` says at which fields."""

    def __init__(self, troubles: Sequence[Trouble]) -> None:
        super().__init__("没有保存：" + "；".join(each.message for each in troubles[:3]))
        self.troubles = tuple(troubles)


class Stale(Refused):
    """Somebody else changed the entry meanwhile; `entry` is what it is now."""

    def __init__(self, entry: LedgerEntry) -> None:
        super().__init__("这条记录刚刚被别人改过。下面对照了您填的和现在的内容，请核对后再保存")
        self.entry = entry


@dataclass(frozen=True)
class Typed:
    """What a form, a phone or a file hands over for one entry.

    `raw`: by field id; a person is its parts or `{"person": id}`, a personal text that stays `{"kept": True}`.
    `files`: evidence file ids by kind, in order. `send`: to be submitted, not kept as a draft.
    """

    raw: Mapping[str, Any]
    files: Mapping[str, Sequence[int]] = field(default_factory=dict)
    send: bool = True
    client_key: str | None = None
    captured_at: datetime | None = None
    activity_id: int | None = None
    opening: bool = False


def enter(act: Act, scope: ContractScope, ledger_id: str, typed: Typed) -> LedgerEntry:
    """Makes an entry. The same client key twice gives the entry that was made the first time."""
    desk = Desk.at(act, scope, ledger_id)
    gates.check_writer(act, desk.contract, desk.ledger)
    if typed.client_key and (made := desk.entries.by_client_key(typed.client_key)) is not None:
        return made
    # Drawn first: it holds the ledger, so that two entries at once cannot both find a combination free.
    number = scope.next_number(ledger_id)
    read, values = judged(desk, typed, None)
    entry = LedgerEntry(
        contract_id=scope.contract_id,
        ledger=ledger_id,
        number=number,
        author_id=act.person().user_id,
        state=S.DRAFT.value,
        trial=desk.trial,
        opening=typed.opening,
        rulebook_text_id=desk.text_id,
        activity_id=typed.activity_id,
        client_key=typed.client_key,
        captured_at=typed.captured_at,
        entered_at=act.now,
        nil=bool(read.entry and read.entry.nil),
        **columns(desk, read, values),
    )
    move(desk, entry, typed)
    with rollups.moving(act, scope) as moved:
        act.session.add(entry)
        act.session.flush()
        finish(desk, entry, S.DRAFT.value, typed, D.ENTERED, {})
        moved.came([entry.id])
    return entry


def change(
    act: Act, scope: ContractScope, entry_id: int, version: int, typed: Typed, reason: str = ""
) -> LedgerEntry:
    """Changes an entry; Stale where it is no longer the version that the person saw."""
    entry = found(desk_entry(scope, entry_id))
    desk = Desk.at(act, scope, entry.ledger)
    check_change(desk, entry)
    if entry.version != version:
        raise Stale(entry)
    gates.check_day(act, scope, desk.contract, desk.ledger, entry.business_date, entry)
    read, values = judged(desk, typed, entry)
    changes = changes_of(entry.fields, values, desk) | proof_changes(desk, entry, typed)
    with rollups.moving(act, scope, [entry.id]):
        put(desk, entry, read, values)
        state_before = entry.state
        unsettle(entry)
        move(desk, entry, typed)
        act.session.flush()
        finish(desk, entry, state_before, typed, D.CHANGED, changes, reason)
    return entry


def put(desk: Desk, entry: LedgerEntry, read: Reading, values: dict[str, Any]) -> None:
    """The row holds what was read, by the rulebook in force."""
    for name, value in columns(desk, read, values).items():
        setattr(entry, name, value)
    entry.nil = bool(read.entry and read.entry.nil)
    entry.rulebook_text_id = desk.text_id


def desk_entry(scope: ContractScope, entry_id: int) -> LedgerEntry | None:
    """The entry of this contract."""
    return Entries(scope.session, scope.contract_id).find(entry_id)


def check_change(desk: Desk, entry: LedgerEntry) -> None:
    """Who may change it: its author, or the project manager; a withdrawn entry stays as it is."""
    gates.check_writer(desk.act, desk.contract, desk.ledger)
    person = desk.act.person()
    if entry.state not in OWN_HANDS:
        raise Refused("这条记录已撤回，不能再改。请新登记一条")
    manages = may(person, Permission.ENTRY_CHECK, desk.contract.id)
    if entry.author_id != person.user_id and not manages and desk.ledger.enters != "buyer":
        raise Refused("只有填报人本人或项目经理可以改这条记录")


def judged(desk: Desk, typed: Typed, before: LedgerEntry | None) -> tuple[Reading, dict[str, Any]]:
    """The reading and what the row will hold; Unfit where something keeps the entry out."""
    if stored.has_personal(desk.ledger) and not typed.raw.get("nil"):
        people.check_on_file(desk.act, desk.scope)
    raw = desk.resolved(typed.raw, before)
    pieces = pieces_of(linking.names_of(desk.act, desk.scope, typed.files))
    if not typed.send:
        return as_draft(desk, raw)
    read = desk.reader().read(raw, pieces)
    troubles = list(read.errors)
    values: dict[str, Any] = {}
    if read.entry is not None:
        gates.check_day(desk.act, desk.scope, desk.contract, desk.ledger, read.entry.date, before)
        values = desk.kept(read)
        troubles += desk.repeats(values, before.id if before else None)
        troubles += desk.lost_references(values) + desk.lost_outlets(values) + desk.evidence_due(read)
    if troubles:
        raise Unfit(troubles)
    return read, values


def as_draft(desk: Desk, raw: dict[str, Any]) -> tuple[Reading, dict[str, Any]]:
    """A draft may be incomplete, but holds nothing that cannot be read, and has its day."""
    read = reading.unfinished(desk.reader(), raw)
    if read.entry is None:
        raise Unfit(read.errors)
    return read, desk.kept(read)


def columns(desk: Desk, read: Reading, values: dict[str, Any]) -> dict[str, Any]:
    """The columns of the row that follow from what was read."""
    assert read.entry is not None
    return {
        "business_date": read.entry.date,
        "outlet_id": desk.outlet_id(read.entry.outlet),
        "fields": values,
        "warnings": [each.message for each in read.warnings],
    }


def finish(
    desk: Desk, entry: LedgerEntry, state_before: str, typed: Typed, deed: EntryDeed,
    changes: Mapping[str, Any], reason: str = "",
) -> None:  # fmt: skip
    """Evidence, keys, history and audit of what was just made or changed."""
    act = desk.act
    linking.attach(act, desk.scope, entry, typed.files)
    keys = desk.keys(entry.fields, unique=entry.state != S.DRAFT.value)
    desk.entries.set_keys(entry, keys + marks_of(entry.warnings, trial=entry.trial, contested=entry.contested))
    desk.entries.note(entry, deed, act.person().user_id, act.now, reason, changes)
    if entry.state not in {S.DRAFT.value, state_before}:
        sent = D.SENT if entry.state == S.TO_CHECK.value else D.SUBMITTED
        desk.entries.note(entry, sent, act.person().user_id, act.now)
    act.session.flush()
    act.record(
        deeds.ONE[deed], "entry", entry.id, entry.contract_id,
        ledger=entry.ledger, number=entry.number, state=entry.state, version=entry.version,
        fields=sorted(changes),
    )  # fmt: skip


def unsettle(entry: LedgerEntry) -> None:
    """Takes back what had been decided over an earlier version."""
    entry.verifier_id, entry.verified_at, entry.validated = None, None, None


def move(desk: Desk, entry: LedgerEntry, typed: Typed) -> None:
    """The state after saving: a draft, or on its way to the supervisor."""
    if not typed.send:
        if entry.state not in {S.DRAFT.value, S.RETURNED.value}:
            raise Refused("已提交的记录不能改回草稿。不再需要时可以撤回它")
        return
    checked_inside = desk.contract.internal_check and desk.ledger.enters == "contractor"
    own = may(desk.act.person(), Permission.ENTRY_CHECK, desk.contract.id)
    entry.state = S.TO_CHECK.value if checked_inside and not own else S.SUBMITTED.value
    entry.submitted_at, entry.return_reason = desk.act.now, ""


def changes_of(before: Mapping[str, Any], after: Mapping[str, Any], desk: Desk) -> dict[str, Any]:
    """What changed, [before, after] by field; of personal texts only that they changed."""
    found_changes: dict[str, Any] = {}
    for each in desk.ledger.fields:
        old, new = before.get(each.id), after.get(each.id)
        if stored.is_personal_text(each):
            same = (old or {}).get("key") == (new or {}).get("key")
            old, new = (None, None) if same else ((old or {}).get("mask"), (new or {}).get("mask", ""))
        if old != new:
            found_changes[each.id] = [old, new]
    return found_changes


def proof_changes(desk: Desk, entry: LedgerEntry, typed: Typed) -> dict[str, Any]:
    """What changes in the evidence, told by kind: how many there were and are, or that they were exchanged."""
    before = links.files_of(desk.act.session, desk.contract.id, entry.id)
    after = {kind: list(keys) for kind, keys in typed.files.items() if keys}
    found_changes: dict[str, Any] = {}
    for kind in [*before, *(kind for kind in after if kind not in before)]:
        old, new = set(before.get(kind, ())), set(after.get(kind, ()))
        if old != new:
            exchanged = "，有更换" if len(old) == len(new) else ""
            found_changes[f"{PROOF}{kind}"] = [f"{len(old)} 份", f"{len(new)} 份{exchanged}"]
    return found_changes


def withdraw(act: Act, scope: ContractScope, entry_id: int, version: int, reason: str) -> LedgerEntry:
    """The entry no longer counts; it stays readable, and its unique combination is free again."""
    entry = found(desk_entry(scope, entry_id))
    desk = Desk.at(act, scope, entry.ledger)
    check_change(desk, entry)
    if entry.version != version:
        raise Stale(entry)
    gates.check_lock(act, scope, desk.ledger, entry.business_date, entry)
    if not reason.strip():
        raise Refused("请写明撤回的原因", "reason")
    with rollups.moving(act, scope, [entry.id]):
        unsettle(entry)
        entry.state = S.WITHDRAWN.value
        act.session.flush()
    desk.entries.drop_keys([entry.id], unique_only=True)
    desk.entries.note(entry, D.WITHDRAWN, act.person().user_id, act.now, reason.strip())
    act.record("entry.withdrawn", "entry", entry.id, scope.contract_id, ledger=entry.ledger, number=entry.number)
    return entry


def nil_return(act: Act, scope: ContractScope, ledger_id: str, day: date) -> LedgerEntry:
    """零报告: one tap says that nothing happened on the day; pressing again changes nothing."""
    desk = Desk.at(act, scope, ledger_id)
    if not desk.ledger.nil_return:
        raise Refused(f"“{desk.ledger.name}”不接受零报告，没有发生的不用填")
    key = f"nil:{ledger_id}:{day}"
    made = desk.entries.by_client_key(key)
    if made is not None and made.state != S.WITHDRAWN.value:
        return made
    if made is not None:
        made.client_key = None
        act.session.flush()
    date_field = desk.ledger.date if desk.ledger.field(desk.ledger.date) else DATE
    return enter(act, scope, ledger_id, Typed({date_field: day.isoformat(), "nil": True}, client_key=key))


def contest(act: Act, scope: ContractScope, entry_id: int, reason: str) -> LedgerEntry:
    """The contractor objects to what the buyer entered; the buyer sees it until it is answered."""
    entry = found(desk_entry(scope, entry_id))
    desk = Desk.at(act, scope, entry.ledger)
    if desk.ledger.enters != "buyer":
        raise Refused("只能对采购人登记的记录提出异议")
    if not reason.strip():
        raise Refused("请写明异议的理由和依据", "reason")
    if not entry.contested:
        entry.contested = True
        desk.entries.add_keys([(entry.ledger, MARK, CONTESTED, entry.business_date, entry.id)])
    desk.entries.note(entry, D.CONTESTED, act.person().user_id, act.now, reason.strip())
    act.record("entry.contested", "entry", entry.id, scope.contract_id, ledger=entry.ledger, number=entry.number)
    return entry


def answer(act: Act, scope: ContractScope, entry_id: int, reason: str) -> LedgerEntry:
    """The buyer answers an objection; whether the entry is changed is an act of its own."""
    entry = found(desk_entry(scope, entry_id))
    if not entry.contested:
        raise Refused("这条记录没有待答复的异议")
    if not reason.strip():
        raise Refused("请写明答复", "reason")
    entry.contested = False
    desk = Desk.at(act, scope, entry.ledger)
    desk.entries.drop_key(entry.id, MARK, CONTESTED)
    desk.entries.note(entry, D.ANSWERED, act.person().user_id, act.now, reason.strip())
    act.record("entry.answered", "entry", entry.id, scope.contract_id, ledger=entry.ledger, number=entry.number)
    return entry


def told(entry: LedgerEntry) -> str:
    """The entry by its outside number."""
    return number_text(entry.ledger, entry.number)
