"""For the machines that watch the console: alive, ready, metrics."""

from __future__ import annotations

import ipaddress
import secrets

from flask import Blueprint, Flask, Response, abort, current_app, make_response, request
from prometheus_client import CollectorRegistry
from prometheus_flask_exporter import PrometheusMetrics

from app.store.engine import ready
from app.web.access import public
from app.web.database import db
from app.web.ground import ground

bp = Blueprint("operations", __name__)
METRICS = "lvyuetai-metrics"


def init_app(app: Flask) -> None:
    """Counts requests by endpoint; each app counts for itself."""
    app.extensions[METRICS] = PrometheusMetrics(
        app, path=None, registry=CollectorRegistry(), group_by="endpoint", default_labels=None
    )
    app.register_blueprint(bp)


@bp.get("/healthz")
@public
def healthz() -> Response:
    """The process answers."""
    return make_response("ok\n", 200, {"Content-Type": "text/plain"})


@bp.get("/readyz")
@public
def readyz() -> Response:
    """The database answers and is migrated."""
    fine = ready(db.session())
    return make_response(
        "ok\n" if fine else "not ready\n", 200 if fine else 503, {"Content-Type": "text/plain"}
    )


@bp.get("/metrics")
@public
def metrics() -> Response:
    """Prometheus text; for this host itself, or with the token."""
    if not (from_here() or bears_token()):
        abort(404)
    body, kind = current_app.extensions[METRICS].generate_metrics()
    return make_response(body, 200, {"Content-Type": kind})


def from_here() -> bool:
    """Asked directly over the loopback, not through a proxy on this host."""
    forwarded = {"X-Forwarded-For", "X-Real-IP", "Forwarded"} & set(request.headers.keys())
    address = request.remote_addr or ""
    try:
        return not forwarded and ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def bears_token() -> bool:
    token = ground().settings.metrics_token
    given = request.headers.get("Authorization", "")
    return bool(token) and secrets.compare_digest(given.encode(), f"Bearer {token}".encode())
