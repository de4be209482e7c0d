"""Reading records: encodings, headings, and identity numbers that a spreadsheet has ruined."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from kpi.files.records import read_records
from kpi.files.refusal import FileRefused
from kpi.rulebook.answers import Refused
from kpi.survey.scoring import KEY
from kpi.survey.tables import from_rows
from tests.kpi.survey.rows import DEFINITION

TEXT = '编号,模块,姓名,证件号,采集日期,备注\r\nR1,在职,"林,一",36990019900315003X,2026-03-05,甲\r\nR2,求职,安宁,,,\r\n'
NUMBER = "369900199003150013"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_is_text_in_any_of_the_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "records.csv"
    path.write_bytes(TEXT.encode(encoding))
    records = read_records(path, DEFINITION)
    assert records.unknown == ("备注",)
    assert records.table.to_pylist() == [
        {
            KEY: 2,
            "serial": "R1",
            "module": "在职",
            "name": "林,一",
            "idno": "36990019900315003X",
            "day": "2026-03-05",
        },
        {KEY: 3, "serial": "R2", "module": "求职", "name": "安宁", "idno": "", "day": ""},
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (TEXT.encode("utf-16-le"), "空字符"),
        (b"", "是空的"),
        ("姓名,证件号\n林一,1\n".encode(), "没有“模块”这一列"),
        ("编号,模块,编号\n1,在职,2\n".encode(), "有两列都是“编号”"),
        ("编号,模块,证件号\n1,在职,3.69900199003150E+17\n".encode(), "在第 2 行是数值格式"),
        (b"\xff\xfe\xfa\x00\x81", "无法识别的字符"),
        ("编号,模块\n1,在职,多\n".encode(), "第2行有 3 格，表头有 2 列"),
    ],
)
def test_file_that_cannot_be_read_rightly_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_bytes(data)
    with pytest.raises((Refused, FileRefused), match=message):
        read_records(path, DEFINITION)


def test_cells_of_a_sheet_become_their_usual_texts() -> None:
    rows: list[list[Any]] = [
        ["R1", "在职", 35.0, date(2026, 3, 5), True, 3000.5, NUMBER],
        ["R2", "求职", 36, datetime(2026, 3, 5), None, 0.1],
    ]
    records = from_rows(["编号", "模块", "年龄", "采集日期", "退役军人", "月薪", "证件号"], enumerate(rows, 2), DEFINITION)
    assert records.table.to_pylist() == [
        {
            KEY: 2,
            "serial": "R1",
            "module": "在职",
            "age": "35",
            "day": "2026-03-05",
            "veteran": "是",
            "pay": "3000.5",
            "idno": NUMBER,
        },
        {
            KEY: 3,
            "serial": "R2",
            "module": "求职",
            "age": "36",
            "day": "2026-03-05",
            "veteran": "",
            "pay": "0.1",
            "idno": "",
        },
    ]


def test_number_cell_with_18_digits_is_refused_with_its_line() -> None:
    rows = [["R1", "在职", NUMBER], ["R2", "在职", float(NUMBER)]]
    with pytest.raises(Refused, match="在第 3 行是数值格式，18位号码的末几位已经丢失"):
        from_rows(["编号", "模块", "证件号"], enumerate(rows, 2), DEFINITION)


def test_column_rounded_to_15_digits_is_refused_but_one_such_number_is_not() -> None:
    headings = ["编号", "模块", "证件号"]
    rounded = [[f"R{n}", "在职", f"3699001990031{n:02d}000"] for n in range(10)]
    with pytest.raises(Refused, match="等 10 行"):
        from_rows(headings, enumerate(rounded, 2), DEFINITION)
    mostly_right = [*rounded[:1], *([f"S{n}", "在职", NUMBER] for n in range(9))]
    assert from_rows(headings, enumerate(mostly_right, 2), DEFINITION).table.num_rows == 10
