"""What bounds reading: rows, columns, bytes, seconds; what is told meanwhile; what is found wherever a piece ends."""

from __future__ import annotations

import itertools
import json
import random
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import settings
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from kpi.files import sheet_scan as scanning
from kpi.files.limits import Limits, Told, Watch
from kpi.files.reading import read_rows
from kpi.files.refusal import FileRefused
from kpi.files.source import EntrySource
from kpi.files.workbook_guard import scan_workbook
from kpi.ledger import EntryChecker
from tests.kpi.files.archives import HEADINGS, SHEET, rows, shared, sheet, usual, workbook
from tests.kpi.indicators.rulebooks import given
from tests.kpi.ledger.books import rulebook

DAY = "2026-03-05"


def results(path: Path, limits: Limits | None = None, said: list[Told] | None = None) -> list[Any]:
    checker = EntryChecker(rulebook(rules=[], unique=[]), given().term)
    tell = said.append if said is not None else None
    return list(read_rows(EntrySource(path, "fairs"), checker, tell, limits))


def files(folder: Path, number: int) -> list[Path]:
    """The same rows as lines, as a table and as a workbook."""
    entries = [(f"f-{n}", DAY, n % 100) for n in range(number)]
    (folder / "a.csv").write_text("\n".join(",".join(map(str, row)) for row in (HEADINGS, *entries)), "utf-8")
    keys = ("id", "date", "posts")
    (folder / "a.jsonl").write_text("\n".join(json.dumps(dict(zip(keys, row, strict=True))) for row in entries), "utf-8")
    (folder / "a.xlsx").write_bytes(usual(rows(HEADINGS, *entries)))
    return [folder / "a.csv", folder / "a.jsonl", folder / "a.xlsx"]


def test_every_row_comes_with_its_place_and_what_was_written(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(usual(rows(HEADINGS, ("f-1", DAY, 5), (None, None, None), ("f-2", "昨天", "六"), ("f-3", DAY, 7))))
    found = results(tmp_path / "a.xlsx")
    assert [(one.sheet, one.line, one.entry is not None) for one in found] == [(SHEET, 2, True), (SHEET, 4, False), (SHEET, 5, True)]
    assert found[1].values == {"编号": "f-2", "日期": "昨天", "岗位": "六"}
    assert [problem.field for problem in found[1].problems] == ["日期", "岗位"]
    assert not any(one.refuses_file for one in found)


def test_counts_add_up_whatever_the_form(tmp_path: Path) -> None:
    for path in files(tmp_path, 700):
        found = results(path)
        assert len(found) == 700
        assert sum(one.entry is not None for one in found) == 700


@pytest.mark.parametrize("limits", [Limits(rows=600, sheet_rows=600), Limits(columns=2), Limits(file=100, packed=100)])
def test_what_is_too_long_or_too_wide_is_refused(limits: Limits, tmp_path: Path) -> None:
    for path in files(tmp_path, 700):
        if path.suffix == ".jsonl" and limits.columns == 2:
            assert all("最多 2 项" in str(one.problems[0]) for one in results(path, limits))
            continue
        last = results(path, limits)[-1]
        assert last.refuses_file
        assert "超过" in str(last.problems[0]) or "最多 2 列" in str(last.problems[0])


def test_a_long_line_is_refused_before_it_is_held(tmp_path: Path) -> None:
    for path in files(tmp_path, 10)[:2]:
        assert results(path, Limits(line=15))[-1].refuses_file


@pytest.mark.parametrize("kind", ["a.csv", "a.jsonl", "a.xlsx"])
def test_the_time_is_that_of_the_whole_call(kind: str, tmp_path: Path) -> None:
    """The clock is the caller's; every look at it takes a second here."""
    files(tmp_path, 3_000)
    ticks = itertools.count()
    limits = Limits(seconds=4, clock=lambda: next(ticks) * 10**9)
    checker = EntryChecker(rulebook(rules=[], unique=[]), given().term)
    sources = [EntrySource(tmp_path / name, "fairs") for name in (kind, "a.csv", "a.jsonl", "a.xlsx")]
    found = list(read_rows(sources, checker, None, limits))
    refusals = [one for one in found if one.refuses_file]
    assert {str(one.problems[0]).split("：")[1] for one in refusals} == {
        "读取超过 4 秒，已停止，一行也没有采用；请拆分成几个文件再读入"
    }
    assert [one.path.name for one in refusals][-3:] == ["a.csv", "a.jsonl", "a.xlsx"]
    assert next(ticks) < 40


def test_with_time_enough_nothing_is_refused(tmp_path: Path) -> None:
    for path in files(tmp_path, 3_000):
        assert len(results(path, Limits(seconds=4, clock=lambda: 5))) == 3_000


def test_progress_tells_rows_and_shares(tmp_path: Path) -> None:
    number = 45_000
    for path in files(tmp_path, number):
        said: list[Told] = []
        assert len(results(path, None, said)) == number
        reading = [one for one in said if one.rows is not None]
        assert [one.rows for one in reading] == [20_000, 40_000]
        assert all(f"{one.rows} 行" in one for one in reading)
        if path.suffix != ".xlsx":
            shares = [one.percent for one in reading]
            assert shares == sorted(shares)
            assert all(share is not None and 30 < share <= 100 for share in shares)


def test_a_library_at_work_is_waited_for_with_reports() -> None:
    said: list[Told] = []
    gate = iter(second * 10**9 for second in (1, 1, 1, 9, 9))
    watch = Watch(Limits(seconds=5, clock=lambda: next(gate)), said.append)
    with pytest.raises(FileRefused, match="超过 5 秒"):
        watch.through(lambda: time.sleep(3), "正在打开")
    assert said == ["正在打开", "正在打开"]
    assert Watch(None, said.append).through(lambda: 7, "正在打开") == 7


# -- wherever a piece of a sheet ends -----------------------------------------------------------------

ODD = rows(HEADINGS, ("f-1", DAY, '<c t="e"><v>#N/A</v></c>'), ("f-2", DAY, "<c><f>1</f></c>"), ("f-3", DAY, 7),
           attributes={2: 'spans="1:3" hidden="1"', 4: 's="1" customFormat="1"'})  # fmt: skip
ODD += '<row r="70"><c r="AB70" s="1"><v>5</v></c></row>'
TEXTS = shared("春风行动", "x" * 300, "")
ODD += '<row r="71"><c r="A71" t="s"><v>1</v></c><c r="B71" s="2" t="s"><v>2</v></c></row>'


@settings(max_examples=60, deadline=None)
@over(st.integers(1, 400))
def test_the_same_is_found_wherever_a_piece_ends(tmp_path_factory: pytest.TempPathFactory, size: int) -> None:
    path = tmp_path_factory.getbasetemp() / "odd.xlsx"
    path.write_bytes(usual(ODD, more={"xl/sharedStrings.xml": TEXTS}))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kpi.files.package._CHUNK", size)
        facts = scan_workbook(path)[SHEET]
    assert (facts.rows, facts.columns, facts.cells) == (71, 28, 15)
    assert (facts.hidden_rows, facts.first_hidden) == (1, 2)
    assert {row: list(cells) for row, cells in facts.bad.items()} == {2: [3], 3: [3]}


def test_a_large_honest_workbook_is_not_refused(tmp_path: Path) -> None:
    """Pieces of it end within tags and numbers; each used to be taken for a cell without a place."""
    picks = random.Random(1)
    texts = [f"第{n}街道" for n in range(500)]
    body = rows(HEADINGS, *((f"f-{n}", DAY, picks.randrange(100)) for n in range(60_000)))
    (tmp_path / "a.xlsx").write_bytes(usual(body, more={"xl/sharedStrings.xml": shared(*texts)}))
    assert scan_workbook(tmp_path / "a.xlsx")[SHEET].cells == 180_003


def test_texts_that_many_cells_share_are_counted_where_they_could_be_too_many(tmp_path: Path) -> None:
    refers = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>{n % 2}</v></c></row>' for n in range(1, 2_001))
    content = workbook({SHEET: sheet(refers)}, more={"xl/sharedStrings.xml": shared("x" * 1_000, "y")})
    (tmp_path / "a.xlsx").write_bytes(content)
    for size in (100, 4096, 10**6):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("kpi.files.package._CHUNK", size)
            scan_workbook(tmp_path / "a.xlsx", Watch(Limits(text=1_100_000)))
            with pytest.raises(FileRefused, match="文字展开后超过"):
                scan_workbook(tmp_path / "a.xlsx", Watch(Limits(text=1_000_000)))


@over(st.integers(0, 702), st.integers(1, 16_384), st.sampled_from(["", "x:"]))
def test_columns_further_right_are_found(known: int, column: int, prefix: str) -> None:
    text = f'<{prefix}c r="{get_column_letter(column)}7"'.encode()
    found = scanning._columns_above(known).search(text)
    assert (found is not None) == (column > known)
    if found is not None:
        assert scanning._column(found.group(1)) == column


@over(st.integers(0, 2_000_000), st.integers(1, 9_999_999), st.sampled_from(["", "x:"]))
def test_rows_further_down_are_found(known: int, row: int, prefix: str) -> None:
    text = f'<{prefix}c r="AB{row}"'.encode()
    assert (scanning._rows_above(known).search(text) is not None) == (row > known)
