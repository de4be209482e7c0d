"""What was found at a drawn entry: by whom, when, where, from whom, with which proof; what is untrue is a finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.security.case_terms import FindingSource, PaperOf
from app.security.field_terms import SpotOutcome
from app.security.terms import SpotCheckWay
from app.services.act import Act, Missing, Refused, found
from app.services.fieldwork.common import (
    Met,
    book_of,
    check_clause,
    check_files,
    check_met,
    checked_day,
    checked_text,
    checked_time,
    put_files,
)
from app.services.fieldwork.rounds import drawn_ids, round_text
from app.services.ledger import gates
from app.services.official.people import ISSUERS, check_second, for_buyer
from app.services.rectification import findings
from app.services.rectification.findings import Seen
from app.services.verification import spot
from app.services.verification.judging import Judge
from app.store.contracts import ContractScope
from app.store.entries import Entries, LedgerEntry, number_text
from app.store.sampling import Rounds, SpotCheck, SpotRound

#: What has a place of its own.
ON_THE_SPOT = frozenset({SpotCheckWay.SITE, SpotCheckWay.INTERVIEW})
#: What a finding follows from, and the true value that is kept at the entry (None: none).
GENUINE = {SpotOutcome.GENUINE: True, SpotOutcome.UNTRUE: False}
WRONG = frozenset({SpotOutcome.UNTRUE, SpotOutcome.PARTLY})


@dataclass(frozen=True)
class Visit:
    """One visit, call or look into papers, as it was written down. `clause`: what a finding would cite."""

    outcome: SpotOutcome
    way: SpotCheckWay
    on: date
    time: str
    place: str
    second_id: int | None
    met: Met
    note: str
    clause: str
    files: Sequence[int] = ()


def record(act: Act, scope: ContractScope, round_id: int, entry_id: int, visit: Visit) -> SpotCheck:
    """Keeps what was found. A later record of the same entry corrects; none is changed."""
    for_buyer(act, scope, *ISSUERS)
    row = found(Rounds(act.session, scope.contract_id).find(round_id, hold=True))
    entry = drawn_entry(scope, row, entry_id)
    if row.concluded_at is not None:
        raise Refused("这次抽查已经办结，不能再登记。确有出入的，另立一次抽查")
    check(act, scope, row, entry, visit)
    finding_id = None
    if visit.outcome in WRONG:
        finding_id = findings.record(act, scope, seen(row, entry, visit)).id
    # In a signed period the record is kept, and what was signed does not move.
    kept = spot.keep(act, scope, entry, told(row, visit, finding_id), marks=not gates.locked_days(act, scope)(entry))
    put_files(act, scope, PaperOf.SPOT_CHECK, kept.id, visit.files)
    return kept


def drawn_entry(scope: ContractScope, row: SpotRound, entry_id: int) -> LedgerEntry:
    """An entry that this round has drawn; Missing for any other."""
    if row.drawn_at is None or entry_id not in drawn_ids(scope, row):
        raise Missing
    return found(Entries(scope.session, scope.contract_id).find(entry_id))


def check(act: Act, scope: ContractScope, row: SpotRound, entry: LedgerEntry, visit: Visit) -> None:
    """Refuses a record that an auditor would not believe."""
    ledger = book_of(scope).ledger(entry.ledger)
    if ledger is not None and (why := Judge.of(act, scope).wrong_person(ledger, entry)):
        raise Refused(why.replace("审核", "抽查"))
    checked_day(act, scope, visit.on, "on", "抽查日期")
    if row.drawn_at is not None and visit.on < entry.business_date:
        raise Refused("抽查日期早于这条记录的业务日期，请核对", "on")
    checked_time(visit.time, "time")
    if not visit.time.strip():
        raise Refused("请填写抽查的时间，例如 14:30", "time")
    check_second(act, scope, visit.second_id)
    if visit.way in ON_THE_SPOT and not visit.place.strip():
        raise Refused("现场检查和面谈请写明地点", "place")
    checked_text(visit.note, "note", "查了什么、看到什么")
    check_met(act, scope, visit.met)
    check_files(act, scope, visit.files)
    if visit.outcome in WRONG:
        check_clause(book_of(scope), visit.clause)
        if visit.way is not SpotCheckWay.CALL and not visit.files:
            raise Refused("查出不属实的，请附照片、截图或签字的记录", "files")


def seen(row: SpotRound, entry: LedgerEntry, visit: Visit) -> Seen:
    """The finding that an untrue entry is."""
    number = number_text(entry.ledger, entry.number)
    return Seen(
        clause=visit.clause, source=FindingSource.CALLBACK if visit.way is SpotCheckWay.CALL else FindingSource.SPOT_CHECK,
        entry=number, found=f"{round_text(row.number)}抽中 {number}，{visit.outcome.label}：{visit.note.strip()}",
        found_on=visit.on, found_time=visit.time, place=visit.place, second_id=visit.second_id,
        spoken_to=visit.met.spoken_to, signature=visit.met.signature, files=visit.files,
    )  # fmt: skip


def told(row: SpotRound, visit: Visit, finding_id: int | None) -> spot.Found:
    return spot.Found(
        genuine=GENUINE.get(visit.outcome), way=visit.way, checked_on=visit.on, place=visit.place, second_id=visit.second_id,
        spoken_to=visit.met.spoken_to, signature=visit.met.signature, note=visit.note, outcome=visit.outcome,
        time=visit.time.strip(), witness=visit.met.witness, round_id=row.id, finding_id=finding_id,
    )  # fmt: skip
