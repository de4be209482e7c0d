"""Windows on the console for the people of an office, each signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Protocol

from playwright.sync_api import Browser
from sqlalchemy.orm import Session

from app.store.models import UserAccount
from tests.factories import people
from tests.pages.browser import OFFICE, axe_violations, serving, sticks_out, visiting
from tests.pages.setup import Office

Visit = Callable[..., Office]


class People(Protocol):
    """Accounts by the name that a test calls them by."""

    def __getitem__(self, who: str, /) -> UserAccount: ...


@contextmanager
def windows(browser: Browser, session: Session, made: People, forgiven: str = "") -> Iterator[Visit]:
    """Opens windows on the app of the session; on leaving, errors behind their pages fail the test.

    `forgiven`: part of the errors that the test brings about itself.
    """
    with serving(session.info["app"]) as address, ExitStack() as stack:

        def open_window(who: str, size: tuple[int, int] = OFFICE) -> Office:
            page, watch = stack.enter_context(visiting(browser, address, size))
            if forgiven:
                stack.callback(watch.forgive, forgiven)
            window = Office(page, address)
            token = people.signed_in(session, made[who])
            session.commit()
            window.hold(token)
            return window

        yield open_window


def looks_right(window: Office) -> None:
    """Nobody is shut out, and the page is no wider than its window."""
    assert axe_violations(window.page) == [], window.page.url
    assert sticks_out(window.page) == [], window.page.url
