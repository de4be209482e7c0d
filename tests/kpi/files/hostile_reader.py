"""Reads a folder of hostile files one after the other in a process with little room, and prints what came of each.

    python -m tests.kpi.files.hostile_reader FOLDER
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from time import process_time

from kpi.files.reading import read_rows
from kpi.files.source import EntrySource
from kpi.ledger import EntryChecker
from tests.kpi.indicators.rulebooks import given
from tests.kpi.ledger.books import rulebook

ROOM = 1536 * 1024**2
MINUTES = 600


def peak() -> int:
    """The most that this process has held, in MB; what rusage tells counts the parent in, up to the exec."""
    lines = Path("/proc/self/status").read_text("ascii", "replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


def main(folder: Path) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (ROOM, ROOM))
    resource.setrlimit(resource.RLIMIT_CPU, (MINUTES, MINUTES))
    for name, ledger in json.loads((folder / "names.json").read_text("utf-8")):
        started = process_time()
        read = list(read_rows(EntrySource(folder / name, ledger), EntryChecker(rulebook(rules=[]), given().term)))
        print(json.dumps({
            "name": name,
            "entries": [[one.entry.id, {key: str(value) for key, value in one.entry.fields.items()}]
                        for one in read if one.entry is not None],
            "problems": [str(problem) for one in read for problem in one.problems],
            "whole": any(one.refuses_file for one in read),
            "seconds": process_time() - started,
            "room": peak(),
        }), flush=True)  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
