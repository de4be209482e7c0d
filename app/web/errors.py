"""Error pages: what happened, why, what to do, and an id that is in the log."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, Response, g, make_response
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.logs import logger
from app.services.act import Missing, Refused
from app.store.engine import IntegrityError, StaleDataError
from app.web.database import db
from app.web.htmx import render


@dataclass(frozen=True)
class Told:
    """The texts of an error page."""

    title: str
    why: str
    todo: str


OTHER = Told("请求没有完成", "服务器不能处理这个请求。", "请返回上一页再试；仍不行就把错误编号告诉管理员。")
TOLD = {
    400: Told("请求没有被接受", "表单放得太久，或请求不完整。", "请返回上一页，刷新后再提交。"),
    401: Told("需要登录", "登录已过期，或还没有登录，所以没有改动任何内容。", "请在新标签页登录，再回到原来的页面提交一次。"),
    403: Told("没有权限", "您的角色不能做这一步，所以没有改动任何内容。", "需要权限请联系本合同的管理员。"),
    404: Told("找不到这个页面", "要找的内容不存在，或您不能查看。", "请从首页或列表进入，确认它还在。"),
    405: Told("不能这样访问", "这个地址不接受这种请求。", "请从页面上的按钮操作。"),
    409: Told("没有保存", "刚才有人先改了同样的内容。", "请刷新页面，看到最新的内容后再改。"),
    413: Told("内容太大", "提交的内容超过了允许的大小，没有保存。", "请压缩文件，或分几次提交。"),
    422: Told("没有保存", "有内容没填对。", "请返回上一页，按提示修改后再提交。"),
    429: Told("操作太频繁", "短时间内的请求太多，系统暂时没有受理。", "请过一分钟再试。"),
    500: Told("系统出错", "这一步没有完成，也没有改动任何内容。", "请稍后再试；仍不行就把错误编号告诉管理员。"),
}  # fmt: skip


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(CSRFError, on_http)
    app.register_error_handler(Missing, lambda _: page(404, TOLD[404]))
    app.register_error_handler(Refused, on_refused)
    app.register_error_handler(StaleDataError, on_stale)
    app.register_error_handler(IntegrityError, on_clash)
    app.register_error_handler(Exception, on_crash)


def on_http(error: HTTPException) -> Response:
    code = error.code or 500
    if error.response is not None:  # a redirect raised as an exception
        return make_response(error.response)
    return page(code, TOLD.get(code, OTHER))


def on_refused(refused: Refused) -> Response:
    """A refusal without a form to stand in."""
    return page(
        409,
        Told("没有改动", refused.message + "。" * (refused.message[-1] not in "。！？"), "请返回上一页。"),
    )


def on_stale(error: StaleDataError) -> Response:
    """Somebody else saved the row meanwhile."""
    db.session.rollback()
    return page(409, TOLD[409])


def on_clash(error: IntegrityError) -> Response:
    """The database refused: mostly two people did the same at once. The log says which constraint."""
    logger().warning("integrity", error=type(error.orig).__name__, constraint=constraint_of(error))
    db.session.rollback()  # the frame of the error page reads the contract again
    return page(409, TOLD[409])


def constraint_of(error: IntegrityError) -> str:
    """The violated constraint, without any value of the row."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return str(diagnosis.constraint_name)
    return str(error.orig).split("\n")[0]


def on_crash(error: Exception) -> Response:
    logger().error("crash", exc_info=error)
    return page(500, TOLD[500])


def page(code: int, told: Told) -> Response:
    """The error page; a bare one where even that cannot be drawn."""
    request_id = g.get("request_id", "-")
    if code != 500:
        logger().info("error_page", status=code)
    try:
        return render("pages/error.html", status=code, told=told, code=code, request_id=request_id)
    except Exception as error:  # noqa: BLE001 — whatever breaks the page, the person gets the id
        logger().error("error_page_crash", exc_info=error)
        bare = f"<!doctype html><html lang=zh-CN><title>{told.title}</title><p>{told.why}{told.todo}<p>错误编号：{request_id}"
        return make_response(bare, code)
