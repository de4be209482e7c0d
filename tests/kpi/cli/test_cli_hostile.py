"""Every command with files that are wrong in every way: a message in Chinese, exit code 2 or 1, no traceback."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.kpi import riverside
from tests.kpi.cli.running import BOOK, Runner
from tests.kpi.files.archives import SHEET, rows, sheet, usual, workbook
from tests.kpi.files.hostile_archives import blanks, laughs, outside_entity

SURVEY = "xinzhou-labour-survey"
#: What a library would say; file names and what was written are taken out before.
ENGLISH = re.compile(r"[A-Za-z']{2,}(?: [A-Za-z']{2,})+|Error|Exception|codec|position \d")

FILES: dict[str, bytes] = {
    "empty": b"",
    "mark": b"\xef\xbb\xbf",
    "line-ends": b"\r\n \n" * 9,
    "zero": b"a,b\n1,\x00\n",
    "utf-16": "编号,模块\n1,在职\n".encode("utf-16"),
    "utf-16-unmarked": "编号,模块\n1,在职\n".encode("utf-16-le"),
    "utf-32": "编号,模块\n".encode("utf-32"),
    "gb18030": "编号,模块\n1,在职\n".encode("gb18030"),
    "neither": b"\xff" * 99,
    "all-bytes": bytes(range(256)) * 9,
    "damaged": "编号,模块,姓名,采集日期,区域,备注,乡镇,类别\n".encode() * 2 + b"\xff\n",
    "open-quote": b'a,b\n1,"x\n',
    "quote-inside": b'a,b\n"x"y,1\n',
    "short-row": b"a,b\n1\n",
    "long-row": "记录编号,模块\n1,已就业,3\n".encode(),
    "headings": "记录编号,模块\n".encode(),
    "wide": b",".join(b"c%d" % n for n in range(999)) + b"\n",
    "long-line": b"a" * 2_000_000,
    "large-cell": b'a,b\n1,"' + b"x" * 200_000 + b'"\n',
    "page": b"<html><table><tr><td>1</td></tr></table></html>",
    "pdf": b"%PDF-1.7 x",
    "picture": b"\x89PNG\r\n\x1a\n" + b"x" * 50,
    "old-excel": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "half-archive": b"PK\x03\x04" + bytes(99),
    "no-archive": b"PK\x05\x06" + bytes(18),
    "json": b'{"a":1}',
    "list": b"[1,2]",
    "pretty": b'[\n {"a":1}\n]',
    "deep": b"[" * 100_000,
    "deep-keys": b'{"a":' * 50_000,
    "digits": b'{"format":1,"x":' + b"9" * 6000 + b"}",
    "half-character": b'{"a":"\\ud800"}',
    "nan": b'{"a":NaN}',
    "twice": b'{"a":1,"a":2}',
    "null": b"null",
    "true": b"true",
    "endless": b"1e999999999",
    "yaml": b"a: 1\nb: [1,2]\n",
    "yaml-open": b"a: [1",
    "yaml-tab": b"\ta: 1",
    "yaml-refers": b"a: &a [x]\nb: *a\n",
    "yaml-tag": b'!!python/object/apply:os.system ["ls"]\n',
    "yaml-digits": b"a: " + b"9" * 5000 + b"\n",
    "yaml-list-key": b"? [a,b]\n: 1\n",
    "yaml-two": b"a: 1\n---\nb: 2\n",
    "yaml-time": b"a: 2026-01-01 25:61:61\n",
    "yaml-binary": b"a: !!binary xx\n",
    "cases": b"contract: 5\ncases: {}\n",
    "cases-2": b"contract: riverside\ncases:\n - 1\n",
    "text": "这不是数据".encode(),
    "control": b"\x1b[31mred\x07\n",
}
BOOKS: dict[str, Callable[[], bytes]] = {
    "usual": usual, "blanks": lambda: blanks(40), "laughs": laughs, "outside": outside_entity, "half": lambda: usual()[:900],
}
SEEDS = ["--buyer-seed", "buyer's own sixteen", "--supplier-seed", "supplier's sixteen", "--commitments", "x", "y", "--share", "2%"]


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return riverside.write(tmp_path_factory.mktemp("year"))


def said(run: Runner, codes: set[int], *arguments: object) -> str:
    """What a person reads of a command that went wrong; no word of it is a library's."""
    ran = run(*arguments)
    assert ran.code in codes, ran
    text = f"{ran.err}{ran.out if ran.code else ''}"
    assert "Traceback" not in text
    if ran.code == 2:
        assert re.search(r"[\u4e00-\u9fff]{3}", text), text
    own = re.sub(r"“[^”]*”|--\w+|读到的列有[^…]*…|[!-~]*/[!-~]+|python -m kpi[^\n]*", "", text)
    assert not ENGLISH.search(own), text
    assert len(ran.err) < 20_000
    return text


@pytest.mark.parametrize("name", FILES)
def test_data_that_are_none(name: str, run: Runner, year: list[str], tmp_path: Path) -> None:
    for suffix in (".csv", ".jsonl", ".xlsx"):
        path = tmp_path / f"data{suffix}"
        path.write_bytes(FILES[name])
        said(run, {1, 2}, "score", BOOK, *year[:2], "--entries", path, "--capsule", tmp_path / "capsule.json")
        assert not (tmp_path / "capsule.json").exists()
        said(run, {2}, "sample", "draw", "--records", path, *SEEDS)
        said(run, {2}, "survey", SURVEY, path)
    for command in ("pay", "explain", "forecast"):
        said(run, {0, 1, 2}, command, BOOK, *year[:2], "--entries", path)
    said(run, {0, 1, 2}, "replay", BOOK, *year[:2], "--against", BOOK, "--entries", path)


@pytest.mark.parametrize("name", FILES)
def test_texts_that_are_none(name: str, run: Runner, year: list[str], tmp_path: Path) -> None:
    path = tmp_path / "text.yaml"
    path.write_bytes(FILES[name])
    for wrong in (
        ["check", path], ["score", path], ["template", path, "--out", tmp_path / "t.xlsx"], ["verify", path],
        ["pay", BOOK, "--capsule", path], ["replay", BOOK, *year, "--against", path], ["survey", path, path],
        ["sample", "size", "--rulebook", path, "--population", "10"],
    ):  # fmt: skip
        said(run, {2}, *wrong)
    said(run, {0, 1, 2}, "cases", path)
    said(run, {0, 1, 2}, "score", BOOK, "--setup", path)
    said(run, {0, 1, 2}, "score", BOOK, *year, "--key-file", path)
    assert not (tmp_path / "t.xlsx").exists()


@pytest.mark.parametrize("name", BOOKS)
def test_workbooks_that_fit_no_survey(name: str, run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "records.xlsx"
    path.write_bytes(BOOKS[name]())
    assert str(path) in said(run, {2}, "survey", SURVEY, path)


#: A survey table → what must be said of it.
TABLES = [
    ("", "data.csv:data.csv 是空的，没有表头"),
    ('记录编号,模块\n1,"已就业\n2,未就业\n', "引号不成对"),
    ("记录编号,模块\n1,已就业\n2\n", "第3行有 1 格，表头有 2 列"),
    ("记录编号,模块\n\n1,已就业\n\n2,未就业,x\n", "第5行有 3 格，表头有 2 列"),
    ('记录编号,模块\n"1\n",已就业\n2\n', "第4行有 1 格"),
    ("记录编号,模块,身份证\n1,已就业,3.6E+17\n", "在第 2 行是数值格式"),
    ("\n\n记录编号,模块,身份证\n\n1,已就业,3.6E+17\n", "在第 5 行是数值格式"),
    ("记录编号,模块,记录编号\n1,已就业,1\n", "有两列都是“记录编号”"),
    ("姓名\n张三\n", "没有“模块”这一列"),
]


@pytest.mark.parametrize(("text", "words"), TABLES)
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_survey_tables_with_a_fault_say_where(text: str, words: str, encoding: str, run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_bytes(text.encode(encoding))
    assert words in said(run, {2}, "survey", SURVEY, path)


def test_a_survey_s_errors_keep_their_lines_behind_blank_ones(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "data.csv"
    path.write_text('记录编号,模块,姓名\n1,已就业,"张\n三"\n\n2,火星,李四\n', "utf-8")
    ran = run("survey", SURVEY, path, "--errors", tmp_path / "errors.csv", "--json")
    assert (ran.code, ran.json["records"], ran.json["unscored"]) == (1, 2, 1)


def test_hidden_rows_of_a_survey_are_told(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "data.xlsx"
    body = rows(("记录编号", "模块"), ("1", "已就业"), ("2", "未就业"), attributes={3: 'hidden="1"'})
    path.write_bytes(workbook({SHEET: sheet(body)}))
    ran = run("survey", SURVEY, path)
    assert ran.code == 1
    assert "有 1 行是隐藏的（第一处在第3行）" in ran.out


@pytest.mark.parametrize("broken", [None, [], {}, "x", 5, [[1]], [{"a": 1}], True])
def test_capsules_with_a_part_of_another_kind(broken: object, run: Runner, year: list[str], tmp_path: Path) -> None:
    path = tmp_path / "capsule.json"
    run("score", BOOK, *year, "--capsule", path)
    body = json.loads(path.read_text("utf-8"))
    for key in body:
        if body[key] == broken:
            continue
        path.write_text(json.dumps({**body, key: broken}), "utf-8")
        said(run, {1, 2}, "verify", path)
        said(run, {2}, "pay", BOOK, "--capsule", path)


@pytest.mark.parametrize("arguments", [
    ["sample", "commit", "--buyer-seed", "abcdefghijklmnop\udcff"], ["score", "\udcff"], ["explain", BOOK, "--of", "\udcff"],
])  # fmt: skip
def test_half_characters_on_the_command_line(arguments: list[str], run: Runner) -> None:
    said(run, {2}, *arguments)
