"""合同总账: what each account holds, its day book, one batch, the reversal."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, request, url_for

from app.security.money_terms import CHART, Account, PostingKind, SourceKind
from app.services.act import found
from app.services.money import postings, reading
from app.services.money.reading import DayLine
from app.services.money.syncing import behind
from app.store import payments
from app.web.access import as_member, current_contract, current_scope, in_contract
from app.web.forms import Form
from app.web.htmx import redirect_to, render
from app.web.money.blueprint import KEEPERS, READERS, bp
from app.web.money.shared import TITLE, address, keeps, outside, page, source_url
from app.web.papers import long_text, paper_form
from app.web.replies import FormView
from app.web.transaction import act_now, perform

MOST_DIGITS = 12


class ReverseForm(Form):
    reason = long_text("冲销的理由", "原分录留着，另记一笔相反的。", rows=2, most=250)


@bp.get("/ledger", endpoint="ledger")
@as_member(*READERS)
def ledger(contract_id: int) -> Response:
    scope, name = current_scope(), request.args.get("account", "")
    account = next((line.account for line in CHART if line.account.value == name), None)
    before = request.args.get("before", "")
    number = int(before) if before.isascii() and before.isdigit() and len(before) < MOST_DIGITS else None
    book = reading.day_book(scope, account, number, cash=outside())
    return page("money/ledger.html", "ledger", **view_of(book, account))


def view_of(book: reading.DayBook, account: Account | None) -> dict[str, Any]:
    """The balances above, the day book below."""
    scope, contract = current_scope(), current_contract()
    held = reading.standing(scope)
    return {
        "standing": held, "account": account, "lines": [line_of(each) for each in book.lines], "outside": outside(),
        "accounts": [{"row": one, "url": address("ledger", account=one.account.value)} for one in held.holdings],
        "next_url": address("ledger", account=account.value if account else None, before=book.before) if book.before else "",
        "behind": behind(scope, contract), "may_keep": keeps(), "price": reading.price_words(contract),
        "has_price": contract.price_fen is not None, "payable": held.of(Account.PAYABLE), "left": held.of(Account.OUTSTANDING),
    }  # fmt: skip


def line_of(line: DayLine) -> dict[str, Any]:
    """A posting with where it leads."""
    row = line.batch
    return {
        "line": line, "row": row, "kind": PostingKind.of(row.kind).label, "url": address("batch", posting_id=row.id),
        "source": SourceKind.of(row.source_kind).label, "source_url": source_url(row.source_kind, row.source_id),
        "reversed": line.reversed_by.number if line.reversed_by else None,
    }  # fmt: skip


@bp.post("/ledger/open")
@in_contract(*KEEPERS)
def open_books(contract_id: int) -> Response:
    act_now(lambda act: postings.open_books(act, current_scope()))
    return redirect_to(address("ledger"), told="总账已按合同价款和补登的付款记好。")


@bp.get("/payments/<int:payment_id>", endpoint="payment")
@as_member(*READERS)
def payment(contract_id: int, payment_id: int) -> Response:
    """The page on which a payment stands."""
    row = found(next((one for one in payments.records(current_scope().session, contract_id) if one.id == payment_id), None))
    return redirect_to(url_for("settlement.request", contract_id=contract_id, request_id=row.request_id))


@bp.get("/ledger/<int:posting_id>", endpoint="batch")
@as_member(*READERS)
def batch(contract_id: int, posting_id: int) -> Response:
    held = found(reading.opened(current_scope(), posting_id))
    if outside() and not reading.is_cash(held.batch):
        abort(404)
    url = source_url(held.batch.source_kind, held.batch.source_id)
    open_one = keeps() and not held.reversed_by and not held.reverses
    why = postings.fixed(current_scope(), held.batch) if open_one else ""
    return render(
        "money/batch.html", held=held, kind=PostingKind.of(held.batch.kind).label, source_url=url, beside=beside(held),
        source=SourceKind.of(held.batch.source_kind).label, back=(TITLE, address("ledger")), may_reverse=open_one and not why, fixed=why,
    )  # fmt: skip


def beside(held: reading.Opened) -> list[dict[str, Any]]:
    """What else rests on the same source, as far as the person may see it."""
    rows = [row for row in held.beside if not outside() or reading.is_cash(row)]
    return [{"row": row, "kind": PostingKind.of(row.kind).label, "url": address("batch", posting_id=row.id)} for row in rows]


@bp.route("/ledger/<int:posting_id>/reverse", methods=["GET", "POST"])
@in_contract(*KEEPERS)
def reverse(contract_id: int, posting_id: int) -> Response:
    held, form, scope = found(reading.opened(current_scope(), posting_id)), ReverseForm(), current_scope()
    if done := perform(form, lambda act: postings.reverse(act, scope, posting_id, form.reason.data)):
        return redirect_to(address("batch", posting_id=done.value.id), told=f"已冲销第 {held.batch.number} 号。")
    row = held.batch
    hint = f"第 {row.number} 号，{row.happened_on}，{PostingKind.of(row.kind).label}：{row.summary}"
    view = FormView(form, address("reverse", posting_id=row.id), "冲销", hint=hint)
    return paper_form(f"冲销第 {row.number} 号分录", view, (f"第 {row.number} 号", address("batch", posting_id=row.id)))
