"""The list of all pages."""

from __future__ import annotations

from flask import Flask

from app.web import (
    account,
    admin,
    assessment,
    contracts,
    evidence,
    exports,
    fieldwork,
    home,
    imports,
    indicators,
    jobs,
    ledger,
    locks,
    money,
    official,
    offline,
    overview,
    rectification,
    reports,
    review,
    settlement,
    setup,
    styleguide,
)
from app.web.access import open_to_all


def register(app: Flask, *, dev: bool) -> None:
    """Registers each blueprint; the style guide in development alone."""
    for blueprint in (home.bp, indicators.bp, evidence.bp, offline.bp):
        app.register_blueprint(blueprint)
    for stage in (
        account, admin, contracts, setup, ledger, imports, exports, jobs, review, locks, assessment, overview, official, rectification,
        reports, fieldwork, settlement, money,
    ):  # fmt: skip
        for blueprint in stage.BLUEPRINTS:
            app.register_blueprint(blueprint)
    if dev:
        app.register_blueprint(styleguide.styleguide)
        open_to_all(app, styleguide.styleguide.name)
