"""Which files of the project the checks read."""

from __future__ import annotations

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def python_files(package: str) -> list[Path]:
    """The modules under a top folder; none where the folder does not exist yet."""
    return sorted((ROOT / package).rglob("*.py"))


def project_files() -> list[Path]:
    """Tracked files and new ones not ignored: what the next commit can hold."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.returncode == 0, f"无法列出仓库里的文件，请在 git 检出的目录里运行测试：{listed.stderr}"
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


def text_of(path: Path) -> str | None:
    """The text of a file, or None where it is binary."""
    content = path.read_bytes()
    return None if b"\0" in content[:8192] else content.decode("utf-8", errors="replace")


def shown(path: Path) -> str:
    """The path as a person writes it, from the top of the project."""
    return path.relative_to(ROOT).as_posix()
