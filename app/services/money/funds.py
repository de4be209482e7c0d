"""资金来源: the budgets that a contract is paid from, what lines have been allotted of them, and what is missing.

无指标 (no budget) is one thing, 合同冻结 (the contract itself stops a payment) another: this module knows the first alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.security.money_terms import FundNature
from app.services.act import Act, Refused, found
from app.services.money import spending
from app.services.money.amounts import amount_of
from app.services.money.spending import Purse
from app.store import settlement
from app.store.contracts import ContractScope
from app.store.money_funds import FundAllotment, Funds, FundSource
from kpi.quantities import Money


@dataclass(frozen=True)
class Budget:
    """A budget as typed."""

    document: str
    project: str
    function_class: str
    economic_class: str
    nature: FundNature
    amount: str
    closes_on: date | None
    note: str


def add_source(act: Act, scope: ContractScope, given: Budget) -> FundSource:
    """Registers a budget; its number, project and economic class together stand once in a contract."""
    funds, amount = Funds(act.session, scope.contract_id), amount_of(given.amount, what="指标金额")
    document, project = given.document.strip(), given.project.strip()
    if not document or not project:
        raise Refused("请填写指标文号和项目", "document" if not document else "project")
    if given.closes_on is not None and given.closes_on < act.today:
        raise Refused("关账日已经过了，这个指标今年不能再支付；请核对日期", "closes_on")
    if funds.source_taken(document, project, given.economic_class.strip()):
        raise Refused("这个指标（文号、项目、经济分类都相同）已经登记过了；金额有变请用“调整”", "document")
    row = funds.add(
        FundSource(
            document=document[:80], project=project[:120], function_class=given.function_class.strip(),
            economic_class=given.economic_class.strip(), nature=given.nature.value, amount_fen=amount.fen, closes_on=given.closes_on,
            note=given.note.strip(), added_by=act.person().user_id, added_at=act.now,
        )
    )  # fmt: skip
    act.record("fund.added", "fund", row.id, scope.contract_id, amount_fen=row.amount_fen, source=document)
    return row


def change_source(act: Act, scope: ContractScope, fund_id: int, amount: str, closes_on: date | None, reason: str, seen: int) -> FundSource:
    """追加 or 收回 of a budget: another amount, another closing day. Never below what has been allotted."""
    settlement.hold(act.session, scope.contract_id)
    row = found(Funds(act.session, scope.contract_id).hold(FundSource, fund_id))
    if row.version != seen:
        raise Refused("这个指标刚刚被别人改过，请刷新页面后再改")
    wanted = amount_of(amount, what="指标金额")
    if wanted.fen < row.used_fen:
        raise Refused(f"已经分配了 {Money(row.used_fen)}，指标金额不能低于它；请先退回分配", "amount")
    if not reason.strip():
        raise Refused("请写明调整的依据，例如追加或收回指标的文号", "reason")
    earlier = told_of(row)
    row.amount_fen, row.closes_on = wanted.fen, closes_on
    row.note = f"{row.note}\n{act.today} 调整：{reason.strip()}".strip()
    act.session.flush()
    said = {"earlier": earlier, "now": told_of(row), "reason": reason.strip()}
    act.record("fund.changed", "fund", row.id, scope.contract_id, **said)
    return row


def told_of(row: FundSource) -> list[str]:
    """What can change of a budget, for the audit log."""
    return [f"金额：{Money(row.amount_fen)}", f"关账日：{row.closes_on or '无'}"]


def allot(act: Act, scope: ContractScope, fund_id: int, line: str, amount: str) -> FundAllotment:
    """Allots a sum of a budget to a line of the payment plan, as far as there is a balance, up to the closing day."""
    funds, wanted = Funds(act.session, scope.contract_id), amount_of(amount)
    if not line.strip():
        raise Refused("请选择付款计划里的一期", "line")
    settlement.hold(act.session, scope.contract_id)
    row = found(funds.hold(FundSource, fund_id))
    if row.closes_on is not None and row.closes_on < act.today:
        raise Refused(f"这个指标已在 {row.closes_on} 关账，不能再分配；请换一个指标，或在下一年度重新下达", "fund_id")
    left = Money(row.amount_fen - row.used_fen)
    if wanted > left:
        raise Refused(f"这个指标只剩 {left}，不够分配 {wanted}；请减少金额，或用另一个指标补足", "amount")
    row.used_fen += wanted.fen
    made = funds.add(
        FundAllotment(
            fund_id=row.id, line=line.strip(), amount_fen=wanted.fen, allotted_by=act.person().user_id, allotted_at=act.now
        )
    )
    act.record("fund.allotted", "fund", row.id, scope.contract_id, line=made.line, amount_fen=made.amount_fen)
    return made


def release(act: Act, scope: ContractScope, allotment_id: int, reason: str) -> FundAllotment:
    """退回分配: what was not paid of it is free for another line; what was paid stays allotted."""
    funds = Funds(act.session, scope.contract_id)
    settlement.hold(act.session, scope.contract_id)  # payments take turns there too
    made = found(funds.hold(FundAllotment, allotment_id))
    if made.released_at is not None:
        raise Refused("这笔分配已经退回了")
    if not reason.strip():
        raise Refused("请写明退回的理由", "reason")
    row = found(funds.hold(FundSource, made.fund_id))
    free = _free(scope, made)
    if free == 0:
        raise Refused("这笔分配已经全部支付，不能退回；付款被银行退回（退票）以后才有余额")
    row.used_fen -= free
    made.released_by, made.released_at, made.reason = act.person().user_id, act.now, reason.strip()
    act.session.flush()
    if (kept := made.amount_fen - free) > 0:
        funds.add(
            FundAllotment(
                fund_id=row.id, line=made.line, amount_fen=kept, allotted_by=made.allotted_by, allotted_at=made.allotted_at
            )
        )
    act.record("fund.released", "fund", row.id, scope.contract_id, line=made.line, amount_fen=free, kept_fen=kept, reason=made.reason)
    return made


def _free(scope: ContractScope, made: FundAllotment) -> int:
    """How much of an allotment has not been paid out, in fen; payments use the others of its line and budget up first."""
    purse = spending.purses_of(scope).get(made.line)
    left = purse.left.get(made.fund_id, 0) if purse is not None else 0
    return max(min(left, made.amount_fen), 0)


def covers(
    scope: ContractScope, wanted: Mapping[str, Money], today: date, held: Mapping[str, Purse] | None = None
) -> dict[str, str]:
    """Why each line's sum could not be paid from budgets today, by line; lines that can be paid are left out.

    `held`: the purses of all lines, where they are at hand.
    """
    if not wanted:
        return {}
    held = held if held is not None else spending.purses_of(scope)
    told = {line: held.get(line, Purse()).why_not(amount.fen, today) for line, amount in wanted.items()}
    return {line: why for line, why in told.items() if why}
