"""verify against the console's own export: typed entries, people by keys, every digest the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kpi.files.exported import is_export, line_of, lines, read_export
from kpi.files.reading import read_entries
from kpi.files.source import EntrySource
from kpi.ledger import LedgerEntry
from tests.kpi import riverside
from tests.kpi.cli.running import Runner
from tests.kpi.cli.test_cli_score import seal


@pytest.fixture
def entries(year: list[str]) -> list[LedgerEntry]:
    file = Path(year[year.index("--entries") + 1])
    found = [one.entry for one in read_entries(EntrySource(file), riverside.source().rulebook)]
    return [one for one in found if one is not None]


def exported(folder: Path, entries: list[LedgerEntry], contract: str = "") -> Path:
    file = folder / "export.jsonl"
    file.write_text("".join(lines(contract or riverside.source().rulebook.key, entries)), "utf-8")
    return file


def test_an_export_of_the_same_entries_holds(
    run: Runner, tmp_path: Path, year: list[str], entries: list[LedgerEntry]
) -> None:
    capsule, file = seal(run, tmp_path, year), exported(tmp_path, entries)
    assert is_export(file)
    ran = run("verify", capsule, "--entries", file, "--key-file", tmp_path / "key")
    assert ran.code == 0, ran
    assert "台账记录重算一致" in ran.out


def test_an_entry_that_was_changed_added_or_lost_is_named(
    run: Runner, tmp_path: Path, year: list[str], entries: list[LedgerEntry]
) -> None:
    capsule = seal(run, tmp_path, year)
    changed = entries[0]._replace(version=entries[0].version + 1)
    new = entries[1]._replace(id="NEW-1")
    file = exported(tmp_path, [changed, *entries[2:], new])
    ran = run("verify", capsule, "--entries", file, "--key-file", tmp_path / "key")
    assert ran.code == 1
    assert f"记录 {entries[0].id}：内容或版本与存档不同" in ran.out
    assert f"记录 {entries[1].id}：存档里有，现在没有" in ran.out
    assert "记录 NEW-1：存档之后新增" in ran.out


def test_what_is_broken_foreign_or_twice_is_refused(
    run: Runner, tmp_path: Path, year: list[str], entries: list[LedgerEntry]
) -> None:
    capsule = seal(run, tmp_path, year)
    foreign = exported(tmp_path, entries, "another-contract")
    assert "another-contract" in run.bad("verify", capsule, "--entries", foreign)
    twice = exported(tmp_path, [*entries, entries[0]])
    assert "前面已经有了" in run.bad("verify", capsule, "--entries", twice)
    for wrong in ({"state": "unheard"}, {"date": "2026-02-30"}, {"validated": "maybe"}, {"fields": {"n": {"odd": "1"}}}):
        file = exported(tmp_path, entries)
        row = {**json.loads(line_of(entries[0])), "id": "W-1", **wrong}
        file.write_text(file.read_text("utf-8") + json.dumps(row) + "\n", "utf-8")
        assert "不是台账导出的一条记录" in run.bad("verify", capsule, "--entries", file), wrong


def test_every_type_comes_back_as_it_was(entries: list[LedgerEntry], tmp_path: Path) -> None:
    key = riverside.source().rulebook.key
    again = list(read_export(exported(tmp_path, entries), key))
    bare = [one._replace(author="", verifier="") for one in entries]
    assert again == bare
    assert [[type(value) for value in one.fields.values()] for one in again] == [
        [type(value) for value in one.fields.values()] for one in bare
    ]
