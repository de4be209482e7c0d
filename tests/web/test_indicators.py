"""The table of indicators over HTTP: filter, windows with their entries, the request to compute now."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.services.standing import refresh
from app.store.models import Job
from app.web.database import db
from tests.factories import people as accounts
from tests.factories import roles
from tests.factories.ground import FrozenClock
from tests.factories.office import Office, office
from tests.jobs.tooling import runner
from tests.services.standings import done, people, stand, visits
from tests.web.browser import Browser
from tests.web.shown import Shown, words

HTMX = {"HX-Request": "true"}


@pytest.fixture
def made(session: Session) -> Office:
    """A standing: a month kept, a month missed, seekers behind, a call that nobody answered."""
    found = office(session)
    visits(session, found, date(2026, 1, 2), 4)
    visits(session, found, date(2026, 2, 2), 3)
    people(session, found, 2, date(2026, 2, 2))
    done(session, found, "hotline", date(2026, 3, 2), fields={"date": "2026-03-02", "answered": False})
    stand(session, found)
    return found


@pytest.fixture
def engine(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


def address(made: Office, query: str = "") -> str:
    return f"/contracts/{made.contract.id}/indicators{query}"


def page(browser: Browser, session: Session, made: Office, query: str = "", who: str = "supervisor") -> Shown:
    browser.sign_in_as(session, made[who])
    response = browser.get(address(made, query))
    assert response.status_code == 200
    return Shown(response.text)


def titles(found: Shown) -> list[str]:
    """The indicators of the table, by the clause in its heading."""
    rows = [node for node in found.main.iter("tr") if node.get("id")]
    return [str(node.get("id")).removeprefix("i-").rpartition("-")[0] for node in rows]


def test_every_indicator_with_numbers_and_what_it_costs(browser: Browser, session: Session, made: Office) -> None:
    found = page(browser, session, made)
    assert titles(found) == ["LK-1", "LK-2", "LK-3", "LK-4"]
    assert "达标 1/2 期" in found.text
    assert "2人 2人 — 不少于20人 考核周期 落后 现在应到 3人" in found.text
    assert "40 分 ¥50,000.00" in found.text
    assert "计入 10 条已审核记录" in found.text


@pytest.mark.parametrize(
    ("query", "clauses"),
    [
        ("?show=behind", ["LK-2", "LK-3"]), ("?show=risk", ["LK-2", "LK-1"]), ("?show=pending", ["LK-4"]),
        ("?clause=lk-3", ["LK-3"]), ("?show=nonsense&stage=", ["LK-1", "LK-2", "LK-3", "LK-4"]), ("?stage=别的", []),
    ],
)  # fmt: skip
def test_the_filter(browser: Browser, session: Session, made: Office, query: str, clauses: list[str]) -> None:
    found = page(browser, session, made, query)
    assert titles(found) == clauses
    if not clauses:
        assert "没有这样的指标" in found.text


def test_a_window_leads_to_its_entries(browser: Browser, session: Session, made: Office) -> None:
    found = page(browser, session, made)
    strip = [node for node in found.main.iter("a") if node.get("class") in {"met", "missed", "runs"}]
    visits_of = [node for node in strip if "/LK-1/" in node.get("href", "")]
    assert [node.get("class") for node in visits_of] == ["met", "missed", "runs"]
    assert "2026-02-01 至 2026-02-28 未达标 3" in words(visits_of[1])
    listed = browser.get(visits_of[1].get("href", ""))
    assert listed.status_code == 200
    assert [words(node) for node in Shown(listed.text).main.iter("td")].count("2026-02-02") == 1


def test_a_filter_swaps_the_table_alone(browser: Browser, session: Session, made: Office) -> None:
    browser.sign_in_as(session, made["supervisor"])
    answer = browser.get(address(made, "?show=behind"), headers=HTMX)
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "登记求职人员" in answer.text


def test_before_the_first_standing(browser: Browser, session: Session) -> None:
    bare = office(session)
    assert "还没有推算" in page(browser, session, bare).text


def test_a_refusal_is_shown(browser: Browser, session: Session, made: Office) -> None:
    values = {**refresh.computed(made.scope(session), made.contract.created_at), "found": {"day": "2026-03-05", "refused": "合同期不对"}}
    refresh.keep(session, made.contract.id, values)
    found = page(browser, session, made)
    assert "合同期不对" in found.text
    assert titles(found) == []


def test_computing_now_shows_how_it_goes_and_comes_back(
    browser: Browser, session: Session, made: Office, engine: Engine, clock: FrozenClock
) -> None:
    browser.sign_in_as(session, made["finance"])
    done(session, made, "news", date(2026, 1, 5))
    session.commit()
    clock.forward(minutes=10)
    at = f"/contracts/{made.contract.id}"
    answer = browser.post(f"{at}/standing", headers=HTMX)
    assert answer.status_code == 200
    assert "every 2s" in answer.text
    assert "排队中" in browser.get(f"{at}/standing/state", headers=HTMX).text
    assert "排队中" in browser.get(address(made)).text
    runner(engine).tick()
    here = {**HTMX, "HX-Current-URL": f"http://localhost{address(made, '?show=behind')}"}
    over = browser.get(f"{at}/standing/state", headers=here)
    assert over.status_code == 204
    assert f'"path":"{address(made, "?show=behind")}"' in over.headers["HX-Location"].replace(" ", "")
    assert "计入 11 条已审核记录" in browser.get(address(made)).text


def test_asked_again_at_once_the_answer_is_there(browser: Browser, session: Session, made: Office) -> None:
    browser.sign_in_as(session, made["finance"])
    answer = browser.post(f"/contracts/{made.contract.id}/standing", headers=HTMX)
    assert "刚刚推算过" in answer.text
    plain = browser.post(f"/contracts/{made.contract.id}/standing")
    assert plain.status_code == 303
    assert "刚刚推算过" in browser.get(plain.headers["Location"]).text
    assert session.query(Job).count() == 0


@pytest.mark.parametrize("url", ["http://other.example/x", "", "http://localhost//other.example"])
def test_it_never_leads_away(browser: Browser, session: Session, made: Office, url: str) -> None:
    browser.sign_in_as(session, made["finance"])
    answer = browser.get(f"/contracts/{made.contract.id}/standing/state", headers={**HTMX, "HX-Current-URL": url})
    assert f'"{address(made)}"' in answer.headers["HX-Location"]


def test_who_does_not_read_ledgers_gets_no_links_to_them(browser: Browser, session: Session, made: Office) -> None:
    admin = accounts.account(session)
    roles.console_grant(session, admin)
    browser.sign_in_as(session, admin)
    shown = browser.get(address(made)).text
    assert "/ledgers/" not in shown
    assert "/entries" not in shown
