"""One browser for the journeys of a test process; a database of the test's own, and windows on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy.orm import Session

from app.store import roles as stored_roles
from app.store.engine import open_sqlite
from tests.factories.ground import migrated_app
from tests.pages.browser import start_chromium
from tests.pages.windows import People, Visit, windows


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=20_000)  # a machine that has other work beside it
        chromium = start_chromium(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """On a database of the test's own with the built-in roles; its app stands in `info`."""
    app = migrated_app(f"sqlite:///{tmp_path / 'console.sqlite'}")
    engine = sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    sa.event.listen(engine, "connect", open_sqlite)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    with Session(engine, expire_on_commit=False, info={"app": app}) as opened:
        stored_roles.ensure_built_in(opened)
        yield opened
    engine.dispose()


@pytest.fixture
def visit(browser: Browser, session: Session, made: People) -> Iterator[Visit]:
    """A window for one of the people whom the test's `made` has by name."""
    with windows(browser, session, made) as opened:
        yield opened
