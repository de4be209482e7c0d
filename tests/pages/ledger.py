"""The ledgers' pages as a person uses them, with the clicks counted."""

from __future__ import annotations

import io
import random
import re

from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect


def photograph(seed: int) -> FilePayload:
    """A picture that looks like no other one, as a phone would send it."""
    draw = random.Random(seed)
    small = Image.frombytes("RGB", (24, 18), bytes(draw.randrange(256) for _ in range(24 * 18 * 3)))
    out = io.BytesIO()
    small.resize((480, 360), Image.Resampling.BICUBIC).save(out, "JPEG", quality=80)
    return FilePayload(name=f"现场{seed}.jpg", mimeType="image/jpeg", buffer=out.getvalue())


class Ledgers:
    """Follows one person through the ledgers of a contract."""

    def __init__(self, page: Page, base: str) -> None:
        self.page, self.base = page, base
        self.clicks = 0

    def begin(self) -> None:
        """The person stands on the index, as the menu leads there; the count starts."""
        self.page.goto(self.base)
        self.clicks = 0

    def tap(self, target: Locator) -> None:
        target.click()
        self.clicks += 1

    def link(self, *parts: str) -> Locator:
        """The first link whose name holds these parts in this order."""
        return self.page.get_by_role("link", name=re.compile(".*".join(map(re.escape, parts)))).first

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(label).first

    def choose_photos(self, kind: str, *seeds: int) -> None:
        """Opens the chooser and picks pictures: two clicks, however many they are."""
        with self.page.expect_file_chooser() as chosen:
            self.tap(self.page.locator(f'label.btn[for="f-evidence:{kind}"]'))
        chosen.value.set_files([photograph(seed) for seed in seeds])
        self.clicks += 1
        kept = self.page.locator(f'input[name="evidence:{kind}_kept"]')
        expect(kept).to_have_count(len(seeds))

    def submit(self, word: str = "提交") -> None:
        self.tap(self.button(word))

    @property
    def said(self) -> Locator:
        return self.page.locator("#messages")
