"""Handing a report in: it becomes the ledger entry that the rulebook names, and its verification is its acceptance.

So the indicators that count reports are met by the acceptance itself, with the segregation of duties, locks and history of
every other entry. Where the rulebook names no ledger the report alone is handed in and accepted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from app.security.report_terms import ReportDeed, ReportState
from app.security.terms import EntryState
from app.services import books
from app.services.act import Act, Refused, found
from app.services.books import Book
from app.services.evidence import keeping
from app.services.ledger import write
from app.services.ledger.write import Typed
from app.services.reports.duties import duty_of
from app.services.reports.making import note, read
from app.services.reports.naming import titled
from app.services.reports.people import check_state, hands_in, held, receives
from app.services.verification import decide
from app.store import reports
from app.store.contracts import ContractScope
from app.store.entries import Entries, LedgerEntry
from app.store.reports import Report, ReportStore
from kpi.quantities import half_up, is_finite_decimal, plain
from kpi.reports import model
from kpi.reports.words import FIELD, known
from kpi.rulebook.ledgers import FieldType
from kpi.rulebook.reports import HandedIn

S = ReportState
LEAST_REASON = 4
#: Files by the kind of evidence: what whoever hands in adds beside the PDF.
Files = Mapping[str, Sequence[int]]


def target_of(scope: ContractScope, row: Report) -> HandedIn | None:
    """The entry that the report becomes; None where the rulebook names none."""
    book = books.book_on(scope, row.until_on)
    duty = duty_of(book, row.duty) if book is not None else None
    return duty.handed_in if duty is not None else None


def submit(act: Act, scope: ContractScope, store: ReportStore, report_id: int, seen: int, files: Files | None = None) -> Report:
    """Hands the final version in."""
    contract = found(scope.contract())
    if not hands_in(act.person(), contract):
        raise Refused("报告由供应商的项目经理报送")
    row = held(act, scope, report_id, seen)
    check_state(row, "报送", S.FINAL)
    version = found(reports.version(act.session, scope.contract_id, row.id, data=True))
    target = target_of(scope, row)
    if target is not None:
        portable = reports.files_of(act.session, scope.contract_id, [version.id])[version.id]["pdf"]
        data = store.read(scope.contract_id, portable.sha256)
        own = keeping.keep_bytes(act, scope, f"{titled(row.title, row.label)}.pdf", data)
        entry = _entered(act, scope, row, target, typed(act, scope, read(version.data), target, own.id, files or {}))
        row.entry_id = entry.id
    row.state = S.SUBMITTED.value
    act.session.flush()
    note(act, row, ReportDeed.SUBMITTED, f"第 {row.revision} 版", entry=row.entry_id)
    act.record("report.submitted", "report", row.id, scope.contract_id, revision=row.revision, entry=row.entry_id)
    return row


def _entered(act: Act, scope: ContractScope, row: Report, target: HandedIn, what: Typed) -> LedgerEntry:
    """A new entry, or the returned one changed and handed in again."""
    before = Entries(act.session, scope.contract_id).find(row.entry_id) if row.entry_id is not None else None
    if before is not None and before.state != EntryState.WITHDRAWN.value and before.ledger == target.ledger:
        return write.change(act, scope, before.id, before.version, what, "报告重新报送")
    return write.enter(act, scope, target.ledger, what)


def typed(
    act: Act, scope: ContractScope, report: model.Report, target: HandedIn, own_file: int, files: Files
) -> Typed:
    """The entry as the rulebook says it is filled."""
    book = found(books.book_on(scope, date.fromisoformat(report.end)))
    values = fillings(act, scope, report)
    raw = {name: _filled(text, values, _type(book, target, name)) for name, text in target.fields.items()}
    if (last := last_day(act, scope)) is not None:
        raw[found(book.ledger(target.ledger)).date] = last.isoformat()
    kinds: dict[str, Sequence[int]] = {kind: ids for kind, ids in files.items() if ids}
    if target.evidence:
        kinds[_kind(book, target)] = [own_file]
    return Typed(raw, kinds)


def last_day(act: Act, scope: ContractScope) -> date | None:
    """The contract's last day where it is over: the report of its last month is handed in after it, and counts on it.

    An entry is dated within the term; when it was handed in stands in the entry's own history and in the report's.
    """
    ends = found(scope.contract()).ends_on
    return ends if act.today > ends else None


def _type(book: Book, target: HandedIn, name: str) -> FieldType | None:
    field = found(book.ledger(target.ledger)).field(name)
    return field.type if field is not None else None


def _kind(book: Book, target: HandedIn) -> str:
    """The kind of evidence; the field's name where a field holds it."""
    field = found(book.ledger(target.ledger)).field(target.evidence)
    return field.name if field is not None else target.evidence


def fillings(act: Act, scope: ContractScope, report: model.Report) -> dict[str, str]:
    """What the fields of an entry may name: of the report, of the act, and every number by its exact value."""
    contract, numbers = found(scope.contract()), report.numbers()
    words = {name: one.text for name, one in known(report).items()}
    exact = {key: one.value for key, one in numbers.items() if one.value is not None}
    own = {
        "title": titled(report.title, report.label), "period": report.label, "month": report.end[:7], "day": act.today.isoformat(),
        "buyer": contract.buyer.name, "supplier": contract.supplier.name,
    }  # fmt: skip
    return {**words, **exact, **own}


def _filled(text: str | bool, values: Mapping[str, str], kind: FieldType | None) -> str:
    if isinstance(text, bool):
        return "是" if text else "否"
    missing = [hit[1] for hit in FIELD.finditer(text) if hit[1].strip() not in values]
    if missing:
        raise Refused(f"报告里没有“{missing[0]}”，不能报送：本期没有这项数据。请核对台账，或由采购人修改规则书里报告登记的写法")
    made = FIELD.sub(lambda hit: values[hit[1].strip()], text)
    return _rounded(made) if kind in (FieldType.DECIMAL, FieldType.MONEY, FieldType.INTEGER) else made


def _rounded(text: str) -> str:
    """A number as a field takes it: two places where it has more."""
    try:
        value = Fraction(text)
    except ValueError:
        return text
    short = is_finite_decimal(value) and len(plain(value).partition(".")[2]) <= 2
    return plain(value) if short else plain(half_up(value, 2))


# -- the buyer's answer ---------------------------------------------------------------------------


def accept(act: Act, scope: ContractScope, report_id: int, seen: int) -> Report:
    """Accepts the report: the entry that it became counts from now on."""
    row = _received(act, scope, report_id, seen, "接收")
    entry = _entry(act, scope, row)
    if entry is not None and entry.state != EntryState.VERIFIED.value:
        decide.verify(act, scope, entry.id, entry.version)
    row.state = S.ACCEPTED.value
    act.session.flush()
    note(act, row, ReportDeed.ACCEPTED, f"第 {row.revision} 版")
    act.record("report.accepted", "report", row.id, scope.contract_id, revision=row.revision, entry=row.entry_id)
    return row


def give_back(act: Act, scope: ContractScope, report_id: int, reason: str, seen: int) -> Report:
    """Returns the report with the reason: its words may be changed, it is made final and handed in again."""
    row = _received(act, scope, report_id, seen, "退回")
    reason = reason.strip()
    if len(reason) < LEAST_REASON:
        raise Refused(f"请写明退回的原因和要改的地方（至少 {LEAST_REASON} 个字）", "reason")
    entry = _entry(act, scope, row)
    if entry is not None and entry.state == EntryState.SUBMITTED.value:
        decide.give_back(act, scope, entry.id, entry.version, reason)
    row.state = S.RETURNED.value
    act.session.flush()
    note(act, row, ReportDeed.RETURNED, reason)
    act.record("report.returned", "report", row.id, scope.contract_id, revision=row.revision, entry=row.entry_id)
    return row


def _received(act: Act, scope: ContractScope, report_id: int, seen: int, todo: str) -> Report:
    if not receives(act.person(), found(scope.contract())):
        raise Refused(f"报告由采购人审核台账的人{todo}")
    row = held(act, scope, report_id, seen)
    take_over(act, scope, row)
    check_state(row, todo, S.SUBMITTED)
    return row


def _entry(act: Act, scope: ContractScope, row: Report) -> LedgerEntry | None:
    if row.entry_id is None:
        return None
    return found(Entries(act.session, scope.contract_id).find(row.entry_id))


def shown_state(row: Report, entry_state: str) -> ReportState:
    """Where the report stands; what was decided on its entry at the desk counts the same."""
    if row.state == S.SUBMITTED and entry_state == EntryState.VERIFIED:
        return S.ACCEPTED
    if row.state == S.SUBMITTED and entry_state == EntryState.RETURNED:
        return S.RETURNED
    return S.of(row.state)


def take_over(act: Act, scope: ContractScope, row: Report) -> ReportState:
    """Writes down what was decided on the report's entry at the desk, before anything else is done with it."""
    entry = _entry(act, scope, row)
    state = shown_state(row, entry.state if entry is not None else "")
    if state.value != row.state:
        row.state = state.value
        act.session.flush()
        deed = ReportDeed.ACCEPTED if state is S.ACCEPTED else ReportDeed.RETURNED
        note(act, row, deed, "在台账审核里办理")
    return state
