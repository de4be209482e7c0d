"""财务总览 over HTTP: what it shows to whom, what can be taken away."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy.orm import Session

from tests.services.settling import Till, answer_all, case_of, of_contract, signed
from tests.services.test_settlement_retained import result, retaining
from tests.web.browser import Browser

ZJ, MIDDLING = "zhenjiang-gig-market", "a middling year"


@pytest.fixture
def gig(session: Session) -> Till:
    """Zhenjiang's market: the advance is paid, the final payment stated."""
    made = of_contract(session, ZJ, {"payment_plan": "advance_10"})
    answer_all(made)
    signed(made, case_of(ZJ, MIDDLING))
    made.settled("advance")
    made.stated("final")
    return made


def test_finance_sees_what_is_due_and_takes_it_away(session: Session, gig: Till, browser: Browser) -> None:
    base, made = f"/contracts/{gig.scope.contract_id}/money", gig.base.made
    browser.sign_in_as(session, made["finance"])
    page = browser.get(base).text
    for shown in ("¥1,344,000.00", "无指标", "还没有登记企业规模声明", "等供应商开具发票后起算", "资金日历"):
        assert shown in page
    given = {"size": "small", "declared_on": "2026-01-05", "daily_rate": "3%", "note": ""}
    assert "不超过 1%" in browser.post(f"{base}/declaration", given).text
    assert "请填写合同订立日期" in browser.post(f"{base}/declaration", {**given, "daily_rate": "0.03%"}).text
    dated = {**given, "signed_on": "2024-10-20"}
    other = browser.post(f"{base}/declaration", {**dated, "daily_rate": "0.03%", "lpr": "3.1%"}).text
    assert "是 3.35%（2024-07-22 公布），与填写的不同" in other
    assert browser.post(f"{base}/declaration", {**dated, "daily_rate": "0.005%"}).status_code == 303
    low = browser.get(base).text
    assert low.count("低于订立合同时（2024-10-20）的一年期贷款市场报价利率 3.35%") >= 2
    assert "3.35% ÷ 365" in low
    assert browser.post(f"{base}/declaration", {**dated, "daily_rate": "0.03%"}).status_code == 303
    page = browser.get(base).text
    assert "法定最长 60 日" in page
    assert "小型企业，约定逾期利率每日 0.03%" in page
    sheet = browser.get(f"{base}/sheet").text
    assert "付款日记账" in sheet
    assert "未对上 1 笔" in sheet
    assert [browser.get(f"{base}/sheet?span={key}").status_code for key in ("2026-Q1", "2026-13", "昨天")] == [200, 404, 404]
    book = load_workbook(io.BytesIO(browser.get(f"{base}/sheet.xlsx").data))
    assert book.sheetnames == ["科目余额", "付款日记账", "分录明细"]
    assert "应付与逾期" in load_workbook(io.BytesIO(browser.get(f"{base}/overview.xlsx").data)).sheetnames
    released = json.loads(browser.get(f"{base}/ocds.json").data)
    assert released["releases"][0]["contracts"][0]["value"]["currency"] == "CNY"
    browser.sign_in_as(session, made["project_manager"])
    assert browser.get(base).location.endswith("/money/ledger")
    assert browser.get(f"{base}/overview.xlsx").status_code == 403
    paid = browser.get(f"{base}/ledger").text
    assert "¥168,000.00" in paid
    assert "科目余额" not in paid


def test_what_is_retained_stands_there_with_its_condition(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, browser: Browser
) -> None:
    made = retaining(session, tmp_path, monkeypatch)
    result(made, unanswered=3)
    statement = made.stated("whole")
    browser.sign_in_as(session, made["finance"])
    base = f"/contracts/{made.scope.contract_id}"
    page = browser.get(f"{base}/money").text
    for shown in ("保留的质保金", "质量保证金", "¥5,000.00", "条件未满足，暂不返还"):
        assert shown in page
    assert "另行留下：质量保证金" in browser.get(f"{base}/settlement/statements/{statement.statement_id}").text
    assert "保留的质保金" in load_workbook(io.BytesIO(browser.get(f"{base}/money/overview.xlsx").data)).sheetnames
    assert "留下质保金" in browser.get(f"{base}/money/ledger?account=retained").text
    result(made, unanswered=0, interim=True)
    assert "可以返还，请主管人员核定" in browser.get(f"{base}/money").text
