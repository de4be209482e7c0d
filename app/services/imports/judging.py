"""Rows of a file judged as they will be kept: by the reader of the ledger, and by what the database knows.

The dry run and the commit both go through here and through `many`; there is no second path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.services.imports.grid import RawRow
from app.services.imports.mapper import Mapper
from app.services.ledger import many, reading
from app.services.ledger.desk import Desk
from app.services.ledger.reading import LedgerReader, Reading, Trouble
from kpi.ledger import Evidence
from kpi.rulebook.ledgers import FieldType, Ledger

#: What the original of a platform's export is called as evidence.
TRACE = "平台导出"
EXPORTED = "导出"


@dataclass(frozen=True)
class Judged:
    """A row of the file with what keeps it out (`troubles`) and what is still due for it (`due`: kinds)."""

    line: int
    read: Reading
    troubles: tuple[Trouble, ...]
    due: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        return not self.troubles


def trace_kinds(ledger: Ledger) -> list[str]:
    """As which evidence a platform's own export counts: what the rulebook calls an export, else itself."""
    return [each.kind for each in ledger.evidence if EXPORTED in each.kind] or [TRACE]


@dataclass(frozen=True)
class Judge:
    """Judges rows one chunk after another; repeats inside the file are found across chunks."""

    reader: LedgerReader
    mapper: Mapper
    pieces: tuple[Evidence, ...] = ()

    @classmethod
    def at(cls, desk: Desk, mapper: Mapper, trace_sha256: str | None = None) -> Judge:
        """`trace_sha256`: of the file itself where it is a platform's export and proves each of its rows."""
        kinds = trace_kinds(desk.ledger) if trace_sha256 else []
        return cls(desk.reader(), mapper, tuple(Evidence(kind, trace_sha256 or "") for kind in kinds))

    def judge(self, desk: Desk, rows: Sequence[RawRow]) -> list[Judged]:
        """The rows judged, in their order."""
        read = [self.read(row) for row in rows]
        troubles = many.troubles_of(desk, [one for one, _ in read], evidence=False)
        found = []
        for row, (one, wanting), wrong in zip(rows, read, troubles, strict=True):
            told = (*wrong, *desk.lost_outlets(one.entry.fields if one.entry else {}))
            due = (*wanting, *due_kinds(desk, one)) if not told else ()
            found.append(Judged(row.line, one, tuple(dict.fromkeys(told)), due, tuple(each.message for each in one.warnings)))
        return found

    def read(self, row: RawRow) -> tuple[Reading, tuple[str, ...]]:
        """The row as read, and the fields for files that it leaves open: no table can hold a file."""
        raw, broken = self.mapper.raw(row.cells)
        read = self.reader.read(raw, self.pieces, row.line)
        files = {each.id: each.name for each in self.reader.ledger.fields if each.type is FieldType.EVIDENCE}
        at_files = [each for each in read.errors if each.field in files]
        spoiled = {each.field for each in broken}
        kept = tuple(each for each in read.troubles if each not in at_files and each.field not in spoiled)
        read = replace(read, troubles=(*broken, *kept))
        if at_files and not read.errors:
            read = replace(read, entry=reading.unfinished(self.reader, raw).entry)
        elif broken:
            read = replace(read, entry=None)
        return read, tuple(files[each.field] for each in at_files)


def due_kinds(desk: Desk, read: Reading) -> tuple[str, ...]:
    """What is due for the entry and not there, as the engine says it."""
    if not desk.ledger.evidence:
        return ()
    return tuple(each.message for each in desk.evidence_due(read))


def title_of(ledger: Ledger, field_id: str) -> str:
    """The heading that a person knows a field by."""
    found = ledger.field(field_id)
    return found.name if found else {"": "整行", "date": "业务日期"}.get(field_id, field_id)


def told(ledger: Ledger, troubles: Iterable[Trouble]) -> list[list[str]]:
    """Field id, heading and message of each trouble, as staging keeps them."""
    return [[each.field, title_of(ledger, each.field), each.message] for each in troubles]


def as_file(pieces: Sequence[Evidence], file_id: int) -> Mapping[str, list[int]]:
    """The evidence by kind, as entries are tied to it."""
    return {each.kind: [file_id] for each in pieces}


def same(raw: Mapping[str, Any]) -> str:
    """A text that is the same for rows that say the same."""
    return repr(sorted((key, sorted(value.items()) if isinstance(value, Mapping) else str(value)) for key, value in raw.items()))
