"""Reductions, gates, papers, events and open questions: what may be paid now."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.payments import PaymentDecision
from tests.kpi.payments.books import paid, plan

WHOLE: dict[str, Any] = {"amount": {"pays": "share", "share": "100%"}}
ANSWERED = {"answers": {"share": "10%"}}


def amounts(decision: PaymentDecision) -> list[str | None]:
    return [None if one.amount is None else one.amount.plain() for one in decision.reductions]


def reduced(rule: dict[str, Any], figures: dict[str, Any], **more: Any) -> str | None:
    return amounts(paid(plan(WHOLE), reductions=[{"amount": rule, **more}], figures=figures))[0]


@pytest.mark.parametrize(("steps", "amount"), [(0, "0.00"), (6, "6000.00"), (200, "100000.00")])
def test_a_share_for_each_step_up_to_a_limit(steps: int, amount: str) -> None:
    rule = {"reduces": "share_per_step", "steps": "steps", "share": "0.1%", "up_to": "10%"}
    assert reduced(rule, {"steps": steps}) == amount


def test_a_fixed_sum_for_each_record_and_its_limit() -> None:
    rule = {"reduces": "fixed_per_record", "count": "bad - exempted", "each": 100, "population": "样本中的"}
    assert reduced(rule, {"bad": 579, "exempted": 3}) == "57600.00"
    assert reduced({**rule, "up_to": 5000}, {"bad": 579, "exempted": 3}) == "5000.00"
    assert reduced(rule, {"bad": 579}) is None


@pytest.mark.parametrize(("count", "amount"), [(0, "0.00"), (1, "10000.00"), (2, "40000.00"), (4, "140000.00")])
def test_escalating_shares_repeat_the_last(count: int, amount: str) -> None:
    rule = {"reduces": "escalating", "count": "n", "shares": ["1%", "3%", "5%"]}
    assert reduced(rule, {"n": count}) == amount


@pytest.mark.parametrize(("end", "amount"), [("2026-06-30", "50000.00"), ("2026-07-31", "20000.00")])
def test_a_step_table_is_replaced_from_its_date(end: str, amount: str) -> None:
    table = [{"at_least": 10, "points": "5%"}, {"below": 10, "points": 0}]
    later = [{"at_least": 10, "points": "2%"}, {"below": 10, "points": 0}]
    rule = {"reduces": "step_table", "value": "n", "table": table, "from_date": "2026-07-01", "later": later}
    decision = paid(plan(WHOLE), reductions=[{"amount": rule}], figures={"n": 12},
                    given={"period": {"start": "2026-06-01", "end": end}})  # fmt: skip
    assert amounts(decision) == [amount]


def test_of_a_group_only_the_largest_counts() -> None:
    rules = [
        {"amount": {"reduces": "fixed_per_record", "count": 1, "each": each}, "group": "同一事项"} for each in (100, 300, 200)
    ]
    decision = paid(plan(WHOLE), reductions=rules)
    assert amounts(decision) == ["0.00", "300.00", "0.00"]


def test_a_reduction_takes_effect_only_where_its_condition_holds() -> None:
    rule = {"reduces": "fixed_per_record", "count": 5, "each": 100}
    assert reduced(rule, {"again": False}, when="again") == "0.00"
    assert reduced(rule, {"again": True}, when="again") == "500.00"


def test_while_suspended_nothing_is_deducted_and_nothing_paid() -> None:
    rule = {"amount": {"reduces": "fixed_per_record", "count": 5, "each": 100}}
    decision = paid(plan(WHOLE), reductions=[rule], figures={"bad": True}, suspend="bad", given=ANSWERED)
    assert decision.status == "suspended"
    assert amounts(decision) == ["0.00"]
    calm = paid(plan(WHOLE), reductions=[rule], figures={"bad": False}, suspend="bad", given=ANSWERED)
    assert calm.status == "payable"
    assert calm.payable is not None
    assert calm.payable.plain() == "999500.00"


@pytest.mark.parametrize(("way", "carried"), [("carry_forward", "500000.00"), ("cap", "0.00")])
def test_reductions_above_the_payment_due(way: str, carried: str) -> None:
    rule = {"amount": {"reduces": "fixed_per_record", "count": 15000, "each": 100}}
    decision = paid(plan(WHOLE), reductions=[rule], above_due={"answer": "way"},
                    given={"answers": {"share": "1%", "way": way}})  # fmt: skip
    assert decision.payable is not None
    assert (decision.payable.plain(), decision.carried.plain()) == ("0.00", carried)


@given(st.integers(0, 20_000), st.integers(0, 20_000))
def test_more_failing_records_never_pay_more(first: int, second: int) -> None:
    rule = {"amount": {"reduces": "fixed_per_record", "count": "n", "each": 100}}
    low, high = sorted((first, second))
    less, more = (paid(plan(WHOLE), reductions=[rule], figures={"n": n}, given=ANSWERED) for n in (low, high))
    assert less.payable is not None
    assert more.payable is not None
    assert less.payable >= more.payable


def test_gates_block_or_suspend_and_say_which() -> None:
    gate = {"id": "accepted", "clause": "A-2", "title": "验收通过", "require": "of('A-2', 'met')"}
    open_gate = paid(plan({**WHOLE, "gates": [gate]}), given=ANSWERED)
    assert open_gate.status == "blocked"
    assert any("验收通过" in reason for reason in open_gate.reasons)
    refused = paid(plan({**WHOLE, "gates": [{**gate, "otherwise": "suspend"}]}),
                   given={**ANSWERED, "gates": {"accepted": False}})  # fmt: skip
    assert refused.status == "suspended"
    through = paid(plan({**WHOLE, "gates": [gate]}), given={**ANSWERED, "gates": {"accepted": True}})
    assert through.status == "payable"


def test_missing_papers_block() -> None:
    papers = [{"id": "invoice", "title": "发票"}, {"id": "report", "title": "验收报告"}]
    decision = paid(plan({**WHOLE, "papers": papers}), given={**ANSWERED, "papers": {"t1": ["invoice"]}})
    assert decision.status == "blocked"
    assert [reason for reason in decision.reasons if "材料" in reason] == ["缺少付款材料：验收报告"]


@pytest.mark.parametrize(
    ("event", "status"),
    [({"kind": "leak"}, "blocked"), ({"kind": "leak", "decided": "dismissed"}, "payable"),
     ({"kind": "fake", "decided": "upheld"}, "blocked"), ({"kind": "nonsense"}, "blocked")],
)  # fmt: skip
def test_undecided_events_block(event: dict[str, str], status: str) -> None:
    assert paid(plan(WHOLE), given={**ANSWERED, "events": [event]}).status == status


def test_an_open_question_about_payment_blocks_every_payment() -> None:
    decision = paid(plan(WHOLE))
    assert decision.status == "blocked"
    assert decision.reasons == ("付款前须由采购人确认：比例是多少？",)


def test_two_plans_without_a_choice_block() -> None:
    decision = paid(plan(WHOLE), plan(WHOLE, name="other"), given=ANSWERED)
    assert decision.chosen is None
    assert decision.status == "blocked"
    chosen = paid(plan(WHOLE), plan(WHOLE, name="other"), given=ANSWERED, plan="other")
    assert chosen.chosen == "other"


def test_what_is_paid_moves_the_due_line_on() -> None:
    halves = plan({"amount": {"pays": "share", "share": "50%"}}, {"amount": {"pays": "share", "share": "50%"}})
    decision = paid(halves, given={**ANSWERED, "paid": {"t1": "500000.00"}})
    assert decision.due is not None
    assert decision.due.id == "t2"
    over = paid(halves, given={**ANSWERED, "paid": {"t1": "500000.00", "t2": "500000.00"}})
    assert over.status == "none"


def test_the_due_date_counts_working_days_after_the_invoice() -> None:
    decision = paid(plan({**WHOLE, "working_days": 10}), given={**ANSWERED, "invoices": {"t1": "2026-09-28"}})
    assert decision.due is not None
    # 29、30 日,国庆放假至 10 月 7 日,10 月 10 日(周六)调休上班
    assert decision.due.due == "收到发票后 10 个工作日内，即 2026年10月16日 前"
