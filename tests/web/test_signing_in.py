"""Signing in and out through the pages; what a stolen or old cookie is worth."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyotp
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.store import accounts as stored
from app.store.models import UserAccount
from app.web.identity import COOKIE
from tests.factories import organisations, people, roles
from tests.factories.ground import FrozenClock
from tests.web.browser import Browser


@pytest.fixture
def user(session: Session) -> UserAccount:
    made = people.account(session, login_name="lin", display_name="林某")
    session.commit()
    return made


def test_signing_in_leads_home_and_out_again(browser: Browser, user: UserAccount) -> None:
    assert browser.get("/").location == "/sign-in?next=/"
    assert browser.sign_in("lin").location == "/"
    assert "林某" in browser.get("/").text
    assert browser.post("/sign-out").location == "/sign-in"
    assert browser.get("/").status_code == 302


def test_the_cookie_is_kept_from_scripts(browser: Browser, user: UserAccount) -> None:
    cookie = next(
        each for each in browser.sign_in("lin").headers.getlist("Set-Cookie") if each.startswith(COOKIE)
    )
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize(
    ("login", "password"), [("lin", "wrong"), ("nobody", "wrong"), ("LIN", people.PASSWORD[:-1])]
)
def test_every_failure_looks_the_same(browser: Browser, user: UserAccount, login: str, password: str) -> None:
    response = browser.sign_in(login, password)
    assert response.status_code == 422
    texts = re.findall(r"<li>(.*?)</li>", response.text)
    assert any("登录名或密码不对，或账号现在不能登录" in text for text in texts)


def test_five_failures_lock_and_ten_minutes_open(
    browser: Browser, user: UserAccount, clock: FrozenClock
) -> None:
    for _ in range(5):
        browser.sign_in("lin", "wrong")
    assert browser.sign_in("lin").status_code == 422
    clock.forward(minutes=10)
    assert browser.sign_in("lin").status_code == 303


@pytest.mark.parametrize("wanted", ["/account", "/contracts?page=2"])
def test_one_arrives_where_one_wanted_to_go(browser: Browser, user: UserAccount, wanted: str) -> None:
    assert browser.sign_in("lin", next=wanted).location == wanted


@pytest.mark.parametrize(
    "evil",
    [
        "https://evil.test/",
        "//evil.test",
        "/\\evil.test",
        "javascript:alert(1)",
        "\t//evil.test",
        "/\t/evil.test",
    ],
)
def test_no_open_redirect(browser: Browser, user: UserAccount, evil: str) -> None:
    assert browser.sign_in("lin", next=evil).location == "/"


def test_the_second_factor_stands_between(
    app: Flask, browser: Browser, session: Session, user: UserAccount, clock: FrozenClock
) -> None:
    browser.sign_in("lin")
    browser.post("/account/second-factor/begin")
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", browser.get("/account/second-factor").text)
    assert secret is not None
    totp = pyotp.TOTP(secret[1])
    assert browser.post("/account/second-factor", {"code": "000000"}).status_code == 422
    shown = browser.post("/account/second-factor", {"code": totp.at(clock.now)}).text
    recovery = re.findall(r"<code>([0-9a-z]{4}-[0-9a-z]{4}-[0-9a-z]{4})</code>", shown)
    assert len(recovery) == 10
    browser.post("/sign-out")
    clock.forward(minutes=1)

    assert browser.sign_in("lin", next="/account").location == "/sign-in/code?next=/account"
    assert browser.get("/account").status_code == 302, "with the password alone nothing opens"
    assert browser.get("/sign-in/code?next=/account").status_code == 200
    assert browser.post("/sign-in/code", {"code": "000000"}).status_code == 422
    assert (
        browser.post("/sign-in/code", {"code": totp.at(clock.now), "next": "/account"}).location == "/account"
    )
    assert browser.get("/account").status_code == 200

    other = Browser(app)
    other.sign_in("lin")
    assert other.post("/sign-in/code", {"code": recovery[0]}).location == "/"
    assert "9 个" in other.get("/account").text


def test_without_the_first_step_there_is_no_second(browser: Browser) -> None:
    assert browser.get("/sign-in/code").location == "/sign-in"
    assert browser.post("/sign-in/code", {"code": "000000"}).location == "/sign-in"


End = Callable[[Browser, Browser, UserAccount], object]
ENDINGS: dict[str, End] = {
    "signed out": lambda mine, admin, user: mine.post("/sign-out"),
    "disabled": lambda mine, admin, user: admin.post(f"/admin/people/{user.id}/disable"),
    "reset": lambda mine, admin, user: admin.post(f"/admin/people/{user.id}/reset", {"second_factor": "no"}),
    "role": lambda mine, admin, user: admin.post(f"/admin/people/{user.id}/grants", {"role_id": "8"}),
}


@pytest.mark.parametrize("how", ENDINGS)
def test_an_ended_session_never_works_again(
    app: Flask, browser: Browser, session: Session, user: UserAccount, how: str
) -> None:
    """0 of 100 replays of the old cookie."""
    boss = people.account(session)
    roles.console_grant(session, boss)
    admin = Browser(app)
    admin.sign_in_as(session, boss)
    token = browser.sign_in_as(session, user)
    assert browser.get("/account").status_code == 200
    assert ENDINGS[how](browser, admin, user)
    replays = []
    for _ in range(100):
        thief = Browser(app)
        thief.hold(token)
        replays.append(thief.client.get("/account").status_code)
    assert set(replays) == {302}


def test_idle_and_absolute_limits(
    browser: Browser, session: Session, user: UserAccount, clock: FrozenClock
) -> None:
    browser.sign_in("lin")
    for _ in range(23):
        clock.forward(minutes=29)
        assert browser.get("/account").status_code == 200
    clock.forward(minutes=31)
    assert browser.get("/account").status_code == 302
    session.expire_all()
    row = stored.session_by_id(session, 1)
    assert row is not None
    assert row.ended_reason == "idle"
    browser.sign_in("lin")
    for _ in range(25):
        clock.forward(minutes=29)
        browser.get("/account")
    assert browser.get("/account").status_code == 302


def test_polling_does_not_renew(browser: Browser, user: UserAccount, clock: FrozenClock) -> None:
    browser.sign_in("lin")
    for _ in range(30):
        clock.forward(minutes=1)
        last = browser.get("/account", headers={"X-Poll": "true"}).status_code
    assert last == 302


def test_must_change_password_leads_there_first(browser: Browser, session: Session) -> None:
    user = people.account(session, must_change_password=True)
    browser.sign_in_as(session, user)
    assert browser.get("/").location == "/account/password"
    new = "Lotus-Pond-77-x"
    answer = browser.post(
        "/account/password", {"present": people.PASSWORD, "password": new, "again": "different"}
    )
    assert "不一样" in answer.text
    answer = browser.post("/account/password", {"present": people.PASSWORD, "password": new, "again": new})
    assert answer.location == "/account"
    assert browser.get("/").status_code == 200


def test_an_invited_person_comes_in(app: Flask, browser: Browser, session: Session) -> None:
    boss = people.account(session)
    roles.console_grant(session, boss)
    office = organisations.organisation(session)
    browser.sign_in_as(session, boss)
    data = {"login_name": "chen", "display_name": "陈某", "organisation_id": office.id}
    shown = browser.post("/admin/people/new", data)
    link = re.search(r"http://localhost(/invitation/[\w-]+)", shown.text)
    assert link is not None
    guest = Browser(app)
    assert "陈某" in guest.get(link[1]).text
    assert guest.post(link[1], {"password": "short", "again": "short"}).status_code == 422
    new = {"password": "Lotus-Pond-77-x", "again": "Lotus-Pond-77-x"}
    assert guest.post(link[1], new).location == "/sign-in"
    assert guest.get(link[1]).status_code == 404
    assert guest.sign_in("chen", new["password"]).location == "/"


def test_a_page_that_is_not_there_holds_nobody_up(
    browser: Browser, session: Session, user: UserAccount, clock: FrozenClock
) -> None:
    """The session is renewed beside the request, which must not hold the database meanwhile."""
    browser.sign_in_as(session, user)
    clock.forward(minutes=2)
    answer = browser.get("/nothing-here")
    assert answer.status_code == 404
    assert "找不到这个页面" in answer.text
