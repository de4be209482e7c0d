"""履约台: the console. create_app is the composition root; nothing else wires."""

from __future__ import annotations

import os
from pathlib import Path

from flask import Flask
from flask_babel import Babel

from app import cli, logs
from app.clock import Clock, system_clock
from app.config import Settings, read_settings
from app.web import (
    access,
    addresses,
    database,
    errors,
    ground,
    identity,
    navigation,
    operations,
    pages,
    protection,
    request_log,
)

ROOT = Path(__file__).resolve().parents[1]


def create_app(settings: Settings | None = None, clock: Clock = system_clock) -> Flask:
    """Reads the settings, wires the parts, returns the app."""
    settings = settings or read_settings(os.environ)
    logs.set_up(settings.log_level)
    app = Flask("app", root_path=str(ROOT), template_folder="templates", static_folder="static")
    addresses.init_app(app)
    Babel(app, default_locale="zh_Hans_CN", default_timezone="Asia/Shanghai")
    ground.lay(app, settings, clock)
    request_log.init_app(app)
    database.init_app(app, settings)
    identity.init_app(app)
    access.init_app(app)
    protection.init_app(app, settings)
    navigation.init_app(app)
    errors.init_app(app)
    operations.init_app(app)
    pages.register(app, dev=settings.dev)
    cli.register(app)
    return app
