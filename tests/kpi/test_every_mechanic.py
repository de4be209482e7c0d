"""What contracts of this kind use (domain.md, Mechanics): each is stated as data in a small rulebook and comes out by hand.

The names are those of the list; a mechanic that the schema could not hold would have no row here.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from kpi.capsule import build, canonical, verify
from kpi.checkup import check
from kpi.evaluation import Evaluation, evaluate
from kpi.rulebook.given import Given
from kpi.rulebook.loader import Source
from tests.docs.examples import source

F = Fraction
Raw = dict[str, Any]
BANDS = [
    {"tier": "优秀", "at_least": 90}, {"tier": "良好", "at_least": 80}, {"tier": "合格", "at_least": 60},
    {"tier": "较差", "at_least": 0},
]  # fmt: skip
DEDUCT = {"mechanic": "per_unit", "count": "lost", "each": 1}


def book(
    rubric: Raw | None = None,
    payment: list[Raw] | None = None,
    names: list[str] | None = None,
    payment_more: Raw | None = None,
    **more: Any,
) -> Source:
    """A rulebook of one clause with these figures entered by hand, 100 points and tiers."""
    figures = {name: {"measure": "by_hand"} for name in ["lost", *(names or [])]}
    item = {"id": "x", "clauses": ["A-1"], "title": "项", "maximum": 100, "rules": [DEDUCT]}
    sheet = {"clause": "A-1", "title": "表", "total": 100, "items": [item], **(rubric or {})}
    raw: Raw = {"indicators": [{"clause": "A-1", "title": "数", "figures": figures}], "rubric": sheet,
                "tiers": {"clause": "A-1", "bands": BANDS}, **more}  # fmt: skip
    if payment is not None:
        rows = [{"clause": "A-1", "title": f"{n}期", "id": f"t{n}", **row} for n, row in enumerate(payment, 1)]
        raw["payment"] = {**(payment_more or {}), "clause": "A-1",
                          "plans": [{"id": "p", "clause": "A-1", "title": "方案", "tranches": rows}]}  # fmt: skip
    return source(raw)


def run(made: Source, facts: Raw, **given: Any) -> Evaluation:
    found = evaluate(made, Given.model_validate({"price": "100000.00", "facts": {"A-1": facts}, **given}))
    assert verify(canonical(build(found))) == []
    errors = [one.message for one in check(made).of("error") if one.code not in ("uncovered_clause", "points_sum")]
    assert errors == []
    return found


# -- figures -------------------------------------------------------------------------------------

FIGURES: list[tuple[str, str, Raw, Any]] = [
    ("rates", "met_ones / all_ones", {"met_ones": 33, "all_ones": 40}, F(33, 40)),
    ("denominators with capped exclusions", "valid / (base - min(out, floor(base * 2%)))",
     {"valid": 900, "base": 1000, "out": 50}, F(900, 980)),
    ("smallest over sites", "min(sites)", {"sites": {"甲": 80, "乙": 60}}, 60),
    ("mean over periods", "mean(months)", {"months": [90, None, 84]}, 87),
    ("weighted over sites", "weighted(sites, people)", {"sites": {"甲": 80, "乙": 60}, "people": {"甲": 3, "乙": 1}}, 75),
    ("surveys and votes", "yes / (yes + no) >= 2/3", {"yes": 8, "no": 4}, True),
    ("ranks", "rank(own, others)", {"own": 88, "others": {"甲": 91, "乙": 88, "丙": 70}}, 2),
]  # fmt: skip


@pytest.mark.parametrize(("what", "formula", "facts", "value"), FIGURES, ids=[one[0] for one in FIGURES])
def test_figures(what: str, formula: str, facts: Raw, value: Any) -> None:
    derived = [{"id": "it", "clause": "A-1", "title": "数", "value": formula}]
    found = run(book(names=list(facts), derived=derived), {"lost": 0, **facts})
    assert found.derived["it"].value == value


@pytest.mark.parametrize(("sample", "refused"), [(49, True), (50, False)])
def test_a_sampled_rate_with_a_minimum_share(sample: int, refused: bool) -> None:
    gate = {"mechanic": "gate", "require": "sample / people >= 5%", "otherwise": "refuse"}
    item = {"id": "x", "clauses": ["A-1"], "title": "项", "maximum": 100, "rules": [gate, DEDUCT]}
    found = run(book({"items": [item]}, names=["sample", "people"]), {"lost": 3, "sample": sample, "people": 1000})
    assert (found.score is None) is refused


def test_targets_adjusted_afterwards_with_a_reason() -> None:
    rule = {"mechanic": "per_unit", "count": "target - done", "each": 1}
    item = {"id": "x", "clauses": ["A-1"], "title": "项", "maximum": 100, "rules": [rule]}
    made = book({"items": [item]}, names=["done"], parameters=[{"id": "target", "title": "目标", "clause": "A-1", "value": 50}])
    change = {"target": {"value": 40, "reason": "封路", "by": "分管领导", "date": "2026-05-01"}}
    assert (run(made, {"done": 38}).score, run(made, {"done": 38}, targets=change).score) == (88, 98)


# -- items ---------------------------------------------------------------------------------------

ITEMS: list[tuple[str, list[Raw], Raw, Any, Raw]] = [
    ("all or nothing", [{"mechanic": "all_or_nothing", "met": "n >= 4"}], {"n": 3}, 0, {}),
    ("checklist", [{"mechanic": "checklist", "missing": "n", "each": 2}], {"n": 3}, 4, {}),
    ("per unit, event or case", [{"mechanic": "per_unit", "count": "n", "each": "0.5"}], {"n": 3}, "8.5", {}),
    ("per percentage point, whole", [{"mechanic": "per_point", "actual": "n", "target": "90%", "each": 1}],
     {"n": "87.1%"}, 8, {}),
    ("per percentage point, begun", [{"mechanic": "per_point", "actual": "n", "target": "90%", "each": 1, "rounding": "ceiling"}],
     {"n": "87.1%"}, 7, {}),
    ("per percentage point, pro rata", [{"mechanic": "per_point", "actual": "n", "target": "90%", "each": 1, "rounding": "pro_rata"}],
     {"n": "87.1%"}, "7.1", {}),
    ("step table beyond the maximum", [{"mechanic": "steps", "value": "n", "table": [{"below": 3, "points": 1},
     {"at_least": 3, "points": 15}]}],
     {"n": 3}, 0, {}),
    ("step table that is earned", [{"mechanic": "steps", "value": "n", "gives": "earn", "table": [
        {"below": 80, "points": 3}, {"at_least": 80, "points": 8}]}], {"n": 80}, 8, {"start": "zero"}),
    ("several deductors on one item", [{"mechanic": "per_unit", "count": "n", "each": 1},
     {"mechanic": "per_unit", "count": "m", "each": 2}],
     {"n": 1, "m": 2}, 5, {}),
    ("zero if absent", [{"mechanic": "zero_if", "condition": "missing(n) > 0"}], {"n": [1, None]}, 0, {}),
    ("a gate that differs from the target", [{"mechanic": "gate", "require": "n >= 50%"},
     {"mechanic": "per_unit", "count": "m", "each": 1}],
     {"n": "49.9%", "m": 0}, 0, {}),
    ("any sub-unit failing gives 0", [{"mechanic": "any_failing", "values": "n", "at_least": 20}], {"n": {"甲": 20, "乙": 19}}, 0, {}),
    ("earn per condition met", [{"mechanic": "earn_per_condition", "conditions": [{"when": "n", "points": 4},
     {"when": "m > 5", "points": 6}]}],
     {"n": True, "m": 5}, 4, {"start": "zero"}),
    ("earn per unit up to a maximum", [{"mechanic": "earn_per_unit", "count": "n", "each": 3, "up_to": 9}], {"n": 4},
     9, {"start": "zero"}),
    ("base plus increment", [{"mechanic": "earn_per_unit", "count": "n", "above": 60, "base": 5, "each": "0.5"}],
     {"n": 64}, 7, {"start": "zero"}),
    ("proportional inside a range", [{"mechanic": "proportional", "value": "n", "low": "60%", "high": "90%", "high_points": 10}],
     {"n": "75%"}, 5, {"start": "zero"}),
    ("half credit", [{"mechanic": "half_credit", "full": "n >= 95", "half": "n >= 90"}], {"n": 93}, 5, {}),
    ("a free allowance before deductions start", [{"mechanic": "per_unit", "count": "n", "each": 2, "free": 2}], {"n": 3}, 8, {}),
    ("a clause cap", [{"mechanic": "per_unit", "count": "n", "each": 2}], {"n": 9}, 7, {"clause_caps": {"A-1": 3}}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "rules", "facts", "points", "more"), ITEMS, ids=[one[0] for one in ITEMS])
def test_items(what: str, rules: list[Raw], facts: Raw, points: Any, more: Raw) -> None:
    item = {"id": "x", "clauses": ["A-1"], "title": "项", "maximum": 10, "rules": rules, **more}
    found = run(book({"items": [item], "total": 10}, names=["n", "m"]), facts)
    assert found.assessment is not None
    assert found.assessment.scores == {"x": F(points)}


@pytest.mark.parametrize(("gives", "points"), [("deduct", "8.5"), ("earn", "1.5")])
def test_an_assessors_range(gives: str, points: str) -> None:
    rule = {"mechanic": "discretion", "met": "n > 0", "gives": gives, "low": "0.5", "high": 2}
    item = {"id": "x", "clauses": ["A-1"], "title": "项", "maximum": 10, "rules": [rule],
     "start": "full" if gives == "deduct" else "zero"}
    made = book({"items": [item], "total": 10}, names=["n"])
    facts = {"n": 0 if gives == "deduct" else 1}
    decided = run(made, facts, decided={"A-1": {"points": "1.5", "reason": "视情况"}})
    assert decided.score == F(points)
    outside = run(made, facts, decided={"A-1": {"points": "2.1", "reason": "视情况"}})
    assert (outside.score, outside.refused) == (None, ("A-1",))
    other = run(made, {"n": 1 - facts["n"]})
    assert other.score == (10 if gives == "deduct" else 0)


def test_marks_of_several_assessors_are_earned() -> None:
    rule = {"mechanic": "discretion", "gives": "earn", "met": "true", "low": 0, "high": 10, "step": "0.5"}
    item = {"id": "x", "clauses": ["A-1"], "title": "项", "maximum": 10, "rules": [rule], "start": "zero"}
    made = book({"items": [item], "total": 10, "merge_marks": "trimmed_mean"})
    assert run(made, {"lost": 0}, decided={"A-1": {"marks": [5, "7.5", 8, 10]}}).score == F("7.75")
    assert run(made, {"lost": 0}, decided={"A-1": {"marks": [5, "7.5", 8, 11]}}).score is None
    assert run(made, {"met": True}, otherwise="met", decided={"A-1": 9}).score == 9


def test_a_pool_shared_by_several_clauses() -> None:
    rules = [{"mechanic": "per_unit", "clause": "A-1", "count": "n", "each": 1},
             {"mechanic": "per_unit", "clause": "A-2", "count": "of('A-1', 'm')", "each": 1}]  # fmt: skip
    item = {"id": "x", "clauses": ["A-1", "A-2"], "title": "项", "maximum": 10, "rules": rules}
    pools = [{"id": "pot", "items": ["A-1", "A-2"], "maximum": 6}]
    assert run(book({"items": [item], "total": 10, "pools": pools}, names=["n", "m"]), {"n": 4, "m": 9}).score == 4


# -- totals --------------------------------------------------------------------------------------


def bonus(rule: Raw, **more: Any) -> Raw:
    line = {"id": "b", "clause": "A-1", "rule": rule, **more.pop("line", {})}
    return {"bonus": {"rules": [line], **more}}


EXTRA = {"mechanic": "per_extra", "count": "n", "each": 4}
PARTS = [{"id": "d", "title": "日常", "weight": "40%"}, {"id": "y", "title": "年度", "weight": "60%"}]
TOTALS: list[tuple[str, Raw, Raw, Any, Raw]] = [
    ("sum of items", {}, {"lost": 5}, 95, {}),
    ("one pool of 100", {"method": "deduct", "items": [{"id": "x", "clauses": ["A-1"],
     "title": "项", "rules": [DEDUCT]}]}, {"lost": 105}, 0, {}),
    ("weighted parts", {"combine": "weights", "parts": PARTS}, {"lost": 10}, 86, {"part": "y", "sheets": [{"total": 80, "part": "d"}]}),
    ("totals other than 100", {"total": 120, "items": [{"id": "x", "clauses": ["A-1"],
     "title": "项", "maximum": 120, "rules": [DEDUCT]}]},
     {"lost": 10}, 110, {}),
    ("means of periods", {"combine": "mean"}, {"lost": 10}, 85, {"sheets": [{"total": 80}]}),
    ("penalties on the mean", {"combine": "weights", "parts": [{"id": "d", "title": "季度", "weight": 1, "penalty_below": 80, "penalty": 2,
     "penalty_inclusive": True}]}, {"lost": 10}, 83, {"part": "d", "sheets": [{"total": 80, "part": "d"}]}),
    ("penalties on the whole", {"combine": "weights", "parts": [{**PARTS[0], "penalty_below": 80, "penalty": 2}, PARTS[1]],
     "order": ["deductions", "item_floor", "item_maximum", "sum", "combine", "mean_penalty", "tier"]},
     {"lost": 10}, "81.6", {"part": "y", "sheets": [{"total": 74, "part": "d"}]}),
    ("bonus by rank", bonus({"mechanic": "by_rank", "rank": "n", "points": [5, 3]}), {"lost": 10, "n": 2}, 93, {}),
    ("bonus per extra, uncapped", bonus(EXTRA), {"lost": 0, "n": 5}, 120, {}),
    ("bonus capped", bonus(EXTRA, cap=10), {"lost": 0, "n": 5}, 110, {}),
    ("bonus with sub-caps", bonus(EXTRA, line={"cap": 6}), {"lost": 0, "n": 5}, 106, {}),
    ("bonus up to full marks", bonus(EXTRA, may_exceed_total=False), {"lost": 10, "n": 5}, 100, {}),
    ("bonus in an assessor's range", bonus({"mechanic": "discretion", "gives": "earn", "met": "n > 0", "low": 1, "high": 5}),
     {"lost": 10, "n": 1}, 93, {"decided": {"b/A-1": {"points": 3, "reason": "有创新"}}}),
    ("another order", {"order": ["deductions", "item_floor", "item_maximum", "sum", {"round": 0, "mode": "down"}, "tier"]},
     {"lost": "10.4"}, 89, {}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "rubric", "facts", "total", "given"), TOTALS, ids=[one[0] for one in TOTALS])
def test_totals(what: str, rubric: Raw, facts: Raw, total: Any, given: Raw) -> None:
    assert run(book(rubric, names=["n"]), facts, **given).score == F(total)


# -- tiers and consequences ----------------------------------------------------------------------


def rule(kind: str, when: str, **more: Any) -> Raw:
    return {"consequences": [{"id": "c", "clause": "A-1", "kind": kind, "when": when, "title": "后果", **more}]}


EVENT = {"events": [{"kind": "leak", "decided": "upheld"}]}
LEAK = {"events": [{"id": "leak", "clauses": ["A-1"], "title": "泄露"}]}
TIERS: list[tuple[str, Raw, Raw, Raw, str]] = [
    ("half-open bands", {}, {"lost": "10.01"}, {}, "良好"),
    ("veto", rule("veto", "n > 0"), {"lost": 0, "n": 1}, {}, "较差"),
    ("downgrade by event", {**rule("downgrade", "leak > 0"), **LEAK}, {"lost": 0}, EVENT, "良好"),
    ("a floor on one criterion", rule("at_most", "of('x', 'score') < 95", tier="合格"), {"lost": 6}, {}, "合格"),
    ("consecutive triggers", rule("downgrade", "lost > 5", times=2, consecutive=True), {"lost": 6}, {"history": [["c"], []]}, "优秀"),
    ("cumulative triggers", rule("downgrade", "lost > 5", times=2), {"lost": 6}, {"history": [["c"], []]}, "良好"),
    ("first remedy, then penalty", {"consequences": [
        {"id": "r", "clause": "A-1", "kind": "remedy", "when": "n > 0", "title": "整改"},
        {"id": "c", "clause": "A-1", "kind": "penalty", "when": "n > 0", "title": "罚", "points": 8}]},
     {"lost": 5, "n": 1}, {"history": [["r"]]}, "良好"),
    ("exemption slips", {}, {"lost": 30}, {"exempted": {"A-1": "暴雨"}}, "优秀"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "parts", "facts", "given", "tier"), TIERS, ids=[one[0] for one in TIERS])
def test_tiers(what: str, parts: Raw, facts: Raw, given: Raw, tier: str) -> None:
    found = run(book(names=["n"], **parts), facts, **given)
    assert found.tier is not None
    assert found.tier.tier == tier


def test_rights_to_terminate_and_to_renew() -> None:
    rights = [{"id": "renewal", "title": "续签", "clause": "A-1", "when": "tier in ['优秀', '良好']"}]
    made = book(rights=rights, **rule("terminate", "score < 60"))
    good, bad = run(made, {"lost": 15}), run(made, {"lost": 41})
    assert [one.value for one in (*good.rights, *bad.rights)] == [True, False]
    assert [[one.applied for one in found.consequences] for found in (good, bad)] == [[False], [True]]


# -- payments ------------------------------------------------------------------------------------

HALF = {"amount": {"pays": "share", "share": "50%"}}
TABLE = [{"below": 80, "points": "5%"}, {"at_least": 90, "points": 0}]
PAYMENTS: list[tuple[str, list[Raw], Raw, list[str | None]]] = [
    ("tier → share of the period's fee", [{"amount": {"pays": "tier_share", "base": "price / 12", "shares": {"良好": "90%"}}}],
     {"lost": 15}, ["7500.00"]),
    ("linear in the score", [{"amount": {"pays": "linear", "full": 100}}], {"lost": 15}, ["85000.00"]),
    ("interpolated between points", [{"amount": {"pays": "interpolated", "points": [[60, "50%"], [90, "100%"]]}}],
     {"lost": 25}, ["75000.00"]),
    ("holdback", [{"amount": {"pays": "share", "share": "95%"}}, {"amount": {"pays": "holdback", "share": "5%", "release": "n > 0"}}],
     {"lost": 0, "n": 1}, ["95000.00", "5000.00"]),
    ("equal instalments", [{"amount": {"pays": "instalments", "number": 3}}], {"lost": 0}, ["33333.33", "33333.33", "33333.34"]),
    ("unit price × verified count", [{"amount": {"pays": "unit_price", "unit_price": 5, "count": "n"}}],
     {"lost": 0, "n": 30000}, ["150000.00"]),
    ("unit price with a cap", [{"amount": {"pays": "unit_price", "unit_price": 5, "count": "n", "cap": "price"}}],
     {"lost": 0, "n": 30000}, ["100000.00"]),
    ("per-head in stages", [{"amount": {"pays": "per_head", "once": "highest", "stages": [
        {"title": "甲", "count": "n", "each": 100, "excluded": 2}, {"title": "乙", "count": "m", "each": 300}]}}],
     {"lost": 0, "n": 30, "m": 10}, ["4800.00"]),
    ("rate tables with reimbursements and a pot", [{"amount": {"pays": "rate_table", "rows": [
        {"group": "甲", "count": "n", "rate": 300}, {"group": "乙", "count": "m", "rate": 500}], "reimbursed": 1000, "pot": 10000}}],
     {"lost": 0, "n": 20, "m": 9}, ["10000.00"]),
    ("slabs with a band left undefined", [{"amount": {"pays": "slabs", "value": "n", "table": TABLE}}], {"lost": 0, "n": 85}, [None]),
    ("paid on a cohort's later result", [{"amount": {"pays": "cohort", "count": "n", "each": 500, "check_after_months": 6,
                                                     "known": "m > 0"}}],
     {"lost": 0, "n": 12, "m": 0}, [None]),
    ("offset of advances", [{"advance": True, "amount": {"pays": "share", "share": "30%"}},
     {"amount": {"pays": "linear", "full": 100, "less": "t1"}}],
     {"lost": 10}, ["30000.00", "60000.00"]),
    ("rounding", [{"amount": {"pays": "linear", "full": 300, "rounding": {"mode": "down", "unit": "yuan"}}}],
     {"lost": 0}, ["33333.00"]),
]  # fmt: skip


@pytest.mark.parametrize(("what", "tranches", "facts", "amounts"), PAYMENTS, ids=[one[0] for one in PAYMENTS])
def test_payments(what: str, tranches: list[Raw], facts: Raw, amounts: list[str | None]) -> None:
    found = run(book(payment=tranches, names=["n", "m"]), facts).payment
    assert found is not None
    assert [None if one.amount is None else one.amount.plain() for one in found.plans["p"].lines] == amounts


def test_tranches_gated_by_conditions() -> None:
    gate = {"id": "g", "clause": "A-1", "title": "验收", "require": "n > 0", "otherwise": "suspend"}
    made = book(payment=[{**HALF, "gates": [gate]}, HALF], names=["n"])
    assert [run(made, {"lost": 0, "n": n}).payment.status for n in (0, 1)] == ["suspended", "payable"]  # type: ignore[union-attr]


REDUCTIONS: list[tuple[str, Raw, Raw, str, Raw]] = [
    ("share of the price per shortfall step", {"reduces": "share_per_step", "steps": "floor(n * 10)", "share": "0.1%"},
     {"n": "0.68"}, "600.00", {}),
    ("share of the month by a step table", {"reduces": "step_table", "value": "n", "table": TABLE, "base": "price / 12"},
     {"n": 79}, "416.67", {}),
    ("replaceable from a date on", {"reduces": "step_table", "value": "n", "table": TABLE, "from_date": "2026-07-01",
                                    "later": [{"points": "1%"}]}, {"n": 79}, "1000.00",
     {"period": {"start": "2026-07-01", "end": "2026-07-31"}, "term": {"start": "2026-01-01", "end": "2026-12-31"}}),
    ("fixed sum per failing record", {"reduces": "fixed_per_record", "count": "n", "each": 100, "population": "样本"},
     {"n": 7}, "700.00", {}),
    ("escalating shares per incident", {"reduces": "escalating", "count": "n", "shares": ["1%", "2%", "3%"]}, {"n": 4}, "9000.00", {}),
    ("escalating over the periods", {"reduces": "escalating", "count": "n", "before": "m", "shares": ["1%", "2%", "3%"]},
     {"n": 1, "m": 1}, "2000.00", {}),
    ("exempted by a slip", {"reduces": "escalating", "count": "n", "shares": ["1%"]}, {"n": 4},
     "0.00", {"exempted": {"A-1": "免责2号"}}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "amount", "facts", "taken", "given"), REDUCTIONS, ids=[one[0] for one in REDUCTIONS])
def test_reductions(what: str, amount: Raw, facts: Raw, taken: str, given: Raw) -> None:
    row = {"id": "r", "clause": "A-1", "title": "扣款", "amount": amount}
    found = run(book(payment=[HALF, HALF], names=["n", "m"], payment_more={"reductions": [row]}), {"lost": 0, **facts}, **given)
    assert found.payment is not None
    assert found.payment.reductions[0].amount is not None
    assert found.payment.reductions[0].amount.plain() == taken


@pytest.mark.parametrize(("group", "cap", "total"), [("", None, "1500.00"), ("同一事项", None, "1000.00"), ("", "price * 1.2%", "1200.00")])
def test_whether_reductions_stack(group: str, cap: str | None, total: str) -> None:
    rows = [
        {"id": f"r{each}", "clause": "A-1", "title": "扣款", "group": group,
         "amount": {"reduces": "fixed_per_record", "count": 1, "each": each, "population": "全部"}}
        for each in (500, 1000)
    ]  # fmt: skip
    more = {"reductions": rows, **({"reduction_cap": cap} if cap else {})}
    found = run(book(payment=[HALF, HALF], payment_more=more), {"lost": 0}).payment
    assert found is not None
    assert found.reduction_total is not None
    assert found.reduction_total.plain() == total
