"""The signed result opened up: where the points went, and from any point down to the entries that it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.services.act import Refused, found
from app.services.assessments.evaluating import Work
from app.services.assessments.figures import FigureView, declared, ledger_of, view
from app.services.books import book_by_text
from app.services.ledger import feed
from app.services.ledger.reading import spoken
from app.store import assessments
from app.store.contracts import ContractScope
from kpi.calendar import CalendarError
from kpi.indicators.collect import Collector
from kpi.payments.decision import PaymentDecision, PlanOutcome
from kpi.reports.trace import Node, Tracer
from kpi.rulebook.answers import Answers
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.given import work_calendar
from kpi.verification import Verification, VerifiedEntry

MOST_ENTRIES = 300
TOTAL = "总分"


@dataclass(frozen=True)
class Fall:
    """One step of the waterfall: what it takes or adds, and where that leads. `kind`: start, lost, bonus, other, end."""

    title: str
    change: Fraction
    left: Fraction
    kind: str
    place: str = ""


def waterfall(work: Work) -> list[Fall]:
    """From full marks over each item's loss and each bonus to the total; empty where there is no total."""
    sheet = work.evaluation.assessment
    if sheet is None or sheet.total is None:
        return []
    left = sheet.full
    found_steps = [Fall("满分", left, left, "start")]
    for item in sheet.items:
        if item.deduction:
            left -= item.deduction
            found_steps.append(Fall(spoken(item.title), -item.deduction, left, "lost", item.id))
    for line in sheet.bonus_lines:
        if line.points:
            left += line.points
            title = next((one.title for one in work.rulebook.clauses if one.id == line.clause), line.clause)
            found_steps.append(Fall(spoken(f"加分：{line.outcome.label or title}"), line.points, left, "bonus", line.clause))
    if left != sheet.total:  # caps, floors and rounding of the whole
        found_steps.append(Fall("上下限和取整", sheet.total - left, sheet.total, "other"))
    score = work.evaluation.score
    if score is not None and score != sheet.total:
        found_steps.append(Fall("与其他考核表合成、处罚", score - sheet.total, score, "other"))
    final = sheet.total if score is None else score
    return [*found_steps, Fall(TOTAL, final, final, "end", TOTAL)]


# -- the trace ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One node of the trace. `figure`: clause and name of a figure that entries are behind."""

    title: str
    value: str
    text: str
    clause: str
    quotes: tuple[str, ...]
    figure: tuple[str, str] | None
    children: tuple[Step, ...] = ()


def trace(work: Work, place: str) -> Step:
    """What a place (total, item, clause, payment) rests on."""
    node = Tracer(work.evaluation).trace(place)
    return _step(work, found(node))


def places_of(work: Work) -> list[tuple[str, str]]:
    """Everything that can be traced, with its title."""
    titles = {one.id: spoken(f"{one.id} {one.title}") for one in work.rulebook.clauses}
    rubric = work.rulebook.rubric
    titles |= {one.id: spoken(one.title) for one in rubric.items} if rubric is not None else {}
    if (paid := work.evaluation.payment) is not None:
        titles |= {f"付款 {one.id}": spoken(f"付款 {one.title}") for plan in _chosen_last(paid) for one in plan.lines}
        titles |= {f"扣款 {one.id}": spoken(f"扣款 {one.title}") for one in paid.reductions}
    return [(one, titles.get(one, one)) for one in Tracer(work.evaluation).places()]


def _chosen_last(paid: PaymentDecision) -> list[PlanOutcome]:
    """The plans, so that of lines with the same name that of the chosen one is told."""
    return sorted(paid.plans.values(), key=lambda plan: plan.id == paid.chosen)


def _step(work: Work, node: Node) -> Step:
    figure = _figure(work, node) if not node.children else None
    return Step(
        spoken(node.title), spoken(node.value), spoken(node.text), node.clause, node.quotes, figure,
        tuple(_step(work, one) for one in node.children),
    )  # fmt: skip


def _figure(work: Work, node: Node) -> tuple[str, str] | None:
    """The figure that a leaf of the trace shows, where a ledger is behind it."""
    for (clause, name), figure in work.evaluation.book.figures.items():
        if clause == node.clause and figure.title == node.title and ledger_of(declared(work, clause, name)):
            return clause, name
    return None


# -- the entries behind a figure ------------------------------------------------------------------


@dataclass(frozen=True)
class Behind:
    """An entry that a figure rests on. `changed`: it is not as it was when it was counted."""

    id: int
    number: str
    day: str
    outlet: str
    version: int
    changed: bool


@dataclass(frozen=True)
class Origin:
    """The entries behind a figure: so many in all, and those of one page. Without a ledger there are none."""

    title: str
    ledger: str
    ledger_name: str
    total: int
    listed: tuple[Behind, ...]


def whole(work: Work, clause: str, name: str) -> FigureView | None:
    """A figure with all its windows or members; None where it could not be computed."""
    figure = work.evaluation.book.figures.get((clause, name))
    return view(work, figure) if figure is not None else None


def behind(scope: ContractScope, work: Work, clause: str, name: str, page: int = 1) -> Origin:
    """The entries that count in a figure of the period, as they are now, against what was counted."""
    figure = work.evaluation.book.figures.get((clause, name))
    rule, title = declared(work, clause, name), figure.title if figure is not None else name
    if not (ledger_id := ledger_of(rule)):
        found(rule or figure)
        return Origin(title, "", "", 0, ())
    ledger, first = found(work.rulebook.ledger(ledger_id)), (page - 1) * MOST_ENTRIES
    measure = found(assessments.measure(scope.session, scope.contract_id, work.row.id, digests=True))
    known = {number: version for number, version, _ in measure.digests if number.startswith(f"{ledger_id}-")}
    listed: list[Behind] = []
    total = 0
    for key, entry in _counted(scope, work, clause, name, ledger_id):
        total += 1
        if first < total <= first + MOST_ENTRIES:
            changed = known.get(entry.id) != entry.version
            listed.append(Behind(key, entry.id, entry.date.isoformat(), entry.outlet, entry.version, changed))
    return Origin(title, ledger.id, ledger.name, total, tuple(listed))


def _counted(scope: ContractScope, work: Work, clause: str, name: str, ledger_id: str) -> Iterator[tuple[int, VerifiedEntry]]:
    """Id and entry of what rests under a figure."""
    try:
        answers = Answers(work.rulebook, work.base.answers)
        counter = Collector(work.rulebook, answers, work.base, work_calendar(work.base)).counter(clause, name)
    except (CalendarError, Unanswered) as error:
        raise Refused(spoken(str(error))) from error
    book, verification = book_by_text(scope, work.row.rulebook_text_id), Verification(work.rulebook)
    ledger = found(work.rulebook.ledger(ledger_id))
    rows = assessments.of_ledger(scope.session, scope.contract_id, ledger_id, work.row.until_on, proved=bool(ledger.evidence))
    for row, pieces in rows:
        entry = feed.engine_entry(book, row, pieces)
        judged = verification.verify(entry) if entry is not None else None
        if counter is not None and isinstance(judged, VerifiedEntry) and counter.rests_on(judged):
            yield row.id, judged
