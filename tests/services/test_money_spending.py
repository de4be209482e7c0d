"""无指标不得支付: what a payment takes of which budget, what it waits for, what can be released."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.security.money_terms import FundNature
from app.security.settlement_terms import RequestState
from app.services.act import Refused
from app.services.money import funds, spending
from app.services.money.funds import Budget
from app.services.settlement import paying
from app.services.settlement.common import Done
from app.services.settlement.paying import Paid
from app.services.settlement.printed import request_paper
from app.store import settlement
from app.store.models import FundSource
from kpi.quantities import Money
from tests.factories.ground import CLOCK
from tests.services.settling import Till, answer_all, key, of_contract

WHOLE = Money(16_800_000)


@pytest.fixture
def due(session: Session) -> tuple[Till, Done]:
    """Zhenjiang's advance is approved and waits for its payment."""
    made = of_contract(session, "zhenjiang-gig-market", {"payment_plan": "advance_10"})
    answer_all(made)
    return made, made.approved(made.ask(made.stated("advance")))


def budget(made: Till, name: str, amount: str, closes: date | None = None) -> FundSource:
    act = made.act("finance")
    row = funds.add_source(act, made.scope, Budget(name, "就业服务", "2080799", "30227", FundNature.EMPLOYMENT, amount, closes, ""))
    made.session.commit()
    return row


def allot(made: Till, row: FundSource, amount: str) -> int:
    made_id = funds.allot(made.act("finance"), made.scope, row.id, "advance", amount).id
    made.session.commit()
    return made_id


def record(made: Till, done: Done, on: date | None = None) -> None:
    row = made.request(done)
    paid = Paid(on or CLOCK.now.date(), "记-1", "B-1")
    made.done(paying.record(made.act("finance"), made.scope, row.id, paid, row.version, key()))


def test_without_a_budget_it_is_not_paid(due: tuple[Till, Done]) -> None:
    made, done = due
    with pytest.raises(Refused, match=r"无指标：还差 ¥168,000.00.*由财务人员在“资金来源”登记.*审批不用重走"):
        record(made, done)
    made.session.rollback()
    assert made.request(done).state == RequestState.APPROVED.value
    allot(made, budget(made, "甲〔2026〕1号", "100000"), "100000")
    with pytest.raises(Refused, match=r"还差 ¥68,000\.00"):
        record(made, done)
    made.session.rollback()
    second = budget(made, "乙〔2026〕2号", "90000")
    allot(made, second, "68000")
    assert "乙〔2026〕2号，就业服务，2080799，30227，就业补助资金，¥68,000.00" in str(request_paper(made.scope, made.request(done)))
    record(made, done)
    [paid] = made.funds.spending()
    assert paid.funds == {row.id: {"甲": 10_000_000, "乙": 6_800_000}[row.document[0]] for row in made.funds.sources()}
    told = settlement.past(made.session, made.scope.contract_id, "advance")[-1].note
    assert "指标 甲〔2026〕1号 ¥100,000.00、乙〔2026〕2号 ¥68,000.00" in told


def test_a_budget_that_the_treasury_has_closed_is_as_none(due: tuple[Till, Done]) -> None:
    """On the day of payment, not on the day on which somebody writes it down."""
    made, done = due
    today = CLOCK.now.date()
    closing = budget(made, "今年〔2026〕1号", "168000", today)
    allot(made, closing, "168000")
    purse = spending.purses_of(made.scope)["advance"]
    assert purse.why_not(WHOLE.fen, today) == ""
    assert "“今年〔2026〕1号”已在" in purse.why_not(WHOLE.fen, today + timedelta(days=1))
    assert spending.lacking(made.scope, "advance", WHOLE, today + timedelta(days=1)) == WHOLE
    open_one = budget(made, "明年〔2027〕1号", "168000")
    allot(made, open_one, "168000")
    record(made, done)
    [paid] = made.funds.spending()
    assert paid.funds == {closing.id: WHOLE.fen}, "the one that closes first is used first"


def test_what_was_paid_stays_allotted(due: tuple[Till, Done]) -> None:
    made, done = due
    row = budget(made, "甲〔2026〕1号", "200000")
    whole = allot(made, row, "200000")
    record(made, done)
    funds.release(made.act("finance2"), made.scope, whole, "余下的改用于别的期")
    made.session.commit()
    assert row.used_fen == WHOLE.fen
    [kept] = made.funds.allotments()
    assert kept.amount_fen == WHOLE.fen
    with pytest.raises(Refused, match="已经全部支付，不能退回"):
        funds.release(made.act("finance2"), made.scope, kept.id, "再退一次")
    made.session.rollback()
    asked = made.request(done)
    made.done(paying.bounce(made.act("finance"), made.scope, asked.id, CLOCK.now.date(), "户名不符", asked.version, key()))
    assert spending.purses_of(made.scope)["advance"].left == {row.id: WHOLE.fen}, "a returned payment is to be paid again"
