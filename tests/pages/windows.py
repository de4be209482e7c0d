"""The console as it runs in a test, and windows on it for people who are signed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.orm import Session

from app.store.models import UserAccount
from app.web.identity import COOKIE
from tests.factories import people
from tests.pages.browser import OFFICE, PHONE, axe_violations, sticks_out, visiting


class People(Protocol):
    """Accounts by the name that a test calls them by."""

    def __getitem__(self, who: str, /) -> UserAccount: ...


@dataclass
class Console:
    """The console as it runs, its database, and what the test has `made`: its people by name, mostly an office."""

    address: str
    session: Session
    made: Any

    @property
    def root(self) -> str:
        """Where the pages of the office's contract begin."""
        return f"/contracts/{self.made.contract.id}"

    def hold(self, page: Page, who: str) -> None:
        """From now on this window is signed in as one of the people."""
        token = people.signed_in(self.session, self.made[who])
        self.session.commit()
        page.context.add_cookies([{"name": COOKIE, "value": token, "url": self.address}])


class Window:
    """One person's window on the console."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def go(self, path: str) -> None:
        self.page.goto(path)

    def tab(self, name: str) -> None:
        """Goes to a page of the contract or of its set-up by its tab."""
        self.page.locator("nav.tabs").get_by_role("link", name=name, exact=True).click()
        expect(self.page.locator("nav.tabs").get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")

    def link(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()
        self.page.wait_for_load_state()  # what is counted or gone through next is there as a whole

    def press(self, name: str, within: Locator | None = None) -> None:
        (within or self.page.locator("main")).get_by_role("button", name=name, exact=True).click()
        self.page.wait_for_load_state()

    def agree(self) -> None:
        """Says yes to the question that the page asks."""
        box = self.page.get_by_role("dialog", name="请确认")
        expect(box).to_be_visible()
        box.get_by_role("button", name="确定").click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label).fill(text)

    def pick(self, label: str, option: str) -> None:
        """Chooses from a list or from radio buttons, whichever the page has."""
        group = self.page.get_by_role("group", name=label)
        if group.count():
            group.get_by_label(option, exact=True).check()
        else:
            self.page.get_by_label(label).select_option(label=option)

    @property
    def told(self) -> Locator:
        return self.page.locator("#messages")


Visit = Callable[..., Window]


@contextmanager
def windows(browser: Browser, console: Console, kind: type[Window] = Window, *, forgiven: str = "") -> Iterator[Visit]:
    """Opens windows for the console's people; on leaving, errors behind their pages fail the test.

    `forgiven`: part of the errors that the test brings about itself. A window at phone size is touched.
    """
    with ExitStack() as stack:

        def open_window(who: str, size: tuple[int, int] = OFFICE, scheme: str = "light") -> Window:
            page, watch = stack.enter_context(visiting(browser, console.address, size, scheme, touch=size == PHONE))
            if forgiven:
                stack.callback(watch.forgive, forgiven)
            console.hold(page, who)
            return kind(page, console.address)

        yield open_window


def looks_right(window: Window) -> None:
    """Nobody is shut out, and the page is no wider than its window."""
    assert axe_violations(window.page) == [], window.page.url
    assert sticks_out(window.page) == [], window.page.url
