"""The home page as a person finds her way in it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page


class Home:
    def __init__(self, page: Page) -> None:
        self.page = page

    def open(self, path: str = "/") -> None:
        self.page.goto(path)

    def panel(self, title: str) -> Locator:
        """The panel with this heading."""
        return self.page.locator(".panel").filter(has=self.page.get_by_role("heading", name=re.compile(title))).first

    @property
    def diary(self) -> Locator:
        return self.panel("今天的工作日志")

    def shortcut(self, ledger: str) -> Locator:
        return self.page.locator(".shortcuts li").filter(has_text=ledger)

    @property
    def queue(self) -> Locator:
        return self.page.locator("[data-queue-slot]")

    def compute(self) -> None:
        self.page.get_by_role("button", name="立即推算").first.click()
