"""Reports in a browser beside the straight way: sources that change, a quarter in one archive, an assessment half signed."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from app.store import reports
from app.web.database import db
from tests.documents.reading import copied
from tests.factories.office import Office, office
from tests.jobs.tooling import runner
from tests.pages.windows import Console, Visit, looks_right, windows
from tests.services.assessing import Ground, orchard
from tests.services.reporting import HARBOUR, TERM, School

__all__ = ["orchard"]


@pytest.fixture
def school(app: Flask, session: Session) -> School:
    """February's lessons; files lie where the app looks for them."""
    ground = app.extensions["lvyuetai"]
    found = School(session, office(session, HARBOUR, **TERM), reports.open_reports(ground.settings, ground.sealer))
    for day, learners in ((2, 30), (16, 1234)):
        found.lesson(date(2026, 2, day), learners)
    return found


@pytest.fixture
def made(request: pytest.FixtureRequest) -> Office:
    """The people of the office that the test asks for."""
    name = "orchard" if "orchard" in request.fixturenames else "school"
    found: Office = request.getfixturevalue(name).made
    return found


@pytest.fixture
def visit(browser: Browser, console: Console) -> Iterator[Visit]:
    """A window for one of the people, who is told where something is wrong."""
    with windows(browser, console, forgiven="422 (UNPROCESSABLE ENTITY)") as opened:
        yield opened


def run_jobs(app: Flask) -> None:
    """Carries out what was asked for; reports that are merely due are left alone."""
    ground = app.extensions["lvyuetai"]
    with app.app_context():
        waiting = runner(db.engine, settings=ground.settings, vault=ground.vault)
        while waiting.run_one():
            pass


def test_changed_sources_mark_the_numbers_until_it_is_made_anew_and_a_quarter_is_taken_whole(
    visit: Visit, app: Flask, school: School
) -> None:
    row = school.make()
    manager = visit("project_manager")
    page = manager.page
    manager.go(f"/contracts/{row.contract_id}/reports/{row.id}/words")
    page.locator("#w-words1").fill("本月学员")
    page.get_by_role("searchbox", name="找数字").fill("学员 合计")
    page.get_by_role("button", name="{各网点/合计/learners}", exact=True).click()
    expect(page.locator("[data-shows=w-words1]")).to_have_text("本月学员1264")
    page.locator("#w-words1").press_sequentially("，{没有}。")
    expect(page.locator("[data-shows=w-words1] mark")).to_have_text("{没有} 没有这个编号")
    page.locator("#w-words1").fill("本月学员{各网点/合计/learners}人。")
    looks_right(manager)
    manager.press("保存")
    expect(manager.told).to_contain_text("文字已保存")
    expect(page.get_by_text("本月学员1264人")).to_be_visible()
    expect(page.locator(".stale")).to_have_count(0)
    school.lesson(date(2026, 2, 20), 100)
    page.reload()
    expect(page.get_by_text("来源在生成以后有变动：1 本台账")).to_be_visible()
    expect(page.locator(".report-words .stale").first).to_have_text("1264")
    looks_right(manager)
    manager.press("重新生成")
    expect(manager.told).to_contain_text("正在后台重新生成")
    run_jobs(app)
    manager.link("看结果")
    expect(page.get_by_text("以前的 1 版")).to_be_visible()
    expect(page.locator(".stale")).to_have_count(0)
    expect(page.get_by_text("本月学员1364人")).to_be_visible()
    taken(page, row.contract_id)
    manager.go(f"/contracts/{row.contract_id}/reports/{row.id}")
    page.get_by_text("谁下载过（1 次）").click()
    expect(page.get_by_text("打包：2026年第1季度")).to_be_visible()


def taken(page: Page, contract_id: int) -> None:
    """The archive of the quarter: every file says the new number, and is what the manifest says it is."""
    page.goto(f"/contracts/{contract_id}/reports/bundle")
    page.get_by_label("季度").select_option(label="2026年第1季度")
    with page.expect_download() as taking:
        page.get_by_role("button", name="打包下载").click(no_wait_after=True)
    assert taking.value.suggested_filename == "报告_2026年第1季度.zip"
    with zipfile.ZipFile(Path(taking.value.path())) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        files = {one["file"]: archive.read(one["file"]) for one in manifest["files"]}
        for one in manifest["files"]:
            assert one["sha256"] == hashlib.sha256(files[one["file"]]).hexdigest()
        assert set(archive.namelist()) == {*files, "manifest.json", "清单.csv"}
    kinds = {name.rpartition(".")[2]: raw for name, raw in files.items()}
    assert "1364" in "".join(copied(kinds["pdf"]))
    assert Document(io.BytesIO(kinds["docx"])).tables
    assert load_workbook(io.BytesIO(kinds["xlsx"])).worksheets


def test_without_signatures_or_data_the_report_says_so_and_the_future_is_refused(visit: Visit, app: Flask, orchard: Ground) -> None:
    row = orchard.opened()
    orchard.all_met(row)
    orchard.confirm(row)
    orchard.scored(row)
    orchard.published(row)
    orchard.sign(row, "project_manager")
    manager = visit("project_manager")
    page = manager.page
    ordered(page, orchard.made.contract.id, "2025-12-01", "2026-01-31")
    expect(page.get_by_text("只能做合同期 2025-01-01 至 2025-12-31 里的报告").first).to_be_visible()
    expect(page.locator(".report-order.invalid input[name=until_on]")).to_have_value("2026-01-31")
    looks_right(manager)
    ordered(page, orchard.made.contract.id, "2025-12-01", "2025-12-31")
    expect(manager.told).to_contain_text("正在后台生成")
    run_jobs(app)
    manager.link("看结果")
    expect(page.get_by_text("已告知供应商，双方还没有都签字，本报告不列得分和档次。")).to_be_visible()
    expect(page.locator("#content")).to_contain_text("无数据")
    looks_right(manager)
    orchard.sign(row, "deputy_head")
    page.reload()
    expect(page.get_by_text("考核结果在生成以后有变动")).to_be_visible()


def ordered(page: Page, contract_id: int, start: str, end: str) -> None:
    """Has a special report made of these days."""
    page.goto(f"/contracts/{contract_id}/reports/new")
    special = page.get_by_role("form", name="专项报告")
    special.get_by_label("起始日期").fill(start)
    special.get_by_label("结束日期").fill(end)
    special.get_by_role("button", name="生成").click()
