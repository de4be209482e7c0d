"""银行对账: the bank's files, their columns, proposals that one key confirms, what is matched with nothing."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from wtforms import FileField

from app.security.money_terms import BankColumn, PostingKind
from app.services.act import Refused, found
from app.services.imports import grid
from app.services.money import bank_importing, reconciling
from app.services.money.bank_importing import Received
from app.services.money.bank_reading import Columns, guessed
from app.services.money.reconciling import Payment, Proposal
from app.store.contracts import organisation_by_id
from app.store.money_bank import Bank, BankLine, BankMatch
from app.web.access import as_member, current_contract, current_scope, in_contract
from app.web.bodies import largest_body, looks_first
from app.web.forms import Form
from app.web.htmx import redirect_to, render
from app.web.money.blueprint import BANK, KEEPERS, bp
from app.web.money.forms import MatchForm
from app.web.money.shared import address, keeps, page
from app.web.transaction import act_now, begin_writing, perform
from kpi.quantities import Money

FORM_BYTES = 1024 * 1024
PAGE = 50
MOST_DIGITS = 15


class UploadForm(Form):
    file = FileField("银行流水")


class ColumnsForm(Form):
    """Which column is what; the fields stand in the page."""


@bp.get("/bank", endpoint="bank")
@as_member(*BANK)
def every(contract_id: int) -> Response:
    return bank_page(UploadForm(formdata=None))


def bank_page(form: Form, status: int = 200) -> Response:
    scope = current_scope()
    bank, held = Bank(scope.session, scope.contract_id), reconciling.standing(scope)
    near, lines = request.args.get("all") is None, listed(bank, held)
    shown = lines[:PAGE]
    next_url = address("bank", before=shown[-1].id, all=None if near else 1) if len(lines) > PAGE else ""
    return page(
        "money/bank.html", "bank", status=status, form=form, held=held, may_keep=keeps(), files=files_of(bank), near=near,
        proposals=[proposal_line(one) for one in held.proposals], waiting=[payment_line(one) for one in held.waiting],
        matches=[match_line(one, held) for one in held.matches], lines=[line_of(one) for one in shown], next_url=next_url,
        all_url=address("bank", all=1), near_url=address("bank"), sure=sum(one.sure for one in held.proposals),
    )  # fmt: skip


def files_of(bank: Bank) -> list[dict[str, Any]]:
    """Files with whether they wait for their columns: those have no lines yet."""
    return [{"row": one, "raw_waits": one.first_on is None} for one in bank.statements()]


def listed(bank: Bank, held: reconciling.Standing) -> list[BankLine]:
    """Unmatched lines: those that could concern the contract, or all of them."""
    before = request.args.get("before", "")
    at = int(before) if before.isascii() and before.isdigit() and len(before) <= MOST_DIGITS else None
    if request.args.get("all") is not None:
        return list(bank.lines(matched=False, before=at, size=PAGE + 1))
    supplier = organisation_by_id(bank.session, current_contract().supplier_id)
    amounts = {one.fen for one in held.unmatched}
    return list(bank.lines(matched=False, amounts=amounts, payee=supplier.name if supplier else "", before=at, size=PAGE + 1))


def line_of(row: BankLine) -> dict[str, Any]:
    sum_, left = Money(abs(row.amount_fen)), row.amount_fen < 0
    return {"row": row, "out": sum_ if left else "", "into": "" if left else sum_}


def payment_line(one: Payment) -> dict[str, Any]:
    return {
        "row": one.batch, "kind": PostingKind.of(one.batch.kind).label, "amount": Money(abs(one.fen)), "out": one.fen < 0,
        "url": address("batch", posting_id=one.batch.id), "reference": one.bank_reference,
    }  # fmt: skip


def proposal_line(one: Proposal) -> dict[str, Any]:
    return {"proposal": one, "payment": payment_line(one.payment), "line": line_of(one.line)}


def match_line(one: BankMatch, held: reconciling.Standing) -> dict[str, Any]:
    known = held.payments.get(one.batch_id)
    return {
        "row": one, "payment": payment_line(known) if known is not None else None, "line": line_of(one.line),
        "undo_url": address("undo_match", match_id=one.id) if keeps() else "",
    }  # fmt: skip


@bp.post("/bank", endpoint="upload_bank")
@in_contract(*KEEPERS)
@largest_body(grid.MOST_BYTES + FORM_BYTES)
@looks_first
def upload(contract_id: int) -> Response:
    form = UploadForm()
    received = read_file(form)
    if received is None:
        return bank_page(form, 422)
    begin_writing()
    done = perform(form, lambda act: bank_importing.keep(act, current_scope(), received))
    if done is None:
        return bank_page(form, 422)
    row = done.value
    if row.raw is not None:
        told = "第一次见到这种表头，请指定各列是什么；以后自动用。"
        return redirect_to(address("bank_columns", bank_file_id=row.id), told=told, kind="info")
    return redirect_to(address("bank"), told=said(row))


def said(row: Any) -> str:
    """What came of an import, in a sentence."""
    more = f"，{row.repeated:,} 笔以前已有" if row.repeated else ""
    skipped = f"，{len(row.skipped)} 行没有收（见文件）" if row.skipped else ""
    return f"已导入 {row.lines:,} 笔流水{more}{skipped}。"


def read_file(form: UploadForm) -> Received | None:
    """The file, read before anything is written; None with the reason in the form."""
    sent = form.file.data
    if not form.validate_on_submit() or not sent or not sent.filename:
        form.refuse("file", "请选择要导入的文件")
        return None
    try:
        received = bank_importing.receive(sent.filename, sent.stream.read(grid.MOST_BYTES + 1))
        bank_importing.check_new(current_scope(), received.sha256)
    except Refused as refused:
        form.refuse("file", refused.message)
        return None
    return received


@bp.get("/bank/<int:bank_file_id>", endpoint="bank_file")
@as_member(*BANK)
def one_file(contract_id: int, bank_file_id: int) -> Response:
    bank = Bank(current_scope().session, contract_id)
    row = found(bank.statement(bank_file_id))
    lines = bank.lines(statement_id=row.id, size=PAGE)
    return render("money/bank_file.html", row=row, lines=[line_of(each) for each in lines], back=("银行对账", address("bank")))


@bp.route("/bank/<int:bank_file_id>/columns", methods=["GET", "POST"])
@in_contract(*KEEPERS)
def bank_columns(contract_id: int, bank_file_id: int) -> Response:
    form, scope = ColumnsForm(), current_scope()
    row = found(Bank(scope.session, contract_id).statement(bank_file_id, raw=True))
    if row.raw is None:
        return redirect_to(address("bank"), told="这份流水已经导入了。", kind="info")
    if done := perform(form, lambda act: bank_importing.choose(act, scope, bank_file_id, chosen())):
        return redirect_to(address("bank"), told=said(done.value))
    received = bank_importing.unpacked(row)
    given = chosen() if request.method == "POST" else guessed(received.look.headings)
    status = 422 if request.method == "POST" else 200
    return render(
        "money/bank_columns.html", status=status, form=form, row=row, look=received.look, columns=list(BankColumn), given=given.by,
        back=("银行对账", address("bank")), action=address("bank_columns", bank_file_id=row.id),
    )  # fmt: skip


def chosen() -> Columns:
    """The columns as the form names them."""
    named = {column: request.form.get(column.value, "")[:200] for column in BankColumn}
    return Columns({column: heading for column, heading in named.items() if heading})


@bp.post("/bank/matches")
@in_contract(*KEEPERS)
def confirm_match(contract_id: int) -> Response:
    form = MatchForm()
    ids = [each.data or "" for each in (form.posting, form.line)]
    if not form.validate_on_submit() or not all(each.isascii() and each.isdigit() and len(each) <= MOST_DIGITS for each in ids):
        raise Refused("没有收到要确认的是哪一笔，请刷新页面后再确认")
    act_now(lambda act: reconciling.confirm(act, current_scope(), int(ids[0]), int(ids[1])))
    return redirect_to(address("bank") + "#proposals", told="已对上。")


@bp.post("/bank/matches/sure")
@in_contract(*KEEPERS)
def confirm_sure(contract_id: int) -> Response:
    number = act_now(lambda act: reconciling.confirm_sure(act, current_scope()))
    told = f"已确认 {number} 笔没有疑问的。" if number else "没有可以一并确认的。"
    return redirect_to(address("bank"), told=told, kind="success" if number else "info")


@bp.post("/bank/matches/<int:match_id>/undo")
@in_contract(*KEEPERS)
def undo_match(contract_id: int, match_id: int) -> Response:
    act_now(lambda act: reconciling.undo(act, current_scope(), match_id))
    return redirect_to(address("bank"), told="已取消，这一笔重新待对。")
