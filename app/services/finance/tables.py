"""The overview and the reconciliation sheet as tables of a workbook."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from app.documents.entry_table import Kind
from app.documents.money_book import Table
from app.services.finance.overview import Overview
from app.services.finance.sheet import Sheet
from kpi.quantities import Money

#: A name and four sums.
FOUR: tuple[Kind, ...] = ("text", "money", "money", "money", "money")
SIGNED = ("", "制表：                复核：                财务负责人：                日期：")


def yuan(money: Money | None) -> Decimal | None:
    """Yuan with two places; None where there is no sum."""
    return None if money is None else Decimal(money.fen).scaleb(-2)


def sheet_tables(held: Sheet, contract: str, today: date) -> list[Table]:
    """对账表: accounts, the day book of payments, every posting."""
    above = (f"{contract}　对账表　{held.span.label}", f"{held.span.first} 至 {held.span.last}，{today} 制")
    accounts = [
        (one.account.label, yuan(one.before), yuan(one.debits), yuan(one.credits), yuan(one.after)) for one in held.summaries
    ]
    days = [
        (
            str(one.batch.happened_on), one.batch.number, one.kind, one.batch.summary, yuan(one.out), yuan(one.into), yuan(one.balance),
            f"{one.match.line.booked_on} {one.match.line.bank_reference}" if one.match is not None else "未对上",
        )
        for one in held.lines
    ]  # fmt: skip
    postings = [
        (str(row.happened_on), row.number, row.summary, debit.label, credit.label, yuan(amount), row.clause)
        for row, debit, credit, amount in held.postings
    ]
    opened = f"期初累计付出 {held.before}；期末累计付出 {held.after}；没有与银行流水对上的 {len(held.open_lines)} 笔"
    return [
        Table(
            "科目余额", above, ("科目", "期初余额", "本期借方", "本期贷方", "期末余额"), FOUR, accounts,
            below=SIGNED,
        ),
        Table(
            "付款日记账", (*above, opened), ("日期", "分录号", "业务", "摘要", "付出", "收回", "累计付出", "银行流水"),
            ("text", "number", "text", "text", "money", "money", "money", "text"), days,
            ("本期合计", None, "", "", yuan(held.out), yuan(held.into), yuan(held.after), ""), SIGNED,
        ),
        Table(
            "分录明细", above, ("日期", "分录号", "摘要", "借方科目", "贷方科目", "金额", "条款"),
            ("text", "number", "text", "text", "text", "money", "text"), postings,
        ),
    ]  # fmt: skip


def retained_tables(held: Overview, above: tuple[str, str]) -> list[Table]:
    """What is held back, where something is."""
    rows = [(one.title, one.clause, yuan(one.amount), one.word, one.text) for one in held.retained]
    table = Table("保留的质保金", above, ("款项", "条款", "还保留", "状态", "说明"), ("text", "text", "money", "text", "text"), rows)
    return [table] if rows else []


def overview_tables(held: Overview, contract: str, today: date) -> list[Table]:
    """财务总览: due, blocked, what is retained, the cash calendar, what is to come, reductions by cause."""
    above = (f"{contract}　财务总览", f"{today} 制")
    due = [
        (
            one.owed.title, one.state, yuan(one.open), str(one.clocks.binding or "未起算"), one.late_days, yuan(one.clocks.interest),
            "；".join(f"{each.title}：{each.due.on if each.due else each.waits}" for each in one.clocks.every),
        )
        for one in held.due
    ]  # fmt: skip
    blocked = [
        (one.title, yuan(one.amount), one.budget, "；".join(f"{each.text}（由{each.who}办理）" for each in one.frozen))
        for one in held.blocked
    ]
    calendar = [(f"{one.first:%Y-%m}", yuan(one.paid), yuan(one.owed), yuan(one.expected), yuan(one.left)) for one in held.months]
    coming = [(one.title, f"{one.on:%Y-%m}", yuan(one.amount), one.text) for one in held.coming]
    causes = [(one.cause, one.clause, one.number, yuan(one.amount)) for one in held.causes]
    return [
        Table(
            "应付与逾期", above, ("款项", "状态", "未付", "最迟付款日", "逾期天数", "逾期利息", "期限"),
            ("text", "text", "money", "text", "number", "money", "text"), due,
        ),
        Table("受阻", above, ("款项", "金额", "无指标", "合同冻结"), ("text", "money", "text", "text"), blocked),
        *retained_tables(held, above),
        Table("资金日历", above, ("月份", "已付", "应付", "预计", "合同余额"), FOUR, calendar),
        Table("以后各期", above, ("款项", "估计月份", "预计金额", "怎样算"), ("text", "text", "money", "text"), coming),
        Table("扣款原因", above, ("原因", "条款", "笔数", "金额"), ("text", "text", "number", "money"), causes),
    ]  # fmt: skip
