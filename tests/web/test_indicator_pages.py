"""One indicator over HTTP: what is behind it, the sheet as a file, targets, figures by hand, the task plan."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.services import standing
from app.services.ledger import rollups
from app.services.standing import counts
from app.services.standing.inputs import gather
from app.store import indicators as stored
from app.store.models import Rollup, TaskPlan
from tests.factories import people as accounts
from tests.factories import roles
from tests.factories.office import Office, evidence_file, office
from tests.services.acting import act_of
from tests.services.standings import done, people, stand, visits
from tests.services.test_indicators import ORCHARD, with_parameter
from tests.web.browser import Browser
from tests.web.shown import Shown

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def counted(session: Session, found: Office) -> None:
    counts.prepare(act_of(session, found["supervisor"]), found.scope(session))
    stand(session, found)
    session.commit()


@pytest.fixture
def made(session: Session) -> Office:
    found = office(session)
    visits(session, found, date(2026, 1, 2), 4)
    visits(session, found, date(2026, 2, 2), 3)
    people(session, found, 60, date(2026, 2, 2))
    done(session, found, "hotline", date(2026, 3, 2), fields={"date": "2026-03-02", "answered": False})
    counted(session, found)
    return found


@pytest.fixture
def orchard(session: Session, tmp_path: Path) -> Office:
    book = tmp_path / "orchard.yaml"
    book.write_text(with_parameter(ORCHARD.read_text("utf-8")), "utf-8")
    found = office(session, book)
    counted(session, found)
    return found


def at(made: Office, path: str = "") -> str:
    return f"/contracts/{made.contract.id}/indicators{path}"


def send(browser: Browser, url: str, **typed: Any) -> TestResponse:
    return browser.post(url, typed)


def shown(browser: Browser, session: Session, made: Office, path: str, who: str = "supervisor") -> str:
    browser.sign_in_as(session, made[who])
    answer = browser.get(at(made, path))
    assert answer.status_code == 200
    return Shown(answer.text).text


def test_an_indicator_with_everything_behind_it(browser: Browser, session: Session, made: Office) -> None:
    text = shown(browser, session, made, "/LK-1/0")
    assert "已到期 2 期，达标 1 期" in text
    assert "2月✗" in text.replace(" ", "")
    assert "走访企业 条数 企业走访台账 7 条 7 条" in text
    assert "2026-01 4 / 4" in text
    assert "再差 1 家，约扣 2 分" in text
    assert "登记求职人员：走势与应达进度" in shown(browser, session, made, "/LK-2/0")


def test_the_entries_behind_a_figure_page_by_page(browser: Browser, session: Session, made: Office) -> None:
    text = shown(browser, session, made, "/LK-2/0/entries")
    assert "共 60 条" in text
    first = Shown(browser.get(at(made, "/LK-2/0/entries")).text)
    (more,) = [node.get("href", "") for node in first.main.iter("a") if node.get("rel") == "next"]
    second = Shown(browser.get(more).text)
    rows = [sum(1 for _ in page.main.iter("tr")) - 1 for page in (first, second)]
    assert rows == [50, 10]
    assert browser.get(at(made, "/LK-2/0/entries?from=x&author=y&after=z")).status_code == 200
    assert browser.get(at(made, "/LK-2/7/entries")).status_code == 404


def test_the_sheet_leaves_as_it_is_filtered(browser: Browser, session: Session, made: Office) -> None:
    browser.sign_in_as(session, made["supervisor"])
    text = send(browser, at(made, "/file"), format="csv", show="behind").get_data().decode("utf-8-sig").splitlines()
    assert text[0].startswith("条款,指标,服务环节,标准,自报,审定,分子,分母")
    assert [line.partition(",")[0] for line in text[1:]] == ["LK-3"]
    book = load_workbook(io.BytesIO(send(browser, at(made, "/file"), format="xlsx").get_data()))
    assert [row[0].value for row in book["指标表"].iter_rows(min_row=2)] == ["LK-1", "LK-2", "LK-3", "LK-4"]


def test_a_target_is_proposed_and_answered(browser: Browser, session: Session, orchard: Office) -> None:
    browser.sign_in_as(session, orchard["supervisor"])
    given = {"parameter": "trainings_wanted", "effective_on": "2026-03-01", "reason": "停电两周，会议纪要3号"}
    wrong = send(browser, at(orchard, "/GL-1/0/target"), value="三场", **given)
    assert wrong.status_code == 422
    assert "停电两周，会议纪要3号" in wrong.text
    assert send(browser, at(orchard, "/GL-1/0/target"), value="3", **given).status_code == 303
    (row,) = stored.targets(session, orchard.contract.id)
    answer = at(orchard, f"/GL-1/0/target/{row.id}")
    assert send(browser, answer, agreed="yes", opinion="").status_code == 422
    browser.sign_in_as(session, orchard["project_manager"])
    assert "由 4 场 改为 3 场" in browser.get(answer).text
    assert send(browser, answer, agreed="yes", opinion="同意").status_code == 303
    stand(session, orchard)
    text = shown(browser, session, orchard, "/GL-1/0")
    assert "全年培训：3 场" in text
    assert "4 场 → 3 场 停电两周，会议纪要3号" in text


def test_figures_by_hand(browser: Browser, session: Session, orchard: Office) -> None:
    file = evidence_file(session, orchard.contract, orchard["supervisor"])
    session.commit()
    browser.sign_in_as(session, orchard["supervisor"])
    given = {"v-orderly": "是", "reason": "三月现场检查记录", "seen": "0"}
    assert send(browser, at(orchard, "/GL-2/0/by-hand"), **given).status_code == 422, "没有证据"
    assert send(browser, at(orchard, "/GL-2/0/by-hand"), files_kept=str(file.id), **given).status_code == 303
    assert "秩序良好：是 待核实" in shown(browser, session, orchard, "/GL-2/0")
    (row,) = stored.manual(session, orchard.contract.id)
    browser.sign_in_as(session, orchard["supervisor2"])
    assert send(browser, at(orchard, f"/GL-2/0/by-hand/{row.id}/verified")).status_code == 303
    assert "已核实" in shown(browser, session, orchard, "/GL-2/0")


def test_the_task_plan_keeps_what_was_typed(browser: Browser, session: Session, made: Office) -> None:
    page, staff = at(made, "/LK-1/0/plan/visited"), made["field_staff"].id
    browser.sign_in_as(session, made["project_manager"])
    typed = {"version": "0", "total": "48", "user-0": str(staff), "place-0": "", "n-0-2026-01": "四家"}
    wrong = send(browser, page, do="save", **typed)
    assert wrong.status_code == 422
    assert 'value="四家"' in wrong.text
    assert send(browser, page, do="spread", **typed | {"n-0-2026-01": ""}).status_code == 303
    text = Shown(browser.get(page).text).text
    assert "已分到人 48： 与全年任务一致" in text
    assert send(browser, page, do="save", **typed | {"n-0-2026-01": "9"}).status_code == 409
    file = browser.get(f"{page}/file").get_data()
    assert send(browser, f"{page}/file", file=(io.BytesIO(file), "x.xlsx", XLSX)).status_code == 303
    session.rollback()
    assert session.query(TaskPlan).one().version == 2
    browser.sign_in_as(session, made["field_staff"])
    assert "本月任务： 走访企业 0/4 家" in Shown(browser.get("/").text).text
    assert send(browser, page, do="save", **typed).status_code == 403


def test_drift_is_an_alarm_on_the_first_page_and_among_the_jobs(browser: Browser, session: Session, made: Office) -> None:
    admin = accounts.account(session)
    roles.console_grant(session, admin)
    browser.sign_in_as(session, admin)
    assert "指标汇总与重新计数不符" not in browser.get("/").text
    row = session.query(Rollup).first()
    assert row is not None
    row.n += 1
    session.flush()
    assert rollups.check(act_of(session, made["supervisor"]), made.scope(session))
    session.commit()
    assert "指标汇总与重新计数不符" in browser.get("/").text
    assert "湖畔县就业服务，2026-01-01 至 2026-12-31：有 1 处与重新汇总的不同" in browser.get("/admin/jobs").text
    assert standing.of(made.scope(session)) is not None
    assert counts.held(made.scope(session), gather(made.scope(session), made.contract, date(2026, 3, 5))) is None, "逐条读台账"
