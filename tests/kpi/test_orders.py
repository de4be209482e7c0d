"""Orders of operations over a whole period: sheets combined, bonus, penalties, tier, money, proof and comparison."""

from __future__ import annotations

import json
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from kpi.capsule import build, canonical, verify
from kpi.checkup import check
from kpi.evaluation import Evaluation, evaluate
from kpi.quantities import Money
from kpi.replay import replay
from kpi.reports.sheet import result_sheet
from kpi.reports.trace import Tracer
from kpi.rulebook.given import Given
from kpi.rulebook.json_schema import rulebook_schema
from kpi.rulebook.loader import Source, load_text
from kpi.rulebook.order import STEPS
from kpi.rulebook.rounding import MODES
from kpi.rulebook.yaml_text import TextProblems, read_yaml

F = Fraction
TEXT = (Path(__file__).parent / "cases" / "rulebooks" / "harbour.yaml").read_text("utf-8")
ORDERS = ["usual", "bonus_first", "bonus_last", "low_sheets_last", "penalty_last", "one_place", "no_floor"]
TAILS = ["half_up", "away", "even", "up"]
FACTS: dict[str, dict[str, Any]] = {
    "HG-1": {"short": 3}, "HG-2": {"errors": 4}, "HG-3": {"reports": 1, "videos": 2}, "HG-4": {"complaints": 0, "late": 0},
    "HG-6": {"trained": 40, "certified": 25, "staff": 3, "known": 5},
}  # fmt: skip


@cache
def source(old: str = "", new: str = "") -> Source:
    assert old in TEXT
    return load_text(TEXT.replace(old, new, 1) if old else TEXT, "harbour.yaml")


def year(order: str = "usual", tail: str = "half_up", book: Source | None = None, **more: Any) -> Evaluation:
    facts = {clause: {**figures, **more.pop(clause.replace("-", ""), {})} for clause, figures in FACTS.items()}
    given: dict[str, Any] = {
        "price": "99999.99", "part": "final", "facts": facts, "answers": {"order_of_work": order, "tail": tail},
        "sheets": [{"total": 78, "part": "daily"}, {"total": 90, "part": "daily"}],
    }  # fmt: skip
    return evaluate(book or source(), Given.model_validate({**given, **more}))


def test_the_rulebook_of_the_cases_has_no_findings() -> None:
    assert [(one.code, one.message) for one in check(source()).findings] == []
    errors = Draft202012Validator(rulebook_schema()).iter_errors(json.loads(json.dumps(_plain(read_yaml(TEXT)[0]))))
    assert [one.message[:200] for one in errors] == []


def _plain(value: Any) -> Any:
    """Exact numbers as an editor's YAML reader gives them."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value if value is None or isinstance(value, str | bool | int) else str(value)


@pytest.mark.parametrize("bad", ["[deductions, summ]", "[deductions, {round: 9}]", "[{rounds: 1}]", "deductions"])
def test_the_schema_refuses_what_is_no_order(bad: str) -> None:
    raw = read_yaml("rubric: {clause: HG-5, title: 表, total: 100, items: [], order: " + bad + "}")[0]
    validator = Draft202012Validator(rulebook_schema())
    wrong = [one for one in validator.iter_errors(raw) if list(one.absolute_path)[:1] == ["rubric"]]
    fine = [one for one in validator.iter_errors({"rubric": {**raw["rubric"], "order": ["deductions", "sum"]}})
            if list(one.absolute_path)[:1] == ["rubric"]]  # fmt: skip
    assert wrong
    assert not fine


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("usual: [deductions,", "usual: [deduction,", "不认识“deduction”；只能写 deductions"),
        ("{round: 2}", "{round: two}", "这里要写整数"),
        ("{round: 2}", "{rounds: 2}", "不认识的键“rounds”"),
        ("mode: down}, penalty", "mode: nearest}, penalty", "不认识“nearest”；只能写 half_up、half_even、down、up"),
        ("unit: jiao", "unit: mao", "不认识“mao”；只能写 fen、jiao、yuan、hundred_yuan"),
    ],
)
def test_a_slip_names_its_line_and_what_to_write(old: str, new: str, message: str) -> None:
    with pytest.raises(TextProblems) as problems:
        source(old, new)
    line = TEXT[: TEXT.index(old)].count("\n") + 1
    assert any(f"harbour.yaml:{line} " in one and message in one for one in str(problems.value).splitlines())


# -- capsules, traces, comparisons ---------------------------------------------------------------


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("tail", TAILS)
def test_every_order_and_rounding_is_proved_by_its_capsule(order: str, tail: str) -> None:
    body = build(year(order, tail, HG4={"complaints": 1, "late": 3}))
    assert verify(canonical(body)) == []
    forged = json.loads(canonical(body))
    other = {"order_of_work": "no_floor" if order != "no_floor" else "usual", "tail": "away" if tail != "away" else "up"}
    forged["given"]["table"]["answers"]["rows"] = [[name, answer] for name, answer in other.items()]
    assert any("results" in one for one in verify(canonical(forged)))


def test_the_order_in_force_stands_on_the_sheet_and_in_the_trace() -> None:
    told = "按规则书写明的次序：扣分→"
    for order in ORDERS:
        found = year(order)
        notes = [note for section in result_sheet(found).sections for note in section.notes]
        assert any(note.startswith(told) for note in notes)
        root = Tracer(found).trace("总分")
        assert root is not None
        assert told in root.text


def test_replay_shows_what_another_order_or_rounding_would_have_moved() -> None:
    first = source("default: usual", "default: usual")
    for old, new, points, yuan in (
        ("default: usual", "default: bonus_first", "-1.2", "-600.00"),
        ("default: half_up", "default: away", "0", "-1.00"),
    ):
        given = Given.model_validate({
            "price": "99999.99", "part": "final", "facts": FACTS,
            "sheets": [{"total": 78, "part": "daily"}, {"total": 90, "part": "daily"}],
        })  # fmt: skip
        found = replay(first, source(old, new), given, [], [])
        assert found.points == F(points)
        assert found.yuan == Money.parse(yuan)


# -- steps over the period -----------------------------------------------------------------------


def test_bonus_is_not_weighted_unless_the_order_says_so() -> None:
    """Rule of counting 8: weights, then bonus. The sheet's own total is without it."""
    found = year()
    assert found.assessment is not None
    assert found.combined is not None
    assert (found.assessment.total, found.assessment.bonus_total) == (F("94.94"), 3)
    assert "加分3分另计" in found.assessment.explanation
    assert found.combined.explanation.endswith("82 × 0.4 + 94.94 × 0.6 = 89.76…分；89.764 + 加分3 = 92.76…分")


def test_bonus_of_earlier_sheets_is_added_once_under_the_common_cap() -> None:
    sheets = [{"total": 84, "part": "daily", "bonus": "1.5"}, {"total": 84, "part": "daily", "bonus": 1}]
    found = year(sheets=sheets)  # 3 + 2.5 stop at 5
    assert found.combined is not None
    assert found.combined.total == F("84") * F("0.4") + F("94.94") * F("0.6") + 5
    assert "合计5.5分，超过上限5分" in found.combined.explanation
    refused = year("bonus_first", sheets=sheets)
    assert refused.score is None
    assert refused.combined is not None
    assert "请删去 sheets 里的 bonus" in refused.combined.explanation
    assert refused.reasons == ("总分还不能计算，档次待定",)


def test_what_moves_the_score_after_the_tier_says_so() -> None:
    late = year("bonus_last", HG4={"complaints": 0, "late": 3})
    assert late.tier is not None
    assert late.tier.explanation == (
        "89.76…分，属“良好”（80分以上、90分以下（含））；迟报三次以上：降1档，定为“合格”；89.764 + 加分3 = 92.76…分"
    )
    fined = year("penalty_last", HG4={"complaints": 1, "late": 0})
    assert fined.tier is not None
    assert (fined.tier.tier, fined.tier.by_score, fined.tier.penalty, fined.tier.score) == ("优秀", "优秀", 5, F("87.764"))
    assert fined.tier.explanation.endswith("投诉属实：处罚扣5分；得分87.76…分，档次不再变动")


def test_conditions_see_the_score_so_far() -> None:
    """Above 90 only with the bonus: before it there is nothing to bring down."""
    seen = "when: late > 2"
    book = source(seen, "when: late > 2 and score > 90")
    for order, tier in (("usual", "良好"), ("bonus_last", "良好")):
        found = year(order, book=book, HG4={"complaints": 0, "late": 3})
        assert found.tier is not None
        assert found.tier.tier == tier
    plain = year("bonus_last", book=source(), HG4={"complaints": 0, "late": 3})
    assert plain.tier is not None
    assert plain.tier.tier == "合格"


def test_low_sheets_come_off_the_combined_score_to_nothing() -> None:
    sheets = [{"total": 1, "part": "daily"}] * 30
    found = year("low_sheets_last", HG1={"short": 999}, HG2={"errors": 999}, HG3={"reports": 0, "videos": 0}, sheets=sheets)
    assert found.score == 0
    assert found.combined is not None
    assert "“日常考核”低于80分30次，30 × 2 = 扣60分，0.4 - 60 = -59.6分，扣完为止" in found.combined.explanation


def test_a_score_without_tiers_takes_every_step_that_moves_it() -> None:
    text = TEXT[: TEXT.index("tiers:\n")] + TEXT[TEXT.index("payment:\n") :]
    for order, score in (("bonus_last", "92.764"), ("penalty_last", "92.764")):
        found = year(order, book=load_text(text, "harbour.yaml"))
        assert (found.tier, found.score) == (None, F(score))
        assert found.consequences == ()


PENALTIES = """
  - {id: fine, clause: HG-4, kind: penalty, when: complaints > 0, title: 处罚, points: 5}
  - {id: end, clause: HG-4, kind: terminate, when: score < 85, title: 可以解除合同}
  - {id: mend, clause: HG-3, kind: remedy, when: late > 0, title: 整改}
"""


def test_penalties_and_rights_need_no_tiers() -> None:
    start, rest = TEXT.index("tiers:\n"), TEXT.index("payment:\n")
    book = load_text(TEXT[:start] + "consequences:" + PENALTIES + TEXT[rest:], "harbour.yaml")
    assert [one.code for one in check(book).of("error")] == []
    found = year(book=book, HG4={"complaints": 1, "late": 0}, HG2={"errors": 10})
    assert found.tier is None
    assert found.score == F("92.764") - 6 * F("0.6") - 5
    assert {one.id: one.applied for one in found.consequences} == {"fine": True, "end": True, "mend": False}
    assert found.payment is not None
    service = found.payment.plans["main"].lines[1].amount
    assert service == Money.of(F("50000") * found.score / 100) - Money.of(15000)
    assert verify(canonical(build(found))) == []
    rows = [row for section in result_sheet(found).sections for row in section.rows if "可以解除合同" in row]
    assert rows == [("end", "可以解除合同", "采购人有权解除合同")]
    open_one = year(book=book, facts={key: value for key, value in FACTS.items() if key != "HG-4"})
    assert {one.id: one.applied for one in open_one.consequences} == {"fine": None, "mend": None, "end": False}
    assert open_one.payment is not None
    assert "处罚：没有数据，待定" in open_one.payment.reasons


# -- properties ----------------------------------------------------------------------------------

LADDER = ["较差", "合格", "良好", "优秀"]
LESS_MORE = st.tuples(st.integers(0, 90), st.integers(0, 90))


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(ORDERS), st.lists(LESS_MORE, min_size=4, max_size=4), st.integers(0, 4), st.integers(0, 4))
def test_more_shortfall_never_ranks_higher_nor_pays_more_under_any_order(
    order: str, numbers: list[tuple[int, int]], reports: int, fewer: int
) -> None:
    def one(pick: Any, said: int) -> Evaluation:
        short, errors, late, daily = (pick(pair) for pair in numbers)
        return year(
            order, HG1={"short": short}, HG2={"errors": errors}, HG3={"reports": said, "videos": 0},
            HG4={"complaints": late // 45, "late": late // 20}, sheets=[{"total": 100 - daily, "part": "daily"}],
        )  # fmt: skip

    better, worse = one(min, reports), one(max, max(0, reports - fewer))
    assert better.score is not None
    assert worse.score is not None
    assert better.tier is not None
    assert worse.tier is not None
    assert worse.score <= better.score
    assert LADDER.index(worse.tier.tier) <= LADDER.index(better.tier.tier)
    assert better.payment is not None
    assert worse.payment is not None
    sums = [found.payment.plans["main"].in_all for found in (worse, better) if found.payment is not None]
    assert None not in sums
    assert sums == sorted(sums, key=lambda money: money.fen if money is not None else 0)


def test_every_step_and_mode_has_a_name() -> None:
    assert all(STEPS.values())
    assert len(set(STEPS.values())) == len(STEPS)
    assert len(set(MODES.values())) == len(MODES)
