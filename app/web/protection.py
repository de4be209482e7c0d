"""Headers, CSRF and rate limits of every response."""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Settings
from app.web import bodies
from app.web.ground import ground

CSP = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "style-src-attr": "'unsafe-inline'",
    "img-src": "'self' data:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "worker-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}
MOST_FORM_BYTES = 2 * 1024 * 1024

csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address, storage_uri="memory://")


def sign_in_rate() -> str:
    """How often one address may try to sign in."""
    return ground().settings.sign_in_rate


def configuration(settings: Settings) -> dict[str, Any]:
    """Flask's own settings that protect."""
    return {
        "SECRET_KEY": settings.secret_key,
        "SESSION_COOKIE_NAME": "lvyuetai_page",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "WTF_CSRF_TIME_LIMIT": None,  # a token lives as long as the browser's session
        "WTF_CSRF_SSL_STRICT": settings.secure_cookies,
        "MAX_CONTENT_LENGTH": MOST_FORM_BYTES,
    }


def init_app(app: Flask, settings: Settings) -> None:
    """Protects every response of the app."""
    app.config.update(configuration(settings))
    bodies.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    Talisman(
        app,
        content_security_policy=CSP,
        force_https=False,  # TLS ends at the proxy in front
        strict_transport_security=settings.secure_cookies,
        session_cookie_secure=settings.secure_cookies,
        frame_options="DENY",
        referrer_policy="same-origin",
    )
    app.after_request(keep_private)
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)


def keep_private(response: Response) -> Response:
    """Pages are kept by no cache; vendored files may be."""
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
