"""Every requirement is locked to one version with hashes, and no lock says where to download from."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, shown

FOLDER = ROOT / "requirements"
LOCKS = sorted(FOLDER.glob("*.txt"))
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def requirements(text: str) -> list[str]:
    """One text a requirement, its continued lines joined; comments left out."""
    joined = text.replace("\\\n", " ")
    lines = (line.split(" #")[0].strip() for line in joined.splitlines() if not line.lstrip().startswith("#"))
    return [line for line in lines if line]


def faults(text: str) -> list[str]:
    """Requirements that are no plain `name==version` with at least one hash."""
    return [
        line
        for line in requirements(text)
        if not re.match(r"[\w.-]+==[\w.+!]+\s", line)
        or not HASH.search(line)
        or HASH.sub("", line).count(" --")
    ]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def versions(lock: Path) -> dict[str, str]:
    pairs = (line.split()[0].split("==") for line in requirements(lock.read_text()))
    return {normal(name): version for name, version in pairs}


@pytest.mark.parametrize("lock", LOCKS, ids=shown)
def test_each_requirement_has_a_version_and_hashes(lock: Path) -> None:
    found = faults(lock.read_text())
    assert not found, f"{shown(lock)} 里有没锁定的依赖，请按文件头的命令重新生成：\n" + "\n".join(found)


@pytest.mark.parametrize("lock", LOCKS, ids=shown)
def test_no_lock_holds_an_address(lock: Path) -> None:
    assert "://" not in lock.read_text(), f"{shown(lock)} 不能记录下载地址"


@pytest.mark.parametrize("lock", LOCKS, ids=shown)
def test_each_asked_package_is_locked(lock: Path) -> None:
    asked = requirements(lock.with_suffix(".in").read_text())
    names = {normal(re.split(r"[\[<>=!~; ]", line)[0]) for line in asked if not line.startswith("-")}
    missing = names - versions(lock).keys()
    assert not missing, f"{shown(lock)} 缺少 {missing}，请按文件头的命令重新生成"


def test_tests_run_on_the_versions_of_production() -> None:
    base, test = versions(FOLDER / "base.txt"), versions(FOLDER / "test.txt")
    assert base.items() <= test.items(), "test.txt 与 base.txt 的版本不一致，请重新生成 test.txt"


@pytest.mark.parametrize(
    "text",
    [
        "a==1\n",
        "a>=1 --hash=sha256:" + "0" * 64,
        "-e .\n",
        "a @ file.whl --hash=sha256:" + "0" * 64,
        "a==1 --hash=md5:" + "0" * 32,
    ],
)
def test_a_loose_requirement_is_found(text: str) -> None:
    assert faults(text)


def test_a_locked_requirement_passes() -> None:
    assert not faults(
        f"a==1.0 \\\n    --hash=sha256:{'0' * 64} \\\n    --hash=sha256:{'1' * 64}\n    # via b\n"
    )
