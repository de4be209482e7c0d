"""One line a request: endpoint instead of address, because an address may hold a token."""

from __future__ import annotations

import time
import uuid

import structlog
from flask import Flask, Response, g, request
from flask_login import current_user

from app.logs import logger
from app.web.database import WITHOUT_DATABASE

QUIET = WITHOUT_DATABASE | {"operations.readyz"}


def init_app(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(end)


def begin() -> None:
    """Gives the request its id; error pages show it, each line of the log bears it."""
    g.request_id, g.began = uuid.uuid4().hex, time.perf_counter_ns()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id)


def end(response: Response) -> Response:
    response.headers["X-Request-ID"] = g.request_id
    if request.endpoint not in QUIET:
        signed_in = "_login_user" in g and current_user.is_authenticated
        logger().info(
            "request",
            method=request.method,
            endpoint=request.endpoint,
            status=response.status_code,
            milliseconds=(time.perf_counter_ns() - g.began) // 1_000_000,
            user=current_user.person.user_id if signed_in else None,
        )
    return response
