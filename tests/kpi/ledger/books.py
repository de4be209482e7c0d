"""A ledger with a field of every type, for the tests of the checkers."""

from __future__ import annotations

from typing import Any

from stdnum.cn import ric, uscc

from kpi.ledger import Checked, EntryChecker
from kpi.quantities import Period
from kpi.rulebook.document import Rulebook
from tests.kpi.indicators.rulebooks import END, START

FIELDS: list[dict[str, Any]] = [
    {"id": "date", "name": "日期", "type": "date", "required": True},
    {"id": "title", "name": "标题", "type": "text", "minimum": 2, "max_length": 5},
    {"id": "code", "name": "代号", "type": "text", "pattern": "[A-Z]{2}\\d+", "help": "两个字母加数字"},
    {"id": "posts", "name": "岗位", "type": "integer", "unit": "个", "minimum": 0, "maximum": 500},
    {"id": "area", "name": "面积", "type": "decimal"},
    {"id": "pay", "name": "金额", "type": "money"},
    {"id": "share", "name": "比例", "type": "percent"},
    {"id": "begins", "name": "开始", "type": "time"},
    {"id": "opened", "name": "开放时刻", "type": "datetime"},
    {"id": "length", "name": "时长", "type": "duration"},
    {"id": "done", "name": "完成", "type": "yes_no"},
    {"id": "kind", "name": "类别", "type": "choice", "choices": ["现场招聘会", "网络招聘会"]},
    {"id": "channels", "name": "渠道", "type": "multiple_choice", "choices": ["抖音", "视频号", "微信"]},
    {"id": "seeker", "name": "求职者", "type": "person"},
    {"id": "firm", "name": "用人单位", "type": "enterprise"},
    {"id": "outlet", "name": "网点", "type": "outlet"},
    {"id": "photos", "name": "照片", "type": "evidence", "minimum": 2},
    {"id": "order", "name": "交办单", "type": "reference", "ledger": "orders"},
    {"id": "reason", "name": "原因", "type": "text", "required_if": "done == false"},
]
RULES = [
    {"id": "short", "when": "kind == '现场招聘会'", "require": "length >= 90", "message": "现场招聘会不足90分钟"},
    {"id": "many", "severity": "warning", "require": "posts <= 100", "message": "岗位特别多"},
]


def rulebook(**ledger: Any) -> Rulebook:
    """Two ledgers: `fairs` with every type of field, `orders` to refer to."""
    fairs = {"id": "fairs", "name": "招聘会台账", "clauses": "K-1", "fields": FIELDS, "rules": RULES,
             "unique": [["date", "title"]], **ledger}  # fmt: skip
    orders = {"id": "orders", "name": "交办单台账", "clauses": "K-1", "fields": [FIELDS[0]]}
    return Rulebook.model_validate({"key": "k", "title": "试验合同", "term": {"months": 3},
                                    "clauses": [{"id": "K-1", "title": "一"}], "ledgers": [fairs, orders]})  # fmt: skip


def checker(**ledger: Any) -> EntryChecker:
    """A checker over March to May 2026."""
    return EntryChecker(rulebook(**ledger), Period(START, END))


def check(**values: Any) -> Checked:
    """One row of `fairs` on 5 March, checked on its own."""
    return checker().check({"ledger": "fairs", "id": "fairs-1", "date": "2026-03-05", **values}, "表.csv", 7)


def id_number(first: str) -> str:
    """A made-up ID number with its check digit, from 17 digits."""
    return first + str(ric.calc_check_digit(first + "0"))


def credit_code(first: str) -> str:
    """A made-up credit code with its check digit, from 17 characters."""
    return first + str(uscc.calc_check_digit(first))
