"""Writes sixth-entries.xlsx: the template of sixth.yaml, filled with half a year of invented entries.

Run from the top of the project: `python -m docs.examples.make_entries`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from stdnum.cn import uscc

from kpi.files.template import write_template
from kpi.rulebook.loader import load_text

HERE = Path(__file__).parent
Row = dict[str, Any]

CONTRACTOR = {"填报人": "驿站填报员", "审核人": "县局审核员", "状态": "已审核"}
BUYER = {"填报人": "县局检查员", "审核人": "县局复核员", "状态": "已审核"}
TRADES = ("养老护理", "电工", "中式面点", "短视频制作")
NOTICES = ("招工信息", "工资标准", "维权电话", "安全提示", "意见箱")
STATIONS = {"北门驿站": 28, "码头驿站": 24, "开发区驿站": 21}


def classes() -> Iterator[Row]:
    """Four classes a month; one too short in May, one not verified yet in July."""
    for number in range(24):
        month, place = 3 + number // 4, number % 4
        name = f"{number + 1:03d}"
        yield {
            "编号": f"KB-{name}", "开班日期": f"2026-{month:02d}-{3 + 7 * place:02d}", "班号": f"YX{name}",
            "工种": TRADES[place], "上课时间": "19:00", "课时": 6 if number == 10 else 8 + place,
            "应到人次": 100, "实到人次": 84 if number < 6 else 83, "佐证材料": f"课堂照片:kb{name}.jpg",
            **CONTRACTOR, "状态": "已提交" if number == 19 else "已审核",
        }  # fmt: skip


def issues() -> Iterator[Row]:
    for number, kind in enumerate(("迟到", "擅自调课", "迟到", "缺课时", "迟到"), 1):
        yield {
            "编号": f"JX-{number:03d}", "检查日期": f"2026-{3 + number:02d}-12", "班": f"KB-{4 * number:03d}",
            "问题": kind, "迟到时长": "0:20" if kind == "迟到" else None, **BUYER,
        }  # fmt: skip


def trainees() -> Iterator[Row]:
    """40 examined, 33 passed, 14 with a certificate; of the passed three are paid for elsewhere."""
    for number in range(1, 41):
        passed = number % 5 > 0 or number == 40
        yield {
            "编号": f"XY-{number:03d}", "结业日期": "2026-06-26" if number <= 20 else "2026-08-28",
            "学员": f"学员{number:02d}||139000000{number:02d}",
            "考核成绩": "82.5" if passed else "51", "合格": "是" if passed else "否",
            "取得等级证书": "是" if passed and number <= 17 else "否",
            "已享受其他财政补贴": "是" if number in (1, 2, 33, 35) else "否", **CONTRACTOR,
        }  # fmt: skip


def placements() -> Iterator[Row]:
    day = date(2026, 3, 2)
    entry = 0
    for station, count in STATIONS.items():
        for number in range(1, count + 1):
            entry += 1
            yield {
                "编号": f"DJ-{entry:03d}", "上岗日期": (day + timedelta(days=6 * number)).isoformat(), "驿站": station,
                "零工": f"零工{number:02d}||138000000{number:02d}", "用工单位": employer(number % 5),
                "日工资": "180.00", **CONTRACTOR,
            }  # fmt: skip


def employer(number: int) -> str:
    code = f"91999900MA000000{number}"
    return f"示范企业{number}|{code}{uscc.calc_check_digit(code)}"


def notices() -> Iterator[Row]:
    for number, item in enumerate(NOTICES, 1):
        in_place = "否" if item == "安全提示" else "是"
        yield {
            "编号": f"GS-{number:03d}",
            "检查日期": "2026-06-15",
            "公示内容": item,
            "已公示": in_place,
            **BUYER,
        }


def questionnaires() -> Iterator[Row]:
    for number in range(1, 63):
        yield {
            "编号": f"WJ-{number:03d}", "日期": "2026-05-20" if number <= 45 else "2026-08-20", "问卷号": f"W{number:03d}",
            "满意": "否" if number % 15 == 0 else "是", **BUYER,
        }  # fmt: skip


def roster_checks() -> Iterator[Row]:
    one = {"抽查条数": 10, "差错条数": 1, **BUYER}
    yield {"编号": "CC-001", "抽查日期": "2026-06-29", "查实虚报": "否", **one}
    yield {"编号": "CC-002", "抽查日期": "2026-08-30", "查实虚报": "是", **one}


def media() -> Iterator[Row]:
    for number, level in enumerate(("县级", "市级", "省级"), 4):
        yield {
            "编号": f"MT-{number:03d}", "报道日期": f"2026-{number:02d}-10", "标题": f"夜校开到家门口({number}月)", "媒体级别": level,
            "报道截图": f"bd{number}.png", **CONTRACTOR,
        }  # fmt: skip


SHEETS = {
    "夜校开班台账": classes, "教学检查台账": issues, "结业学员名册": trainees, "上岗对接台账": placements,
    "公示检查台账": notices, "满意度问卷": questionnaires, "名册抽查台账": roster_checks, "媒体报道台账": media,
}  # fmt: skip


def fill(sheet: Worksheet, rows: Iterator[Row]) -> None:
    """Rows under the headings that the template wrote."""
    headings = {cell.value: number for number, cell in enumerate(sheet[1], 1)}
    for line, row in enumerate(rows, 2):
        for name, value in row.items():
            if value not in (None, ""):
                sheet.cell(line, headings[name], value)


def write(path: Path) -> Workbook:
    """The filled workbook at `path`."""
    source = load_text((HERE / "sixth.yaml").read_text("utf-8"), "sixth.yaml")
    write_template(source.rulebook, path)
    book = load_workbook(path)
    for title, rows in SHEETS.items():
        fill(book[title], rows())
    book.save(path)
    return book


if __name__ == "__main__":
    write(HERE / "sixth-entries.xlsx")
