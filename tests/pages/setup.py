"""The set-up of a contract as a person finds her way in it: by role and name."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, expect

from tests.pages.windows import Window


class SetUp(Window):
    """One person's window on the set-up of a contract."""

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
