"""A corpus of hostile and odd files: each is refused with the reason, or read rightly, in bounded time and room."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from kpi.files.reading import read_entries
from kpi.files.source import EntrySource
from tests.architecture.sources import ROOT
from tests.kpi.files.hostile_archives import ARCHIVES, multiplied_text, tags
from tests.kpi.files.hostile_sheets import SHEETS
from tests.kpi.files.hostile_texts import LINES, TABLES
from tests.kpi.indicators.rulebooks import given
from tests.kpi.ledger.books import rulebook

ALL = [*ARCHIVES, *SHEETS, *TABLES, *LINES]
CASES = {f"{case.name}{case.suffix}": case for case in ALL}
SECONDS = 10
MEGABYTES = 400
#: Words of libraries; what a person reads has none of them.
ENGLISH = re.compile(r"[A-Za-z]{3,} [a-z]{2,}|Error|error|Exception|codec|0x[0-9a-f]")


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """All files read by one process that is held to its room: whatever one of them costs is seen by the next."""
    folder = tmp_path_factory.mktemp("hostile")
    for name, case in CASES.items():
        (folder / name).write_bytes(case.make())
    (folder / "names.json").write_text(json.dumps([(name, case.ledger) for name, case in CASES.items()]), "utf-8")
    command = [sys.executable, "-m", "tests.kpi.files.hostile_reader", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return {one["name"]: one for one in map(json.loads, done.stdout.splitlines())}


def test_the_corpus_is_large_enough() -> None:
    assert len(CASES) == len(ALL)
    assert len(CASES) >= 150
    assert sum(bool(case.reads) and not case.says for case in CASES.values()) >= 30


@pytest.mark.parametrize("name", CASES)
def test_it_is_refused_or_read_rightly(name: str, outcomes: dict[str, Any]) -> None:
    case, found = CASES[name], outcomes[name]
    problems = "\n".join(found["problems"])
    posts = [(number, fields.get("posts")) for number, fields in found["entries"]]
    wanted = [(number, None if posts is None else str(posts)) for number, posts in case.reads]
    assert (case.whole and not case.reads) or posts == wanted, problems
    for words in case.says:
        assert any(word in problems for word in words.split("|")), problems
    assert bool(problems) == bool(case.says), problems
    assert not case.whole or found["whole"], problems
    for key, value in case.fields.items():
        assert found["entries"][0][1][key] == value


@pytest.mark.parametrize("name", CASES)
def test_it_is_said_in_chinese_with_what_to_do(name: str, outcomes: dict[str, Any]) -> None:
    for problem in outcomes[name]["problems"]:
        message = re.split("[:：]", problem, maxsplit=1)[1] if "warning" not in problem else problem
        assert re.search(r"[\u4e00-\u9fff]{4}", message)
        assert not ENGLISH.search(message.replace(name, "")), message
        assert len(problem) < 500


@pytest.mark.parametrize("name", CASES)
def test_it_takes_little_time(name: str, outcomes: dict[str, Any]) -> None:
    assert outcomes[name]["seconds"] < SECONDS


def test_all_of_them_together_take_little_room(outcomes: dict[str, Any]) -> None:
    costly = max(outcomes.values(), key=lambda one: one["room"])
    assert costly["room"] < MEGABYTES, costly["name"]


@pytest.mark.parametrize("make", [lambda: tags(400), multiplied_text], ids=["bomb", "multiplied"])
def test_others_keep_working_meanwhile(make: Any, tmp_path: Path) -> None:
    """A second thread, as another request would be, is never kept waiting for a second."""
    (tmp_path / "a.xlsx").write_bytes(make())
    waits: list[float] = []
    over = threading.Event()

    def other() -> None:
        last = time.perf_counter()
        while not over.wait(0.01):
            now = time.perf_counter()
            waits.append(now - last)
            last = now

    thread = threading.Thread(target=other)
    thread.start()
    try:
        found = list(read_entries(EntrySource(tmp_path / "a.xlsx"), rulebook(), given()))
    finally:
        over.set()
        thread.join()
    assert [one.entry for one in found] == [None]
    assert max(waits) < 1
