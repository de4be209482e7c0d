"""The index and the list of a ledger over HTTP: filters, order, pages, views, columns, quick row, paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.store.models import LedgerEntry, LedgerView, Person
from tests.documents.reading import copied
from tests.factories import ledgers
from tests.web.ledger_pages import HX, SEEKER, VISIT, Desk, desk, said
from tests.web.statements import queries

MOST_QUERIES = 9  # of the page itself, beside the five of the sign-in and the contract


@pytest.fixture
def here(app: Flask, session: Session) -> Desk:
    return desk(app, session)


@pytest.fixture
def full(here: Desk) -> Desk:
    """120 visits, one a day, numbered as they come."""
    for place in range(120):
        day = date(2026, 1, 1) + timedelta(days=place % 60)
        ledgers.entry(
            here.session, here.made.contract, here.made["field_staff"], number=place + 1, business_date=day,
            fields={"date": day.isoformat(), "topic": "政策", "note": f"第{place}家"},
        )  # fmt: skip
    here.session.commit()
    return here


def numbers(html: str) -> list[int]:
    return [int(each) for each in re.findall(r">visits-(\d{6})</a>", html)]


def links(html: str, word: str) -> str:
    found = re.search(rf'href="([^"]+)"[^>]*>(?:<svg.*?</svg>)?{word}', html)
    return found[1].replace("&amp;", "&") if found else ""


def walk(here: Desk, url: str) -> Iterator[list[int]]:
    browser = here.browser()
    while url:
        page = browser.get(url, headers=HX).text
        yield numbers(page)
        url = links(page, "下一页")


def test_pages_turn_by_the_last_key_and_miss_nothing(full: Desk) -> None:
    pages = list(walk(full, f"{full.base}/visits?all=1"))
    assert [len(page) for page in pages] == [50, 50, 20]
    seen = [number for page in pages for number in page]
    assert sorted(seen) == list(range(1, 121))
    assert seen[:4] == [120, 60, 119, 59], "by day, then by the order of making"
    by_number = [number for page in walk(full, f"{full.base}/visits?sort=number") for number in page]
    assert by_number == list(range(1, 121))
    oldest = [number for page in walk(full, f"{full.base}/visits?sort=date") for number in page]
    assert oldest == seen[::-1]


def test_one_can_turn_back(full: Desk) -> None:
    browser, url = full.browser(), f"{full.base}/visits"
    first = browser.get(url).text
    second = browser.get(links(first, "下一页")).text
    back = browser.get(links(second, "上一页")).text
    assert numbers(back) == numbers(first)
    said(browser.get(url), 200, "本页 50 条，后面还有")
    assert numbers(browser.get(f"{url}?after=nonsense").text) == numbers(first)
    assert numbers(browser.get(f"{url}?after=2026-99-99.5").text) == numbers(first)


def test_a_list_costs_the_same_however_many_rows(full: Desk) -> None:
    browser, url = full.browser(), f"{full.base}/visits?all=1"
    browser.get(url)
    many = queries(full.app, lambda: browser.get(url))
    one = queries(full.app, lambda: browser.get(f"{url}&number=5"))
    fragment = queries(full.app, lambda: browser.get(url, headers=HX))
    assert many <= one <= MOST_QUERIES + 5
    assert fragment <= 9


def test_filters_narrow_and_say_what_is_wrong(here: Desk) -> None:
    here.kept({"outlet": "城东街道", "minutes": "20"})
    here.kept({"date": "2026-03-03", "topic": "培训"})
    other = here.kept({"date": "2026-03-02", "topic": "培训"}, who="field_staff2", send=False)
    browser, url = here.browser(), f"{here.base}/visits"
    outlet, county = here.made.outlets[1].id, here.made.outlets[0].id
    for query, expected in (
        ("state=draft", [3]), ("from=2026-03-03", [1, 2]), ("from=2026-03-03&until=2026-03-03", [2]),
        (f"outlet={outlet}", [1]), (f"outlet={county}", [1]), (f"author={other.author_id}", [3]), ("mine=1", [1, 2]),
        ("number=2", [2]), ("number=visits-000003", [3]), ("warned=1", [1]), ("trial=1", []), ("contested=1", []),
        ("k.topic=培训", [2, 3]), ("k.topic=培训&state=draft", [3]), ("k.topic=培训&warned=1", []),
        ("k.enterprise=湖畔电子&k.topic=政策", [1]), ("state=&from=", [1, 2, 3]), ("k.unknown=1", [1, 2, 3]),
    ):  # fmt: skip
        assert sorted(numbers(browser.get(f"{url}?all=1&{query}").text)) == expected, query
    for query, message in (
        ("state=gone", "没有“gone”这种状态"), ("from=昨天", "不是日期"), ("number=x", "编号“x”不对"),
        ("author=me", "填报人“me”不对"), ("outlet=1.5", "网点"), ("sort=wish", "没有这种排序"),
        ("from=2026-03-05&until=2026-03-01", "截止日期早于起始日期"), ("number=<b>", "&lt;b&gt;"),
    ):  # fmt: skip
        said(browser.get(f"{url}?{query}"), 422, message)
    said(browser.get(f"{url}?k.topic=用工"), 200, "没有符合条件的记录", "清除筛选")


def test_a_person_is_found_by_the_whole_number_and_by_post_alone(here: Desk) -> None:
    browser, url = here.browser(), f"{here.base}/seekers"
    browser.post(f"{url}/entries/new", SEEKER)
    for text in ("360824199001010014", "13800000001"):
        answer = browser.post(f"{url}/find", {"q": text})
        assert text not in answer.location
        said(browser.get(answer.location), 200, "seekers-000001", "甲* 360824")
    for text, message in (("13800000009", "没有登记过这个人"), ("", "请写完整"), ("甲一", "请写完整")):
        said(browser.get(browser.post(f"{url}/find", {"q": text}).location), 200, message)
    (person,) = here.session.query(Person).all()
    here.session.rollback()
    assert here.browser("finance").post(f"{url}/find", {"q": "13800000001"}).status_code == 403
    said(here.browser("finance").get(f"{url}?person={person.id}"), 422, "不能按人员查找")


def test_views_are_kept_for_the_person(here: Desk) -> None:
    here.kept()
    here.kept({"date": "2026-03-03", "topic": "培训"}, send=False)
    browser, url = here.browser(), f"{here.base}/visits"
    form = {"name": "我的草稿", "state": "draft", "columns": "topic,note", "default": "1"}
    answer = browser.post(f"{url}/views", form)
    (view,) = here.session.query(LedgerView).all()
    here.session.rollback()
    assert (view.query, view.columns, view.is_default) == ({"state": "draft"}, ["topic", "note"], True)
    said(browser.get(answer.location), 200, "我的草稿", 'aria-current="true">我的草稿')
    plain = browser.get(url).text
    assert numbers(plain) == [2]
    assert "<th scope=\"col\">企业</th>" not in plain
    assert numbers(browser.get(f"{url}?all=1").text) == [1, 2]
    assert "我的草稿" not in here.browser("field_staff2").get(url).text
    assert here.browser("field_staff2").post(f"{url}/views/{view.id}/drop").status_code == 404
    said(browser.get(browser.post(f"{url}/views", {**form, "name": " "}).location), 200, "请给常用筛选起个名字")
    assert browser.post(f"{url}/views/{view.id}/drop").status_code == 303
    assert numbers(browser.get(url).text) == [1, 2]


def test_columns_are_chosen(here: Desk) -> None:
    here.kept({"note": "谈妥了"})
    browser, url = here.browser(), f"{here.base}/visits"
    assert "谈妥了" not in browser.get(url).text
    page = browser.get(f"{url}?c=note&c=no_such_field").text
    assert "谈妥了" in page
    assert "湖畔电子" not in page
    assert "columns=note" in links(page, "打印本")


def test_the_quick_row_keeps_what_is_complete_and_drafts_the_rest(here: Desk) -> None:
    browser, url = here.browser(), f"{here.base}/news"
    said(browser.get(f"{here.base}/visits"), 200, "快速登记", 'id="q-v-date"')
    draft = browser.post(f"{here.base}/visits/quick", VISIT, headers=HX)
    said(draft, 200, "visits-000001 已存为草稿，还缺：应有现场照片1份", "/visits/entries/1/edit", 'id="entries" hx-swap-oob="true"')
    half = browser.post(f"{here.base}/visits/quick", {"v-date": "2026-03-04", "v-topic": "用工"}, headers=HX)
    said(half, 200, "还缺：企业、缺工人数、应有现场照片1份")
    wrong = browser.post(f"{here.base}/visits/quick", {**VISIT, "v-need": "几个"}, headers=HX)
    said(wrong, 422, "不是数字", 'value="几个"', "湖畔电子")
    said(browser.post(f"{here.base}/visits/quick", {**VISIT, "v-date": ""}, headers=HX), 422, "日期")
    assert [entry.state for entry in here.entries()] == ["draft", "draft"]
    assert browser.post(f"{url}/quick", {"v-date": "2026-03-04"}).status_code == 303
    hotline = here.browser("supervisor").post(
        f"{here.base}/hotline/quick", {"v-date": "2026-03-04", "v-time": "9:30", "v-answered": "no"}, headers=HX
    )
    said(hotline, 200, "hotline-000001 已登记", "data-back-to-first")
    assert here.entries("hotline")[0].fields["answered"] is False
    said(here.browser("supervisor").post(f"{here.base}/visits/quick", VISIT, headers=HX), 422, "由供应商登记")


def test_nothing_to_report_is_one_tap_and_can_be_undone(here: Desk) -> None:
    browser, url = here.browser(), f"{here.base}/news"
    said(browser.get(here.base), 200, "今天还没有登记", "零报告")
    answer = browser.post(f"{url}/nil")
    page = browser.get(answer.location)
    said(page, 200, "已作零报告", "撤销", "零报告")
    assert browser.post(f"{url}/nil").location == answer.location
    (entry,) = here.entries("news")
    assert browser.post(f"{url}/entries/{entry.id}/undo-nil").status_code == 303
    assert here.entries("news")[0].state == "withdrawn"
    said(browser.get(browser.post(f"{url}/nil", {"day": "昨天"}).location), 200, "不是日期")
    said(browser.get(browser.post(f"{here.base}/visits/nil").location), 200, "不接受零报告")
    visit = here.kept()
    assert browser.post(f"{here.base}/visits/entries/{visit.id}/undo-nil").status_code == 303
    assert here.entries()[0].state == "submitted"


def test_the_index_shows_what_there_is_and_what_waits(here: Desk) -> None:
    for day in (1, 2, 3):
        here.kept({"date": f"2026-03-0{day}"}, send=day > 1)
    page = here.browser().get(here.base)
    said(page, 200, "我常用的", "草稿待补 1", "待审核 2", "2026-03-03", "供应商登记的台账", "采购人登记的台账", "还没有记录")
    assert page.text.index("供应商登记的台账") < page.text.index("采购人登记的台账")
    buyer = here.browser("supervisor").get(here.base).text
    assert buyer.index("采购人登记的台账") < buyer.index("供应商登记的台账")
    assert "台账" in here.browser().get(f"/contracts/{here.made.contract.id}").text


def test_a_contract_without_a_rulebook_says_so(here: Desk) -> None:
    here.made.contract.state, here.made.contract.rulebook_text_id = "draft", None
    here.session.commit()
    said(here.browser().get(here.base), 200, "还没有选定规则书")
    assert here.browser().get(f"{here.base}/visits").status_code == 409


def test_a_book_is_printed_with_its_sums(here: Desk) -> None:
    for day in (1, 2):
        here.kept({"date": f"2026-03-0{day}", "cost": "12.50", "topic": "用工", "need": "3", "note": "=1+1"})
    browser, url = here.browser(), f"{here.base}/visits/print"
    page = browser.get(f"{url}?from=2026-03-01&c=cost&c=need&c=note")
    said(page, 200, "湖畔县就业服务", "2026年3月1日 至", "本页小计", "¥25.00", "<td class=\"end\">6</td>", "2 条", "填报人（签字）", "=1+1")
    said(browser.get(f"{url}?from=x"), 422, "不是日期")
    assert "print.pdf?" in page.text
    file = browser.get(f"{url}.pdf?from=2026-03-01&c=cost&c=need&c=note")
    words = "".join(copied(file.data))
    for part in ("湖畔县就业服务", "2026年3月1日 至", "¥12.50", "合计2 条", "¥25.00", "=1+1", "采购人审核人（签字）："):
        assert part in words, part
    assert browser.get(f"{url}.docx?from=2026-03-01").data[:2] == b"PK"
    assert browser.get(f"{url}.pdf?from=x").status_code == 409


def test_hostile_text_is_only_text(here: Desk) -> None:
    bad = "\"><script>alert(1)</script>"
    here.made["field_staff"].display_name = bad
    here.kept({"note": bad, "enterprise": {"name": bad}})
    browser = here.browser()
    for url in ("visits?c=note&c=enterprise", "visits/print?c=note", "visits/entries/1", "visits/entries/1/edit", ""):
        assert "<script>alert" not in browser.get(f"{here.base}/{url}".rstrip("/")).text
    for query in ("k.enterprise", "number", "columns", "c", "view", "after", "sort"):
        assert "<script>alert" not in browser.get(f"{here.base}/visits", query_string={query: bad}).text


def test_an_unreadable_row_of_an_older_book_still_shows(here: Desk) -> None:
    row = here.kept()
    here.session.query(LedgerEntry).filter_by(id=row.id).update({"fields": {"date": "2026-03-04", "gone": "旧栏目"}})
    here.session.commit()
    assert here.browser().get(f"{here.base}/visits").status_code == 200
    assert here.browser().get(f"{here.base}/visits/entries/{row.id}").status_code == 200
