"""A real process: pipes that close, disks that are full, terminals that lack characters."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.kpi import riverside
from tests.kpi.cli.running import BOOK

ROOT = Path(__file__).parents[3]


def command(*arguments: str, **more: object) -> subprocess.CompletedProcess[bytes]:
    options = {"cwd": ROOT, "capture_output": True, **more}
    return subprocess.run([sys.executable, "-m", "kpi", *arguments], **options)  # type: ignore[call-overload,no-any-return]


def test_a_pipe_closed_early_is_no_error() -> None:
    line = f"{sys.executable} -m kpi schema | head -1; echo ${{PIPESTATUS[0]}}"
    ran = subprocess.run(["bash", "-c", line], cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.stdout.splitlines() == ["{", "0"]
    assert ran.stderr == ""


def test_a_full_disk_is_a_message() -> None:
    with Path("/dev/full").open("wb") as full:
        ran = command("schema", stdout=full, stderr=subprocess.PIPE, capture_output=False)
    assert ran.returncode == 2
    assert "磁盘满了" in ran.stderr.decode()
    assert "Traceback" not in ran.stderr.decode()


def test_a_terminal_that_lacks_characters_still_gets_its_result(tmp_path: Path) -> None:
    files = riverside.write(tmp_path)
    ran = command("score", BOOK, *files, env={**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "wide"})
    assert ran.returncode == 0
    assert b"Traceback" not in ran.stderr
    assert "\\u6cb3\\u7554" in ran.stdout.decode("ascii")


def test_the_bare_command_is_bad_input() -> None:
    assert command().returncode == 2
