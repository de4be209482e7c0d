"""Amendments and the readable rulebook over HTTP."""

from __future__ import annotations

import hashlib
import io
import re
from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.store.models import Contract, ContractRulebook
from tests.factories import organisations, people, roles, setups
from tests.factories.office import Office
from tests.services.setting_up import changed, lakeside
from tests.web.browser import Browser

EASIER = changed(lakeside(), ("registered >= 20", "registered >= 10"), ("key: lakeside\n", "key: lakeside\nversion: 2\n"))
FORM = {"effective_on": "2026-04-01", "reason": "补充协议一：目标调低"}


@pytest.fixture
def supervisor(browser: Browser, session: Session, made: Office) -> Browser:
    browser.sign_in_as(session, made["supervisor"])
    return browser


def at(made: Office) -> str:
    return f"/contracts/{made.contract.id}/setup/amendments"


def propose(browser: Browser, made: Office, text: str = EASIER, **given: str) -> str:
    data = {**FORM, **given, "file": (io.BytesIO(text.encode()), "new.yaml")}
    answer = browser.post(f"{at(made)}/new", data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def stored(session: Session, contract: Contract) -> Contract:
    session.rollback()
    session.refresh(contract)
    return contract


def test_an_amendment_from_upload_to_adoption(supervisor: Browser, session: Session, made: Office) -> None:
    assert "上传补充协议" in supervisor.get(at(made)).text
    place = propose(supervisor, made)
    page = supervisor.get(place).text
    for said in ("待采用", "补充协议一：目标调低", "牵动的条款", "合同体检"):
        assert said in page
    assert "<del>登记满20人：不满足“登记求职人员 ≥ 20”的，本项不得分</del>" in page
    assert "<ins>登记满20人：不满足“登记求职人员 ≥ 10”的，本项不得分</ins>" in page
    effect = supervisor.get(f"{place}/effect?every=month", headers={"HX-Request": "true"}).text
    assert "2026年1月" in effect
    assert "截至 2026-03-05" in effect
    assert supervisor.post(f"{place}/adopt").location == f"/contracts/{made.contract.id}/setup/questions"
    assert "尚未生效" in supervisor.get(at(made)).text
    first = stored(session, made.contract).rulebook_text_id
    assert session.query(ContractRulebook).filter_by(revision=2).one().rulebook_text_id != first
    assert supervisor.post(f"{place}/drop").status_code == 303
    assert "已放弃" in supervisor.get(at(made)).text


def test_what_is_wrong_with_it_is_told_and_nothing_typed_is_lost(supervisor: Browser, made: Office) -> None:
    bad = changed(EASIER, ("title: 走访企业\n    window: month", "title: 走访企业\n    window: monthly"))
    data = {**FORM, "file": (io.BytesIO(bad.encode()), "new.yaml")}
    answer = supervisor.post(f"{at(made)}/new", data, content_type="multipart/form-data", headers={"HX-Request": "true"})
    assert answer.status_code == 422
    for kept in ("不认识“monthly”", "window: monthly", "补充协议一：目标调低", 'value="2026-04-01"'):
        assert kept in answer.text
    early = supervisor.post(f"{at(made)}/new", {**FORM, "text": EASIER, "effective_on": "2025-04-01"})
    assert early.status_code == 422
    assert "生效日期应在" in early.text
    assert "registered &gt;= 10" in early.text
    same = supervisor.post(f"{at(made)}/new", {**FORM, "text": lakeside()})
    assert "没有任何改动" in same.text


def test_errors_of_the_checkup_forbid_adoption(supervisor: Browser, made: Office) -> None:
    place = propose(supervisor, made, changed(EASIER, ("maximum: 60", "maximum: 50")))
    page = supervisor.get(place).text
    assert "改正以前不能采用" in page
    assert f'action="{place}/adopt"' not in page
    assert supervisor.post(f"{place}/adopt").status_code == 409


def test_one_that_reaches_back_warns_and_is_in_force_at_once(supervisor: Browser, session: Session, made: Office) -> None:
    place = propose(supervisor, made, effective_on="2026-02-01")
    assert "生效日期已经过去" in supervisor.get(place).text
    supervisor.post(f"{place}/adopt")
    row = session.query(ContractRulebook).filter_by(revision=2).one()
    assert stored(session, made.contract).rulebook_text_id == row.rulebook_text_id
    page = supervisor.get(f"/contracts/{made.contract.id}/rulebook").text
    assert "第 2 号版本" in page
    assert "以前的版本" in page


# -- the readable rulebook ------------------------------------------------------------------------


def test_every_member_reads_the_rulebook(app: Flask, session: Session, made: Office) -> None:
    for role in ("field_staff", "project_manager", "supervisor", "deputy_head", "finance"):
        browser = Browser(app)
        browser.sign_in_as(session, made[role])
        page = browser.get(f"/contracts/{made.contract.id}/rulebook")
        assert page.status_code == 200
        for said in ("目录", "考核细则表", "每月走访企业不少于4家", "台账“企业走访台账”", "现场照片至少 1 份", "待确认事项和现在的答复"):
            assert said in page.text
        targets = set(re.findall(r'href="#([\w-]+)"', page.text))
        assert len(targets) > 10
        assert targets <= set(re.findall(r'id="([\w-]+)"', page.text))


def test_its_text_is_downloaded_with_its_hash(supervisor: Browser, session: Session, made: Office) -> None:
    row = session.query(ContractRulebook).one()
    answer = supervisor.get(f"/contracts/{made.contract.id}/rulebook/text/{row.id}")
    assert answer.get_data(as_text=True) == lakeside()
    assert "attachment" in answer.headers["Content-Disposition"]
    digest = hashlib.sha256(lakeside().encode()).hexdigest()
    assert digest in supervisor.get(f"/contracts/{made.contract.id}/rulebook").text
    assert digest in supervisor.get(f"/contracts/{made.contract.id}/rulebook/print").text


def test_a_version_of_another_contract_is_missing(supervisor: Browser, session: Session, made: Office) -> None:
    other = organisations.contract(session)
    row = setups.version(session, other, people.account(session))
    session.commit()
    base = f"/contracts/{made.contract.id}"
    for url in (f"{base}/rulebook?version={row.id}", f"{base}/rulebook/print?version={row.id}", f"{base}/rulebook?version=x"):
        assert supervisor.get(url).status_code == 404
    assert supervisor.get(f"{base}/rulebook/text/{row.id}").status_code == 404
    assert supervisor.get(f"{base}/setup/amendments/{row.id}").status_code == 404


def test_a_contract_without_a_rulebook_says_so(browser: Browser, session: Session) -> None:
    contract = organisations.contract(session, starts_on=date(2026, 1, 1))
    reader = people.account(session, organisation=contract.buyer)
    roles.membership(session, contract, reader, "deputy_head")
    browser.sign_in_as(session, reader)
    assert "还没有规则书" in browser.get(f"/contracts/{contract.id}/rulebook").text
    assert "还没有规则书可以体检" in browser.get(f"/contracts/{contract.id}/setup/checkup").text
