"""What another version of the rulebook, or another answer, would have changed in the periods so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

from app.services.act import found
from app.services.books import Book, calendar, calendar_data
from app.services.ledger.feed import engine_entries
from app.store.contracts import Contract, ContractScope
from kpi.calendar import WindowKind, WorkCalendar, periods
from kpi.evaluation import Evaluation, evaluate
from kpi.indicators.collect import Collector
from kpi.ledger import LedgerEntry
from kpi.quantities import Money, Period, points, show
from kpi.replay import Change, Replayed, compared, fitting
from kpi.rulebook.answers import Refused as Refusal
from kpi.rulebook.given import Days, Given
from kpi.verification import Verification, VerifiedEntry

EVERY: dict[str, str] = {"month": "按月", "quarter": "按季度", "half_year": "按半年", "year": "按合同年", "term": "整个合同期"}
Feed = Callable[[ContractScope], Iterable[LedgerEntry]]


@dataclass(frozen=True)
class Moved:
    """One thing that came out otherwise."""

    place: str
    title: str
    before: str
    after: str


@dataclass(frozen=True)
class PeriodEffect:
    """One period under both. `running`: it is not over, the figures are those up to today."""

    label: str
    running: bool
    score: Moved
    money: Moved
    moved: tuple[Moved, ...]
    left_out: tuple[str, ...] = ()

    @property
    def same(self) -> bool:
        return not self.moved and self.score.before == self.score.after and self.money.before == self.money.after


@dataclass(frozen=True)
class Effect:
    """`counted`: verified entries that were counted; `refused`: why there is no comparison."""

    every: str
    counted: int
    periods: tuple[PeriodEffect, ...]
    refused: str = ""

    @property
    def changed(self) -> list[PeriodEffect]:
        return [one for one in self.periods if not one.same]


def usual(book: Book) -> str:
    """How often the rulebook assesses: the periods to compare by at first."""
    rubric = book.rulebook.rubric
    if rubric is None:
        return "quarter"
    try:
        return str(book.answers.get(rubric.every))
    except Refusal:
        return "quarter"


def of_version(
    scope: ContractScope, old: Book, new: Book, today: date, every: str = "", feed: Feed = engine_entries
) -> Effect:
    """The periods so far under the present version and under another one."""
    every = every if every in EVERY else usual(old)
    contract = found(scope.contract())
    try:
        return _effect(scope, contract, (old, new), today, every, feed)
    except Refusal as why:
        return Effect(every, 0, (), why.reason)


def of_answer(
    scope: ContractScope, book: Book, name: str, value: Any, today: date, every: str = "", feed: Feed = engine_entries
) -> Effect:
    """The periods so far under the present answers, and with one of them changed."""
    changed = replace(book, given={**book.given, name: value})
    return of_version(scope, book, changed, today, every, feed)


class _Side:
    """One of the two sides: its rules, and a collector for each period."""

    def __init__(self, book: Book, base: Given, spans: Sequence[Days], days: WorkCalendar) -> None:
        self.book = book
        self.source = book.source
        given, self.left_out = fitting(book.rulebook, base.model_copy(update={"answers": book.given}))
        self.givens = [given.model_copy(update={"period": span}) for span in spans]
        self.verification = Verification(book.rulebook)
        self.collectors = [Collector(book.rulebook, book.answers, one, days) for one in self.givens]
        self.counted = 0

    def add(self, entry: LedgerEntry) -> None:
        checked = self.verification.verify(entry)
        if isinstance(checked, VerifiedEntry):
            self.counted += 1
            for collector in self.collectors:
                collector.add(checked)

    def evaluations(self) -> list[Evaluation]:
        return [
            evaluate(self.source, given, collector.values())
            for given, collector in zip(self.givens, self.collectors, strict=True)
        ]


def _effect(
    scope: ContractScope, contract: Contract, books: tuple[Book, Book], today: date, every: str, feed: Feed
) -> Effect:
    spans = _spans(contract, today, every)
    base, days = _given(scope, contract, books[0].members), calendar(scope.session, provisional=True)
    before, after = (_Side(book, base, [span for _, _, span in spans], days) for book in books)
    for entry in feed(scope):  # one pass, however many periods
        before.add(entry)
        after.add(entry)
    both = zip(spans, before.evaluations(), after.evaluations(), strict=True)
    found_in = [
        _period(label, running, compared(old, new, label, after.left_out)) for (label, running, _), old, new in both
    ]
    return Effect(every, before.counted, tuple(found_in))


def _spans(contract: Contract, today: date, every: str) -> list[tuple[str, bool, Days]]:
    """The periods that have begun; the running one up to today."""
    found_in = []
    for window in periods(WindowKind(every), Period(contract.starts_on, contract.ends_on)):
        if window.start <= today:
            running = window.end >= today
            label = f"{window.label}（截至 {today}）" if running else window.label
            found_in.append((label, running, Days(start=window.start, end=min(window.end, today))))
    return found_in


def _given(scope: ContractScope, contract: Contract, members: Mapping[str, tuple[str, ...]]) -> Given:
    return Given(
        price=Money(contract.price_fen) if contract.price_fen is not None else None,
        term=Days(start=contract.starts_on, end=contract.ends_on),
        members=dict(members),
        calendar=calendar_data(scope.session),
    )


# -- in words -------------------------------------------------------------------------------------


_STATUS = {"met": "达标", "unmet": "未达标", "no_data": "无数据", True: "是", False: "否"}


def _period(label: str, running: bool, replayed: Replayed) -> PeriodEffect:
    moved = tuple(_moved(one) for one in replayed.changes if one.place != "总分")
    score = Moved("", "得分", _score(replayed.before), _score(replayed.after))
    money = Moved("", "应付金额", _net(replayed.before), _net(replayed.after))
    return PeriodEffect(label, running, score, money, moved, replayed.left_out)


def _moved(change: Change) -> Moved:
    kind, _, name = change.place.partition(" ")
    place = f"指标 {name.removesuffix('#1')}" if kind == "指标" else kind
    return Moved(place, change.title, _shown(change.before), _shown(change.after))


def _score(evaluation: Evaluation) -> str:
    if evaluation.assessment is None:
        return "；".join(f"{one.title}：{one.text}" for one in evaluation.verdicts) or "没有考核细则"
    return f"{points(evaluation.score)} 分" if evaluation.score is not None else "不能计算"


def _net(evaluation: Evaluation) -> str:
    if evaluation.payment is None:
        return "没有付款方案"
    return str(evaluation.payment.net) if evaluation.payment.net is not None else "不能计算"


def _shown(value: Any) -> str:
    if value is None:
        return "不能计算"
    if isinstance(value, bool | str):
        return _STATUS.get(value, str(value))
    return show(value) if isinstance(value, int | Fraction) else str(value)
