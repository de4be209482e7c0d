"""The pages of the money: who sees what, that each posting leads to its source, that a mistake is reversed."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.security.money_terms import SourceKind
from app.services.money import postings
from app.services.money.postings import Said, Source
from app.store.models import MoneyBatch
from kpi.quantities import Money
from tests.factories import people, roles
from tests.factories.office import Office, office
from tests.services.acting import act_of
from tests.web.browser import Browser

DAY = date(2026, 3, 5)


@pytest.fixture
def made(session: Session) -> Office:
    return office(session)


def as_role(app: Flask, session: Session, made: Office, role: str) -> Browser:
    browser = Browser(app)
    browser.hold(people.signed_in(session, made[role]))
    session.commit()
    return browser


def paid(session: Session, made: Office) -> None:
    """An advance that was paid, and a first tranche that was priced."""
    act, scope = act_of(session, made["finance"]), made.scope(session)
    statement, payment = Source(SourceKind.STATEMENT, 1), Source(SourceKind.PAYMENT, 1)
    postings.advance_approved(act, scope, statement, Money.parse("10000"), Said(DAY, "预付款"))
    postings.advance_paid(act, scope, payment, Money.parse("10000"), Said(DAY, "支付预付款"))
    postings.earned(act, scope, Source(SourceKind.STATEMENT, 2), Money.parse("40000"), Said(DAY, "第一期计价", "LK-4"))
    session.commit()


def test_the_ledger_shows_balances_and_leads_to_sources(app: Flask, session: Session, made: Office) -> None:
    browser, base = as_role(app, session, made, "finance"), f"/contracts/{made.contract.id}/money/ledger"
    empty = browser.get(base)
    assert "总账里是 ¥0.00" in empty.text
    assert browser.post(f"{base}/open").status_code == 303
    paid(session, made)
    page = browser.get(base)
    for shown in ("¥100,000.00", "¥10,000.00", "勾稽相符", "第一期计价", "LK-4"):
        assert shown in page.text
    assert f"/contracts/{made.contract.id}/setup/terms" in page.text
    book = browser.get(f"{base}?account=outstanding").text
    assert "明细账：未结算" in book
    assert book.index("¥50,000.00") < book.index("¥90,000.00")


def test_a_mistake_is_reversed_with_a_reason(app: Flask, session: Session, made: Office) -> None:
    paid(session, made)
    browser = as_role(app, session, made, "finance")
    row = session.query(MoneyBatch).filter_by(kind="earned").one()
    base = f"/contracts/{made.contract.id}/money/ledger/{row.id}"
    session.commit()
    assert "第一期计价" in browser.get(base).text
    assert browser.post(f"{base}/reverse", {"reason": ""}).status_code == 422
    assert browser.post(f"{base}/reverse", {"reason": "核定有误"}).status_code == 303
    assert "这笔分录已经冲回" in browser.get(base).text


def test_the_contractor_sees_its_payments_alone(app: Flask, session: Session, made: Office) -> None:
    paid(session, made)
    browser, base = as_role(app, session, made, "project_manager"), f"/contracts/{made.contract.id}/money/ledger"
    page = browser.get(base).text
    assert "支付预付款" in page
    assert "第一期计价" not in page
    priced = session.query(MoneyBatch).filter_by(kind="earned").one().id
    given = session.query(MoneyBatch).filter_by(kind="advance").one().id
    session.commit()
    assert browser.get(f"{base}/{priced}").status_code == 404
    assert browser.get(f"{base}/{given}").status_code == 200
    assert browser.post(f"{base}/{given}/reverse", {"reason": "不该付"}).status_code == 403


def test_the_administrator_reads_no_money(app: Flask, session: Session, made: Office) -> None:
    boss = people.account(session)
    roles.console_grant(session, boss, "administrator")
    browser = Browser(app)
    browser.hold(people.signed_in(session, boss))
    session.commit()
    assert browser.get(f"/contracts/{made.contract.id}/money/ledger").status_code == 403
