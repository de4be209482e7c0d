"""考核 in a browser: a year of sample work, from the opened period to the capsule that the command confirms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, expect

from app.demonstration.contracts import shows
from app.web.database import db
from tests.factories.demonstrations import played
from tests.jobs.tooling import runner
from tests.pages.assessment import SLOW, Sheet, sheets
from tests.pages.browser import PHONE
from tests.pages.windows import looks_right

ZHENJIANG = next(one for one in shows() if one.short == "zhenjiang")
Visit = Callable[..., Sheet]


@pytest.fixture
def visit(browser: Browser, app: Flask, tmp_path: Path) -> Iterator[Visit]:
    """Windows on the contract of Zhenjiang, whose year has just ended."""
    accounts = played(app, replace(ZHENJIANG, ahead=0, assessments=(), answers={}), tmp_path)
    with sheets(browser, app, accounts) as opened:
        yield opened


def run_jobs(app: Flask) -> None:
    """Carries out what was asked for; jobs that are merely due are left alone."""
    with app.app_context():
        waiting = runner(db.engine)
        while waiting.run_one():
            pass


def measured(she: Sheet, app: Flask) -> None:
    """Opening computes nothing; the figures come when they are asked for, in the background."""
    she.go("/contracts/1/assessments")
    looks_right(she)
    she.press("开启")
    expect(she.told).to_contain_text("还没有计算任何数字")
    looks_right(she)
    she.press("取数")
    expect(she.told).to_contain_text("正在后台取数")
    run_jobs(app)
    she.page.reload()
    expect(she.total).to_have_text("86.6", timeout=SLOW)
    looks_right(she)


def stated(she: Sheet, other: Sheet) -> None:
    """A fact by hand moves the total beside it at once; it counts for the contractor once somebody else has confirmed it."""
    place = she.clause("ZJ-1.3b")
    expect(place).to_contain_text("有效投诉2次")
    place.get_by_role("link", name="手工认定数据").click()
    place.get_by_label("有效投诉").fill("1")
    place.get_by_label("理由和依据").fill("十月那件经复核不成立，见复核记录")
    looks_right(she)
    she.press("认定", place)
    expect(she.total).to_have_text("87.6", timeout=SLOW)
    expect(she.clause("ZJ-1.3b")).to_contain_text("手工认定")
    other.go("/contracts/1/assessments/1")
    other.press("核对手工认定（1）")
    other.agree()
    expect(other.told).to_contain_text("已核对 1 条")


def test_a_year_becomes_a_capsule_that_the_command_confirms(visit: Visit, app: Flask, tmp_path: Path) -> None:
    she, manager, head = visit("supervisor1"), visit("manager"), visit("deputy")
    measured(she, app)
    manager.go("/contracts/1/assessments/1")
    expect(manager.page.get_by_text("采购人正在评分")).to_be_visible()
    manager.link("去自评")
    manager.press("空着的填满分")
    looks_right(manager)
    manager.press("提交自评")
    expect(manager.told).to_contain_text("自评已提交")
    she.go("/contracts/1/assessments/1")
    stated(she, visit("supervisor2"))
    she.go("/contracts/1/assessments/1")
    she.press("核定评分")
    expect(she.told).to_contain_text("已核定")
    she.link("告知供应商")
    looks_right(she)
    she.press("告知")
    expect(she.told).to_contain_text("已告知供应商")
    manager.go("/contracts/1/assessments/1")
    looks_right(manager)
    sheet = f"{head.address}/contracts/1/assessments/1"
    manager.sign(sheet, "等另一方签字")
    head.sign(sheet, "结果已冻结")
    expect(head.page.get_by_text("已签定").first).to_be_visible()
    looks_right(head)
    head.verify(sheet, tmp_path, ("87.6", "97.6"))
    phone = visit("manager", PHONE)
    for rest in ("", "/result", "/trace", "/check"):
        phone.go(f"/contracts/1/assessments/1{rest}")
        looks_right(phone)
