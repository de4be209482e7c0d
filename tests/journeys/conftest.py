"""One browser for the journeys of a test process; the console as it runs on SQLite, and windows on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy.orm import Session

from tests.factories.ground import app, clock, session
from tests.factories.office import made
from tests.pages.browser import serving, start_chromium
from tests.pages.windows import Console, People, Visit, windows

__all__ = ["app", "clock", "made", "session"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=20_000)  # a machine that has other work beside it
        chromium = start_chromium(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def kind() -> str:
    """What a browser shows is the same on both databases; the tests below the pages run on both."""
    return "sqlite"


@pytest.fixture
def console(app: Flask, session: Session, made: People) -> Iterator[Console]:
    """The console as it runs, with the people whom the test's `made` has by name."""
    with serving(app) as address:
        yield Console(address, session, made)


@pytest.fixture
def visit(browser: Browser, console: Console) -> Iterator[Visit]:
    """A window for one of the people."""
    with windows(browser, console) as opened:
        yield opened
