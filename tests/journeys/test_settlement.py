"""结算 in a browser: from the signed score to the form under approval in few clicks, nothing typed twice."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.store import payments
from tests.factories.ground import CLOCK
from tests.pages.browser import PHONE
from tests.pages.windows import Visit, Window, looks_right
from tests.services.assessing import ground
from tests.services.frozen import frozen
from tests.services.settling import Till, answer_all, till

SLOW = 20_000


@pytest.fixture
def made(session: Session) -> Till:
    """The lake's office, its year signed with full marks."""
    made = till(ground(session, answers={"tolerance": "prorata"}, price_fen=134_400_000))
    answer_all(made)
    frozen(made, {"otherwise": "met"})
    return made


def test_from_the_signed_score_to_the_approval(visit: Visit, made: Till, session: Session, tmp_path: Path) -> None:
    root = f"/contracts/{made.scope.contract_id}"
    she = visit("supervisor")
    she.go(f"{root}/assessments/1/result")
    she.link("按这个结果结算")  # 1
    looks_right(she)
    she.press("核定应付款 ¥1,344,000.00")  # 2
    expect(she.told).to_contain_text("已核定")
    looks_right(she)
    statement = she.page.url
    head = visit("deputy_head")
    head.page.goto(statement)
    head.press("签发")  # 3
    head.agree()
    expect(head.told).to_contain_text("已签发")
    manager = visit("project_manager", PHONE)
    manager.page.goto(statement)
    manager.link("申请付款")  # 4
    manager.fill("发票号码", "26320000000000004711")
    manager.fill("开户银行", "某某银行城东支行")
    manager.fill("银行账号", "6222000011112222")
    manager.fill("开票日期", CLOCK.now.date().isoformat())
    looks_right(manager)
    manager.press("提交付款申请")  # 5
    expect(manager.told).to_contain_text("申请已提交")
    looks_right(manager)
    request = manager.page.url
    checked(visit("finance"), request, tmp_path)
    she.page.goto(request)
    made.papers(made.latest_request())
    she.page.reload()
    she.press("报送审批")  # 6
    expect(she.told).to_contain_text("已报送审批")
    looks_right(she)
    session.rollback()
    row = payments.requests(session, made.scope.contract_id)[-1]
    session.refresh(row)
    assert (row.amount_fen, row.state, row.line) == (134_400_000, "approving", "whole")


def checked(finance: Window, request: str, folder: Path) -> None:
    """The tax office's result, with its screenshot."""
    proof = folder / "proof.png"
    Image.linear_gradient("L").save(proof)
    finance.page.goto(request)
    finance.link("查验发票")
    finance.page.get_by_label("查验一致").check()
    finance.page.locator("input[type=file]").first.set_input_files(proof)
    expect(finance.page.locator("[data-kept]")).to_have_count(1, timeout=SLOW)
    looks_right(finance)
    finance.press("登记查验结果")
    expect(finance.told).to_contain_text("已登记")
