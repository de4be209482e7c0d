"""Runs a command as its user does and hands back what the user sees."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

import pytest

from kpi.cli import main
from tests.kpi import riverside

BOOK = str(riverside.FILE)


@dataclass(frozen=True)
class Ran:
    """Exit code and both streams."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Runner:
    """`run("check", BOOK)`: every call of the command goes through here, so no traceback goes unseen."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self.capsys = capsys

    def __call__(self, *arguments: object) -> Ran:
        self.capsys.readouterr()
        try:
            code = main([str(one) for one in arguments])
        except SystemExit as leaving:
            code = int(leaving.code or 0)
        out, err = self.capsys.readouterr()
        return Ran(code, out, err)

    def bad(self, *arguments: object) -> str:
        """The message of bad input: exit code 2, nothing on the output, Chinese and complete."""
        ran = self(*arguments)
        assert ran.code == 2, ran
        assert ran.out == ""
        assert "Traceback" not in ran.err
        assert re.search(r"[\u4e00-\u9fff]{3}", ran.err), ran.err
        return ran.err
