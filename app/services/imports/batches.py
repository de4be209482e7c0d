"""What a batch holds beside its columns: the look at its file, its mapping, what the check found. Sealed where it may name people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from app.security.vault import Vault
from app.services.act import Act, Missing, Refused
from app.services.imports.grid import Cell, RawRow, cell_from, cell_to
from app.services.imports.look import Look
from app.services.imports.mapping import ColumnMap
from app.store.contracts import ContractScope
from app.store.imports import ImportBatch, Imports, Staged

STALE = "这次导入刚刚被别人处理过，没有重复操作。请看页面上最新的情况"


@dataclass(frozen=True)
class Summary:
    """What the check found, in figures. `fields`: rows with something wrong by field; `due`: by what is due."""

    skipped: int = 0
    drafts: int = 0
    warned: int = 0
    fields: Mapping[str, int] = field(default_factory=dict)
    due: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, batch: ImportBatch) -> Summary:
        return cls(**batch.columns.get("summary", {}))


@dataclass(frozen=True)
class Wrong:
    """A row in staging, opened: its cells, what keeps it out (field, heading, message), what is due, warnings."""

    line: int
    cells: tuple[Cell, ...]
    troubles: tuple[tuple[str, str, str], ...]
    due: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    good: bool = False

    @property
    def row(self) -> RawRow:
        return RawRow(self.line, list(self.cells))


def change(batch: ImportBatch, **values: Any) -> None:
    """Puts settings into the batch's JSON; None takes one away."""
    merged = {**batch.columns, **values}
    batch.columns = {name: value for name, value in merged.items() if value is not None}


def here(act: Act, scope: ContractScope, batch_id: int, version: int | None = None) -> ImportBatch:
    """The batch, held for this transaction; Missing, or Refused where it is no longer as the person saw it."""
    batch = Imports(act.session, scope.contract_id).find(batch_id, lock=True)
    if batch is None:
        raise Missing
    if version is not None and batch.version != version:
        raise Refused(STALE)
    return batch


# -- the look and the mapping -------------------------------------------------------------------


def look_context(batch: ImportBatch) -> str:
    return f"import-look:{batch.contract_id}:{batch.id}"


def keep_look(act: Act, batch: ImportBatch, look: Look) -> None:
    """Keeps the first look at the file."""
    text = json.dumps(look.as_plain(), ensure_ascii=False)
    change(batch, look=act.vault.seal_text(text, look_context(batch)))


def look_of(vault: Vault, batch: ImportBatch) -> Look:
    return Look.of(json.loads(vault.open_text(batch.columns["look"], look_context(batch))))


def map_of(batch: ImportBatch) -> ColumnMap | None:
    """The mapping that somebody has agreed to; None before."""
    stored = batch.columns.get("mapping")
    return ColumnMap.of(stored) if stored is not None else None


def agreed(batch: ImportBatch) -> ColumnMap:
    """The mapping of a batch that has been mapped."""
    found = map_of(batch)
    if found is None:
        raise Refused("这次导入还没有确认列的对应。请先确认对应，再核对")
    return found


# -- rows in staging ----------------------------------------------------------------------------


def row_context(contract_id: int, batch_id: int, line: int) -> str:
    return f"import-row:{contract_id}:{batch_id}:{line}"


def sealed(
    vault: Vault, batch: tuple[int, int], line: int, cells: Sequence[Cell], troubles: Iterable[Sequence[str]],
    due: Sequence[str] = (), warnings: Sequence[str] = (),
) -> bytes:  # fmt: skip
    """A row as staging keeps it. `batch`: contract and batch id."""
    plain = [[cell_to(cell) for cell in cells], [list(each) for each in troubles], list(due), list(warnings)]
    return vault.sealer.seal(orjson.dumps(plain), row_context(*batch, line))


def opened(vault: Vault, batch: tuple[int, int], row: Staged) -> Wrong:
    """A row of staging."""
    cells, troubles, due, warnings = orjson.loads(vault.sealer.open(row.sealed, row_context(*batch, row.line)))
    return Wrong(
        row.line, tuple(map(cell_from, cells)), tuple((one, two, three) for one, two, three in troubles),
        tuple(due), tuple(warnings), row.good,
    )  # fmt: skip
