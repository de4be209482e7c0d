"""Two inspectors with a phone: Zhenjiang's premises tapped through, a lost session on the way, a signature, findings."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from app.store.models import Finding, LedgerEntry, UserSession
from tests.factories.ground import CLOCK
from tests.factories.office import Office, office
from tests.factories.pictures import photo
from tests.pages.browser import PHONE, axe_violations, sticks_out, visiting
from tests.pages.windows import Console

BOOK = Path(str(resources.files("kpi.rulebooks") / "zhenjiang-gig-market.yaml"))


@pytest.fixture
def made(session: Session) -> Office:
    return office(session, BOOK)


def card(page: Page, number: int) -> Any:
    return page.locator(".walk-item").nth(number - 1)


def tap(page: Page, number: int, label: str, done: int) -> None:
    """One tap on a button of an item; it is kept when the count says so."""
    card(page, number).get_by_role("button", name=label, exact=True).click()
    expect(page.locator("#walk-progress")).to_contain_text(f"{done}／5")
    expect(card(page, number).get_by_role("button", name=label, exact=True)).to_have_attribute("aria-pressed", "true")


def lose_session(console: Console) -> None:
    with Session(console.session.get_bind()) as other:
        other.execute(sa.update(UserSession).values(ended_at=CLOCK.now, ended_reason="idle"))
        other.commit()


def test_a_premises_inspection_on_a_phone(browser: Browser, console: Console) -> None:
    with visiting(browser, console.address, PHONE, touch=True) as (page, watch):
        console.hold(page, "supervisor")
        page.goto(f"{console.root}/checks/inspections")
        page.get_by_role("link", name="安排检查").click()
        page.get_by_label("网点", exact=True).select_option(label="城东街道")
        page.get_by_role("button", name="列入检查").click()
        expect(page.locator(".walk-item")).to_have_count(5)
        assert axe_violations(page) == []
        assert sticks_out(page) == []
        tap(page, 1, "具备", 1)
        tap(page, 2, "具备", 2)
        lose_session(console)
        card(page, 3).get_by_role("button", name="具备", exact=True).click()
        expect(page.locator("#toasts")).to_contain_text("登录")
        watch.forgive("401")
        console.hold(page, "supervisor")
        page.reload()
        expect(page.locator("#walk-progress")).to_contain_text("2／5")
        tap(page, 3, "具备", 3)
        tap(page, 4, "不适用", 4)
        fail_with_photo(page)
        finish(page, console)


def fail_with_photo(page: Page) -> None:
    """The fifth item does not conform: a note and a photo beside it."""
    tap(page, 5, "缺少", 5)
    last = card(page, 5)
    last.get_by_label("说明").fill("疏散通道堆放桌椅")
    last.locator("input[type=file]").first.set_input_files({"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": photo(seed=5)})
    expect(last.locator("[data-kept]")).to_have_count(1)
    last.get_by_role("button", name="保存说明和照片").click()
    expect(card(page, 5).locator("[data-kept]")).to_have_count(1)
    expect(card(page, 5)).to_contain_text("ZJ-1.1")
    assert sticks_out(page) == []


def finish(page: Page, console: Console) -> None:
    """The signature, and what follows from the walk."""
    page.get_by_role("link", name="查完，去签字办结").click()
    page.get_by_label("另一名检查人").select_option(label=console.made["supervisor2"].display_name)
    page.get_by_label("被检查方在场人员").fill("李站长")
    page.get_by_role("button", name="办结").click()
    expect(page.locator("#content")).to_contain_text("问题0001号")
    assert axe_violations(page) == []
    assert sticks_out(page) == []
    with Session(console.session.get_bind()) as other:
        (finding,) = other.scalars(sa.select(Finding))
        kept = other.scalars(sa.select(LedgerEntry).order_by(LedgerEntry.id)).all()
        assert (finding.clause, finding.place) == ("ZJ-1.1", "城东街道")
        assert [one.fields["in_place"] for one in kept] == [True, True, True, False]
        assert {one.state for one in kept} == {"submitted"}
