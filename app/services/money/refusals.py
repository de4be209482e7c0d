"""Why a posting is impossible, in the words of whoever pays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.security.money_terms import CHART, Account
from app.store.money import Move, effects
from kpi.quantities import Money

WHY = {
    Account.OUTSTANDING: "合同价款（含调整）里没有结算的只剩 {left}，这次要用 {wanted}：计价和付款不能超过合同价款。"
    "请核对金额；确要增加，请先签补充协议并修改合同价款",
    Account.EARNED: "已计价、还没有核定的只有 {left}，这次要用 {wanted}。请核对结算单的计价、扣款和抵扣",
    Account.PAYABLE: "已核定、还没有付的只有 {left}，这次要付 {wanted}。不能多付；请核对是不是重复登记",
    Account.ADVANCES: "还没有抵扣的预付款只有 {left}，这次要抵扣 {wanted}。请核对预付款和以前各期的抵扣",
    Account.RETAINED: "留下的质保金只有 {left}，这次要用 {wanted}。"
    "已经认定不予返还的，先由分管领导撤销认定，再重新办理",
    Account.PAID: "已付的只有 {left}，这次要冲回 {wanted}。请核对是哪一笔付款",
    Account.REDUCTIONS: "已扣的只有 {left}，这次要冲回 {wanted}。请核对是哪一笔扣款",
    Account.RECEIVABLE: "应向供应商收回的只有 {left}，这次收回 {wanted}。请核对金额",
    Account.PRICE: "合同价款只有 {left}，不能减去 {wanted}。请核对",
}
FREE = frozenset(line.account for line in CHART if line.may_be_negative)


def below_nothing(balances: Mapping[Account, int], moves: Sequence[Move]) -> str:
    """The first account that the moves would leave below nothing, said in a sentence; empty where there is none."""
    for account, change in effects(moves).items():
        left = balances.get(account, 0)
        if account not in FREE and left + change < 0:
            return WHY[account].format(left=Money(left), wanted=Money(-change))
    return ""
