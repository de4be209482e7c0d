"""Two at once on one payment: one effect, and the second is told. A control shows that they do race."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.security.money_terms import Account
from app.security.settlement_terms import Consent
from app.services.act import Act, Refused
from app.services.money import funds
from app.services.settlement import approving, paying, requests, statements
from app.services.settlement.paying import Paid
from app.services.settlement.statements import Wish
from app.store import audit
from app.store.engine import IntegrityError, StaleDataError
from app.store.models import (
    PaymentApproval,
    PaymentRecord,
    PaymentRequest,
    SettlementStatement,
)
from app.store.money import Books
from app.web.database import db
from tests.factories.ground import CLOCK
from tests.factories.records import SIGNER
from tests.services.acting import act_of
from tests.services.settling import Till, answer_all, key, of_contract

LONG = os.environ.get("LONG") == "1"
#: Races of each kind on each database; in the long run 10 000 together.
RACES = 1250 if LONG else 2
TOLD = (Refused, StaleDataError, IntegrityError)
Use = Callable[[Act], object]


@pytest.fixture
def engine(app: Flask) -> sa.Engine:
    with app.app_context():
        return db.engine


@pytest.fixture
def made(session: Session) -> Till:
    till = of_contract(session, "zhenjiang-gig-market", {"payment_plan": "advance_10"})
    answer_all(till)
    return till


def alone(engine: sa.Engine, made: Till, who: str, use: Use, line: Barrier) -> str:
    """One person's act in a transaction of its own, as a request has it; what came of it."""
    with Session(engine) as session:
        act = act_of(session, made.base.made[who])
        session.rollback()
        line.wait()
        try:
            done = use(act)
            session.commit()
        except TOLD:
            return "told"
        return "again" if getattr(done, "again", False) else "done"


def together(engine: sa.Engine, made: Till, *acts: tuple[str, Use]) -> Counter[str]:
    made.session.commit()
    line = Barrier(len(acts), timeout=30)
    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(lambda one: alone(engine, made, *one, line), acts))


def many(session: Session, model: type, **where: object) -> int:
    query = sa.select(sa.func.count()).select_from(model).filter_by(**where)
    found = session.scalar(query) or 0
    session.commit()
    return found


def pair(
    whos: tuple[str, str], use: Callable[[Act, Any, str], object], made: Till, sent: tuple[str, str] | None = None
) -> list[tuple[str, Use]]:
    """The same act by two people, each with a form of the own unless `sent` says otherwise."""
    keys = sent or (key(), key())
    return [(who, lambda act, one=one: use(act, made.scope_of(act), one)) for who, one in zip(whos, keys, strict=True)]


def test_a_statement_is_made_once(engine: sa.Engine, session: Session, made: Till) -> None:
    """By one form sent twice, and by two people at once."""
    sent = key()
    first = Wish("advance")
    twice = pair(("supervisor",) * 2, lambda act, scope, one: statements.state(act, scope, first, one), made, (sent, sent))
    assert together(engine, made, *twice) == {"done": 1, "again": 1}
    for seen in range(1, RACES + 1):
        made.raise_price()
        wish = Wish("advance", seen=seen, reason="合同价款调整")
        both = pair(("supervisor", "supervisor2"), lambda act, scope, one, wish=wish: statements.state(act, scope, wish, one), made)
        assert together(engine, made, *both) == {"done": 1, "told": 1}
        assert many(session, SettlementStatement, line="advance", revision=seen + 1) == 1


def test_a_payment_is_asked_for_approved_and_paid_once(engine: sa.Engine, session: Session, made: Till) -> None:
    """The whole way in pairs: the same form twice, two who submit, approve, pay at once."""
    done = made.stated("advance")
    for _ in range(RACES):
        asked, sent = made.asked(done), key()
        twice = pair(
            ("project_manager",) * 2, lambda act, scope, one, asked=asked: requests.ask(act, scope, asked, one), made, (sent, sent)
        )
        assert together(engine, made, *twice) == {"done": 1, "again": 1}
        row = made.latest_request()
        made.check(row)
        made.papers(row)
        at = (row.request_id or 0, made.request(row).version)
        both = pair(("supervisor", "supervisor2"), lambda act, scope, one, at=at: approving.submit(act, scope, *at, one), made)
        assert together(engine, made, *both) == {"done": 1, "told": 1}
        at = (row.request_id or 0, made.request(row).version)
        both = pair(("finance", "finance2"), lambda act, scope, one, at=at: agree(act, scope, at, one), made)
        assert together(engine, made, *both) == {"done": 1, "told": 1}
        first = session.scalar(sa.select(PaymentApproval.user_id).where(PaymentApproval.request_id == at[0]))
        made.approve(row, "finance2" if first == made.base.made["finance"].id else "finance")
        made.approve(row, "deputy_head")
        made.fund(row)
        at = (row.request_id or 0, made.request(row).version)
        both = pair(("finance", "finance2"), lambda act, scope, one, at=at: pay(act, scope, at, one), made)
        assert together(engine, made, *both) == {"done": 1, "told": 1}
        assert many(session, PaymentRecord, request_id=at[0]) == 1
        done = made.more()
    paid = session.scalar(sa.select(sa.func.sum(PaymentRecord.amount_fen)))
    books = Books(session, made.scope.contract_id).balances()
    assert paid == books[Account.ADVANCES]
    assert audit.verify(session, SIGNER).problems == ()


def agree(act: Act, scope: Any, at: tuple[int, int], sent: str) -> object:
    return approving.approve(act, scope, at[0], Consent.AGREED, "", at[1], sent)


def pay(act: Act, scope: Any, at: tuple[int, int], sent: str) -> object:
    return paying.record(act, scope, at[0], Paid(CLOCK.now.date(), "记-1", f"B{sent}"), at[1], sent)


def test_a_payment_meets_the_release_of_its_budget(engine: sa.Engine, session: Session, made: Till) -> None:
    """Whichever comes first, the other is told: no sum is both paid out and free for another line."""
    done = made.stated("advance")
    for _ in range(RACES):
        asked = made.approved(made.ask(done))
        made.fund(asked)
        allotted, at = made.funds.allotments()[-1].id, (asked.request_id or 0, made.request(asked).version)
        outcome = together(
            engine, made,
            ("finance", lambda act, at=at: pay(act, made.scope_of(act), at, key())),
            ("finance2", lambda act, one=allotted: funds.release(act, made.scope_of(act), one, "改用省级资金")),
        )  # fmt: skip
        assert outcome == {"done": 1, "told": 1}
        if not many(session, PaymentRecord, request_id=at[0]):
            made.pay(asked)
        done = made.more()
    spent = Counter[int]()
    for each in made.funds.spending():
        assert each.funds
        spent.update(each.funds)
    for row in made.funds.sources():
        assert spent[row.id] <= row.used_fen <= row.amount_fen


def test_without_care_it_is_paid_twice(engine: sa.Engine, session: Session, made: Till) -> None:
    """The negative control: look whether it was paid, then write, without turn, key, version or attempt."""
    done = made.approved(made.ask(made.stated("advance")))
    request_id, contract_id = done.request_id or 0, made.scope.contract_id
    session.commit()
    seen = Barrier(2)

    def careless(who: str) -> bool:
        with Session(engine) as one:
            one.connection(execution_options={"reads_only": True})
            waits = one.scalar(sa.select(PaymentRequest.state).where(PaymentRequest.id == request_id)) == "approved"
            attempts = one.scalar(sa.select(sa.func.count()).select_from(PaymentRecord).filter_by(request_id=request_id)) or 0
        seen.wait()
        with Session(engine) as two:
            if waits and attempts == 0:
                two.add(PaymentRecord(
                    contract_id=contract_id, request_id=request_id, attempt=made.base.made[who].id, amount_fen=1, paid_on=CLOCK.now.date(),
                    voucher="记-1", bank_reference=who, recorded_by=made.base.made[who].id, recorded_at=CLOCK.now,
                ))  # fmt: skip
            two.commit()
        return waits

    with ThreadPoolExecutor(2) as pool:
        effects = list(pool.map(careless, ("finance", "finance2")))
    assert effects == [True, True], "both believed that they paid"
    assert many(session, PaymentRecord, request_id=request_id) == 2
