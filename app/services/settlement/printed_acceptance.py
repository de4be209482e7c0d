"""The printed papers of an acceptance: 阶段核验/验收申请报告, 履约验收书."""

from __future__ import annotations

from collections.abc import Iterator

from app.documents.paper.blocks import Block, Column, Grid, Heading, Pair, Pairs, Paper, Place, Signatures
from app.security.settlement_terms import ClauseResult
from app.services.settlement.applying import Application
from app.services.settlement.common import contract_of
from app.services.settlement.printed import day_of, facts
from app.store import settlement
from app.store.contracts import ContractScope
from app.store.settlement import Acceptance
from kpi.calendar import chinese_date

# -- 阶段核验/验收申请报告 (form 9) -------------------------------------------------------------------


def application_paper(scope: ContractScope, row: Application) -> Paper:
    """What was done, what is handed in, until when the buyer checks."""
    contract, title = contract_of(scope), f"{row.stage}申请报告"
    days = f"收到申请后 {row.agreed}内" if row.days is not None else "合同没有约定，由采购人确定"
    until = f"，即 {chinese_date(row.due.on)} 前{'（暂定）' if row.due.provisional else ''}" if row.due is not None else ""
    blocks: list[Block] = [
        Pairs([*facts(contract), Pair("申请核验（验收）的款项", row.title), Pair("申请日期", chinese_date(row.applied_on))]),
        Pairs([Pair("完成情况和自查整改情况", row.event.note, 6), Pair("采购人核验期限", f"{days}{until}")]),
        Grid([Column("应附材料", 60), Column("本次提交", 20)], [[one, ""] for one in row.papers], title="所附材料"),
        Pairs([Pair("随申请上传", f"{len(row.files)} 份")]),
        Signatures([Place("供应商", row.event.actor.display_name, seal=True), Place("采购人收件")]),
    ]  # fmt: skip
    return Paper(title=title, look="sheet", day=row.applied_on, sheet="申请报告", blocks=blocks)


# -- 履约验收书 (form 10) ---------------------------------------------------------------------------


def acceptance_paper(scope: ContractScope, row: Acceptance) -> Paper:
    """Each clause's result, third parties, the people served, the group's opinion, each member's signature."""
    mark = {"draft": "验收中", "void": "已作废"}.get(row.state, "")
    return Paper(
        title="履约验收书", number=f"第 {row.number} 号", look="sheet", mark=mark, day=row.concluded_on or row.appointed_on,
        sheet="验收书", blocks=list(_acceptance(scope, row)),
    )  # fmt: skip


def _acceptance(scope: ContractScope, row: Acceptance) -> Iterator[Block]:
    group = f"{row.appointment}，{chinese_date(row.appointed_on)}组成"
    yield Pairs([*facts(contract_of(scope)), Pair("验收的款项", row.title), Pair("验收工作组", group)])
    columns = [Column("条款", 10), Column("约定", 40), Column("结果", 10, "center"), Column("情况", 28)]
    rows = [[one["clause"], one["title"], ClauseResult.of(one["result"]).label, one["note"]] for one in row.clauses]
    yield Grid(columns, rows, title="各条款验收结果")
    others = [Pair("第三方意见", row.third_parties or "无", 2), Pair("服务对象意见", row.served or "无", 2)]
    conclusion = {"passed": "验收合格", "failed": "验收不合格"}.get(row.state, "")
    day = f"（{chinese_date(row.concluded_on)}）" if row.concluded_on is not None and conclusion else ""
    yield Pairs([*others, Pair("验收组意见", row.opinion, 2), Pair("验收结论", f"{conclusion}{day}")])
    yield Heading("成员意见", 2)
    places = []
    for one in settlement.members(scope.session, scope.contract_id, row.id):
        given = "" if one.agrees is None else f"{'同意' if one.agrees else '不同意'}：{one.opinion}"
        said = given if one.recused_at is None else f"回避：{one.recusal}"
        who = f"{'组长' if one.head else '成员'}（{one.unit}）"
        places.append(Place(who, one.user.display_name, day_of(one.given_at or one.recused_at), note=said))
    yield Signatures(places)
    yield Signatures([Place("采购人", seal=True), Place("供应商", seal=True)])
