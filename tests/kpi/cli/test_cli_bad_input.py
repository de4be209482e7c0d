"""Bad input of every kind: a message in Chinese with the place, exit code 2, nothing half done."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kpi import riverside
from tests.kpi.cli.running import BOOK, Runner

#: passage of the rulebook → what stands there instead, what must be said, and the line
RULEBOOKS = [
    ("key: riverside", "key: [1", "不是合格的 YAML"),
    ("key: riverside", "key: a\nkey: b", "键“key”写了两次"),
    ("key: riverside", "\tkey: a", "制表符应改用空格"),
    ("key: riverside", "key: a\x00", "控制字符"),
    ("key: riverside", "key: riverside\n---\nkey: b", "几份内容"),
    ("key: riverside", "key: &x riverside\nbuyer: *x", "用了 * 引用"),
    ("key: riverside", "key: riverside\nfoo: 1", "不认识的键“foo”"),
    ("title: 河畔夜校服务", "titel: 河畔夜校服务", "是不是“title”？"),
    ("title: 河畔夜校服务", "title: 12", "这里要写文字"),
    ("term: {years: 1}", "term: 3", "这里要写“键: 值”的表"),
    ("value: 1000", "value: 1e3", "“1e3”不是普通数字"),
    ("value: 1000", "value: .inf", "“.inf”不是普通数字"),
    ("value: 1000", f"value: {'9' * 50}", "数字有 50 位，太长"),
    ("value: 1000", "value: 2026-02-30", "没有 2026-02-30 这一天"),
    ("measure: sum,", "measure: summ,", "不认识的类型“summ”；只能写"),
    ("measure: sum, ", "", "缺少说明类型的键 measure"),
    ("type: integer,", "type: number,", "不认识“number”；只能写"),
    ("value: learners, at_least", "value: learners <, at_least", "不是算式"),
    ("value: learners, at_least", "value: learners ** 9, at_least", "只能用加减乘除"),
    ("value: learners, at_least", "value: \"round('a' and 1, 2, 3)\", at_least", "要 1 或 2 个参数"),
    ("value: learners, at_least", "value: \"matches(learners, '(a+)+')\", at_least", "可能永远算不完"),
    ("mechanic: per_point", "mechanic: per_pint", "不认识的类型“per_pint”"),
    ("pays: tier_share", "pays: linear, full: 0", "满分要大于 0"),
    ("clauses: [HP-1, HP-2]", "clauses: 5", "这里要写列表"),
    ("rules: [{mechanic: discretion", "rules: {mechanic: discretion", "不是合格的 YAML"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), RULEBOOKS)
@pytest.mark.parametrize("command", ["check", "score"])
def test_a_rulebook_that_cannot_be_read(
    command: str, old: str, new: str, message: str, run: Runner, tmp_path: Path
) -> None:
    assert old in riverside.TEXT
    path = tmp_path / "book.yaml"
    path.write_text(riverside.TEXT.replace(old, new, 1), "utf-8")
    err = run.bad(command, path)
    assert message in err
    assert str(path) in err


def test_the_line_is_that_of_the_mistake(run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    path.write_text(riverside.TEXT.replace("mechanic: per_point", "mechanic: per_pint"), "utf-8")
    line = next(n for n, text in enumerate(riverside.TEXT.splitlines(), 1) if "mechanic: per_point" in text)
    assert f"book.yaml:{line} rubric.items.1.rules.0" in run.bad("check", path)


@pytest.mark.parametrize("nested", ["[" * 100_000, "[" * 100_000 + "]" * 100_000, "- " * 5000 + "a", "{a: " * 5000])
def test_nesting_without_end_is_refused(nested: str, run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "deep.yaml"
    path.write_text(f"key: {nested}\n", "utf-8")
    run.bad("check", path)


@pytest.mark.parametrize(
    "content", [b"", bytes(range(256)), riverside.TEXT.encode("utf-16"), riverside.TEXT.encode("gb18030"), b"- 1\n", b"12"]
)
def test_files_that_are_no_rulebook(content: bytes, run: Runner, tmp_path: Path) -> None:
    path = tmp_path / "book.yaml"
    path.write_bytes(content)
    assert str(path) in run.bad("check", path)


#: passage of the set-up → instead, message
SETUPS = [
    ("price: 100000.00", "price: 100000.001", "超过两位小数"),
    ("price: 100000.00", "price: 1e5", "不是普通数字"),
    ("price: 100000.00", "price: -5", "是负数"),
    ("price: 100000.00", "price: true", "不是金额"),
    ("price:", "prise:", "是不是“price”？"),
    ("end: 2025-12-31", "end: 2024-12-31", "终止日 2024-12-31 早于起始日 2025-01-01"),
    ("end: 2025-12-31", "end: 2025-13-31", "没有 2025-13-31 这一天"),
    ("advance_share: 20%", "advance_shar: 20%", "规则书里没有待确认事项“advance_shar”"),
    ("advance_share: 20%", "rounding: up", "不能答“up”；可选 whole、ceiling、pro_rata"),
    ("advance_share: 20%", "advance_share: 很多", "的回答不对"),
    ("HP-3: {notices: 12}", "HP-33: {notices: 12}", "条款“HP-33”规则书里没有；是不是“HP-3”？"),
    ("notices: 12", "notice: 12", "没有名为“notice”的数据；是不是“notices”？"),
    ("notices: 12", "notices: 许多", "公示要写数字"),
    ("notices: 12", "notices: -1", "公示是负数"),
    ("notices: 12", "notices: [1, 2]", "公示不分时段，不能写成列表"),
    ("HP-3: {notices: 12}", "HP-3: 12", "这里要写“键: 值”的表"),
    ("paid: {advance", "paid: {advanse", "款项“advanse”规则书里没有；是不是“advance”？"),
    ("settlement: [request]", "settlement: [requests]", "付款材料“requests”规则书里没有"),
    ("paid:", "gates: {progress: true}\npaid:", "付款条件“progress”规则书里没有"),
    ("paid:", "events: [{kind: flood}]\npaid:", "事件“flood”规则书里没有；可写 leak"),
    ("paid:", "members: {towns: [甲]}\npaid:", "成员名单“towns”规则书里没有"),
    ("paid:", "self_scores: {item_9: 5}\npaid:", "考核项“item_9”规则书里没有"),
    ("paid:", "history: [[flor]]\npaid:", "考核后果“flor”规则书里没有；是不是“floor”？"),
    ("paid:", "exempted: {HP-0: 暴雨}\npaid:", "条款“HP-0”规则书里没有"),
    ("paid:", "decided: {HP-0: 1}\npaid:", "条款“HP-0”规则书里没有"),
    ("paid:", "targets: {learners: {value: 5, reason: a, by: b, date: 2025-01-02}}\npaid:", "参数“learners”规则书里没有"),
    ("paid:", "targets: {learners_target: 800}\npaid:", "这里要写“键: 值”的表"),
    ("paid:", "period: {start: 2031-01-01, end: 2031-03-31}\npaid:", "不在合同期 2025-01-01 至 2025-12-31 内"),
    ("paid:", "calendar: {二〇二五: {}}\npaid:", "不是四位数字"),
    ("paid:", "records: [{branch: 已就业}]\npaid:", "类别“已就业”规则书里没有"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "message"), SETUPS)
def test_a_setup_that_does_not_fit(old: str, new: str, message: str, run: Runner, tmp_path: Path) -> None:
    assert old in riverside.SETUP
    files = riverside.write(tmp_path, setup=riverside.SETUP.replace(old, new, 1))
    err = run.bad("score", BOOK, *files, "--capsule", tmp_path / "c.json")
    assert message in err
    assert f"{tmp_path / 'setup.yaml'}:" in err
    assert not (tmp_path / "c.json").exists()


def test_everything_wrong_is_said_at_once_with_its_line(run: Runner, tmp_path: Path) -> None:
    files = riverside.write(tmp_path, setup=riverside.SETUP + "gates: {a: true}\nevents: [{kind: b}]\n")
    lines = run.bad("score", BOOK, *files).splitlines()
    assert [line.split(" ")[0].rpartition(":")[2] for line in lines] == ["7", "8"]


@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("2025-13", "看不懂"), ("2025-Q5", "看不懂"), ("9" * 30, "看不懂"), ("..", "看不懂"), ("0000", "看不懂"),
        ("2025-03-31..2025-01-01", "早于起始日"), ("2031", "不在合同期"), ("2025-02-30..2025-03-01", "看不懂"),
    ],
)  # fmt: skip
def test_periods_that_are_none(period: str, message: str, run: Runner, year: list[str]) -> None:
    assert message in run.bad("score", BOOK, *year, "--period", period)


@pytest.mark.parametrize("period", ["2025-Q1", "2025-01..2025-03", "2025-01-01..2025-03-31"])
def test_a_quarter_by_its_names(period: str, run: Runner, year: list[str]) -> None:
    if period.count("-") == 2:
        run.bad("score", BOOK, *year, "--period", period)
        return
    assert "考核周期 2025-01-01 至 2025-03-31" in run("score", BOOK, *year, "--period", period).out


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.pdf", "x", "不能读取“.pdf”文件"),
        ("a.csv", "a,b\n1,2\n", "不知道是哪本台账"),
        ("a.xlsx", "not a workbook", "内容却不是工作簿"),
        ("a.jsonl", "", "一条记录也没有"),
        ("a.csv", "", "文件是空的"),
    ],
)
def test_entry_files_that_are_not_read_at_all(
    name: str, content: str, message: str, run: Runner, tmp_path: Path
) -> None:
    files = riverside.write(tmp_path)
    (tmp_path / name).write_text(content, "utf-8")
    assert message in run.bad("score", BOOK, *files[:2], "--entries", tmp_path / name)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"ledger": "nowhere"}, "规则书里没有台账“nowhere”"),
        ({"state": "done"}, "没有“done”这个选项"),
        ({"field": ("learner", 5)}, "没有这一列"),
        ({"field": ("learners", "5.5")}, "不是整数"),
        ({"field": ("learners", True)}, "不是精确的数字"),
        ({"field": ("kind", "电视")}, "没有“电视”这个选项"),
        ({"field": ("date", "2031-01-05")}, "不在合同期"),
        ({"field": ("date", "2025-02-30")}, "2025-02-30"),
        ({"field": ("fee", 12.345)}, "两位小数"),
        ({"field": ("fee", "1e5")}, "1e5"),
        ({"field": ("title", None)}, "必填项没有填"),
    ],
)
def test_entries_that_do_not_fit(change: dict[str, object], message: str, run: Runner, tmp_path: Path) -> None:
    rows = riverside.lessons()
    if "field" in change:
        name, value = change["field"]  # type: ignore[misc]
        rows[2]["fields"][name] = value
    else:
        rows[2] |= change
    ran = run("score", BOOK, *riverside.write(tmp_path, rows))
    assert ran.code == 1
    assert "entries.jsonl:3" in ran.err
    assert message in ran.err
    assert "计入 47 条" in ran.err


@pytest.mark.parametrize("missing", ["--setup", "--entries", "--key-file"])
def test_missing_files_and_folders_for_files(missing: str, run: Runner, year: list[str], tmp_path: Path) -> None:
    assert "请核对" in run.bad("score", BOOK, *year, missing, tmp_path / "none")
    assert "请核对" in run.bad("score", BOOK, *year, missing, tmp_path)
