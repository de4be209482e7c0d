"""Bulk review over HTTP: preview, draw, open, decide, take back; the register for the auditor."""

from __future__ import annotations

import re
from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.services.verification import decide
from app.store.models import LedgerEntry, ReviewBatch
from tests.factories import people, roles
from tests.factories.entries import call, news, seekers
from tests.factories.office import Office, office
from tests.services.acting import act_of
from tests.web.browser import Browser
from tests.web.pagecheck import check_page

HTMX = {"HX-Request": "true"}


@pytest.fixture
def desk(browser: Browser, session: Session, made: Office) -> Browser:
    browser.sign_in_as(session, made["supervisor"])
    return browser


def at(made: Office, *parts: object, stage: str = "review") -> str:
    return "/".join([f"/contracts/{made.contract.id}/{stage}", *map(str, parts)])


def states(session: Session) -> Counter[str]:
    found = Counter(session.scalars(sa.select(LedgerEntry.state)))
    session.commit()
    return found


def batch(session: Session) -> ReviewBatch:
    query = sa.select(ReviewBatch).order_by(ReviewBatch.id.desc()).limit(1)
    found = session.scalars(query.execution_options(populate_existing=True)).one()
    session.commit()
    return found


def begin(session: Session, made: Office, desk: Browser, stage: str = "review", **data: object) -> ReviewBatch:
    answer = desk.post(at(made, "bulk", stage=stage), {"mode": "drawn", "number": 10, **data})
    assert answer.status_code == 303
    row = batch(session)
    assert answer.location == at(made, "batches", row.id, stage=stage)
    return row


def open_all(session: Session, made: Office, desk: Browser, row: ReviewBatch, stage: str = "review") -> str:
    """Shows each of the drawn ones as the page does; the last bar that comes back."""
    bar = ""
    for key in row.drawn_ids:
        page = desk.get(at(made, "batches", row.id, key, stage=stage), headers=HTMX).text
        url, version = re.search(r'hx-post="([^"]+/seen[^"]*)"[^>]*hx-vals=\'{"version": (\d+)}\'', page).groups()  # type: ignore[union-attr]
        answer = desk.post(url, {"version": version}, headers=HTMX)
        assert answer.status_code == 200
        check_page(answer.text)
        bar = answer.text
    return bar


def test_bulk_from_preview_to_result(session: Session, made: Office, desk: Browser) -> None:
    seekers(session, made, 40)
    call(session, made)
    session.commit()
    page = desk.get(at(made, "bulk") + "?ledger=seekers").text
    for text in ("40<small>条</small>", "求职登记台账", made["field_staff"].display_name, "至少 10 条", 'value="10"'):
        assert text in page
    assert "自己登记的记录不能自己审核" in desk.get(at(made, "bulk")).text
    row = begin(session, made, desk)
    page = desk.get(at(made, "batches", row.id)).text
    assert "抽核 10/40" in page
    assert "已打开 0/10" in page
    assert re.search(r"disabled>.*?全部通过", page, re.S)
    early = desk.post(at(made, "batches", row.id, "pass"), {"version": row.version})
    assert early.status_code == 409
    assert "还有 10 条没有打开" in early.text
    bar = open_all(session, made, desk, row)
    assert "已打开 10/10" in bar
    assert 'data-key="y"' in bar
    assert states(session) == {"submitted": 41}
    done = desk.post(at(made, "batches", row.id, "pass"), {"version": row.version})
    assert done.status_code == 303
    assert states(session) == {"verified": 40, "submitted": 1}
    result = desk.get(done.location).text
    for text in ("审核通过 40 条", "抽核 10/40", row.seed, "结果一致", "撤销这次决定"):
        assert text in result
    assert result.count("2026-03-05 09:00</td>") == 10, "when each of the drawn ones was opened"
    again = desk.post(at(made, "batches", row.id, "pass"), {"version": row.version})
    assert again.status_code == 409


def test_one_that_fails_is_returned_alone_and_more_are_drawn(session: Session, made: Office, desk: Browser) -> None:
    seekers(session, made, 30)
    session.commit()
    row = begin(session, made, desk)
    bad = row.drawn_ids[0]
    url = at(made, bad, "return") + f"?review={row.id}"
    page = desk.post(url, {"version": 1, "reason": "空号", "next": row.drawn_ids[1]}, headers=HTMX).text
    assert "退回 1 条" in page
    assert "其余没有抽中的没有人看过" in page
    assert desk.post(at(made, "batches", row.id, "more"), {"version": row.version, "number": "多"}).status_code == 422
    assert desk.post(at(made, "batches", row.id, "more"), {"version": row.version, "number": 99}).status_code == 422
    assert desk.post(at(made, "batches", row.id, "more"), {"version": row.version, "number": 5}).status_code == 303
    row = batch(session)
    assert row.to_open == 15
    open_all(session, made, desk, row)
    desk.post(at(made, "batches", row.id, "pass"), {"version": row.version})
    assert states(session) == {"verified": 29, "returned": 1}
    result = desk.get(at(made, "batches", row.id)).text
    assert "这条记录现在是“已退回”" in result


def test_all_are_returned_with_one_reason(session: Session, made: Office, desk: Browser) -> None:
    seekers(session, made, 12)
    session.commit()
    row = begin(session, made, desk)
    open_all(session, made, desk, row)
    empty = desk.post(at(made, "batches", row.id, "return"), {"version": row.version, "reason": ""})
    assert empty.status_code == 422
    assert "请写明退回的原因" in empty.text
    desk.post(at(made, "batches", row.id, "return"), {"version": row.version, "reason": "整批缺联系电话"})
    assert states(session) == {"returned": 12}


def test_a_wrong_number_comes_back_with_the_preview(session: Session, made: Office, desk: Browser) -> None:
    seekers(session, made, 30)
    session.commit()
    for number in ("3", "31", "许多"):
        answer = desk.post(at(made, "bulk"), {"mode": "drawn", "number": number})
        assert answer.status_code == 422
        assert "抽核条数" in answer.text
        assert f'value="{number}"' in answer.text
    assert session.scalar(sa.select(sa.func.count()).select_from(ReviewBatch)) == 0
    assert "没有可以一起处理的记录" in desk.get(at(made, "bulk") + "?only=overdue").text


def test_giving_up_is_kept_in_the_register(session: Session, made: Office, desk: Browser) -> None:
    seekers(session, made, 12)
    session.commit()
    row = begin(session, made, desk)
    assert desk.post(at(made, "batches", row.id, "cancel"), {"version": row.version}).status_code == 303
    assert states(session) == {"submitted": 12}
    assert "已作废" in desk.get(at(made, "batches")).text
    assert "已作废" in desk.get(at(made, "batches", row.id)).text


def test_a_bulk_decision_is_taken_back(session: Session, made: Office, desk: Browser) -> None:
    seekers(session, made, 12)
    session.commit()
    row = begin(session, made, desk)
    open_all(session, made, desk, row)
    desk.post(at(made, "batches", row.id, "pass"), {"version": row.version})
    assert desk.post(at(made, "batches", row.id, "undo")).status_code == 303
    assert states(session) == {"submitted": 12}
    answer = desk.post(at(made, "batches", row.id, "undo"))
    assert "没有可以撤销的" in desk.get(answer.location).text


def test_another_person_looks_but_does_not_act(session: Session, made: Office, desk: Browser) -> None:
    seekers(session, made, 12)
    session.commit()
    row = begin(session, made, desk)
    open_all(session, made, desk, row)
    desk.sign_in_as(session, made["supervisor2"])
    page = desk.get(at(made, "batches", row.id)).text
    assert "还没有决定" in page
    assert "全部通过" not in page
    for deed in ("pass", "return", "cancel", "undo", "more"):
        data = {"version": row.version, "reason": "不是我的", "number": 1}
        assert desk.post(at(made, "batches", row.id, deed), data).status_code == 404, deed
    assert states(session) == {"submitted": 12}


def test_the_auditor_reads_the_register(session: Session, made: Office, desk: Browser) -> None:
    seekers(session, made, 12)
    session.commit()
    row = begin(session, made, desk)
    open_all(session, made, desk, row)
    desk.post(at(made, "batches", row.id, "pass"), {"version": row.version})
    auditor = people.account(session)
    roles.membership(session, made.contract, auditor, "auditor", until_on=made.contract.ends_on)
    desk.sign_in_as(session, auditor)
    page = desk.get(at(made, "batches")).text
    for text in ("抽核 10/12", "审核通过 12 条", f"{row.seed[:12]}…", made["supervisor"].display_name):
        assert text in page
    assert "结果一致" in desk.get(at(made, "batches", row.id)).text
    assert desk.get(at(made)).status_code == 403
    assert desk.post(at(made, "batches", row.id, "pass"), {"version": row.version}).status_code == 403


def test_each_one_by_one(session: Session, made: Office, desk: Browser) -> None:
    entries = [news(session, made) for _ in range(3)]
    session.commit()
    row = begin(session, made, desk, mode="each", number="")
    assert row.drawn_ids == sorted(row.drawn_ids)
    page = desk.get(at(made, "batches", row.id)).text
    assert "<strong>逐条</strong>" in page
    decide.give_back(act_of(session, made["supervisor2"]), made.scope(session), entries[0].id, 1, "写得太短")
    session.commit()
    for entry in entries[1:]:
        desk.post(at(made, entry.id, "seen") + f"?review={row.id}", {"version": 1}, headers=HTMX)
    assert desk.post(at(made, "batches", row.id, "pass"), {"version": row.version}).status_code == 303
    assert states(session) == {"verified": 2, "returned": 1}


def test_what_is_foreign_is_not_there(session: Session, made: Office, desk: Browser) -> None:
    other = office(session)
    seekers(session, other, 12)
    session.commit()
    boss = Browser(desk.app)
    boss.sign_in_as(session, other["supervisor"])
    row = begin(session, other, boss)
    for url in (at(made, "batches", row.id), at(other, "batches", row.id), at(other, "bulk"), at(other, "batches")):
        assert desk.get(url).status_code == 404, url
    for deed in ("pass", "return", "cancel", "undo", "more"):
        data = {"version": row.version, "reason": "别的合同", "number": 1}
        assert desk.post(at(made, "batches", row.id, deed), data).status_code == 404, deed
    assert desk.get(at(made, "batches", row.id, stage="check")).status_code == 403


def test_the_internal_check_goes_over_many_too(session: Session, made: Office, browser: Browser) -> None:
    made.contract.internal_check = True
    session.commit()
    seekers(session, made, 12)
    session.commit()
    browser.sign_in_as(session, made["project_manager"])
    row = begin(session, made, browser, stage="check")
    open_all(session, made, browser, row, stage="check")
    browser.post(at(made, "batches", row.id, "pass", stage="check"), {"version": row.version})
    assert states(session) == {"submitted": 12}
    assert "内部复核通过 12 条" in browser.get(at(made, "batches", stage="check")).text
