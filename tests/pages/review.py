"""The reviewer's desk as a person uses it: mostly by keys, which are counted."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import Locator, Page, expect

ALL = re.compile("全部通过")


@dataclass
class Desk:
    """A page with a desk on it. `keys`: everything that was pressed."""

    page: Page
    at: str
    keys: list[str] = field(default_factory=list)

    def open(self, path: str = "") -> None:
        self.page.goto(f"{self.at}{path}")
        self.page.wait_for_load_state("networkidle")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.keys.append(key)
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Typing is no key: the measure counts decisions, not letters."""
        self.page.keyboard.type(text)

    @property
    def title(self) -> Locator:
        return self.page.locator("#pane-title")

    @property
    def number(self) -> str:
        """The outside number of the entry in the pane."""
        return self.title.locator(".num").inner_text()

    @property
    def lines(self) -> Locator:
        return self.page.get_by_role("navigation", name="等待处理的记录").get_by_role("listitem")

    @property
    def waiting(self) -> Locator:
        return self.page.locator(".desk-count strong")

    @property
    def bar(self) -> Locator:
        return self.page.locator("#batch-bar")

    @property
    def pass_all(self) -> Locator:
        return self.bar.get_by_role("button", name=ALL)

    @property
    def returning(self) -> Locator:
        return self.page.get_by_role("dialog", name=re.compile("^退回"))

    @property
    def strip(self) -> Locator:
        """What was decided on just now, and how it is taken back."""
        return self.page.locator(".undo-strip")

    def is_shown(self, number: str) -> None:
        expect(self.title.locator(".num")).to_have_text(number)

    def next_is_shown(self, before: str) -> None:
        """Another entry than before is in front."""
        expect(self.title.locator(".num")).not_to_have_text(before)

    def box(self, locator: Locator) -> tuple[float, float, float, float]:
        """Left, top, right, bottom on the screen."""
        found = locator.bounding_box()
        assert found is not None
        return found["x"], found["y"], found["x"] + found["width"], found["y"] + found["height"]
