"""The order of operations on one sheet: stated orders are followed and told, wrong ones refused, none rewards shortfall."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kpi.assessments import AssessmentScore
from tests.kpi.assessments.offices import score
from tests.kpi.assessments.orders import orders, raw

F = Fraction
COUNT = st.integers(0, 60)
MEDIA = {"id": "media", "clause": "LS-B", "rule": {"mechanic": "per_extra", "count": "reports", "each": 3}}


def per(clause: str, each: Any = 1) -> dict[str, Any]:
    return {"mechanic": "per_unit", "clause": clause, "count": "cases", "each": each}


def item(name: str, *rules: dict[str, Any], maximum: Any = 10, **more: Any) -> dict[str, Any]:
    clauses = list(dict.fromkeys(rule["clause"] for rule in rules))
    return {"id": name, "clauses": clauses, "title": name, "maximum": maximum, "rules": list(rules), **more}


def sheet(*order: Any, **more: Any) -> dict[str, Any]:
    items = [item("a", per("LS-1", "0.25"), per("LS-2", "1/3"), maximum=10), item("b", per("LS-3"), maximum=90)]
    return {"items": items, **({"order": list(order)} if order else {}), **more}


def facts(one: int = 0, two: int = 0, three: int = 0, reports: int = 0) -> dict[str, Any]:
    cases = {"LS-1": one, "LS-2": two, "LS-3": three}
    return {**{clause: {"cases": number} for clause, number in cases.items()}, "LS-B": {"reports": reports}}


ITEMS = ["deductions", "clause_cap", "pool_cap", "item_floor", "item_maximum"]


@pytest.mark.parametrize(
    ("order", "scores", "total"),
    [
        ([*ITEMS, {"round": 2}, "sum"], ["9.08", "90"], "99.08"),  # 10 - 0.25 - 2/3 = 9.0833…
        ([*ITEMS, {"round": 1}, "sum"], ["9.1", "90"], "99.1"),
        ([*ITEMS, {"round": 1, "mode": "down"}, "sum"], ["9", "90"], "99"),
        ([*ITEMS, {"round": 0, "mode": "up"}, "sum"], ["10", "90"], "100"),
        ([*ITEMS, "sum"], ["109/12", "90"], "1189/12"),
        ([*ITEMS, "sum", {"round": 1}], ["109/12", "90"], "99.1"),
        (["deductions", {"round": 1}, "clause_cap", "pool_cap", "item_floor", "item_maximum", "sum"], ["9", "90"], "99"),
        (["deductions", {"round": 1, "mode": "half_even"}, "item_floor", "item_maximum", "sum"], ["9.1", "90"], "99.1"),
    ],
)  # fmt: skip
def test_points_are_rounded_where_the_order_says(order: list[Any], scores: list[str], total: str) -> None:
    """Clauses lose 0.25 and 2/3: rounded each to 0.3 and 0.7, half to even to 0.2 and 0.7."""
    found = score(sheet(*order), facts(1, 2))
    assert list(found.scores.values()) == [F(one) for one in scores]
    assert found.total == F(total)
    assert found.items[0].deduction == 10 - F(scores[0])


@pytest.mark.parametrize(("late", "points"), [(0, "8"), (1, "7"), (9, "0")])
def test_what_is_earned_may_stop_at_the_maximum_before_anything_comes_off(late: int, points: str) -> None:
    earn = {"mechanic": "earn_per_unit", "clause": "LS-1", "count": "reports", "each": 1}
    one = item("a", earn, per("LS-1"), maximum=8, start="zero")
    known = {"LS-1": {"reports": 12, "cases": late}}
    first = score({"items": [one], "order": ["item_maximum", "deductions", "item_floor", "sum"]}, known)
    assert first.scores["a"] == F(points)
    usual = score({"items": [one]}, known)
    assert usual.scores["a"] == max(0, min(8, 12 - late))
    if late == 1:
        assert "超过满分8分，得满为止，得8分，再扣1分；满分8分，得7分" in first.items[0].explanation


def test_what_an_item_cannot_lose_may_come_off_the_total() -> None:
    order = ["deductions", "item_maximum", {"round": 2}, "sum", "floor", "bonus"]
    found = score(sheet(*order, bonus={"rules": [MEDIA]}), facts(60, 0, 10, 1))  # 10 - 15 = -5; 80; + 3
    assert (found.scores["a"], found.deductions["a"], found.base, found.total) == (-5, 15, 75, 78)
    assert "超过满分10分的5分继续扣；满分10分，得-5分" in found.items[0].explanation
    nothing = score(sheet(*order, bonus={"rules": [MEDIA]}), facts(600, 0, 10, 1))
    assert (nothing.base, nothing.total) == (0, 3)
    assert "-60分低于0分，计0分" in nothing.explanation
    after = score(sheet("deductions", "sum", "bonus", "floor", bonus={"rules": [MEDIA]}), facts(600, 0, 10, 1))
    assert after.total == 0


@pytest.mark.parametrize(
    ("order", "total"),
    [(["sum", "full_marks", "bonus"], "104"), (["sum", "bonus", "full_marks"], "100"), (["sum", "bonus"], "113"),
     (["sum", "full_marks", "bonus", {"round": 0}], "104")],
)  # fmt: skip
def test_full_marks_hold_before_or_after_the_bonus(order: list[Any], total: str) -> None:
    """9 above full marks without a maximum, and a bonus of 4."""
    earn = {"mechanic": "earn_per_unit", "clause": "LS-1", "count": "reports", "each": 1}
    media = {**MEDIA, "clause": "LS-4", "rule": {**MEDIA["rule"], "each": 4}}
    rubric = {"items": [item("a", earn, maximum=200, start="zero")], "bonus": {"rules": [media]},
              "order": ["deductions", "item_floor", "item_maximum", *order]}  # fmt: skip
    assert score(rubric, {"LS-1": {"reports": 109}, "LS-4": {"reports": 1}}).total == F(total)


def test_the_order_in_force_is_told_with_sums_that_can_be_recomputed() -> None:
    order = ["deductions", "item_floor", "item_maximum", "sum", {"round": 1}, "bonus", "full_marks"]
    found = score(sheet(*order, bonus={"rules": [MEDIA]}), facts(1, 2, 0, 2))
    assert found.explanation == (
        "按规则书写明的次序：扣分→单项不低于0分→单项不超过满分→各项相加→四舍五入保留1位小数→加分→总分不超过满分；"
        "109/12 + 90 = 99.08…分；四舍五入保留1位小数，计99.1分；99.1 + 加分6 = 105.1分；105.1分超过满分，计100分"
    )
    assert found.order is not None
    assert found.explanation.startswith(found.order)
    assert score(sheet(bonus={"rules": [MEDIA]}), facts(1, 2, 0, 2)).order is None


# -- bonus in groups -----------------------------------------------------------------------------


def line(name: str, group: str = "", **more: Any) -> dict[str, Any]:
    return {**MEDIA, "id": name, "group": group, **more}


@pytest.mark.parametrize(
    ("caps", "cap", "added"),
    [({}, None, "18"), ({"x": 7}, None, "13"), ({"x": 7, "y": 2}, None, "9"), ({"x": 7, "y": 2}, 8, "8"), ({"x": 99}, 99, "18")],
)
def test_lines_of_a_group_share_a_cap(caps: dict[str, int], cap: int | None, added: str) -> None:
    bonus = {"rules": [line("one", "x"), line("two", "x"), line("three", "y")], "group_caps": caps, "cap": cap}
    found = score(sheet(bonus=bonus), facts(reports=2))
    assert found.bonus_total == F(added)
    assert ("x12分，超过上限7分" in found.explanation) is (caps.get("x") == 7)
    assert ("合计9分，超过上限8分" in found.explanation) is (cap == 8)


def test_a_group_without_lines_is_not_read() -> None:
    with pytest.raises(ValueError, match="“z”没有一行加分写了 group: z；现有 x"):
        score(sheet(bonus={"rules": [line("one", "x")], "group_caps": {"z": 1}}), facts())


# -- contradictions ------------------------------------------------------------------------------

PARTS = {"combine": "mean", "parts": [{"id": "p", "title": "日常", "weight": 1, "penalty_below": 60, "penalty": 1}]}
CAPS = {"items": [item("a", per("LS-1"), clause_caps={"LS-1": 1})]}
WRONG: list[tuple[list[Any], dict[str, Any], str]] = [
    (["deductions"], {}, "没有“各项相加”（sum），得不出总分"),
    (["sum"], {}, "没有“扣分”（deductions），得不出总分"),
    (["deductions", "sum", "sum"], {}, "“各项相加”写了2次"),
    (["sum", "deductions"], {}, "“各项相加”排在“扣分”前面"),
    (["deductions", "sum", "item_floor"], {}, "“各项相加”排在“单项不低于0分”前面"),
    (["deductions", "pool_cap", "clause_cap", "item_floor", "sum"], CAPS, "“共用分值上限”排在“条款上限”前面"),
    (["deductions", "item_floor", "sum"], CAPS, "没有写“条款上限”（clause_cap），而有考核项写了 clause_caps"),
    (["deductions", "item_floor", "sum"], {"pools": [{"id": "p", "items": "a", "maximum": 1}]}, "没有写“共用分值上限”"),
    (["deductions", "item_floor", "sum"], {"bonus": {"rules": [MEDIA]}}, "没有写“加分”（bonus）"),
    (["deductions", "item_floor", "bonus", "sum"], {"bonus": {"rules": [MEDIA]}}, "“加分”排在“各项相加”前面"),
    (["deductions", "item_floor", "sum", "tier", "combine", "mean_penalty"], PARTS, "“定档”排在“几张考核表合成”前面"),
    (["deductions", "item_floor", "sum", "penalty", "combine", "mean_penalty"], PARTS, "“处罚扣分”排在“几张考核表合成”前面"),
    (["deductions", "item_floor", "sum", "combine"], PARTS, "没有写“低分次数扣分”（mean_penalty）"),
    (["deductions", "item_floor", "sum", "mean_penalty"], PARTS, "没有写“几张考核表合成”（combine）"),
    (["deductions", "item_floor", "tier", "sum"], {}, "“定档”排在“各项相加”前面：还没有总分"),
    (["deductions", "item_floor", "sum", "downgrade", "tier"], {}, "“降档”排在“定档”前面：还没有档次"),
    (["deductions", "sum", "tier", "floor"], {}, "总分可以扣到0分以下"),
    (["deductions", "item_floor", "sum"], {"method": "deduct"}, "总分可以扣到0分以下"),
    ([{"round": 1}, "deductions", "item_floor", "sum"], {}, "排在扣分前面，还没有可以取整的数"),
    (["deductions", "item_floor", {"round": 1}, {"round": 2}, "sum"], {}, "紧跟着又取整一次"),
    (["deductions", "pool_cap", "item_floor", {"round": 1}, "sum"], {"pools": [{"id": "p", "items": "a", "maximum": 1}]},
     "“四舍五入保留1位小数”排在共用分值和各项相加之间"),
    (["deductions", "item_floor", "sum", "bonus", "full_marks"],
     {"bonus": {"rules": [MEDIA], "may_exceed_total": True}}, "加分写明可以超过满分"),
]  # fmt: skip


@pytest.mark.parametrize(("order", "more", "text"), WRONG)
def test_an_order_that_contradicts_itself_or_the_rubric_scores_nothing(
    order: list[Any], more: dict[str, Any], text: str
) -> None:
    found = score(sheet(*order, **more), facts(1, 2))
    assert (found.total, found.items, found.refused) == (None, (), ("LS-1",))
    assert found.reasons[0].kind == "bad_input"
    assert text in found.reasons[0].reason
    assert "请改写规则书的 order" in found.explanation


@pytest.mark.parametrize("order", [["deductions", "sums"], ["deductions", {"round": 7}], ["deductions", {"round": 1, "mode": "near"}]])
def test_unknown_steps_and_roundings_are_not_read(order: list[Any]) -> None:
    with pytest.raises(ValueError, match=r"sums|7|near"):
        score(sheet(*order), facts())


def test_an_answer_may_choose_the_order() -> None:
    choice = {"answer": "rounding", "when": {"whole": [*ITEMS, {"round": 0}, "sum"], "ceiling": [*ITEMS, "sum"]}}
    for answer, total in (("whole", "99"), ("ceiling", "1189/12")):
        assert score({**sheet(), "order": choice}, facts(1, 2), answers={"rounding": answer}).total == F(total)
    unhandled = score({**sheet(), "order": choice}, facts(1, 2), answers={"rounding": "pro_rata"})
    assert (unhandled.total, unhandled.reasons[0].kind) == (None, "not_stated")
    plain = score({**sheet(), "order": {"answer": "rounding"}}, facts(1, 2))
    assert "用 when 按答复各写一列" in plain.reasons[0].reason


# -- properties ----------------------------------------------------------------------------------

SINGLE = ["mean_penalty", "combine", "penalty", "veto", "downgrade", "at_most"]
POTS = {"pools": [{"id": "pot", "items": ["a", "b"], "maximum": 11}]}
RICH: dict[str, Any] = {
    "items": [
        item("a", per("LS-1", "0.7"), per("LS-2", "0.33"), maximum=10, clause_caps={"LS-1": "4.5"}),
        item("b", per("LS-3", "1.25"), maximum=6),
        item("c", {"mechanic": "earn_per_unit", "clause": "LS-4", "count": "due - held", "each": "0.4"}, per("LS-4"),
             maximum=12, start="zero"),
    ],
    "bonus": {"rules": [MEDIA], "cap": 7},
    "total": 28,
}  # fmt: skip


def rich(
    order: list[Any] | None, one: int, two: int, three: int, late: int, reports: int, **more: Any
) -> AssessmentScore:
    known = {"LS-1": one, "LS-2": two, "LS-3": three}
    figures: dict[str, Any] = {clause: {"cases": number} for clause, number in known.items()}
    figures["LS-4"] = {"due": 40, "held": 10, "cases": late}
    figures["LS-B"] = {"reports": reports}
    return score({**RICH, **(more or POTS), **({} if order is None else {"order": order})}, figures)


@given(COUNT, COUNT, COUNT, COUNT, st.integers(0, 5))
def test_the_usual_order_written_out_is_the_usual_order(one: int, two: int, three: int, late: int, reports: int) -> None:
    usual, written = rich(None, one, two, three, late, reports), rich(raw(), one, two, three, late, reports)
    assert written == usual


@given(orders(without=SINGLE), st.lists(st.tuples(COUNT, COUNT), min_size=4, max_size=4), st.integers(0, 5), st.integers(0, 3))
def test_more_shortfall_never_scores_more_under_any_order(
    order: list[Any], numbers: list[tuple[int, int]], reports: int, fewer: int
) -> None:
    less, more = ([pick(pair) for pair in numbers] for pick in (min, max))
    better = rich(order, *less, reports)
    worse = rich(order, *more, max(0, reports - fewer))
    assert better.total is not None
    assert worse.total is not None
    assert worse.total <= better.total


THIRDS = {"items": [item("a", per("LS-1", "1/3"), per("LS-2", "1/7"), maximum=10), *RICH["items"][1:]]}


@given(orders(without=[*SINGLE, "pool_cap"]), st.lists(st.tuples(COUNT, COUNT), min_size=4, max_size=4))
def test_nor_where_every_place_is_rounded_away(order: list[Any], numbers: list[tuple[int, int]]) -> None:
    better, worse = (rich(order, *[pick(pair) for pair in numbers], 1, **THIRDS).total for pick in (min, max))
    assert better is not None
    assert worse is not None
    assert worse <= better


@given(orders(without=[*SINGLE, "item_floor"]), st.lists(st.tuples(COUNT, COUNT), min_size=4, max_size=4))
def test_nor_where_items_have_no_floor(order: list[Any], numbers: list[tuple[int, int]]) -> None:
    better, worse = (rich(order, *[pick(pair) for pair in numbers], 1).total for pick in (min, max))
    assert better is not None
    assert worse is not None
    assert 0 <= worse <= better


@given(orders(without=SINGLE), COUNT, COUNT, COUNT, COUNT)
def test_every_item_stays_between_nothing_and_its_maximum(order: list[Any], one: int, two: int, three: int, late: int) -> None:
    """Where its bounds are the last word; a rounding after them may lift a score to the next step."""
    assume(not any(isinstance(step, dict) for step in order[: order.index("sum")]))
    for found in rich(order, one, two, three, late, 0).items:
        assert found.score is not None
        assert found.maximum is not None
        assert 0 <= found.score <= found.maximum
        assert found.score + found.deduction == found.maximum


@given(COUNT, COUNT, COUNT)
def test_floor_and_pot_come_to_the_same_in_either_order(one: int, two: int, three: int) -> None:
    usual = raw()
    swapped = ["deductions", "clause_cap", "item_floor", "pool_cap", *usual[4:]]
    assert rich(swapped, one, two, three, 0, 1).scores == rich(None, one, two, three, 0, 1).scores


def test_losses_beyond_an_items_maximum_do_not_use_up_the_pot() -> None:
    """One item at its limit of 3 leaves 3 of 6 for the other, however much more went wrong."""
    two = [item("a", per("LS-1"), maximum=3), item("b", per("LS-2"), maximum=5)]
    rubric = {"items": two, "pools": [{"id": "pot", "items": ["a", "b"], "maximum": 6}]}
    for cases in (3, 10, 99):
        found = score(rubric, facts(cases, 5))
        assert found.deductions == {"a": 3, "b": 3}
        assert found.pools[0].lost == 6
    assert score(rubric, facts(99, 2)).deductions == {"a": 3, "b": 2}


def test_a_lost_item_takes_its_part_of_the_pot_first() -> None:
    zero = {"mechanic": "zero_if", "clause": "LS-2", "condition": "cases > 3"}
    rubric = {"items": [item("a", per("LS-1"), maximum=5), item("b", zero, maximum=4)],
              "pools": [{"id": "pot", "items": ["a", "b"], "maximum": 6}]}  # fmt: skip
    assert score(rubric, facts(5, 4)).deductions == {"a": 2, "b": 4}
    assert score(rubric, facts(5, 3)).deductions == {"a": 5, "b": 0}
