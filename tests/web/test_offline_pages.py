"""What the phone keeps for the time without network: the same for everybody, and nothing of anybody."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.web.offline import KEPT
from tests.architecture.sources import ROOT
from tests.factories.office import office
from tests.web.browser import Browser


def listed(text: str) -> list[str]:
    found = re.search(r"const FILES = (\[.*\]);", text)
    assert found is not None
    files: list[str] = json.loads(found[1])
    return files


def version(browser: Browser) -> str:
    found = re.search(r'const VERSION = "(\w+)"', browser.get("/sw.js").text)
    assert found is not None
    return found[1]


def test_the_page_is_the_same_for_everybody(app: Flask, browser: Browser, session: Session) -> None:
    before = browser.get("/offline")
    made = office(session)
    browser.sign_in_as(session, made["field_staff"])
    after = browser.get("/offline")
    assert before.status_code == 200
    assert before.text == after.text
    assert "Set-Cookie" not in after.headers
    for part in ("csrf", made["field_staff"].display_name, made.contract.title, 'name="person"'):
        assert part not in after.text


def test_the_worker_answers_for_the_whole_host_and_lists_what_is_there(browser: Browser) -> None:
    worker = browser.get("/sw.js")
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-store"
    files = listed(worker.text)
    assert len(files) == len(KEPT)
    for url in files:
        assert browser.get(url).status_code == 200, url


def test_the_worker_keeps_what_the_page_asks_for(browser: Browser) -> None:
    page, files = browser.get("/offline").text, listed(browser.get("/sw.js").text)
    asked = set(re.findall(r'(?:src|href)="(/static/[^"#]+)"', page))
    assert asked <= set(files), "离线页要用的文件没有预存"


def test_a_change_of_a_file_makes_a_new_version(
    app: Flask, browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = version(browser)
    assert version(browser) == before
    for name in ("sw.js", *KEPT):
        target = tmp_path / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes((ROOT / "static" / name).read_bytes())
    monkeypatch.setattr(app, "static_folder", str(tmp_path))
    assert version(browser) == before
    (tmp_path / "queue.js").write_text("// mended")
    assert version(browser) != before


def test_the_policy_lets_our_worker_run(browser: Browser) -> None:
    policy = browser.get("/offline").headers["Content-Security-Policy"]
    assert "worker-src 'self'" in policy
    assert "manifest-src 'self'" in policy


def test_the_manifest_is_valid_and_its_pictures_are_there(browser: Browser) -> None:
    manifest = json.loads(browser.get("/static/manifest.webmanifest").data)
    assert manifest["name"] == "履约台"
    for icon in manifest["icons"]:
        assert browser.get(f"/static/{icon['src']}").status_code == 200
