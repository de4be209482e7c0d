"""The command, and a folder with the made-up contract's year."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kpi import riverside
from tests.kpi.cli.running import Runner


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Runner:
    monkeypatch.setenv("COLUMNS", "160")  # sentences must not depend on where the terminal wraps them
    return Runner(capsys)


@pytest.fixture
def year(tmp_path: Path) -> list[str]:
    """--setup and --entries of a full year."""
    return riverside.write(tmp_path)
