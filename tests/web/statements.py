"""How many statements something asks the database."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa
from flask import Flask

from app.web.database import db
from tests.web.browser import Browser


def queries(app: Flask, ask: Callable[[], object]) -> int:
    """The statements that a request, or whatever `ask` does, sends through the app's engine."""
    statements: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        ask()
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return len(statements)


def asked(app: Flask, browser: Browser, url: str) -> int:
    """The statements of a page that is there."""
    found = []
    count = queries(app, lambda: found.append(browser.get(url).status_code))
    assert found == [200]
    return count
