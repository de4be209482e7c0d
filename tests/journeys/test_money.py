"""银行对账 in a browser: a file of the bank comes in, one key confirms what it is, the sheet shows it; also on a phone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.security.money_terms import SourceKind
from app.services.money import postings
from app.services.money.postings import Said, Source
from kpi.quantities import Money
from tests.factories.bank_files import csv_file, row
from tests.factories.office import Office, office
from tests.pages.browser import PHONE, axe_violations, sticks_out
from tests.pages.windows import Visit
from tests.services.acting import act_of

SLOW = 20_000  # a machine that is busy
DAY = date(2026, 3, 5)


@pytest.fixture
def made(session: Session) -> Office:
    """Two payments stand in the books."""
    found = office(session)
    act, scope = act_of(session, found["finance"]), found.scope(session)
    for number, amount in enumerate(("500.00", "700.00"), 1):
        statement, sum_ = Source(SourceKind.STATEMENT, number), Money.parse(amount)
        postings.earned(act, scope, statement, sum_, Said(DAY, "计价"))
        postings.approved(act, scope, statement, sum_, Said(DAY, "核定"))
        postings.paid(act, scope, Source(SourceKind.PAYMENT, number), sum_, Said(DAY, f"第 {number} 期"))
    session.commit()
    return found


def test_one_key_says_which_payment_a_line_is(visit: Visit, made: Office, tmp_path: Path) -> None:
    supplier, file = made.contract.supplier.name, tmp_path / "三月流水.csv"
    lines = [row("20260305", "R1", supplier, out="500.00"), row("20260306", "R2", supplier, out="700.00")]
    file.write_bytes(csv_file([*lines, row("20260306", "R3", "别的单位", out="31.00")]))
    window = visit("finance")
    page, base = window.page, f"/contracts/{made.contract.id}/money"
    window.go(f"{base}/bank")
    page.locator("input[type=file]").first.set_input_files(file)
    page.get_by_role("button", name="导入", exact=True).click()
    expect(window.told).to_contain_text("已导入 3 笔流水", timeout=SLOW)
    for left in (1, 0):
        expect(page.locator("[data-proposal]")).to_have_count(left + 1)
        page.wait_for_load_state("load")  # each answer is a new page: its keys are bound by then
        page.keyboard.press("j")
        page.keyboard.press("k")
        page.keyboard.press("y")
        expect(page.locator("[data-proposal]")).to_have_count(left, timeout=SLOW)
    expect(page.get_by_text("全部对上")).to_be_visible()
    for name in ("/bank", "", "/sheet"):
        window.go(f"{base}{name}")
        assert axe_violations(page) == [], name
    expect(page.get_by_text("未对上 0 笔")).to_be_visible()
    phone = visit("finance", PHONE)
    for name in ("", "/ledger", "/funds", "/guarantees", "/bank", "/sheet"):
        phone.go(f"{base}{name}")
        assert sticks_out(phone.page) == [], name
