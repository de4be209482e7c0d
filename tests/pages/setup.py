"""The set-up of a contract as a person finds her way in it: by role and name."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from app.web.identity import COOKIE


class Office:
    """One person's window on the console."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address

    def hold(self, token: str) -> None:
        """Is signed in with this session."""
        self.page.context.add_cookies([{"name": COOKIE, "value": token, "url": self.address}])

    def go(self, path: str) -> None:
        self.page.goto(path)

    def tab(self, name: str) -> None:
        """Goes to a page of the contract or of its set-up by its tab."""
        self.page.locator("nav.tabs").get_by_role("link", name=name, exact=True).click()
        expect(self.page.locator("nav.tabs").get_by_role("link", name=name, exact=True)).to_have_attribute("aria-current", "page")

    def link(self, name: str) -> None:
        self.page.get_by_role("link", name=name, exact=True).click()

    def press(self, name: str, within: Locator | None = None) -> None:
        (within or self.page.locator("main")).get_by_role("button", name=name, exact=True).click()

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

    # -- the set-up -----------------------------------------------------------------------------

    def upload(self, file: Path) -> None:
        form = self.page.get_by_role("form", name="上传规则书")
        form.locator("input[type=file]").set_input_files(file)
        form.get_by_role("button", name="上传并选定").click()

    @property
    def problems(self) -> Locator:
        return self.page.get_by_role("alert").filter(has_text="这份文本不能用").get_by_role("listitem")

    def question(self, name: str) -> Locator:
        return self.page.get_by_role("region", name=name)

    def answer(self, name: str, option: str, reason: str) -> None:
        card = self.question(name)
        card.get_by_role("radio", name=option).check()
        card.get_by_label("理由").fill(reason)
        card.get_by_role("button", name="记录答复").click()
        expect(card.get_by_text("已确认", exact=True)).to_be_visible()
