"""The pages of the money: who sees what, that each posting leads to its source, that a mistake is reversed."""

from __future__ import annotations

import io
from datetime import date

from flask import Flask
from sqlalchemy.orm import Session

from app.security.money_terms import SourceKind
from app.services.money import postings
from app.services.money.postings import Said, Source
from app.store.models import (
    BankLine,
    BankMatch,
    BankStatement,
    FundAllotment,
    FundSource,
    Guarantee,
    MoneyBatch,
    PayeeAccount,
)
from kpi.quantities import Money
from tests.factories import people, roles, settlements
from tests.factories.bank_files import csv_file, row
from tests.factories.office import Office, evidence_file
from tests.services.acting import act_of
from tests.web.browser import Browser

DAY = date(2026, 3, 5)


def as_role(app: Flask, session: Session, made: Office, role: str) -> Browser:
    browser = Browser(app)
    browser.hold(people.signed_in(session, made[role]))
    session.commit()
    return browser


def second_person(app: Flask, session: Session, made: Office) -> Browser:
    """Another one in finance."""
    second = people.account(session, organisation=made.contract.buyer)
    roles.membership(session, made.contract, second, "finance")
    browser = Browser(app)
    browser.hold(people.signed_in(session, second))
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
    batch = session.query(MoneyBatch).filter_by(kind="earned").one()
    base = f"/contracts/{made.contract.id}/money/ledger/{batch.id}"
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


def at(made: Office, *parts: object) -> str:
    return "/".join([f"/contracts/{made.contract.id}/money", *map(str, parts)])


BUDGET = {
    "document": "赣财社指〔2026〕12号", "project": "就业服务外包", "function_class": "2080702", "economic_class": "30227",
    "nature": "employment", "amount": "60,000.00", "closes_on": "2026-12-20", "note": "",
}  # fmt: skip


def test_a_budget_is_registered_allotted_and_never_overdrawn(app: Flask, session: Session, made: Office) -> None:
    browser = as_role(app, session, made, "finance")
    assert "还没有登记指标" in browser.get(at(made, "funds")).text
    wrong = browser.post(at(made, "funds/new"), {**BUDGET, "amount": "很多"})
    assert wrong.status_code == 422
    assert "赣财社指〔2026〕12号" in wrong.text
    assert browser.post(at(made, "funds/new"), BUDGET).status_code == 303
    assert "登记过了" in browser.post(at(made, "funds/new"), BUDGET).text
    fund = str(session.query(FundSource).one().id)
    session.commit()
    assert browser.post(at(made, "funds/allot"), {"fund_id": fund, "line": "whole", "amount": "50000"}).status_code == 303
    over = browser.post(at(made, "funds/allot"), {"fund_id": fund, "line": "whole", "amount": "20000"})
    assert (over.status_code, "只剩 ¥10,000.00" in over.text) == (422, True)
    less = browser.post(at(made, f"funds/{fund}"), {"amount": "40000", "closes_on": "", "reason": "收回指标", "version": "2"})
    assert "不能低于" in less.text
    allotment = session.query(FundAllotment).one().id
    session.commit()
    assert browser.post(at(made, f"allotments/{allotment}/release"), {"reason": "改用省级资金"}).status_code == 303
    page = browser.get(at(made, "funds")).text
    assert "¥60,000.00" in page
    assert "全部价款" not in page


def test_who_came_from_a_payment_request_goes_back_there(app: Flask, session: Session, made: Office) -> None:
    """Over registering the first budget, too; what is no request of the contract leads to the budgets."""
    statement = settlements.statement(session, made.contract, made["supervisor"])
    asked = settlements.request(session, statement, made["project_manager"]).id
    browser = as_role(app, session, made, "finance")
    way = f"funds/allot?line=whole&request={asked}"
    first = browser.get(at(made, way))
    assert (first.status_code, first.location) == (303, at(made, f"funds/new?line=whole&request={asked}"))
    assert browser.post(first.location, BUDGET).location == at(made, way)
    sent = {"fund_id": str(session.query(FundSource).one().id), "line": "whole", "amount": "100"}
    session.commit()
    assert f"request={asked}" in browser.get(at(made, way)).text
    assert browser.post(at(made, way), sent).location == f"/contracts/{made.contract.id}/settlement/requests/{asked}"
    for odd in (f"{asked + 7}", "//elsewhere.example", "1" * 30):
        assert browser.post(at(made, f"funds/allot?request={odd}"), sent).location == at(made, "funds")


def test_an_account_needs_its_letter_and_a_second_person(app: Flask, session: Session, made: Office) -> None:
    file = str(evidence_file(session, made.contract, made["finance"]).id)
    browser = as_role(app, session, made, "finance")
    given = {"name": "某公司", "bank": "某银行某支行", "account": "3600 1000 0000 0001", "reason": ""}
    assert "盖章" in browser.post(at(made, "accounts/new"), given).text
    assert browser.post(at(made, "accounts/new"), {**given, "files_kept": file}).status_code == 303
    key = session.query(PayeeAccount).one().id
    session.commit()
    letter = f"/contracts/{made.contract.id}/evidence/{file}"
    assert browser.get(letter).status_code == 200
    assert as_role(app, session, made, "supervisor").get(letter).status_code == 404
    refused = browser.post(at(made, f"accounts/{key}/confirm"))
    assert "不能自己核对" in refused.text
    other = second_person(app, session, made)
    assert other.post(at(made, f"accounts/{key}/confirm")).status_code == 303
    assert "3600100000000001" in browser.get(at(made, "funds")).text
    assert "3600100000000001" not in as_role(app, session, made, "supervisor").get(at(made, "funds")).text
    assert as_role(app, session, made, "project_manager").get(at(made, "funds")).status_code == 403


def test_a_guarantee_from_receipt_to_return(app: Flask, session: Session, made: Office) -> None:
    browser = as_role(app, session, made, "finance")
    given = {
        "kind": "performance", "form": "letter", "amount": "5000", "issuer": "某银行", "letter_number": "BH-1",
        "received_on": "2026-01-10", "expires_on": "", "return_on": "2026-03-20", "note": "",
    }  # fmt: skip
    assert "要填写到期日" in browser.post(at(made, "guarantees/new"), given).text
    assert browser.post(at(made, "guarantees/new"), {**given, "expires_on": "2026-03-31"}).status_code == 303
    key = session.query(Guarantee).one().id
    session.commit()
    deed = {"deed": "deducted", "on": "2026-03-05", "amount": "6000", "until_on": "", "clause": "LK-4", "reason": "违约", "version": "1"}
    assert "由另一名财务人员办理" in browser.post(at(made, f"guarantees/{key}/do"), deed).text
    browser = second_person(app, session, made)
    assert "依据的合同条款" in browser.post(at(made, f"guarantees/{key}/do"), {**deed, "clause": ""}).text
    early = browser.post(at(made, f"guarantees/{key}/do"), {**deed, "deed": "returned", "amount": "1", "reason": ""})
    assert "提前退还要写明理由" in early.text
    assert "只剩 ¥5,000.00" in browser.post(at(made, f"guarantees/{key}/do"), deed).text
    assert browser.post(at(made, f"guarantees/{key}/do"), {**deed, "amount": "500"}).status_code == 303
    assert "刚刚被别人处理过" in browser.post(at(made, f"guarantees/{key}/do"), {**deed, "amount": "500"}).text
    page = browser.get(at(made, f"guarantees/{key}")).text
    for shown in ("¥4,500.00", "LK-4", "保函到期", "应退还"):
        assert shown in page
    assert "履约保证金" in as_role(app, session, made, "project_manager").get(at(made, "guarantees")).text


def test_a_statement_of_the_bank_is_matched_by_a_person(app: Flask, session: Session, made: Office) -> None:
    paid(session, made)
    browser, supplier = as_role(app, session, made, "finance"), made.contract.supplier.name
    data = csv_file([row("20260305", "R77", supplier, out="10,000.00"), row("20260305", "R78", "别家", out="3.00")])
    answer = browser.post(at(made, "bank"), {"file": (io.BytesIO(data), "三月.csv")}, content_type="multipart/form-data")
    assert answer.status_code == 303
    again = browser.post(at(made, "bank"), {"file": (io.BytesIO(data), "三月.csv")}, content_type="multipart/form-data")
    assert (again.status_code, "导入过" in again.text) == (422, True)
    page = browser.get(at(made, "bank")).text
    assert "金额相同（¥10,000.00）" in page
    assert "R78" not in page
    assert "R78" in browser.get(at(made, "bank?all=1")).text
    batch = session.query(MoneyBatch).filter_by(kind="advance").one().id
    line = session.query(BankLine).filter_by(bank_reference="R77").one().id
    session.commit()
    assert browser.post(at(made, "bank/matches"), {"posting": str(batch), "line": str(line)}).status_code == 303
    assert "全部对上" in browser.get(at(made, "bank")).text
    match = session.query(BankMatch).one().id
    file = session.query(BankStatement).one().id
    session.commit()
    assert "合计" in browser.get(at(made, f"bank/{file}")).text
    assert browser.post(at(made, f"bank/matches/{match}/undo")).status_code == 303
    assert browser.post(at(made, "bank/matches/sure")).status_code == 303
    for role in ("supervisor", "deputy_head", "project_manager"):
        assert as_role(app, session, made, role).get(at(made, "bank")).status_code == 403


def test_columns_that_nobody_knows_are_asked_for(app: Flask, session: Session, made: Office) -> None:
    browser = as_role(app, session, made, "finance")
    data = csv_file([row("20260305", "R1", "甲", out="10.00")], ("哪天", "编号", "给谁", "号码", "出去", "进来", "剩下", "说明"))
    sent = browser.post(at(made, "bank"), {"file": (io.BytesIO(data), "三月.csv")}, content_type="multipart/form-data")
    assert sent.location.endswith("/columns")
    assert "第 3 行" in browser.get(sent.location).text
    assert browser.post(sent.location, {"booked_on": "哪天"}).status_code == 422
    assert browser.post(sent.location, {"booked_on": "哪天", "out": "出去", "into": "进来"}).status_code == 303
    assert browser.get(at(made, "bank")).text.count("待指定各列") == 0
