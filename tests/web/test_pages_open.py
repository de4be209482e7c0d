"""Every page opens, for the people whom it is made for, and is a valid page."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from app.store.models import Contract
from tests.factories import organisations, people, places, records, roles
from tests.web.browser import Browser


@pytest.fixture
def lakeside(session: Session) -> Contract:
    """A contract with a bit of everything."""
    contract = organisations.contract(session, title="湖畔就业服务合同")
    manager = people.account(session, organisation=contract.supplier, display_name="李经理")
    roles.membership(session, contract, manager, "project_manager")
    taker = people.account(session, organisation=contract.supplier)
    roles.delegation(session, contract, manager, taker)
    chain = roles.approval_chain(session, contract)
    roles.approval_step(session, chain, "deputy_head")
    town = places.outlet(session, contract, places.outlet(session, contract))
    places.roster_entry(session, contract, manager, outlet_id=town.id)
    records.audit_event(session, contract_id=contract.id)
    records.job(session, state="failed", message="出错")
    session.commit()
    return contract


ADMIN_PAGES = [
    "/", "/account", "/account/password", "/account/second-factor/off", "/contracts", "/contracts/new",
    "/admin/people", "/admin/people/new", "/admin/people/1", "/admin/people/1/manage", "/admin/roles",
    "/admin/roles/new", "/admin/roles/1", "/admin/organisations", "/admin/organisations/new",
    "/admin/sessions", "/admin/jobs", "/audit", "/contracts/1", "/contracts/1/members",
    "/contracts/1/members/new", "/contracts/1/members/1/end", "/contracts/1/outlets",
    "/contracts/1/outlets/new", "/contracts/1/outlets/1", "/contracts/1/outlets/1/close",
    "/contracts/1/roster", "/contracts/1/roster/new", "/contracts/1/roster/1", "/contracts/1/approvals",
]  # fmt: skip


@pytest.mark.parametrize("url", ADMIN_PAGES)
def test_pages_of_the_administrator(browser: Browser, session: Session, lakeside: Contract, url: str) -> None:
    admin = people.account(session, display_name="王管理")
    roles.console_grant(session, admin)
    browser.sign_in_as(session, admin)
    response = browser.get(url)
    assert response.status_code == 200
    assert "王管理" in response.text


MANAGER_PAGES = ["/contracts/1/members/invite", "/contracts/1/approvals/delegations/new"]


@pytest.mark.parametrize("url", MANAGER_PAGES)
def test_pages_of_the_project_manager(
    browser: Browser, session: Session, lakeside: Contract, url: str
) -> None:
    manager = people.account(session, organisation=lakeside.supplier)
    roles.membership(session, lakeside, manager, "project_manager")
    browser.sign_in_as(session, manager)
    assert browser.get(url).status_code == 200


def test_pages_of_the_supervisor(browser: Browser, session: Session, lakeside: Contract) -> None:
    supervisor = people.account(session, organisation=lakeside.buyer)
    roles.membership(session, lakeside, supervisor, "supervisor")
    browser.sign_in_as(session, supervisor)
    assert browser.get("/contracts/1/approvals/chains").status_code == 200
    assert lakeside.title in browser.get("/").text


@pytest.mark.parametrize("url", ["/sign-in", "/invitation/nothing", "/healthz", "/readyz", "/metrics"])
def test_pages_for_everybody(browser: Browser, url: str) -> None:
    assert browser.get(url).status_code == (404 if "invitation" in url else 200)
