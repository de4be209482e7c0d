"""The ledger of a contract: what each act posts, what it refuses, that its sums always meet."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.money_terms import PostingKind, SourceKind
from app.services.act import Act, Missing, Refused
from app.services.money import effects, postings, reading
from app.services.money.effects import Part, Sums
from app.services.money.postings import Said, Source
from app.services.money.syncing import behind
from app.store.contracts import ContractScope
from app.store.models import MoneyBatch, MoneyPosting
from kpi.quantities import Money
from tests.factories import setups
from tests.factories.office import Office
from tests.services.acting import act_of, recorded

DAY = date(2026, 3, 5)
PRICE = Money.parse("100000.00")


@pytest.fixture
def act(session: Session, made: Office) -> Act:
    return act_of(session, made["finance"])


@pytest.fixture
def scope(session: Session, made: Office) -> ContractScope:
    return made.scope(session)


def yuan(text: str) -> Money:
    return Money.parse(text)


def statement(number: int, part: str = "") -> Source:
    return Source(SourceKind.STATEMENT, number, part)


def payment(number: int) -> Source:
    return Source(SourceKind.PAYMENT, number)


def said(summary: str = "第一期", **given: str) -> Said:
    return Said(DAY, summary, **given)


def held(scope: ContractScope) -> dict[str, str]:
    """The balances that are not nothing; the books agree with themselves."""
    standing = reading.standing(scope)
    assert standing.troubles == ()
    return {one.account.value: one.balance.plain() for one in standing.holdings if one.balance.fen}


def test_a_year_with_an_advance_reductions_and_a_returned_payment(act: Act, scope: ContractScope) -> None:
    advance = Sums(1, "预付款", "LK-4", True, yuan("10000"), yuan("10000"))
    effects.statement_signed(act, scope, advance, DAY)
    postings.advance_paid(act, scope, payment(1), yuan("10000"), said("支付预付款"))
    assert held(scope) == {"price": "100000.00", "outstanding": "90000.00", "advances": "10000.00"}
    sums = Sums(
        2, "第一期", "LK-4", False, yuan("40000"), yuan("39500"), (Part("prepaid", "预付款", "LK-4", yuan("10000")),),
        (Part("late", "逾期", "LK-2", yuan("300")), Part("bad", "不合格记录", "LK-3", yuan("900"))),
    )  # fmt: skip
    with pytest.raises(Refused, match="没有列明"):  # 1 200 were stated, 500 taken: nobody said that the rest is carried
        effects.statement_signed(act, scope, Sums(**{**vars(sums), "reductions": sums.reductions[:1]}), DAY)
    act.session.rollback()
    effects.statement_signed(act, scope, advance, DAY)
    postings.advance_paid(act, scope, payment(1), yuan("10000"), said("支付预付款"))
    effects.statement_signed(act, scope, sums, DAY)
    assert held(scope) == {
        "price": "100000.00", "outstanding": "50000.00", "payable": "39500.00", "paid": "10000.00", "reductions": "500.00",
    }  # fmt: skip
    postings.paid(act, scope, payment(2), yuan("39500"), said("付第一期"))
    postings.returned(act, scope, payment(2), said("账号有误退票"))
    assert held(scope)["payable"] == "39500.00"
    postings.paid(act, scope, payment(3), yuan("39500"), said("重付第一期"))
    assert held(scope) == {"price": "100000.00", "outstanding": "50000.00", "paid": "49500.00", "reductions": "500.00"}
    assert recorded(act.session).count("money.posted") == act.session.query(MoneyBatch).count()


def test_nothing_is_paid_beyond_the_price_or_the_approval(act: Act, scope: ContractScope) -> None:
    with pytest.raises(Refused, match=re.escape("没有结算的只剩 ¥100,000.00，这次要用 ¥100,000.01")):
        postings.earned(act, scope, statement(1), yuan("100000.01"), said())
    postings.earned(act, scope, statement(1), PRICE, said())
    with pytest.raises(Refused, match="还没有核定的只有"):
        postings.approved(act, scope, statement(1), yuan("100000.01"), said())
    postings.approved(act, scope, statement(1), yuan("99999.99"), said())
    with pytest.raises(Refused, match="不能多付"):
        postings.paid(act, scope, payment(1), PRICE, said())
    with pytest.raises(Refused, match="大于 0"):
        postings.paid(act, scope, payment(1), Money(0), said())


def test_the_same_source_has_one_effect(act: Act, scope: ContractScope) -> None:
    one = postings.earned(act, scope, statement(1), yuan("500"), said())
    assert postings.earned(act, scope, statement(1), yuan("500"), said()).id == one.id
    with pytest.raises(Refused, match=re.escape("已按 ¥500.00 记过账（第 2 号），不能改成 ¥600.00")):
        postings.earned(act, scope, statement(1), yuan("600"), said())
    back = postings.reverse(act, scope, one.id, "核定有误")
    with pytest.raises(Refused, match="已由第 3 号冲回"):
        postings.earned(act, scope, statement(1), yuan("500"), said())
    assert postings.reverse(act, scope, one.id, "再来一次").id == back.id
    with pytest.raises(Refused, match="冲回的分录不能再冲销"):
        postings.reverse(act, scope, back.id, "反悔")
    assert held(scope) == {"price": "100000.00", "outstanding": "100000.00"}


def test_what_rests_on_a_batch_goes_back_first(act: Act, scope: ContractScope) -> None:
    sums = Sums(7, "第一期", "LK-4", False, yuan("400"), yuan("350"), reductions=(Part("a", "扣款", "LK-2", yuan("50")),))
    effects.statement_signed(act, scope, sums, DAY)
    first = act.session.query(MoneyBatch).filter_by(kind="earned").one()
    with pytest.raises(Refused, match="已计价、还没有核定的只有"):
        postings.reverse(act, scope, first.id, "冲错了顺序")
    back = effects.statement_withdrawn(act, scope, 7, "考核重开，结算单作废")
    assert [PostingKind.of(row.kind) for row in back] == [PostingKind.REVERSAL] * 3
    assert held(scope) == {"price": "100000.00", "outstanding": "100000.00"}
    assert effects.statement_withdrawn(act, scope, 7, "再作废一次") == []


def test_an_advance_beyond_what_was_earned_is_claimed_back(act: Act, scope: ContractScope) -> None:
    effects.statement_signed(act, scope, Sums(1, "预付款", "LK-4", True, yuan("60000"), yuan("60000")), DAY)
    postings.advance_paid(act, scope, payment(1), yuan("60000"), said())
    last = Sums(2, "终止结算", "LK-4", False, yuan("-20000"), yuan("-20000"), (Part("prepaid", "预付款", "LK-4", yuan("60000")),))
    effects.statement_signed(act, scope, last, DAY)
    assert held(scope) == {"price": "100000.00", "outstanding": "40000.00", "paid": "40000.00", "receivable": "20000.00"}
    refund = Source(SourceKind.PAYMENT, 9)
    postings.refunded(act, scope, refund, yuan("20000"), said("供应商退回"))
    assert held(scope) == {"price": "100000.00", "outstanding": "60000.00", "paid": "40000.00"}
    assert reading.standing(scope).cash == yuan("40000")


def test_settled_by_verified_count(act: Act, scope: ContractScope) -> None:
    price = Fraction(5)
    with pytest.raises(Refused, match=re.escape("5 元 × 20,001 = ¥100,005.00，超过合同价款")):
        postings.by_count(act, scope, Source(SourceKind.COUNT, 1), price, 20_001, said())
    assert postings.by_count(act, scope, Source(SourceKind.COUNT, 1), price, 20_000, said()) is None
    postings.by_count(act, scope, Source(SourceKind.COUNT, 1), price, 18_333, said("核定 18 333 人"))
    assert reading.standing(scope).ceiling == yuan("91665")
    postings.by_count(act, scope, Source(SourceKind.COUNT, 2), price, 18_340, said("补核 7 人"))
    assert reading.standing(scope).ceiling == yuan("91700")
    assert held(scope)["outstanding"] == "91700.00"


def test_the_books_follow_the_price_and_earlier_payments(session: Session, act: Act, scope: ContractScope, made: Office) -> None:
    row = setups.opening(
        session, made.contract, made["supervisor"], kind="payment", amount_fen=30_000_00, score=None,
        confirmed_by=made["supervisor2"].id, confirmed_at=act.now,
    )  # fmt: skip
    assert len(behind(scope, made.contract)) == 2
    postings.open_books(act, scope)
    postings.open_books(act, scope)
    assert held(scope) == {"price": "100000.00", "outstanding": "70000.00", "paid": "30000.00"}
    made.contract.price_fen = 90_000_00
    row.withdrawn_at = act.now
    session.flush()
    assert [text[:6] for text in behind(scope, made.contract)] == ["合同价款 ¥", "补登的付款“"]
    postings.open_books(act, scope)
    assert held(scope) == {"price": "100000.00", "amendments": "-10000.00", "outstanding": "90000.00"}
    assert behind(scope, made.contract) == []
    first = session.query(MoneyBatch).filter_by(kind="price").one()
    with pytest.raises(Refused, match="跟着合同价款"):
        postings.reverse(act, scope, first.id, "不想要了")
    made.contract.price_fen = None
    session.flush()
    with pytest.raises(Refused, match="合同价款还没有填写"):
        postings.open_books(act, scope)


def reading_behind(scope: ContractScope, made: Office) -> list[str]:    return behind(scope, made.contract)


def test_postings_cannot_be_changed(act: Act, scope: ContractScope) -> None:
    postings.open_books(act, scope)
    act.session.commit()
    for change in (sa.update(MoneyPosting).values(amount_fen=1), sa.delete(MoneyPosting), sa.delete(MoneyBatch)):
        with pytest.raises(sa.exc.DBAPIError, match="只增不改"):
            act.session.execute(change)
        act.session.rollback()


def test_whatever_is_tried_the_sums_meet(act: Act, scope: ContractScope) -> None:
    """Random acts in random order with random sums: each is posted whole or refused, and the books agree."""
    dice = random.Random(20260305)
    acts: list[Callable[[int, Money], object]] = [
        lambda key, sum_: postings.earned(act, scope, statement(key), sum_, said()),
        lambda key, sum_: postings.reduced(act, scope, statement(key), sum_, said()),
        lambda key, sum_: postings.approved(act, scope, statement(key), sum_, said()),
        lambda key, sum_: postings.paid(act, scope, payment(key), sum_, said()),
        lambda key, sum_: postings.retained(act, scope, statement(key), sum_, said()),
        lambda key, sum_: postings.released(act, scope, statement(key), sum_, said()),
        lambda key, sum_: postings.advance_approved(act, scope, statement(key, "advance"), sum_, said()),
        lambda key, sum_: postings.advance_paid(act, scope, payment(key), sum_, said()),
        lambda key, sum_: postings.offset(act, scope, statement(key), sum_, said()),
        lambda key, sum_: postings.returned(act, scope, payment(key), said()),
        lambda key, sum_: postings.claimed_back(act, scope, payment(key), sum_, said()),
        lambda key, sum_: postings.refunded(act, scope, payment(key), sum_, said()),
        lambda key, sum_: postings.reverse(act, scope, key, "随机冲销"),
    ]
    posted = refusals = 0
    for _ in range(170):
        try:
            dice.choice(acts)(dice.randint(1, 30), Money(dice.randint(1, 40_000_00)))
            posted += 1
        except (Refused, Missing):
            refusals += 1
        balances = reading.standing(scope)
        assert balances.troubles == ()
        assert balances.cash.fen <= balances.ceiling.fen == PRICE.fen
    assert posted > 30
    assert refusals > 20
