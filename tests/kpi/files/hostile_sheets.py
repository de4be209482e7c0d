"""Workbooks whose archive is right and whose sheets are odd: what Excel, other programs and people make of them."""

from __future__ import annotations

from tests.kpi.files.archives import (
    DATA,
    HEAD,
    HEADINGS,
    OPEN,
    SHEET,
    Part,
    archive,
    cell,
    parts_of,
    place,
    rows,
    shared,
    sheet,
    usual,
    workbook,
)
from tests.kpi.files.hostile import BOTH, FIRST, Case, refused
from tests.kpi.ledger.books import id_number

ID = id_number("36082419900307001")
DAY = "2026-03-05"


def table(*values: tuple[object, ...], headings: tuple[str, ...] = HEADINGS) -> str:
    return rows(headings, *values)


def one(posts: object) -> bytes:
    """A usual first row, and a second whose posts are this cell."""
    return usual(table(("f-1", DAY, 5), ("f-2", "2026-03-06", posts)))


def dated(value: str, book: str = "") -> bytes:
    return usual(table(("f-1", f'<c s="1"><v>{value}</v></c>', 5)), book=book)


def person(value: object) -> bytes:
    return usual(table(("f-1", DAY, 5, value), headings=(*HEADINGS, "身份证号")))


def other_text(encoding: str, declared: str) -> bytes:
    text = sheet(DATA).replace("UTF-8", declared)
    return workbook({SHEET: text.encode(encoding)})


def prefixed() -> str:
    text = sheet(DATA).replace(HEAD, "")
    for name in ("worksheet", "sheetData", "row", "c", "v", "is", "t"):
        text = text.replace(f"<{name} ", f"<x:{name} ").replace(f"<{name}>", f"<x:{name}>").replace(f"</{name}>", f"</x:{name}>")
    return HEAD + text.replace("xmlns=", "xmlns:x=")


def with_error_cells(number: int) -> bytes:
    return usual(table(*((f"f-{n}", DAY, '<c t="e"><v>#REF!</v></c>') for n in range(number))))


def claiming(row: int, column: int) -> bytes:
    return usual(DATA + f'<row r="{row}"><c r="{place(column, row)}"><v>1</v></c></row>')


def rich() -> bytes:
    text = shared("x", "x").replace(
        "<si><t>x</t></si>", '<si><r><t>f</t></r><r><rPr><b/></rPr><t>-1</t></r><rPh sb="0" eb="1"><t>注音</t></rPh></si>', 1
    )
    return usual(table(('<c t="s"><v>0</v></c>', DAY, 5)), more={"xl/sharedStrings.xml": text})


def escaped() -> bytes:
    number = '<c t="inlineStr"><is><t>&#102;-1</t></is></c>'
    return usual(table((number, DAY, 5)))


def far_inside() -> bytes:
    """Headings in row 7, from column D on, and blank rows between."""
    texts = ((7, HEADINGS), (9, ("f-1", DAY, "5")), (11, ("f-2", DAY, "x")))
    return usual("".join(
        f'<row r="{n}">' + "".join(cell(place(column, n), text) for column, text in enumerate(row, 4)) + "</row>"
        for n, row in texts
    ))  # fmt: skip


SHEETS: list[Case] = [
    Case("formula-with-its-result", lambda: one("<c><f>1+5</f><v>6</v></c>"), BOTH),
    Case("formula-without-a-result", lambda: one("<c><f>1+5</f></c>"), FIRST, ("单元格 C3 的公式还没有计算结果",)),
    Case("formula-with-an-empty-result", lambda: one("<c><f>1+5</f><v></v></c>"), FIRST, ("C3", "还没有计算结果")),
    Case("shared-formula-without-a-result", lambda: one('<c><f t="shared" si="0"/></c>'), FIRST, ("还没有计算结果",)),
    Case("formula-that-gives-no-text", lambda: one('<c t="str"><f>IF(1,"")</f><v></v></c>'), (*FIRST, ("f-2", None))),
    Case("formula-to-another-program", lambda: usual(table(('<c t="str"><f>cmd|\' /c calc\'!A0</f><v>f-1</v></c>', DAY, 5))), FIRST),
    Case("error-cells", lambda: one('<c t="e"><v>#N/A</v></c>'), FIRST, ("单元格 C3 是错误值 #N/A",)),
    Case("error-of-a-formula", lambda: one("<c t='e'><f>1/0</f><v>#DIV/0!</v></c>"), FIRST, ("C3 是错误值 #DIV/0!",)),
    Case("row-of-an-error-only", lambda: usual(DATA + '<row r="9"><c r="B9" t="e"><v>#REF!</v></c></row>'), BOTH, ("B9 是错误值",)),
    refused("ten-thousand-errors", lambda: with_error_cells(10_001), "超过 10000 格读不出来"),
    refused("error-in-the-headings", lambda: usual(rows(("编号", '<c t="e"><v>#N/A</v></c>', "岗位"), ("f-1", DAY, 5))),
            "表头读不出来"),
    Case("id-as-a-number", lambda: person(int(ID[:17] + "0")), (), ("第16位起已经丢失",)),
    Case("id-as-a-float", lambda: person(float(ID[:17])), (), ("第16位起已经丢失",)),
    Case("id-in-scientific-notation", lambda: person("3.60824E+17"), (), ("应为18位",)),
    Case("id-as-a-text", lambda: person(ID), FIRST),
    Case("id-in-full-width", lambda: person("".join(chr(ord(x) + 0xFEE0) for x in ID)), FIRST),
    Case("number-beyond-all", lambda: one("<c><v>1e400</v></c>"), FIRST, ("大得无法表示",)),
    Case("not-a-number", lambda: one("<c><v>nan</v></c>"), FIRST, ("大得无法表示",)),
    Case("text-where-a-number-belongs", lambda: one("六"), FIRST, ("“六”不是数字",)),
    Case("half-a-post", lambda: one(5.5), FIRST, ("不是整数",)),
    Case("truth-where-a-number-belongs", lambda: one('<c t="b"><v>1</v></c>'), FIRST, ("不是精确的数字",)),
    Case("negative-zero", lambda: one("<c><v>-0</v></c>"), (*FIRST, ("f-2", 0))),
    Case("full-width-digits", lambda: one("\uff16"), BOTH),
    Case("number-as-a-text", lambda: one("6"), BOTH),
    Case("rounding-of-floats", lambda: one("<c><v>5.9999999999999996</v></c>"), BOTH),
    Case("unseen-characters", lambda: usual(table(("f-1", DAY, 5), ("f\u200b-2", DAY, 6))), FIRST, ("看不见的字符（U+200B）",)),
    Case("date-cell-1900", lambda: dated("46086"), FIRST, fields={"date": "2026-03-05"}),
    Case("date-cell-1904", lambda: dated("44624", 'date1904="1"'), FIRST, fields={"date": "2026-03-05"}),
    Case("date-that-never-was", lambda: dated("60"), (), ("不在合同期",)),
    Case("date-without-a-format", lambda: usual(table(("f-1", 46086, 5))), (), ("日期序号",)),
    Case("date-beyond-the-calendar", lambda: dated("99999999"), (), ("不是日期",)),
    Case("date-as-a-text", lambda: usual(table(("f-1", "2026年3月5日", 5))), FIRST, fields={"date": "2026-03-05"}),
    Case("iso-date-cell", lambda: usual(table(("f-1", '<c t="d"><v>2026-03-05</v></c>', 5))), FIRST, fields={"date": "2026-03-05"}),
    Case("hidden-rows", lambda: usual(rows(HEADINGS, ("f-1", DAY, 5), ("f-2", DAY, 6), attributes={3: 'hidden="1"'})), BOTH,
         ("有 1 行是隐藏的（第一处在第3行）",)),
    Case("hidden-column", lambda: workbook({SHEET: sheet(DATA, '<cols><col min="3" max="3" hidden="1"/></cols>')}), BOTH,
         ("有隐藏的列",)),
    Case("hidden-sheet", lambda: usual(states={SHEET: ' state="hidden"'}), BOTH, ("隐藏的工作表",)),
    Case("very-hidden-sheet", lambda: usual(states={SHEET: ' state="veryHidden"'}), BOTH, ("隐藏的工作表",)),
    refused("merged-cells", lambda: workbook({SHEET: sheet(DATA, after='<mergeCells><mergeCell ref="C2:C3"/></mergeCells>')}),
            "合并单元格 C2:C3"),
    refused("merged-nowhere", lambda: workbook({SHEET: sheet(DATA, after='<mergeCells><mergeCell ref="ZZ"/></mergeCells>')}), "已损坏"),
    Case("dimension-too-large", lambda: workbook({SHEET: sheet(DATA, '<dimension ref="A1:XFD1048576"/>')}), BOTH),
    Case("dimension-too-small", lambda: workbook({SHEET: sheet(DATA, '<dimension ref="A1"/>')}), BOTH),
    Case("million-columns-declared", lambda: workbook({SHEET: sheet(DATA, '<cols><col min="1" max="1000000" width="9"/></cols>')}),
         BOTH),
    refused("far-away-cell", lambda: claiming(1_048_576, 16_384), "第1048576行、第16384列"),
    refused("far-away-column", lambda: claiming(4, 257), "第4行、第257列"),
    refused("wide-and-high", lambda: usual(
        DATA + f'<row r="4"><c r="{place(256, 4)}"><v>1</v></c></row><row r="499999"><c r="A499999"><v>1</v></c></row>'), "超过上限"),
    refused("cell-below-its-row", lambda: usual(DATA + '<row r="4"><c r="A900000"><v>1</v></c></row>'), "第900000行"),
    refused("column-without-end", lambda: usual(DATA.replace('"C3"', '"ZZZZZZZZ3"')), "没有写明位置"),
    refused("cells-without-a-place", lambda: usual(DATA.replace('<c r="A2"', "<c")), "没有写明位置"),
    refused("place-in-other-quotes", lambda: usual(DATA.replace('r="A2"', "r='A2'")), "没有写明位置"),
    refused("place-in-disguise", lambda: usual(DATA.replace('r="A2"', 'r="&#65;2"')), "没有写明位置"),
    refused("rows-backwards", lambda: usual(rows(("f-1", DAY, 5), first=2) + rows(HEADINGS)), "重复或倒序"),
    refused("row-twice", lambda: usual(DATA + rows(("f-9", DAY, 9), first=3)), "重复或倒序"),
    refused("two-data-areas", lambda: workbook({SHEET: sheet(DATA + "</sheetData><sheetData>" + DATA)}), "两个数据区"),
    refused("no-data-area", lambda: workbook({SHEET: f"{HEAD}{OPEN}</worksheet>"}), "没有数据区"),
    refused("sheet-without-a-part", lambda: archive(
        (n, p) for n, p in parts_of({SHEET: sheet(DATA)}).items() if "sheet1" not in n), "没有数据区"),
    refused("sheet-under-another-name", lambda: workbook({SHEET: sheet(DATA)}, targets={SHEET: "media/image1.png"}), "没有数据区"),
    refused("sheet-cut-off", lambda: workbook({SHEET: sheet(DATA)[:-60]}), "已损坏"),
    refused("tags-crossed", lambda: usual(DATA.replace("</c></row>", "</row></c>", 1)), "已损坏"),
    refused("cell-closed-too-early", lambda: usual(DATA.replace("</v></c>", "</c></v>", 1)), "已损坏"),
    refused("utf-16", lambda: other_text("utf-16", "UTF-16"), "不是 UTF-8"),
    refused("utf-16-unmarked", lambda: other_text("utf-16-le", "UTF-16"), "实体声明或乱码"),
    refused("gbk", lambda: other_text("gbk", "GBK"), "不是 UTF-8"),
    refused("broken-utf-8", lambda: workbook({SHEET: sheet(DATA).encode().replace(b"f-1", b"f\xff1")}), "已损坏"),
    refused("zero-in-a-text", lambda: workbook({SHEET: sheet(DATA).encode().replace(b"f-1", b"f\x001")}), "乱码"),
    refused("same-title-twice", lambda: archive({**parts_of({SHEET: sheet(DATA), "b": sheet(DATA)}), "xl/workbook.xml": Part.of(
        "<workbook xmlns:r='r'><sheets><sheet name='a' r:id='rId1'/><sheet name='a' r:id='rId2'/></sheets></workbook>")}.items()),
        "同名的工作表"),
    refused("missing-shared-text", lambda: one('<c t="s"><v>7</v></c>'), "已损坏"),
    refused("truth-that-is-none", lambda: one('<c t="b"><v>2</v></c>'), "已损坏"),
    Case("rich-text", rich, FIRST),
    Case("escaped-text", escaped, FIRST),
    Case("prefixed-tags", lambda: workbook({SHEET: prefixed()}), BOTH),
    Case("blank-rows-and-columns-first", far_inside, FIRST, (":11 ", "不是数字")),
    refused("headings-twice", lambda: usual(table(("f-1", DAY, 5, 5), headings=(*HEADINGS, "岗位"))), "“岗位”有两列"),
    Case("value-without-a-heading", lambda: usual(table(("f-1", DAY, 5), ("f-2", DAY, 6, "多"))), FIRST, ("“多”所在的列没有表头",)),
    Case("unknown-heading", lambda: usual(table(("f-1", DAY, 5), headings=("编号", "日期", "岗位数"))), (), ("没有这一列",)),
    Case("headings-only", lambda: usual(rows(HEADINGS))),
    Case("empty-sheet", lambda: usual("")),
    refused("sheet-of-no-ledger", lambda: workbook({"别的": sheet(DATA)}), "没有台账“别的”"),
    refused("guide-only", lambda: workbook({"说明": sheet(DATA)}), "没有台账工作表"),
    Case("same-number-twice", lambda: usual(table(("f-1", DAY, 5), ("f-1", DAY, 6))), FIRST, ("前面已经有了",)),
    Case("formula-as-a-text", lambda: usual(table(("f-1", DAY, 5, "=1+1"), headings=(*HEADINGS, "标题"))), FIRST,
         fields={"title": "=1+1"}),
]  # fmt: skip
