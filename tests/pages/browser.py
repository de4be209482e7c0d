"""Chromium of the system, and a visit that notices what a person would not see: refused scripts, foreign requests."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Playwright
from werkzeug.serving import make_server

OFFICE = (1366, 768)
PHONE = (360, 740)
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


def start_chromium(playwright: Playwright) -> Browser:
    """The browser of the system; without one the journeys fail, they are never skipped."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.fail(
            "没有找到 chromium，浏览器测试无法进行。请运行 bin/setup-env test，"
            "或让管理员运行 apt-get install chromium fonts-noto-cjk。",
            pytrace=False,
        )
    return playwright.chromium.launch(executable_path=path, args=ARGUMENTS)


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address of the app, served from a thread on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Watch:
    """What went wrong behind a page, and where it asked for something."""

    host: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    forgiven: set[str] = field(default_factory=set)

    def on(self, page: Page) -> None:
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.note(request.method, request.url))

    def note(self, method: str, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme in {"data", "about"}:
            return
        self.asked.append(f"{method} {parts.path}")
        if parts.netloc != self.host:
            self.foreign.append(url)

    def forgive(self, part: str) -> None:
        """Errors that the test has brought about itself; the browser may still be telling them."""
        self.forgiven.add(part)
        self.errors[:] = self.faults

    @property
    def faults(self) -> list[str]:
        """The errors that stand, those that are told late included."""
        return [error for error in self.errors if not any(part in error for part in self.forgiven)]


@contextmanager
def visiting(
    browser: Browser, address: str, size: tuple[int, int] = OFFICE, scheme: str = "light", touch: bool = False
) -> Iterator[tuple[Page, Watch]]:
    """A fresh window; at its end nothing may have failed, and nothing asked of another host."""
    context = browser.new_context(
        base_url=address,
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
        has_touch=touch,
    )
    watch = Watch(urlsplit(address).netloc)
    page = context.new_page()
    page.set_default_timeout(15_000)
    watch.on(page)
    yield page, watch
    context.close()
    assert not watch.foreign, f"向别的主机发了请求：{watch.foreign}"
    assert not watch.faults, f"页面后台有错误：{watch.faults}"


def axe_violations(page: Page) -> list[str]:
    """What axe objects to, with the first element of each, once the page is there as a whole."""
    page.wait_for_load_state("load")
    found = Axe().run(page).response["violations"]
    return [f"{rule['id']}（{len(rule['nodes'])} 处）：{rule['nodes'][0]['html'][:200]}" for rule in found]


def sticks_out(page: Page) -> list[str]:
    """Elements that make the page wider than its window."""
    wide: list[str] = page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
        [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
        .map((e) => `${e.tagName}.${e.className}`).slice(0, 10)"""
    )
    return wide
