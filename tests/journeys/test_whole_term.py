"""The whole term of each contract paid in a browser, to the last fen of what the signed capsules say."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, Locator, Page, expect
from sqlalchemy.orm import Session

from app.demonstration.contracts import shows
from app.security.money_terms import Account
from app.store.money import Books
from kpi.quantities import Money
from tests.factories.ground import CLOCK
from tests.factories.whole_term import Term, whole_term
from tests.pages.browser import serving
from tests.pages.settlement import Payers, yuan
from tests.pages.windows import Console, Window, looks_right, windows

#: What is assessed of each contract's term, see app.demonstration.scoring; each is signed.
ASSESSED: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "zhenjiang": tuple({"period": place, "facts": {"ZJ-3.7": {"respondents": 60, "satisfied": 49 + place}}} for place in range(1, 6)),
    "xingan": ({"period": 1},),
    "yuehu": ({"period": 1},),
    "xinzhou": ({"days": [1, 40]}, {"period": 1}),
    "sandu": ({"period": 1},),
}  # fmt: skip
MOST_TRIED = 12


@pytest.mark.long
@pytest.mark.parametrize("short", list(ASSESSED))
def test_the_whole_term_is_paid_in_the_browser(browser: Browser, app: Flask, session: Session, tmp_path: Path, short: str) -> None:
    show = next(one for one in shows() if one.short == short)
    term = whole_term(app, session, show, ASSESSED[short])
    with serving(app) as address, windows(browser, Console(address, session, term.people)) as visit:
        names = {who: one.display_name for who, one in term.people.items()}
        payers = Payers(visit, term.root, tmp_path, CLOCK.now.date(), names, (show.buyer, show.supplier))
        settled = payers.settle(str(term.made.given["price"]))
        finance = payers.at("finance")
        paid = [of_payment(finance, *one) for one in settled]
        of_the_plan(payers, paid)
        of_the_capsules(finance, show.key, paid, tmp_path)
        of_the_books(finance, session, term, paid)
        ways = [down(finance, one) for one in paid]
        assert all(way for one, way in zip(paid, ways, strict=True) if one.assessment), ways


# -- what the pages say ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Payment:
    """A payment as its pages show it; sums as 1234.50. `assessment`: the address of the signed result, blank for an advance."""

    title: str
    statement: str
    request: str
    sums: Mapping[str, str]
    assessment: str


def of_payment(window: Window, statement: str, request: str) -> Payment:
    """Statement, request and record of payment say the same."""
    page = window.page
    page.goto(request)
    asked = yuan(page.locator(".payable").inner_text())
    recorded = yuan(page.get_by_role("region", name="支付记录").inner_text())
    looks_right(window)
    page.goto(statement)
    looks_right(window)
    payable = yuan(page.locator(".payable").inner_text())
    assert asked == recorded == payable == yuan(page.locator("tr.sum-payable").inner_text())
    rows = page.locator("tr[class^=sum-]").all()
    sums = {str(one.get_attribute("class")).removeprefix("sum-"): one.locator("td.num").inner_text() for one in rows}
    basis = page.get_by_role("link", name=re.compile("^第 .* 次考核"))
    address = str(basis.get_attribute("href")) if basis.count() else ""
    title = (page.locator("h1").text_content() or "").partition("：")[2].strip()
    assert title
    return Payment(title, statement, request, {**sums, "payable": payable}, address)


def fen(text: str) -> int:
    return Money.parse(text).fen


def of_the_plan(payers: Payers, paid: list[Payment]) -> None:
    """Nothing is left to do, and the plan's sums are those of the payments."""
    assert not payers.plan("finance").count()
    finance = payers.at("finance")
    expect(finance.page.get_by_text("各期款项都已付清")).to_be_visible()
    looks_right(finance)
    sums = dict(zip(*(finance.page.locator(f"dl.sums {one}").all_inner_texts() for one in ("dt", "dd")), strict=True))
    whole = sum(fen(one.sums["payable"]) for one in paid)
    assert fen(yuan(sums["已支付"])) == fen(yuan(sums["已核定应付"])) == whole
    for line, one in zip(finance.page.locator("ol.lines > li").all(), paid, strict=True):
        assert "还没有" not in line.inner_text()
        text = line.locator(".line-sums").inner_text()
        assert text.count(str(Money.parse(one.sums["payable"]))) >= 2, (one.title, text)  # 应付, 已付


def of_the_capsules(window: Window, key: str, paid: list[Payment], folder: Path) -> None:
    """The command, from the capsule alone, comes to the same amounts."""
    first = next(one.assessment for one in paid if one.assessment)
    for one in paid:
        decision = recomputed(window, key, (one.assessment or first).removesuffix("/result"), folder)
        lines = {line["title"]: line for line in decision["plans"][decision["chosen"]]["lines"]}
        reduced = fen(decision["reduction_total"] or "0") if one.assessment else 0
        assert fen(one.sums["payable"]) == fen(lines[one.title]["amount"]) - reduced, one.title


def recomputed(window: Window, key: str, assessment: str, folder: Path) -> dict[str, Any]:
    capsule = folder / "capsule.json"
    answer = window.page.request.get(f"{assessment}/capsule.json")
    assert answer.ok
    capsule.write_bytes(answer.body())
    command = [sys.executable, "-m", "kpi", "pay", key, "--capsule", str(capsule), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def of_the_books(window: Window, session: Session, term: Term, paid: list[Payment]) -> None:
    """The ledger of the contract balances, holds nothing that is owed, and has paid exactly this."""
    whole = sum(fen(one.sums["payable"]) for one in paid)
    window.go(f"{term.root}/money/ledger")
    expect(window.page.get_by_text("勾稽相符")).to_be_visible()
    session.rollback()
    books = Books(session, term.made.contract_id)
    held, turned = books.balances(), books.turnover()
    assert (held[Account.PAID], held[Account.ADVANCES], held[Account.PAYABLE], held[Account.EARNED]) == (whole, 0, 0, 0)
    assert all(debit - credit in {fen_held, -fen_held} for (debit, credit), fen_held in ((turned[one], held[one]) for one in held))


# -- from a payment down --------------------------------------------------------------------------


def down(window: Window, paid: Payment) -> list[str]:
    """Payment → statement → clause, capsule → figure → entry → photo; the titles on the way, none for an advance."""
    page = window.page
    page.goto(paid.request)
    page.locator("dl.facts").get_by_role("link", name=paid.title).click()
    line = page.locator("tr.sum-base")
    line.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("规则书")
    assert page.locator(f"[id='{page.url.partition('#')[2]}']").is_visible(), page.url
    page.go_back()
    if not paid.assessment:
        return []
    page.get_by_role("link", name=re.compile("^第 .* 次考核")).click()
    window.link("任何人都能重算")
    expect(page.get_by_text("相符：从存档里的规则书")).to_be_visible()
    page.goto(paid.statement)
    line.get_by_role("link", name="追到台账").click()
    page.wait_for_url(re.compile("/trace"))
    return photographed(window)


def photographed(window: Window) -> list[str]:
    """Opens the trace until an entry with a photo is found."""
    page, trace = window.page, window.page.url
    for place in range(page.get_by_role("link", name="看它背后的台账记录", include_hidden=True).count()):
        if place == MOST_TRIED:
            break
        link = page.get_by_role("link", name="看它背后的台账记录", include_hidden=True).nth(place)
        titles = list(opened(link))
        follow(link)
        if (entry := page.locator("main table tbody a").first).count():
            follow(entry)
            if (photo := page.locator("ul.evidence img").first).count():
                photo.scroll_into_view_if_needed()
                assert loaded(page, photo)
                return [*titles, page.get_by_role("heading", level=1).inner_text()]
        page.goto(trace)
    return []


def follow(link: Locator) -> None:
    """To where the link leads, once that is there."""
    href = str(link.get_attribute("href"))
    link.click()
    link.page.wait_for_url(lambda url: url.endswith(href))


def opened(link: Locator) -> Iterator[str]:
    """Opens what a link stands in, from the outside in."""
    nodes = link.locator("xpath=ancestor::details")
    for place in range(nodes.count()):
        node = nodes.nth(place)
        if node.get_attribute("open") is None:
            node.locator("> summary").click()
        yield node.locator("> summary").inner_text()


def loaded(page: Page, photo: Locator) -> bool:
    """Whether the picture has come."""
    page.wait_for_function("image => image.complete", arg=photo.element_handle())
    return bool(photo.evaluate("image => image.naturalWidth > 0"))
