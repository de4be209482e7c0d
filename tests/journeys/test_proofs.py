"""From a number to the photo behind it; a target that is changed by both sides."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import expect
from sqlalchemy.orm import Session

from app.services.evidence import keeping
from app.services.standing import counts
from app.store.models import EntryEvidence
from app.web.ground import ground
from tests.factories.office import BOOK, Office, office
from tests.factories.pictures import photo
from tests.pages.windows import Visit, looks_right
from tests.services.acting import act_of
from tests.services.standings import done, stand

WANTED = """parameters:
  - {id: wanted, title: 全年登记, clause: LK-2, value: 20, unit: 人}
indicators:
"""


@pytest.fixture
def made(app: Flask, session: Session, tmp_path: Path) -> Office:
    """Four visits, one with a photo whose bytes are kept; the figures counted."""
    book = tmp_path / "lake.yaml"
    text = BOOK.read_text("utf-8").replace("indicators:\n", WANTED, 1)
    book.write_text(text.replace("{value: registered, at_least: 20", "{value: registered, at_least: wanted", 1), "utf-8")
    found = office(session, book)
    rows = [done(session, found, "visits", date(2026, 2, day)) for day in (2, 3, 4, 5)]
    with app.app_context():
        act = replace(act_of(session, found["field_staff"]), files=ground().files)
    kept = keeping.keep_bytes(act, found.scope(session), "走访.jpg", photo(seed=3))
    session.execute(sa.update(EntryEvidence).where(EntryEvidence.entry_id == rows[-1].id).values(file_id=kept.id))
    counted(session, found)
    return found


def counted(session: Session, made: Office) -> None:
    session.info.clear()
    counts.prepare(act_of(session, made["supervisor"]), made.scope(session))
    stand(session, made)
    session.commit()


def test_a_number_leads_to_its_photo_and_a_target_is_changed_by_two(session: Session, visit: Visit, made: Office) -> None:
    she, manager = visit("supervisor"), visit("project_manager")
    she.go(f"/contracts/{made.contract.id}/indicators")
    looks_right(she)
    she.link("走访企业")
    looks_right(she)
    behind = she.page.locator("table.figure-list").get_by_role("link", name="4 条").first
    behind.click()
    expect(she.page.get_by_text("共 4 条")).to_be_visible()
    expect(she.page.locator("main tbody tr")).to_have_count(4)
    she.page.locator("main tbody tr").first.get_by_role("link").click()
    picture = she.page.locator("main img").first
    expect(picture).to_be_visible()
    assert picture.evaluate("async (one) => { await one.decode(); return one.naturalWidth; }") > 0
    at = f"/contracts/{made.contract.id}/indicators/LK-2/0"
    manager.go(at)
    manager.link("提出调整")
    manager.fill("改为", "18")
    manager.fill("理由和依据", "停电停办两周，会议纪要〔2026〕3号")
    manager.press("提出调整")
    expect(manager.told).to_contain_text("等另一方答复")
    she.go(at)
    she.link("答复")
    she.page.get_by_role("radio", name="同意", exact=True).check()
    she.press("答复")
    expect(she.told).to_contain_text("按新目标计算")
    counted(session, made)
    she.page.reload()
    expect(she.page.get_by_role("heading", name="全年登记：18 人")).to_be_visible()
    looks_right(she)
