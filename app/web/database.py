"""Flask-SQLAlchemy and Flask-Migrate at the edge; models and services know only SQLAlchemy."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, request
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from app.config import Settings
from app.store.engine import READING, options_for, prepare
from app.store.schema import Base
from app.web import bodies

db = SQLAlchemy(model_class=Base)
migrate = Migrate(render_as_batch=True)
MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
WITHOUT_DATABASE = frozenset(
    {"static", "operations.healthz", "operations.metrics", "offline.page", "offline.worker"}
)


def init_app(app: Flask, settings: Settings) -> None:
    """Opens the database of the settings."""
    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    app.config["SQLALCHEMY_DATABASE_URI"] = settings.database_url
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options_for(settings.database_url)
    db.init_app(app)
    migrate.init_app(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        prepare(db.engine)
    app.before_request(only_read)


def only_read() -> None:
    """A request that must not write gets a transaction in which the database refuses to."""
    looks = request.method in SAFE or bodies.of_view(bodies.LOOKS_FIRST, False)
    if looks and request.endpoint not in WITHOUT_DATABASE | {None}:
        db.session.connection(execution_options=READING)
