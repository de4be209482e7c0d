"""The 考核细则表 as a person finds her way in it."""

from __future__ import annotations

from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from tests.pages.setup import Office


class Sheet(Office):
    """One person's window on the assessments of a contract."""

    def __init__(self, page: Page, address: str, account: Mapping[str, str]) -> None:
        super().__init__(page, address)
        self.account = account

    def sign_in(self) -> None:
        self.go(f"{self.address}/sign-in")
        self.page.get_by_label("登录名").fill(self.account["login_name"])
        self.page.get_by_label("密码").fill(self.account["password"])
        self.press("登录")
        expect(self.page.get_by_role("heading", name="工作台", level=1)).to_be_visible()

    def go(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else f"{self.address}{path}")

    @property
    def total(self) -> Locator:
        return self.page.locator("#sheet-bar .bar-total")

    def clause(self, clause: str) -> Locator:
        return self.page.locator("section.sheet-clause").filter(has=self.page.get_by_text(clause, exact=True))
