"""The register: a draft that is changed by two, minutes, and what a scanned code leads to."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.documents.paper import Column, Figure, Grid, Heading, Pair, Pairs, Place, Signatures
from app.documents.paper.kept import keep
from app.security.case_terms import DocumentKind
from app.services import official
from app.services.official import Draft
from app.store.models import AuditEvent, OfficialDocument
from tests.factories import settlements
from tests.factories.office import Office
from tests.services.acting import act_of
from tests.web.browser import Browser

LETTER = {"kind": "other", "title": "关于报送材料的函", "to": "湖滨公司", "body": "请于月底前报送。\n逾期说明原因。"}
MINUTES = {
    "title": "第三次评审会议", "held_on": "2026-03-05", "place": "二楼会议室", "host": "吴局长", "attendees": "周主管、郑主管",
    "body": "同意。",
}  # fmt: skip


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app)


def one(session: Session) -> OfficialDocument:
    session.rollback()
    return session.scalars(sa.select(OfficialDocument).order_by(OfficialDocument.id.desc())).first()  # type: ignore[return-value]


def root(made: Office) -> str:
    return f"/contracts/{made.contract.id}/documents"


def version(page: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', page)
    assert found, page[:2000]
    return found[1]


def test_a_draft_is_changed_and_the_slower_one_sees_both(session: Session, made: Office, browser: Browser) -> None:
    browser.sign_in_as(session, made["supervisor"])
    at = browser.post(f"{root(made)}/new", LETTER).location
    form = browser.get(f"{at}/edit").text
    assert "逾期说明原因" in form
    first = version(form)
    changed = {**LETTER, "title": "关于补报材料的函", "version": first}
    assert browser.post(f"{at}/edit", changed).status_code == 303
    assert (one(session).title, one(session).content["lead"][1]) == ("关于补报材料的函", "逾期说明原因。")
    late = browser.post(f"{at}/edit", {**LETTER, "body": "我写的另一段", "version": first})
    assert late.status_code == 409
    for text in ("第 1 稿，现在是第 2 稿", "关于补报材料的函", "我写的另一段"):
        assert text in late.text
    again = {**LETTER, "body": "我写的另一段", "version": version(late.text)}
    assert browser.post(f"{at}/edit", again).status_code == 303
    assert browser.post(f"{at}/number", {"number": ""}).status_code == 303
    assert "正文不能再改" in browser.get(browser.get(f"{at}/edit").location).text
    too_late = browser.post(f"{at}/edit", {**again, "version": "3"})
    assert too_late.status_code == 422
    assert "不能改正文" in too_late.text
    assert "document.revised" in session.scalars(sa.select(AuditEvent.action)).all()


def test_minutes_keep_what_was_written(session: Session, made: Office, browser: Browser) -> None:
    browser.sign_in_as(session, made["supervisor"])
    at = browser.post(f"{root(made)}/minutes/new", MINUTES).location
    assert one(session).title == "第三次评审会议纪要"
    form = browser.get(f"{at}/edit").text
    for text in ("第三次评审", "2026-03-05", "二楼会议室", "周主管、郑主管"):
        assert text in form
    bad = browser.post(f"{at}/edit", {**MINUTES, "held_on": "2099-01-01", "version": version(form)})
    assert bad.status_code == 422
    assert "不能晚于今天" in bad.text
    assert browser.post(f"{at}/edit", {**MINUTES, "body": "不同意。", "version": version(form)}).status_code == 303
    assert (one(session).title, one(session).content["closing"]) == ("第三次评审会议纪要", ["不同意。"])


def test_a_form_that_all_sign_is_shown_block_by_block_and_not_served(session: Session, made: Office, browser: Browser) -> None:
    sum_ = Figure("¥1,200.00", 1200)
    grid = Grid([Column("条款"), Column("金额", 10, "right")], [["A-1", sum_]], total=["合计", sum_], title="各条款")
    places = [Place("组长", "郑主管", "2026年3月5日", note="同意"), Place("采购人", seal=True)]
    parts = keep([Pairs([Pair("项目", "就业之家")]), grid, Heading("成员意见", 2), Signatures(places)])
    draft = Draft(DocumentKind.OTHER, "履约验收书：第一期", {"title": "履约验收书", "parts": parts})
    row = official.issue(act_of(session, made["supervisor"]), made.scope(session), draft)
    session.commit()
    browser.sign_in_as(session, made["supervisor"])
    for page in ("", "/print"):
        text = browser.get(f"{root(made)}/{row.id}{page}").text
        for said in ("就业之家", "¥1,200.00", "合计", "成员意见", "组长（签字）", "郑主管，同意，2026年3月5日", "采购人（签字、盖章）"):
            assert said in text, (page, said)
        assert "送达回证" not in text
    assert "登记送达" not in browser.get(f"{root(made)}/{row.id}").text


def test_a_scanned_code_leads_to_the_paper_and_says_whether_it_is_the_same(session: Session, made: Office, browser: Browser) -> None:
    browser.sign_in_as(session, made["supervisor"])
    at = browser.post(f"{root(made)}/new", LETTER).location
    browser.post(f"{at}/number", {"number": ""})
    row = one(session)

    def says(text: str) -> Any:
        return browser.get(f"{root(made)}/check?text={text}").text

    code = f"LYT-DOC:{row.id}%0A{row.number}%0ASHA-256:"
    assert "一致：" in says(code + str(row.content_hash))
    assert at in says(code + str(row.content_hash))
    assert "不一致：" in says(code + "0" * 64)
    assert "本合同有这份文书" in says(str(row.number))
    assert "一致：" in says(str(row.content_hash).upper())
    assert "没有这份文书" in says("LYT-DOC:999%0Ax%0ASHA-256:" + "0" * 64)
    assert "请在“结算”里" in says("LYT-PAY:1%0ASHA-256:" + "0" * 64)
    order = settlements.statement(session, made.contract, made["supervisor"])
    session.commit()
    page = says(f"LYT-PAY:{order.number}%0D%0ASHA-256:{order.sha256}")
    assert "一致：" in page
    assert f"/settlement/statements/{order.id}" in page
    settlements.statement(session, made.contract, made["supervisor"], revision=2, reason="补充协议")
    session.commit()
    assert "已被取代" in says(f"LYT-PAY:{order.number}%0ASHA-256:{order.sha256}")
    assert "扫码核对" in browser.get(root(made)).text
    browser.post(f"{at}/void", {"reason": "内容有误"})
    assert "已经作废" in says(str(row.number))
