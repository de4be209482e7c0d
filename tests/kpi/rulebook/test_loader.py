"""A rulebook's text → typed rules, or every problem with its place and what to write instead."""

from __future__ import annotations

import re

import pytest

from kpi.rulebook.loader import known_keys, load_known, load_text, text_hash
from kpi.rulebook.yaml_text import TextProblems
from tests.kpi import riverside


def problems(text: str) -> list[str]:
    with pytest.raises(TextProblems) as found:
        load_text(text, "book.yaml")
    return [str(one) for one in found.value.problems]


@pytest.mark.parametrize("key", known_keys())
def test_the_five_load_and_know_their_key_and_hash(key: str) -> None:
    source = load_known(key)
    assert source.rulebook.key == key
    assert source.sha256 == text_hash(source.text)
    assert source.places.line(("clauses", 0)) > 1


def test_an_unknown_key_names_those_that_exist() -> None:
    with pytest.raises(TextProblems, match="没有这本规则书；现有 sandu"):
        load_known("nowhere")


def test_every_problem_is_found_at_once() -> None:
    text = riverside.TEXT.replace("term: {years: 1}", "term: 5").replace("measure: sum,", "measure: summ,")
    found = problems(text.replace("pays: tier_share", "pays: tier_shares"))
    lines = [number for number, line in enumerate(riverside.TEXT.splitlines(), 1)
             if re.search("^term:|measure: sum,|pays: tier_share", line)]  # fmt: skip
    assert [re.sub(r" .*", "", one) for one in found] == [f"book.yaml:{line}" for line in lines]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("at_least: 90, meaning: excellent", "at_leest: 90, meaning: excellent", "不认识的键“at_leest”；是不是“at_least”？"),
        ("at_least: 90, meaning: excellent", "at_least: 90, meaning: best", "只能写 excellent、good、pass、poor"),
        ("at_least: 90, meaning: excellent", "meaning: excellent", "缺少“at_least”"),
        ("measure: windows_due, window: month", "measure: windows_due, window: months", "不认识“months”；只能写"),
        ("maximum: 20", "maximum: {answer: rounding, whem: {whole: 1}}", "rubric.items.2.maximum.whem：不认识的键“whem”；是不是“when”？"),
        ("maximum: 20", "maximum: 二十", "“二十”不是可用的数字"),
        ("clauses: HP-3, title: 公示,", "clauses: [], title: 公示,", "列表的项数不够"),
        ('count: ["max(0, due - full)", small]', "count: []", "列表的项数不够"),
        ("maximum: 20", "maximum: [20]", "不是可用的数字"),
        ("each: 10}", "each: [10]}", "这里要写算式"),
        ("id: learners_target", "id: learners-target", "标识“learners-target”不合规则"),
        ("working_days: 10", "working_days: ten", "这里要写整数"),
        ("advance: true", "advance: maybe", "只能写 true 或 false"),
        ("reduces: fixed_per_record", "reduces: fixed", "不认识的类型“fixed”；只能写 share_per_step、fixed_per_record"),
        ("mechanic: discretion, ", "", "缺少说明类型的键 mechanic；请补上，例如 mechanic: "),
        ("amount: {pays: share, ", "amount: {pays: interpolated, points: [[60, 1]], ", "内插至少要两个点"),
    ],
)  # fmt: skip
def test_what_to_write_instead(old: str, new: str, words: str) -> None:
    assert old in riverside.TEXT
    assert words in "\n".join(problems(riverside.TEXT.replace(old, new, 1)))


def test_messages_are_chinese_to_the_end() -> None:
    broken = ["title: [1]", "clauses: {a: b}", "version: x", "effective: soon", "ledgers: [1]", "rubric: {items: 5}"]
    for line in broken:
        key = line.split(":")[0]
        text = "\n".join(one for one in riverside.TEXT.splitlines() if not one.startswith(f"{key}:"))
        for message in problems(f"{line}\n{text}\n"):
            assert not re.search(r"\b(should|valid|input|field|type=|expected)\b", message), message


@pytest.mark.parametrize("text", ["", "12", "- a", "a"])
def test_what_is_no_table_is_no_rulebook(text: str) -> None:
    assert "规则书应是“键: 值”的表" in problems(text)[0]
