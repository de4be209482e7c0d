"""What others wrote stands in static/vendor with version, licence and hash, and nothing is fetched elsewhere."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, shown

STATIC = ROOT / "static"
LOCK = STATIC / "vendor.lock.json"
LICENCES = {"MIT": "MIT", "0BSD": "Zero-Clause BSD", "Apache-2.0": "Apache License", "BSD-3-Clause": "Redistribution"}
MOST_BYTES = 2 * 1024 * 1024
# Addresses that nothing fetches: names of XML vocabularies, and where a licence can be read.
HARMLESS = re.compile(r"https?://(www\.w3\.org/|tabler\.io|github\.com/[\w./-]+LICENSE|www\.apache\.org/licenses/)")


def locked() -> list[dict[str, str]]:
    listed: list[dict[str, str]] = json.loads(LOCK.read_text())
    return listed


def vendored() -> set[str]:
    files = (path for path in (STATIC / "vendor").rglob("*") if path.is_file() and not path.name.startswith("."))
    return {path.relative_to(STATIC).as_posix() for path in files}


def complaints(entries: list[dict[str, str]], folder: Path) -> list[str]:
    """Files of the list that are missing, changed, or in a folder of another name or version."""
    found = []
    for entry in entries:
        path = folder / entry["file"]
        named = f"{entry['name'].removeprefix('@').replace('/', '-')}-{entry['version']}"
        if path.parent.name != named:
            found.append(f"{entry['file']}：应在 {named} 目录里")
        if not path.is_file():
            found.append(f"{entry['file']}：没有这个文件")
        elif hashlib.sha256(path.read_bytes()).hexdigest() != entry["sha256"]:
            found.append(f"{entry['file']}：与清单的 SHA-256 不符")
    return found


def test_each_file_is_the_one_that_was_taken() -> None:
    assert not complaints(locked(), STATIC), "static/vendor 与 static/vendor.lock.json 不符"


def test_no_file_is_left_out_of_the_list() -> None:
    names = [entry["file"] for entry in locked()]
    assert set(names) == vendored()
    assert len(names) == len(set(names))


@pytest.mark.parametrize("folder", sorted({Path(name).parent for name in vendored()}), ids=str)
def test_each_package_brings_its_licence(folder: Path) -> None:
    entries = [entry for entry in locked() if Path(entry["file"]).parent == folder]
    texts = "\n".join(path.read_text() for path in sorted((STATIC / folder).glob("*")) if path.suffix == "")
    assert "LICENSE" in {Path(entry["file"]).name for entry in entries}
    for entry in entries:
        assert LICENCES[entry["licence"]] in texts, f"{folder} 里没有 {entry['licence']} 的全文"


def test_notices_go_along() -> None:
    assert any(name.endswith("NOTICE") for name in vendored() if "echarts" in name)


def test_the_whole_is_of_sensible_size() -> None:
    assert sum((STATIC / name).stat().st_size for name in vendored()) < MOST_BYTES


@pytest.mark.parametrize(
    "path", [path for path in sorted(STATIC.rglob("*")) if path.suffix in {".css", ".js", ".svg"}], ids=shown
)
def test_nothing_is_fetched_from_elsewhere(path: Path) -> None:
    text = HARMLESS.sub("", path.read_text())
    assert not re.findall(r"(?:url\(\s*[\"']?|@import\s+[\"'])(?:https?:)?//[^)\"']+", text)
    assert not re.findall(r"https?://[\w./-]+", text.replace("https://github.com/ecomfe/zrender/blob/master/LICENSE.txt", ""))


def test_templates_name_files_that_are_there() -> None:
    named = {
        name
        for page in (ROOT / "templates").rglob("*.html")
        for name in re.findall(r"vendor/[\w.@-]+/[\w.-]+", page.read_text())
    }
    assert named
    assert named <= vendored()


def test_a_changed_or_missing_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "a-1").mkdir()
    (tmp_path / "a-1" / "x.js").write_text("changed")
    entries = [
        {"name": "a", "version": "1", "file": "a-1/x.js", "sha256": hashlib.sha256(b"taken").hexdigest()},
        {"name": "a", "version": "2", "file": "a-1/y.js", "sha256": ""},
    ]
    assert complaints(entries, tmp_path) == [
        "a-1/x.js：与清单的 SHA-256 不符", "a-1/y.js：应在 a-2 目录里", "a-1/y.js：没有这个文件"
    ]  # fmt: skip
