"""Which periods can be assessed, and opening one: nothing is computed by that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.security.terms import AssessmentDeed, AssessmentState, ContractState
from app.services import books
from app.services.act import Act, Refused, found
from app.services.assessments.common import check_scores, checked_reason, contract_of, deeds
from app.services.books import Book
from app.store import assessments, rulebooks
from app.store.assessments import GONE, Assessment
from app.store.contracts import Contract, ContractScope
from kpi.calendar import CalendarError, WindowKind, periods
from kpi.quantities import Period
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.rubric import Part

ASSESSED = frozenset({ContractState.LIVE.value, ContractState.CLOSED.value})


@dataclass(frozen=True)
class Choice:
    """A period (of a part, where there are parts) that can be assessed. `taken`: its assessment.

    `interim`: days of the buyer's own choice, beside the periods of the rulebook.
    """

    label: str
    start: date
    end: date
    part: str = ""
    part_title: str = ""
    taken: Assessment | None = None
    interim: bool = False

    @property
    def key(self) -> str:
        return f"{self.part}:{self.start}:{self.end}"

    @property
    def title(self) -> str:
        return f"{self.part_title} · {self.label}" if self.part_title else self.label


@dataclass(frozen=True)
class Choices:
    """What can be opened; `refused`: why the rulebook does not say yet how often is assessed."""

    listed: tuple[Choice, ...]
    refused: str = ""


def choices(scope: ContractScope, contract: Contract, rows: Iterable[Assessment]) -> Choices:
    """Every period of the term, with the assessment that there is of it."""
    if contract.rulebook_text_id is None:
        return Choices((), "这份合同还没有选定规则书，请先到“合同设置”选定")
    book = books.book_of(scope, contract)
    taken = {(row.part, row.from_on, row.until_on): row for row in rows if row.state not in GONE and not row.interim}
    try:
        made = [
            Choice(one.label, one.start, one.end, one.part, one.part_title, taken.get((one.part, one.start, one.end)))
            for one in _spans(book, contract)
        ]
    except (Unanswered, CalendarError) as refused:
        return Choices((), refused.reason if isinstance(refused, Unanswered) else str(refused))
    return Choices(tuple(made))


def parts(book: Book) -> Sequence[Part]:
    """The parts of the rubric, where several sheets make up the score by their weights."""
    rubric = book.rulebook.rubric
    if rubric is None or not rubric.parts or book.answers.get(rubric.combine) != "weights":
        return ()
    return rubric.parts


def _spans(book: Book, contract: Contract) -> Iterator[Choice]:
    rubric = book.rulebook.rubric
    if rubric is None:
        yield from _windows(book, contract, WindowKind.TERM)
        years = list(_windows(book, contract, WindowKind.YEAR))
        yield from years if len(years) > 1 else ()
        return
    several = parts(book)
    for part in several:
        yield from _windows(book, contract, WindowKind(part.every), part)
    if not several:
        yield from _windows(book, contract, WindowKind(book.answers.get(rubric.every)))


def _windows(book: Book, contract: Contract, kind: WindowKind, part: Part | None = None) -> Iterator[Choice]:
    term = Period(contract.starts_on, contract.ends_on)
    for window in periods(kind, term, anchor=book.answers.get(book.rulebook.windows.anchor)):
        named = (part.id, part.title) if part is not None else ("", "")
        yield Choice(window.label, window.start, window.end, *named)


# -- opening --------------------------------------------------------------------------------------


def open_period(act: Act, scope: ContractScope, key: str) -> Assessment:
    """Opens one of the periods that the rulebook has."""
    contract = _openable(act, scope)
    rows = assessments.every(act.session, contract.id)
    found_choices = choices(scope, contract, rows)
    if found_choices.refused:
        raise Refused(found_choices.refused)
    chosen = found(next((one for one in found_choices.listed if one.key == key), None))
    return _opened(act, scope, contract, chosen, rows)


def open_span(act: Act, scope: ContractScope, start: date, end: date, part: str, reason: str) -> Assessment:
    """Opens days of the buyer's own choice: an interim check (阶段核验), beside the rulebook's own periods."""
    contract = _openable(act, scope)
    if end < start:
        raise Refused("结束日期早于开始日期，请核对", "until_on")
    if start < contract.starts_on or end > contract.ends_on:
        raise Refused(f"只能考核合同期 {contract.starts_on} 至 {contract.ends_on} 里的日期", "from_on")
    titles = {one.id: one.title for one in parts(books.book_of(scope, contract))}
    if part not in (titles or {"": ""}):
        raise Refused("请选择考核部分", "part")
    chosen = Choice(interim_label(start, end), start, end, part, titles.get(part, ""), interim=True)
    return _opened(act, scope, contract, chosen, assessments.every(act.session, contract.id), checked_reason(reason))


def interim_label(start: date, end: date) -> str:
    """`2026年1月至6月阶段核验`; with the days where they are no whole months."""
    if start.day != 1 or (end + timedelta(days=1)).day != 1:
        return f"{start} 至 {end} 阶段核验"
    first = f"{start.year}年{start.month}月"
    if (start.year, start.month) == (end.year, end.month):
        return f"{first}阶段核验"
    return f"{first}至{'' if start.year == end.year else f'{end.year}年'}{end.month}月阶段核验"


def _openable(act: Act, scope: ContractScope) -> Contract:
    contract = contract_of(scope)
    check_scores(act, contract)
    if contract.state not in ASSESSED:
        raise Refused(f"这份合同现在是“{ContractState.of(contract.state).label}”，正式执行以后才能开启考核")
    return contract


def _opened(
    act: Act, scope: ContractScope, contract: Contract, chosen: Choice, rows: Sequence[Assessment], reason: str = ""
) -> Assessment:
    if chosen.start > act.today:
        raise Refused(f"{chosen.title}从 {chosen.start} 开始，到那天才能开启考核", "from_on")
    check_overlap(rows, chosen)
    return begin(act, scope, contract, chosen, reason)


def check_overlap(rows: Iterable[Assessment], chosen: Choice) -> None:
    """Refuses to assess a day twice. Interim checks and periods do not stand in each other's way."""
    for row in rows:
        same = row.part == chosen.part and row.interim is chosen.interim
        if same and row.from_on <= chosen.end and row.until_on >= chosen.start and row.state not in GONE:
            raise Refused(
                f"{row.from_on} 至 {row.until_on} 已有第 {row.number} 次考核（{AssessmentState.of(row.state).label}），"
                "日期重叠的不能再开一次；已签定的请走重开",
                "from_on",
            )


def begin(
    act: Act, scope: ContractScope, contract: Contract, chosen: Choice, reason: str, supersedes_id: int | None = None
) -> Assessment:
    """Adds the row, under the rulebook in force on the period's last day."""
    version = rulebooks.in_force(act.session, contract.id, chosen.end)
    text_id = version.rulebook_text_id if version is not None else contract.rulebook_text_id
    if text_id is None:
        raise Refused("这份合同还没有选定规则书，请先到“合同设置”选定")
    row = Assessment(
        contract_id=contract.id, number=assessments.next_number(act.session, contract.id), from_on=chosen.start,
        until_on=chosen.end, label=chosen.title, part=chosen.part, interim=chosen.interim, reason=reason, state=AssessmentState.DRAFT.value,
        rulebook_text_id=text_id, supersedes_id=supersedes_id, opened_by=act.person().user_id, opened_at=act.now,
    )  # fmt: skip
    assessments.add(act.session, row)
    said = {"from_on": str(row.from_on), "until_on": str(row.until_on), "number": row.number}
    deeds(act, row, AssessmentDeed.OPENED, reason, **said)
    return row
