"""Table files as rows: every kind that offices send is read rightly, everything else refused with what to do."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time

import pytest
from openpyxl import Workbook

from app.services.act import Refused
from app.services.imports import grid
from app.services.imports.grid import Broken
from app.services.imports.look import Look, look_at
from tests.services.imports.importing import csv_file, workbook

TABLE = [["日期", "渠道", "情况"], ["2026-03-01", "公众号", "冀家岗"], ["2026-03-02", "抖音", "𬭎昌"]]


def cells(name: str, data: bytes, **more: object) -> list[list[object]]:
    return [list(row.cells) for row in grid.read(name, data, **more).rows()]  # type: ignore[arg-type]


def look(data: bytes, name: str = "a.xlsx", line: int | None = None) -> Look:
    return look_at(grid.read(name, data), ["日期", "渠道", "情况", "网点"], line)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_files_of_every_office(encoding: str) -> None:
    assert cells("导出.csv", csv_file(*TABLE, encoding=encoding)) == TABLE


@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_whatever_stands_between_the_cells(sign: str) -> None:
    text = "\r\n".join(sign.join(row) for row in TABLE)
    assert cells("a.txt", text.encode()) == TABLE


def test_quoted_cells_hold_commas_and_lines() -> None:
    assert cells("a.csv", '日期,情况\n2026-03-01,"一,二\n三"\n'.encode()) == [["日期", "情况"], ["2026-03-01", "一,二\n三"]]


def test_what_a_sheet_shows() -> None:
    data = workbook(
        ("表", [["日", "时刻", "钟点", "数", "整", "真", "文"],
               [date(2026, 3, 1), datetime(2026, 3, 1, 9, 5, 7), time(8, 30), 1.5, 12.0, True, " 留白 "]])
    )  # fmt: skip
    assert cells("a.xlsx", data)[1] == ["2026-03-01", "2026-03-01 09:05:07", "08:30", "1.5", 12, "TRUE", "留白"]


def test_rows_are_numbered_as_the_sheet_shows_them() -> None:
    book = Workbook()
    assert book.active is not None
    for place, text in (("C4", "日期"), ("D4", "渠道"), ("C5", "2026-03-01"), ("D6", "抖音")):
        book.active[place] = text
    target = io.BytesIO()
    book.save(target)
    rows = list(grid.read("a.xlsx", target.getvalue()).rows())
    assert [(row.line, list(row.cells)) for row in rows] == [
        (4, ["", "", "日期", "渠道"]), (5, ["", "", "2026-03-01", ""]), (6, ["", "", "", "抖音"])
    ]  # fmt: skip


def test_long_numbers_are_never_guessed() -> None:
    data = workbook(("表", [["身份证号"], [360124199001011234], ["360124199001011234"]]))
    first, second = (row[0] for row in cells("a.xlsx", data)[1:])
    assert isinstance(first, Broken)
    assert "设为文本格式" in first.why
    assert second == "360124199001011234"
    text = cells("a.csv", '号\n3.60124E+17\n="036012419900101"\n1E5\n'.encode())
    assert isinstance(text[1][0], Broken)
    assert [row[0] for row in text[2:]] == ["036012419900101", "1E5"]


def test_a_formula_without_its_result_spoils_its_row_alone() -> None:
    data = workbook(("表", [["日期", "情况"], ["2026-03-01", "=1+1"], ["2026-03-02", "乙"]]))
    first, second = cells("a.xlsx", data)[1:]
    assert isinstance(first[1], Broken)
    assert "公式还没有计算结果" in first[1].why
    assert second == ["2026-03-02", "乙"]


def test_what_an_export_made_harmless_is_what_it_was() -> None:
    text = "情况,数\n'=1+1,-5\n'-甲,'+8613800000001\n".encode()
    assert cells("a.csv", text)[1:] == [["=1+1", "-5"], ["-甲", "+8613800000001"]]


def test_titles_above_the_headings_are_passed_over() -> None:
    rows = [["公众号后台数据"], ["导出时间：2026-03-05"], [], *TABLE]
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    sheet.merge_cells("A1:C1")
    content = io.BytesIO()
    book.save(content)
    found = look(content.getvalue())
    assert (found.line, found.headings, found.rows) == (4, ["日期", "渠道", "情况"], 2)
    assert found.columns[1].examples == ["公众号", "抖音"]
    assert [line for line, _ in found.candidates] == [1, 2, 4, 5, 6]
    assert look(content.getvalue(), line=5).headings == ["2026-03-01", "公众号", "冀家岗"]


def test_merged_cells_among_the_rows_are_refused_with_their_place() -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in TABLE:
        sheet.append(row)
    sheet.merge_cells("B2:B3")
    content = io.BytesIO()
    book.save(content)
    with pytest.raises(Refused, match=r"B2:B3.*取消合并"):
        look(content.getvalue())


def test_headings_that_stand_twice_are_told_apart() -> None:
    found = look("日期,情况,情况,\n2026-03-01,一,二,三\n".encode(), "a.csv")
    assert found.headings == ["日期", "情况", "情况（第2列）"]
    assert [each.place for each in found.columns] == [0, 1, 2]


def test_the_sheet_that_is_wanted_else_the_first_that_shows() -> None:
    data = workbook(("说明", [["怎样填"]]), ("别的", [["甲"], ["1"]]), ("宣传报道台账", TABLE))
    assert grid.read("a.xlsx", data, ["宣传报道台账"]).sheet == "宣传报道台账"
    assert grid.read("a.xlsx", data).sheet == "别的"
    assert grid.read("a.xlsx", data).sheets == ("别的", "宣传报道台账")
    book = Workbook()
    assert book.active is not None
    book.active.title = "可见"
    book.active.append(["日期"])
    hidden = book.create_sheet("藏着")
    hidden.append(["x"])
    hidden.sheet_state = "hidden"
    content = io.BytesIO()
    book.save(content)
    assert grid.read("a.xlsx", content.getvalue()).sheets == ("可见",)


def bomb() -> bytes:
    """A few kilobytes that claim a sheet of seventeen thousand million cells."""
    good = workbook(("表", TABLE))
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            body = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                body = body.replace(b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>')
            new.writestr(name, body)
    return content.getvalue()


def inflating() -> bytes:
    """A workbook of some kilobytes with a part of four hundred megabytes of nothing."""
    content = io.BytesIO(workbook(("表", TABLE)))
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as package, package.open("xl/x.xml", "w", force_zip64=True) as part:
        for _ in range(400):
            part.write(b"\0" * 1024 * 1024)
    return content.getvalue()


HOSTILE = {
    "空的": ("a.xlsx", b""),
    "旧格式": ("a.xls", b"\xd0\xcf\x11\xe0"),
    "有密码": ("a.xlsx", b"\xd0\xcf\x11\xe0" + b"\0" * 600),
    "改了扩展名": ("a.csv", workbook(("表", TABLE))),
    "不是工作簿": ("a.xlsx", b"date,x\n1,2\n"),
    "压缩包": ("a.zip", b"PK\x03\x04"),
    "没有扩展名": ("a", b"x"),
    "截断": ("a.xlsx", workbook(("表", TABLE))[:-200]),
    "二进制": ("a.csv", b"\0\1\2\3" * 100),
    "引号不成对": ("a.csv", b'a,b\n"x,1\n2,3'),
    "空表": ("a.xlsx", workbook(("表", []))),
    "只有空行": ("a.csv", b"\n\n,,\n"),
    "占满一百万行": ("a.xlsx", bomb()),
    "列太多": ("a.csv", ",".join("abc" for _ in range(300)).encode()),
    "一格太长": ("a.csv", b"a,b\n" + b"x" * 200_000 + b",1\n"),
    "认不出的字": ("a.csv", b"\xff\xff\xfe\xfd,\x81\n"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_files_that_are_not_read_say_why(what: str) -> None:
    name, data = HOSTILE[what]
    with pytest.raises(Refused) as refused:
        look_at(grid.read(name, data), ["日期"])
    assert refused.value.message.count("请") >= 1, refused.value.message


def test_four_hundred_megabytes_of_nothing_end_within_bounds() -> None:
    with pytest.raises(Refused, match="请"):
        grid.read("a.xlsx", inflating())


def test_too_many_rows_are_counted_not_read() -> None:
    data = ("日期\n" + "2026-03-01\n" * (grid.MOST_ROWS + 200)).encode()
    with pytest.raises(Refused, match="按月份拆成几个文件"):
        grid.read("a.csv", data)


def test_a_file_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(Refused, match="拆成几个小一点的文件"):
        grid.run(0, 1, {"fd": 0, "kind": "csv", "wanted": [], "limits": {**grid.LIMITS, "seconds": 60}}, 0)
