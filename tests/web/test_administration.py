"""The pages of the administration and of a contract, from form to page."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.security.report_terms import DeliverableAct
from app.services.verification.stages import CHECK, VERIFY
from app.store.models import Contract, UserAccount
from app.web.admin.words import ACTIONS
from tests.architecture.access_table import ACCESS
from tests.architecture.sources import python_files
from tests.factories import organisations, people, places, records, roles
from tests.web.browser import Browser


@pytest.fixture
def admin(browser: Browser, session: Session) -> UserAccount:
    user = people.account(session)
    roles.console_grant(session, user)
    browser.sign_in_as(session, user)
    return user


@pytest.fixture
def contract(session: Session) -> Contract:
    made = organisations.contract(session, title="湖畔合同")
    session.commit()
    return made


def test_a_contract_is_set_up_from_nothing(browser: Browser, admin: UserAccount) -> None:
    for name, kind in (("湖畔人社局", "buyer"), ("清流公司", "supplier")):
        assert browser.post("/admin/organisations/new", {"name": name, "kind": kind}).status_code == 303
    data = {"code": "lake", "title": "湖畔合同", "buyer_id": 2, "supplier_id": 3, "price": "1,234,567.89"}
    wrong = browser.post("/contracts/new", {**data, "price": "1.234", "starts_on": "2026/3/17"})
    assert wrong.status_code == 422
    assert "两位小数" in wrong.text
    assert "日期写法" in wrong.text
    term = {"starts_on": "2026-03-17", "ends_on": "2027-03-16"}
    answer = browser.post("/contracts/new", {**data, **term})
    assert answer.location == "/contracts/1"
    page = browser.get("/contracts/1").text
    assert "1,234,567.89" in page
    assert "草拟" in page
    assert "湖畔合同" in browser.get("/contracts").text


def test_members_come_and_go(
    browser: Browser, session: Session, admin: UserAccount, contract: Contract
) -> None:
    person = people.account(session, organisation=contract.buyer, display_name="周主管")
    session.commit()
    base = f"/contracts/{contract.id}/members"
    role = roles.built_in(session, "supervisor")
    session.rollback()
    data = {"user_id": person.id, "role_id": role.id, "from_on": "2026-03-01"}
    assert browser.post(f"{base}/new", data).location == base
    assert "周主管" in browser.get(base).text
    assert "已经担任" in browser.post(f"{base}/new", data).text
    assert browser.post(f"{base}/1/end", {"on": "2026-03-04"}).location == base
    assert "周主管" not in browser.get(base).text


def test_outlets_are_added_renamed_and_closed(
    browser: Browser, admin: UserAccount, contract: Contract
) -> None:
    base = f"/contracts/{contract.id}/outlets"
    assert browser.post(f"{base}/new", {"level": "county", "name": "湖畔县"}).location == base
    assert browser.post(f"{base}/new", {"level": "township", "parent_id": 1, "name": "东镇"}).location == base
    assert browser.post(f"{base}/2", {"name": "东新镇"}).location == base
    assert browser.post(f"{base}/1/close", {"on": "2026-03-05"}).status_code == 422
    assert browser.post(f"{base}/2/close", {"on": "2026-03-05"}).location == base
    page = browser.get(base).text
    assert "东新镇" in page
    assert "2026-03-05" in page


def test_the_roster_joins_signs_and_leaves(
    browser: Browser, session: Session, admin: UserAccount, contract: Contract
) -> None:
    leaver, successor = (people.account(session, organisation=contract.supplier) for _ in range(2))
    roles.membership(session, contract, leaver, "field_staff")
    session.commit()
    base = f"/contracts/{contract.id}/roster"
    data = {"user_id": leaver.id, "position": "专员", "joined_on": "2026-03-01"}
    assert browser.post(f"{base}/new", data).location == base
    assert (
        browser.post(f"{base}/1/confidentiality", {"confidentiality_signed_on": "2027-01-01"}).status_code
        == 422
    )
    assert (
        browser.post(f"{base}/1/confidentiality", {"confidentiality_signed_on": "2026-03-02"}).location
        == base
    )
    assert browser.post(f"{base}/1/leave", {"left_on": "2026-03-04"}, headers={}).location == base
    assert "2026-03-04" in browser.get(base).text
    assert successor.id != leaver.id


def test_the_manager_invites_and_delegates(app: Flask, session: Session, contract: Contract) -> None:
    manager = people.account(session, organisation=contract.supplier)
    roles.membership(session, contract, manager, "project_manager")
    role = roles.built_in(session, "field_staff")
    browser = Browser(app)
    browser.sign_in_as(session, manager)
    base = f"/contracts/{contract.id}"
    data = {
        "login_name": "zhou",
        "display_name": "周某",
        "role_id": role.id,
        "position": "专员",
        "from_on": "2026-03-05",
    }
    assert "/invitation/" in browser.post(f"{base}/members/invite", data).text
    given = {"taker_id": 2, "from_on": "2026-03-05", "until_on": "2026-03-09", "reason": "赴省培训"}
    newcomer = (
        session.connection().exec_driver_sql("SELECT id FROM user_account WHERE login_name = 'zhou'").scalar()
    )
    session.rollback()
    answer = browser.post(f"{base}/approvals/delegations/new", {**given, "taker_id": newcomer})
    assert answer.location == f"{base}/approvals"
    assert "赴省培训" in browser.get(f"{base}/approvals").text
    assert browser.post(f"{base}/approvals/delegations/1/revoke").location == f"{base}/approvals"
    assert "赴省培训" not in browser.get(f"{base}/approvals").text


def test_the_supervisor_sets_a_chain(app: Flask, session: Session, contract: Contract) -> None:
    supervisor = people.account(session, organisation=contract.buyer)
    roles.membership(session, contract, supervisor, "supervisor")
    finance, head = roles.built_in(session, "finance"), roles.built_in(session, "deputy_head")
    browser = Browser(app)
    browser.sign_in_as(session, supervisor)
    url = f"/contracts/{contract.id}/approvals"
    data = {"purpose": "payment", "first": finance.id, "third": head.id, "from_yuan": "50000"}
    assert browser.post(f"{url}/chains", data).location == url
    assert "50,000" in browser.get(url).text
    assert browser.post(f"{url}/chains", {**data, "from_yuan": "一百"}).status_code == 422


def test_a_person_is_disabled_and_enabled(browser: Browser, session: Session, admin: UserAccount) -> None:
    person = people.account(session)
    session.commit()
    url = f"/admin/people/{person.id}"
    assert browser.post(f"{url}/disable").location == url
    assert "停用" in browser.get(url).text
    assert browser.post(f"{url}/disable").status_code == 409
    assert browser.post(f"{url}/enable").location == url
    assert browser.post(f"/admin/people/{admin.id}/disable").status_code == 409, "not oneself"


def test_a_role_is_created_and_granted(browser: Browser, session: Session, admin: UserAccount) -> None:
    person = people.account(session)
    session.commit()
    data = {"code": "watcher", "name": "运维", "side": "console", "until_required": "no"}
    united = {**data, "permissions": ["jobs_read", "score"]}
    assert browser.post("/admin/roles/new", united).status_code == 422
    assert browser.post("/admin/roles/new", {**data, "permissions": ["jobs_read"]}).location == "/admin/roles"
    assert browser.post(f"/admin/people/{person.id}/grants", {"role_id": 9}).status_code == 303
    assert "运维" in browser.get(f"/admin/people/{person.id}").text
    assert browser.post(f"/admin/people/{person.id}/grants/2/end").status_code == 303


def test_a_failed_job_is_retried_once(browser: Browser, session: Session, admin: UserAccount) -> None:
    job = records.job(session, state="failed", message="出错")
    session.commit()
    assert "出错" in browser.get("/admin/jobs").text
    fragment = browser.get("/admin/jobs", headers={"HX-Request": "true"}).text
    assert "<title>" not in fragment
    assert browser.post(f"/admin/jobs/{job.id}/retry").status_code == 303
    assert browser.post(f"/admin/jobs/{job.id}/retry").status_code == 409


def test_the_administrator_ends_a_session(
    app: Flask, browser: Browser, session: Session, admin: UserAccount
) -> None:
    person, other = people.account(session), Browser(app)
    other.sign_in_as(session, person)
    assert browser.post("/admin/sessions/2/end").status_code == 303
    assert other.get("/account").status_code == 302


def test_people_are_paged_and_searched(browser: Browser, session: Session, admin: UserAccount) -> None:
    office = organisations.organisation(session)
    for number in range(60):
        people.account(
            session, login_name=f"p{number:02}", display_name=f"职工{number:02}", organisation=office
        )
    session.commit()
    first = browser.get("/admin/people").text
    assert "p49" in first
    assert "p50" not in first
    assert "p50" in browser.get("/admin/people?after=p49").text
    found = browser.get("/admin/people?search=职工07").text
    assert "p07" in found
    assert "p08" not in found


def test_auditors_see_their_contracts_alone(app: Flask, session: Session, contract: Contract) -> None:
    other = organisations.contract(session)
    records.audit_event(session, "own.event", contract_id=contract.id)
    records.audit_event(session, "foreign.event", contract_id=other.id)
    records.audit_event(session, "console.event")
    auditor = people.account(session)
    roles.membership(session, contract, auditor, "auditor")
    browser = Browser(app)
    browser.sign_in_as(session, auditor)
    page = browser.get("/audit").text
    assert "own.event" in page
    assert "foreign.event" not in page
    assert "console.event" not in page
    assert "foreign.event" not in browser.get(f"/audit?contract_id={other.id}").text


def test_each_recorded_action_has_a_name() -> None:
    text = "\n".join(path.read_text() for path in python_files("app/services"))
    files = (".xml", ".bin", ".py", ".yaml", ".json")
    # What waits names the page that it is done on: an endpoint is no action.
    written = {one for one in re.findall(r'"([a-z]+\.[a-z_]+)"', text) if not one.endswith(files)} - (ACCESS.keys() - ACTIONS.keys())
    pages = "\n".join(path.read_text() for path in python_files("app/web"))
    written |= set(re.findall(r'\.record\(\s*"([a-z]+\.[a-z_]+)"', pages))
    # Decisions are written by their deed: f"entry.{deed}" and f"entries.{deed}".
    decided = {f"{what}.{deed.value}" for what in ("entry", "entries") for one in (VERIFY, CHECK) for deed in (one.good, one.bad)}
    assert 'record(\n        f"entry.{deed.value}"' in text
    # So is what happens to a deliverable.
    decided |= {f"deliverable.{one.value}" for one in DeliverableAct}
    assert 'record(f"deliverable.{deed.deed}"' in text
    assert len(written) > 100
    assert written | decided == ACTIONS.keys()


def test_the_log_is_filtered_and_paged(browser: Browser, session: Session, admin: UserAccount) -> None:
    for number in range(60):
        action = "outlet.added" if number == 7 else "role.created"
        records.audit_event(session, action, detail={"name": f"事件{number:02}"})
    session.commit()
    page = browser.get("/audit").text
    assert "事件59" in page
    assert "事件09" not in page
    assert "事件09" in browser.get("/audit?before=11").text
    filtered = browser.get("/audit?action=outlet.added").text
    assert "事件07" in filtered
    assert "增加网点" in filtered
    assert "事件08" not in filtered
    assert "事件07" in browser.get("/audit?since=2026-03-05&until=2026-03-05&action=outlet.added").text
    assert "没有符合条件的记录" in browser.get("/audit?since=2026-03-06&action=outlet.added").text
    wrong = browser.get("/audit?since=yesterday").text
    assert "没有填对" in wrong
    assert "事件59" not in wrong


def test_the_home_page_shows_what_there_is(browser: Browser, session: Session, admin: UserAccount) -> None:
    records.job(session, state="failed")
    contract = organisations.contract(session)
    places.outlet(session, contract)
    session.commit()
    page = browser.get("/").text
    for word in ("待接受的邀请", "失败的后台任务", "审计记录", "您还不是任何合同的成员"):
        assert word in page
