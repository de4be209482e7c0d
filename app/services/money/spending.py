"""Payments out of budgets: what each line has used of which 指标, what one more payment takes, and why it cannot.

A payment is taken from the budgets that its line has been allotted and that the treasury has not closed on the day of
payment, the one that closes first before the others. What a payment took is kept with it; payments made before that
was kept count as taken in the same order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from app.services.act import Act, Refused
from app.store.contracts import ContractScope
from app.store.money_funds import FundAllotment, Funds, FundSource, Spending
from kpi.quantities import Money

#: Fen by the id of the budget.
Shares = dict[int, int]


@dataclass(frozen=True)
class Purse:
    """What a line has been allotted and has not paid out yet, by budget."""

    sources: Mapping[int, FundSource] = field(default_factory=dict)
    left: Mapping[int, int] = field(default_factory=dict)

    def open_on(self, day: date) -> Shares:
        """What can be paid on a day, the budget that closes first before the others."""
        rows = [self.sources[key] for key, fen in self.left.items() if fen > 0]
        usable = [row for row in rows if row.closes_on is None or day <= row.closes_on]
        return {row.id: self.left[row.id] for row in sorted(usable, key=_closing)}

    def closed_on(self, day: date) -> list[FundSource]:
        """Budgets with something left that can no longer be paid from."""
        return [row for key, row in self.sources.items() if self.left[key] > 0 and row.closes_on is not None and row.closes_on < day]

    def take(self, fen: int, day: date) -> tuple[Shares, int]:
        """The parts of a payment by budget, and what no budget is there for."""
        parts: Shares = {}
        for key, left in self.open_on(day).items():
            if fen <= 0:
                break
            parts[key] = min(fen, left)
            fen -= parts[key]
        return parts, fen

    def why_not(self, fen: int, day: date) -> str:
        """Why so much cannot be paid on a day and who sees to it; empty where it can."""
        _, missing = self.take(fen, day)
        if missing == 0:
            return ""
        if closed := self.closed_on(day):
            named = "、".join(f"“{row.document}”已在 {row.closes_on} 关账" for row in closed)
            return f"指标{named}，之后不能再支付，还差 {Money(missing)}；由财务人员退回没有用完的分配，换一个没有关账的指标分配给这一期"
        return f"无指标：还差 {Money(missing)} 没有资金来源，由财务人员在“资金来源”登记下达的指标文件并分配给这一期"


def _closing(row: FundSource) -> tuple[date, int]:
    return row.closes_on or date.max, row.id


def purses(allotments: Iterable[FundAllotment], spent: Iterable[Spending]) -> dict[str, Purse]:
    """The purse of every line that has been allotted something."""
    sources: dict[str, dict[int, FundSource]] = defaultdict(dict)
    left: dict[str, dict[int, int]] = defaultdict(dict)
    for one in allotments:
        sources[one.line][one.fund_id] = one.fund
        left[one.line][one.fund_id] = left[one.line].get(one.fund_id, 0) + one.amount_fen
    for each in spent:
        held = Purse(sources[each.line], left[each.line])
        parts = each.funds if each.funds is not None else held.take(each.fen, each.on)[0]
        for key, fen in parts.items():
            left[each.line][key] = left[each.line].get(key, 0) - fen
    return {line: Purse(sources[line], {key: fen for key, fen in left[line].items() if key in sources[line]}) for line in sources}


def purses_of(scope: ContractScope) -> dict[str, Purse]:
    """As they are now."""
    funds = Funds(scope.session, scope.contract_id)
    allotments = funds.allotments()
    return purses(allotments, funds.spending()) if allotments else {}


def lacking(scope: ContractScope, line: str, amount: Money, today: date) -> Money:
    """What no budget is there for of a sum of a line."""
    return Money(purses_of(scope).get(line, Purse()).take(amount.fen, today)[1])


def spent_by_source(held: Mapping[str, Purse], allotments: Iterable[FundAllotment]) -> Shares:
    """What was paid out of each budget and did not come back: all that was allotted less what lines still have."""
    found = defaultdict[int, int](int)
    for one in allotments:
        found[one.fund_id] += one.amount_fen
    for purse in held.values():
        for key, fen in purse.left.items():
            found[key] -= fen
    return found


def draw(act: Act, scope: ContractScope, line: str, amount: Money, on: date) -> list[tuple[FundSource, Money]]:
    """What a payment takes of the budgets of its line. Refused where they do not reach: 无指标不得支付.

    The budgets are held until the transaction ends: what is released or allotted beside it waits.
    """
    funds = Funds(act.session, scope.contract_id)
    for key in sorted({one.fund_id for one in funds.allotments() if one.line == line}):
        funds.hold(FundSource, key)
    purse = purses_of(scope).get(line, Purse())
    if why := purse.why_not(amount.fen, on):
        raise Refused(f"不能支付。{why}。分配以后接着登记，已办的审批不用重走；法定付款期限不因无指标停走")
    return [(purse.sources[key], Money(fen)) for key, fen in purse.take(amount.fen, on)[0].items()]


def words(parts: Iterable[tuple[FundSource, Money]]) -> str:
    """Budgets and sums, for the history and for print."""
    return "、".join(f"{row.document} {amount}" for row, amount in parts)
