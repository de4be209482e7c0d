"""Which files prove which entry, by kind and in order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from app.services.act import Act, Refused
from app.store.contracts import ContractScope
from app.store.entries import LedgerEntry
from app.store.evidence import links


def names_of(act: Act, scope: ContractScope, files: Mapping[str, Sequence[int]]) -> dict[str, list[str]]:
    """SHA-256 of the files by kind, as the engine counts evidence; Refused where a file is not here."""
    known = links.digests(act.session, scope.contract_id, {key for keys in files.values() for key in keys})
    if missing := {key for keys in files.values() for key in keys} - known.keys():
        raise Refused(f"有 {len(missing)} 份材料没有找到，可能已被清理。请重新上传后再保存")
    return {kind: [known[key] for key in keys] for kind, keys in files.items() if keys}


def attach(act: Act, scope: ContractScope, entry: LedgerEntry, wanted: Mapping[str, Sequence[int]]) -> None:
    """Makes the entry's evidence exactly this; files of another contract were refused by names_of."""
    held = {(one.kind, one.file_id): one for one in links.of_entry(act.session, scope.contract_id, entry.id)}
    keep: set[tuple[str, int]] = set()
    for kind, keys in wanted.items():
        for position, key in enumerate(dict.fromkeys(keys), 1):
            keep.add((kind, key))
            if (row := held.get((kind, key))) is not None:
                row.position = position
            else:
                links.add(act.session, scope.contract_id, entry.id, key, kind, position, act.now, entry.captured_at)
    for pair, row in held.items():
        if pair not in keep:
            act.session.delete(row)
    act.session.flush()


def attach_many(
    act: Act,
    scope: ContractScope,
    rows: Sequence[tuple[int, Mapping[str, Sequence[int]], datetime | None]],
) -> None:
    """Evidence of new entries, in one insert: (entry id, file ids by kind, when it was captured)."""
    given = [
        (entry_id, key, kind, position, captured_at)
        for entry_id, files, captured_at in rows
        for kind, keys in files.items()
        for position, key in enumerate(dict.fromkeys(keys), 1)
    ]
    links.add_all(act.session, scope.contract_id, given, act.now)
