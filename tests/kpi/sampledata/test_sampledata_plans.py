"""Plans that are wrong: each a message in Chinese with the place, never a traceback."""

from __future__ import annotations

import pytest

from kpi.rulebook.yaml_text import TextProblems
from kpi.sampledata import load_plan
from tests.kpi.sampledata.market import HEAD, PLAN, entries, sample

BAD_PLANS = {
    "kind of window": (PLAN.replace("every: week", "every: fortnight"), "fortnight", "只能写"),
    "unknown key": (PLAN.replace("nil: true", "nill: true"), "nill", "是不是“nil”"),
    "way of drawing": (PLAN.replace("{yes: 93%}", "{yep: 93%}"), "yep", "不知道怎样取值"),
    "share": (PLAN.replace("submitted: 2%", "submitted: 120%"), "submitted", ""),
    "area": (PLAN.replace('area: "361101"', 'area: "361102"'), "361102", "可能有真人在用"),
    "ledger": (PLAN.replace("  follow:", "  followup:"), "followup", "规则书里没有台账"),
    "contract": (PLAN.replace("contract: market-stall", "contract: other"), "other", "规则书是"),
    "field": (PLAN.replace("satisfied: {yes", "glad: {yes"), "glad", "没有字段"),
    "pool": (PLAN.replace("pool: hosts", "pool: guests"), "guests", "没有名单"),
    "members": (PLAN.replace("{choices: channel, ", "{members: streets, "), "streets", "没有成员名单"),
    "word": (PLAN.replace("{work}", "{trade}"), "{trade}", "不知道是什么"),
    "constant": (PLAN.replace("cancelled: false", "cancelled: 也许"), "也许", "是否取消"),
    "given": (PLAN.replace("given: {", "given: {prise: 3, "), "prise", "price"),
    "answer": (PLAN.replace("anchor: anniversary", "anchor: lunar"), "lunar", "可选"),
    "until": (PLAN.replace("from: start+40", "from: begin+40"), "begin+40", "不是日子"),
    "condition": (PLAN.replace("where: not cancelled", "where: not canceled"), "canceled", "没有字段"),
    "computed": (PLAN.replace("minutes(start, end)", "minutes(start, finish)"), "finish", "算式"),
    "part of": (PLAN.replace("{of: source, part", "{of: origin, part"), "origin", "let"),
    "author": (PLAN.replace("authors: staff", "authors: nobody"), "nobody", "没有名单"),
    "followed": (PLAN.replace("entries: visitor", "entries: guest"), "guest", "没有台账"),
    "small pool": (PLAN.replace("size: 3000", "size: 30"), "visitors", "不够用"),
    "never valid": (PLAN.replace('time: ["11:00", "16:00"]', 'time: ["06:00", "07:00"]'), "集市台账", "结束早于开始"),
}


@pytest.mark.parametrize("name", BAD_PLANS)
def test_a_wrong_plan_is_refused_with_its_place(name: str) -> None:
    text, what, hint = BAD_PLANS[name]
    assert text != PLAN
    with pytest.raises(TextProblems) as caught:
        list(sample(text).entries)
    message = str(caught.value)
    assert what in message
    assert hint in message
    assert message.startswith(("plan.yaml:", "market-stall/setup.yaml"))


def test_the_line_is_the_one_in_the_text() -> None:
    line = PLAN.splitlines().index("    except: [{at: [10, 20], count: 0}, {months: 2, fields: {posts: 48}}]") + 1
    with pytest.raises(TextProblems, match=f"plan.yaml:{line} "):
        sample(PLAN.replace("at: [10, 20]", "at: [ten]"))


def test_fields_that_rest_on_each_other_are_refused() -> None:
    text = (
        "  fair: {every: month, fields: {title: 集市, town: 东河镇, cancelled: false, start: '09:00', end: '12:00',\n"
        "    posts: {compute: length - 1}, length: {compute: posts + 1}}}\n"
    )
    with pytest.raises(TextProblems, match="绕回到了它自己"):
        entries(text)


def test_ledgers_that_rest_on_each_other_are_refused() -> None:
    text = (
        "  follow: {each: {entries: channel}, fields: {person: {pool: visitors}}}\n"
        "  channel: {each: {entries: follow}, fields: {channel: 甲平台}}\n"
    )
    with pytest.raises(TextProblems, match="排不出先后"):
        entries(text)


def test_an_unknown_plan_names_the_known_ones() -> None:
    with pytest.raises(TextProblems, match="没有这份样例方案"):
        load_plan("no-such-contract")


def test_not_a_table_is_refused() -> None:
    with pytest.raises(TextProblems, match="样例方案应是"):
        sample("- a\n- b\n")
    assert HEAD
