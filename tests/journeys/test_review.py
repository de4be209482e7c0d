"""A supervisor at the desk: one entry with one key, two hundred in fifteen; returned, taken back, on a phone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from PIL import Image
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from app.services.evidence import keeping
from app.services.verification import decide
from app.store.models import EntryOpening, LedgerEntry, ReviewBatch
from app.web.ground import ground as ground_of
from tests.factories.entries import news, seekers, visit
from tests.factories.office import Office
from tests.pages.browser import OFFICE, PHONE, Watch, axe_violations, sticks_out, visiting
from tests.pages.review import Desk
from tests.pages.windows import Console
from tests.services.acting import act_of

Open = Callable[..., tuple[Desk, Watch]]
MOST_KEYS = 15


@pytest.fixture
def visit_desk(browser: Browser, console: Console) -> Iterator[Open]:
    """Opens the desk as one of the office's people; on leaving, errors behind the page fail the test."""
    with ExitStack() as stack:

        def open_desk(
            who: str = "supervisor", size: tuple[int, int] = OFFICE, scheme: str = "light", stage: str = "review"
        ) -> tuple[Desk, Watch]:
            page, watch = stack.enter_context(visiting(browser, console.address, size, scheme))
            console.hold(page, who)
            return Desk(page, f"{console.root}/{stage}"), watch

        yield open_desk


def states(session: Session) -> Counter[str]:
    found = Counter(session.scalars(sa.select(LedgerEntry.state)))
    session.commit()
    return found


def photos(app: Flask, session: Session, made: Office, count: int) -> dict[str, list[int]]:
    """Pictures with bytes behind them."""
    with app.app_context():
        act = replace(act_of(session, made["field_staff"]), files=ground_of().files)
    kept = []
    for place in range(count):
        data = BytesIO()
        picture = Image.radial_gradient("L").resize((800, 600)).rotate(17 * place + act.actor.user_id)  # type: ignore[union-attr]
        picture.save(data, "JPEG", quality=90 - place)
        kept.append(keeping.keep_bytes(act, made.scope(session), f"现场{place}.jpg", data.getvalue()).id)
    return {"现场照片": kept}


def test_one_entry_takes_one_key(session: Session, made: Office, visit_desk: Open) -> None:
    entries = [news(session, made) for _ in range(4)]
    desk, watch = visit_desk()
    desk.open()
    desk.is_shown(f"news-{entries[0].number:06d}")
    desk.press("y")
    desk.is_shown(f"news-{entries[1].number:06d}")
    expect(desk.waiting).to_have_text("等待 3 条")
    expect(desk.title).to_be_focused()
    assert desk.keys == ["y"]
    assert states(session) == {"verified": 1, "submitted": 3}
    pages = [line for line in watch.asked if line.startswith("GET /contracts") and line.endswith("/review")]
    assert len(pages) == 1, "the page is not loaded again"


def test_two_hundred_take_fifteen_keys_with_ten_opened(session: Session, made: Office, visit_desk: Open) -> None:
    seekers(session, made, 200)
    desk, _ = visit_desk()
    desk.open()
    desk.press("b")
    expect(desk.page.get_by_role("heading", name="批量审核")).to_be_visible()
    desk.page.wait_for_load_state("networkidle")
    desk.press("y")
    expect(desk.bar).to_contain_text("抽核 10/200")
    for opened in range(1, 11):
        expect(desk.bar).to_contain_text(f"已打开 {opened}/10")
        if opened < 10:
            expect(desk.pass_all).to_be_disabled()
            number = desk.number
            desk.press("j")
            desk.next_is_shown(number)
    expect(desk.pass_all).to_be_enabled()
    desk.press("y")
    expect(desk.page.get_by_text("审核通过 200 条")).to_be_visible()
    assert len(desk.keys) <= MOST_KEYS, desk.keys
    assert states(session) == {"verified": 200}
    (batch,) = session.scalars(sa.select(ReviewBatch))
    openings = set(session.scalars(sa.select(EntryOpening.entry_id)))
    assert set(batch.drawn_ids) == set(batch.opened_ids)
    assert openings >= set(batch.drawn_ids)
    assert len(openings) <= 11, "the drawn ones, and the one that the queue began with"
    assert axe_violations(desk.page) == []


def test_a_return_by_keys_with_a_reason_of_this_contract(session: Session, made: Office, visit_desk: Open) -> None:
    earlier = news(session, made)
    decide.give_back(act_of(session, made["supervisor"]), made.scope(session), earlier.id, 1, "缺签到表，请补上")
    first, second = news(session, made), news(session, made)
    desk, _ = visit_desk()
    desk.open()
    desk.press("r")
    expect(desk.returning.get_by_role("button", name="缺签到表，请补上")).to_be_visible()
    assert axe_violations(desk.page) == []
    desk.press("1", "Enter")
    desk.is_shown(f"news-{second.number:06d}")
    expect(desk.strip).to_contain_text(f"退回 news-{first.number:06d}")
    session.refresh(first)
    assert (first.state, first.return_reason) == ("returned", "缺签到表，请补上")
    session.commit()
    desk.press("u")
    desk.is_shown(f"news-{first.number:06d}")
    assert states(session) == {"submitted": 2, "returned": 1}
    desk.press("r")
    desk.press("Enter")  # nothing typed: nothing is sent, and what is asked for is said in Chinese
    box = desk.returning.get_by_label("原因和要改的地方")
    assert box.evaluate("(box) => box.validationMessage") == "请写明原因和要改的地方，填报人会看到"
    expect(desk.returning).to_be_visible()
    desk.type("照片太暗 2 张")
    desk.press("Enter")
    desk.is_shown(f"news-{second.number:06d}")
    session.refresh(first)
    assert first.return_reason == "照片太暗 2 张"


def test_entry_and_evidence_are_on_one_screen(app: Flask, session: Session, made: Office, visit_desk: Open) -> None:
    raw = {"topic": "用工", "need": "20", "cost": "32.50", "minutes": "45", "share": "92.5%", "note": "企业计划新招普工二十人，" * 5}
    visit(session, made, raw=raw, files=photos(app, session, made, 3))
    desk, watch = visit_desk()
    desk.open()
    large = desk.page.locator("#proof-large img")
    expect(large).to_be_visible()
    facts = desk.box(desk.page.locator(".pane-values"))
    proof, button = desk.box(large), desk.box(desk.page.get_by_role("button", name="通过"))
    assert facts[2] <= proof[0], "the evidence stands beside the fields"
    assert max(facts[3], proof[3], button[3]) <= OFFICE[1], "nothing of it lies below the screen"
    before = large.get_attribute("src")
    desk.press("2")
    assert large.get_attribute("src") != before
    large.evaluate("(image) => image.decode()")  # fails where the picture is none
    watch.forgive("404")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_nobody_is_shut_out(session: Session, made: Office, visit_desk: Open, size: tuple[int, int], scheme: str) -> None:
    seekers(session, made, 12)
    visit(session, made, raw={"minutes": "20"})
    desk, watch = visit_desk(size=size, scheme=scheme)
    for path in ("", "/filters", "/bulk", "/batches", "/1/spot", "/limit"):
        desk.open(path)
        assert axe_violations(desk.page) == [], path
        assert sticks_out(desk.page) == [], path
    desk.at = f"/contracts/{made.contract.id}/locks"
    for path in ("", "/new"):
        desk.open(path)
        assert axe_violations(desk.page) == [], path
        assert sticks_out(desk.page) == [], path
    watch.forgive("404")  # the photo of this entry has no bytes


def test_the_project_manager_works_the_same_desk(session: Session, made: Office, visit_desk: Open) -> None:
    made.contract.internal_check = True
    session.commit()
    entries = [news(session, made) for _ in range(2)]
    desk, _ = visit_desk("project_manager", stage="check")
    desk.open()
    desk.press("y")
    desk.is_shown(f"news-{entries[1].number:06d}")
    assert states(session) == {"submitted": 1, "to_check": 1}
