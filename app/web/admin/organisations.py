"""单位: buyers and suppliers."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from app.security.permissions import P
from app.security.terms import OrganisationKind
from app.services import organisations
from app.store import contracts as stored
from app.web.access import requires
from app.web.admin.forms import OrganisationForm
from app.web.database import db
from app.web.htmx import redirect_to
from app.web.replies import FormView, Listing, Row, form_page, link, list_page
from app.web.transaction import perform

bp = Blueprint("admin_organisations", __name__, url_prefix="/admin/organisations")


@bp.get("", endpoint="organisations")
@requires(P.ORGANISATIONS_MANAGE)
def every() -> Response:
    rows = [
        Row([each.name, OrganisationKind.of(each.kind).label, each.credit_code or "—"])
        for each in stored.organisations(db.session())
    ]
    listing = Listing(
        "单位", ["名称", "类别", "统一社会信用代码"], rows, "先登记采购人和供应商，再新建合同。"
    )
    return list_page("单位", [listing], actions=[link(".add", "登记单位")])


@bp.route("/new", methods=["GET", "POST"])
@requires(P.ORGANISATIONS_MANAGE)
def add() -> Response:
    form = OrganisationForm()
    if perform(
        form,
        lambda act: organisations.add_organisation(
            act, form.kind.data, form.name.data, form.credit_code.data or ""
        ),
    ):
        return redirect_to(url_for(".organisations"), told="单位已登记。")
    back = ("单位", url_for(".organisations"))
    return form_page("登记单位", FormView(form, url_for(".add"), "登记"), back)
