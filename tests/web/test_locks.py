"""锁定与解锁 over HTTP: set, lifted, asked for, agreed, refused, ended; who may; what came in after."""

from __future__ import annotations

from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.services.verification import locking
from app.services.verification.locking import Span, Wish
from app.store.models import LedgerEntry, PeriodLock, PeriodUnlock
from tests.factories.entries import visit
from tests.factories.ground import CLOCK
from tests.factories.office import Office, office
from tests.services.acting import act_of
from tests.web.browser import Browser

SPAN = {"from_on": "2026-03-01", "until_on": "2026-03-04", "ledger": "", "reason": "二月考核已签字"}


def at(made: Office, *parts: object) -> str:
    return "/".join([f"/contracts/{made.contract.id}/locks", *map(str, parts)])


def held(session: Session, made: Office, who: str = "supervisor") -> PeriodLock:
    span = Span(date(2026, 3, 1), date(2026, 3, 4), None, "二月考核已签字")
    row = locking.lock(act_of(session, made[who]), made.scope(session), span)
    session.commit()
    return row


def wished(session: Session, made: Office, lock: PeriodLock, who: str = "field_staff", **given: str) -> PeriodUnlock:
    wish = Wish(given.get("ledger"), given.get("entry", ""), "漏记两条走访", date(2026, 3, 8))
    row = locking.ask(act_of(session, made[who]), made.scope(session), lock.id, wish)
    session.commit()
    return row


def fresh(session: Session, row: PeriodLock | PeriodUnlock) -> None:
    session.rollback()
    session.refresh(row)


def test_a_span_is_locked_and_the_form_says_so_afterwards(session: Session, made: Office, browser: Browser) -> None:
    browser.sign_in_as(session, made["supervisor"])
    assert "没有锁定的日期" in browser.get(at(made)).text
    wrong = browser.post(at(made, "new"), {**SPAN, "until_on": "2026-03-09"})
    assert wrong.status_code == 422
    assert "还没有到的日期不能锁定" in wrong.text
    assert "二月考核已签字" in wrong.text
    assert browser.post(at(made, "new"), SPAN).status_code == 303
    page = browser.get(at(made)).text
    for text in ("2026-03-01", "全部台账", "二月考核已签字", made["supervisor"].display_name, "自己加的锁由采购人的另一人解除"):
        assert text in page
    browser.sign_in_as(session, made["field_staff"])
    entry = f"/contracts/{made.contract.id}/ledgers/news/entries/new"
    answer = browser.post(entry, {"v-date": "2026-03-04", "v-channels": "公众号"})
    assert answer.status_code == 422
    for text in ("已锁定", made["supervisor"].display_name, "二月考核已签字", "申请解锁"):
        assert text in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == 0


def test_another_person_lifts_with_a_reason(session: Session, made: Office, browser: Browser) -> None:
    lock = held(session, made)
    browser.sign_in_as(session, made["supervisor"])
    assert browser.post(at(made, lock.id, "lift"), {"reason": "锁错了月份"}).status_code == 422
    browser.sign_in_as(session, made["deputy_head"])
    assert browser.post(at(made, lock.id, "lift"), {"reason": ""}).status_code == 422
    assert browser.post(at(made, lock.id, "lift"), {"reason": "锁错了月份"}).status_code == 303
    fresh(session, lock)
    assert lock.lifted_by == made["deputy_head"].id
    page = browser.get(at(made)).text
    assert "已解除" in page
    assert "锁错了月份" in page
    assert "已经解除" in browser.post(at(made, lock.id, "lift"), {"reason": "再解一次"}).text


def test_an_exception_is_asked_for_by_one_and_agreed_by_another(session: Session, made: Office, browser: Browser) -> None:
    lock = held(session, made)
    browser.sign_in_as(session, made["field_staff"])
    url = at(made, lock.id, "ask")
    data = {"ledger": "visits", "entry": "", "expires_on": "2026-03-08", "reason": "漏记两条走访"}
    late = browser.post(url, {**data, "expires_on": "2026-04-30"})
    assert late.status_code == 422
    assert "最长 30 天" in late.text
    assert browser.post(url, data).status_code == 303
    row = session.scalars(sa.select(PeriodUnlock)).one()
    session.rollback()
    agree = at(made, "unlocks", row.id, "agree")
    assert browser.post(agree).status_code == 403
    browser.sign_in_as(session, made["supervisor"])
    assert "漏记两条走访" in browser.get(at(made)).text
    assert browser.post(agree).status_code == 303
    fresh(session, row)
    assert row.agreed_by == made["supervisor"].id
    assert "已同意，生效中" in browser.get(at(made)).text
    twice = browser.post(agree)
    assert "已有别人处理" in browser.get(twice.location).text


def test_nobody_agrees_to_the_own_wish(session: Session, made: Office, browser: Browser) -> None:
    row = wished(session, made, held(session, made), "supervisor")
    browser.sign_in_as(session, made["supervisor"])
    page = browser.get(at(made)).text
    assert "同意</button>" not in page
    answer = browser.post(at(made, "unlocks", row.id, "agree"))
    assert "由另一人同意" in browser.get(answer.location).text
    fresh(session, row)
    assert row.agreed_at is None


def test_a_refusal_says_why(session: Session, made: Office, browser: Browser) -> None:
    row = wished(session, made, held(session, made))
    browser.sign_in_as(session, made["supervisor2"])
    url = at(made, "unlocks", row.id, "refuse")
    assert browser.get(url).status_code == 200
    assert browser.post(url, {"reason": ""}).status_code == 422
    assert browser.post(url, {"reason": "已经签字，走补充协议"}).status_code == 303
    browser.sign_in_as(session, made["field_staff"])
    assert "没有同意：已经签字，走补充协议" in browser.get(at(made)).text


def test_an_exception_is_ended_by_who_asked(session: Session, made: Office, browser: Browser) -> None:
    row = wished(session, made, held(session, made))
    locking.agree(act_of(session, made["supervisor2"]), made.scope(session), row.id)
    session.commit()
    browser.sign_in_as(session, made["field_staff"])
    assert browser.post(at(made, "unlocks", row.id, "end")).status_code == 303
    assert "已收回" in browser.get(at(made)).text
    other = browser.post(at(made, "unlocks", row.id, "end"))
    assert "已经收回" in browser.get(other.location).text


def test_what_came_in_after_the_lock_is_listed(session: Session, made: Office, browser: Browser) -> None:
    before = visit(session, made)
    CLOCK.forward(minutes=1)
    lock = held(session, made)
    row = wished(session, made, lock)
    locking.agree(act_of(session, made["supervisor2"]), made.scope(session), row.id)
    CLOCK.forward(minutes=1)
    late = visit(session, made)
    session.commit()
    browser.sign_in_as(session, made["supervisor"])
    page = browser.get(at(made, lock.id)).text
    assert f"visits-{late.number:06d}" in page
    assert f"visits-{before.number:06d}" not in page
    queue = browser.get(f"/contracts/{made.contract.id}/review/{late.id}").text
    assert "锁定后改动" in queue
    ledger = f"/contracts/{made.contract.id}/ledgers/visits/entries"
    assert "锁定后改动" in browser.get(f"{ledger}/{late.id}").text
    assert "锁定后改动" not in browser.get(f"{ledger}/{before.id}").text


def test_the_desk_says_that_a_day_is_locked(session: Session, made: Office, browser: Browser) -> None:
    entry = visit(session, made)
    session.commit()
    held(session, made)
    browser.sign_in_as(session, made["supervisor"])
    url = f"/contracts/{made.contract.id}/review/{entry.id}"
    assert "申请解锁" in browser.get(url).text
    answer = browser.post(f"{url}/pass", {"version": 1}, headers={"HX-Request": "true"})
    assert answer.status_code == 422
    assert "已锁定" in answer.text


@pytest.mark.parametrize(("who", "reads"), [("finance", True), ("deputy_head", True), ("project_manager", True)])
def test_who_comes_here(session: Session, made: Office, browser: Browser, who: str, reads: bool) -> None:
    lock = held(session, made)
    browser.sign_in_as(session, made[who])
    assert (browser.get(at(made)).status_code == 200) is reads
    decides = who == "deputy_head"
    assert (browser.get(at(made, "new")).status_code == 200) is decides
    asks = who != "finance"
    assert (browser.get(at(made, lock.id, "ask")).status_code == 200) is asks


def test_what_is_foreign_is_not_there(session: Session, made: Office, browser: Browser) -> None:
    other = office(session)
    lock = held(session, other)
    row = wished(session, other, lock)
    browser.sign_in_as(session, made["supervisor"])
    for url in (at(made, lock.id), at(made, lock.id, "lift"), at(made, lock.id, "ask"), at(made, "unlocks", row.id, "refuse")):
        assert browser.get(url).status_code == 404, url
    deeds = [at(made, "unlocks", row.id, deed) for deed in ("agree", "refuse", "end")]
    for url in (at(made, lock.id, "lift"), at(made, lock.id, "ask"), *deeds):
        assert browser.post(url, {"reason": "别的合同"}).status_code == 404, url
        assert browser.post(url.replace(at(made), at(other)), {"reason": "别的合同"}).status_code == 404, url


def test_the_form_says_until_when_entries_come_in(session: Session, made: Office, browser: Browser) -> None:
    url = f"/contracts/{made.contract.id}/ledgers/news/entries/new"
    browser.sign_in_as(session, made["field_staff"])
    assert "个工作日内登记" not in browser.get(url).text
    made.contract.entry_days = 2
    session.commit()
    page = browser.get(url).text
    assert "业务日期后 2 个工作日内登记，今天可以登记 2026-03-03 以后（含当天）的记录" in page
    assert "2 个工作日内登记" in browser.get(at(made)).text
    late = browser.post(url, {"v-date": "2026-03-02", "v-channels": "公众号"})
    assert late.status_code == 422
    assert "现在已经过期" in late.text
