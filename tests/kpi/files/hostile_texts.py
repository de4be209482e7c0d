"""Text files that are odd: encodings, quotes, line ends, numbers as spreadsheets leave them, JSON that is none."""

from __future__ import annotations

from tests.kpi.files.archives import usual
from tests.kpi.files.hostile import BOTH, FIRST, Case, refused
from tests.kpi.files.hostile_sheets import ID

TABLE = "编号,日期,岗位\r\nf-1,2026-03-05,5\r\nf-2,2026-03-06,6\r\n"


def table(name: str, content: str | bytes, reads: tuple[tuple[str, object], ...] = (), *says: str, **fields: str) -> Case:
    data = content.encode() if isinstance(content, str) else content
    return Case(name, lambda: data, reads, says, False, ".csv", "fairs", fields)


def no_table(name: str, content: str | bytes, *says: str) -> Case:
    data = content.encode() if isinstance(content, str) else content
    return refused(name, lambda: data, *says, suffix=".csv", ledger="fairs")


def lines(name: str, content: str | bytes, reads: tuple[tuple[str, object], ...] = (), *says: str, **fields: str) -> Case:
    data = content.encode() if isinstance(content, str) else content
    return Case(name, lambda: data, reads, says, False, ".jsonl", "fairs", fields)


def no_lines(name: str, content: bytes, *says: str) -> Case:
    return refused(name, lambda: content, *says, suffix=".jsonl", ledger="fairs")


def second(posts: str) -> str:
    return f"编号,日期,岗位\nf-1,2026-03-05,5\nf-2,2026-03-06,{posts}\n"


def entry(number: str, rest: str) -> str:
    return f'{{"id":"{number}","date":"2026-03-05",{rest}}}\n'


TABLES: list[Case] = [
    table("utf-8", TABLE, BOTH),
    table("utf-8-marked", TABLE.encode("utf-8-sig"), BOTH),
    table("gb18030", TABLE.encode("gb18030"), BOTH),
    table("gb18030-rare", TABLE.replace("编号,日期", "编号,标题,日期").replace("1,2", "1,\U0002a6d6䶮,2").replace("2,2", "2,甲乙,2")
          .encode("gb18030"), BOTH),
    table("utf-16-le", TABLE.encode("utf-16"), BOTH),
    table("utf-16-be", b"\xfe\xff" + TABLE.encode("utf-16-be"), BOTH),
    no_table("utf-16-unmarked", TABLE.encode("utf-16-le"), "空字符", "UTF-16"),
    no_table("utf-32", TABLE.encode("utf-32"), "空字符"),
    no_table("utf-16-cut", TABLE.encode("utf-16")[:-1], "无法识别的字符"),
    no_table("utf-8-damaged", TABLE.encode().replace(b"f-1", b"f\xff1"), "无法识别的字符"),
    no_table("utf-8-damaged-late", ("编号,日期,岗位\n" + "新干县公共就业服务外包,2026-03-05,5\n" * 9).encode()
             + b"f\xff,2026-03-05,5\n", "第11行", "损坏的字符"),
    no_table("neither", b"\xff\xff\xff\n", "无法识别的字符"),
    no_table("zero", TABLE.replace("f-2", "f\0-2"), "第3行有空字符"),
    no_table("open-quote", TABLE + 'f-3,"2026-03-07,7\n', "第4行附近的引号不成对"),
    no_table("open-quote-at-the-start", '"' + TABLE * 3000, "引号不成对|个字"),
    no_table("text-behind-a-quote", TABLE + '"f"-3,2026-03-07,7\n', "引号不成对"),
    no_table("cell-beyond-all", TABLE + f'"{"x" * 200_000}",2026-03-07,7\n', "内容超过 131072 个字"),
    no_table("line-without-end", "编号,日期,岗位\n" + "x" * 3_000_000, "第2行超过 1024 KB"),
    table("mixed-line-ends", "编号,日期,岗位\rf-1,2026-03-05,5\r\nf-2,2026-03-06,6\n", BOTH),
    table("old-line-ends", TABLE.replace("\r\n", "\r"), BOTH),
    table("blank-lines", "\n\n" + TABLE.replace("\r\n", "\n,,\n\n") + "f-3,2026-03-07,x\n", BOTH, ":12 ", "不是数字"),
    table("line-end-in-a-cell", '编号,日期,岗位,标题\nf-1,2026-03-05,5,"春\n风"\nf-2,2026-03-06,x,夏\n', FIRST, ":4 ", "不是数字"),
    table("tabs", TABLE.replace(",", "\t"), BOTH),
    table("semicolons", TABLE.replace(",", ";"), (), "没有这一列"),
    no_table("million-columns", ",".join(f"c{n}" for n in range(150_000)) + "\n1\n", "超过 1024 KB|最多 256 列"),
    no_table("three-hundred-columns", ",".join(f"c{n}" for n in range(300)) + "\n1\n", "表头有 300 列，最多 256 列"),
    no_table("headings-twice", "编号,日期,岗位,岗位\nf-1,2026-03-05,5,6\n", "“岗位”有两列"),
    table("blank-headings-behind", "编号,日期,岗位,,\nf-1,2026-03-05,5,,\n", FIRST),
    table("value-without-a-heading", TABLE + "f-3,2026-03-07,7,多\n", BOTH, "“多”所在的列没有表头"),
    table("short-row", TABLE + "f-3\n", BOTH, "没有业务日期"),
    no_table("empty", "", "文件是空的"),
    no_table("mark-only", b"\xef\xbb\xbf", "文件是空的"),
    no_table("line-ends-only", "\r\n" * 500, "文件是空的"),
    table("headings-only", "编号,日期,岗位\n"),
    no_table("workbook-called-csv", usual(), "内容却是工作簿"),
    no_table("page-called-csv", "<html><table><tr><td>编号</td></tr></table>", "内容却是网页"),
    no_table("pdf-called-csv", b"%PDF-1.7 x", "内容却是PDF"),
    no_table("program-called-csv", b"MZ\x90\0", "内容却是程序"),
    table("id-in-scientific-notation", "编号,日期,岗位,身份证号\nf-1,2026-03-05,5,3.60824E+17\n", (), "应为18位"),
    table("id-with-its-last-digits-gone", f"编号,日期,岗位,身份证号\nf-1,2026-03-05,5,{ID[:15]}000\n", (), "校验码不对|出生日期"),
    table("id-behind-an-apostrophe", f"编号,日期,岗位,身份证号\nf-1,2026-03-05,5,'{ID}\n", (), "应为18位"),
    table("id", f"编号,日期,岗位,身份证号\nf-1,2026-03-05,5,{ID}\n", FIRST),
    table("thousands", second('"1,234"'), FIRST, "大于最大值 500"),
    table("full-width", second("\uff16"), BOTH),
    table("negative-zero", second("-0.0"), (*FIRST, ("f-2", 0))),
    table("negative", second("-6"), FIRST, "小于最小值"),
    table("scientific", second("6e0"), FIRST, "不用科学计数法"),
    table("endless-number", second("9" * 5000), FIRST, "不像一个数字"),
    table("formula", second("=1+5"), FIRST, "不是数字"),
    table("formula-as-a-text", "编号,日期,岗位,标题\nf-1,2026-03-05,5,=1+1\n", FIRST, title="=1+1"),
    table("unseen-direction", "编号,日期,岗位,标题\nf-1,2026-03-05,5,春\u202e风\n", (), "看不见的字符（U+202E）"),
    table("impossible-day", "编号,日期,岗位\nf-1,2026-02-30,5\n", (), "没有“2026-02-30”这一天"),
    table("day-first", "编号,日期,岗位\nf-1,05/03/2026,5\n", (), "不是日期"),
    table("outside-the-term", "编号,日期,岗位\nf-1,1926-03-05,5\n", (), "不在合同期"),
]  # fmt: skip


GOOD = entry("f-1", '"posts":5')
LINES: list[Case] = [
    lines("lines", GOOD + entry("f-2", '"posts":6'), BOTH),
    lines("marked", b"\xef\xbb\xbf" + GOOD.encode(), FIRST),
    lines("line-ends-of-all-kinds", GOOD + "\r\n \r\n" + entry("f-2", '"posts":6').replace("\n", "\r\n"), BOTH),
    lines("not-json", GOOD + "编号,日期\n", FIRST, "不是完整的 JSON"),
    lines("gb18030-in-a-line", GOOD.encode() + '{"id":"招聘"}\n'.encode("gb18030"), FIRST, "不是 UTF-8"),
    no_lines("utf-16", GOOD.encode("utf-16"), "UTF-16"),
    no_lines("pretty", b'[\n {"id": 1}\n]\n', "分成多行的 JSON"),
    lines("list-in-a-line", '[{"id":1}]\n' + GOOD, FIRST, "不是一条记录"),
    lines("deep", "[" * 100_000 + "\n" + GOOD, FIRST, "不是"),
    lines("deep-inside", '{"a":' * 50_000 + "1" + "}" * 50_000 + "\n" + GOOD, FIRST, "不是完整的 JSON|嵌套太深"),
    lines("key-twice", GOOD + entry("f-2", '"posts":6,"posts":7'), FIRST, "“posts”写了两次"),
    lines("not-a-number", GOOD + entry("f-2", '"posts":NaN'), FIRST, "“NaN”不是数字|不是完整的 JSON"),
    lines("endless", GOOD + entry("f-2", '"posts":1e400'), FIRST, "不用科学计数法|不是完整的 JSON"),
    lines("huge-exponent", GOOD + entry("f-2", '"area":1E+999999999'), FIRST, "不用科学计数法|不是完整的 JSON"),
    lines("six-thousand-digits", GOOD + entry("f-2", '"posts":' + "9" * 6000), FIRST, "不是完整的 JSON|不像一个数字|超过18位"),
    lines("half-a-character", GOOD + entry("f-2", '"title":"\\ud800x"'), FIRST, "不是完整的 JSON|看不见的字符"),
    lines("zero-in-a-text", GOOD + entry("f-2", '"title":"a\\u0000b"'), FIRST, "看不见的字符（U+0000）"),
    lines("thousand-keys", GOOD + "{" + ",".join(f'"k{n}":1' for n in range(1000)) + "}\n", FIRST, "这一行有 1000 项，最多 256 项"),
    lines("thousand-keys-inside", GOOD + entry("f-2", '"fields":{' + ",".join(f'"k{n}":1' for n in range(1000)) + "}"), FIRST,
          "最多 256 项"),
    lines("same-key-many-times", GOOD + "{" + ",".join('"k":1' for _ in range(100_000)) + "}\n", FIRST, "“k”写了两次"),
    no_lines("line-beyond-all", GOOD.encode() + b'{"a":"' + b"x" * 2_000_000 + b'"}\n', "第2行超过 1024 KB"),
    lines("day-said-twice", GOOD + '{"id":"f-2","date":"2026-02-30","fields":{"date":"2026-03-06","posts":6}}\n', FIRST,
          "fields 之外也写了这一项"),
    lines("two-days", GOOD + '{"id":"f-2","date":"2026-03-07","fields":{"date":"2026-03-06","posts":6}}\n', FIRST, "不知道以哪个为准"),
    lines("float-for-money", GOOD + entry("f-2", '"pay":12.345'), FIRST, "超过两位小数"),
    lines("text-of-a-megabyte", GOOD + entry("f-2", '"kind":"' + "招" * 300_000 + '"'), FIRST, "没有“招招"),
]  # fmt: skip
