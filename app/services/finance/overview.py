"""The overview of a contract for finance: due, blocked and why, the cash calendar, what is to come, reductions by cause."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.security.money_terms import Account, PostingKind
from app.services import books
from app.services.act import Refused, found
from app.services.money import funds, reading
from app.services.money.due import DuePayment, Rules, due_payments
from app.services.money.reconciling import fen_of
from app.services.settlement.blocking import Blocker
from app.services.settlement.plan import LineView, PlanView, plan_of
from app.services.settlement.portions import pays_until
from app.services.settlement.releasing import Retained, retained
from app.store.contracts import Contract, ContractScope
from app.store.money import Books, MoneyBatch
from kpi.payments.decision import NOTHING
from kpi.quantities import Money

#: A line in one of these states is still to be paid.
COMING = frozenset({"ready", "blocked", "later"})


@dataclass(frozen=True)
class Blocked:
    """A payment that cannot go on: for want of a budget (`budget`), or by the contract (`frozen`); they are two things."""

    title: str
    amount: Money | None
    budget: str
    frozen: tuple[Blocker, ...]


@dataclass(frozen=True)
class Month:
    """One month of the cash calendar: paid, owed, expected. `left`: of the price less reductions, after it."""

    first: date
    paid: Money
    owed: Money
    expected: Money
    left: Money

    @property
    def whole(self) -> Money:
        return self.paid + self.owed + self.expected

    @property
    def moves(self) -> bool:
        return any(one.fen for one in (self.paid, self.owed, self.expected))


@dataclass(frozen=True)
class Coming:
    """A payment that is to come: about when, and how much as far as that can be said."""

    title: str
    on: date
    amount: Money | None
    text: str


@dataclass(frozen=True)
class Cause:
    """Reductions for one reason."""

    cause: str
    clause: str
    number: int
    amount: Money
    batches: tuple[MoneyBatch, ...]


@dataclass(frozen=True)
class Overview:
    """Everything of the page. `ceiling`: the price with its adjustments, also before the books are open."""

    standing: reading.Standing
    due: Sequence[DuePayment]
    blocked: Sequence[Blocked]
    frozen: Sequence[Blocker]
    months: Sequence[Month]
    coming: Sequence[Coming]
    causes: Sequence[Cause]
    unplanned: str
    retained: Sequence[Retained] = ()
    ceiling: Money = NOTHING

    @property
    def overdue(self) -> list[DuePayment]:
        return [one for one in self.due if one.late_days > 0]

    @property
    def interest(self) -> Money:
        return Money(sum(one.clocks.interest.fen for one in self.due))


def overview(scope: ContractScope, today: date) -> Overview:
    """All of it; where the rulebook has no payments the page says so and shows what there is."""
    contract = found(scope.contract())
    plan, unplanned = _plan(scope)
    book = books.book_of(scope, contract).rulebook if contract.rulebook_text_id is not None else None
    rules = Rules(
        lambda: {contract.id: book} if book is not None else {}, lambda: books.calendar(scope.session, provisional=True)
    )
    due = due_payments(scope.session, [contract.id], rules, today)
    batches = Books(scope.session, scope.contract_id).batches()
    standing = reading.standing(scope)
    ceiling = standing.ceiling if standing.is_open else Money(contract.price_fen or 0)
    kept = retained(plan) if standing.of(Account.RETAINED).fen else []
    coming = tuple(_coming(plan, contract, {one.line: one.amount for one in kept}, today)) if plan is not None else ()
    return Overview(
        standing, due, tuple(_blocked(scope, plan, due, today)), plan.next.blockers if plan is not None and plan.next else (),
        months(contract, batches, due, coming, ceiling - standing.of(Account.REDUCTIONS), today), coming, tuple(causes(batches)),
        unplanned, kept, ceiling,
    )  # fmt: skip


def _plan(scope: ContractScope) -> tuple[PlanView | None, str]:
    try:
        return plan_of(scope), ""
    except Refused as refused:
        return None, refused.message


def _blocked(scope: ContractScope, plan: PlanView | None, due: Sequence[DuePayment], today: date) -> Iterable[Blocked]:
    """What is owed without a budget; what the contract does not let through."""
    wanted = {one.owed.line: one.open for one in due}
    for line, said in funds.covers(scope, wanted, today).items():
        title = next(one.owed.title for one in due if one.owed.line == line)
        yield Blocked(title, wanted[line], said, ())
    for one in plan.lines if plan is not None else ():
        if one.blockers:
            yield Blocked(one.line.title, one.amount - one.forfeited if one.amount is not None else None, "", one.blockers)


# -- the cash calendar and what is to come ---------------------------------------------------------


def _coming(plan: PlanView, contract: Contract, kept: Mapping[str, Money], today: date) -> Iterable[Coming]:
    """Lines that are not stated yet: equal instalments at the end of their part of the term, the others spread evenly over
    what is left of it, the last one at its end."""
    lines = [one for one in plan.lines if one.state in COMING]
    start = max(today, contract.starts_on)
    rest = max((contract.ends_on - start).days, 0)
    for place, one in enumerate(lines, 1):
        part = pays_until(contract, one.tranche, one.line, [each.line for each in plan.lines])
        on = max(part, today) if part is not None else start + timedelta(days=rest * place // len(lines))
        yield Coming(one.line.title, on, kept.get(one.line.id, _expected(one)), one.line.explanation.replace(";", "；"))


def _expected(one: LineView) -> Money | None:
    amount = one.payable if one.payable is not None else one.amount
    return amount if amount is None or amount.fen >= 0 else Money(0)


def months(
    contract: Contract, batches: Sequence[MoneyBatch], due: Sequence[DuePayment], coming: Sequence[Coming],
    payable: Money, today: date,
) -> tuple[Month, ...]:  # fmt: skip
    """The months in which something moves or is to move, and the present one. `payable`: the price less what was reduced."""
    paid: defaultdict[date, int] = defaultdict(int)
    owed: defaultdict[date, int] = defaultdict(int)
    expected: defaultdict[date, int] = defaultdict(int)
    for row in batches:
        if fen := fen_of(row):
            paid[first_of(row.happened_on)] -= fen
    for one in due:
        owed[first_of(max(one.clocks.binding or today, today))] += one.open.fen
    for each in coming:
        expected[first_of(each.on)] += each.amount.fen if each.amount is not None else 0
    left, listed = payable.fen, list[Month]()
    days = [first_of(contract.starts_on), first_of(contract.ends_on), first_of(today), *owed, *expected, *paid]
    for day in between(min(days), max(days)):
        left -= paid[day] + owed[day] + expected[day]
        month = Month(day, Money(paid[day]), Money(owed[day]), Money(expected[day]), Money(left))
        if month.moves or day == first_of(today):
            listed.append(month)
    return tuple(listed)


def first_of(day: date) -> date:
    return day.replace(day=1)


def between(first: date, last: date) -> Iterable[date]:
    """The first days of the months from one to another."""
    day = first
    while day <= last:
        yield day
        day = first_of(day + timedelta(days=32))


# -- reductions -----------------------------------------------------------------------------------


def causes(batches: Sequence[MoneyBatch]) -> Iterable[Cause]:
    """What was reduced and not taken back, by its reason, the largest first."""
    gone = {row.reverses_id for row in batches}
    groups: dict[tuple[str, str], list[MoneyBatch]] = defaultdict(list)
    for row in batches:
        if row.kind == PostingKind.REDUCTION.value and row.id not in gone:
            groups[row.cause or row.summary, row.clause].append(row)
    found_causes = [
        Cause(cause, clause, len(rows), Money(sum(line.amount_fen for row in rows for line in row.lines)), tuple(rows))
        for (cause, clause), rows in groups.items()
    ]
    return sorted(found_causes, key=lambda one: -one.amount.fen)
