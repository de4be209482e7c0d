"""Strict types in kpi, one style everywhere: plain pytest enforces both."""

from __future__ import annotations

import subprocess
import sys

from tests.architecture.sources import ROOT


def run(*arguments: str) -> str:
    """What the tool complains about; empty where it is content."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_types_are_strict() -> None:
    complaints = run("mypy", "--no-error-summary")
    assert not complaints, f"类型检查没有通过：\n{complaints}"


def test_style_is_kept() -> None:
    complaints = run("ruff", "check", "--quiet", "--output-format=concise", ".")
    assert not complaints, f"规范检查没有通过：\n{complaints}"
