"""The workbook to fill in: one sheet per ledger, drop-downs, help on every column, a page of explanation."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from kpi.files.workbook import sheet_title
from kpi.files.workbook_guard import GUIDE
from kpi.quantities import plain
from kpi.rulebook.document import Rulebook
from kpi.rulebook.ledgers import Field, FieldType, Ledger

_LISTED = 255  # Excel takes no longer list inside a cell's rule
_LAST_ROW = 10_000
_HEAD = PatternFill("solid", fgColor="DDEBF7")
_REQUIRED = PatternFill("solid", fgColor="FCE4D6")
_HOW = {
    FieldType.INTEGER: "整数", FieldType.DECIMAL: "数字，可带小数", FieldType.MONEY: "金额，元，最多两位小数",
    FieldType.PERCENT: "百分比，如 87.3%", FieldType.DATE: "日期，如 2026-03-05", FieldType.TIME: "时刻，如 19:00",
    FieldType.DATETIME: "日期和时刻，如 2026-03-05 19:00", FieldType.DURATION: "分钟数，如 90，或 1:30",
    FieldType.YES_NO: "是 或 否", FieldType.CHOICE: "从下拉列表选一项", FieldType.MULTIPLE_CHOICE: "可选多项，用“、”隔开",
    FieldType.PERSON: "姓名|身份证号|手机号，至少有身份证号或手机号",
    FieldType.ENTERPRISE: "企业名称|统一社会信用代码，或只填代码", FieldType.OUTLET: "网点名称",
    FieldType.EVIDENCE: "材料的文件名，多份用“；”隔开", FieldType.REFERENCE: "另一本台账里那条记录的编号",
    FieldType.TEXT: "文字",
}  # fmt: skip
_FIXED = (
    ("编号", "每条记录一个编号，不能重复；不填则按行号生成"),
    ("状态", "草稿、已提交、已审核、已退回、已撤回；只有“已审核”计入完成值"),
    ("填报人", "谁填的"),
    ("审核人", "谁审核的；不能和填报人相同"),
    ("佐证材料", "写成 种类：文件名，多份用“；”隔开，例如 现场照片：a.jpg；签到表：b.pdf"),
)
_STATES = "草稿，已提交，已审核，已退回，已撤回"


def write_template(rulebook: Rulebook, path: Path) -> None:
    """Write the workbook that `read_entries` takes: nothing in it but headings, rules and help."""
    book = Workbook()
    guide = book.active
    assert isinstance(guide, Worksheet)
    _guide(guide, rulebook)
    for ledger in rulebook.ledgers:
        _sheet(book.create_sheet(sheet_title(ledger.name)), ledger)
    book.save(path)


def _guide(sheet: Worksheet, rulebook: Rulebook) -> None:
    sheet.title = GUIDE
    lines = [
        (rulebook.title, ""),
        ("每本台账一张工作表，一行一条记录。橙色表头的列必须填；把鼠标停在表头上看填写要求。", ""),
        ("不要合并单元格，不要改表头；身份证号、代码等长号码的列已设为文本格式。", ""),
        ("没有发生的日子，台账允许时可在“零报告”列填“是”。", ""),
        ("台账", "填写要求"),
        *((ledger.name, ledger.help or f"对应条款 {'、'.join(ledger.clauses)}") for ledger in rulebook.ledgers),
    ]
    for number, (left, right) in enumerate(lines, 1):
        _text(sheet, number, 1, left)
        _text(sheet, number, 2, right)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 40
    sheet.column_dimensions["B"].width = 80


def _text(sheet: Worksheet, row: int, column: int, text: str) -> None:
    """A text that stays a text, whatever it begins with."""
    cell = sheet.cell(row, column)
    cell.value = text
    if text.startswith(("=", "+", "-", "@")):
        cell.data_type = "s"


def _sheet(sheet: Worksheet, ledger: Ledger) -> None:
    columns: list[tuple[str, str, Field | None]] = [(field.name, _help(field), field) for field in ledger.fields]
    taken = {field.name for field in ledger.fields}
    fixed = [*_FIXED, *((("零报告", "当天没有发生时填“是”，其余列留空"),) if ledger.nil_return else ())]
    for name, text in fixed:
        if name not in taken:
            columns.append((name, text, None))
    for number, (name, text, field) in enumerate(columns, 1):
        _text(sheet, 1, number, name)
        head = sheet.cell(1, number)
        head.font, head.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
        head.fill = _REQUIRED if field is not None and field.required else _HEAD
        head.comment = Comment(text, "填写要求", width=320, height=140)
        _column(sheet, get_column_letter(number), name, field)
    sheet.freeze_panes = "A2"


def _help(field: Field) -> str:
    parts = [_HOW[field.type], "必填" if field.required else "按条件必填" if field.required_if is not None else "选填"]
    if field.minimum is not None:
        parts.append(f"不小于 {plain(field.minimum)}")
    if field.maximum is not None:
        parts.append(f"不大于 {plain(field.maximum)}")
    if field.unit:
        parts.append(f"单位：{field.unit}")
    if field.choices:
        parts.append(f"可选：{'、'.join(field.choices)}")
    return "\n".join([*parts, *([field.help] if field.help else [])])


def _column(sheet: Worksheet, letter: str, name: str, field: Field | None) -> None:
    sheet.column_dimensions[letter].width = max(12, min(2 * len(name) + 4, 40))
    options = _options(name, field)
    if options and len(options) <= _LISTED and '"' not in options:
        rule = DataValidation(type="list", formula1=f'"{options}"', allow_blank=True)
        rule.error = "请从下拉列表里选"
        sheet.add_data_validation(rule)
        rule.add(f"{letter}2:{letter}{_LAST_ROW}")
    if field is None or field.type not in (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY):
        sheet.column_dimensions[letter].number_format = "@"


def _options(name: str, field: Field | None) -> str:
    if field is None:
        return _STATES if name == "状态" else "是，否" if name == "零报告" else ""
    if field.type is FieldType.YES_NO:
        return "是，否"
    # A comma inside an option would split it in two in Excel's list.
    single = field.type in (FieldType.CHOICE, FieldType.OUTLET)
    return ",".join(field.choices) if single and not any("," in one for one in field.choices) else ""
