"""A field worker's day on a phone: ten entries with photos, repeated, corrected, kept over a lost session."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect
from sqlalchemy.orm import Session

from app.services.verification import decide
from app.store.models import LedgerEntry, UserSession
from tests.factories import people
from tests.factories.ground import CLOCK
from tests.factories.office import CODES
from tests.pages.browser import OFFICE, PHONE, Watch, axe_violations, sticks_out, visiting
from tests.pages.ledger import Ledgers
from tests.pages.windows import Console
from tests.services.acting import act_of


def kept(console: Console, ledger: str = "visits") -> list[LedgerEntry]:
    """The entries of a ledger as they are now."""
    query = sa.select(LedgerEntry).where(LedgerEntry.ledger == ledger).order_by(LedgerEntry.id)
    with Session(console.session.get_bind(), expire_on_commit=False) as other:
        return list(other.scalars(query))


@pytest.fixture
def staff(browser: Browser, console: Console) -> Iterator[tuple[Ledgers, Watch]]:
    """The field worker, signed in, with her phone."""
    with visiting(browser, console.address, PHONE, touch=True) as (page, watch):
        console.hold(page, "field_staff")
        yield Ledgers(page, f"{console.root}/ledgers"), watch
        overtaken(watch)


def overtaken(watch: Watch) -> None:
    """A check that was under way when the page was left is no fault."""
    for part in ("htmx:sendAbort", "htmx:afterRequest"):
        watch.forgive(part)


def write_visit(her: Ledgers, name: str, code: str, *, day: str, photos: tuple[int, ...]) -> None:
    """What is typed and tapped in the form of a visit."""
    her.field("走访日期").fill(day)
    her.field("单位名称").fill(name)
    her.field("统一社会信用代码").fill(code)
    her.tap(her.page.get_by_role("radio", name="政策"))
    her.choose_photos("现场照片", *photos)


def leaf_through_photos(page: Page) -> None:
    """The photos of an entry open in place and are turned with the keys."""
    page.locator("[data-lightbox] a.card-link").first.click()
    box = page.locator("#lightbox")
    expect(box).to_contain_text("（1 / 2）")
    page.keyboard.press("ArrowRight")
    expect(box).to_contain_text("（2 / 2）")
    expect(box.locator("img")).to_have_js_property("complete", True)
    box.locator("img").evaluate("(image) => image.decode()")  # fails where the picture is none
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()


def test_ten_entries_with_photos(staff: tuple[Ledgers, Watch], console: Console) -> None:
    her, _ = staff
    page = her.page
    her.begin()
    her.tap(her.link("记一条", "企业走访台账"))
    assert axe_violations(page) == []
    write_visit(her, "湖畔电子", CODES[0], day="2026-03-01", photos=(1, 2))
    expect(page.locator("#entry-check")).to_contain_text("可以提交")
    her.submit()
    expect(her.said).to_contain_text("visits-000001 已提交，等待审核")
    assert her.clicks <= 7, "新登记一条并附两张照片"
    assert sticks_out(page) == []
    leaf_through_photos(page)
    for place in range(2, 10):
        her.begin()
        her.tap(her.link("复制上一条", "企业走访台账"))
        expect(page.locator("#entry-place")).to_contain_text("已复制")
        her.field("走访日期").fill(f"2026-02-{place:02}")
        her.choose_photos("现场照片", 10 * place, 10 * place + 1)
        her.submit()
        expect(her.said).to_contain_text(f"visits-{place:06} 已提交")
        assert her.clicks <= 4 + 2, "重复登记，另加选照片的两下"
    her.begin()
    her.tap(her.link("记一条", "企业走访台账"))
    her.page.get_by_label("单位名称").press_sequentially("湖畔")
    her.tap(page.get_by_role("button", name="湖畔电子"))
    expect(her.field("统一社会信用代码")).to_have_value(CODES[0])
    her.field("走访日期").fill("2026-02-10")
    her.tap(page.get_by_role("radio", name="用工"))
    her.choose_photos("现场照片", 3, 4)
    expect(page.locator("#hint-v-need")).to_contain_text("这一项必须填")
    her.submit()
    summary = page.locator(".error-summary")
    expect(summary).to_contain_text("缺工人数")
    her.field("缺工人数").fill("12")
    her.submit()
    expect(her.said).to_contain_text("visits-000010 已提交")
    staff[1].forgive("422")
    made = kept(console)
    assert [len(entry.fields) for entry in made] == [3] * 9 + [4]
    assert {entry.state for entry in made} == {"submitted"}
    page.goto(f"{her.base}/visits")
    assert axe_violations(page) == []
    assert sticks_out(page) == []


def test_repeating_an_entry_takes_four_clicks(staff: tuple[Ledgers, Watch], console: Console) -> None:
    her, _ = staff
    her.page.goto(f"{her.base}/news/entries/new")
    her.page.get_by_label("公众号").check()
    her.submit()
    expect(her.said).to_contain_text("news-000001")
    her.page.goto("/")
    her.clicks = 0
    her.page.goto(console.root)
    her.tap(her.page.get_by_role("navigation", name="手机导航").get_by_role("link", name="台账"))
    her.tap(her.link("复制上一条", "宣传报道台账"))
    her.submit()
    expect(her.said).to_contain_text("news-000002 已提交")
    assert her.clicks <= 4
    assert kept(console, "news")[1].fields["channels"] == ["公众号"]


def test_a_returned_entry_is_sent_again_in_three_clicks(staff: tuple[Ledgers, Watch], console: Console) -> None:
    her, _ = staff
    her.page.goto(f"{her.base}/news/entries/new")
    her.page.get_by_label("公众号").check()
    her.submit()
    expect(her.said).to_contain_text("news-000001")
    (entry,) = kept(console, "news")
    supervisor = act_of(console.session, console.made["supervisor"])
    decide.give_back(supervisor, console.made.scope(console.session), entry.id, entry.version, "请写明推送的标题")
    console.session.commit()
    her.page.goto(console.root)
    her.clicks = 0
    her.tap(her.page.get_by_role("navigation", name="手机导航").get_by_role("link", name="台账"))
    her.tap(her.link("宣传报道台账 news-000001"))
    expect(her.page.locator("#entry-place")).to_contain_text("请写明推送的标题")
    her.field("情况").fill("春风行动招聘信息")
    her.submit("重新提交")
    expect(her.said).to_contain_text("已提交，等待审核")
    assert her.clicks <= 3
    assert kept(console, "news")[0].state == "submitted"


def test_what_was_typed_outlives_the_session(staff: tuple[Ledgers, Watch], console: Console) -> None:
    her, watch = staff
    page = her.page
    page.goto(f"{her.base}/visits/entries/new")
    write_visit(her, "湖畔电子", CODES[0], day="2026-03-01", photos=(5,))
    expect(page.locator("#draft-note")).to_contain_text("已自动保存", timeout=10_000)
    console.session.execute(sa.update(UserSession).values(ended_at=CLOCK.now, ended_reason="idle"))
    console.session.commit()
    her.field("情况").fill("谈妥，下周签约")
    her.submit()
    toast = page.locator("#toasts [role=alert]")
    expect(toast).to_contain_text("登录已过期，填写的内容还在本页")
    with page.context.expect_page() as opened:
        toast.get_by_role("link", name="在新标签页登录").first.click()
    other = opened.value
    other.get_by_label("登录名").fill(console.made["field_staff"].login_name)
    other.get_by_label("密码").fill(people.PASSWORD)
    other.get_by_role("button", name="登录").click()
    other.wait_for_url("**/")
    other.wait_for_load_state("networkidle")  # what it still loads would take the message of the first window
    her.submit()
    expect(her.said).to_contain_text("visits-000001 已提交")
    (entry,) = kept(console)
    assert entry.fields["note"] == "谈妥，下周签约"
    for part in ("401", "400", "htmx:"):
        watch.forgive(part)


def test_another_person_does_not_send_what_she_typed(staff: tuple[Ledgers, Watch], console: Console) -> None:
    her, watch = staff
    page = her.page
    page.goto(f"{her.base}/news/entries/new")
    page.get_by_label("公众号").check()
    expect(page.locator("#entry-check")).to_contain_text("可以提交")
    console.hold(page, "field_staff2")
    page.evaluate(
        """() => {
            document.querySelectorAll("[name=csrf_token]").forEach((input) => { input.value = "x"; });
            document.querySelector("meta[name=csrf-token]").content = "x";
        }"""
    )
    her.submit()
    expect(page.locator("#toasts [role=alert]")).to_contain_text("现在登录的是另一个人")
    assert kept(console, "news") == []
    for part in ("400", "htmx:"):
        watch.forgive(part)


def test_the_quick_row_is_kept_with_the_keyboard_alone(browser: Browser, console: Console) -> None:
    with visiting(browser, console.address, OFFICE) as (page, watch):
        console.hold(page, "supervisor")
        page.goto(f"{console.root}/ledgers/hotline")
        row = page.get_by_role("form", name="快速登记")
        row.get_by_label("抽测日期").focus()
        for when in ("09:30", "10:15"):
            row.get_by_label("抽测日期").fill("2026-03-04")
            row.get_by_label("时间").fill(when)
            row.get_by_role("radio", name="是").check()
            row.get_by_label("时间").press("Enter")
            expect(row).to_contain_text("已登记")
            expect(row.get_by_label("抽测日期")).to_be_focused()
        expect(page.locator("#entries")).to_contain_text("10:15")
        assert axe_violations(page) == []
        overtaken(watch)
    assert [entry.fields["time"] for entry in kept(console, "hotline")] == ["09:30", "10:15"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
def test_nobody_is_shut_out(browser: Browser, console: Console, size: tuple[int, int], scheme: str) -> None:
    base = f"{console.root}/ledgers"
    with visiting(browser, console.address, size, scheme) as (page, watch):
        console.hold(page, "field_staff")
        her = Ledgers(page, base)
        page.goto(f"{base}/seekers/entries/new")
        for label, text in (("姓名", "甲一"), ("身份证号", "360824199001010014"), ("意向岗位", "保洁")):
            her.field(label).fill(text)
        her.submit()
        expect(her.said).to_contain_text("seekers-000001")
        at = page.url
        for path in ("", "/seekers", "/seekers/print", "/visits/entries/new", "/hotline"):
            page.goto(f"{base}{path}")
            page.wait_for_load_state("networkidle")
            assert axe_violations(page) == [], path
            assert sticks_out(page) == [], path
        page.goto(at)
        page.get_by_text("查看", exact=True).first.click()
        page.get_by_label("查看的事由").fill("回访核实")
        page.get_by_role("button", name="显示").click()
        expect(page.locator(".revealed")).to_contain_text("甲一")
        assert axe_violations(page) == []
        page.reload()
        expect(page.locator("main")).not_to_contain_text("甲一")
        overtaken(watch)
