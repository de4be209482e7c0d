"""The pages of an import as a person uses them, with the clicks counted."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Download, FilePayload, Locator, Page, expect

PATIENCE = 120_000  # thousandths of a second that a check of five thousand rows may take on a busy machine


class ImportPages:
    """Follows one person through an import."""

    def __init__(self, page: Page, contract: str) -> None:
        self.page, self.contract = page, contract
        self.clicks = 0

    def begin(self, ledger: str) -> None:
        """The person stands on a ledger's list; the count starts."""
        self.page.goto(f"{self.contract}/ledgers/{ledger}")
        self.clicks = 0

    def tap(self, target: Locator) -> None:
        """A click, scrolled to as a person would: out from under the bar at the bottom of a phone."""
        target.evaluate("(element) => element.scrollIntoView({block: 'center'})")
        target.click()
        self.clicks += 1

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True).first

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True).first

    def choose(self, name: str, data: bytes) -> None:
        """Opens the chooser and picks the file: two clicks; the file is sent by itself."""
        with self.page.expect_file_chooser() as chosen:
            self.tap(self.page.locator("label.btn", has_text="选择文件"))
        with self.page.expect_navigation():
            chosen.value.set_files(FilePayload(name=name, mimeType="application/octet-stream", buffer=data))
        self.clicks += 1

    def upload(self, name: str, data: bytes) -> None:
        """From the list of a ledger to the file being checked."""
        self.tap(self.link("导入"))
        self.choose(name, data)

    def lead(self, heading: str, to: str) -> None:
        """Says where a column leads."""
        self.page.get_by_label(f"“{heading}”对应到").select_option(label=to)
        self.clicks += 2

    def wait_for(self, text: str) -> Locator:
        found = self.page.get_by_text(text).first
        expect(found).to_be_visible(timeout=PATIENCE)
        return found

    def bring_in(self) -> None:
        """Presses the button that brings the good rows in, and waits until they are there."""
        button = self.page.get_by_role("button").filter(has_text="导入").first
        expect(button).to_be_visible(timeout=PATIENCE)
        self.tap(button)
        expect(self.page.get_by_role("link", name="看台账")).to_be_visible(timeout=PATIENCE)

    def download(self, button: str, to: Path) -> Path:
        """Takes a file away."""
        with self.page.expect_download() as taken:
            self.tap(self.button(button))
        download: Download = taken.value
        path = to / download.suggested_filename
        download.save_as(path)
        return path

    def figure(self, label: str) -> str:
        """What one of the tiles says."""
        return self.page.locator(".tile", has_text=label).locator(".tile-value").inner_text().strip()
