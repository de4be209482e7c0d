"""The settlement over HTTP: few clicks, nothing typed twice, refusals with who can clear them, stale forms, downloads."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from app.store import payments, settlement
from app.store.contracts import ContractScope
from tests.factories import setups
from tests.factories.ground import CLOCK
from tests.services.assessing import ground
from tests.services.frozen import frozen
from tests.services.settling import Till, answer_all, of_contract, till
from tests.services.standings import stand
from tests.web.browser import Browser
from tests.web.shown import Shown
from tests.web.statements import queries
from tests.web.test_assessment_pages import hidden

ZJ = "zhenjiang-gig-market"
KEY = "idempotency_key"
ACCOUNT = {"payee_bank": "某某银行", "payee_account": "6222000011112222"}


class Desks:
    """The people of an office at their browsers; every step counts its clicks."""

    def __init__(self, app: Flask, made: Till) -> None:
        self.app, self.made, self.clicks = app, made, 0
        self.root = f"/contracts/{made.scope.contract_id}/settlement"
        self.browsers: dict[str, Browser] = {}

    def at(self, who: str) -> Browser:
        if who not in self.browsers:
            self.browsers[who] = Browser(self.app)
            self.browsers[who].sign_in_as(self.made.session, self.made.base.made[who])
        return self.browsers[who]

    def get(self, who: str, rest: str = "") -> Any:
        self.clicks += 1
        return self.at(who).get(f"{self.root}{rest}")

    def post(self, who: str, rest: str, data: dict[str, Any] | None = None) -> Any:
        self.clicks += 1
        return self.at(who).post(f"{self.root}{rest}", data)

    def press(self, who: str, page: str, rest: str, *names: str) -> Any:
        """A button of a page, with what its form holds."""
        text = self.at(who).get(f"{self.root}{page}").text
        return self.post(who, rest, hidden(text, KEY, *names))


@pytest.fixture
def desks(app: Flask, session: Session) -> Desks:
    made = till(ground(session, answers={"tolerance": "prorata"}, price_fen=134_400_000))
    answer_all(made)
    frozen(made, {"otherwise": "met"})
    return Desks(app, made)


def test_from_the_signed_score_to_the_approval_form_in_six_clicks(desks: Desks) -> None:
    """核定, 签发, 申请 (the form and its button), 查验 apart, 报送: nothing is typed twice."""
    page = desks.get("supervisor").text
    assert "核定应付款 ¥1,344,000.00" in page
    stated = desks.post("supervisor", "/state", hidden(page, KEY, "line", "assessment"))
    statement = stated.location.removeprefix(desks.root)
    assert "壹佰叁拾肆万肆仟元整" in desks.at("deputy_head").get(f"{desks.root}{statement}").text
    desks.press("deputy_head", statement, f"{statement}/sign")
    form = desks.get("project_manager", f"{statement}/request").text
    typed = {**hidden(form, KEY, "invoice_amount", "payee_name"), **ACCOUNT, "invoice_number": "26320000000000004711"}
    assert typed["invoice_amount"] == "1344000.00"
    assert typed["payee_name"] == desks.made.base.made.contract.supplier.name
    asked = desks.post("project_manager", f"{statement}/request", {**typed, "issued_on": CLOCK.now.date().isoformat()})
    request = asked.location.removeprefix(desks.root)
    assert desks.get("finance", request).status_code == 200
    assert desks.clicks <= 6
    row = payments.requests(desks.made.session, desks.made.scope.contract_id)[-1]
    assert (row.amount_fen, row.state) == (134_400_000, "sent")


def test_the_same_form_twice_has_one_effect_and_says_so(desks: Desks) -> None:
    page = desks.get("supervisor").text
    form = hidden(page, KEY, "line", "assessment")
    first, second = (desks.post("supervisor", "/state", form) for _ in range(2))
    assert first.location == second.location
    assert "没有重复办理" in desks.at("supervisor").get(second.location).text
    assert len(settlement.statements(desks.made.session, desks.made.scope.contract_id, "whole")) == 1


def test_a_stale_button_shows_both_versions(desks: Desks) -> None:
    page = desks.get("supervisor").text
    desks.post("supervisor", "/state", hidden(page, KEY, "line", "assessment"))
    other = desks.post("supervisor2", "/state", {**hidden(page, "line", "assessment"), KEY: "another-form"})
    assert other.status_code == 409
    assert "还没有核定" in other.text
    assert "第 1 版" in other.text


def test_an_invalid_request_keeps_what_was_typed(desks: Desks) -> None:
    done = desks.made.stated("whole")
    rest = f"/statements/{done.statement_id}/request"
    typed = {KEY: "form-x", "invoice_number": "12", "invoice_amount": "1344000.00", "issued_on": CLOCK.now.date().isoformat(),
             "payee_name": "某某公司", "payee_bank": "某某银行", "payee_account": "6222000011112222"}  # fmt: skip
    answer = desks.post("project_manager", rest, typed)
    assert answer.status_code == 422
    assert "发票号码应为 6 至 40 位" in answer.text
    assert 'value="某某银行"' in answer.text
    assert hidden(answer.text, KEY) == {KEY: "form-x"}
    assert len(payments.requests(desks.made.session, desks.made.scope.contract_id, "whole")) == 0


def test_every_line_leads_down_to_the_trace(desks: Desks) -> None:
    done = desks.made.stated("whole")
    page = desks.get("auditor", f"/statements/{done.statement_id}").text
    links = [one.replace("&amp;", "&") for one in re.findall(r'href="([^"]*/trace\?place=[^"]*)"', page)]
    assert links
    for one in links:
        shown = desks.at("auditor").get(one)
        assert shown.status_code == 200
        assert ">付款 全部价款</option>" in shown.text, "what can be traced is named as people name it"


@pytest.mark.parametrize("ending", ["pdf", "docx", "xlsx"])
def test_the_papers_come_as_files(desks: Desks, ending: str) -> None:
    done = desks.made.stated("whole")
    request = desks.made.request(desks.made.ask(done))
    for rest in (f"/statements/{done.statement_id}/paper", f"/requests/{request.id}/paper", "/sheet"):
        answer = desks.at("finance").get(f"{desks.root}{rest}.{ending}")
        assert answer.status_code == 200
        assert len(answer.data) > 2000
    assert desks.at("finance").get(f"{desks.root}/sheet.exe").status_code == 404


def test_the_acceptance_group_is_told_which_payment_it_is_for(app: Flask, desks: Desks) -> None:
    browser, url = desks.at("supervisor"), f"{desks.root}/acceptances/new"
    said = "为“全部价款”的付款验收：¥1,344,000.00（扣款以前，以应付款核定单为准）。"
    assert said in browser.get(f"{url}?line=whole").text
    # the amount follows from the signed capsule and from what was settled before: each is asked once
    assert queries(app, lambda: browser.get(f"{url}?line=whole")) <= 18
    wrong = desks.post("supervisor", "/acceptances/new?line=whole", {"paper": "领导小组办公室通知", "on": "2026-03-05"})
    assert (wrong.status_code, said in wrong.text) == (422, True)
    assert browser.get(f"{url}?line=nowhere").status_code == 404


def test_blockers_are_named_with_who_and_where(app: Flask, session: Session) -> None:
    made = of_contract(session, ZJ, {"payment_plan": "advance_10"})
    page = Desks(app, made).get("finance").text
    assert "待确认事项没有答复" in page
    assert "由采购人主管人员办理" in page
    assert f"/contracts/{made.scope.contract_id}/setup/questions" in page
    assert "核定应付款" not in page


def test_what_waits_stands_on_the_home_pages(desks: Desks) -> None:
    home = f"/contracts/{ContractScope(desks.made.session, desks.made.scope.contract_id).contract_id}/home"
    done = desks.made.state("whole")
    assert "应付款核定单：全部价款" in desks.at("deputy_head").get(home).text
    desks.made.sign(done)
    assert "申请付款" in desks.at("project_manager").get(home).text
    asked = desks.made.ask(done)
    assert "查验发票" in desks.at("finance").get(home).text
    desks.made.check(asked)
    desks.made.papers(asked)
    assert "报送审批" in desks.at("supervisor").get(home).text
    desks.made.submit(asked)
    assert "审批付款" in desks.at("finance").get(home).text
    desks.made.approve(asked, "finance")
    assert "审批付款" not in desks.at("finance").get(home).text
    assert "审批付款" in desks.at("finance2").get(home).text


def test_the_home_page_says_of_a_stated_line_how_far_its_settlement_is(desks: Desks) -> None:
    """Papers and conditions of the plan are no longer what is missing there: the settlement says what is next."""
    made = desks.made
    done = made.stated("whole")
    home = f"/contracts/{made.scope.contract_id}/home"
    stand(made.session, made.base.made)
    made.session.commit()
    first = Shown(desks.at("finance").get(home).text)
    assert "等供应商申请" in first.text
    made.ask(done)
    made.session.commit()
    for who, page in (("finance", home), ("deputy_head", home), ("deputy_head", home.replace("home", "head"))):
        shown = Shown(desks.at(who).get(page).text)
        assert "待查验发票" in shown.text
        assert "付款要用的材料" not in shown.text
        assert "现在不能付款的原因" not in shown.text
    row = payments.requests(made.session, made.scope.contract_id)[-1]
    assert Shown(desks.at("finance").get(home).text).links("看办到哪里") == [f"{desks.root}/requests/{row.id}"]


def test_missing_papers_are_told_to_who_brings_them(app: Flask, session: Session) -> None:
    """The contractor finds it on the home page, and the request says that it is not yet the buyer's turn."""
    made = of_contract(session, ZJ, {"payment_plan": "advance_10"})
    answer_all(made)
    desks, done = Desks(app, made), made.ask(made.stated("advance"))
    made.check(done)
    row, home = made.request(done), f"/contracts/{made.scope.contract_id}/home"
    told = Shown(desks.get("supervisor", f"/requests/{row.id}").text).text
    assert "下一步： 补交材料（缺采购合同） ，由供应商办理" in told
    waits = Shown(desks.at("project_manager").get(home).text)
    assert "补交付款材料" in waits.text
    assert "¥168,000.00，缺采购合同" in waits.text
    assert f"{desks.root}/requests/{row.id}" in waits.links(f"付款申请第 {row.number} 号：预付款")
    made.papers(done)
    assert "补交付款材料" not in desks.at("project_manager").get(home).text
    assert "补交材料" not in desks.get("supervisor", f"/requests/{row.id}").text


def test_what_was_paid_before_the_console_counts_in_rows_and_sums(app: Flask, session: Session) -> None:
    made = of_contract(session, ZJ, {"payment_plan": "advance_10"})
    answer_all(made)
    who = made.base.made["supervisor"], made.base.made["supervisor2"]
    setups.opening(
        session, made.base.made.contract, who[0], kind="payment", title="预付款", score=None, tranche="advance",
        amount_fen=16_800_000, confirmed_by=who[1].id, confirmed_at=CLOCK.now,
    )  # fmt: skip
    session.commit()
    desks = Desks(app, made)
    found = Shown(desks.get("finance").text).text
    assert "上线以前已付" in found
    assert found.count("¥168,000.00") >= 5, "base, payable and paid of the line; stated and paid of the contract"
    book = load_workbook(io.BytesIO(desks.get("finance", "/sheet.xlsx").data))
    [advance] = [row for row in book.worksheets[0].iter_rows(values_only=True) if row[0] == "预付款"]
    assert [one for one in advance if one not in (None, "")][1:] == [168000, 168000, 168000, "上线以前已付"]
