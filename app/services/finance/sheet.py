"""对账表: a month's or a quarter's books: what each account held before, what moved day by day, what it held after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.security.money_terms import CHART, Account, PostingKind
from app.services.act import Refused
from app.services.money.reconciling import fen_of
from app.store.contracts import ContractScope
from app.store.money import Books, MoneyBatch, Move, effects
from app.store.money_bank import Bank, BankMatch
from kpi.quantities import Money

MONTHS, QUARTERS = 12, 4


@dataclass(frozen=True)
class Span:
    """A month (`2026-03`) or a quarter (`2026-Q1`)."""

    key: str
    label: str
    first: date
    last: date


def span_of(key: str) -> Span:
    """The span that a key names; Refused where there is none."""
    year, _, part = key.partition("-")
    if not (year.isascii() and year.isdigit() and len(year) == 4 and 2000 <= int(year) < 2200):
        raise Refused("请选择一个月份或季度")
    quarter = part[1:] if part.startswith("Q") else ""
    if quarter.isascii() and quarter.isdigit() and 1 <= int(quarter) <= QUARTERS:
        first = date(int(year), 3 * int(quarter) - 2, 1)
        return Span(key, f"{year}年第{int(quarter)}季度", first, end_of(first, 3))
    if part.isascii() and part.isdigit() and len(part) == 2 and 1 <= int(part) <= MONTHS:
        first = date(int(year), int(part), 1)
        return Span(key, f"{year}年{int(part)}月", first, end_of(first, 1))
    raise Refused("请选择一个月份或季度")


def end_of(first: date, months: int) -> date:
    """The last day of so many months."""
    day = first
    for _ in range(months):
        day = (day + timedelta(days=32)).replace(day=1)
    return day - timedelta(days=1)


def spans(starts_on: date, today: date) -> list[Span]:
    """Every month and quarter of the contract that has begun, the latest first."""
    keys: list[str] = []
    day = starts_on.replace(day=1)
    while day <= today:
        keys.append(f"{day:%Y-%m}")
        if day.month % 3 == 0 or (day + timedelta(days=32)).replace(day=1) > today:
            keys.append(f"{day.year}-Q{(day.month + 2) // 3}")
        day = (day + timedelta(days=32)).replace(day=1)
    return [span_of(key) for key in reversed(keys)]


@dataclass(frozen=True)
class Summary:
    """One account over the span."""

    account: Account
    before: Money
    debits: Money
    credits: Money
    after: Money


@dataclass(frozen=True)
class DayLine:
    """A line of the day book of payments; `balance`: all that was paid out up to then."""

    batch: MoneyBatch
    kind: str
    out: Money
    into: Money
    balance: Money
    match: BankMatch | None


@dataclass(frozen=True)
class Sheet:
    """The whole sheet. `open_lines`: payments of the span that no line of the bank was confirmed for."""

    span: Span
    summaries: Sequence[Summary]
    before: Money
    lines: Sequence[DayLine]
    after: Money
    postings: Sequence[tuple[MoneyBatch, Account, Account, Money]]

    @property
    def open_lines(self) -> list[DayLine]:
        return [one for one in self.lines if one.match is None]

    @property
    def out(self) -> Money:
        return Money(sum(one.out.fen for one in self.lines))

    @property
    def into(self) -> Money:
        return Money(sum(one.into.fen for one in self.lines))


def sheet(scope: ContractScope, span: Span) -> Sheet:
    """The books of a span, by the day on which things happened."""
    rows = sorted(Books(scope.session, scope.contract_id).batches(), key=lambda row: (row.happened_on, row.number))
    earlier = [row for row in rows if row.happened_on < span.first]
    own = [row for row in rows if span.first <= row.happened_on <= span.last]
    matches = {one.batch_id: one for one in Bank(scope.session, scope.contract_id).matches()}
    before = sum(-fen_of(row) for row in earlier)
    lines = day_lines(own, before, matches)
    postings = [
        (row, Account.of(line.debit), Account.of(line.credit), Money(line.amount_fen)) for row in own for line in row.lines
    ]
    after = lines[-1].balance if lines else Money(before)
    return Sheet(span, summaries(earlier, own), Money(before), lines, after, postings)


def moves(rows: Sequence[MoneyBatch]) -> list[Move]:
    return [Move(Account.of(line.debit), Account.of(line.credit), line.amount_fen) for row in rows for line in row.lines]


def summaries(earlier: Sequence[MoneyBatch], own: Sequence[MoneyBatch]) -> list[Summary]:
    before, change, listed = effects(moves(earlier)), effects(moves(own)), moves(own)
    found = []
    for line in CHART:
        debits = sum(move.fen for move in listed if move.debit is line.account)
        credits = sum(move.fen for move in listed if move.credit is line.account)
        start = before.get(line.account, 0)
        after = start + change.get(line.account, 0)
        found.append(Summary(line.account, Money(start), Money(debits), Money(credits), Money(after)))
    return found


def day_lines(rows: Sequence[MoneyBatch], before: int, matches: dict[int, BankMatch]) -> list[DayLine]:
    found, balance = [], before
    for row in rows:
        fen = fen_of(row)
        if fen == 0:
            continue  # nothing left the account or came back
        balance -= fen
        out, into = Money(max(-fen, 0)), Money(max(fen, 0))
        found.append(DayLine(row, PostingKind.of(row.kind).label, out, into, Money(balance), matches.get(row.id)))
    return found
