"""The pages of reports: the list, one report with its live numbers, words, files, handing in, the archive."""

from __future__ import annotations

import io
from datetime import date

import pytest
from docx import Document
from flask import Flask
from sqlalchemy.orm import Session

from app.services.reports import writing
from app.services.reports.duties import JOB
from app.store import reports
from app.store.models import UserAccount
from tests.factories import records
from tests.services.reporting import School, school
from tests.web.browser import Browser

__all__ = ["school"]


@pytest.fixture
def made(app: Flask, school: School) -> reports.Report:
    """February's report, its files where the app looks for them."""
    store = reports.open_reports(app.extensions["lvyuetai"].settings, app.extensions["lvyuetai"].sealer)
    school.store = store
    row = school.make()
    writing.save(school.act(), school.scope, row.id, {"words1": ["本月走访了网点。"]}, row.version)
    return school.row(row)


def as_(browser: Browser, session: Session, user: UserAccount) -> Browser:
    browser.sign_in_as(session, user)
    return browser


def seen(school: School, row: reports.Report) -> int:
    """The report's version now; the session lets go of the database again."""
    version = school.row(row).version
    school.session.commit()
    return version


def url(school: School, rest: str = "") -> str:
    return f"/contracts/{school.made.contract.id}/reports{rest}"


def test_the_list_shows_what_is_made_and_what_is_missing(browser: Browser, session: Session, school: School, made: reports.Report) -> None:
    page = as_(browser, session, school.made["project_manager"]).get(url(school)).text
    assert "夜校月报" in page
    assert "还有到期的报告没有生成" in page
    assert "夜校季报（2025年第4季度）" in page


def test_a_run_that_failed_is_told_with_its_reason_and_tried_again(browser: Browser, session: Session, school: School) -> None:
    contract, name = school.made.contract, f"{school.made.contract.id}|month|2026-02-01|2026-02-28"
    job = records.job(session, name=JOB, period=name, contract_id=contract.id, state="failed", message="磁盘已满，报告没有保存")
    other = records.job(session, name="导出", period="x", contract_id=contract.id, state="failed")
    session.commit()
    as_(browser, session, school.made["project_manager"])
    page = browser.get(url(school)).text
    assert "磁盘已满，报告没有保存" in page
    assert "再试一次" in page
    assert browser.post(url(school, f"/runs/{job.id}/retry")).status_code == 303
    assert browser.post(url(school, f"/runs/{other.id}/retry")).status_code == 404
    session.refresh(job)
    assert job.state == "waiting"


def test_a_report_shows_its_numbers_with_their_sources(browser: Browser, session: Session, school: School, made: reports.Report) -> None:
    page = as_(browser, session, school.made["supervisor"]).get(url(school, f"/{made.id}")).text
    assert "1304" in page
    assert 'id="note-1"' in page
    assert "来源在生成以后有变动" not in page
    school.lesson(date(2026, 2, 27), 1)
    assert "来源在生成以后有变动" in browser.get(url(school, f"/{made.id}")).text


def test_words_are_changed_and_wrong_ones_come_back_with_what_was_typed(
    browser: Browser, session: Session, school: School, made: reports.Report
) -> None:
    as_(browser, session, school.made["project_manager"])
    path = url(school, f"/{made.id}/words")
    bad = browser.post(path, {"version": made.version, "words-words1": "本月{没有}。"})
    assert bad.status_code == 422
    assert "本月{没有}。" in bad.text
    assert "不是这份报告里的数字" in bad.text
    good = browser.post(path, {"version": made.version, "words-words1": "本月开课{GK-1/lessons}。"})
    assert good.status_code == 303
    assert browser.post(path, {"version": made.version, "words-words1": "旧的"}).status_code == 409
    assert "本月开课" in browser.get(url(school, f"/{made.id}")).text


def test_files_are_taken_by_post_and_it_is_written_down(browser: Browser, session: Session, school: School, made: reports.Report) -> None:
    as_(browser, session, school.made["finance"])
    taken = browser.post(url(school, f"/{made.id}/files/1/pdf"))
    assert taken.data.startswith(b"%PDF")
    assert "attachment" in taken.headers["Content-Disposition"]
    assert "第 1 版 PDF" in browser.get(url(school, f"/{made.id}")).text
    assert browser.post(url(school, f"/{made.id}/files/9/pdf")).status_code == 404


def test_from_final_to_accepted(browser: Browser, session: Session, school: School, made: reports.Report) -> None:
    as_(browser, session, school.made["project_manager"])
    browser.post(url(school, f"/{made.id}/fix"), {"version": made.version})
    final = seen(school, made)
    browser.post(url(school, f"/{made.id}/submit"), {"version": final})
    assert "可能是别人，也可能是您按了两次" in browser.post(url(school, f"/{made.id}/submit"), {"version": final}).text
    for form in ("submit", "words"):  # the back button leads to no form whose time is over
        assert browser.get(url(school, f"/{made.id}/{form}")).status_code == 303
    as_(browser, session, school.made["supervisor"])
    page = browser.get(url(school, f"/{made.id}")).text
    assert "接收" in page
    browser.post(url(school, f"/{made.id}/accept"), {"version": seen(school, made)})
    assert school.row(made).state == "accepted"


def test_the_page_of_making_takes_ended_periods_only(browser: Browser, session: Session, school: School, made: reports.Report) -> None:
    as_(browser, session, school.made["project_manager"])
    page = browser.get(url(school, "/new")).text
    assert "2026年2月，已有第 1 版" in page
    assert "2026年1月，还没有" in page
    assert "2026年3月" not in page
    wrong = browser.post(url(school, "/new"), {"duty": "monthly", "period": "2025-10-01:2025-12-31"})
    assert wrong.status_code == 422
    assert "请选择一个月" in wrong.text
    future = browser.post(url(school, "/new"), {"duty": "special", "from_on": "2026-03-01", "until_on": "2026-03-31"})
    assert "还没有过完" in future.text
    asked = browser.post(url(school, "/new"), {"duty": "monthly", "period": "2026-01-01:2026-01-31"})
    assert asked.status_code == 303


def test_a_word_template_with_an_unknown_field_is_refused_with_its_name(browser: Browser, session: Session, school: School) -> None:
    as_(browser, session, school.made["supervisor"])
    paper = Document()
    paper.add_paragraph("{{ 标题 }}，{{ 局长 }}")
    raw = io.BytesIO()
    paper.save(raw)
    answer = browser.post(url(school, "/letter"), {"file": (io.BytesIO(raw.getvalue()), "模板.docx")})
    assert answer.status_code == 422
    assert "不认识的字段：局长" in answer.text
    broken = browser.post(url(school, "/letter"), {"file": (io.BytesIO(b"nothing"), "模板.docx")})
    assert "不是 Word 文件" in broken.text


def test_deliverables_dossier_and_hand_over(browser: Browser, session: Session, school: School, made: reports.Report) -> None:
    as_(browser, session, school.made["project_manager"])
    assert "操作手册" in browser.get(url(school, "/deliverables")).text
    told = {"title": "操作手册", "copies": "2", "medium": "paper", "duty": "manual"}
    place = browser.post(url(school, "/deliverables/new"), told).headers["Location"]
    hand = {"on": "2026-03-01", "who": "王𫖯", "version": 1}
    lacking = browser.post(f"{place}/hand", hand)
    assert lacking.status_code == 422
    assert "请上传扫描件" in lacking.text
    browser.post(url(school, f"/{made.id}/fix"), {"version": made.version})
    span = {"title": "一季度", "retention": "fifteen", "from_on": "2026-01-01", "until_on": "2026-03-31"}
    place = browser.post(url(school, "/dossiers/new"), span).headers["Location"]
    assert "夜校月报（2026年2月）" in browser.get(place).text
    assert browser.post(f"{place}/file").data.startswith(b"%PDF")
    listed = browser.get(url(school, "/handover")).text
    assert "操作手册" in listed
    assert "夜校月报" in listed
    assert browser.post(url(school, "/handover/xlsx")).data.startswith(b"PK")
