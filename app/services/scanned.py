"""扫码核对 of the papers beside the register: payment orders, reports, records of checks, 评分表.

Each is compared with what is held here: by the hash that was stored with it, else by drawing it again. Only for whoever
may open the paper itself; for others it is as if the code named nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from app.security.field_terms import InspectionState
from app.security.permissions import P
from app.security.predicates import Person, may
from app.services.act import Missing, Refused, found
from app.services.assessments import mark_papers
from app.services.assessments.evaluating import Work, need
from app.services.fieldwork import papers
from app.services.fieldwork.rates import result_of
from app.services.fieldwork.records import COMPLAINT, INSPECTION, CheckRecord, check_record
from app.services.official.people import ISSUERS
from app.services.rectification.checking import DIGEST, MOST, Checked
from app.store import assessments, reports, settlement
from app.store.contracts import ContractScope
from app.store.fieldwork import Complaint, Fieldwork, Inspection
from app.store.sampling import Rounds

CODES = re.compile(r"LYT-(PAY|REPORT|CHECK|MARKS):(.+?)\s*(?:SHA-256|$)", re.DOTALL)
MARKS = re.compile(r"(\d{1,18})-(\d{1,9})-(\d{1,4}|ALL)")
CHECK = re.compile(r"(检查|投诉|抽查)(\d{1,9})号(?:·(.+))?")
Page = tuple[str, Mapping[str, int]]
OF_CONTRACT = re.compile(r"(\d{1,18})-(.+)", re.DOTALL)
LONGEST = 18
#: The day of printing is no part of what a paper says.
NO_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class Asking:
    """Who asks in which contract, and the hash on the paper."""

    scope: ContractScope
    person: Person
    given: str

    def may(self, *permissions: P) -> bool:
        return any(may(self.person, one, self.scope.contract_id) for one in permissions)

    def same(self, held: str) -> bool | None:
        return self.given == held if self.given else None


def elsewhere(scope: ContractScope, person: Person, text: str) -> Checked | None:
    """What the code names, and whether it says the same; None where it names nothing that the person may open."""
    text = text.strip()[:MOST]
    if (code := CODES.search(text)) is None:
        return None
    given = digest[0] if (digest := DIGEST.search(text.lower())) else ""
    try:
        return MAKERS[code[1]](Asking(scope, person, given), code[2].strip())
    except (Missing, Refused):
        return None


def _payment(asking: Asking, name: str) -> Checked | None:
    """A statement; one that a later revision replaced is void."""
    if not asking.may(P.PAYMENT_REQUEST, P.PAYMENT_APPROVE, P.SCORE, P.SIGN, P.REPORT_READ) or not _is_number(name):
        return None
    rows = settlement.statements(asking.scope.session, asking.scope.contract_id)
    row = found(next((one for one in rows if one.number == int(name)), None))
    last = next(one for one in reversed(rows) if one.line == row.line)
    void = f"这一期已重新核定，现在以第 {last.number} 号（第 {last.revision} 版）为准" if last.id != row.id else ""
    number = f"第 {row.number} 号（第 {row.revision} 版）"
    page = ("settlement.statement", {"statement_id": row.id})
    return Checked(f"应付款核定单：{row.title}", number, asking.same(row.sha256), void=void, page=page)


def _report(asking: Asking, name: str) -> Checked | None:
    """A report: the version whose data has the hash; one that was replaced is void."""
    if not asking.may(P.REPORT_READ):
        return None
    duty, _, label = (" ".join(name.split())).partition(" ")
    session, contract_id = asking.scope.session, asking.scope.contract_id
    row = found(reports.labelled(session, contract_id, duty, label))
    rows = reports.versions(session, contract_id, row.id)
    own = next((one for one in rows if one.sha256 == asking.given), None)
    void = f"这是第 {own.revision} 版，现在以第 {row.revision} 版为准" if own is not None and own.revision != row.revision else ""
    same = (own is not None) if asking.given else None
    return Checked(row.title, row.label, same, void=void, page=("reports.one", {"report_id": row.id}))


def _check(asking: Asking, name: str) -> Checked | None:
    """The record of an inspection, a complaint, or one drawn entry, drawn again."""
    if (code := OF_CONTRACT.fullmatch(name)) is None or int(code[1]) != asking.scope.contract_id:
        return None
    record, page = _record(asking, code[2])
    made = papers.paper(asking.scope, record, record.on or NO_DAY)
    return Checked(made.title, made.number, asking.same(_hash_of(made.proof.code)), page=page)


def _record(asking: Asking, name: str) -> tuple[CheckRecord, Page]:
    """The record by how the paper is numbered: 检查0001号, 投诉0001号, 抽查001号·visits-0004. Missing for who may not open it."""
    scope, code = asking.scope, found(CHECK.fullmatch(name))
    kind, number, work = code[1], int(code[2]), Fieldwork(scope.session, scope.contract_id)
    if kind == "检查":
        inspection = found(work.numbered(Inspection, number))
        _see(inspection.state == InspectionState.DONE.value or asking.may(P.ENTRY_VERIFY, P.SCORE, P.SIGN, P.AUDIT_READ))
        return check_record(scope, INSPECTION, inspection.id), ("fieldwork.inspection", {"inspection_id": inspection.id})
    if kind == "投诉":
        complaint = found(work.numbered(Complaint, number))
        return check_record(scope, COMPLAINT, complaint.id), ("fieldwork.complaint", {"complaint_id": complaint.id})
    _see(asking.may(*ISSUERS))
    row = found(Rounds(scope.session, scope.contract_id).numbered(number))
    line = found(next((one for one in result_of(scope, row).lines if one.number == code[3]), None))
    return papers.visit_record(scope, row.id, line.entry_id), ("fieldwork.round", {"round_id": row.id})


def _see(allowed: bool) -> None:
    """What a person may not open is not there."""
    if not allowed:
        raise Missing


def _marks(asking: Asking, name: str) -> Checked | None:
    """A member's sheet or the summary, for whoever may see it."""
    if (code := MARKS.fullmatch(name)) is None or int(code[1]) != asking.scope.contract_id:
        return None
    if not asking.may(P.SCORE, P.SIGN, P.AUDIT_READ):
        return None
    scope = asking.scope
    row = found(next((one for one in assessments.every(scope.session, scope.contract_id) if one.number == int(code[2])), None))
    work = need(scope, row)
    member = None if code[3] == "ALL" else _member(work, int(code[3]))
    if work.group.appointed is None or (member != asking.person.user_id and not mark_papers.may_see_all(work, asking.person.user_id)):
        return None
    sheet = mark_papers.summary_sheet(scope, row, work) if member is None else mark_papers.member_sheet(scope, row, work, member)
    return Checked(sheet.title, sheet.number, asking.same(sheet.sha256), page=("assessment.one", {"assessment_id": row.id}))


def _member(work: Work, place: int) -> int:
    everybody = list(work.group.members)
    if not 0 < place <= len(everybody):
        raise Missing
    return everybody[place - 1].user_id


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= LONGEST


def _hash_of(code: str) -> str:
    return found(DIGEST.search(code.lower()))[0]


MAKERS: Mapping[str, Callable[[Asking, str], Checked | None]] = {
    "PAY": _payment, "REPORT": _report, "CHECK": _check, "MARKS": _marks,
}  # fmt: skip
