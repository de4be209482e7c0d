"""The style guide in a small application of its own, under the policy of the real one; no database."""

from __future__ import annotations

from flask import Flask, Response
from flask_babel import Babel
from flask_wtf import CSRFProtect

from app.web.protection import CSP
from app.web.styleguide import styleguide
from tests.architecture.sources import ROOT

POLICY = "; ".join(f"{name} {sources}" for name, sources in CSP.items())


def small_app() -> Flask:
    app = Flask(
        "looks",
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        static_url_path="/static",
    )
    app.config.update(SECRET_KEY="只在测试里用", TESTING=True, BABEL_DEFAULT_LOCALE="zh_Hans_CN")
    Babel(app)
    CSRFProtect(app)
    app.register_blueprint(styleguide)

    @app.after_request
    def strict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app
