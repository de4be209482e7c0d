"""总览 over HTTP: tiers, waterfall, items by periods, outlets, contracts; what-if; what waits for a signature."""

from __future__ import annotations

import json
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.services.overview import what_if
from tests.factories import roles
from tests.factories.office import Office, office
from tests.services.assessing import Ground, lake
from tests.services.standings import people as seekers
from tests.services.standings import stand, visits
from tests.services.test_assessments import work_of_a_year
from tests.web.browser import Browser
from tests.web.shown import Shown, words
from tests.web.statements import asked
from tests.web.test_assessment_pages import Desk

__all__ = ["lake"]


@pytest.fixture
def told(app: Flask, lake: Ground) -> Desk:
    """A year with a visit too few each month, told to the contractor."""
    work_of_a_year(lake, visits=3)
    desk = Desk(app, lake)
    desk.opened()
    desk.told()
    return desk


def overview(desk: Desk, who: str) -> Shown:
    response = desk.at(who).get(f"/contracts/{desk.ground.made.contract.id}/overview")
    assert response.status_code == 200
    return Shown(response.text)


def test_tiers_waterfall_and_items_by_periods(told: Desk) -> None:
    page = overview(told, "project_manager")
    assert "76 / 100" in page.text
    charts = {one.get("id"): json.loads(one.get("data-chart", "")) for one in page.having("data-chart")}
    assert [one["value"] for one in charts["tiers"]["series"][0]["data"]] == ["76"]
    assert charts["waterfall"]["yAxis"]["data"] == ["满分", "走访企业", "总分"]
    [cell] = [one for one in page.main.iter("a") if words(one) == "−24"]
    assert "heat-3" in str(cell.get("class")), "four tenths of sixty points"
    assert told.at("project_manager").get(str(cell.get("href"))).status_code == 200
    assert "满分" in page.text
    for who in ("supervisor", "deputy_head", "finance", "auditor"):
        overview(told, who)
    assert told.at("field_staff").get(f"/contracts/{told.ground.made.contract.id}/overview").status_code == 403


def test_the_contractor_sees_no_sheet_before_it_is_told(app: Flask, lake: Ground) -> None:
    desk = Desk(app, lake)
    desk.opened()
    assert "还没有考核结果" in overview(desk, "project_manager").text
    assert "还没有考核结果" not in overview(desk, "supervisor").text


def test_who_signs_finds_it_on_the_own_page(told: Desk) -> None:
    """While the contractor may contest it, the head is told so; after its signature the head's is asked for."""
    at = told.ground.made.contract.id
    manager, head = told.at("project_manager"), told.at("deputy_head")
    assert "核对结果，签字或申诉" in Shown(manager.get("/").text).text
    assert "申诉期内" in Shown(head.get("/").text).text
    told.sign("project_manager")
    page = Shown(head.get(f"/contracts/{at}/head").text)
    assert "等我签字的" in page.text
    [link] = page.links("考核：")
    assert link.endswith("/sign")
    assert head.get(link).status_code == 200
    told.sign("deputy_head")
    assert Shown(head.get(f"/contracts/{at}/head").text).links("考核：") == []


# -- what-if --------------------------------------------------------------------------------------


@pytest.fixture
def busy(session: Session) -> Office:
    made = office(session)
    visits(session, made, date(2026, 1, 2), 4)
    visits(session, made, date(2026, 2, 2), 3)
    seekers(session, made, 2, date(2026, 2, 2))
    stand(session, made)
    return made


def test_other_counts_give_the_engine_s_score_tier_and_yuan(browser: Browser, session: Session, busy: Office) -> None:
    browser.sign_in_as(session, busy["project_manager"])
    at = f"/contracts/{busy.contract.id}/what-if"
    page = Shown(browser.get(at).text)
    assert "最值得做的" in page.text
    [link] = [url for url in page.links("试一试") if "LK-2" in url]
    tried = Shown(browser.get(link).text)
    trial = what_if.trial(busy.scope(session))
    assert trial is not None
    outcome = trial.outcome(trial.tried({"f-LK-2/registered": "20"}))
    [bar] = tried.having("class", "try-bar")
    assert f"{outcome.score} 分" in words(bar)
    assert outcome.yuan in words(bar)
    assert "得分 +40 分 应得 +¥50,000.00 档次 不合格 → 合格" in words(bar)
    fewer = Shown(browser.get(f"{at}?f-LK-2%2Fregistered=19", headers={"HX-Request": "true"}).text)
    assert "得分、档次和金额都不变" in fewer.text


def test_a_single_window_is_priced_and_tried(browser: Browser, session: Session, busy: Office) -> None:
    """March runs with nothing in it: four visits keep two points each, and those of later months can be tried, too."""
    browser.sign_in_as(session, busy["project_manager"])
    at = f"/contracts/{busy.contract.id}/what-if"
    trial = what_if.trial(busy.scope(session))
    assert trial is not None
    [march] = [window for one, window in trial.windows.running if one.clause == "LK-1"]
    assert (march.label, march.advice) == ("2026年3月", "再做 4家（已有 0家，应有 4家）")
    kept, idle = (trial.tried({march.name: text}) for text in ("4", "0"))
    assert trial.change(kept).points == "+2"
    assert kept.score is not None
    assert idle.score is not None
    assert march.points == str(kept.score - idle.score) == "8"
    page = Shown(browser.get(at).text)
    assert "8 分" in page.text
    [link] = [url for url in page.links("试一试") if "w-LK-1" in url and march.name.partition("@")[2] in url][:1]
    assert "得分 +2 分" in Shown(browser.get(link).text).text
    later = [window for one, window in trial.windows.later if one.clause == "LK-1"]
    assert [one.label for one in later[:2]] == ["2026年4月", "2026年5月"]
    wrong = browser.get(f"{at}?{later[0].name}=不少".replace("/", "%2F"))
    assert "走访企业（2026年4月）”填的是“不少”，应为数字" in wrong.text


def test_what_cannot_be_read_is_said_and_kept(browser: Browser, session: Session, busy: Office) -> None:
    browser.sign_in_as(session, busy["project_manager"])
    response = browser.get(f"/contracts/{busy.contract.id}/what-if?f-LK-2%2Fregistered=很多&m-LK-9=yes&x=1")
    assert "填的是“很多”，应为数字" in response.text
    assert 'value="很多"' in response.text


def test_without_a_standing_the_page_says_what_to_do(browser: Browser, session: Session) -> None:
    made = office(session)
    browser.sign_in_as(session, made["project_manager"])
    assert "还不能试算" in browser.get(f"/contracts/{made.contract.id}/what-if").text


# -- several contracts, budgets -------------------------------------------------------------------


def test_contracts_side_by_side_and_budgets(app: Flask, browser: Browser, session: Session, busy: Office) -> None:
    browser.sign_in_as(session, busy["deputy_head"])
    assert asked(app, browser, "/overview") <= 10
    assert asked(app, browser, f"/contracts/{busy.contract.id}/overview") <= 16
    assert asked(app, browser, f"/contracts/{busy.contract.id}/what-if") <= 14
    others = [office(session) for _ in range(3)]
    for other in others:
        roles.membership(session, other.contract, busy["deputy_head"], "deputy_head")
        stand(session, other)
    session.commit()
    assert asked(app, browser, "/overview") <= 10
    page = Shown(browser.get("/overview").text)
    assert all(one.contract.title in page.text for one in [busy, *others])
    assert "补上还能保住" in page.text
