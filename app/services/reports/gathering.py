"""Everything a report is computed from: the book of its last day, what is given, the entries, what others settled."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from app.security.case_terms import FindingSource, FindingState
from app.security.terms import AssessmentState
from app.services import books
from app.services.act import Refused, found
from app.services.assessments import evaluating
from app.services.books import Book
from app.services.ledger import feed
from app.services.rectification.findings import finding_text
from app.services.reports.duties import kind_of, periods_of
from app.services.standing.inputs import Inputs, gather, running_period
from app.store import assessments, reports, standing
from app.store.assessments import Assessment
from app.store.cases import Cases, Finding, RectificationCase
from app.store.contracts import Contract, ContractScope
from kpi.ledger import LedgerEntry
from kpi.quantities import Money, Period
from kpi.replay import fitting
from kpi.reports.marks import with_aside
from kpi.reports.phrases import days_of
from kpi.reports.settled import EarnedLine, FindingLine, ItemLine, PaidLine, Settled, SignedSheet
from kpi.reports.spans import Measured, Spans, earlier
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.reports import ReportDuty

Tell = Callable[[int, int], None]
#: The contractor has been told; both have not signed yet.
HALF = frozenset({AssessmentState.PUBLISHED.value, AssessmentState.APPEALED.value, AssessmentState.DECIDED.value})
GONE = frozenset({AssessmentState.SUPERSEDED.value, AssessmentState.DROPPED.value})
ENDED = frozenset({FindingState.RECTIFIED.value, FindingState.REDUCED.value, FindingState.EXEMPTED.value, FindingState.WITHDRAWN.value})
LONGEST = 160


@dataclass(frozen=True)
class Gathered:
    """What one pass gave, and the marks by which it is later known whether anything has changed."""

    book: Book
    measured: Measured
    settled: Settled
    event_id: int
    case_event_id: int
    sheets: tuple[str, ...]


def check_period(contract: Contract, period: Period, today: date) -> None:
    """Refuses a period that is not over, or not of this contract."""
    if period.start < contract.starts_on or period.end > contract.ends_on:
        raise Refused(f"只能做合同期 {contract.starts_on} 至 {contract.ends_on} 里的报告，请核对日期", "from_on")
    if period.end >= today:
        raise Refused(f"{days_of(period)}还没有过完，{period.end} 以后才能生成报告", "until_on")


def inputs_of(scope: ContractScope, contract: Contract, period: Period) -> Inputs:
    """The book and what is given, as they hold on the period's last day."""
    inputs = gather(scope, contract, period.end)
    version = books.book_on(scope, period.end)
    if version is None or version.text_id == inputs.book.text_id:
        return inputs
    changed = {"answers": version.given, "members": version.members}
    given, left_out = fitting(version.rulebook, inputs.given.model_copy(update=changed))
    term = Period(contract.starts_on, contract.ends_on)
    span = running_period(version, term, period.end)
    return Inputs(contract, version, given, left_out, inputs.calendar, span, inputs.today)


def spans_of(inputs: Inputs, period: Period, duties: Sequence[ReportDuty]) -> Spans:
    """The period with those beside it."""
    kind = next((kind for one in duties if (kind := kind_of(one)) is not None), None)
    whole = periods_of(inputs.book, inputs.contract, kind) if kind is not None else []
    before, year_before = earlier(period, inputs.term, whole)
    place = next((n for n, one in enumerate(whole) if (one.start, one.end) == (period.start, period.end)), None)
    after = whole[place + 1] if place is not None and place + 1 < len(whole) else None
    return Spans(period, inputs.span, before, year_before, after)


def gathered(
    scope: ContractScope, period: Period, choose: Callable[[Book], Sequence[ReportDuty]], tell: Tell = lambda done, total: None
) -> Gathered:
    """One pass over the entries for reports of one period; only reads. Refused where answers or lists are missing."""
    session, contract = scope.session, found(scope.contract())
    event = standing.last_event(session)  # before the entries: what comes meanwhile counts as changed
    cases = reports.last_case_event(session, contract.id)
    inputs = inputs_of(scope, contract, period)
    duties = choose(inputs.book)
    spans = spans_of(inputs, period, duties)
    try:
        measured = Measured.of(inputs.book.rulebook, inputs.given, inputs.calendar, spans, duties, townships(scope))
    except Unanswered as refused:
        raise Refused(refused.reason) from refused
    total = standing.entries(session, contract.id, trial=False)
    measured.add_all(entries(scope, inputs.book), lambda done: tell(done, total))
    settled = settled_of(scope, contract, inputs, period)
    return Gathered(inputs.book, measured, settled, event, cases, tuple(one.sha256 for one in settled.sheets))


def entries(scope: ContractScope, book: Book) -> Iterator[LedgerEntry]:
    """Every entry that is claimed or verified."""
    proved = {one.id for one in book.rulebook.ledgers if one.evidence}
    for row, pieces in standing.stream(scope.session, scope.contract_id, trial=False, proved=proved):
        if (made := feed.engine_entry(book, row, pieces)) is not None:
            yield made


def townships(scope: ContractScope) -> dict[str, str]:
    """Each outlet below a township with the township that it belongs to, by name."""
    rows = {one.id: one for one in scope.outlets()}
    folded: dict[str, str] = {}
    for one in rows.values():
        parent = rows.get(one.parent_id) if one.parent_id is not None else None
        if parent is not None and one.level == "village":
            folded[one.name] = parent.name
    return folded


# -- settled elsewhere ----------------------------------------------------------------------------


def settled_of(scope: ContractScope, contract: Contract, inputs: Inputs, period: Period) -> Settled:
    rows = [one for one in assessments.every(scope.session, contract.id) if one.state not in GONE]
    signed = [one for one in reversed(rows) if one.state == AssessmentState.SIGNED and one.until_on in period]
    works = [(one, found(evaluating.load(scope, one))) for one in signed]
    return Settled(
        contract=contract.title, buyer=contract.buyer.name, supplier=contract.supplier.name,
        price=Money(contract.price_fen) if contract.price_fen is not None else None, term=inputs.term,
        sheets=tuple(_sheet(scope, row, work) for row, work in works),
        findings=tuple(_findings(scope, period)),
        paid=tuple(_paid(scope, contract, period)),
        earned=tuple(line for row, work in works for line in _earned(row, work)),
        unsettled=tuple(_unsettled(rows, inputs, period)),
    )  # fmt: skip


def _sheet(scope: ContractScope, row: Assessment, work: evaluating.Work) -> SignedSheet:
    capsule = found(assessments.capsule(scope.session, scope.contract_id, row.id, row.signed_revision))
    evaluation = work.evaluation
    sheet = evaluation.assessment
    items = tuple(ItemLine(one.id, one.title, one.maximum, one.score, one.explanation) for one in sheet.items) if sheet else ()
    return SignedSheet(
        row.number, row.label, row.from_on.isoformat(), row.until_on.isoformat(), capsule.sha256, evaluation.score,
        sheet.full if sheet is not None else None, evaluation.tier.tier if evaluation.tier is not None else "", items,
        tuple(one.text for one in evaluation.verdicts),
    )  # fmt: skip


def _earned(row: Assessment, work: evaluating.Work) -> Iterator[EarnedLine]:
    decision = work.evaluation.payment
    plan = decision.plans.get(decision.chosen or "") if decision is not None else None
    for line in plan.lines if plan is not None else ():
        yield EarnedLine(line.title, line.amount, line.explanation, _named(row))


def _named(row: Assessment) -> str:
    return with_aside(f"第 {row.number} 次考核", row.label)


def _unsettled(rows: Sequence[Assessment], inputs: Inputs, period: Period) -> Iterator[str]:
    """What is not signed yet of the assessment periods that end in the report's period."""
    ending = [one for one in rows if one.until_on in period]
    for row in ending:
        if row.state in HALF:
            yield f"{_named(row)}已告知供应商，双方还没有都签字，本报告不列得分和档次。"
        elif row.state != AssessmentState.SIGNED:
            yield f"{_named(row)}还在评分，本报告不列得分和档次。"
    if not ending and inputs.span.end in period:
        yield f"考核周期 {inputs.span} 已经结束，还没有开始考核，本报告不列得分和档次。"


def _paid(scope: ContractScope, contract: Contract, period: Period) -> Iterator[PaidLine]:
    """Payments up to the report's last day: from the books, else those from before the console."""
    rows = reports.paid(scope.session, contract.id)
    if not rows:
        rows = [(one.title, one.until_on, one.amount_fen or 0) for one in standing.payments(scope.session, contract.id)]
    for title, day, fen in rows:
        if day <= period.end:
            yield PaidLine(title, day.isoformat(), Money(fen), day in period)


def _findings(scope: ContractScope, period: Period) -> Iterator[FindingLine]:
    """The findings of the period, by number, with their rectification."""
    cases = Cases(scope.session, scope.contract_id)
    rows = cases.found_between(period.start, period.end)
    held = {one.id: one for one in cases.cases()} if any(one.case_id for one in rows) else {}
    for one in sorted(rows, key=lambda row: row.number):
        yield _finding(one, held.get(one.case_id) if one.case_id is not None else None)


def _finding(row: Finding, case: RectificationCase | None) -> FindingLine:
    text = row.found if len(row.found) <= LONGEST else f"{row.found[: LONGEST - 1]}…"
    notice = (case.notice.number or "") if case is not None else ""
    return FindingLine(
        finding_text(row.number), row.clause, row.found_on.isoformat(), FindingSource.of(row.source).label, text,
        FindingState.of(row.state).label, notice, "" if case is None or case.ended_on is None else f"{case.ended_on} 结束",
        row.state in ENDED,
    )  # fmt: skip
