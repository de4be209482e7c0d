"""The ledger of a contract as people read it: what each account holds, the check, the day book of one account."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from app.security.money_terms import CASH, CHART, SOURCES, Account, PostingKind, SourceKind
from app.store.contracts import Contract, ContractScope
from app.store.money import Books, MoneyBatch
from kpi.quantities import Money

PAGE = 50


@dataclass(frozen=True)
class Holding:
    """One account: what it holds, all that was debited and credited so far."""

    account: Account
    meaning: str
    balance: Money
    debits: Money
    credits: Money
    source: bool


@dataclass(frozen=True)
class Standing:
    """All accounts. `troubles`: where the books do not agree with themselves; there is nothing, ever."""

    holdings: tuple[Holding, ...]
    troubles: tuple[str, ...]

    @property
    def is_open(self) -> bool:
        return any(one.balance.fen or one.debits.fen or one.credits.fen for one in self.holdings)

    def of(self, account: Account) -> Money:
        """What the account holds."""
        return next(one.balance for one in self.holdings if one.account is account)

    @property
    def ceiling(self) -> Money:
        """合同价款 with its adjustments: what can be paid at most."""
        return self.of(Account.PRICE) + self.of(Account.AMENDMENTS)

    @property
    def cash(self) -> Money:
        """What has left the buyer's account and not come back."""
        return self.of(Account.PAID) + self.of(Account.ADVANCES) + self.of(Account.RECEIVABLE)


def standing(scope: ContractScope) -> Standing:
    """The balances, checked against the postings."""
    books = Books(scope.session, scope.contract_id)
    balances, turnover = books.balances(), books.turnover()
    reckoned = {account: credits - debits if account in SOURCES else debits - credits for account, (debits, credits) in turnover.items()}
    holdings = []
    for line in CHART:
        debits, credits = turnover[line.account]
        balance = Money(balances.get(line.account, 0))
        holdings.append(Holding(line.account, line.meaning, balance, Money(debits), Money(credits), line.source))
    return Standing(tuple(holdings), tuple(_troubles(balances, reckoned)))


def _troubles(balances: dict[Account, int], reckoned: dict[Account, int]) -> list[str]:
    told = [
        f"“{account.label}”的余额 {Money(balances.get(account, 0))} 与分录合计 {Money(fen)} 不一致"
        for account, fen in reckoned.items()
        if balances.get(account, 0) != fen
    ]
    origin = sum(reckoned[account] for account in SOURCES)
    places = sum(fen for account, fen in reckoned.items() if account not in SOURCES)
    if origin != places:
        told.append(f"合同价款与调整 {Money(origin)}，其余科目合计 {Money(places)}，两边不相等")
    return told


@dataclass(frozen=True)
class DayLine:
    """A line of the day book. In one account's book `balance` is what that account held then."""

    batch: MoneyBatch
    debit: Account
    credit: Account
    amount: Money
    balance: Money | None
    debited: bool
    reversed_by: MoneyBatch | None
    debit_after: Money
    credit_after: Money


@dataclass(frozen=True)
class DayBook:
    """A page of lines, the newest first; `before`: where the next page begins."""

    lines: tuple[DayLine, ...]
    before: int | None


def day_book(scope: ContractScope, account: Account | None = None, before: int | None = None, *, cash: bool = False) -> DayBook:
    """The postings of all accounts or of one. `cash`: payments and what came back alone, as the contractor sees."""
    books = Books(scope.session, scope.contract_id)
    kinds: Collection[PostingKind] | None = CASH if cash else None
    batches = books.batches(kinds=kinds, before=before, size=PAGE + 1)
    shown = batches[:PAGE]
    gone = books.reversals([row.id for row in shown])
    lines = tuple(line for row in shown for line in lines_of(row, account, gone))
    return DayBook(lines, shown[-1].number if len(batches) > PAGE else None)


def lines_of(row: MoneyBatch, account: Account | None, gone: dict[int, MoneyBatch]) -> list[DayLine]:
    """The lines of a batch, the latest first; those of one account alone where it is named."""
    found = []
    for line in reversed(row.lines):
        debit, credit = Account.of(line.debit), Account.of(line.credit)
        if account is not None and account not in {debit, credit}:
            continue
        after = line.debit_after if account is debit else line.credit_after
        found.append(
            DayLine(
                row, debit, credit, Money(line.amount_fen), None if account is None else Money(after), account is debit,
                gone.get(row.id), Money(line.debit_after), Money(line.credit_after),
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True)
class Opened:
    """One batch with its lines, what it reverses and what reverses it."""

    batch: MoneyBatch
    lines: tuple[DayLine, ...]
    reverses: MoneyBatch | None
    reversed_by: MoneyBatch | None
    beside: Sequence[MoneyBatch]


def opened(scope: ContractScope, batch_id: int) -> Opened | None:
    """A batch of the contract; `beside`: what else rests on the same source."""
    books = Books(scope.session, scope.contract_id)
    row = books.find(batch_id)
    if row is None:
        return None
    gone = books.reversals([row.id])
    beside = [one for one in books.of_source(SourceKind.of(row.source_kind), row.source_id) if one.id != row.id]
    lines = tuple(reversed(lines_of(row, None, gone)))
    return Opened(row, lines, books.find(row.reverses_id) if row.reverses_id else None, gone.get(row.id), beside)


def is_cash(row: MoneyBatch) -> bool:
    """Money that left or came back: what the contractor may see."""
    return PostingKind.of(row.kind) in CASH


def price_words(contract: Contract) -> str:
    """The price, or that there is none yet."""
    return "未填" if contract.price_fen is None else str(Money(contract.price_fen))
