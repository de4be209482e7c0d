"""财务总览: due and overdue, what is blocked, the cash calendar, what is to come; the reconciliation sheet; exports."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, request, url_for

from app.documents import money_book
from app.security.money_terms import Account, EnterpriseSize
from app.services.act import Missing, Refused, found
from app.services.finance import ocds, overview, sheet, tables
from app.services.finance.sheet import Span
from app.services.money import declaring
from app.services.money.due import DuePayment
from app.store import money
from app.web.access import as_member, current_contract, current_scope, in_contract
from app.web.downloads import to_keep
from app.web.ground import ground
from app.web.htmx import redirect_to, render
from app.web.money.blueprint import KEEPERS, READERS, READERS_INSIDE, bp
from app.web.money.forms import DeclarationForm
from app.web.money.shared import address, holds, keeps, page
from app.web.papers import file_ids, paper_form, today
from app.web.replies import FormView
from app.web.transaction import perform

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Where a thing that blocks is cleared: its kind → endpoint and the name of its id.
PLACES = {
    "question": ("setup.questions", None), "case": ("rectification.case", "case_id"), "event": ("rectification.cases", None),
    "assessment": ("assessment.one", "assessment_id"), "assessments": ("assessment.assessments", None),
    "acceptance": ("settlement.plan", None), "order": ("settlement.plan", None),
    "forfeit": ("settlement.forfeit", "forfeit_id"),
}  # fmt: skip


@bp.get("", endpoint="overview")
@as_member(*READERS)
def one(contract_id: int) -> Response:
    if not holds(*READERS_INSIDE):
        return redirect_to(address("ledger"))  # the contractor: what was paid to it
    held = overview.overview(current_scope(), today())
    most = max((month.whole.fen for month in held.months), default=0)
    return page(
        "money/overview.html", "overview", held=held, due=[due_line(each) for each in held.due], today=today(), most=most or 1,
        blocked=[blocked_line(each) for each in held.blocked], declaration=declared(), may_keep=keeps(), accounts=Account,
        declare_url=address("declare"), sheet_url=address("sheet"),
        files=[("Excel", address("export")), ("OCDS", address("ocds_file"))],
    )  # fmt: skip


def due_line(each: DuePayment) -> dict[str, Any]:
    row = each.owed
    values = {"request_id": row.request_id} if row.request_id else {"statement_id": row.statement_id}
    endpoint = "settlement.request" if row.request_id else "settlement.statement"
    return {"due": each, "row": row, "url": url_for(endpoint, contract_id=row.contract_id, **values)}


def blocked_line(each: overview.Blocked) -> dict[str, Any]:
    return {"row": each, "frozen": [{"row": one, "url": place_of(one.kind, one.about)} for one in each.frozen]}


def place_of(kind: str, about: int | str) -> str:
    """The page on which a thing that blocks is cleared."""
    endpoint, name = PLACES.get(kind, ("settlement.plan", None))
    values = {name: about} if name and about != "" else {}
    if name and not values:
        endpoint = "assessment.assessments"
    return url_for(endpoint, contract_id=current_contract().id, **values)


def declared() -> dict[str, Any] | None:
    row = money.declaration(current_scope().session, current_contract().id)
    return {"row": row, "size": EnterpriseSize.of(row.size), "low": declaring.warning(row)} if row is not None else None


@bp.route("/declaration", methods=["GET", "POST"])
@in_contract(*KEEPERS)
def declare(contract_id: int) -> Response:
    form, scope = DeclarationForm(), current_scope()
    if request.method == "GET":
        as_before(form)
    if done := perform(form, lambda act: declaring.declare(act, scope, said_of(form))):
        if low := declaring.warning(done.value):
            return redirect_to(address("overview"), told=f"已登记。{low}。", kind="warning")
        return redirect_to(address("overview"), told="已登记，付款期限按它计算。")
    view = FormView(form, address("declare"), "登记")
    return paper_form("登记企业规模声明", view, ("财务总览", address("overview")), "声明函", "一份。", many=False)


def as_before(form: DeclarationForm) -> None:
    """What was declared last, to be put right; else what most contracts have."""
    row = money.declaration(current_scope().session, current_contract().id)
    if row is None:
        form.size.data, form.declared_on.data = EnterpriseSize.SMALL.value, current_contract().starts_on
        form.signed_on.data = current_contract().starts_on
        return
    form.size.data, form.declared_on.data, form.daily_rate.data = row.size, row.declared_on, row.daily_rate
    form.signed_on.data, form.lpr.data, form.note.data = row.signed_on or current_contract().starts_on, row.lpr, row.note


def said_of(form: DeclarationForm) -> declaring.Said:
    files = file_ids()
    return declaring.Said(
        EnterpriseSize.of(form.size.data), form.declared_on.data, form.daily_rate.data or "", form.note.data or "",
        files[0] if files else None, form.signed_on.data, form.lpr.data or "",
    )  # fmt: skip


# -- the reconciliation sheet, and what is taken away --------------------------------------------------


@bp.get("/sheet", endpoint="sheet")
@as_member(*READERS_INSIDE)
def one_sheet(contract_id: int) -> Response:
    listed = sheet.spans(current_contract().starts_on, today())
    span = chosen(listed)
    return render(
        "money/sheet.html", sheet=sheet.sheet(current_scope(), span), spans=listed, span=span, action=address("sheet"),
        export_url=address("sheet_file", span=span.key), back=("财务总览", address("overview")), title_of=current_contract().title,
    )  # fmt: skip


def chosen(listed: list[Span]) -> Span:
    """The span of the address; the present month where none is named. Missing where there is no such span."""
    key = request.args.get("span", "")
    try:
        if key:
            return sheet.span_of(key[:10])
    except Refused as unknown:  # an address that names no span is an address of nothing
        raise Missing from unknown
    return next((one for one in listed if "Q" not in one.key), None) or sheet.span_of(f"{today():%Y-%m}")


@bp.get("/sheet.xlsx", endpoint="sheet_file")
@as_member(*READERS_INSIDE)
def take_sheet(contract_id: int) -> Response:
    span = chosen(sheet.spans(current_contract().starts_on, today()))
    made = io.BytesIO()
    held = sheet.sheet(current_scope(), span)
    money_book.write(made, tables.sheet_tables(held, current_contract().title, today()))
    return taken(made.getvalue(), f"money-{span.key}.xlsx", XLSX)


@bp.get("/overview.xlsx", endpoint="export")
@as_member(*READERS_INSIDE)
def take_overview(contract_id: int) -> Response:
    made = io.BytesIO()
    held = overview.overview(current_scope(), today())
    money_book.write(made, tables.overview_tables(held, current_contract().title, today()))
    return taken(made.getvalue(), f"money-{today()}.xlsx", XLSX)


@bp.get("/ocds.json", endpoint="ocds_file")
@as_member(*READERS_INSIDE)
def take_ocds(contract_id: int) -> Response:
    package = found(ocds.package(current_scope(), today(), request.url, ground().settings.ocds_prefix))
    return taken(ocds.as_json(package), f"ocds-{current_contract().code}.json", "application/json")


def taken(data: bytes, name: str, kind: str) -> Response:
    """A file to keep; nothing of it stays in caches."""
    response = to_keep(Response(data, mimetype=kind), name)
    response.headers["Cache-Control"] = "no-store"
    return response
