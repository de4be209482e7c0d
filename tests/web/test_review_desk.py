"""The reviewer's desk over HTTP: who may, what shows, one key one deed, refusals that lose nothing."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.services.ledger import write
from app.services.verification import decide, queue
from app.store.models import EntryEvent, EntryOpening, LedgerEntry
from tests.factories.entries import call, news, seekers, visit
from tests.factories.office import Office, office
from tests.services.acting import act_of
from tests.web.browser import Browser
from tests.web.pagecheck import check_page

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(browser: Browser, session: Session, made: Office) -> Browser:
    """The supervisor's browser."""
    browser.sign_in_as(session, made["supervisor"])
    return browser


def at(made: Office, *parts: object, stage: str = "review") -> str:
    return "/".join([f"/contracts/{made.contract.id}/{stage}", *map(str, parts)])


def fresh(session: Session, entry: LedgerEntry) -> LedgerEntry:
    session.rollback()
    session.refresh(entry)
    return entry


def send(browser: Browser, url: str, **data: Any) -> TestResponse:
    return browser.post(url, data, headers=HTMX)


def test_the_queue_shows_list_and_entry_on_one_page(session: Session, made: Office, desk: Browser) -> None:
    first, second = visit(session, made, raw={"minutes": "20"}), news(session, made)
    session.commit()
    page = desk.get(at(made)).text
    assert "等待 2 条" in page
    for text in (f"visits-{first.number:06d}", f"news-{second.number:06d}", "走访不足30分钟", "还剩 5 个工作日", "LK-1"):
        assert text in page
    assert page.count('aria-current="true"') == 1
    other = desk.get(at(made, second.id)).text
    assert "公众号" in other
    assert f'hx-post="{at(made, second.id, "seen")}"' in other


def test_a_decision_brings_the_next_entry_at_once(session: Session, made: Office, desk: Browser) -> None:
    first, second, third = (news(session, made) for _ in range(3))
    session.commit()
    answer = send(desk, at(made, first.id, "pass"), version=1, next=second.id)
    assert answer.status_code == 200
    check_page(answer.text)
    told = f"已通过 news-{first.number:06d}。下一条：</span>宣传报道台账 <span class=\"num\">news-{second.number:06d}"
    assert told in answer.text, "who does not see the screen hears both"
    assert "等待 2 条" in answer.text
    assert "刚才：通过" in answer.text
    assert answer.headers["HX-Push-Url"] == at(made, second.id) + f"?did={first.id}"
    assert fresh(session, first).state == "verified"
    plain = desk.post(at(made, second.id, "pass"), {"version": 1, "next": third.id})
    assert (plain.status_code, plain.location) == (303, at(made, third.id) + f"?did={second.id}")


def test_the_last_decision_empties_the_desk(session: Session, made: Office, desk: Browser) -> None:
    entry = news(session, made)
    call(session, made)
    session.commit()
    answer = send(desk, at(made, entry.id, "pass"), version=1)
    assert "没有等待处理的记录" in answer.text
    assert "您登记的 1 条要由另一人审核" in answer.text


def test_a_return_without_a_reason_changes_nothing(session: Session, made: Office, desk: Browser) -> None:
    entry = news(session, made)
    session.commit()
    answer = send(desk, at(made, entry.id, "return"), version=1, reason=" ")
    assert answer.status_code == 422
    assert "请写明退回的原因" in answer.text
    assert fresh(session, entry).state == "submitted"
    send(desk, at(made, entry.id, "return"), version=1, reason="写得太短")
    assert fresh(session, entry).return_reason == "写得太短"


def test_who_comes_second_is_told_and_shown_what_is_there_now(session: Session, made: Office, desk: Browser) -> None:
    entry = visit(session, made, raw={"cost": "30"})
    decide.give_back(act_of(session, made["supervisor2"]), made.scope(session), entry.id, 1, "金额不对")
    session.commit()
    answer = send(desk, at(made, entry.id, "pass"), version=1)
    assert answer.status_code == 409
    assert made["supervisor2"].display_name in answer.text
    assert "现在是“已退回”" in answer.text
    assert fresh(session, entry).state == "returned"


def test_the_author_was_quicker_and_both_values_show(session: Session, made: Office, desk: Browser) -> None:
    entry = news(session, made)
    raw = {"date": "2026-03-04", "channels": ["抖音"], "note": entry.fields["note"]}
    write.change(act_of(session, made["field_staff"]), made.scope(session), entry.id, 1, write.Typed(raw))
    session.commit()
    answer = send(desk, at(made, entry.id, "pass"), version=1)
    assert answer.status_code == 409
    assert "<del>公众号</del>" in answer.text
    assert "抖音" in answer.text


def test_a_decision_is_taken_back_from_the_strip(session: Session, made: Office, desk: Browser) -> None:
    first, second = news(session, made), news(session, made)
    session.commit()
    page = send(desk, at(made, first.id, "pass"), version=1, next=second.id).text
    url, version = re.search(r'undo-strip" method="post" action="([^"]+)".*?name="version" value="(\d+)"', page, re.S).groups()  # type: ignore[union-attr]
    answer = send(desk, url, version=version)
    assert answer.status_code == 200
    assert f"news-{first.number:06d}</span></h2>" in answer.text
    assert fresh(session, first).state == "submitted"
    deeds = session.scalars(sa.select(EntryEvent.deed).where(EntryEvent.entry_id == first.id).order_by(EntryEvent.id))
    assert list(deeds) == ["entered", "submitted", "verified", "reopened"]
    again = send(desk, url, version=version)
    assert again.status_code == 409


def test_opening_is_noted_by_version(session: Session, made: Office, desk: Browser) -> None:
    entry = news(session, made)
    session.commit()
    for _ in range(2):
        assert send(desk, at(made, entry.id, "seen"), version=1).status_code == 204
    stale = send(desk, at(made, entry.id, "seen"), version=7)
    assert stale.status_code == 204
    assert "toast" in stale.headers["HX-Trigger"]
    (row,) = session.scalars(sa.select(EntryOpening))
    assert (row.user_id, row.entry_id, row.version) == (made["supervisor"].id, entry.id, 1)
    assert "已看" in desk.get(at(made)).text


def test_filters_travel_with_every_step(session: Session, made: Office, desk: Browser) -> None:
    visit(session, made)
    first, second = news(session, made), news(session, made)
    session.commit()
    page = desk.get(at(made) + "?ledger=news").text
    assert "等待 2 条" in page
    assert "宣传报道台账" in page
    assert f'{at(made, second.id)}?ledger=news' in page
    answer = send(desk, at(made, first.id, "pass") + "?ledger=news", version=1, next=second.id)
    assert "等待 1 条" in answer.text
    empty = desk.get(at(made) + "?ledger=news&only=overdue").text
    assert "已超期的" in empty
    for bad in ("?ledger=x&author=abc&from_on=2026-13-01&only=zz&batch=-1", "?after=nonsense", "?until=x~1"):
        assert desk.get(at(made) + bad).status_code == 200
    form = desk.get(at(made, "filters")).text
    assert f"{made['field_staff'].display_name}（2）" in form


def test_objections_are_answered_from_the_desk(session: Session, made: Office, desk: Browser) -> None:
    own = call(session, made)
    write.contest(act_of(session, made["project_manager"]), made.scope(session), own.id, "当时停电")
    session.commit()
    page = desk.get(at(made)).text
    assert "供应商的异议：当时停电" in page
    assert send(desk, at(made, own.id, "answer"), version=own.version, reason="").status_code == 422
    version = fresh(session, own).version
    answer = send(desk, at(made, own.id, "answer"), version=version, reason="已核实停电公告")
    assert answer.status_code == 200
    assert not fresh(session, own).contested


def test_people_stay_masked_until_a_reason_is_given(session: Session, made: Office, desk: Browser) -> None:
    (key,) = seekers(session, made, 1)
    session.commit()
    entry = session.get(LedgerEntry, key)
    assert entry is not None
    page = desk.get(at(made, key)).text
    assert "甲*" in page
    url = f"/contracts/{made.contract.id}/ledgers/seekers/entries/{key}/reveal/person"
    assert f'hx-post="{url}"' in page
    assert not re.search(r"138\d{8}", page)
    assert re.search(r"138\d{8}", send(desk, url, reason="电话回访").text)


def test_frequent_reasons_are_offered(session: Session, made: Office, desk: Browser) -> None:
    for _ in range(2):
        entry = news(session, made)
        decide.give_back(act_of(session, made["supervisor"]), made.scope(session), entry.id, 1, "缺签到表")
    session.commit()
    assert 'data-fill="缺签到表" data-digit="1"' in desk.get(at(made, "reasons"), headers=HTMX).text


def test_a_spot_check_is_recorded_by_its_form(session: Session, made: Office, desk: Browser) -> None:
    entry = visit(session, made)
    session.commit()
    url = at(made, entry.id, "spot")
    data = {
        "outcome": "untrue", "way": "site", "checked_on": "2026-03-05", "place": "湖畔电子厂", "second_id": made["supervisor2"].id,
        "spoken_to": "王经理", "signature": "signed", "note": "当天没有走访", "version": 1,
    }  # fmt: skip
    assert desk.get(url).status_code == 200
    wrong = desk.post(url, {**data, "second_id": ""})
    assert wrong.status_code == 422
    assert "两名检查人" in wrong.text
    assert "当天没有走访" in wrong.text
    stale = desk.post(url, {**data, "version": 9})
    assert stale.status_code == 409
    assert "没有登记" in stale.text
    done = desk.post(url, data)
    assert done.status_code == 303
    page = desk.get(done.location).text
    for text in ("抽查不属实", "现场检查", made["supervisor2"].display_name, "王**", "本人签字"):
        assert text in page
    assert "王经理" not in page


def test_the_time_for_decisions_is_the_contracts(session: Session, made: Office, desk: Browser) -> None:
    url = at(made, "limit")
    assert desk.post(url, {"review_days": "abc", "version": 1}).status_code == 422
    assert desk.post(url, {"review_days": 7, "version": 99}).status_code == 422
    version = made.contract.version
    assert desk.post(url, {"review_days": 7, "version": version}).status_code == 303
    session.rollback()
    session.refresh(made.contract)
    assert made.contract.review_days == 7


def test_the_project_managers_check_is_the_same_desk(session: Session, made: Office, browser: Browser) -> None:
    made.contract.internal_check = True
    session.commit()
    entry, other = news(session, made), news(session, made)
    session.commit()
    browser.sign_in_as(session, made["project_manager"])
    page = browser.get(at(made, stage="check")).text
    assert "等待 2 条" in page
    assert "抽查</a>" not in page
    answer = send(browser, at(made, entry.id, "pass", stage="check"), version=1, next=other.id)
    assert "等待 1 条" in answer.text
    send(browser, at(made, other.id, "return", stage="check"), version=1, reason="缺地点")
    assert (fresh(session, entry).state, fresh(session, other).state) == ("submitted", "returned")
    assert browser.get(at(made)).status_code == 403


@pytest.mark.parametrize("who", ["field_staff", "deputy_head", "finance"])
def test_others_do_not_come_here(session: Session, made: Office, browser: Browser, who: str) -> None:
    entry = news(session, made)
    session.commit()
    browser.sign_in_as(session, made[who])
    assert browser.get(at(made)).status_code == 403
    assert browser.post(at(made, entry.id, "pass"), {"version": 1}).status_code == 403
    assert fresh(session, entry).state == "submitted"


def test_what_is_foreign_is_not_there(app: Flask, session: Session, made: Office, desk: Browser) -> None:
    other = office(session)
    strange = news(session, other)
    session.commit()
    for url in (at(other), at(made, strange.id), at(made, strange.id, "spot"), at(made, 987654)):
        assert desk.get(url).status_code == 404, url
    for deed in ("pass", "return", "undo", "seen", "answer"):
        assert send(desk, at(made, strange.id, deed), version=1, reason="别的合同").status_code == 404, deed
        assert send(desk, at(other, strange.id, deed), version=1, reason="别的合同").status_code == 404, deed
    assert fresh(session, strange).state == "submitted"


def test_a_contract_without_a_rulebook_has_an_empty_desk(session: Session, made: Office, desk: Browser) -> None:
    made.contract.state, made.contract.rulebook_text_id = "draft", None
    session.commit()
    assert "还没有可审核的台账" in desk.get(at(made)).text


def test_two_press_the_key_at_once(app: Flask, session: Session, made: Office) -> None:
    """One entry is decided on once; the other supervisor's page says by whom."""
    entries = [news(session, made) for _ in range(4)]
    keys, contract = [each.id for each in entries], at(made)
    desks = []
    for who in ("supervisor", "supervisor2"):
        desks.append(Browser(app))
        desks[-1].sign_in_as(session, made[who])
    for key in keys:
        line = Barrier(2, timeout=30)

        def press(place: int, key: int = key, line: Barrier = line) -> int:
            line.wait()
            deed = ("pass", "return")[place]
            return send(desks[place], f"{contract}/{key}/{deed}", version=1, reason="照片太暗").status_code

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(press, range(2))) == [200, 409]
    decided = sa.select(sa.func.count()).where(EntryEvent.deed.in_(("verified", "returned")))
    assert session.scalar(decided) == len(keys)


def current(page: str) -> str:
    """The number of the entry in the pane."""
    return re.search(r'id="pane-title".*?<span class="num">([^<]+)</span>', page, re.S).group(1)  # type: ignore[union-attr]


def step(page: str, key: str) -> str:
    """Where a key leads."""
    return unescape(re.search(rf'href="([^"]+)"[^>]*data-key="{key}"', page).group(1))  # type: ignore[union-attr]


def test_keys_go_over_the_end_of_a_page_and_back(
    session: Session, made: Office, desk: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAGE", 3)
    numbers = [f"news-{news(session, made).number:06d}" for _ in range(7)]
    session.commit()
    url, seen = at(made), []
    for _ in range(7):
        page = desk.get(url).text
        seen.append(current(page))
        url = step(page, "j") if len(seen) < 7 else url
    assert seen == numbers
    for number in numbers[::-1][1:]:
        page = desk.get(step(page, "k")).text
        assert current(page) == number
    last = desk.get(step(desk.get(step(desk.get(at(made)).text, "j")).text, "j")).text
    after = step(last, "j")
    rest = session.scalars(sa.select(LedgerEntry.id).order_by(LedgerEntry.id)).all()[3:]
    session.commit()
    query = after.partition("?")[2]
    for key in rest[:3]:
        page = send(desk, f"{at(made, key, 'pass')}?{query}", version=1).text
    assert current(page) == numbers[6]
    page = send(desk, f"{at(made, rest[3], 'pass')}?{query}", version=1).text
    assert (current(page), "等待 3 条" in page) == (numbers[0], True), "the page is done with, the queue is not"
