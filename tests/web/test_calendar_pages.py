"""管理 → 日历: years, the year view, the import; for the administrator alone."""

from __future__ import annotations

import io

import pytest
from sqlalchemy.orm import Session

from app.store.models import CalendarText, UserAccount
from tests.factories import people, roles
from tests.services.test_calendars import WHOLE
from tests.web.browser import Browser

AT = "/admin/calendar"


@pytest.fixture
def admin(browser: Browser, session: Session) -> UserAccount:
    user = people.account(session, display_name="王管理")
    roles.console_grant(session, user)
    browser.sign_in_as(session, user)
    return user


def test_years_say_what_they_rest_on(browser: Browser, admin: UserAccount) -> None:
    page = browser.get(AT).text
    assert "日历" in browser.get("/").text
    assert "随系统发布" in page
    assert "缺少：按周一至周五推算，暂定" in page
    assert "不能计算考核与付款" in page


def test_a_year_is_imported_pasted_or_as_a_file(browser: Browser, session: Session, admin: UserAccount) -> None:
    assert "春节: []" in browser.get(f"{AT}/import").text
    assert browser.post(f"{AT}/import", {"source": "通知", "table": WHOLE}).location == f"{AT}/2027"
    year = browser.get(f"{AT}/2027").text
    assert "已导入整年" in year
    assert "依据 通知" in year
    assert "请对照通知核对" in year
    data = {"source": "更正", "file": (io.BytesIO(WHOLE.encode()), "2027.yaml")}
    assert browser.post(f"{AT}/import", data, content_type="multipart/form-data").status_code == 303
    assert session.query(CalendarText).count() == 2
    assert "以前导入过 1 次" in browser.get(AT).text
    assert "2027-02-14" in browser.get(f"{AT}/import?year=2027").text
    assert "导入放假调休表" in browser.get("/audit").text


def test_what_is_wrong_is_told_and_kept(browser: Browser, session: Session, admin: UserAccount) -> None:
    wrong = WHOLE.replace("2027-02-14", "2027-02-30")
    answer = browser.post(f"{AT}/import", {"source": "通知", "table": wrong})
    assert answer.status_code == 422
    assert "没有 2027-02-30 这一天" in answer.text
    assert "2027-02-30" in answer.text.split("<textarea")[1]
    assert browser.post(f"{AT}/import", {"source": "", "table": WHOLE}).status_code == 422
    file = {"source": "通知", "file": (io.BytesIO("2027年".encode("gb18030")), "x.yaml")}
    assert "UTF-8" in browser.post(f"{AT}/import", file, content_type="multipart/form-data").text
    browser.post(f"{AT}/import", {"source": "通知", "table": "2028:\n  holidays: {元旦: [2027-12-31]}\n"})
    clash = browser.post(f"{AT}/import", {"source": "通知", "table": "2027:\n  workdays: [2027-12-31]\n"})
    assert clash.status_code == 422
    assert "对不上" in clash.text
    assert session.query(CalendarText).count() == 1


def test_the_year_marks_rest_and_work(browser: Browser, admin: UserAccount) -> None:
    page = browser.get(f"{AT}/2026").text
    assert page.count("<caption>") == 12
    assert page.count(">休<") > 25
    assert page.count(">班<") == 6
    assert "还没有导入" in browser.get(f"{AT}/2027").text
    assert browser.get(f"{AT}/1990").status_code == 404


def test_other_people_have_no_calendar(browser: Browser, session: Session) -> None:
    browser.sign_in_as(session, people.account(session))
    assert browser.get(AT).status_code == 403
