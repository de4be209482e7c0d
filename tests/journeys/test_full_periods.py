"""A whole period of each of the five contracts in a browser: from the year-end demonstration to the capsule that `kpi verify` confirms."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, expect

from app.demonstration.contracts import Show, shows
from tests.factories.demonstrations import played
from tests.factories.ground import CLOCK
from tests.pages.assessment import SLOW, Sheet, sheets
from tests.pages.windows import looks_right

pytestmark = pytest.mark.long

WHY = "查阅了台账和现场材料，已当面核对"
Visit = Callable[[str], Sheet]


#: What the supervisor states by hand, by contract: clause → label of the box → figure.
STATED: dict[str, dict[str, dict[str, str]]] = {"zhenjiang": {"ZJ-3.7": {"调查": "58", "满意": "53"}}}
#: The contract whose marks are a group's.
GROUP = "zhenjiang"
GROUP_OF = ("supervisor1", "supervisor2", "member")
#: So many figures of a sheet are opened at most until one has led to a photo.
TRIED = 8
SHOWS = shows(year_end=True)


@pytest.fixture(params=SHOWS, ids=[one.short for one in SHOWS])
def show(request: pytest.FixtureRequest) -> Show:
    """One contract of the year-end demonstration."""
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def visit(browser: Browser, app: Flask, show: Show, tmp_path: Path) -> Iterator[Visit]:
    """The window of somebody of the contract, who signs in the first time."""
    with sheets(browser, app, played(app, show, tmp_path)) as opened:
        yield cache(opened)


def test_a_full_period_becomes_a_capsule_that_the_command_confirms(visit: Visit, show: Show, tmp_path: Path) -> None:
    she, manager, head = visit("supervisor1"), visit("manager"), visit("deputy")
    open_one(manager)
    self_scored(manager)
    open_one(she)
    sheet = she.page.url
    rests_on(she, sheet)
    for clause, boxes in STATED.get(show.short, {}).items():
        stated(she, clause, boxes)
    if show.short == GROUP:
        by_group(visit, sheet)
    else:
        decided(she)
    confirmed(visit("supervisor2"), sheet)
    published(she, sheet)
    contested(manager, head if show.short == GROUP else visit("supervisor2"), sheet)
    manager.sign(sheet, "等另一方签字")
    head.sign(sheet, "结果已冻结")
    looks_right(head)
    opens_all(head, sheet)
    head.verify(sheet, tmp_path, ('"met":true', '"met":false'))


def open_one(window: Sheet) -> None:
    """By the list of assessments: the one that is not signed yet."""
    window.go("/contracts/1/assessments")
    window.page.locator("li.assessment-line").filter(has_not_text="已签定").get_by_role("link").click()
    window.page.wait_for_url(re.compile(r"/assessments/\d+$"))


def self_scored(manager: Sheet) -> None:
    manager.link("去自评")
    manager.page.get_by_role("button", name="提交自评").wait_for()
    fill = manager.page.get_by_role("button", name="空着的填满分")
    if fill.count():
        fill.click()
    manager.page.get_by_label("说明").first.fill("全年按合同完成，材料已归档")
    manager.press("提交自评")
    expect(manager.told).to_contain_text("自评已提交")


def rests_on(window: Sheet, sheet: str) -> None:
    """From figures of the sheet to their entries, and from an entry to its photo; then back on the sheet."""
    links = [one.get_attribute("href") or "" for one in window.page.get_by_role("link", name="看台账").all()]
    assert links
    for link in links[:: max(1, len(links) // TRIED)]:
        window.go(f"{window.address}{link}")
        expect(window.page.get_by_text("已审核记录计得")).to_be_visible()
        if photo_behind(window):
            break
    else:
        raise AssertionError(f"没有一个数字通到照片：{links}")
    window.go(sheet)


def photo_behind(window: Sheet) -> bool:
    """Whether the newest entries of the figure that is shown have a photo; it has been opened then."""
    rows = window.page.locator("main tbody a")
    for place in range(rows.count() - 1, max(-1, rows.count() - 4), -1):
        here = window.page.url
        rows.nth(place).click()
        proof = window.page.get_by_role("region", name="佐证材料")
        expect(proof).to_be_visible()
        if proof.locator("img").count():
            proof.locator("img").first.scroll_into_view_if_needed()
            window.page.wait_for_function("() => [...document.querySelectorAll('[data-lightbox] img')].some((one) => one.naturalWidth > 0)")
            return True
        window.go(here)
    return False


def stated(she: Sheet, clause: str, boxes: dict[str, str]) -> None:
    place = she.clause(clause)
    place.get_by_role("link", name="手工认定数据").click()
    for label, value in boxes.items():
        place.get_by_label(label).first.fill(value)
    place.get_by_label("理由和依据").fill("台账里的调查不足规定人数，补做了电话回访，回访记录表存档")
    she.press("认定", place)
    expect(she.clause(clause)).to_contain_text("待第二人核对", timeout=SLOW)


# -- deciding ---------------------------------------------------------------------------------------


def decided(window: Sheet) -> None:
    """Whatever waits: what has no data together, the rest one after another with what is proposed."""
    bulk = window.page.locator("details.bulk-met")
    if bulk.count():
        bulk.locator("summary").click()
        window.press("全选", bulk)
        bulk.get_by_label("理由").fill(WHY)
        window.press("认定勾选的达标", bulk)
        expect(window.told).to_contain_text("理由记在每一条下面", timeout=SLOW)
    waiting = window.page.locator("section.sheet-clause[data-open]")
    while waiting.count():
        one = window.page.locator(f"#{waiting.first.get_attribute('id')}")
        decide(window, one, "核定")
        expect(one.locator(".decide button").first).to_contain_text("改定", timeout=SLOW)


def decide(window: Sheet, clause: Locator, button: str) -> None:
    """Met where nothing is known; else as proposed, or nothing taken off."""
    form = clause.locator("form.decide")
    met = form.get_by_label("达标", exact=True)
    points = form.locator("input[name=points]")
    if met.count():
        met.check()
    elif points.input_value() == "":
        points.fill("0")
    form.get_by_label("理由").fill(WHY)
    window.press(button, form)


def by_group(visit: Visit, sheet: str) -> None:
    """Three of the buyer are appointed, each marks on the own sheet; one has another opinion, which stays on record."""
    she = visit("supervisor1")
    she.link("组成考核组")
    she.fill("组成的文件或会议", "局办公会会议纪要第 9 期")
    she.fill("组成日期", CLOCK().date().isoformat())
    for who in GROUP_OF:
        she.page.get_by_role("group", name="成员").get_by_label(visit(who).account["name"]).check()
    she.pick("组长", she.account["name"])
    looks_right(she)
    she.press("组成考核组")
    expect(she.told).to_contain_text("考核组已组成", timeout=SLOW)
    for who in GROUP_OF:
        visit(who).go(sheet)
        marked(visit(who))
    member = visit(GROUP_OF[-1])
    member.link("提出不同意见")
    member.page.get_by_label("不同意见").fill("个别投诉的责任不全在供应商，建议少扣")
    member.press("记下")
    expect(member.told).to_contain_text("不同意见已记下")


def marked(window: Sheet) -> None:
    """Every clause that is left to the group, on the own sheet."""
    forms = window.page.locator("section.sheet-clause:has(form.decide)")
    for key in [one.get_attribute("id") for one in forms.all()]:
        one = window.page.locator(f"#{key}")
        decide(window, one, "打分")
        expect(one).to_contain_text(re.compile(rf"{window.account['name']}\s+[0-9]+(\.[0-9]+)?( · |\s*$|\s)"), timeout=SLOW)


# -- telling and signing ----------------------------------------------------------------------------


def confirmed(other: Sheet, sheet: str) -> None:
    """What was stated by hand is confirmed by a second person, where something was."""
    other.go(sheet)
    button = other.page.get_by_role("button", name=re.compile("^核对手工认定"))
    if button.count():
        button.click()
        other.agree()
        expect(other.told).to_contain_text("已核对")


def published(she: Sheet, sheet: str) -> None:
    she.go(sheet)
    she.press("核定评分")
    expect(she.told).to_contain_text("已核定", timeout=SLOW)
    she.link("告知供应商")
    she.press("告知")
    expect(she.told).to_contain_text("已告知供应商", timeout=SLOW)
    looks_right(she)


def contested(manager: Sheet, reviewer: Sheet, sheet: str) -> None:
    """The contractor contests the first item; somebody who did not score it answers."""
    manager.go(sheet)
    manager.link("申诉")
    manager.page.get_by_label("考核项").select_option(index=1)
    manager.fill("申诉理由", "请复核这一项的次数，补登的记录都已审核通过")
    manager.press("提交申诉")
    expect(manager.told).to_contain_text("申诉已提交", timeout=SLOW)
    reviewer.go(sheet)
    reviewer.link("申诉中")
    reviewer.page.get_by_role("group", name="结论").get_by_label("不予采纳").check()
    reviewer.fill("答复理由", "逐条核对了台账，补登的记录已经计入，维持原来的评分")
    looks_right(reviewer)
    reviewer.press("答复")
    expect(reviewer.told).to_contain_text("已答复", timeout=SLOW)


def opens_all(head: Sheet, sheet: str) -> None:
    """From the result through the trace to the entries behind it."""
    head.go(f"{sheet}/result")
    looks_right(head)
    head.page.get_by_role("link", name="从任意一分一元追到台账").click()
    expect(head.page.locator("a").filter(has_text="看它背后的台账记录").first).to_be_attached()
    looks_right(head)
