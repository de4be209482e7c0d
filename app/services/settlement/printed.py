"""The printed papers: 应付款核定单, 付款申请暨审批单, 履约验收书, 结算单."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from app.clock import business_day
from app.documents.paper.blocks import (
    Block,
    Cell,
    Column,
    Figure,
    Grid,
    Note,
    Pair,
    Pairs,
    Paper,
    Paragraph,
    Place,
    Proof,
    Signatures,
)
from app.security.money_terms import FundNature
from app.security.settlement_terms import Consent, InvoiceKind, InvoiceState, RequestState
from app.services.settlement.common import contract_of
from app.services.settlement.papers import required
from app.services.settlement.plan import account_of, plan_of
from app.services.settlement.words import in_words
from app.store import payments, settlement
from app.store.contracts import Contract, ContractScope
from app.store.money_funds import Funds
from app.store.payments import PaymentApproval, PaymentRequest
from app.store.settlement import SettlementStatement
from kpi.calendar import chinese_date
from kpi.quantities import Money

YUAN = "#,##0.00;-#,##0.00"


def sum_cell(fen: int | None) -> Cell:
    """A sum that a workbook computes with."""
    return "" if fen is None else Figure(str(Money(fen)), Decimal(fen).scaleb(-2), YUAN)


def day_of(moment: Any) -> str:
    return chinese_date(business_day(moment)) if moment is not None else ""


def facts(contract: Contract) -> list[Pair]:
    return [Pair("项目", contract.title), Pair("采购人", contract.buyer.name), Pair("供应商", contract.supplier.name)]


# -- 应付款核定单 -----------------------------------------------------------------------------------


def statement_paper(scope: ContractScope, row: SettlementStatement) -> Paper:
    """What is payable, line by line, with its basis and both signatures."""
    contract, account = contract_of(scope), account_of(scope, row)
    live = settlement.live(scope.session, scope.contract_id)[row.line].id == row.id
    mark = "" if live and account.signing is not None else "未签发" if live else "已被取代"
    return Paper(
        title="应付款核定单", number=f"第 {row.number} 号（第 {row.revision} 版）", look="sheet", mark=mark,
        day=business_day(row.made_at), sheet="核定单", blocks=list(_statement(contract, row, account)),
    )  # fmt: skip


def _statement(contract: Contract, row: SettlementStatement, account: Any) -> Iterator[Block]:
    content: dict[str, Any] = row.content
    yield Pairs([*facts(contract), Pair("款项", row.title), Pair("付款安排", content["plan"]), Pair("依据", basis_text(content))])
    if row.reason:
        yield Pairs([Pair("重新核定的理由", row.reason)])
    yield statement_grid(content)
    yield Pairs([Pair("本期应付款（大写）", content["in_words"]), Pair("本期应付款（小写）", sum_cell(row.payable_fen))])
    made, signed = Place("核定人", row.maker.display_name, day_of(row.made_at)), Place("签发人", seal=True)
    if (signing := account.signing) is not None:
        signed = Place("签发人", signing.signer.display_name, day_of(signing.signed_at), seal=True)
    yield Signatures([made, signed])
    told = [f"核定单校验值 {row.sha256}", "由签字考核的存档和本单所列数据可以重算出同样的金额。"]
    yield Proof(f"LYT-PAY:{row.number}\nSHA-256:{row.sha256}", told)


def basis_text(content: dict[str, Any]) -> str:
    """The signed result, in words."""
    basis = content["basis"]
    if "capsule" not in basis:
        return "合同约定的预付款，不以考核为依据"
    score = f"，得分 {basis['score']}" if basis["score"] is not None else ""
    tier = f"，{basis['tier']}" if basis["tier"] is not None else ""
    return f"第 {basis['assessment']} 次考核（{basis['from']} 至 {basis['to']}{score}{tier}），存档校验值 {basis['capsule'][:16]}"


def statement_grid(content: dict[str, Any]) -> Grid:
    columns = [Column("事项", 16), Column("条款", 8), Column("金额", 14, "right"), Column("怎样得出", 44)]
    rows: list[list[Cell]] = [[one["title"], one["clause"], sum_cell(one["fen"]), one["text"]] for one in content["lines"]]
    return Grid(columns, rows, strong=frozenset(at for at, one in enumerate(content["lines"]) if one["kind"] == "payable"))


# -- 付款申请暨审批单 (form 11) ----------------------------------------------------------------------


def request_paper(scope: ContractScope, row: PaymentRequest) -> Paper:
    """Base, reductions, earlier and present sums, 大写, invoice, account, attachments, the chain of opinions."""
    statement = row.statement
    state = RequestState.of(row.state)
    mark = {RequestState.WITHDRAWN: "已撤回", RequestState.WRONG: "发票不符", RequestState.DECLINED: "已退回"}.get(state, "")
    return Paper(
        title="付款申请暨审批单", number=f"第 {row.number} 号", look="sheet", mark=mark, day=business_day(row.requested_at),
        sheet="审批单", blocks=list(_request(scope, row, statement)),
    )  # fmt: skip


def _request(scope: ContractScope, row: PaymentRequest, statement: SettlementStatement) -> Iterator[Block]:
    contract = contract_of(scope)
    basis = f"应付款核定单第 {statement.number} 号（第 {statement.revision} 版），{basis_text(statement.content)}"
    yield Pairs([*facts(contract), Pair("款项", statement.title), Pair("核定依据", basis)])
    yield statement_grid(statement.content)
    before = sum(one["fen"] for one in statement.content["earlier"])
    yield Pairs([
        Pair("合同价款", sum_cell(contract.price_fen)), Pair("前期核定", sum_cell(before)),
        Pair("本期核定", sum_cell(statement.payable_fen)), Pair("本次申请", sum_cell(row.amount_fen)),
    ], beside=2)  # fmt: skip
    yield Pairs([Pair("本次申请支付（大写）", in_words(Money(row.amount_fen)))])
    payee = [Pair("收款单位", row.payee_name), Pair("开户银行", row.payee_bank), Pair("银行账号", row.payee_account)]
    yield Pairs([*payee, *_budgets(scope, row), *_invoices(scope, row)])
    yield Grid([Column("要件", 30), Column("情况", 60)], [[one.title, _paper_state(one)] for one in required(scope, row)], title="付款要件")
    yield from _opinions(scope, row)
    yield from _paid(scope, row)


def _budgets(scope: ContractScope, row: PaymentRequest) -> list[Pair]:
    """指标 and 科目 of the line, with what is allotted of each."""
    rows = [one for one in Funds(scope.session, scope.contract_id).allotments() if one.line == row.line]
    told = [
        "，".join(part for part in (one.fund.document, one.fund.project, one.fund.function_class, one.fund.economic_class,
                                   FundNature.of(one.fund.nature).label, str(Money(one.amount_fen))) if part)
        for one in rows
    ]  # fmt: skip
    return [Pair("指标、科目", "；".join(told) or "还没有分配指标")]


def _invoices(scope: ContractScope, row: PaymentRequest) -> Iterator[Pair]:
    for one in payments.invoices(scope.session, scope.contract_id, row.id):
        kind, state = InvoiceKind.of(one.kind).label, InvoiceState.of(one.state)
        result = "一致" if one.checked == "true" else "不一致"
        checked = f"；{day_of(one.checked_at)} {one.checker.display_name} 查验，{result}" if one.checker else ""
        word = "" if one.kind == InvoiceKind.RED or state is InvoiceState.STANDING else f"（{state.label}）"
        yield Pair(kind, f"{one.number}{word}，{Money(one.amount_fen)}，{one.issued_on} 开具{checked}")


def _paper_state(one: Any) -> str:
    if one.held:
        return str(one.held)
    if one.waiver is not None:
        return f"免交：{one.waiver.waiver}（{one.waiver.person.display_name}，{day_of(one.waiver.at)}）"
    return f"已交 {len(one.kept)} 份" if one.kept else "未交"


def _opinions(scope: ContractScope, row: PaymentRequest) -> Iterator[Block]:
    said = {one.position: one for one in payments.approvals(scope.session, scope.contract_id, [row.id]) if one.round == row.round}
    places = [Place("申请人（供应商）", row.requester.display_name, day_of(row.requested_at), seal=True)]
    places.append(Place("经办人（采购人）", row.submitter.display_name if row.submitter is not None else "", day_of(row.submitted_at)))
    places += [_said(station["role"], said.get(station["position"])) for station in row.chain]
    yield Signatures(places)


def _said(role: str, one: PaymentApproval | None) -> Place:
    """What a station said; a place for the pen where it has not yet."""
    if one is None:
        return Place(role)
    giver = f"（代 {one.giver.display_name}）" if one.giver is not None else ""
    note = Consent.of(one.consent).label + (f"：{one.note}" if one.note else "")
    return Place(role, one.user.display_name + giver, day_of(one.at), note=note)


def _paid(scope: ContractScope, row: PaymentRequest) -> Iterator[Block]:
    returned = payments.returns(scope.session, scope.contract_id)
    rows: list[list[Cell]] = [
        [str(one.attempt), one.paid_on.isoformat(), sum_cell(one.amount_fen), one.voucher, one.bank_reference,
         f"{returned[one.id].returned_on} 退票：{returned[one.id].reason}" if one.id in returned else "已支付"]
        for one in payments.records(scope.session, scope.contract_id, row.id)
    ]  # fmt: skip
    if rows:
        sums = [Column("次", 5), Column("日期", 12), Column("金额", 14, "right")]
        columns = [*sums, Column("凭证", 14), Column("银行流水", 20), Column("结果", 24)]
        yield Grid(columns, rows, title="支付记录")


# -- 结算单 ----------------------------------------------------------------------------------------


def sheet_paper(scope: ContractScope) -> Paper:
    """The whole plan: what each line comes to, what was paid."""
    view, contract = plan_of(scope), contract_of(scope)
    rows: list[list[Cell]] = [
        [one.line.title, sum_cell(one.amount.fen if one.amount is not None else None),
         sum_cell(one.reduced),
         sum_cell(one.payable.fen if one.payable is not None and one.state not in {"ready", "blocked"} else None),
         sum_cell(one.paid), one.word]
        for one in view.lines
    ]  # fmt: skip
    columns = [
        Column("款项", 24), Column("扣款前", 14, "right"), Column("扣款", 12, "right"), Column("核定应付", 14, "right"),
        Column("已付", 14, "right"), Column("状态", 14),
    ]  # fmt: skip
    total: list[Cell] = ["合计", "", sum_cell(view.sums["reduced"]), sum_cell(view.sums["stated"]), sum_cell(view.sums["paid"]), ""]
    stated, paid = (in_words(Money(view.sums[name])) for name in ("stated", "paid"))
    said = [Pair("核定应付合计（大写）", stated), Pair("已付合计（大写）", paid)]
    blocks: list[Block] = [
        Pairs([*facts(contract), Pair("付款安排", view.title), Pair("合同价款", sum_cell(contract.price_fen))]),
        Grid(columns, rows, total=total), Pairs(said),
        Paragraph("各期的计算依据见各期应付款核定单。"), Note("尚未核定的各期，金额按现有考核推算，不作为付款依据。"),
        Signatures([Place("采购人", seal=True), Place("供应商", seal=True)]),
    ]  # fmt: skip
    last = max((business_day(one.made_at) for one in view.past.live.values()), default=contract.starts_on)
    return Paper(title="结算单", look="sheet", day=last, sheet="结算单", blocks=blocks)


