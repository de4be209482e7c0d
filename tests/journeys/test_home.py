"""The home page in a real browser: on the phone, in the office, on paper; for everybody."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.services.verification import decide
from app.web.database import db
from tests.factories import entries
from tests.factories.ground import CLOCK
from tests.factories.office import Office, office
from tests.jobs.tooling import runner
from tests.pages.browser import OFFICE, PHONE, axe_violations, sticks_out
from tests.pages.home import Home
from tests.pages.windows import Console, Visit
from tests.services.acting import act_of
from tests.services.standings import people as seekers
from tests.services.standings import stand, visits

ROLES = ["field_staff", "project_manager", "supervisor", "deputy_head", "finance"]


def fill(session: Session, made: Office) -> None:
    """Two months of work, an entry given back, two that wait, and the standing."""
    visits(session, made, date(2026, 1, 2), 4)
    visits(session, made, date(2026, 2, 2), 3)
    seekers(session, made, 2, date(2026, 2, 2))
    rows = [entries.visit(session, made, raw={"date": "2026-03-05"}) for _ in range(3)]
    act = act_of(session, made["supervisor"])
    decide.give_back(act, made.scope(session), rows[0].id, rows[0].version, "照片看不清，请补拍")
    stand(session, made)
    session.commit()


@pytest.fixture
def made(session: Session) -> Office:
    found = office(session)
    fill(session, found)
    return found


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
@pytest.mark.parametrize("role", ROLES)
def test_nobody_is_shut_out(visit: Visit, console: Console, role: str, size: tuple[int, int]) -> None:
    page = visit(role, size).page
    at = console.root
    for path in ("/", f"{at}/home", f"{at}/indicators"):
        page.goto(path)
        assert axe_violations(page) == [], path
        assert sticks_out(page) == [], path


def test_dark_is_as_readable(visit: Visit, console: Console) -> None:
    page = visit("deputy_head", OFFICE, "dark").page
    for path in ("/", f"{console.root}/indicators"):
        page.goto(path)
        assert axe_violations(page) == [], path


def test_a_field_worker_s_morning(visit: Visit, console: Console) -> None:
    page = visit("field_staff", PHONE).page
    home = Home(page)
    home.open()
    returned = home.panel("退回待改 1 条")
    expect(returned).to_contain_text("照片看不清，请补拍")
    expect(home.diary).to_contain_text("1. 企业走访：登记 3 条")
    home.shortcut("宣传报道台账").get_by_role("button", name="零报告").click()
    expect(page.get_by_text("刚才报了零")).to_be_visible()
    expect(home.diary).to_contain_text("2. 宣传报道：零报告。")
    returned.get_by_role("link", name=re.compile("visits-")).click()
    expect(page).to_have_url(re.compile(r"/edit$"))
    expect(page.get_by_role("button", name=re.compile("提交"))).to_be_visible()


def test_the_diary_is_copied_whole(visit: Visit) -> None:
    page = visit("field_staff").page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    home = Home(page)
    home.open()
    home.diary.get_by_role("button", name="复制全文").click()
    expect(home.diary.get_by_role("button", name="已复制")).to_be_visible()
    assert page.evaluate("() => navigator.clipboard.readText()").startswith("2026年3月5日 星期四 工作日志")


def test_what_is_short_and_what_it_costs_needs_no_click(visit: Visit) -> None:
    """The first screen of the office says what is at risk."""
    page = visit("deputy_head").page
    home = Home(page)
    home.open()
    red = home.panel("三件最要紧的事")
    expect(red).to_contain_text("登记求职人员")
    expect(red).to_contain_text("¥50,000.00")
    box = red.bounding_box()
    assert box is not None
    assert box["y"] < OFFICE[1]


def test_computing_now_ends_by_itself(visit: Visit, console: Console, app: Flask) -> None:
    page = visit("finance").page
    home = Home(page)
    home.open(f"{console.root}/indicators")
    seekers(console.session, console.made, 20, date(2026, 3, 2))
    console.session.commit()
    CLOCK.forward(minutes=3)
    home.compute()
    expect(page.get_by_text("排队中")).to_be_visible()
    with app.app_context():
        runner(db.engine).tick()
    expect(page.get_by_text("截至 2026-03-05 09:03")).to_be_visible(timeout=15_000)
    expect(page.locator("#i-LK-2-0")).to_contain_text("已完成")


def test_the_deputy_head_s_page_is_one_sheet(visit: Visit, console: Console, tmp_path: Path) -> None:
    page = visit("deputy_head").page
    page.goto(f"{console.root}/head")
    assert axe_violations(page) == []
    paper = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b(?!s)", paper)) == 1
