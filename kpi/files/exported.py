"""Entries as the console counted them, in a file of their own: typed, people by their keys, nothing personal.

What an office types is checked row by row (`reading`); this was checked when it was entered. The first line names
the form, each further line is one entry. Written and read here alone, so that a digest made from the file is the
digest that stands in the capsule.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, get_args

from kpi.files.limits import Watch
from kpi.files.refusal import FileRefused
from kpi.indicators.states import decode, encode
from kpi.ledger import Evidence, LedgerEntry
from kpi.ledger.entries import State

FORM = "履约台台账导出/1"
_STATES = frozenset(get_args(State))
_HEAD = 4096


def header(contract: str) -> str:
    """The first line: the form, and the key of the rulebook."""
    return json.dumps({"form": FORM, "contract": contract}, ensure_ascii=False)


def line_of(entry: LedgerEntry) -> str:
    """One entry. Who entered and who verified it stays inside the console."""
    told = {
        "id": entry.id, "ledger": entry.ledger, "date": entry.date.isoformat(), "version": entry.version,
        "state": entry.state, "outlet": entry.outlet, "nil": entry.nil, "validated": entry.validated,
        "evidence": [list(one) for one in entry.evidence],
        "fields": {name: encode(value) for name, value in entry.fields.items()},
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def lines(contract: str, entries: Iterable[LedgerEntry]) -> Iterator[str]:
    """The whole file, line by line, each with its end."""
    yield header(contract) + "\n"
    for entry in entries:
        yield line_of(entry) + "\n"


def is_export(path: Path) -> bool:
    """Whether the file begins as an export does."""
    with path.open("rb") as file:
        first = file.readline(_HEAD)
    try:
        head = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(head, dict) and head.get("form") == FORM


def read_export(path: Path, contract: str, watch: Watch | None = None) -> Iterator[LedgerEntry]:
    """Every entry of an export, in its order. FileRefused for another contract's, and where a line is broken."""
    watch = watch or Watch()
    seen: set[str] = set()
    with path.open("rb") as file:
        head = json.loads(file.readline(_HEAD))
        if head.get("contract") != contract:
            raise FileRefused(f"这是合同“{head.get('contract')}”的台账导出，要核对的是“{contract}”；请换成这份合同的导出")
        for number, line in enumerate(iter(lambda: file.readline(watch.limits.line), b""), 2):
            watch.row(number, f" {path.name}")
            entry = _entry(number, line)
            if entry.id in seen:
                raise FileRefused(f"第{number}行的编号“{entry.id}”前面已经有了；请重新导出")
            seen.add(entry.id)
            yield entry


def _entry(number: int, line: bytes) -> LedgerEntry:
    try:
        told: dict[str, Any] = json.loads(line)
        state: Any = told["state"] if told["state"] in _STATES else None
        validated = told["validated"]
        if state is None or not isinstance(validated, bool | None):
            raise ValueError(told["state"])
        return LedgerEntry(
            str(told["id"]), str(told["ledger"]), date.fromisoformat(told["date"]),
            {str(name): decode(value) for name, value in told["fields"].items()}, int(told["version"]), state,
            str(told["outlet"]), evidence=tuple(Evidence(str(kind), str(name)) for kind, name in told["evidence"]),
            nil=told["nil"] is True, validated=validated,
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FileRefused(f"第{number}行不是台账导出的一条记录，文件不全或被改动过；请重新导出") from error
