"""登记问题: one shortfall with its clause, its proof and two investigators; deductions cite it by number."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from app.security.case_terms import CaseDeed, FindingSource, FindingState, PaperOf
from app.security.terms import Signature
from app.security.vault import mask_text
from app.services import books
from app.services.act import Act, Refused, found
from app.services.ledger import people
from app.services.ledger.reading import spoken
from app.services.official.people import ISSUERS, attach, check_second, for_buyer
from app.store import documents
from app.store.cases import Cases, Finding
from app.store.contracts import ContractScope
from app.store.entries import Entries, LedgerEntry, number_of

LEAST_TEXT = 4
SEQUENCE = "@finding"
TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
#: A fact that was seen on the spot has a place.
ON_THE_SPOT = frozenset({FindingSource.INSPECTION})


@dataclass(frozen=True)
class Seen:
    """A finding as it was written down."""

    clause: str
    source: FindingSource
    entry: str
    found: str
    found_on: date
    found_time: str
    place: str
    second_id: int | None
    spoken_to: str
    signature: Signature
    files: Sequence[int]


def finding_text(number: int) -> str:
    """How a finding is cited."""
    return f"问题{number:04d}号"


def context_of(contract_id: int) -> str:
    """What the name of the person spoken to is bound to."""
    return f"case:{contract_id}"


def clauses(scope: ContractScope) -> dict[str, str]:
    """The clauses of the contract's rulebook by id; none where it has no rulebook yet."""
    contract = found(scope.contract())
    if contract.rulebook_text_id is None:
        return {}
    return {each.id: spoken(each.title) for each in books.book_of(scope, contract).rulebook.clauses}


def record(act: Act, scope: ContractScope, seen: Seen) -> Finding:
    """Registers a finding under the contract's next number."""
    person_id = for_buyer(act, scope, *ISSUERS)
    check(act, scope, seen)
    entry = entry_of(scope, seen.entry)
    cases = Cases(act.session, scope.contract_id)
    row = cases.add(
        Finding(
            number=scope.next_number(SEQUENCE), clause=seen.clause.strip(), source=seen.source.value,
            entry_id=entry.id if entry else None, found=seen.found.strip(), found_on=seen.found_on,
            found_time=seen.found_time.strip(), place=seen.place.strip(),
            spoken_to=sealed(act, scope, seen.spoken_to), signature=seen.signature.value,
            state=FindingState.OPEN.value, found_by=person_id, second_id=check_second(act, scope, seen.second_id),
            recorded_at=act.now,
        )
    )  # fmt: skip
    attach(act, scope, PaperOf.FINDING, row.id, seen.files)
    documents.note(act.session, scope.contract_id, CaseDeed.FOUND, person_id, act.now, row.found, finding_id=row.id)
    act.record(
        "finding.recorded", "finding", row.id, scope.contract_id,
        number=row.number, clause=row.clause, source=row.source, entry=row.entry_id, second=row.second_id,
    )  # fmt: skip
    return row


def check(act: Act, scope: ContractScope, seen: Seen) -> None:
    """Refuses a record that an auditor would not believe."""
    known = clauses(scope)
    if not known:
        raise Refused("这份合同还没有选定规则书，问题要写明违反哪一条。请先到“合同设置”选定规则书")
    if seen.clause not in known:
        raise Refused("请从合同条款里选", "clause")
    if len(seen.found.strip()) < LEAST_TEXT:
        raise Refused(f"请写明发现了什么（至少 {LEAST_TEXT} 个字）", "found")
    if not found(scope.contract()).starts_on <= seen.found_on <= act.today:
        raise Refused("发现日期应在合同起始日与今天之间", "found_on")
    if seen.found_time.strip() and not TIME.fullmatch(seen.found_time.strip()):
        raise Refused("时间写法应为 14:30", "found_time")
    check_second(act, scope, seen.second_id)
    if seen.source in ON_THE_SPOT and not seen.place.strip():
        raise Refused("现场检查发现的，请写明地点", "place")
    check_spoken(act, scope, seen.signature, seen.spoken_to)


def check_spoken(act: Act, scope: ContractScope, signature: Signature, spoken_to: str) -> None:
    """A signature or its refusal is somebody's; their name is personal data."""
    if signature is not Signature.NOBODY and not spoken_to.strip():
        raise Refused("请写明与谁谈的；没有对方人员的，签字一栏选“没有对方人员”", "spoken_to")
    if spoken_to.strip():
        people.check_on_file(act, scope)


def sealed(act: Act, scope: ContractScope, text: str) -> dict[str, str]:
    """The person spoken to: sealed for reading, masked for showing."""
    text = text.strip()
    if not text:
        return {}
    return {"sealed": act.vault.seal_text(text, context_of(scope.contract_id)), "mask": mask_text(text)}


def entry_of(scope: ContractScope, typed: str) -> LedgerEntry | None:
    """The ledger entry that a finding is about, by its outside number."""
    text = typed.strip()
    if not text:
        return None
    ledger = text.rpartition("-")[0]
    number = number_of(text, ledger)
    entry = Entries(scope.session, scope.contract_id).by_number(ledger, number) if number is not None else None
    if entry is None:
        raise Refused(f"没有编号 {text} 的台账记录，请核对；编号写法如 visits-000012", "entry")
    return entry


def withdraw(act: Act, scope: ContractScope, finding_id: int, reason: str) -> Finding:
    """Takes an open finding back: it was recorded by mistake. It stays readable."""
    person_id = for_buyer(act, scope, *ISSUERS)
    row = found(Cases(act.session, scope.contract_id).hold(Finding, finding_id))
    if row.state != FindingState.OPEN.value:
        raise Refused(f"这个问题现在是“{FindingState.of(row.state).label}”，只有待处理的可以撤销")
    if len(reason.strip()) < LEAST_TEXT:
        raise Refused(f"请写明撤销的理由（至少 {LEAST_TEXT} 个字）", "reason")
    if any(each.outcome is None for each in Cases(act.session, scope.contract_id).exemptions([row.id])):
        raise Refused("供应商正在申请免责，请先作出免责认定")
    row.state = FindingState.WITHDRAWN.value
    act.session.flush()
    documents.note(
        act.session, scope.contract_id, CaseDeed.WITHDREW, person_id, act.now, reason.strip(), finding_id=row.id
    )
    act.record("finding.withdrawn", "finding", row.id, scope.contract_id, number=row.number, reason=reason.strip())
    return row


def citable(scope: ContractScope, clauses: Collection[str] | None = None) -> list[Finding]:
    """Findings that a deduction may cite: not withdrawn, not exempted; of these clauses, or all."""
    beside = {FindingState.WITHDRAWN.value, FindingState.EXEMPTED.value}
    return [
        each for each in Cases(scope.session, scope.contract_id).findings()
        if each.state not in beside and (clauses is None or each.clause in clauses)
    ]  # fmt: skip
