"""The 考核细则表 as a person finds her way in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Download, Locator, Page, expect

from tests.factories.demonstrations import Accounts
from tests.pages.browser import OFFICE, serving, visiting
from tests.pages.windows import Window, looks_right

SLOW = 30_000  # a machine that is busy


class Sheet(Window):
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

    def sign(self, sheet: str, told: str) -> None:
        """Signs the sheet at this address with the password once more."""
        self.go(f"{sheet}/sign")
        looks_right(self)
        self.page.get_by_label("登录密码").fill(self.account["password"])
        self.press("签字")
        self.agree()
        expect(self.told).to_contain_text(told, timeout=SLOW)

    def verify(self, sheet: str, folder: Path, changed: tuple[str, str]) -> None:
        """Capsule, entries and key are downloaded; the command agrees, with the capsule alone and with everything.

        With one text of the capsule changed into another, it does not.
        """
        self.go(f"{sheet}/check")
        expect(self.page.get_by_text("相符：从存档里的规则书、数字和决定重算")).to_be_visible(timeout=SLOW)
        looks_right(self)
        capsule, entries, key = (self.kept(name, folder) for name in ("存档", "台账导出", "核对密钥"))
        assert capsule.name in self.page.locator("pre").first.inner_text()
        assert "相符" in command("verify", str(capsule))
        assert "相符" in command("verify", str(capsule), "--entries", str(entries), "--key-file", str(key))
        text, other = capsule.read_text("utf-8"), folder / "changed.json"
        assert changed[0] in text
        other.write_text(text.replace(*changed, 1), "utf-8")
        with pytest.raises(subprocess.CalledProcessError):
            command("verify", str(other))

    def kept(self, name: str, folder: Path) -> Path:
        """A file that the page offers under a name."""
        with self.page.expect_download() as going:
            button = self.page.get_by_role("button", name=name, exact=True)
            (button if button.count() else self.page.get_by_role("link", name=name, exact=True)).click()
        download: Download = going.value
        target = folder / download.suggested_filename
        download.save_as(target)
        return target


def command(*words: str) -> str:
    """What the command of the engine says; CalledProcessError where it does not agree."""
    done = subprocess.run([sys.executable, "-m", "kpi", *words], capture_output=True, text=True, check=True)
    return done.stdout


@contextmanager
def sheets(browser: Browser, app: Flask, accounts: Accounts) -> Iterator[Callable[..., Sheet]]:
    """Opens windows in which people have signed in with their passwords; errors behind their pages fail the test."""
    with serving(app) as address, ExitStack() as stack:

        def open_window(who: str, size: tuple[int, int] = OFFICE) -> Sheet:
            page, _ = stack.enter_context(visiting(browser, address, size))
            window = Sheet(page, address, accounts[who])
            window.sign_in()
            return window

        yield open_window
