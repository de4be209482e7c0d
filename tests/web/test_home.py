"""The home page of each role over HTTP: what waits, where it leads, how many queries it takes."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.services.verification import decide
from tests.factories import entries, people, roles
from tests.factories.ground import FrozenClock
from tests.factories.office import Office, office
from tests.services.acting import act_of
from tests.services.standings import people as seekers
from tests.services.standings import stand, visits
from tests.web.browser import Browser
from tests.web.shown import Shown
from tests.web.statements import asked

#: A page of one contract, and the page over five.
ONE, MANY = 21, 22


@pytest.fixture
def busy(session: Session, made: Office) -> Office:
    """Work of two months, two entries that wait, one given back, and a standing."""
    visits(session, made, date(2026, 1, 2), 4)
    visits(session, made, date(2026, 2, 2), 3)
    seekers(session, made, 2, date(2026, 2, 2))
    rows = [entries.visit(session, made) for _ in range(3)]
    decide.give_back(act_of(session, made["supervisor"]), made.scope(session), rows[0].id, rows[0].version, "照片看不清")
    stand(session, made)
    return made


def page(browser: Browser, session: Session, made: Office, who: str, url: str = "/") -> Shown:
    browser.sign_in_as(session, made[who])
    response = browser.get(url)
    assert response.status_code == 200
    return Shown(response.text)


def test_field_staff_first_see_what_was_given_back(browser: Browser, session: Session, busy: Office) -> None:
    found = page(browser, session, busy, "field_staff")
    assert found.headings()[:2] == ["退回待改 1 条", "我常用的台账"]
    assert "照片看不清" in found.text
    [link] = found.links("企业走访台账 visits-000001")
    assert link.endswith("/edit")
    assert browser.get(link).status_code == 200
    assert found.having("data-queue-slot")
    for url in found.links("记一条")[:2]:
        assert browser.get(url).status_code == 200


def test_the_team_s_page(browser: Browser, session: Session, busy: Office) -> None:
    found = page(browser, session, busy, "project_manager")
    assert found.headings()[:2] == ["等我处理的", "履约情况"]
    assert "被退回 1 条" in found.text
    assert "宣传报道台账 本月还没有记录" in found.text
    assert "落后的指标" in found.text
    assert "补上可保 40 分 ¥50,000.00" in found.text
    for url in found.links("企业走访台账"):
        assert browser.get(url).status_code == 200


def test_the_review_begins_from_the_home_page(browser: Browser, session: Session, busy: Office) -> None:
    found = page(browser, session, busy, "supervisor")
    assert found.headings()[0] == "等我审核"
    assert "还剩 5 个工作日" in found.text
    assert "待确认事项 1 项没有答复" in found.text
    assert "采购人自己该登记的" in found.text
    [link] = found.links("开始审核 2 条")
    assert link == f"/contracts/{busy.contract.id}/review"


def test_the_deputy_head_has_one_page(browser: Browser, session: Session, busy: Office) -> None:
    found = page(browser, session, busy, "deputy_head")
    text = found.text
    assert "三件最要紧的事" in text
    assert "等我签字的 现在没有" in text
    assert "登记 12 条，审核通过 0 条，退回 1 条" in text
    assert "不合格" in text
    [link] = found.links("打印一页")
    sheet = browser.get(link)
    assert sheet.status_code == 200
    assert "最好还能到" in sheet.text
    assert "¥50,000.00" in sheet.text


def test_the_week_is_held_against_the_one_before(
    browser: Browser, session: Session, busy: Office, clock: FrozenClock
) -> None:
    clock.forward(days=7)
    seekers(session, busy, 20, date(2026, 3, 6))
    stand(session, busy)
    text = page(browser, session, busy, "deputy_head").text
    assert "期末档次 不合格 → 合格" in text
    assert "期末应得 ¥50,000.00 → ¥100,000.00" in text
    assert "与 2026-03-05 相比" in text


def test_finance_sees_what_holds_the_money(browser: Browser, session: Session, busy: Office) -> None:
    found = page(browser, session, busy, "finance")
    assert found.headings() == ["履约情况", "款项", "落后的指标"]
    text = found.text
    assert "合同价款 ¥100,000.00" in text
    assert "付款前须由采购人确认" in text
    assert "全部价款" in text


def test_the_auditor_reads_and_is_asked_for_nothing(browser: Browser, session: Session, busy: Office) -> None:
    auditor = people.account(session, organisation=busy.contract.buyer)
    roles.membership(session, busy.contract, auditor, "auditor", until_on=date(2026, 12, 31))
    busy.people["auditor"] = auditor
    found = page(browser, session, busy, "auditor")
    assert found.headings() == ["履约情况", "落后的指标"]


def test_the_administrator_sees_failed_jobs_and_no_contract_s_work(
    browser: Browser, session: Session, busy: Office
) -> None:
    admin = people.account(session)
    roles.console_grant(session, admin)
    busy.people["admin"] = admin
    found = page(browser, session, busy, "admin")
    assert "失败的后台任务" in found.text
    assert found.having("class", "home-block") == []
    inside = browser.get(f"/contracts/{busy.contract.id}").text
    for members_only in ("rectification", "jobs"):
        assert f"/contracts/{busy.contract.id}/{members_only}" not in inside, "no link to what would be refused"


@pytest.mark.parametrize("who", ["field_staff", "project_manager", "supervisor", "deputy_head", "finance"])
def test_before_the_first_standing_every_part_says_what_would_be_there(
    browser: Browser, session: Session, made: Office, who: str
) -> None:
    found = page(browser, session, made, who)
    assert "还没有推算" in found.text
    assert "立即推算" in found.text


def test_a_contract_that_does_not_run_is_in_the_list(browser: Browser, session: Session, made: Office) -> None:
    made.contract.state = "closed"
    found = page(browser, session, made, "supervisor")
    assert found.having("class", "home-block") == []
    assert found.links(made.contract.title)
    assert "还没有开始运行" in page(browser, session, made, "supervisor", f"/contracts/{made.contract.id}/home").text


def test_a_nil_return_from_home_comes_back_with_the_way_to_undo_it(
    browser: Browser, session: Session, made: Office
) -> None:
    browser.sign_in_as(session, made["field_staff"])
    at = f"/contracts/{made.contract.id}"
    sent = browser.post(f"{at}/ledgers/news/nil", {"back": "home"})
    assert sent.status_code == 303
    found = Shown(browser.get(sent.headers["Location"]).text)
    assert "刚才报了零" in found.text
    [form] = found.having("action", "undo-nil")
    assert browser.post(form.get("action", "")).status_code == 303
    assert "刚才报了零" not in browser.get("/").text


@pytest.mark.parametrize("given", ["nil=x&nil_in=news", "nil=99999999999999999999&nil_in=news", "nil=1"])
def test_a_bent_address_offers_nothing(browser: Browser, session: Session, made: Office, given: str) -> None:
    browser.sign_in_as(session, made["field_staff"])
    assert "刚才报了零" not in browser.get(f"/contracts/{made.contract.id}/home?{given}").text


def test_a_follow_up_fills_its_form(browser: Browser, session: Session, made: Office) -> None:
    browser.sign_in_as(session, made["supervisor"])
    row = entries.visit(session, made)
    session.commit()
    url = f"/contracts/{made.contract.id}/ledgers/hotline/entries/new?v-visit=visits-{row.number:06d}&v-time=9:30"
    text = browser.get(url).text
    assert f"visits-{row.number:06d}" in text
    assert "9:30" not in text, "only what a follow-up is about comes from the address"


# -- budgets ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["field_staff", "project_manager", "supervisor", "deputy_head", "finance"])
def test_the_number_of_queries_does_not_grow_with_contracts(
    app: Flask, browser: Browser, session: Session, busy: Office, who: str
) -> None:
    browser.sign_in_as(session, busy[who])
    assert asked(app, browser, "/") <= ONE
    assert asked(app, browser, f"/contracts/{busy.contract.id}/home") <= ONE - 1
    for _ in range(4):
        other = office(session)
        roles.membership(session, other.contract, busy[who], who)
        stand(session, other)
    session.commit()
    assert asked(app, browser, "/") <= MANY
