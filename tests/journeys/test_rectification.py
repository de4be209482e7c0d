"""整改 in a browser: finding → notice → service → report → reinspection → closed; nobody is shut out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, expect

from tests.factories.office import Office
from tests.pages.browser import OFFICE, PHONE, axe_violations, sticks_out
from tests.pages.windows import Console, Visit, Window, looks_right, windows

SLOW = 20_000  # a machine that is busy


@pytest.fixture
def visit(browser: Browser, console: Console) -> Iterator[Visit]:
    """What is not right is answered with 422."""
    with windows(browser, console, forgiven="422") as opened:
        yield opened


def proof(folder: Path, shade: int) -> Path:
    path = folder / f"{shade}.png"
    Image.linear_gradient("L").point(lambda level: (level * shade) % 256).save(path)
    return path


def attach(window: Window, path: Path) -> None:
    window.page.locator("input[type=file]").first.set_input_files(path)
    expect(window.page.locator("[data-kept]")).to_have_count(1, timeout=SLOW)


def find(she: Window, made: Office) -> None:
    """A finding, put down with its second investigator."""
    she.go(f"/contracts/{made.contract.id}/rectification")
    she.link("登记问题")
    page = she.page
    page.get_by_label("合同条款").select_option("LK-1")
    page.get_by_label("发现的问题").fill("二月只走访了两家企业，少两家")
    page.get_by_label("地点").fill("城东街道服务站")
    page.get_by_label("另一名检查人").select_option(label=made["supervisor2"].display_name)
    looks_right(she)
    she.press("登记问题")
    expect(she.told).to_contain_text("问题0001号")
    looks_right(she)


def notify(she: Window, folder: Path) -> None:
    """The numbered notice, its seal and its service; two clicks lead from the finding to the number."""
    she.link("开具整改通知书")
    looks_right(she)
    she.press("生成并编号")
    expect(she.told).to_contain_text("整改通知书已编号")
    looks_right(she)
    she.link("打印、签章、送达")
    looks_right(she)
    she.press("打印")
    expect(she.page.get_by_role("img", name="公文的二维码")).to_be_visible()
    assert sticks_out(she.page) == []
    she.link("返回")
    she.link("归档签章件")
    she.page.get_by_label("签字人").fill("周主管")
    attach(she, proof(folder, 1))
    she.press("归档签章件")
    expect(she.told).to_contain_text("签章件已归档")
    she.link("登记送达")
    she.page.get_by_label("受送达人").fill("李经理")
    looks_right(she)
    she.press("登记送达")
    expect(she.told).to_contain_text("送达已登记")


def answer(manager: Window, made: Office, folder: Path) -> None:
    manager.go(f"/contracts/{made.contract.id}/rectification")
    expect(manager.page.get_by_text("还剩 5 个工作日")).to_be_visible()
    looks_right(manager)
    manager.page.get_by_role("link", name="整改〔2026〕1号").click()
    manager.link("提交整改报告")
    manager.page.get_by_label("整改措施和结果").fill("已补走访两家")
    attach(manager, proof(folder, 3))
    looks_right(manager)
    manager.press("提交整改报告")
    expect(manager.told).to_contain_text("整改报告已提交")


def look_again(she: Window, made: Office) -> None:
    she.go(f"/contracts/{made.contract.id}/rectification/cases/1")
    she.link("登记复检")
    page = she.page
    page.get_by_label("整改到位，结案").check()
    page.get_by_label("复检情况").fill("查看了四家的走访记录")
    page.get_by_label("地点").fill("城东街道服务站")
    page.get_by_label("另一名检查人").select_option(label=made["supervisor2"].display_name)
    page.get_by_label("没有对方人员").check()
    looks_right(she)
    she.press("登记复检")
    expect(she.told).to_contain_text("结案")
    expect(page.locator("main")).to_contain_text("整改完成")
    looks_right(she)
    she.link("打印案卷")
    expect(page.get_by_role("heading", name="卷内目录")).to_be_visible()
    assert axe_violations(page) == []


@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_from_the_finding_to_the_closed_case(visit: Visit, made: Office, tmp_path: Path, size: tuple[int, int]) -> None:
    she = visit("supervisor", size)
    find(she, made)
    notify(she, tmp_path)
    answer(visit("project_manager", size), made, tmp_path)
    look_again(she, made)
