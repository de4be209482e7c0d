"""登录: who is signed in now."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from app.clock import SHANGHAI
from app.security.permissions import P
from app.services import sessions
from app.store import accounts as stored
from app.web.access import requires
from app.web.database import db
from app.web.ground import ground
from app.web.htmx import redirect_to
from app.web.replies import Button, Listing, Row, list_page
from app.web.transaction import act_now

bp = Blueprint("admin_sessions", __name__, url_prefix="/admin/sessions")


@bp.get("", endpoint="sessions")
@requires(P.PEOPLE_MANAGE)
def every() -> Response:
    rows = [
        Row(
            [
                each.user.display_name,
                each.device or "不明设备",
                f"{each.created_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
                f"{each.last_seen_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
            ],
            buttons=[Button("结束", url_for(".end", session_id=each.id), "结束这次登录？")],
        )
        for each in stored.open_sessions(db.session(), ground().clock())
    ]
    columns = ["姓名", "设备", "登录时间", "最近使用"]
    return list_page("登录", [Listing("现在的登录", columns, rows, "现在没有人登录。")])


@bp.post("/<int:session_id>/end")
@requires(P.PEOPLE_MANAGE)
def end(session_id: int) -> Response:
    act_now(lambda act: sessions.revoke(act, session_id, own_only=False))
    return redirect_to(url_for(".sessions"), told="那次登录已结束。")
