"""Workbooks: what the template asks for is read back, what is dangerous or ambiguous is refused."""

from __future__ import annotations

import datetime as clock
import zipfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from kpi.files.limits import Limits
from kpi.files.reading import read_entries
from kpi.files.source import EntrySource
from kpi.files.template import write_template
from kpi.ledger import Checked
from kpi.rulebook.loader import known_keys, load_known
from tests.kpi.indicators.rulebooks import given
from tests.kpi.ledger.books import id_number, rulebook

SHEET = "招聘会台账"
ID = id_number("36082419900307001")


def read(path: Path, **limits: int) -> list[Checked]:
    return list(read_entries(EntrySource(path), rulebook(), given(), None, Limits(**limits)))


def messages(path: Path, **limits: int) -> str:
    return "\n".join(str(problem) for one in read(path, **limits) for problem in one.problems)


def book(path: Path, *rows: list[Any], title: str = SHEET, change: Callable[[Worksheet], None] | None = None) -> Path:
    made = Workbook()
    sheet = made.active
    assert isinstance(sheet, Worksheet)
    sheet.title = title
    for row in rows:
        sheet.append(row)
    if change is not None:
        change(sheet)
    made.save(path)
    return path


def rewritten(path: Path, change: Callable[[bytes], bytes]) -> Path:
    """The workbook with its first sheet's text changed."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    parts["xl/worksheets/sheet1.xml"] = change(parts["xl/worksheets/sheet1.xml"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def test_cells_are_read_as_what_they_show(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx",
        ["编号", "日期", "岗位(个)", "面积", "金额", "开始", "时长", "完成", "求职者"],
        ["fairs-1", clock.date(2026, 3, 5), 50, 0.1, 1680.55, clock.time(19, 30), clock.timedelta(minutes=95), True, ID],
        [None] * 9,
        ["fairs-2", "2026-03-06", "5", "0.30", "2", "9:05", "1:30", "是", f"张三|{ID}"],
    )  # fmt: skip
    found = read(path)
    assert [str(problem) for one in found for problem in one.problems] == []
    first, second = (one.entry.fields for one in found if one.entry is not None)
    assert (first["area"], first["pay"], first["posts"]) == (Fraction(1, 10), Fraction(33611, 20), 50)
    assert (first["date"], first["begins"], first["length"]) == (clock.date(2026, 3, 5), clock.time(19, 30), 95)
    assert (first["done"], first["seeker"], second["seeker"]) == (True, ID, ID)
    assert (second["area"], second["begins"]) == (Fraction(3, 10), clock.time(9, 5))


def test_the_row_of_the_sheet_is_named(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["日期", "岗位"], ["2026-03-05", 5], [None, None], ["2026-03-06", "x"])
    assert f"a.xlsx[{SHEET}]:4 {SHEET} 岗位" in messages(path)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([["日期", "身份证号"], ["2026-03-05", int(ID[:17] + "0")]], "第16位起已经丢失"),
        ([["日期", "岗位数"], ["2026-03-05", 5]], "没有这一列，整张表没有读入"),
        ([["日期", "岗位", "岗位"], ["2026-03-05", 5, 6]], "表头“岗位”有两列"),
        ([["日期"], ["2026-03-05", 5]], "“5”所在的列没有表头"),
        ([["日期", "岗位"], ["2026-03-05", "=1+2"]], "公式还没有计算结果"),
    ],
)
def test_a_sheet_with_a_fault_says_which(tmp_path: Path, rows: list[list[Any]], words: str) -> None:
    path = book(tmp_path / "a.xlsx", *rows)
    assert words in messages(path)
    assert [one.entry for one in read(path)] == [None]


def test_a_formula_with_its_result_is_its_result(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["日期", "岗位"], ["2026-03-05", "=1+2"])
    rewritten(path, lambda text: text.replace(b"<f>1+2</f><v></v>", b"<f>1+2</f><v>3</v>")
              .replace(b"<f>1+2</f><v/>", b"<f>1+2</f><v>3</v>").replace(b"<f>1+2</f><v />", b"<f>1+2</f><v>3</v>"))  # fmt: skip
    assert [one.entry.fields["posts"] for one in read(path) if one.entry is not None] == [3]


def test_merged_cells_are_refused_with_their_place(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["日期", "岗位"], ["2026-03-05", 5], ["", 6],
                change=lambda sheet: sheet.merge_cells("A2:A3"))  # fmt: skip
    assert "合并单元格 A2:A3" in messages(path)


def test_hidden_sheets_are_read_and_said(tmp_path: Path) -> None:
    def hide(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.create_sheet("说明")
        sheet.sheet_state = "hidden"

    path = book(tmp_path / "a.xlsx", ["日期"], ["2026-03-05"], change=hide)
    assert "隐藏的工作表" in messages(path)
    assert sum(one.entry is not None for one in read(path)) == 1


def test_a_sheet_of_no_ledger_is_a_problem_unless_it_is_empty(tmp_path: Path) -> None:
    assert "规则书里没有台账“招聘台账”；是不是“招聘会台账”？" in messages(book(tmp_path / "a.xlsx", ["日期"], title="招聘台账"))
    assert messages(book(tmp_path / "b.xlsx", title="Sheet1")) == ""


def sparse(text: bytes) -> bytes:
    return text.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')


def wide_and_high(text: bytes) -> bytes:
    rows = b'<row r="3"><c r="IV3"><v>1</v></c></row><row r="499999"><c r="A499999"><v>1</v></c></row>'
    assert Limits().cells < 256 * 499_999
    return text.replace(b"</sheetData>", rows + b"</sheetData>")


def placeless(text: bytes) -> bytes:
    return text.replace(b'<c r="A2"', b"<c")


@pytest.mark.parametrize(
    ("change", "words"),
    [(sparse, "第1048576行、第16384列"), (wide_and_high, "超过上限"), (placeless, "没有写明位置")],
)
def test_a_sheet_that_claims_too_much_room_is_not_opened(
    tmp_path: Path, change: Callable[[bytes], bytes], words: str
) -> None:
    path = rewritten(book(tmp_path / "a.xlsx", ["日期"], ["2026-03-05"]), change)
    assert words in messages(path)


def test_a_bomb_is_stopped_while_it_is_inflated(tmp_path: Path) -> None:
    path = rewritten(book(tmp_path / "a.xlsx", ["日期"]), lambda text: text + b"<a/>" * 5_000_000)
    assert path.stat().st_size < 100_000
    assert "可能是恶意文件" in messages(path, inflated=10_000_000)


def test_macros_are_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx", ["日期"])
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/vbaProject.bin", b"x")
    assert "有宏" in messages(path)


@pytest.mark.parametrize("key", known_keys())
def test_the_template_of_every_rulebook_reads_back_without_a_problem(tmp_path: Path, key: str) -> None:
    rulebook_ = load_known(key).rulebook
    path = tmp_path / "模板.xlsx"
    write_template(rulebook_, path)
    assert list(read_entries(EntrySource(path), rulebook_)) == []
    made = load_workbook(path)
    assert made.sheetnames[0] == "说明"
    assert len(made.sheetnames) == len(rulebook_.ledgers) + 1


def test_the_template_helps_with_every_column(tmp_path: Path) -> None:
    path = tmp_path / "模板.xlsx"
    write_template(rulebook(), path)
    sheet = load_workbook(path)[SHEET]
    heads = {cell.value: cell for cell in sheet[1]}
    assert heads["类别"].comment is not None
    assert "现场招聘会、网络招聘会" in heads["类别"].comment.text
    rules = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    column = heads["类别"].column_letter
    assert rules[f"{column}2:{column}10000"] == '"现场招聘会,网络招聘会"'
    assert heads["日期"].fill.fgColor.rgb != heads["标题"].fill.fgColor.rgb
