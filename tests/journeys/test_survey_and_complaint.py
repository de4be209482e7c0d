"""A survey on the road and a complaint, both to the end; what they found reaches the sheet of the assessment."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from tests.factories.office import Office
from tests.pages.browser import PHONE
from tests.pages.windows import Console, Visit, Window, looks_right, windows
from tests.services.assessing import YEAR, Ground
from tests.services.fieldworks import harbour


@pytest.fixture
def made(session: Session, tmp_path: Path) -> Office:
    return harbour(session, tmp_path, **YEAR)


@pytest.fixture
def visit(browser: Browser, console: Console) -> Iterator[Visit]:
    """Who was asked already is answered with 422."""
    with windows(browser, console, forgiven="422") as opened:
        yield opened


def test_a_survey_and_a_complaint_reach_the_sheet(session: Session, visit: Visit, made: Office) -> None:
    sheet = Ground(session, made).opened()
    session.commit()
    she, other = visit("supervisor"), visit("supervisor2")
    asked(she, visit("supervisor", PHONE), made)
    other.go(f"/contracts/{made.contract.id}/checks/polls/1")
    other.link("办结")
    other.fill("结论", "一人满意，一人嫌等得久")
    other.press("办结")
    expect(other.told).to_contain_text("已办结")
    complained(she, visit("project_manager"), other, made)
    she.go(f"/contracts/{made.contract.id}/assessments/{sheet.id}")
    place = she.page.locator("section.sheet-clause").filter(has=she.page.get_by_text("LK-2", exact=True))
    for text in ("满意 1/2（50%）", "投诉0001号", "问题0001号"):
        expect(place).to_contain_text(text)
    place.get_by_label("未达标").check()
    place.get_by_label("扣分").fill("40")
    place.get_by_label("理由").fill("不满意过半，投诉属实")
    place.get_by_role("textbox", name="引用").fill("问题0001号")
    looks_right(she)
    place.get_by_role("button", name="核定").click()
    expect(place).to_contain_text("引用：问题0001号")


def asked(she: Window, phone: Window, made: Office) -> None:
    """The survey is opened at the desk and answered on the road, one by telephone; nobody is asked twice."""
    she.go(f"/contracts/{made.contract.id}/checks/polls/new")
    she.fill("服务过的人（家）数", "1000")
    she.page.locator("[name=from_on]").fill("2025-12-01")
    she.page.locator("[name=until_on]").fill("2025-12-31")
    she.press("推算人数")
    expect(she.page.get_by_text("建议调查 278 人（家）")).to_be_visible()
    she.fill("要调查的人（家）数", "3")
    she.press("开始调查")
    expect(she.told).to_contain_text("逐份登记回答")
    phone.go(f"/contracts/{made.contract.id}/checks/polls/1")
    phone.link("登记一份")
    looks_right(phone)
    for who, word in (("张女士", "满意"), ("李先生", "不满意")):
        phone.fill("问的是谁", who)
        phone.page.locator("[name=on]").fill("2025-12-20")
        phone.pick("总体是否满意？", word)
        phone.press("登记这一份，接着下一份")
        expect(phone.told).to_contain_text("份已登记")
    phone.fill("问的是谁", "李先生")
    phone.page.locator("[name=on]").fill("2025-12-20")
    phone.pick("总体是否满意？", "满意")
    phone.press("登记这一份，接着下一份")
    expect(phone.page.get_by_text("这个人已经问过（第 2 份）").first).to_be_visible()


def complained(she: Window, manager: Window, other: Window, made: Office) -> None:
    """Received, answered by the contractor, looked into by two, upheld by somebody else: a finding."""
    at = f"/contracts/{made.contract.id}/checks/complaints"
    she.go(f"{at}/new")
    she.page.locator("[name=clause]").select_option("LK-2")
    she.page.get_by_label("收到日期").fill("2025-12-10")
    she.fill("投诉的事实", "登记排队两小时")
    she.press("登记投诉")
    expect(she.told).to_contain_text("投诉0001号")
    manager.go(f"{at}/1")
    manager.link("说明情况")
    manager.fill("情况说明", "当天系统停机")
    manager.press("提交说明")
    she.page.reload()
    she.link("登记调查")
    she.fill("调查的情况", "调取监控属实")
    she.page.get_by_label("调查日期").fill("2025-12-11")
    she.page.get_by_label("另一名调查人").select_option(label=made["supervisor2"].display_name)
    she.press("登记调查")
    other.go(f"{at}/1")
    other.link("认定")
    other.page.get_by_role("radio", name="成立", exact=True).check()
    other.fill("认定的理由", "监控属实")
    other.press("认定")
    expect(other.told).to_contain_text("登记为问题")
    expect(other.page.get_by_role("link", name="问题0001号")).to_be_visible()
