"""抽查: an entry is looked into, on the spot, by telephone or in the systems, and the outcome is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.security.field_terms import SpotOutcome
from app.security.permissions import Permission
from app.security.predicates import may
from app.security.terms import EntryDeed, EntryState, Signature, SpotCheckWay
from app.security.vault import mask_text
from app.services.act import Act, Refused, found
from app.services.ledger import gates, people, rollups
from app.services.ledger.write import Stale
from app.services.verification.judging import Judge
from app.store import reviews
from app.store.accounts import UserAccount
from app.store.contracts import ContractScope
from app.store.entries import Entries, LedgerEntry
from app.store.reviews import SpotCheck

LEAST_NOTE = 4
LOOKED_INTO = frozenset({EntryState.SUBMITTED.value, EntryState.VERIFIED.value})


@dataclass(frozen=True)
class Found:
    """What was found, as it was written down. `genuine` None: nobody can say, or in part; `outcome` then says which."""

    genuine: bool | None
    way: SpotCheckWay
    checked_on: date
    place: str
    second_id: int | None
    spoken_to: str
    signature: Signature
    note: str
    outcome: SpotOutcome | None = None
    time: str = ""
    witness: str = ""
    round_id: int | None = None
    finding_id: int | None = None

    @property
    def word(self) -> SpotOutcome:
        return self.outcome or (SpotOutcome.GENUINE if self.genuine else SpotOutcome.UNTRUE)


def context_of(contract_id: int) -> str:
    """What the name of the person spoken to is bound to."""
    return f"spot:{contract_id}"


def seconds(scope: ContractScope, act: Act) -> list[UserAccount]:
    """The buyer's other members: who can have gone along."""
    contract, me = found(scope.contract()), act.person().user_id
    members = {each.user_id: each.user for each in scope.members(act.today)}
    return [
        user for key, user in members.items() if key != me and user.organisation_id == contract.buyer_id
    ]  # fmt: skip


def spot_check(act: Act, scope: ContractScope, entry_id: int, version: int, outcome: Found) -> SpotCheck:
    """Keeps the record and marks the entry: one that was found untrue does not count, whoever verified it."""
    entries = Entries(act.session, scope.contract_id)
    entry = found(entries.find(entry_id))
    if not may(act.person(), Permission.ENTRY_VERIFY, scope.contract_id):
        raise Refused("您没有审核台账的权限，不能登记抽查结果")
    if entry.version != version:
        raise Stale(entry)
    check_entry(act, scope, entry)
    check_record(act, scope, entry, outcome)
    return keep(act, scope, entry, outcome)


def keep(act: Act, scope: ContractScope, entry: LedgerEntry, outcome: Found, *, marks: bool = True) -> SpotCheck:
    """The record and the mark; what nobody can say, or what no longer waits or counts, moves no mark."""
    version, was = entry.version, entry.validated
    if marks and outcome.genuine is not None and entry.state in LOOKED_INTO:
        with rollups.moving(act, scope, [entry.id]):
            entry.validated = outcome.genuine
            act.session.flush()
    row = SpotCheck(
        contract_id=scope.contract_id, entry_id=entry.id, entry_version=version, genuine=outcome.genuine,
        outcome=outcome.word.value, round_id=outcome.round_id, finding_id=outcome.finding_id,
        way=outcome.way.value, checked_on=outcome.checked_on, checked_time=outcome.time, place=outcome.place.strip(),
        spoken_to=sealed(act, scope, outcome.spoken_to), signature=outcome.signature.value,
        witness=sealed(act, scope, outcome.witness), note=outcome.note.strip(), second_id=outcome.second_id,
        checked_by=act.person().user_id, recorded_at=act.now,
    )  # fmt: skip
    reviews.add(act.session, row)
    changes = {"validated": [was, entry.validated]} if entry.validated != was else {}
    Entries(act.session, scope.contract_id).note(
        entry, EntryDeed.SPOT_CHECKED, act.person().user_id, act.now, row.note, changes
    )
    act.record(
        "entry.spot_checked", "entry", entry.id, scope.contract_id,
        ledger=entry.ledger, number=entry.number, version=entry.version, genuine=outcome.genuine, record=row.id,
    )  # fmt: skip
    return row


def check_entry(act: Act, scope: ContractScope, entry: LedgerEntry) -> None:
    judge = Judge.of(act, scope)
    ledger = judge.book.ledger(entry.ledger)
    if ledger is None:
        raise Refused("现行的规则书已没有这本台账，不能再抽查")
    if why := judge.wrong_person(ledger, entry):
        raise Refused(why.replace("审核", "抽查"))
    if entry.state not in LOOKED_INTO:
        raise Refused(f"这条记录现在是“{EntryState.of(entry.state).label}”，提交或审核通过的才能抽查")
    gates.check_lock(act, scope, ledger, entry.business_date, entry)


def check_record(act: Act, scope: ContractScope, entry: LedgerEntry, outcome: Found) -> None:
    """Refuses a record that an auditor would not believe."""
    if not entry.business_date <= outcome.checked_on <= act.today:
        raise Refused("抽查日期应在业务日期之后（含当天）、今天之前（含今天）", "checked_on")
    if len(outcome.note.strip()) < LEAST_NOTE:
        raise Refused(f"请写明查了什么、看到什么（至少 {LEAST_NOTE} 个字）", "note")
    if outcome.way is SpotCheckWay.SYSTEM:
        return
    if outcome.second_id not in {user.id for user in seconds(scope, act)}:
        raise Refused("现场检查、电话回访、面谈和查阅材料须有两名检查人，请选采购人的另一人", "second_id")
    if outcome.way not in {SpotCheckWay.CALL, SpotCheckWay.PAPERS} and not outcome.place.strip():
        raise Refused("请写明地点", "place")
    if outcome.signature is not Signature.NOBODY and not outcome.spoken_to.strip():
        raise Refused("请写明与谁谈的；没有对方人员的，签字一栏选“没有对方人员”", "spoken_to")
    if outcome.spoken_to.strip():
        people.check_on_file(act, scope)


def sealed(act: Act, scope: ContractScope, text: str) -> dict[str, str]:
    """The person spoken to: sealed for reading, masked for showing."""
    text = text.strip()
    if not text:
        return {}
    return {"sealed": act.vault.seal_text(text, context_of(scope.contract_id)), "mask": mask_text(text)}
