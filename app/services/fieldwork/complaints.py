"""投诉: received, answered by the contractor, looked into by two, decided by somebody who did not receive it, replied to.

What is upheld is a finding; where the rulebook keeps complaints in a ledger, the decided one is entered there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.security.case_terms import FindingSource, PaperOf, Verdict
from app.security.field_terms import ComplaintChannel, ComplaintState
from app.security.terms import Signature
from app.services.act import Act, Refused, found
from app.services.fieldwork.common import (
    book_of,
    check_clause,
    check_version,
    checked_day,
    checked_text,
    checked_time,
    outlet_check,
    put_files,
    sealed,
)
from app.services.ledger import people, write
from app.services.ledger.write import Typed, Unfit
from app.services.official.people import DECIDERS, ISSUERS, check_second, for_buyer, for_supplier
from app.services.rectification import findings
from app.services.rectification.findings import Seen
from app.store import documents
from app.store.contracts import ContractScope
from app.store.fieldwork import Complaint, Fieldwork
from kpi.rulebook.inspections import Complaints
from kpi.rulebook.ledgers import Field, Ledger

S = ComplaintState
SEQUENCE = "@complaint"


@dataclass(frozen=True)
class Received:
    """A complaint as it came in. `typed`: further fields of the rulebook's ledger."""

    clause: str
    channel: ComplaintChannel
    on: date
    time: str
    account: str
    complainant: str = ""
    outlet_id: int | None = None
    reply_due: date | None = None
    typed: Mapping[str, Any] = field(default_factory=dict)
    files: Sequence[int] = ()


@dataclass(frozen=True)
class Looked:
    """What two people of the buyer found out."""

    investigation: str
    on: date
    second_id: int | None
    files: Sequence[int] = ()


def complaint_text(number: int) -> str:
    return f"投诉{number:04d}号"


def context_of(contract_id: int) -> str:
    """What the complainant's name is bound to."""
    return f"complaint:{contract_id}"


def rule_of(scope: ContractScope, clause: str) -> tuple[Complaints | None, Ledger | None]:
    """How the rulebook keeps complaints of a clause, and its ledger."""
    rulebook = book_of(scope).rulebook
    rule = next((one for one in rulebook.complaints if clause in one.clauses), None)
    return rule, rulebook.ledger(rule.ledger) if rule is not None and rule.ledger else None


def asked(scope: ContractScope) -> dict[str, list[Field]]:
    """Further fields by clause that are filled in when a complaint comes in."""
    rulebook = book_of(scope).rulebook
    found_fields: dict[str, list[Field]] = {}
    for rule in rulebook.complaints:
        ledger = rulebook.ledger(rule.ledger) if rule.ledger else None
        fields = [one for name in rule.asks if ledger is not None and (one := ledger.field(name)) is not None]
        found_fields |= dict.fromkeys(rule.clauses, fields)
    return found_fields


def receive(act: Act, scope: ContractScope, said: Received) -> Complaint:
    """Puts a complaint on the register; the contractor is asked for its side at once."""
    person_id = for_buyer(act, scope, *ISSUERS)
    check_clause(book_of(scope), said.clause)
    checked_day(act, scope, said.on, "on", "收到日期")
    account = checked_text(said.account, "account", "投诉的事实")
    if said.reply_due is not None and said.reply_due < said.on:
        raise Refused("要求答复的日期早于收到日期，请核对", "reply_due")
    if said.complainant.strip():
        people.check_on_file(act, scope)
    outlet_check(scope, said.outlet_id)
    names = {one.id: one for one in asked(scope).get(said.clause, ())}
    for name, one in names.items():
        if one.required and said.typed.get(name) in ("", None):
            raise Refused(f"请填写“{one.name}”", f"v-{name}")
    row = Fieldwork(act.session, scope.contract_id).add(
        Complaint(
            number=scope.next_number(SEQUENCE), clause=said.clause, channel=said.channel.value, outlet_id=said.outlet_id,
            received_on=said.on, received_time=checked_time(said.time, "time"), received_by=person_id, recorded_at=act.now,
            complainant=sealed(act, context_of(scope.contract_id), said.complainant), account=account,
            fields={name: said.typed[name] for name in names if said.typed.get(name) not in ("", None)},
            reply_due=said.reply_due, state=S.RECEIVED.value,
        )
    )  # fmt: skip
    put_files(act, scope, PaperOf.COMPLAINT, row.id, said.files)
    act.record("complaint.received", "complaint", row.id, scope.contract_id, number=row.number, clause=row.clause, channel=row.channel)
    return row


def held(act: Act, scope: ContractScope, complaint_id: int, seen: int | None, *states: ComplaintState) -> Complaint:
    row = found(Fieldwork(act.session, scope.contract_id).hold(Complaint, complaint_id))
    check_version(seen, row.version)
    if row.state not in {one.value for one in states}:
        raise Refused(f"这件投诉现在是“{S.of(row.state).label}”，不能这样做")
    return row


def state(act: Act, scope: ContractScope, complaint_id: int, statement: str) -> Complaint:
    """The contractor's side, until the buyer has decided."""
    person_id = for_supplier(act, scope)
    row = held(act, scope, complaint_id, None, S.RECEIVED, S.LOOKED_INTO)
    row.statement = checked_text(statement, "statement", "情况说明")
    row.stated_by, row.stated_at = person_id, act.now
    act.session.flush()
    act.record("complaint.stated", "complaint", row.id, scope.contract_id, number=row.number)
    return row


def look_into(act: Act, scope: ContractScope, complaint_id: int, seen: int, looked: Looked) -> Complaint:
    """What two investigators found out; the decision is another person's."""
    person_id = for_buyer(act, scope, *ISSUERS)
    row = held(act, scope, complaint_id, seen, S.RECEIVED, S.LOOKED_INTO)
    row.second_id = check_second(act, scope, looked.second_id)
    if not row.received_on <= looked.on <= act.today:
        raise Refused("调查日期应在收到日期与今天之间", "on")
    row.investigation = checked_text(looked.investigation, "investigation", "调查的情况")
    row.investigated_by, row.investigated_on, row.state = person_id, looked.on, S.LOOKED_INTO.value
    act.session.flush()
    before = documents.papers(act.session, scope.contract_id, [(PaperOf.COMPLAINT, row.id)])
    put_files(act, scope, PaperOf.COMPLAINT, row.id, [*before.get((PaperOf.COMPLAINT.value, row.id), []), *looked.files])
    act.record("complaint.looked_into", "complaint", row.id, scope.contract_id, number=row.number)
    return row


def decide(act: Act, scope: ContractScope, complaint_id: int, seen: int, outcome: Verdict, answer: str) -> Complaint:
    """Upheld or not, by one who did not receive it; what is upheld becomes a finding."""
    person_id = for_buyer(act, scope, *DECIDERS)
    row = held(act, scope, complaint_id, seen, S.LOOKED_INTO)
    if person_id == row.received_by:
        raise Refused("这件投诉是您受理的，请由采购人的另一人认定")
    row.answer = checked_text(answer, "answer", "认定的理由")
    files = documents.papers(act.session, scope.contract_id, [(PaperOf.COMPLAINT, row.id)])
    papers = files.get((PaperOf.COMPLAINT.value, row.id), [])
    if outcome is Verdict.UPHELD:
        row.finding_id = findings.record(act, scope, finding_of(row, person_id, papers)).id
    row.entry_id = enter(act, scope, row, outcome, papers)
    row.outcome, row.decided_by, row.decided_at, row.state = outcome.value, person_id, act.now, S.DECIDED.value
    act.session.flush()
    act.record("complaint.decided", "complaint", row.id, scope.contract_id, number=row.number, outcome=row.outcome)
    return row


def finding_of(row: Complaint, decider: int, papers: Sequence[int]) -> Seen:
    """The finding of an upheld complaint, with one of its investigators as the second person."""
    second = row.investigated_by if row.investigated_by != decider else row.second_id
    return Seen(
        clause=row.clause, source=FindingSource.COMPLAINT, entry="",
        found=f"{complaint_text(row.number)}，{ComplaintChannel.of(row.channel).label}：{row.account}。调查：{row.investigation}",
        found_on=row.received_on, found_time=row.received_time, place="", second_id=second, spoken_to="",
        signature=Signature.NOBODY, files=papers,
    )  # fmt: skip


def enter(act: Act, scope: ContractScope, row: Complaint, outcome: Verdict, papers: Sequence[int]) -> int | None:
    """The complaint in the ledger that the rulebook keeps it in; None where it keeps none."""
    rule, ledger = rule_of(scope, row.clause)
    if rule is None or ledger is None:
        return None
    raw: dict[str, Any] = {ledger.date: row.received_on.isoformat(), **rule.sets, **row.fields}
    if rule.channel:
        word = ComplaintChannel.of(row.channel).label
        raw[rule.channel] = rule.channels.get(word, word)
    if rule.content:
        raw[rule.content] = row.account
    if rule.decision:
        raw[rule.decision] = rule.upheld if outcome is Verdict.UPHELD else rule.dismissed
    if rule.handled:
        raw[rule.handled] = row.answer
    kinds = [due.kind for due in ledger.evidence][:1]
    typed = Typed(raw, {kind: list(papers) for kind in kinds if papers}, client_key=f"complaint:{row.id}")
    try:
        return write.enter(act, scope, ledger.id, typed).id
    except Unfit as unfit:
        told = "；".join(each.message for each in unfit.troubles[:3])
        raise Refused(f"记不进“{ledger.name}”：{told}") from unfit


def reply(act: Act, scope: ContractScope, complaint_id: int, seen: int, on: date, text: str) -> Complaint:
    """Whoever complained was told."""
    for_buyer(act, scope, *ISSUERS)
    row = held(act, scope, complaint_id, seen, S.DECIDED)
    if not row.received_on <= on <= act.today:
        raise Refused("答复日期应在收到日期与今天之间", "on")
    row.reply, row.replied_on = checked_text(text, "reply", "怎样答复的"), on
    act.session.flush()
    act.record("complaint.replied", "complaint", row.id, scope.contract_id, number=row.number)
    return row
