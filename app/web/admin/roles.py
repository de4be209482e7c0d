"""角色: permission sets as data."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from app.security.permissions import Permission, known
from app.security.terms import RoleSide
from app.services import roles
from app.services.act import found
from app.store import roles as stored
from app.web.access import requires
from app.web.admin.forms import RoleChangeForm, RoleForm
from app.web.database import db
from app.web.htmx import redirect_to
from app.web.replies import FormView, Listing, Row, form_page, link, list_page
from app.web.transaction import perform

bp = Blueprint("admin_roles", __name__, url_prefix="/admin/roles")


@bp.get("", endpoint="roles")
@requires(Permission.ROLES_MANAGE)
def roles_list() -> Response:
    rows = [
        Row(
            [
                each.name,
                RoleSide.of(each.side).label,
                "、".join(
                    permission.label for permission in Permission if permission in known(each.permissions)
                ),
            ],
            url_for(".change", role_id=each.id),
        )
        for each in stored.all_roles(db.session())
    ]
    listing = Listing("角色", ["名称", "由谁担任", "权限"], rows, "还没有角色。")
    return list_page("角色", [listing], actions=[link(".create", "新建角色")])


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.ROLES_MANAGE)
def create() -> Response:
    form = RoleForm()
    if perform(
        form,
        lambda act: roles.create(
            act, form.code.data, form.name.data, form.side.data, known(form.permissions.data),
            until_required=form.until_required.data == "yes",
        ),
    ):  # fmt: skip
        return redirect_to(url_for(".roles"), told="角色已新建。")
    return form_page("新建角色", FormView(form, url_for(".create"), "新建"), ("角色", url_for(".roles")))


@bp.route("/<int:role_id>", methods=["GET", "POST"])
@requires(Permission.ROLES_MANAGE)
def change(role_id: int) -> Response:
    role = found(stored.by_id(db.session(), role_id))
    form = RoleChangeForm(obj=role)
    seen = form.version.data or 0
    if perform(
        form, lambda act: roles.change(act, role_id, form.name.data, known(form.permissions.data), seen)
    ):
        return redirect_to(url_for(".roles"), told="角色已修改，担任它的人要重新登录。")
    hint = "修改后，担任这个角色的人会立即退出登录，再登录时按新的权限。"
    view = FormView(form, url_for(".change", role_id=role_id), "保存", version=seen, hint=hint)
    return form_page(role.name, view, ("角色", url_for(".roles")))
