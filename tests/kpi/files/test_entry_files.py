"""Text files of entries: the same entry from every form, and nothing lost on the way."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from kpi.files.json_lines import exact_row, json_rows
from kpi.files.reading import read_entries
from kpi.files.source import EntrySource
from kpi.ledger import Checked, LedgerEntry
from tests.kpi.indicators.rulebooks import given
from tests.kpi.ledger.books import rulebook

ROW = {"ledger": "fairs", "id": "fairs-1", "date": "2026-03-05", "title": "春风行动", "posts": 50, "pay": "12.50",
       "done": True, "channels": ["抖音", "微信"]}  # fmt: skip
HEADINGS = ["编号", "日期", "标题", "岗位(个)", "金额", "完成", "渠道"]
CELLS = ["fairs-1", "2026-03-05", "春风行动", "50", "12.50", "是", "抖音、微信"]


def read(path: Path, **more: Any) -> list[Checked]:
    return list(read_entries(EntrySource(path, **more), rulebook(), given()))


def entries(path: Path, **more: Any) -> list[LedgerEntry]:
    return [one.entry for one in read(path, **more) if one.entry is not None]


def messages(path: Path, **more: Any) -> str:
    return "\n".join(str(problem) for one in read(path, **more) for problem in one.problems)


def lines(path: Path, *rows: str | bytes) -> Path:
    path.write_bytes(b"\n".join(row.encode() if isinstance(row, str) else row for row in rows))
    return path


def table(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def test_every_form_gives_the_same_entry(tmp_path: Path) -> None:
    found = [
        entries(lines(tmp_path / "a.jsonl", json.dumps(ROW, ensure_ascii=False))),
        entries(lines(tmp_path / "b.jsonl", b"\xef\xbb\xbf" + json.dumps(ROW).encode(), "", "  ")),
        *(entries(table(tmp_path / f"{encoding}.csv", [HEADINGS, CELLS], encoding), ledger="招聘会台账")
          for encoding in ("utf-8", "utf-8-sig", "gb18030", "utf-16")),
        entries(table(tmp_path / "招聘会台账.csv", [[], HEADINGS, CELLS, [""] * 7])),
        entries(table(tmp_path / "all.csv", [[*HEADINGS, "台账"], [*CELLS, "招聘会台账"]])),
    ]  # fmt: skip
    assert len(found[0]) == 1
    assert found[0][0].fields["pay"] == Fraction(25, 2)
    assert all(one == found[0] for one in found)


def test_decimals_keep_their_characters(tmp_path: Path) -> None:
    text = '{"ledger":"fairs","id":"fairs-1","date":"2026-03-05","area":0.1,"pay":1680.10}'
    entry = entries(lines(tmp_path / "a.jsonl", text))[0]
    assert entry.fields["area"] == Fraction(1, 10)
    assert entry.fields["pay"] == Fraction(16801, 10)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ('{"ledger":"fairs","date":"2026-03-05","pay":1.005}', "超过两位小数"),
        ('{"ledger":"fairs","date":"2026-03-05","area":1e5}', "不用科学计数法"),
        ('{"ledger":"fairs","date":"2026-03-05","area":NaN}', "“NaN”不是数字|不是完整的 JSON"),
        ('{"ledger":"fairs","date":"2026-03-05","posts":1,"posts":2}', "“posts”写了两次"),
        ('{"ledger":"fairs","date":"2026-03-05","posts" : 1, "posts" :2}', "“posts”写了两次"),
        ('{"ledger":"fairs","date":"2026-03-05","seeker":{"name":"a","name":"b"}}', "“name”写了两次"),
        ('{"ledger":"fairs","date":"2026-03-05"', "不是完整的 JSON"),
        ('["fairs"]', "不是一条记录"),
        (b'{"ledger":"\xd5\xd0\xc6\xb8"}', "不是 UTF-8"),
    ],
)
def test_a_broken_line_is_named_and_the_next_one_read(tmp_path: Path, row: str | bytes, words: str) -> None:
    path = lines(tmp_path / "a.jsonl", row, json.dumps(ROW))
    found = read(path)
    assert found[0].entry is None
    assert any(word in str(found[0].problems[0]) for word in words.split("|")), found[0].problems
    assert "a.jsonl:1" in str(found[0].problems[0])
    assert found[1].entry is not None


#: What a line may hold, floats and awkward quotes included.
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text('ab":\\, ', max_size=6)
    | st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-9, max_value=9).map(str),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text('a":', max_size=2), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


@over(st.lists(st.tuples(st.text('ab": ', max_size=3), VALUES, st.booleans()), max_size=5), st.sampled_from([",", ", "]),
      st.sampled_from([":", ": ", " : "]))  # fmt: skip
def test_the_fast_reader_never_differs_from_the_exact_one(
    tmp_path_factory: pytest.TempPathFactory, pairs: list[tuple[str, Any, bool]], comma: str, colon: str
) -> None:
    parts = []
    for key, value, bare in pairs:
        # A decimal text is sometimes written as a bare JSON number.
        shown = value if bare and isinstance(value, str) and value[-3:-2] == "." else json.dumps(value)
        parts.append(f"{json.dumps(key)}{colon}{shown}")
    line = "{" + comma.join(parts) + "}"
    path = lines(tmp_path_factory.getbasetemp() / "row.jsonl", line)
    (row,) = json_rows(path)
    wanted, problem = exactly(line)
    assert (row.values, row.problem) == (wanted, problem)
    assert [type(value) for value in row.values.values()] == [type(value) for value in wanted.values()]


def exactly(line: str) -> tuple[dict[str, Any], str]:
    try:
        return exact_row(line.encode()), ""
    except ValueError as error:
        return {}, str(error)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["日期", "岗位数"], ["2026-03-05", "5"]], "没有这一列，整张表没有读入；是不是“岗位”？"),
        ([["日期", "岗位", "岗位"], ["2026-03-05", "5", "6"]], "表头“岗位”有两列"),
        ([["日期"], ["2026-03-05", "5"]], "“5”所在的列没有表头"),
        ([["日期", ""], ["2026-03-05", "5"]], "“5”所在的列没有表头"),
        ([["日期", "身份证号"], ["2026-03-05", "3.60824E+17"]], "应为18位"),
        ([], "文件是空的"),
    ],
)
def test_a_table_with_a_fault_says_where(tmp_path: Path, rows: list[list[str]], words: str) -> None:
    path = table(tmp_path / "a.csv", rows)
    assert words in messages(path, ledger="fairs")
    assert entries(path, ledger="fairs") == []


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.csv", b"PK\x03\x04xx", "内容却是工作簿"),
        ("a.xlsx", b"hello", "内容却不是工作簿"),
        ("a.xlsx", b"\xd0\xcf\x11\xe0", "有密码"),
        ("a.xlsx", b"PK\x03\x04 broken", "不完整，可能没有传完"),
        ("a.xls", b"x", "旧格式的 Excel"),
        ("a.pdf", b"x", "请另存为 .xlsx"),
        ("a.csv", "台账,日期\nfairs,\"2026".encode(), "引号不成对"),
        ("a.csv", b"\xff\xff\xff\n", "无法识别的字符"),
        ("a.csv", "日期\n2026-03-05".encode(), "不知道是哪本台账"),
        ("a.jsonl", b'{"a":"' + b"x" * 2 * 1024**2, "超过 1024 KB"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_problem(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    found = read(path)
    assert [one.entry for one in found] == [None]
    assert words in str(found[0].problems[0])


def test_a_missing_file_is_a_problem_too(tmp_path: Path) -> None:
    assert "找不到文件" in messages(tmp_path / "none.csv")


def test_repeats_and_references_are_checked_across_files(tmp_path: Path) -> None:
    first = lines(tmp_path / "a.jsonl", json.dumps({**ROW, "order": "orders-1"}))
    second = lines(tmp_path / "b.jsonl", json.dumps(ROW), '{"ledger":"orders","id":"orders-2","date":"2026-03-05"}')
    found = list(read_entries([EntrySource(first), EntrySource(second)], rulebook(), given()))
    texts = [str(problem) for one in found for problem in one.problems]
    assert [("编号" in text, "orders-1" in text) for text in texts] == [(True, False), (False, False), (True, True)]
    assert sum(one.entry is not None for one in found) == 2


def test_progress_is_reported_and_memory_does_not_grow_with_rows(tmp_path: Path) -> None:
    picks = random.Random(1)
    path = tmp_path / "a.jsonl"
    with path.open("w", encoding="utf-8") as file:
        for number in range(45_000):
            day = f"2026-0{picks.randrange(3, 6)}-{picks.randrange(1, 29):02d}"
            file.write(json.dumps({"ledger": "orders", "id": f"o-{number:06d}", "date": day}) + "\n")
    said: list[str] = []
    count = sum(one.entry is not None for one in read_entries(EntrySource(path), rulebook(), given(), said.append))
    assert count == 45_000
    assert len(said) == 2
    assert "20000 行（44%）" in said[0]
