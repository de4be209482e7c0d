"""Two do the same at once: exactly one effect, and the other hears of it. A control shows that they do race."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.store import audit
from app.store.models import Organisation, UserAccount
from app.web.database import db
from tests.factories import organisations, people, roles
from tests.factories.records import SIGNER
from tests.web.browser import Browser

RACES = 8
RUNNERS = 4


def race(runners: int, run: Callable[[int], int]) -> Counter[int]:
    """Starts them together; the answers."""
    line = Barrier(runners)

    def start(number: int) -> int:
        line.wait()
        return run(number)

    with ThreadPoolExecutor(runners) as pool:
        return Counter(pool.map(start, range(runners)))


def browsers(app: Flask, session: Session, user: UserAccount) -> list[Browser]:
    made = [Browser(app) for _ in range(RUNNERS)]
    for browser in made:
        browser.sign_in_as(session, user)
    return made


@pytest.fixture
def admin(session: Session) -> UserAccount:
    user = people.account(session)
    roles.console_grant(session, user)
    return user


def test_one_organisation_is_registered_once(app: Flask, session: Session, admin: UserAccount) -> None:
    clients = browsers(app, session, admin)
    for number in range(RACES):
        data = {"name": f"单位 {number}", "kind": "buyer"}

        def register(runner: int, data: dict[str, str] = data) -> int:
            return clients[runner].post("/admin/organisations/new", data).status_code

        answers = race(RUNNERS, register)
        assert answers[303] == 1
        assert answers[422] + answers[409] == RUNNERS - 1
        count = sa.select(sa.func.count()).where(Organisation.name == data["name"])
        assert session.scalar(count) == 1
        session.rollback()


def test_one_invitation_is_accepted_once(app: Flask, session: Session, admin: UserAccount) -> None:
    office = organisations.organisation(session)
    boss = browsers(app, session, admin)[0]
    data = {"login_name": "chen", "display_name": "陈某", "organisation_id": office.id}
    link = boss.post("/admin/people/new", data).text.split("http://localhost")[1].split("<")[0]
    guests = [Browser(app) for _ in range(RUNNERS)]

    def accept(runner: int) -> int:
        mine = f"Lotus-Pond-{runner}-xyz"
        return guests[runner].post(link, {"password": mine, "again": mine}).status_code

    answers = race(RUNNERS, accept)
    assert answers[303] == 1
    assert sum(answers.values()) == RUNNERS


def test_failures_are_not_lost_when_they_come_together(app: Flask, session: Session) -> None:
    """Guessing in parallel does not get more tries than guessing in turn."""
    people.account(session, login_name="lin")
    session.commit()
    guessers = [Browser(app) for _ in range(5)]
    race(5, lambda runner: guessers[runner].sign_in("lin", "wrong").status_code)
    assert Browser(app).sign_in("lin").status_code == 422, "five failures have locked the account"


def test_without_care_a_race_loses_something(app: Flask, session: Session) -> None:
    """The negative control: read, then write what was read plus one, in transactions of their own."""
    user = people.account(session)
    session.commit()
    with app.app_context():
        engine = db.engine
    read, column = Barrier(RUNNERS), UserAccount.totp_last_step

    def careless(_: int) -> int:
        with Session(engine) as one:
            seen = one.scalar(sa.select(column).where(UserAccount.id == user.id)) or 0
        read.wait()
        with Session(engine) as two:
            two.execute(
                sa.update(UserAccount).where(UserAccount.id == user.id).values(totp_last_step=seen + 1)
            )
            two.commit()
        return 0

    race(RUNNERS, careless)
    assert session.scalar(sa.select(column).where(UserAccount.id == user.id)) == 1


def test_the_chain_is_whole_after_all_that(app: Flask, session: Session, admin: UserAccount) -> None:

    clients = browsers(app, session, admin)
    race(
        RUNNERS,
        lambda n: (
            clients[n].post("/admin/organisations/new", {"name": f"甲{n}", "kind": "buyer"}).status_code
        ),
    )
    assert audit.verify(session, SIGNER).problems == ()
