"""Headers, CSRF, hostile text, error pages, logs, metrics."""

from __future__ import annotations

import json

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.store import roles as stored_roles
from app.store.models import UserAccount
from app.web import errors, operations
from app.web.identity import COOKIE
from tests.factories import organisations, people, records, roles
from tests.factories.ground import migrated_app, settings_for
from tests.web.browser import Browser

EVIL = "<script>alert(1)</script>'\"><img src=x onerror=alert(1)>"


@pytest.fixture
def admin(browser: Browser, session: Session) -> UserAccount:
    user = people.account(session)
    roles.console_grant(session, user)
    browser.sign_in_as(session, user)
    return user


def test_every_answer_carries_the_policy(browser: Browser, admin: UserAccount) -> None:
    for url in ("/", "/sign-in", "/nothing", "/healthz", "/static/app.css"):
        headers = browser.get(url).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self';" in policy
        assert "unsafe-eval" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"


def test_pages_are_not_kept(browser: Browser, admin: UserAccount) -> None:
    for url in ("/", "/account", "/sign-in", "/admin/people"):
        assert browser.get(url).headers["Cache-Control"] == "no-store"
    assert browser.get("/static/app.css").headers["Cache-Control"] != "no-store"


def test_nothing_is_done_without_the_page_token(
    browser: Browser, admin: UserAccount, session: Session
) -> None:
    victim = people.account(session)
    session.commit()
    url = f"/admin/people/{victim.id}/disable"
    assert browser.client.post(url).status_code == 400
    assert browser.client.post(url, data={"csrf_token": "made-up"}).status_code == 400
    session.refresh(victim)
    session.rollback()
    assert victim.disabled_at is None
    assert browser.post(url).status_code == 303


def test_the_production_cookies_are_secure(kind: str, app: Flask) -> None:
    """The settings of production; the page token is asked for there too."""
    url = app.config["SQLALCHEMY_DATABASE_URI"]
    live = migrated_app(url, secure_cookies=True)
    client = live.test_client()
    page = client.get("/sign-in", base_url="https://localhost")
    assert all("Secure" in cookie for cookie in page.headers.getlist("Set-Cookie"))
    assert "Strict-Transport-Security" in page.headers
    answer = client.post("/sign-in", data={"login_name": "x", "password": "y"}, base_url="https://localhost")
    assert answer.status_code == 400


@pytest.mark.parametrize("field", ["display_name", "name", "title", "outlet", "position"])
def test_hostile_text_stays_text(browser: Browser, session: Session, admin: UserAccount, field: str) -> None:
    text = EVIL[:40] if field in {"position", "display_name"} else EVIL
    contract = organisations.contract(session, title=text)
    user = people.account(session, display_name=text, organisation=contract.supplier)
    roles.role(session, name=text)
    organisations.organisation(session, name=text)
    records.audit_event(session, detail={"name": text})
    roles.membership(session, contract, user, "field_staff")
    session.commit()
    pages = ("/", "/admin/people", f"/admin/people/{user.id}", "/admin/roles", "/admin/organisations", "/contracts",
             f"/contracts/{contract.id}", f"/contracts/{contract.id}/members", "/audit")  # fmt: skip
    for url in pages:
        html = browser.get(url).text
        assert "<script>alert" not in html
        assert "<img src=x" not in html


def test_an_invalid_form_answers_422_and_changes_nothing(
    browser: Browser, session: Session, admin: UserAccount
) -> None:
    answer = browser.post("/admin/organisations/new", {"name": "", "kind": "neither"})
    assert answer.status_code == 422
    assert "请填写" in answer.text
    assert "请从所列的选项里选" in answer.text
    assert "<title>" in answer.text


def test_a_fragment_is_answered_with_a_fragment(browser: Browser, admin: UserAccount) -> None:
    answer = browser.post("/admin/organisations/new", {"name": ""}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "<title>" not in answer.text
    assert "HX-Request" in answer.headers["Vary"]


def test_what_was_typed_is_not_lost(browser: Browser, admin: UserAccount) -> None:
    answer = browser.post(
        "/admin/organisations/new", {"name": "湖畔人社局", "kind": "buyer", "credit_code": "123"}
    )
    assert answer.status_code == 422
    assert 'value="湖畔人社局"' in answer.text
    assert 'value="123"' in answer.text


@pytest.mark.parametrize("credit_code", ["", "91110000600037341L"])
def test_doing_it_twice_says_so(browser: Browser, admin: UserAccount, credit_code: str) -> None:
    data = {"name": "湖畔人社局", "kind": "buyer", "credit_code": credit_code}
    assert browser.post("/admin/organisations/new", data).status_code == 303
    assert "已经登记过" in browser.post("/admin/organisations/new", data).text


def test_a_stale_role_form_is_refused(browser: Browser, session: Session, admin: UserAccount) -> None:
    role = roles.role(session)
    session.commit()
    url, data = f"/admin/roles/{role.id}", {"name": "甲", "permissions": ["sign"], "version": role.version}
    assert browser.post(url, data).status_code == 303
    answer = browser.post(url, {**data, "name": "乙"})
    assert answer.status_code == 422
    assert "别人改过" in answer.text
    session.expire_all()
    found = stored_roles.by_id(session, role.id)
    assert found is not None
    assert found.name == "甲"


@pytest.mark.parametrize("code", sorted(errors.TOLD))
def test_error_pages_tell_what_to_do(app: Flask, code: int) -> None:
    with app.test_request_context("/x"):
        response = errors.page(code, errors.TOLD[code])
    assert response.status_code == code
    assert errors.TOLD[code].todo in response.get_data(as_text=True)


def test_the_id_on_the_error_page_is_in_the_log(
    browser: Browser, admin: UserAccount, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("app.web.home.around.tiles", broken)
    answer = browser.get("/")
    assert answer.status_code == 500
    told = answer.headers["X-Request-ID"]
    assert told in answer.text
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if line.startswith("{")]
    assert any(line["request_id"] == told and "RuntimeError" in line.get("exception", "") for line in lines)


def test_logs_name_no_address_and_no_person(
    kind: str, app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    loud = migrated_app(app.config["SQLALCHEMY_DATABASE_URI"], log_level="INFO")
    loud.test_client().get("/invitation/secret-token?name=张三")
    err = capsys.readouterr().err
    settings_for("sqlite://")
    assert "account.invitation" in err
    assert "secret-token" not in err
    assert "张三" not in err


def test_too_many_tries_are_slowed_down(kind: str, app: Flask) -> None:
    slow = migrated_app(app.config["SQLALCHEMY_DATABASE_URI"], sign_in_rate="3 per minute")
    browser = Browser(slow)
    answers = [browser.sign_in("nobody", "x").status_code for _ in range(5)]
    assert answers == [422, 422, 422, 429, 429]


def test_large_forms_are_refused(browser: Browser, admin: UserAccount) -> None:
    assert browser.post("/admin/organisations/new", {"name": "x" * 3_000_000}).status_code == 413


def test_metrics_are_for_this_host_or_the_token(browser: Browser, app: Flask) -> None:
    assert b"flask_http_request" in browser.client.get("/metrics").data
    away = {"REMOTE_ADDR": "10.0.0.9"}
    assert browser.client.get("/metrics", environ_base=away).status_code == 404
    assert browser.client.get("/metrics", headers={"X-Forwarded-For": "10.0.0.9"}).status_code == 404
    guarded = migrated_app(app.config["SQLALCHEMY_DATABASE_URI"], metrics_token="t" * 40).test_client()
    good = {"Authorization": "Bearer " + "t" * 40}
    assert guarded.get("/metrics", environ_base=away, headers=good).status_code == 200
    bad = {"Authorization": "Bearer wrong"}
    assert guarded.get("/metrics", environ_base=away, headers=bad).status_code == 404


def test_readiness_says_when_the_database_is_not_migrated(tmp_path: object) -> None:
    from app import create_app

    bare = create_app(settings_for(f"sqlite:///{tmp_path}/bare.sqlite"))
    assert bare.test_client().get("/readyz").status_code == 503
    assert bare.test_client().get("/healthz").status_code == 200


def test_signing_in_again_renews_the_page_token(browser: Browser, session: Session) -> None:
    people.account(session, login_name="lin")
    session.commit()
    before = browser.page_token()
    browser.sign_in("lin")
    assert browser.client.get_cookie(COOKIE) is not None
    answer = browser.client.post("/sign-out", data={"csrf_token": before})
    assert answer.status_code == 400


def test_the_loopback_check_takes_no_nonsense(app: Flask) -> None:
    with app.test_request_context("/metrics", environ_base={"REMOTE_ADDR": "unix"}):
        assert not operations.from_here()
