"""The pages for each role: linked, with pictures that are there and small, and naming only addresses that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from app.config import read_settings
from app.security.permissions import BUILT_IN_ROLES
from docs.guide.take_screenshots import LARGEST, OFFICE, PHONE, SHOTS
from tests.docs.guide import DOCS
from tests.factories.ground import app, clock, kind, session

__all__ = ["app", "clock", "kind", "session"]

GUIDE = DOCS / "guide"
INDEX = GUIDE / "README.md"
PAGES = sorted(GUIDE.glob("*.md"))
PICTURE = re.compile(r"!\[(?P<about>[^]]*)]\((?P<path>[^)]+)\)")
LINK = re.compile(r"(?<!!)\[[^]]+]\((?P<path>[^)]+\.md)\)")
ADDRESS = re.compile(r"`(?P<path>/[a-z/-]*)(?:…)?`")
VARIABLE = re.compile(r"`(?P<name>[A-Z][A-Z_]+[A-Z])`")


@pytest.mark.parametrize("page", PAGES, ids=lambda one: one.stem)
def test_pictures_and_links_are_there(page: Path) -> None:
    text = page.read_text("utf-8")
    pictures = list(PICTURE.finditer(text))
    assert pictures
    for one in pictures:
        assert one["about"]
        assert (page.parent / one["path"]).is_file(), one["path"]
    for one in LINK.finditer(text):
        assert (page.parent / one["path"]).is_file(), one["path"]


def test_index_links_every_page() -> None:
    linked = {one["path"] for one in LINK.finditer(INDEX.read_text("utf-8"))}
    assert {page.name for page in PAGES} - {INDEX.name} == linked


def test_index_has_every_role() -> None:
    text = INDEX.read_text("utf-8")
    names = {role.name for role in BUILT_IN_ROLES} - {"主管人员", "考核验收组成员"} | {"主管干部"}
    assert {name for name in names if f"[{name}](" not in text} == set()


def test_pictures_are_those_of_the_script_and_small() -> None:
    files = {path.stem: path for path in (GUIDE / "images").glob("*.png")}
    assert files.keys() == {shot.name for shot in SHOTS}
    shown = {Path(one["path"]).stem for page in PAGES for one in PICTURE.finditer(page.read_text("utf-8"))}
    assert shown == files.keys()
    for shot in SHOTS:
        with Image.open(files[shot.name]) as image:
            assert image.size == shot.size
        assert shot.size in (OFFICE, PHONE)
        assert files[shot.name].stat().st_size <= LARGEST


@pytest.mark.parametrize("page", PAGES, ids=lambda one: one.stem)
def test_addresses_are_routes(page: Path, app: Flask) -> None:
    routes = app.url_map.bind("localhost")
    for one in ADDRESS.finditer(page.read_text("utf-8")):
        path = one["path"] + ("x" if one["path"].endswith("/") and one["path"] != "/" else "")
        try:
            routes.match(path)
        except RequestRedirect as redirect:
            pytest.fail(f"{path} → {redirect.new_url}")
        except HTTPException as error:
            pytest.fail(f"{path}: {error.code}")


def test_settings_of_the_operator_are_those_that_are_read() -> None:
    text = (GUIDE / "operations.md").read_text("utf-8")
    told = {one["name"] for one in VARIABLE.finditer(text)}
    read: set[str] = set()

    class Noted(dict[str, str]):
        def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
            read.add(name.removeprefix("LVYUETAI_"))
            return "s3://evidence/x" if name.endswith("EVIDENCE_URL") else default

    with pytest.raises(Exception, match="设置有误"):
        read_settings(Noted())
    assert told - {"INFO"} == read
