"""The command, and a folder with the made-up contract's year."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kpi import riverside
from tests.kpi.cli.running import Runner


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Runner:
    return Runner(capsys)


@pytest.fixture
def year(tmp_path: Path) -> list[str]:
    """--setup and --entries of a full year."""
    return riverside.write(tmp_path)
