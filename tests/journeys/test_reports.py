"""Last month's report in a browser: words with a live number, signed off, the files, handed in, accepted; then it counts."""

from __future__ import annotations

import io
import json
import re
from datetime import date
from pathlib import Path

import pytest
from docx import Document
from flask import Flask
from openpyxl import load_workbook
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session

from app.services.reports import gathering
from app.store import reports
from app.store.reports import Report
from kpi.quantities import Period
from kpi.reports.model import from_data
from tests.documents.reading import copied, shown_in_cell
from tests.factories.office import Office, office
from tests.pages.windows import Visit
from tests.services.reporting import HARBOUR, TERM, TODAY, School

SLOW = 20_000  # a machine that is busy


@pytest.fixture
def school(app: Flask, session: Session) -> School:
    """February's lessons; files lie where the app looks for them."""
    ground = app.extensions["lvyuetai"]
    found = School(session, office(session, HARBOUR, **TERM), reports.open_reports(ground.settings, ground.sealer))
    for day, learners in ((2, 30), (16, 1234)):
        found.lesson(date(2026, 2, day), learners)
    return found


@pytest.fixture
def made(school: School) -> Office:
    return school.made


@pytest.fixture
def row(school: School) -> Report:
    return school.make()


def test_last_months_report_from_draft_to_accepted(visit: Visit, school: School, row: Report, tmp_path: Path) -> None:
    manager = visit("project_manager")
    page, place = manager.page, f"/contracts/{row.contract_id}/reports/{row.id}"
    manager.go(f"{place}/words")
    page.locator("#w-words1").fill("本月开课{GK-1/lessons}，刘𫖯、王𬭎、䶮授课。")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("本月开课2次")).to_be_visible(timeout=SLOW)
    live = page.locator(".report-words a.live").first
    note = (live.get_attribute("href") or "").removeprefix("#")
    live.click()
    expect(page.locator(f"#{note}")).to_be_in_viewport()
    page.locator(f"#{note} a").first.click()
    expect(page).to_have_url(re.compile("lesson"), timeout=SLOW)
    page.go_back()
    page.get_by_role("button", name="定稿").click()
    expect(page.get_by_text("待报送").first).to_be_visible(timeout=SLOW)
    figures_agree(manager.page, school, row, tmp_path)
    page.get_by_role("link", name="报送", exact=True).click()
    page.get_by_role("button", name="报送", exact=True).click()
    expect(page.get_by_text("已报送").first).to_be_visible(timeout=SLOW)
    assert not counted(school)
    supervisor = visit("supervisor")
    supervisor.go(place)
    supervisor.page.get_by_role("button", name="接收", exact=True).click()
    supervisor.agree()
    expect(supervisor.page.get_by_text("已接收").first).to_be_visible(timeout=SLOW)
    assert counted(school) == 1


def figures_agree(page: Page, school: School, row: Report, folder: Path) -> None:
    """Every figure of the data stands on the screen and in the three files as they are taken."""
    school.session.commit()
    report = from_data(json.loads(school.data(row)))
    school.session.commit()
    shown = {one.shown for one in report.numbers().values()}
    screen = page.locator("main").inner_text()
    texts = {"screen": screen}
    for kind, name in (("pdf", "PDF"), ("docx", "Word"), ("xlsx", "Excel")):
        with page.expect_download() as taking:
            page.get_by_role("button", name=name, exact=True).first.click(no_wait_after=True)
        path = folder / f"taken.{kind}"
        taking.value.save_as(path)
        texts[kind] = {"pdf": of_pdf, "docx": of_word, "xlsx": of_workbook}[kind](path.read_bytes())
    for kind, text in texts.items():
        whole = "".join(text.split())
        assert [one for one in shown if "".join(one.split()) not in whole] == [], kind
        assert "刘𫖯、王𬭎、䶮" in whole, kind


def of_pdf(raw: bytes) -> str:
    return "".join(copied(raw))


def of_word(raw: bytes) -> str:
    paper = Document(io.BytesIO(raw))
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in paper.paragraphs), *cells])


def of_workbook(raw: bytes) -> str:
    book = load_workbook(io.BytesIO(raw))
    return "\n".join(shown_in_cell(cell.value, cell.number_format) for sheet in book for line in sheet.iter_rows() for cell in line)


def counted(school: School) -> object:
    """What the indicator of monthly reports counts in the month in which they are handed in; None: nothing."""
    school.session.commit()
    judged = gathering.gathered(school.scope, Period(date(2026, 3, 1), TODAY), lambda _: []).measured.judged("now")
    school.session.commit()
    return judged.values["GK-2"][0].criteria[0].actual if judged is not None else None
