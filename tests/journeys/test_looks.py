"""The components in a real browser: reachable for everybody, whole at every size, and doing what they say."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, FilePayload, Page, Route, expect

from tests.pages.browser import OFFICE, PHONE, Watch, axe_violations, serving, sticks_out, visiting
from tests.pages.looks import small_app
from tests.pages.styleguide import StyleGuide

Open = Callable[..., tuple[StyleGuide, Watch]]
PAGES = ["", "/bare", "/auth?wrong=1", "/print", "/wall"]


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(small_app()) as at:
        yield at


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Open]:
    """Opens a page of the style guide; on leaving, errors behind the page fail the test."""
    with ExitStack() as stack:

        def open_page(
            path: str = "", size: tuple[int, int] = OFFICE, scheme: str = "light"
        ) -> tuple[StyleGuide, Watch]:
            page, watch = stack.enter_context(visiting(browser, address, size, scheme))
            return StyleGuide(page, path), watch

        yield open_page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [OFFICE, PHONE], ids=["office", "phone"])
@pytest.mark.parametrize("path", PAGES)
def test_nobody_is_shut_out(visit: Open, path: str, size: tuple[int, int], scheme: str) -> None:
    guide, _ = visit(path, size, scheme)
    guide.see_charts()
    assert axe_violations(guide.page) == []
    if path != "/wall" or size == OFFICE:
        assert sticks_out(guide.page) == []


def test_the_dialogs_too_are_open_to_everybody(visit: Open) -> None:
    guide, _ = visit()
    guide.press("退回…")
    expect(guide.dialog("退回这条记录")).to_be_visible()
    assert axe_violations(guide.page) == []


def test_keys_lead_to_the_content_the_help_and_the_filter(visit: Open) -> None:
    guide, _ = visit()
    page = guide.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("?")
    expect(guide.dialog("快捷键")).to_contain_text("下一页")
    page.keyboard.press("Escape")
    expect(guide.dialog("快捷键")).to_be_hidden()
    page.keyboard.press("/")
    word = page.get_by_label("名称含")
    expect(word).to_be_focused()
    page.keyboard.type("/?")
    expect(word).to_have_value("/?")


def test_focus_is_seen(visit: Open) -> None:
    guide, _ = visit()
    for _ in range(12):
        guide.page.keyboard.press("Tab")
        outline = guide.page.evaluate("() => getComputedStyle(document.activeElement).outlineStyle")
        assert outline != "none", guide.page.evaluate("() => document.activeElement.outerHTML")


def theme_of(page: Page) -> str:
    chosen: str = page.evaluate("() => document.documentElement.dataset.bsTheme")
    return chosen


def test_light_and_dark_follow_the_system_until_chosen(visit: Open) -> None:
    guide, _ = visit(scheme="dark")
    page = guide.page
    assert theme_of(page) == "dark"
    page.get_by_label("界面明暗").click()
    page.get_by_role("button", name="浅色").click()
    assert theme_of(page) == "light"
    page.reload()
    assert theme_of(page) == "light"
    page.get_by_label("界面明暗").click()
    expect(page.get_by_role("button", name="浅色")).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize(("kind", "region"), [("成功", "status"), ("出错", "alert")])
def test_a_message_is_said_and_can_be_closed(visit: Open, kind: str, region: str) -> None:
    guide, _ = visit()
    guide.press(f"弹出“{kind}”")
    toast = guide.page.locator(f"#toasts [role={region}] .notice")
    expect(toast).to_be_visible()
    toast.get_by_role("button", name="关闭这条消息").click()
    expect(toast).to_have_count(0)


def test_a_failing_server_is_explained(visit: Open) -> None:
    guide, watch = visit()
    guide.press("服务器出错")
    expect(guide.toasts).to_contain_text("系统出错，这一步没有完成，填写的内容还在本页")
    guide.page.context.set_offline(True)
    guide.press("弹出“成功”")
    expect(guide.toasts.last).to_contain_text("网络不通")
    for part in ("503", "ERR_INTERNET_DISCONNECTED", "htmx:"):
        watch.forgive(part)


def test_a_question_comes_before_the_act(visit: Open) -> None:
    guide, watch = visit()
    guide.press("撤销导入…")
    question = guide.dialog("请确认")
    expect(question).to_contain_text("撤销这次导入的 487 条记录")
    question.get_by_role("button", name="取消").click()
    expect(question).to_be_hidden()
    assert not [line for line in watch.asked if line.startswith("POST")]
    guide.press("撤销导入…")
    question.get_by_role("button", name="撤销导入").click()
    expect(guide.toasts).to_have_count(1)
    assert [line for line in watch.asked if line.startswith("POST")] == ["POST /styleguide/tell/success"]


def let_go(page: Page, held: list[Route]) -> None:
    """Sends on the request that was held back, once it has come."""
    for _ in range(400):
        if held:
            break
        page.wait_for_timeout(50)
    held.pop().continue_()


def test_a_press_before_the_scripts_are_there_is_neither_lost_nor_unasked(browser: Browser, address: str) -> None:
    """On a slow line the page is seen before its behaviour is there: the press waits, the question still comes first."""
    with visiting(browser, address) as (page, watch):
        slow: list[Route] = []
        page.route("**/static/app.js", lambda route: slow.append(route))
        page.goto("/styleguide", wait_until="commit")
        for name in ("撤销导入…", "撤销导入…", "弹出“成功”"):
            page.get_by_role("button", name=name, exact=True).click()
        assert page.get_by_role("dialog", name="请确认").is_hidden()
        let_go(page, slow)
        expect(page.get_by_role("dialog", name="请确认")).to_contain_text("撤销这次导入的 487 条记录")
        expect(page.locator("#toasts .notice")).to_have_count(1)
        assert [line for line in watch.asked if line.startswith("POST")] == ["POST /styleguide/tell/success"]


def test_what_was_typed_before_the_scripts_are_there_is_looked_up(browser: Browser, address: str) -> None:
    with visiting(browser, address) as (page, _):
        slow: list[Route] = []
        page.route("**/static/app.js", lambda route: slow.append(route))
        page.goto("/styleguide", wait_until="commit")
        page.get_by_role("searchbox", name="负责人").press_sequentially("欧阳晓琳")
        let_go(page, slow)
        page.get_by_role("button", name="欧阳晓琳").click()
        expect(page.locator("input[name=owner]")).to_have_value("102")


def test_a_wrong_form_keeps_what_was_typed_and_a_right_one_leads_on(visit: Open) -> None:
    guide, watch = visit()
    guide.form.get_by_label("活动名称").fill("春风行动")
    guide.posts.fill("很多")
    guide.submit()
    summary = guide.form.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("没有保存，有 2 处要改")
    expect(guide.form.get_by_label("活动名称")).to_have_value("春风行动")
    summary.get_by_role("link", name="提供岗位").click()
    expect(guide.posts).to_be_focused()
    expect(guide.posts).to_have_attribute("aria-invalid", "true")
    assert axe_violations(guide.page) == []
    guide.posts.fill("1208")
    guide.submit()
    expect(guide.page.locator("#messages")).to_contain_text("已提交 1 条记录")
    watch.forgive("422")


def test_leaving_an_unsaved_form_asks_first(visit: Open) -> None:
    guide, _ = visit()
    asked: list[str] = []
    guide.page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    guide.page.goto("/styleguide/bare")
    assert asked == []
    guide.page.goto("/styleguide")
    guide.form.get_by_label("说明").press_sequentially("写了一半")
    guide.page.goto("/styleguide/bare")
    assert asked == ["beforeunload"]


def test_an_entry_is_priced_while_it_is_typed(visit: Open) -> None:
    guide, _ = visit()
    guide.posts.fill("40")
    guide.posts.blur()
    expect(guide.form).to_contain_text("预计扣 0.5 分")
    expect(guide.posts).to_have_value("40")


def test_a_person_is_found_and_chosen(visit: Open) -> None:
    guide, watch = visit()
    owner = guide.form.get_by_role("searchbox", name="负责人")
    owner.press_sequentially("欧阳晓琳")
    guide.form.get_by_role("button", name="欧阳晓琳").click()
    value = guide.form.locator("input[name=owner]")
    expect(owner).to_have_value("欧阳晓琳")
    expect(value).to_have_value("102")
    assert not [line for line in watch.asked if "people" in line and line.startswith("GET")]
    owner.press_sequentially("x")
    expect(value).to_have_value("")


def png() -> bytes:
    """One blue point, as a camera would not take it but every browser reads it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0\x1c\x4f\x8f")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def file(name: str, kind: str = "image/png", data: bytes = b"") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data or png()}


NAMES = "() => [...document.querySelectorAll('[data-files] .name')].map((item) => item.textContent)"
KEPT = "() => [...document.querySelectorAll('[name=photos_kept]')].length"


def test_photos_are_sent_at_once_shown_ordered_and_removed(visit: Open) -> None:
    guide, _ = visit(size=PHONE)
    page = guide.page
    guide.photos.set_input_files([file("一.png")])
    guide.photos.set_input_files([file("二.pdf", "application/pdf", b"%PDF")])
    expect(guide.kept_files).to_have_count(4)
    assert page.evaluate(NAMES)[2:] == ["一.png", "二.pdf"]
    page.get_by_role("button", name="后移：一.png").click()
    assert page.evaluate(NAMES)[2:] == ["二.pdf", "一.png"]
    page.get_by_role("button", name="移除：二.pdf").click()
    assert page.evaluate(KEPT) == 3
    guide.form.get_by_label("说明").evaluate(
        """(area) => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "截图.txt"));
            area.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    expect(guide.kept_files).to_have_count(4)
    guide.photos.set_input_files([file("一.png")])
    expect(guide.toasts.last).to_contain_text("已经在这里了")
    assert page.evaluate(KEPT) == 4
    assert axe_violations(page) == []
    assert sticks_out(page) == []


def test_a_refused_file_says_why_and_the_others_stay(visit: Open) -> None:
    guide, watch = visit()
    guide.photos.set_input_files([file("一.png"), file("坏.exe", "application/octet-stream", b"MZ")])
    expect(guide.form.get_by_role("alert")).to_contain_text("这是程序")
    expect(guide.kept_files).to_have_count(3)
    assert axe_violations(guide.page) == []
    guide.page.get_by_role("button", name="移除：坏.exe").click()
    expect(guide.form.get_by_role("alert")).to_have_count(0)
    watch.forgive("422")


def test_without_network_a_photo_waits_and_goes_by_itself(visit: Open) -> None:
    guide, watch = visit(size=PHONE)
    page = guide.page
    page.context.set_offline(True)
    guide.photos.set_input_files([file("一.png")])
    failed = guide.form.get_by_role("listitem").filter(has_text="网络不通")
    expect(failed).to_be_visible()
    expect(failed.get_by_role("button", name="重试：一.png")).to_be_visible()
    assert axe_violations(page) == []
    page.context.set_offline(False)
    expect(guide.kept_files).to_have_count(3)
    expect(failed).to_have_count(0)
    for part in ("ERR_INTERNET_DISCONNECTED", "htmx:"):
        watch.forgive(part)


def test_saving_waits_for_photos_under_way(visit: Open) -> None:
    guide, watch = visit()
    held: list[Route] = []
    guide.page.route("**/styleguide/upload", lambda route: held.append(route))
    guide.posts.fill("1208")
    guide.photos.set_input_files([file("一.png")])
    expect(guide.page.get_by_text("正在上传 1 份")).to_be_visible()
    guide.submit()
    expect(guide.toasts.last).to_contain_text("传完自动保存")
    assert not [line for line in watch.asked if line == "POST /styleguide/form"]
    let_go(guide.page, held)
    expect(guide.page.locator("#messages")).to_contain_text("已提交 1 条记录")


def test_a_photo_that_did_not_go_is_not_left_behind_silently(visit: Open) -> None:
    guide, watch = visit()
    guide.page.route("**/styleguide/upload", lambda route: route.fulfill(status=401, body="x"))
    guide.posts.fill("1208")
    guide.photos.set_input_files([file("一.png")])
    expect(guide.form.get_by_text("登录已过期，还没有传上")).to_be_visible()
    guide.submit()
    expect(guide.toasts.last).to_contain_text("有 1 份材料没有传上")
    expect(guide.page.get_by_role("button", name="重试：一.png")).to_be_focused()
    assert not [line for line in watch.asked if line == "POST /styleguide/form"]
    guide.page.unroute("**/styleguide/upload")
    guide.page.get_by_role("button", name="重试：一.png").click()
    expect(guide.kept_files).to_have_count(3)
    guide.submit()
    expect(guide.page.locator("#messages")).to_contain_text("已提交 1 条记录")
    watch.forgive("401")


def test_saved_photos_keep_the_order_that_was_given(visit: Open) -> None:
    guide, _ = visit()
    order = "() => [...document.querySelectorAll('[name=photos_kept]')].map((item) => item.value)"
    assert guide.page.evaluate(order) == ["1", "2"]
    guide.page.get_by_role("button", name="后移：招聘会现场全景.jpg").click()
    assert guide.page.evaluate(order) == ["2", "1"]
    guide.page.get_by_role("button", name="移除：招聘会现场全景.jpg").click()
    assert guide.page.evaluate(order) == ["2"]


def test_progress_is_followed_to_the_end_and_rests_when_hidden(visit: Open) -> None:
    guide, watch = visit()
    hide = "(hidden) => { Object.defineProperty(document, 'hidden', { value: hidden, configurable: true }); }"
    guide.page.evaluate(hide, True)
    guide.page.wait_for_timeout(2600)
    assert not [line for line in watch.asked if "/progress/" in line]
    guide.page.evaluate(hide, False)
    guide.page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(guide.job).to_contain_text("已完成", timeout=15_000)
    expect(guide.job.get_by_role("link", name="下载带错误说明的工作簿")).to_be_visible()
    expect(guide.job).not_to_have_attribute("hx-trigger", "every 2s, resume")


def test_paging_swaps_the_rows_and_leaves_nothing_in_the_browser(visit: Open) -> None:
    guide, _ = visit()
    expect(guide.rows.first).to_contain_text("0001")
    guide.page.keyboard.press("]")
    expect(guide.rows.first).to_contain_text("0007")
    assert guide.page.url.endswith("/styleguide/rows?after=6")
    kept = "() => [localStorage, sessionStorage].map((store) => JSON.stringify(store)).join()"
    assert "招聘" not in guide.page.evaluate(kept)
    guide.page.go_back()
    expect(guide.rows.first).to_contain_text("0001")


def test_all_of_a_page_is_chosen_at_once(visit: Open) -> None:
    guide, _ = visit()
    guide.page.get_by_label("全选本页").check()
    assert guide.page.locator("input[name=entry]:checked").count() == guide.rows.count()


def test_charts_are_drawn_and_have_their_figures_beside_them(visit: Open) -> None:
    guide, _ = visit()
    assert guide.see_charts() == 4
    guide.page.get_by_text("看数据表").first.click()
    expect(guide.page.get_by_role("table", name="招聘活动的进度（场）")).to_contain_text("4.3")


def test_a_chart_that_cannot_be_drawn_gives_its_figures(visit: Open) -> None:
    guide, watch = visit("/bare")
    guide.page.route("**/echarts.min.js", lambda route: route.abort())
    guide.page.goto("/styleguide")
    guide.page.locator("figure.chart").first.scroll_into_view_if_needed()
    expect(guide.page.get_by_role("table", name="招聘活动的进度（场）")).to_be_visible()
    watch.forgive("ERR_FAILED")


def test_a_phone_shows_cards_and_a_menu_for_the_thumb(visit: Open) -> None:
    guide, _ = visit(size=PHONE)
    page = guide.page
    expect(page.get_by_role("navigation", name="主导航")).to_be_hidden()
    menu = page.get_by_role("navigation", name="手机导航")
    expect(menu.get_by_role("link", name="台账")).to_be_in_viewport()
    box = menu.get_by_role("link", name="台账").bounding_box()
    assert box is not None
    assert box["height"] >= 44
    menu.get_by_text("更多").click()
    expect(menu.get_by_role("link", name="结算")).to_be_in_viewport()
    page.keyboard.press("Escape")
    expect(menu.get_by_role("link", name="结算")).to_be_hidden()
    label = guide.rows.first.locator("td").nth(1).evaluate("(cell) => getComputedStyle(cell, '::before').content")
    assert label == '"日期"'


def test_paper_carries_the_content_alone(visit: Open) -> None:
    guide, _ = visit(scheme="dark")
    guide.page.emulate_media(media="print")
    for name in ("主导航", "翻页"):
        expect(guide.page.get_by_role("navigation", name=name)).to_be_hidden()
    expect(guide.page.get_by_role("banner")).to_be_hidden()
    assert guide.page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert guide.page.evaluate("() => getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"


def test_a_long_list_prints_on_pages_of_a4(visit: Open) -> None:
    guide, _ = visit("/print")
    pdf = guide.page.pdf(prefer_css_page_size=True)
    assert pdf.count(b"/Type /Page\n") == 3
    assert re.search(rb"/MediaBox \[0 0 59[45]\S* 84[12]", pdf)


def test_the_wall_turns_by_itself_and_stops_when_told(visit: Open) -> None:
    guide, _ = visit("/bare", size=(1920, 1080))
    guide.page.clock.install()
    guide.page.goto("/styleguide/wall")
    expect(guide.page.get_by_role("heading", name="本季度")).to_be_visible()
    guide.page.clock.run_for(15_100)
    expect(guide.page.get_by_role("heading", name="正在招聘")).to_be_visible()
    guide.page.keyboard.press("Space")
    guide.page.clock.run_for(40_000)
    expect(guide.page.get_by_role("heading", name="正在招聘")).to_be_visible()
