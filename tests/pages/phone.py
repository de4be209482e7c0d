"""A field worker's phone: forms, the page of what waits, the network going and coming back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from playwright.sync_api import Locator, Page, expect

#: What is in the browser's store of the queue, as text: nothing of an entry may be readable in it.
STORED = """async () => {
  const open = indexedDB.open("lvyuetai-queue");
  const db = await new Promise((resolve) => { open.onsuccess = () => resolve(open.result); });
  const all = (name) => new Promise((resolve) => {
    const request = db.transaction(name).objectStore(name).getAll();
    request.onsuccess = () => resolve(request.result);
  });
  const text = (value) => value instanceof ArrayBuffer ? new TextDecoder().decode(value)
    : value instanceof CryptoKey ? `key:${value.extractable}`
    : value && typeof value === "object" && !ArrayBuffer.isView(value) ? Object.values(value).map(text).join(" ") : String(value);
  const found = {};
  for (const name of db.objectStoreNames) found[name] = (await all(name)).map(text);
  db.close();
  return found;
}"""
READY = "async () => { await navigator.serviceWorker.ready; return Boolean(navigator.serviceWorker.controller); }"


class Phone:
    """One browser window at phone size."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def at(self, moment: datetime) -> None:
        """What the phone's clock says."""
        self.page.clock.set_fixed_time(moment)

    def open(self, path: str) -> None:
        self.page.goto(path)

    def ready(self) -> None:
        """The service worker answers for this window."""
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null", timeout=15_000)
        assert self.page.evaluate(READY)

    def form_kept(self, ledger: str) -> None:
        """The ledger's blank form is on the phone."""
        self.until(
            """async (ledger) => (await window.queueStore.forms(await window.queueStore.present()))
              .some((form) => form.path.includes(`/${ledger}/`))""",
            ledger,
        )

    def until(self, question: str, about: str = "") -> None:
        """Asks the page until it says yes. wait_for_function takes a promise itself for a yes."""
        for _ in range(150):
            if self.page.evaluate(question, about):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(question)

    def offline(self, gone: bool = True) -> None:
        self.page.context.set_offline(gone)

    def stored(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = self.page.evaluate(STORED)
        return found

    # -- the form of a visit --------------------------------------------------------------------

    def fill_visit(self, day: str, enterprise: str, code: str) -> None:
        form = self.page.locator("#entry-form")
        form.get_by_label("走访日期").fill(day)
        form.get_by_label("单位名称").fill(enterprise)
        form.get_by_label("统一社会信用代码").fill(code)
        form.get_by_label("政策").check()

    def take_photo(self, name: str, data: bytes) -> None:
        zone: Any = {"name": name, "mimeType": "image/jpeg", "buffer": data}
        self.page.locator("#entry-form [data-dropzone] input[type=file]").first.set_input_files([zone])

    def submit(self) -> None:
        self.page.locator("#entry-form").get_by_role("button", name="提交", exact=True).click()

    # -- what waits -----------------------------------------------------------------------------

    @property
    def waiting(self) -> Locator:
        return self.page.get_by_role("list", name="等待发送的记录").get_by_role("listitem")

    def begin(self, ledger: str) -> None:
        self.page.get_by_role("list", name="可以离线登记的台账").get_by_role("button", name=ledger).click()
        expect(self.page.get_by_role("heading", name=f"{ledger}：登记")).to_be_focused()
