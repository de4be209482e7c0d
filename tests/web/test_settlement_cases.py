"""Every worked case about payments: what the pages of the settlement show is what was worked out by hand."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.services.act import found
from app.services.settlement.plan import plan_of
from kpi.quantities import Money
from kpi.rulebook.loader import known_keys, load_known
from kpi.rulebook.yaml_text import read_yaml
from tests.services.frozen import frozen
from tests.services.settling import answer_all, of_contract
from tests.services.test_assessment_cases import CASES, NAMES
from tests.web.browser import Browser
from tests.web.shown import Shown, words

#: What the customer's cases leave open and nothing is paid without.
ANSWERED = {"xinzhou-labour-survey": {"stage_share": "40%"}, "yuehu-public-services": {"instalments": 4}}
PRICE = "2000000.00"


@pytest.fixture(params=["sqlite"])
def kind(request: pytest.FixtureRequest) -> str:
    """What a page shows is no matter of the database."""
    return str(request.param)


def cases(key: str) -> list[Any]:
    """Contract and case of those that expect this; ours about the five contracts beside the customer's in the long run."""
    long = os.environ.get("LONG") == "1"
    paths = [one for one in sorted(CASES.glob("*.yaml")) if long or one.stem in NAMES]
    read = [(one.stem, read_yaml(one.read_text("utf-8"), one.name)[0]) for one in paths]
    return [
        pytest.param(raw["contract"], case, id=f"{stem}: {case['name']}")
        for stem, raw in read for case in raw["cases"]
        if key in case["expect"] and raw["contract"] in known_keys()
    ]  # fmt: skip


class Counter:
    """The settlement of a case, as finance sees it."""

    def __init__(
        self, app: Flask, session: Session, contract: str, case: Mapping[str, Any], answers: Mapping[str, Any],
        further: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        given = case["given"]
        self.made = of_contract(
            session, contract, {**answers, **given.get("answers", {})}, Money.parse(str(given.get("price", PRICE))).fen
        )
        answer_all(self.made)
        if given.get("facts") or given.get("otherwise"):
            frozen(self.made, {**further, **given})
        self.browser = Browser(app)
        self.browser.sign_in_as(session, self.made["finance"])

    def page(self, rest: str = "") -> Shown:
        return Shown(self.browser.get(f"/contracts/{self.made.scope.contract_id}/settlement{rest}").text)

    def lines(self) -> list[dict[str, str]]:
        """What the plan shows of each line."""
        return [dict(pairs(one)) for one in self.page().having("class", "line")]

    def stated(self) -> dict[str, str]:
        """The statement of the line that comes next: its rows, and what the plan calls its sum."""
        line = found(plan_of(self.made.scope).next)
        if any(one.kind == "acceptance" for one in line.blockers):
            self.made.accepted(line.line.id)
        done = self.made.stated(line.line.id)
        rows = [row for row in self.page(f"/statements/{done.statement_id}").main.iter("tr") if str(row.get("class")).startswith("sum-")]
        return {words(row[0]): words(row[2]) for row in rows}


def pairs(node: Any) -> Iterator[tuple[str, str]]:
    for one in node.iter("div"):
        if len(one) == 2 and one[0].tag == "dt":
            yield words(one[0]), words(one[1])


def told(amount: Any) -> str:
    return "—" if amount is None else str(Money.parse(str(amount)))


@pytest.mark.parametrize(("contract", "case"), cases("tranches"))
def test_the_plan_shows_the_tranches(app: Flask, session: Session, contract: str, case: Mapping[str, Any]) -> None:
    wanted = case["expect"]["tranches"]
    counter = Counter(app, session, contract, case, {} if None in wanted else ANSWERED.get(contract, {}))
    assert [one["扣款前"] for one in counter.lines()] == [told(one) for one in wanted]


@pytest.mark.parametrize(("contract", "case"), cases("payments"))
def test_the_plan_shows_what_the_tier_earns(app: Flask, session: Session, contract: str, case: Mapping[str, Any]) -> None:
    """Under each plan: the advance, what remains once it is paid, and both together."""
    for plan, wanted in case["expect"]["payments"].items():
        counter = Counter(app, session, contract, case, {"payment_plan": plan})
        counter.made.settled("advance")
        advance, final = counter.lines()
        assert advance["已付"] == told(wanted["advance"])
        if wanted["in_all"] is None:
            assert final["应付"] == "—"
            continue
        assert final["应付"] == told(wanted["remaining"])
        assert Money.parse(str(wanted["advance"])).fen + Money.parse(str(wanted["remaining"])).fen == Money.parse(str(wanted["in_all"])).fen


@pytest.mark.parametrize(("contract", "case"), cases("reductions"))
def test_the_statement_shows_the_reductions(app: Flask, session: Session, contract: str, case: Mapping[str, Any]) -> None:
    """Each by its title, and what is left of the first payment; while it is suspended nothing is taken, and nothing paid."""
    wanted = {name: Money.parse(str(amount)) for name, amount in case["expect"]["reductions"].items()}
    held = case["expect"].get("payment")
    answers = {} if held == "blocked" else ANSWERED.get(contract, {})
    counter = Counter(app, session, contract, case, answers, {"otherwise": "met"})
    if held:
        page, first = counter.page(), counter.lines()[0]
        assert "现在不能核定，因为" in page.text
        assert "核定应付款" not in page.text
        assert first["应付"] == first["扣款前"] or first["应付"] == "—"
        return
    before = Money.parse(counter.lines()[0]["扣款前"].lstrip("¥").replace(",", ""))
    shown = counter.stated()
    titles = {one.id: one.title for one in found(load_known(contract).rulebook.payment).reductions}
    for name, title in titles.items():
        if name in wanted:
            assert shown[title] == str(Money(-wanted[name].fen)), (name, shown)
    if "total" in wanted:
        assert shown["本期应付款"] == str(Money(max(before.fen - wanted["total"].fen, 0)))
    if "payable" in case["expect"]:
        assert shown["本期应付款"] == told(case["expect"]["payable"])
