"""A phone without network: what is entered waits sealed, goes later, once, and nobody else's way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, Route, expect
from sqlalchemy.orm import Session

from app.store.models import EntryEvidence, EvidenceFile, LedgerEntry
from tests.factories.ground import START
from tests.factories.office import CODES, Office
from tests.factories.pictures import photo
from tests.pages.browser import PHONE, Watch, axe_violations, sticks_out, visiting
from tests.pages.phone import Phone
from tests.pages.windows import Console

DECIDED = """async () => {
  const rows = await window.queueStore.list(await window.queueStore.present());
  return rows.every((row) => row.state !== 'waiting');
}"""
WRITTEN = datetime(2026, 3, 5, 0, 20, tzinfo=UTC)  # twenty past eight; the server's clock says nine


@pytest.fixture
def seen(browser: Browser, console: Console) -> Iterator[tuple[Phone, Watch]]:
    with visiting(browser, console.address, PHONE, touch=True) as (page, watch):
        yield Phone(page), watch
        for part in ("ERR_INTERNET_DISCONNECTED", "htmx:", "ERR_FAILED", "422", "401", "Failed to fetch"):
            watch.forgive(part)


@pytest.fixture
def phone(seen: tuple[Phone, Watch], console: Console) -> Phone:
    """The field worker's, signed in, with the forms on it."""
    found = seen[0]
    console.hold(found.page, "field_staff")
    found.at(WRITTEN)
    found.open(f"{console.root}/ledgers")
    found.ready()
    found.form_kept("visits")
    return found


def entries(session: Session) -> list[LedgerEntry]:
    session.rollback()
    return list(session.scalars(sa.select(LedgerEntry).order_by(LedgerEntry.id)))


def sent(phone: Phone) -> None:
    expect(phone.waiting).to_have_count(0, timeout=20_000)


def test_an_entry_with_photos_is_written_without_network_and_sent_later(
    phone: Phone, session: Session, made: Office
) -> None:
    page = phone.page
    phone.offline()
    phone.open(f"/contracts/{made.contract.id}/ledgers/visits")
    expect(page.get_by_text("现在没有网络。可以照常登记")).to_be_visible()
    phone.begin("企业走访台账")
    phone.fill_visit("2026-03-04", "湖畔电子", CODES[0])
    phone.take_photo("现场一.jpg", photo(1))
    phone.take_photo("现场二.jpg", photo(2))
    expect(page.get_by_text("2 份随这条记录存在本机")).to_be_visible()
    assert axe_violations(page) == []
    phone.submit()
    expect(phone.waiting).to_have_count(1)
    expect(phone.waiting).to_contain_text("企业走访台账")
    expect(phone.waiting).to_contain_text("2 份材料等着上传")
    expect(page.get_by_text("已存在本机，还没有送到服务器")).to_be_visible()
    assert axe_violations(page) == []
    assert sticks_out(page) == []
    assert entries(session) == []
    nothing_readable(phone)

    phone.offline(False)
    sent(phone)
    (entry,) = entries(session)
    assert (entry.state, entry.ledger, entry.author_id) == ("submitted", "visits", made["field_staff"].id)
    assert (entry.captured_at, entry.entered_at) == (WRITTEN, START)
    files = session.execute(
        sa.select(EvidenceFile.name, EntryEvidence.kind, EntryEvidence.position)
        .join(EntryEvidence, EntryEvidence.file_id == EvidenceFile.id)
        .order_by(EntryEvidence.position)
    ).all()
    assert [tuple(each) for each in files] == [("现场一.jpg", "现场照片", 1), ("现场二.jpg", "现场照片", 2)]
    assert phone.stored()["files"] == []


def nothing_readable(phone: Phone) -> None:
    """What the browser keeps is sealed, and its key cannot be taken out."""
    stored = phone.stored()
    assert len(stored["entries"]) == 1
    assert len(stored["files"]) == 2
    everything = " ".join(" ".join(rows) for rows in stored.values())
    assert not any(word in everything for word in ("湖畔电子", CODES[0], "现场一", "Exif", "JFIF", "走访"))
    assert [key.split()[-1] for key in stored["keys"]] == ["key:false"]


def test_the_network_goes_while_the_form_is_open(phone: Phone, session: Session, made: Office) -> None:
    phone.open(f"/contracts/{made.contract.id}/ledgers/visits/entries/new")
    phone.fill_visit("2026-03-03", "湖畔电子", CODES[1])
    phone.offline()
    phone.take_photo("现场.jpg", photo(3))
    phone.submit()
    expect(phone.waiting).to_have_count(1)
    assert "/offline" in phone.page.url
    phone.offline(False)
    sent(phone)
    (entry,) = entries(session)
    assert entry.fields["enterprise"]["code"] == CODES[1]


def test_an_answer_that_is_lost_makes_no_second_entry(phone: Phone, session: Session, made: Office) -> None:
    """The server took it, the phone does not know: it waits, is sent again, and there is one."""
    page = phone.page
    phone.open(f"/contracts/{made.contract.id}/ledgers/visits/entries/new")
    phone.fill_visit("2026-03-03", "湖畔电子", CODES[0])
    phone.take_photo("现场.jpg", photo(3))
    expect(page.locator("#entry-form [data-kept]")).to_have_count(1)

    swallowed: list[int] = []

    def swallow(route: Route) -> None:
        if route.request.method != "POST" or swallowed:  # the page of what waits sends again by itself
            route.continue_()
            return
        swallowed.append(route.fetch(max_redirects=0).status)
        route.abort()

    page.route("**/entries/new", swallow)
    phone.submit()
    page.wait_for_url("**/offline?saved=1")
    assert len(swallowed) == 1
    assert len(entries(session)) == 1
    page.evaluate("() => window.queue.flush()")
    sent(phone)
    assert len(entries(session)) == 1


def test_what_is_not_accepted_stays_with_its_reason_and_is_mended(
    phone: Phone, session: Session, made: Office
) -> None:
    page = phone.page
    phone.offline()
    phone.open("/")
    phone.begin("企业走访台账")
    phone.fill_visit("2026-03-04", "湖畔电子", "91360124MA35F0AY11")
    phone.take_photo("现场.jpg", photo(4))
    phone.submit()
    expect(phone.waiting).to_have_count(1)
    phone.offline(False)
    expect(phone.waiting).to_contain_text("要改", timeout=20_000)
    expect(phone.waiting).to_contain_text("统一社会信用代码")
    assert entries(session) == []
    assert axe_violations(page) == []
    page.get_by_role("button", name="修改：企业走访台账").click()
    form = page.locator("#entry-form")
    expect(form.get_by_label("单位名称")).to_have_value("湖畔电子")
    expect(form.get_by_label("政策")).to_be_checked()
    expect(form.locator("[data-files] li")).to_have_count(1)
    form.get_by_label("统一社会信用代码").fill(CODES[0])
    phone.submit()
    sent(phone)
    (entry,) = entries(session)
    assert session.scalar(sa.select(sa.func.count()).select_from(EntryEvidence)) == 1
    assert entry.captured_at == WRITTEN


def test_a_draft_can_be_corrected_before_there_is_network(phone: Phone, session: Session, made: Office) -> None:
    page = phone.page
    phone.offline()
    phone.open("/offline")
    phone.begin("企业走访台账")
    phone.fill_visit("2026-03-04", "湖畔电子厂", CODES[0])
    phone.take_photo("现场.jpg", photo(5))
    phone.submit()
    page.get_by_role("button", name="修改：企业走访台账").click()
    expect(page.locator("#entry-form [data-files] li")).to_have_count(1)
    page.locator("#entry-form").get_by_label("单位名称").fill("湖畔电子")
    phone.submit()
    expect(phone.waiting).to_have_count(1)
    assert len(phone.stored()["files"]) == 1
    phone.offline(False)
    sent(phone)
    (entry,) = entries(session)
    assert entry.fields["enterprise"]["name"] == "湖畔电子"


def test_leaving_warns_and_the_next_person_sees_and_sends_nothing(phone: Phone, session: Session, console: Console) -> None:
    page = phone.page
    phone.offline()
    phone.open("/offline")
    phone.begin("企业走访台账")
    phone.fill_visit("2026-03-04", "湖畔电子", CODES[0])
    phone.submit()
    expect(phone.waiting).to_have_count(1)
    hold_back(page)
    phone.offline(False)
    phone.open("/account")
    expect(page.get_by_role("link", name="待发送 1 条")).to_be_visible()
    sign_out(page)
    question = page.get_by_role("dialog", name="请确认")
    expect(question).to_contain_text("还有 1 条记录没有发送")
    question.get_by_role("button", name="仍要退出").click()
    page.wait_for_url("**/sign-in*")

    console.hold(page, "field_staff2")
    page.unroute("**/account/token")
    phone.open("/account")
    page.wait_for_timeout(1500)
    expect(page.locator("[data-queue-badge]")).to_have_count(0)
    phone.open("/offline")
    expect(phone.waiting).to_have_count(0)
    expect(page.get_by_text("还有别的人 1 条没有发送的记录")).to_be_visible()
    assert entries(session) == []

    console.hold(page, "field_staff")
    phone.open("/account")
    phone.until(DECIDED)
    assert entries(session) == []  # without a photo it is not accepted, and says so
    phone.open("/offline")
    expect(phone.waiting).to_contain_text("现场照片")


def hold_back(page: Page) -> None:
    """The server is there, but nothing is sent: as if the session had run out meanwhile."""
    page.route("**/account/token", lambda route: route.fulfill(status=401, body=""))


def sign_out(page: Page) -> None:
    page.locator("header summary").filter(has_text="账号").click()
    page.get_by_role("button", name="退出登录").click()


def test_signing_out_with_nothing_waiting_leaves_nothing_on_the_phone(phone: Phone) -> None:
    page = phone.page
    phone.open("/account")
    sign_out(page)
    page.wait_for_url("**/sign-in*")
    phone.until("async () => (await window.queueStore.present()) === null")
    left: dict[str, Any] = phone.stored()
    assert {name: rows for name, rows in left.items() if rows} == {}


def test_the_cache_holds_no_page_of_anybody(phone: Phone, made: Office) -> None:
    phone.open(f"/contracts/{made.contract.id}/ledgers/visits")
    kept = phone.page.evaluate(
        """async () => {
            const found = [];
            for (const name of await caches.keys())
              for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
            return found;
        }"""
    )
    assert "/offline" in kept
    assert [path for path in kept if path != "/offline" and not path.startswith("/static/")] == []
