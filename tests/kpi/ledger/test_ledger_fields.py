"""Every field type: what is taken, as what, and what is refused with which words."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.kpi.ledger.books import check, credit_code, id_number

ID = id_number("36082419900307001")
FIRM = credit_code("91360824MA35F0AB1")

TAKEN: list[tuple[str, Any, Any]] = [
    ("title", " 春风行动 ", "春风行动"),
    ("code", "AB12", "AB12"),
    ("posts", "50", 50),
    ("posts", "1,000".replace("1,000", "100"), 100),
    ("area", "6.50", Fraction(13, 2)),
    ("area", Decimal("6.00"), 6),
    ("area", "1,234.5", Fraction(2469, 2)),
    ("pay", "1680.05", Fraction(33601, 20)),
    ("pay", "¥12", 12),
    ("share", "87.3%", Fraction(873, 1000)),
    ("share", "0.873", Fraction(873, 1000)),
    ("share", 1, 1),
    ("date", "2026/3/6", date(2026, 3, 6)),
    ("date", "2026年3月6日", date(2026, 3, 6)),
    ("date", datetime(2026, 3, 6, 8, 0), date(2026, 3, 6)),
    ("begins", "19:30", time(19, 30)),
    ("begins", "19\uff1a30", time(19, 30)),
    ("opened", "2026-03-06 19:00", datetime(2026, 3, 6, 19, 0)),
    ("opened", "2026/3/6 19:00", datetime(2026, 3, 6, 19, 0)),
    ("opened", "2026-03-06T17:00:00+00:00", datetime(2026, 3, 7, 1, 0)),
    ("length", "1:30", 90),
    ("length", "1小时30分", 90),
    ("length", 95, 95),
    ("done", "是", True),
    ("done", True, True),
    ("kind", "网络招聘会", "网络招聘会"),
    ("channels", "微信、抖音", ("微信", "抖音")),
    ("channels", ["抖音", "抖音"], ("抖音",)),
    ("seeker", ID, ID),
    ("seeker", f"张三|{ID.lower()}|13812345678", ID),
    ("seeker", {"姓名": "张三", "手机号": "138 1234 5678"}, "13812345678"),
    ("seeker", "张三||13812345678", "13812345678"),
    ("firm", FIRM.lower(), FIRM),
    ("firm", {"企业名称": "甲公司", "统一社会信用代码": FIRM}, FIRM),
    ("outlet", "金川镇", "金川镇"),
    ("photos", "a.jpg;b.jpg", ("a.jpg", "b.jpg")),
    ("order", "orders-7", "orders-7"),
]


@pytest.mark.parametrize(("field", "raw", "value"), TAKEN)
def test_a_value_is_taken_as_what_it_means(field: str, raw: Any, value: Any) -> None:
    entry, problems = check(**{field: raw, "reason": "下雨了"})
    assert problems == ()
    assert entry is not None
    assert entry.fields[field] == value
    assert type(entry.fields[field]) is type(value)


REFUSED: list[tuple[str, Any, str]] = [
    ("title", "春", "至少 2 个"),
    ("title", "春风行动专场招聘", "最多 5 个"),
    ("title", 2.5, "不是文字"),
    ("code", "ab12", "两个字母加数字"),
    ("posts", "50.5", "不是整数"),
    ("posts", True, "不是精确的数字"),
    ("posts", -1, "小于最小值 0"),
    ("posts", "501", "大于最大值 500个"),
    ("posts", "五十", "不是数字"),
    ("area", 0.1, "小数请按文字填写"),
    ("area", "1e5", "不用科学计数法"),
    ("area", "NaN", "不是数字"),
    ("pay", 1.5, "不能是二进制小数"),
    ("pay", "1.005", "超过两位小数"),
    ("share", "87.3", "87.3%"),
    ("date", "2026-02-30", "没有“2026-02-30”这一天"),
    ("date", "3月5日", "不是日期"),
    ("begins", "25:00", "没有“25:00”这个时刻"),
    ("opened", "2026-03-06", "不是日期和时刻"),
    ("length", "很久", "不是时长"),
    ("done", "做完了", "不是“是”或“否”"),
    ("kind", "现场招聘", "是不是“现场招聘会”？"),
    ("kind", "别的", "可选 现场招聘会、网络招聘会"),
    ("channels", "抖音、快手", "没有“快手”这个选项"),
    ("seeker", ID[:17] + ("0" if ID[17] != "0" else "1"), "校验码不对"),
    ("seeker", id_number("36082419900230001"), "出生日期不存在"),
    ("seeker", ID[:15], "应为18位"),
    ("seeker", "张三||", "无法区分是谁"),
    ("seeker", {"姓名": "张三", "手机": "1"}, "不认识“手机”"),
    ("seeker", "张三||12345", "不是有效的号码"),
    ("firm", FIRM[:17] + ("A" if FIRM[17] != "A" else "C"), "统一社会信用代码"),
    ("title", "春\u200b风", "看不见的字符（U+200B）"),
    ("title", "下雨\x00了", "看不见的字符（U+0000）"),
    ("title", "下雨\u202e了", "看不见的字符（U+202E）"),
    ("posts", "9" * 5000, "有5000个字"),
    ("posts", 10**18, "超过18位"),
    ("pay", "1." + "9" * 5000, "不像一个数字"),
    ("share", "9" * 5000 + "%", "不像一个数字"),
    ("length", "9" * 5000, "不是时长"),
    ("opened", "0001-01-01 00:00+14:00", "请核对年份"),
    ("date", 46086, "日期序号"),
    ("title", 10**400, "不是文字"),
    ("evidence", [1.5], "不是文字"),
    ("version", "9" * 5000, "不像一个数字"),
    ("photos", "a.jpg", "只有1份材料"),
    ("photos", "a.jpg;a.jpg", "只有1份材料"),
]


@pytest.mark.parametrize(("field", "raw", "words"), REFUSED)
def test_a_wrong_value_is_refused_with_what_to_write(field: str, raw: Any, words: str) -> None:
    entry, problems = check(**{field: raw, "reason": "下雨了"})
    assert entry is None
    assert any(words in str(problem) for problem in problems), problems
    assert problems[0].severity == "error"
    assert (problems[0].file, problems[0].line, problems[0].ledger) == ("表.csv", 7, "招聘会台账")


def test_a_wrong_id_number_is_not_repeated_in_the_message() -> None:
    wrong = ID[:17] + ("0" if ID[17] != "0" else "1")
    _, problems = check(seeker=wrong)
    assert wrong[6:14] not in str(problems[0])


@pytest.mark.parametrize(
    ("field", "raw", "value", "words"),
    [
        ("seeker", id_number("99990019900307001"), id_number("99990019900307001"), "地区码 999900"),
        ("firm", "甲 公司(新干)", "甲公司\uff08新干\uff09", "没有统一社会信用代码"),
    ],
)
def test_an_odd_value_is_taken_with_a_warning(field: str, raw: str, value: str, words: str) -> None:
    entry, problems = check(**{field: raw})
    assert entry is not None
    assert entry.fields[field] == value
    assert [problem.severity for problem in problems] == ["warning"]
    assert words in problems[0].message


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_money_is_exactly_its_characters(amount: Decimal) -> None:
    entry, _ = check(pay=f"{amount:f}")
    assert entry is not None
    assert entry.fields["pay"] == Fraction(amount)


@given(st.integers(0, 10**14 - 1), st.integers(0, 16), st.integers(0, 9))
def test_any_single_wrong_digit_of_an_id_number_is_found(seed: int, place: int, digit: int) -> None:
    good = id_number(f"360824{1950 + seed % 55}{1 + seed % 12:02d}{1 + seed % 28:02d}{seed % 1000:03d}")
    wrong = good[:place] + str(digit) + good[place + 1 :]
    assert (check(seeker=wrong).entry is not None) == (wrong == good)


def test_parts_of_a_person_may_stand_in_columns_of_their_own() -> None:
    entry, problems = check(姓名="张三", 身份证号=ID, 手机号="13812345678")
    assert problems == ()
    assert entry is not None
    assert entry.fields["seeker"] == ID


def test_an_enterprise_is_one_by_its_code_however_it_is_named() -> None:
    keys = {check(用人单位=name, 统一社会信用代码=FIRM).entry.fields["firm"]  # type: ignore[union-attr]
            for name in ("甲公司", "甲有限公司")}  # fmt: skip
    assert keys == {FIRM}


@pytest.mark.parametrize(
    ("field", "raw", "plain"),
    [("posts", "１２", "12"), ("area", "０．５", "0.5"), ("share", "８７％", "87%"),
     ("date", "２０２６－０３－０５", "2026-03-05"), ("begins", "１９：３０", "19:30"),
     ("length", "９０", "90"), ("seeker", "".join(chr(ord(one) + 0xFEE0) for one in ID), ID), ("area", "-0.0", "0"),
     ("seeker", "１３８１２３４５６７８", "13812345678")],
)  # fmt: skip
def test_full_width_digits_and_a_negative_zero_are_the_plain_ones(field: str, raw: str, plain: str) -> None:
    wide, narrow = check(**{field: raw}), check(**{field: plain})
    assert wide.problems == ()
    assert wide.entry == narrow.entry


def test_a_value_beyond_all_measure_is_refused_at_once() -> None:
    """Comparing it with every choice, or keeping it, would take the time and the room of a thousand rows."""
    huge = "招" * 1_000_000
    started = process_time()
    entry, problems = check(kind=huge, channels=huge, posts=huge, seeker=huge, firm=f"{huge}|{FIRM[:17]}0", **{huge: "x"})
    assert process_time() - started < 2
    assert entry is None
    assert max(len(str(problem)) for problem in problems) < 300
