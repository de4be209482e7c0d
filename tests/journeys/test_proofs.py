"""From a number to the photo behind it, a target changed by two sides; a survey and a complaint that reach the sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, expect
from sqlalchemy.orm import Session

from app.services.evidence import keeping
from app.services.standing import counts
from app.store import roles
from app.store.engine import open_sqlite
from app.store.models import EntryEvidence
from app.web.ground import ground as ground_of
from tests.factories import people
from tests.factories.ground import folder, migrated_app
from tests.factories.office import BOOK, Office, office
from tests.factories.pictures import photo
from tests.pages.browser import OFFICE, PHONE, axe_violations, serving, sticks_out, visiting
from tests.pages.setup import Office as Window
from tests.services.acting import act_of
from tests.services.assessing import YEAR, Ground
from tests.services.fieldworks import harbour
from tests.services.standings import done, stand

Visit = Callable[..., Window]
WANTED = """parameters:
  - {id: wanted, title: 全年登记, clause: LK-2, value: 20, unit: 人}
indicators:
"""


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return migrated_app(f"sqlite:///{tmp_path / 'console.sqlite'}", upload_dir=folder() / f"proofs-{tmp_path.name}")


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    engine = sa.create_engine(app.config["SQLALCHEMY_DATABASE_URI"])
    sa.event.listen(engine, "connect", open_sqlite)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    with Session(engine, expire_on_commit=False) as made:
        roles.ensure_built_in(made)
        made.commit()
        yield made
    engine.dispose()


@pytest.fixture
def visit(browser: Browser, app: Flask, session: Session) -> Iterator[Visit]:
    """A window of somebody of the office."""
    with ExitStack() as stack:
        address = stack.enter_context(serving(app))

        def open_window(made: Office, who: str, size: tuple[int, int] = OFFICE, forgiven: str = "") -> Window:
            page, watch = stack.enter_context(visiting(browser, address, size, touch=size == PHONE))
            watch.forgiven |= {forgiven} - {""}
            window, token = Window(page, address), people.signed_in(session, made[who])
            session.commit()
            window.hold(token)
            return window

        yield open_window


def looks_right(window: Window) -> None:
    assert axe_violations(window.page) == [], window.page.url
    assert sticks_out(window.page) == [], window.page.url


# -- from a number to its photo -------------------------------------------------------------------


def lake_at_work(app: Flask, session: Session, folder: Path) -> Office:
    """Four visits, one with a photo whose bytes are kept; the figures counted."""
    book = folder / "lake.yaml"
    text = BOOK.read_text("utf-8").replace("indicators:\n", WANTED, 1)
    book.write_text(text.replace("{value: registered, at_least: 20", "{value: registered, at_least: wanted", 1), "utf-8")
    made = office(session, book)
    rows = [done(session, made, "visits", date(2026, 2, day)) for day in (2, 3, 4, 5)]
    with app.app_context():
        act = replace(act_of(session, made["field_staff"]), files=ground_of().files)
    kept = keeping.keep_bytes(act, made.scope(session), "走访.jpg", photo(seed=3))
    session.execute(sa.update(EntryEvidence).where(EntryEvidence.entry_id == rows[-1].id).values(file_id=kept.id))
    counted(session, made)
    return made


def counted(session: Session, made: Office) -> None:
    session.info.clear()
    counts.prepare(act_of(session, made["supervisor"]), made.scope(session))
    stand(session, made)
    session.commit()


def test_a_number_leads_to_its_photo_and_a_target_is_changed_by_two(
    app: Flask, session: Session, visit: Visit, tmp_path: Path
) -> None:
    made = lake_at_work(app, session, tmp_path)
    she, manager = visit(made, "supervisor"), visit(made, "project_manager")
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


# -- a survey and a complaint ---------------------------------------------------------------------


def test_a_survey_and_a_complaint_reach_the_sheet(session: Session, visit: Visit, tmp_path: Path) -> None:
    made = harbour(session, tmp_path, **YEAR)
    sheet = Ground(session, made).opened()
    session.commit()
    she, other = visit(made, "supervisor"), visit(made, "supervisor2")
    asked(she, visit(made, "supervisor", PHONE, forgiven="422"), made)
    other.go(f"/contracts/{made.contract.id}/checks/polls/1")
    other.link("办结")
    other.fill("结论", "一人满意，一人嫌等得久")
    other.press("办结")
    expect(other.told).to_contain_text("已办结")
    complained(she, visit(made, "project_manager"), other, made)
    she.go(f"/contracts/{made.contract.id}/assessments/{sheet.id}")
    place = she.page.locator("section.sheet-clause").filter(has=she.page.get_by_text("LK-2", exact=True))
    for text in ("满意 1/2（50%）", "投诉0001号", "问题0001号"):
        expect(place).to_contain_text(text)
    place.get_by_label("未达标").check()
    place.get_by_label("扣分").fill("40")
    place.get_by_label("理由").fill("不满意过半，投诉属实")
    place.get_by_role("textbox", name="引用").fill("问题0001号")
    looks_right(she)
    place.get_by_role("button", name="核定").click()
    expect(place).to_contain_text("引用：问题0001号")


def asked(she: Window, phone: Window, made: Office) -> None:
    """The survey is opened at the desk and answered on the road, one by telephone; nobody is asked twice."""
    she.go(f"/contracts/{made.contract.id}/checks/polls/new")
    she.fill("服务过的人（家）数", "1000")
    she.page.locator("[name=from_on]").fill("2025-12-01")
    she.page.locator("[name=until_on]").fill("2025-12-31")
    she.press("推算人数")
    expect(she.page.get_by_text("建议调查 278 人（家）")).to_be_visible()
    she.fill("要调查的人（家）数", "3")
    she.press("开始调查")
    expect(she.told).to_contain_text("逐份登记回答")
    phone.go(f"/contracts/{made.contract.id}/checks/polls/1")
    phone.link("登记一份")
    looks_right(phone)
    for who, word in (("张女士", "满意"), ("李先生", "不满意")):
        phone.fill("问的是谁", who)
        phone.page.locator("[name=on]").fill("2025-12-20")
        phone.pick("总体是否满意？", word)
        phone.press("登记这一份，接着下一份")
        expect(phone.told).to_contain_text("份已登记")
    phone.fill("问的是谁", "李先生")
    phone.page.locator("[name=on]").fill("2025-12-20")
    phone.pick("总体是否满意？", "满意")
    phone.press("登记这一份，接着下一份")
    expect(phone.page.get_by_text("这个人已经问过（第 2 份）").first).to_be_visible()


def complained(she: Window, manager: Window, other: Window, made: Office) -> None:
    """Received, answered by the contractor, looked into by two, upheld by somebody else: a finding."""
    at = f"/contracts/{made.contract.id}/checks/complaints"
    she.go(f"{at}/new")
    she.page.locator("[name=clause]").select_option("LK-2")
    she.page.get_by_label("收到日期").fill("2025-12-10")
    she.fill("投诉的事实", "登记排队两小时")
    she.press("登记投诉")
    expect(she.told).to_contain_text("投诉0001号")
    manager.go(f"{at}/1")
    manager.link("说明情况")
    manager.fill("情况说明", "当天系统停机")
    manager.press("提交说明")
    she.page.reload()
    she.link("登记调查")
    she.fill("调查的情况", "调取监控属实")
    she.page.get_by_label("调查日期").fill("2025-12-11")
    she.page.get_by_label("另一名调查人").select_option(label=made["supervisor2"].display_name)
    she.press("登记调查")
    other.go(f"{at}/1")
    other.link("认定")
    other.page.get_by_role("radio", name="成立", exact=True).check()
    other.fill("认定的理由", "监控属实")
    other.press("认定")
    expect(other.told).to_contain_text("登记为问题")
    expect(other.page.get_by_role("link", name="问题0001号")).to_be_visible()
