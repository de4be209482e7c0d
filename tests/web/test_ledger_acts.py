"""What is done with one entry from its page: withdrawn, checked inside, contested, answered, completed."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.services.verification import decide
from tests.factories.office import BOOK, office
from tests.services.acting import act_of
from tests.web.ledger_pages import HX, Desk, desk, said


@pytest.fixture
def here(app: Flask, session: Session) -> Desk:
    return desk(app, session)


def test_an_entry_is_withdrawn_for_a_reason(here: Desk) -> None:
    entry = here.kept()
    browser, url = here.browser(), f"{here.base}/visits/entries/{entry.id}"
    said(browser.get(url), 200, "撤回这条记录")
    said(browser.post(f"{url}/withdraw", {"version": "1", "reason": " "}), 422, "请写明撤回的原因")
    said(browser.post(f"{url}/withdraw", {"version": "9", "reason": "记错了"}), 409, "被别人改过", "记错了")
    assert browser.post(f"{url}/withdraw", {"version": "1", "reason": "记错了"}).location == url
    page = browser.get(url)
    said(page, 200, "已撤回", "记错了")
    assert "data-dialog-open=\"withdraw-dialog\"" not in page.text
    said(browser.post(f"{url}/withdraw", {"version": "2", "reason": "再撤"}), 409, "不能再改")
    assert here.browser("finance").post(f"{url}/withdraw", {"version": "1", "reason": "x"}).status_code == 403
    assert browser.post(f"{here.base}/visits/entries/987654/withdraw", {"reason": "x"}).status_code == 404


def test_the_manager_checks_first_where_the_contract_asks_for_it(here: Desk) -> None:
    here.made.contract.internal_check = True
    here.session.commit()
    first, second = here.kept(), here.kept({"date": "2026-03-03"})
    manager, url = here.browser("project_manager"), f"{here.base}/visits/entries"
    said(manager.get(f"{url}/{first.id}"), 200, "待内部复核", "复核通过", "退改")
    assert "复核通过" not in here.browser().get(f"{url}/{first.id}").text
    assert here.browser().post(f"{url}/{first.id}/pass", {"version": "1"}).status_code == 403
    assert manager.post(f"{url}/{first.id}/pass", {"version": "1"}).status_code == 303
    assert manager.post(f"{url}/{second.id}/send-back", {"version": "1", "reason": ""}).status_code in {409, 422}
    assert manager.post(f"{url}/{second.id}/send-back", {"version": "1", "reason": "缺签字"}).status_code == 303
    assert [entry.state for entry in here.entries()] == ["submitted", "returned"]
    said(here.browser().get(here.base), 200, "缺签字")


def test_what_the_buyer_enters_is_contested_and_answered(here: Desk) -> None:
    entry = here.kept({"date": "2026-03-04", "time": "9:30", "answered": "否"}, "hotline", "supervisor")
    url = f"{here.base}/hotline/entries/{entry.id}"
    staff, supervisor = here.browser(), here.browser("supervisor")
    said(staff.get(url), 200, "提出异议")
    said(staff.post(f"{url}/contest", {"reason": ""}), 422, "请写明异议的理由")
    assert staff.post(f"{url}/contest", {"reason": "当时停电"}).status_code == 303
    said(supervisor.get(url), 200, "供应商的异议：当时停电", "答复异议", "有异议")
    said(supervisor.get(f"{here.base}/hotline?contested=1"), 200, "hotline-000001")
    assert supervisor.post(f"{url}/contest", {"reason": "x"}).status_code == 403
    assert staff.post(f"{url}/answer", {"reason": "x"}).status_code == 403
    assert supervisor.post(f"{url}/answer", {"reason": "已核实，本次不计"}).status_code == 303
    said(staff.get(url), 200, "已核实，本次不计")
    said(supervisor.get(f"{here.base}/hotline?contested=1"), 200, "没有符合条件的记录")
    said(supervisor.post(f"{url}/answer", {"reason": "再答"}), 409, "没有待答复的异议")
    visit = here.kept()
    said(staff.post(f"{here.base}/visits/entries/{visit.id}/contest", {"reason": "x"}), 409, "只能对采购人登记的")


@pytest.fixture
def tasks(app: Flask, session: Session, tmp_path: Path) -> Desk:
    """An office where the contractor completes what the buyer enters in the hotline ledger."""
    text = BOOK.read_text("utf-8").replace("    enters: buyer\n", "    enters: buyer\n    completes: 供应商填写对应走访\n", 1)
    book = tmp_path / "tasks.yaml"
    book.write_text(text, "utf-8")
    return Desk(app, session, office(session, book))


def test_the_other_side_adds_its_part(tasks: Desk) -> None:
    tasks.kept()
    entry = tasks.kept({"date": "2026-03-04", "time": "9:30", "answered": "否"}, "hotline", "supervisor")
    second = tasks.made["supervisor2"]
    decide.verify(act_of(tasks.session, second), tasks.made.scope(tasks.session), entry.id, entry.version)
    tasks.session.commit()
    staff, url = tasks.browser(), f"{tasks.base}/hotline/entries/{entry.id}"
    said(staff.get(url), 200, "补充填写")
    form = staff.get(f"{url}/complete")
    said(form, 200, "您这一方补充：供应商填写对应走访", 'name="v-visit"')
    assert 'name="v-time"' not in form.text
    proof = {"evidence:其他材料_kept": [str(tasks.photo())]}
    given = {"v-visit": "visits-000001", "v-time": "23:59", "v-answered": "yes", "version": str(entry.version), **proof}
    said(staff.post(f"{url}/complete", {**given, "v-visit": "visits-000009"}, headers=HX), 422, "没有编号 visits-000009")
    said(staff.post(f"{url}/complete", {**given, "version": "99"}, headers=HX), 409, "被别人改过")
    assert staff.post(f"{url}/complete", given).location == url
    (row,) = tasks.entries("hotline")
    assert (row.fields["visit"], row.fields["time"], row.fields["answered"]) == ("visits-000001", "09:30", False)
    assert (row.state, row.verifier_id) == ("submitted", None)
    said(staff.get(url), 200, "补充填写", "对应走访", "其他材料", "0 份", "1 份")
    assert tasks.browser("supervisor").get(f"{url}/complete").status_code == 303
    said(staff.post(f"{url}/complete", {"version": str(row.version), "v-visit": "visits-000001"}), 422, "没有填写新的内容")


def test_a_ledger_that_nobody_completes_is_left_alone(here: Desk) -> None:
    entry = here.kept()
    supervisor, url = here.browser("supervisor"), f"{here.base}/visits/entries/{entry.id}/complete"
    assert supervisor.get(url).status_code == 303
    said(supervisor.post(url, {"version": "1", "v-note": "x"}), 422, "不能由您补充填写")


def test_a_form_that_outlived_its_session_gets_a_new_token_for_the_same_person(here: Desk) -> None:
    browser = here.browser()
    answer = browser.client.get("/account/token").get_json()
    assert answer["person"] == here.made["field_staff"].id
    form = {**here.visit(), "csrf_token": answer["token"]}
    assert browser.client.post(f"{here.base}/visits/entries/new", data=form).status_code == 303
    browser.client.delete_cookie("lvyuetai_session")
    assert browser.client.get("/account/token", headers=HX).status_code == 401
    assert browser.client.post(f"{here.base}/visits/entries/new", data=form, headers=HX).status_code == 401
