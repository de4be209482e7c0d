"""Tiers, consequences, verdicts, rights."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.indicators.book import FigureBook
from kpi.indicators.criteria import evaluate_indicators
from kpi.indicators.facts import figures_from_facts
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given
from kpi.tiers import RightResult, TierResult, VerdictResult, rights_of, tier_of, verdicts_of

F = Fraction
BANDS = [
    {"tier": "合格", "at_least": 60, "meaning": "pass"},
    {"tier": "优秀", "at_least": 90, "meaning": "excellent"},
    {"tier": "良好", "at_least": 80, "meaning": "good"},
    {"tier": "较差", "at_least": 0, "meaning": "poor"},
]


def duty(clause: str, figure: str, **more: Any) -> dict[str, Any]:
    figures = {figure: {"measure": "by_hand", "label": figure}}
    return {"clause": clause, "title": clause, "figures": figures, "criteria": [{"value": figure, "at_least": 10}], **more}


def contract(consequences: list[dict[str, Any]] | None = None, **more: Any) -> Rulebook:
    return Rulebook.model_validate(
        {
            "key": "lakeside", "title": "湖滨图书馆服务", "term": {"years": 1},
            "clauses": [{"id": f"LS-{number}", "title": "条"} for number in range(1, 5)],
            "assumptions": [{
                "id": "gaps", "clauses": "LS-1", "question": "档次之间怎样算？", "default": "half_open",
                "options": {"half_open": "半开", "round": "取整"},
            }, {
                "id": "judge", "clauses": "LS-1", "question": "谁认定合格？", "default": "indicators",
                "options": {"indicators": "指标", "judgement": "采购人"},
            }],
            "tiers": {"clause": "LS-1", "bands": BANDS, "gaps": {"answer": "gaps"}},
            "indicators": [
                duty("LS-1", "visits"), duty("LS-2", "calls"), duty("LS-3", "papers", duty="duty"),
                duty("LS-2", "pictures", duty="duty"),
            ],
            "events": [
                {"id": "accident", "clauses": "LS-4", "title": "安全事故", "veto": True},
                {"id": "leak", "clauses": "LS-4", "title": "数据泄露", "may_terminate": True},
            ],
            "consequences": [{"clause": "LS-4", "title": one["id"], **one} for one in consequences or []],
            **more,
        }
    )


def book_of(
    rulebook: Rulebook, facts: dict[str, Any], answers: dict[str, Any] | None = None, otherwise: bool = False
) -> FigureBook:
    figures, plain = figures_from_facts(rulebook, facts)
    return FigureBook(rulebook, Answers(rulebook, answers), figures, plain, otherwise)


def tier(
    score: Any,
    consequences: list[dict[str, Any]] | None = None,
    facts: dict[str, Any] | None = None,
    history: list[frozenset[str]] | None = None,
    **given: Any,
) -> TierResult:
    rulebook = contract(consequences)
    book = book_of(rulebook, facts or {})
    assert rulebook.tiers is not None
    return tier_of(
        rulebook.tiers, F(score), book.answers, rulebook.consequences, book, Given.model_validate(given), history or ()
    )


# -- bands ---------------------------------------------------------------------------------------

SCORES = [
    ("100", "优秀", "优秀"), ("113", "优秀", "优秀"), ("90", "优秀", "优秀"), ("89.99", "良好", "优秀"),
    ("89.5", "良好", "优秀"), ("89.49", "良好", "良好"), ("80", "良好", "良好"), ("79.5", "合格", "良好"),
    ("60", "合格", "合格"), ("59.99", "较差", "合格"), ("0", "较差", "较差"), ("269/3", "良好", "优秀"),
]


@pytest.mark.parametrize(("score", "half_open", "rounded"), SCORES)
def test_bands(score: str, half_open: str, rounded: str) -> None:
    rulebook = contract()
    assert rulebook.tiers is not None
    for answer, wanted in (("half_open", half_open), ("round", rounded)):
        found = tier_of(rulebook.tiers, F(score), Answers(rulebook, {"gaps": answer}))
        assert (found.tier, found.by_score) == (wanted, wanted)


def test_a_tier_says_how_it_came_about() -> None:
    rulebook = contract()
    assert rulebook.tiers is not None
    assert tier("84.1").explanation == "84.1分，属“良好”（80分以上、90分以下（不含））"
    found = tier_of(rulebook.tiers, F("89.5"), Answers(rulebook, {"gaps": "round"}))
    assert found.explanation == "89.5分，四舍五入为90分，属“优秀”（90分以上）"
    assert found.meaning == "excellent"


@pytest.mark.parametrize(
    ("score", "wanted", "told"),
    [
        ("90", "良好", "90分，属“良好”（80分以上、90分以下（含））"),
        ("90.01", "优秀", "90.01分，属“优秀”（90分以上（不含））"),
        ("80", "良好", "80分，属“良好”（80分以上、90分以下（含））"),
        ("89.5", "良好", "89.5分，四舍五入为90分，属“良好”（80分以上、90分以下（含））"),
    ],
)
def test_a_boundary_may_belong_to_the_band_below(score: str, wanted: str, told: str) -> None:
    bands = [{**one, "inclusive": one["at_least"] != 90} for one in BANDS]
    rulebook = contract(tiers={"clause": "LS-1", "bands": bands, "gaps": "round" if "四舍五入" in told else "half_open"})
    assert rulebook.tiers is not None
    found = tier_of(rulebook.tiers, F(score), Answers(rulebook))
    assert (found.tier, found.explanation) == (wanted, told)


def test_a_score_without_a_band_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        tier("-1")
    assert refused.value.kind == "no_band"
    assert "-1分没有对应的档次" in refused.value.reason


@given(st.fractions(0, 120, max_denominator=300), st.fractions(0, 120, max_denominator=300))
def test_a_higher_score_is_never_in_a_lower_tier(one: Fraction, other: Fraction) -> None:
    ladder = ["较差", "合格", "良好", "优秀"]
    low, high = sorted((one, other))
    assert ladder.index(tier(low).tier) <= ladder.index(tier(high).tier)


# -- consequences --------------------------------------------------------------------------------

DOWN = {"id": "down", "kind": "downgrade", "when": "visits < 10", "clause": "LS-1"}
FLOOR = {"id": "floor", "kind": "at_most", "when": "visits < 10", "tier": "合格", "clause": "LS-1"}
VETO = {"id": "veto", "kind": "veto", "when": "visits < 5", "clause": "LS-1"}


@pytest.mark.parametrize(
    ("score", "rules", "visits", "wanted"),
    [
        (95, [DOWN], 10, "优秀"),
        (95, [DOWN], 9, "良好"),
        (95, [{**DOWN, "steps": 2}], 9, "合格"),
        (50, [DOWN], 9, "较差"),
        (95, [FLOOR], 9, "合格"),
        (95, [FLOOR], 10, "优秀"),
        (30, [FLOOR], 9, "较差"),
        (95, [VETO], 4, "较差"),
        (95, [{**VETO, "tier": "合格"}], 4, "合格"),
        (95, [FLOOR, DOWN], 9, "合格"),  # down to 良好, then no better than 合格
        (85, [FLOOR, DOWN], 9, "合格"),
        (70, [FLOOR, DOWN], 9, "较差"),
        (95, [FLOOR, DOWN, VETO], 4, "较差"),
    ],
)
def test_consequences_move_the_tier_down(score: int, rules: list[dict[str, Any]], visits: int, wanted: str) -> None:
    found = tier(score, rules, {"LS-1": {"visits": visits}})
    assert found.tier == wanted
    assert found.by_score == tier(score).tier
    assert found.meaning == next(band["meaning"] for band in BANDS if band["tier"] == wanted)


@pytest.mark.parametrize(
    ("decided", "wanted", "ends"), [("upheld", "较差", True), ("dismissed", "优秀", False), (None, "优秀", False)]
)
def test_only_upheld_events_count(decided: str | None, wanted: str, ends: bool) -> None:
    found = tier(95, events=[{"kind": "accident", "decided": decided}, {"kind": "leak", "decided": decided}])
    assert found.tier == wanted
    assert found.titles("terminate") == (("数据泄露",) if ends else ())
    assert ("安全事故：一票否决，定为“较差”" in found.explanation) is ends


def test_expressions_see_score_tier_and_events() -> None:
    rules = [
        {"id": "end", "kind": "terminate", "when": "tier == '较差' and leak == 0 and score < 60"},
        {"id": "keep", "kind": "renew", "when": "tier == '优秀'"},
    ]
    assert tier(59, rules).titles("terminate") == ("end",)
    assert tier(59, rules, events=[{"kind": "leak", "decided": "upheld"}]).titles("terminate") == ("数据泄露",)
    assert tier(95, rules, events=[{"kind": "accident", "decided": "upheld"}]).titles("renew") == ()
    assert tier(95, rules).titles("renew") == ("keep",)


@pytest.mark.parametrize(
    ("consecutive", "history", "ends"),
    [
        (True, [], False),
        (True, [1], True),
        (True, [1, 0], False),
        (True, [0, 1], True),
        (False, [1, 0], True),
        (False, [0, 0], False),
    ],
)
def test_triggers_count_periods_in_a_row_or_in_all(consecutive: bool, history: list[int], ends: bool) -> None:
    rule = {"id": "end", "kind": "terminate", "when": "score < 60", "times": 2, "consecutive": consecutive}
    before = [frozenset(["end"] if held else []) for held in history]
    found = tier(59, [rule], history=before)
    assert (found.titles("terminate") == ("end",)) is ends
    assert found.held == {"end"}
    assert tier(60, [rule], history=before).titles("terminate") == ()


def test_first_remedy_then_penalty() -> None:
    rules = [
        {"id": "plan", "kind": "remedy", "when": "score < 80"},
        {"id": "fine", "kind": "penalty", "when": "score < 80", "points": "1.5"},
    ]
    first = tier(79, rules)
    assert (first.titles("remedy"), first.titles("penalty"), first.penalty) == (("plan",), (), 0)
    second = tier(79, rules, history=[first.held])
    assert (second.titles("penalty"), second.penalty) == (("fine",), F("1.5"))
    assert "处罚扣1.5分" in second.explanation
    assert tier(79, rules[1:]).penalty == F("1.5")


def test_a_condition_without_data_is_undecided_and_moves_nothing() -> None:
    found = tier(95, [DOWN])
    assert found.tier == "优秀"
    assert [one.id for one in found.undecided] == ["down"]
    assert "没有数据，待定" in found.explanation


def test_a_tier_that_does_not_exist_is_refused() -> None:
    with pytest.raises(Refused) as refused:
        tier(95, [{**FLOOR, "tier": "甲"}], {"LS-1": {"visits": 1}})
    assert refused.value.kind == "bad_input"


# -- verdicts and rights -------------------------------------------------------------------------

YEAR = {"id": "year", "clause": "LS-1", "title": "年度考核"}
RENEWAL = {"id": "renewal", "clause": "LS-1", "title": "续签", "when": "year"}


def judged(
    facts: dict[str, Any],
    verdict: dict[str, Any] | None = None,
    answers: dict[str, Any] | None = None,
    otherwise: bool = False,
) -> tuple[VerdictResult, RightResult]:
    rulebook = contract(verdicts=[verdict or YEAR], rights=[RENEWAL])
    book = book_of(rulebook, facts, answers, otherwise)
    found = verdicts_of(rulebook, evaluate_indicators(book), book, book.answers)
    book.extras.update({one.id: one.passed for one in found})
    return found[0], rights_of(rulebook, book, book.answers, Given())[0]


VISITS, FEW = {"visits": 10}, {"visits": 9}
CALLS, NO_CALLS, NO_PAPERS = {"calls": 10, "pictures": 0}, {"calls": 9}, {"papers": 9}


@pytest.mark.parametrize(
    ("facts", "verdict", "passed"),
    [
        ({"LS-1": VISITS, "LS-2": CALLS}, YEAR, True),
        ({"LS-1": VISITS, "LS-2": NO_CALLS}, YEAR, False),
        ({"LS-1": VISITS}, YEAR, None),
        ({"LS-1": FEW}, YEAR, False),
        ({"LS-1": VISITS, "LS-2": CALLS, "LS-3": NO_PAPERS}, YEAR, True),  # a duty is not assessed
        ({"LS-1": VISITS, "LS-2": NO_CALLS}, {**YEAR, "requires": ["LS-1"]}, True),
        ({"LS-1": VISITS, "LS-3": NO_PAPERS}, {**YEAR, "requires": ["LS-1", "LS-3"]}, False),
        ({"LS-1": {"met": True}, "LS-2": {"met": False}}, YEAR, False),
    ],
)
def test_verdicts(facts: dict[str, Any], verdict: dict[str, Any], passed: bool | None) -> None:
    found, right = judged(facts, verdict)
    assert (found.passed, right.value) == (passed, passed)
    assert found.text == {True: "合格", False: "不合格", None: "待定"}[passed]
    assert (right.reason == "“年度考核”还没有结果，待定") is (passed is None)


def test_clauses_not_mentioned_are_met_where_that_is_given() -> None:
    assert judged({"LS-1": VISITS}, otherwise=True)[0].passed is True
    assert judged({"LS-1": FEW}, otherwise=True)[0].passed is False


def test_a_verdict_says_what_failed() -> None:
    assert judged({"LS-1": FEW, "LS-2": NO_CALLS})[0].explanation == "未达标：LS-1、LS-2"


@pytest.mark.parametrize(("facts", "passed"), [({}, None), ({"LS-1": {"met": True}, "LS-2": NO_CALLS}, True)])
def test_the_buyer_may_judge(facts: dict[str, Any], passed: bool | None) -> None:
    assert judged(facts, {**YEAR, "by": {"answer": "judge"}}, {"judge": "judgement"})[0].passed is passed
