"""Exports over HTTP: what is filtered and nothing else, safe for spreadsheets, people masked, every one recorded."""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.services.exports import making
from app.services.imports import grid, mapping
from app.services.imports.look import look_at
from app.services.imports.targets import targets_of
from app.services.ledger import write
from app.services.ledger.desk import Desk
from app.services.ledger.write import Typed
from app.store.audit_log import LogFilter, page
from app.store.exports import open_exports
from app.store.models import AuditEvent, ExportFile
from tests.factories.ground import CLOCK
from tests.factories.office import CODES, Office, evidence_file
from tests.jobs.tooling import runner
from tests.services.acting import SEALER, SETTINGS, act_of
from tests.services.imports.importing import Importing, csv_file, news_rows, seeker_rows, workbook
from tests.web.browser import Browser


class Taker:
    """A person who takes files away."""

    def __init__(self, app: Flask, session: Session, made: Office, who: str = "field_staff") -> None:
        self.session, self.made, self.browser = session, made, Browser(app)
        self.browser.sign_in_as(session, made[who])

    def url(self, ledger: str) -> str:
        return f"/contracts/{self.made.contract.id}/ledgers/{ledger}/export"

    def take(self, ledger: str, form: str = "csv", **more: Any) -> TestResponse:
        self.session.rollback()
        return self.browser.post(self.url(ledger), {"format": form, "people": "masked", **more})

    def rows(self, ledger: str, form: str = "csv", **more: Any) -> list[list[str]]:
        answer = self.take(ledger, form, **more)
        assert answer.status_code == 200, answer.text
        if form == "csv":
            return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
        sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
        return [list(row) for row in sheet.iter_rows(values_only=True)]  # type: ignore[arg-type]

    def last(self) -> ExportFile:
        self.session.rollback()
        self.session.expire_all()
        return self.session.scalars(sa.select(ExportFile).order_by(ExportFile.id.desc()).limit(1)).one()


@pytest.fixture
def taker(app: Flask, session: Session, made: Office) -> Taker:
    return Taker(app, session, made)


def news(session: Session, made: Office, count: int) -> None:
    Importing(session, made).bring_in("news", "宣传.csv", csv_file(*news_rows(count)))


def visit(session: Session, made: Office, **more: Any) -> None:
    photo = evidence_file(session, made.contract, made["field_staff"]).id
    given = {"date": "2026-03-04", "enterprise": {"name": "湖畔电子", "code": CODES[0]}, "topic": "政策", **more}
    write.enter(act_of(session, made["field_staff"]), made.scope(session), "visits", Typed(given, {"现场照片": [photo]}))
    session.commit()


def test_what_is_filtered_leaves_and_nothing_else(session: Session, made: Office, taker: Taker) -> None:
    news(session, made, 60)
    page = taker.browser.get(f"{taker.url('news')}?from=2026-02-10&until=2026-02-12")
    assert "2026-02-10 至 2026-02-12" in page.text
    assert "共 6 条" in page.text
    found = taker.rows("news", **{"from": "2026-02-10", "until": "2026-02-12"})
    assert found[0] == ["编号", "日期", "网点", "渠道", "情况", "零报告", "状态", "填报人", "材料份数"]
    assert len(found) == 7
    assert {row[1] for row in found[1:]} == {"2026-02-10", "2026-02-11", "2026-02-12"}
    assert taker.rows("news", state="verified")[1:] == []
    assert len(taker.rows("news", **{"k.channels": "公众号", "sort": "date"})) == 61


def latest(session: Session) -> AuditEvent:
    """The last act."""
    session.rollback()
    return page(session, LogFilter(), None, None, 1)[0][0]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_it_is_recorded_before_it_leaves(session: Session, made: Office, taker: Taker, form: str) -> None:
    news(session, made, 30)
    answer = taker.take("news", form)
    row = taker.last()
    assert (row.rows, row.size) == (30, len(answer.data))
    assert row.sha256 == hashlib.sha256(answer.data).hexdigest()
    event = latest(session)
    assert (event.action, event.detail["rows"], event.detail["sha256"]) == ("export.taken", 30, row.sha256)
    assert str(row.sha256)[:16] in taker.browser.get(taker.url("news"), headers={"HX-Request": "true", "X-Poll": "true"}).text


EVIL = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "\tx", "＝1+1", '=HYPERLINK("http://x")')


@pytest.mark.parametrize("evil", EVIL)
def test_no_text_becomes_a_formula(session: Session, made: Office, taker: Taker, evil: str) -> None:
    visit(session, made, note=evil, cost="12.50")
    note = evil.strip()
    assert taker.rows("visits")[1][10] in {f"'{note}", note}
    assert not taker.rows("visits")[1][10].startswith(("=", "+", "-", "@", "\t"))
    answer = taker.take("visits", "xlsx")
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    cell = sheet.cell(2, 11)
    assert (cell.value, cell.data_type) == (note, "s")
    assert all(each.data_type != "f" for row in sheet.iter_rows() for each in row)


def test_numbers_stay_numbers(session: Session, made: Office, taker: Taker) -> None:
    visit(session, made, cost="1680.50", share="87.3%", minutes="90", need="3", note="-5")
    head, row = taker.rows("visits")
    told = dict(zip(head, row, strict=True))
    assert [told[name] for name in ("交通费", "满意比例", "时长", "缺工人数", "情况")] == ["1680.50", "87.3%", "90", "3", "-5"]
    head, row = taker.rows("visits", "xlsx")
    told = dict(zip(head, row, strict=True))
    assert [told[name] for name in ("交通费", "满意比例", "时长", "缺工人数")] == [1680.5, 0.873, 90, 3]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_exported_can_be_read_in_again(session: Session, made: Office, taker: Taker, form: str) -> None:
    visit(session, made, note="=A1", cost="-0" if form == "csv" else "0", share="87.3%", minutes="90")
    answer = taker.take("visits", form)
    desk = Desk.at(act_of(session, made["field_staff"]), made.scope(session), "visits")
    to = targets_of(desk.ledger)
    at = look_at(grid.read(f"a.{form}", answer.data), to.by_heading)
    found = mapping.suggest(to, at)
    assert mapping.is_settled(to, at, found, mapping.as_map(found), desk.outlet_names)
    session.rollback()
    batch = Importing(session, made).upload("visits", f"a.{form}", answer.data)
    Importing(session, made).work()
    assert (batch.state, batch.total, batch.good, batch.bad) == ("checked", 1, 0, 1), "only the repeat keeps it out"


def test_people_are_masked_unless_a_reason_is_given(session: Session, made: Office, taker: Taker) -> None:
    Importing(session, made).bring_in("seekers", "登记.xlsx", workbook(("x", seeker_rows(2))))
    masked = taker.rows("seekers")
    assert masked[0][2:5] == ["求职人员姓名", "求职人员身份证号", "求职人员手机号"]
    assert masked[2][2:5] == ["人*", "", "138********"]
    refused = taker.take("seekers", people="full", reason="")
    assert (refused.status_code, "至少 4 个字" in refused.text) == (422, True)
    full = taker.rows("seekers", people="full", reason="报省厅核对名单", sort="date")
    assert full[1][2:5] == ["人0", "", "13800000000"]
    event = latest(session)
    assert (event.detail["full"], event.detail["reason"]) == (True, "报省厅核对名单")
    assert "13800000000" not in str(event.detail)


def test_without_papers_people_do_not_show_at_all(app: Flask, session: Session, made: Office) -> None:
    Importing(session, made).bring_in("seekers", "登记.xlsx", workbook(("x", seeker_rows(2))))
    session.execute(sa.text("UPDATE roster_entry SET confidentiality_signed_on = NULL, confidentiality_signed = :no"), {"no": False})
    session.commit()
    supervisor = Taker(app, session, made, "supervisor")
    assert supervisor.rows("seekers")[1][2:5] == ["＊＊＊"] * 3
    assert "没有已登记的保密协议" in supervisor.browser.get(supervisor.url("seekers")).text
    assert supervisor.take("seekers", people="full", reason="想看一看").status_code == 422


def test_chosen_columns_only(session: Session, made: Office, taker: Taker) -> None:
    news(session, made, 1)
    assert taker.rows("news", columns=["date", "note"])[0] == ["编号", "日期", "情况", "零报告", "状态", "填报人", "材料份数"]


def test_large_ones_are_made_in_the_background(
    app: Flask, session: Session, made: Office, taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "AT_ONCE", 20)
    monkeypatch.setattr("app.web.exports.taking.AT_ONCE", 20)
    news(session, made, 30)
    sent = taker.take("news", "csv", **{"from": "2026-02-01"})
    assert sent.status_code == 303
    row = taker.last()
    here = f"/contracts/{made.contract.id}/exports/{row.id}"
    assert "正在生成文件" in taker.browser.get(here).text
    assert taker.browser.post(f"{here}/download").status_code == 303, "there is nothing to take yet"
    bind = session.get_bind()
    assert isinstance(bind, sa.Engine)
    session.rollback()
    while runner(bind).run_one():
        pass
    row = taker.last()
    told = taker.browser.get(here).text
    assert str(row.sha256) in told
    assert "导出了 30 行" in taker.browser.get(f"/contracts/{made.contract.id}/jobs").text
    taken = taker.browser.post(f"{here}/download")
    assert hashlib.sha256(taken.data).hexdigest() == row.sha256
    assert len(taken.data.decode("utf-8-sig").splitlines()) == 31
    event = latest(session)
    assert event.action == "export.taken"
    other = Taker(app, session, made, "project_manager")
    assert "只有导出的本人能下载" in other.browser.get(here).text
    assert other.browser.post(f"{here}/download").status_code == 303
    kept = open_exports(SETTINGS, SEALER)
    sealed = kept.path(made.contract.id, row.id).read_bytes()
    assert "公众号".encode() not in sealed


def test_a_large_export_is_gone_after_seven_days(session: Session, made: Office, taker: Taker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "AT_ONCE", 2)
    monkeypatch.setattr("app.web.exports.taking.AT_ONCE", 2)
    news(session, made, 5)
    taker.take("news", "xlsx")
    bind = session.get_bind()
    assert isinstance(bind, sa.Engine)
    session.rollback()
    running, kept = runner(bind), open_exports(SETTINGS, SEALER)
    while running.run_one():
        pass
    row = taker.last()
    for days, there in ((6, True), (2, False)):
        CLOCK.forward(days=days)
        running.tick()
        assert kept.there(made.contract.id, row.id) is there
    assert taker.last().removed_at is not None


@pytest.mark.parametrize("query", ["from=gestern", "state=gone", "number=x"])
def test_a_filter_that_cannot_be_read_exports_nothing(session: Session, made: Office, taker: Taker, query: str) -> None:
    news(session, made, 2)
    name, _, value = query.partition("=")
    answer = taker.take("news", **{name: value})
    assert answer.status_code == 422
    assert "筛选条件不对" in answer.text
    assert taker.browser.get(f"{taker.url('news')}?{query}").status_code == 422
