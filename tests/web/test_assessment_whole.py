"""Each of the five contracts over HTTP: a worked case typed into the pages, compared with what they show, signed,
and the capsule confirmed by the command."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app.services.assessments.boxes import clause_of, typed_of
from app.services.assessments.places import places
from kpi.cli import main as command
from kpi.indicators.facts import exact
from kpi.quantities import Money, parse_exact, points
from kpi.rulebook.yaml_text import read_yaml
from tests.services.assessing import WHY, ground
from tests.services.test_assessment_cases import CASES, renamed
from tests.web.shown import Shown, words
from tests.web.test_assessment_pages import HTMX, Desk, hidden

#: The case of each contract that has most in it.
CHOSEN = {
    "zhenjiang": "a middling year", "xingan": "annual assessment with a tea meeting missed",
    "xinzhou": "final acceptance, coverage and sample fail again after rectification", "yuehu": "two indicators missed",
    "sandu": "accuracy just met",
}  # fmt: skip


def case_of(name: str) -> tuple[str, dict[str, Any]]:
    raw, _ = read_yaml((CASES / f"{name}.yaml").read_text("utf-8"), name)
    return raw["contract"], next(one for one in raw["cases"] if one["name"] == CHOSEN[name])


@pytest.mark.parametrize("name", list(CHOSEN))
def test_a_case_becomes_a_capsule_that_the_command_confirms(
    app: Flask, session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    contract, case = case_of(name)
    given, expect = case["given"], case["expect"]
    fen = int(parse_exact(str(given.get("price", "1000000.00"))) * 100)
    desk = Desk(app, ground(session, contract, given.get("answers"), price_fen=fen))
    desk.opened()
    for clause, table in given["facts"].items():
        state(desk, clause, table)
    for clause, value in given.get("decided", {}).items():
        decide(desk, clause, str(value))
    if given.get("otherwise") == "met":
        rest_met(desk)
    sheet = Shown(desk.get("supervisor").text)
    compare(desk, sheet, expect)
    rest_met(desk)
    confirm(desk)
    desk.told()
    result = Shown(desk.get("project_manager", "result").text).text
    compare_money(result, expect)
    assert "等另一方签字" in told(desk, "project_manager")
    assert "结果已冻结" in told(desk, "deputy_head")
    held(desk, tmp_path, capsys)


# -- steps ----------------------------------------------------------------------------------------


def state(desk: Desk, clause: str, table: Mapping[str, Any]) -> None:
    """The facts of a case, typed into the boxes of the form that the clause opens."""
    desk.ground.session.rollback()
    work = desk.ground.work(desk.ground.row(desk.number))
    typed = typed_of(clause_of(work, clause), exact(renamed(work, clause, table), clause))
    desk.ground.session.rollback()
    form = desk.get("supervisor", f"facts?clause={clause}").text
    shown = set(re.findall(r'name="v-([^"]+)"', form))
    assert set(typed) <= shown
    sent = {"clause": clause, "reason": WHY, "seen": "0", **{f"v-{key}": value for key, value in typed.items()}}
    answer = desk.post("supervisor", "facts", sent)
    assert answer.status_code == 303, answer.text[:2000]


def decide(desk: Desk, clause: str, value: str) -> None:
    desk.ground.session.rollback()
    known = places(desk.ground.work(desk.ground.row(desk.number)).rulebook)
    key = next(key for key, one in known.items() if one.clause == clause)
    desk.ground.session.rollback()
    answer = desk.post("supervisor", "decide", {"key": key, "points": value, "reason": WHY, "seen": "0"}, headers=HTMX)
    assert answer.status_code == 200, answer.text[:2000]


def rest_met(desk: Desk) -> None:
    """What is still without data is decided as met, in one go; a single one has its own form."""
    page = desk.get("supervisor").text
    keys = re.findall(r'name="keys" value="([^"]+)"', page)
    if keys:
        sent = {**hidden(page, "version"), "keys": keys, "reason": "逐条查看了材料"}
        assert desk.post("supervisor", "met", sent).status_code == 303
    for section in sections(Shown(desk.get("supervisor").text)):
        if "data-open" in section.attrib:
            [key] = [one.get("value", "") for one in section.iter("input") if one.get("name") == "key"]
            sent = {"key": key, "met": "yes", "reason": WHY, "seen": "0"}
            assert desk.post("supervisor", "decide", sent, headers=HTMX).status_code == 200


def sections(page: Shown) -> list[Any]:
    return [one for one in page.main.iter("section") if "sheet-clause" in (one.get("class") or "").split()]


def confirm(desk: Desk) -> None:
    """By somebody else."""
    waiting = re.findall(r'name="facts" value="(\d+)"', desk.get("supervisor2").text)
    assert waiting
    assert desk.post("supervisor2", "confirm", {"facts": waiting}).status_code == 303


def told(desk: Desk, who: str) -> str:
    answer = desk.sign(who)
    assert answer.status_code == 303, answer.text[:2000]
    return str(desk.at(who).get(answer.location).text)


def held(desk: Desk, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The command over what is downloaded; every figure with a ledger behind it opens its entries."""
    kept = folder / "capsule.json"
    kept.write_text(desk.get("deputy_head", "capsule.json").text, "utf-8")
    assert command(["verify", str(kept)]) == 0
    assert "相符" in capsys.readouterr().out
    links = Shown(desk.get("deputy_head").text).links("看台账")
    assert links
    for url in links[:2]:
        assert desk.at("deputy_head").get(url).status_code == 200
    assert desk.get("deputy_head", "trace").status_code == 200


# -- what the pages show --------------------------------------------------------------------------


def compare(desk: Desk, sheet: Shown, expect: Mapping[str, Any]) -> None:
    """Total, tier, items, figures and verdicts of the case, as they stand on the page."""
    [bar] = sheet.having("id", "sheet-bar")
    bar_text = words(bar)
    shown = items(desk, sheet)
    for key in ("total", "tier", "year"):
        if key in expect:
            wanted = points(parse_exact(str(expect[key]))) if key == "total" else str(expect[key])
            assert wanted in bar_text, (key, bar_text)
    for key, value in expect.get("scores", {}).items():
        assert shown[key]["得分"] == points(parse_exact(str(value))), key
    for key, value in expect.get("deductions", {}).items():
        assert shown[key]["扣分"] == f"−{points(parse_exact(str(value)))}", key
    for key, value in expect.get("bonus", {}).items():
        assert shown[key]["加分"] == f"+{points(parse_exact(str(value)))}", key
    signs = {clause: text for clause, text in clauses(sheet).items() if clause in expect.get("met", {})}
    for clause, value in expect.get("met", {}).items():
        if isinstance(value, bool):
            assert any(word in signs[clause] for word in ("按算式", "未达标")) is not value, signs[clause]


def items(desk: Desk, sheet: Shown) -> dict[str, dict[str, str]]:
    """Words and numbers at the head of each item, by the item's id."""
    desk.ground.session.rollback()
    work = desk.ground.work(desk.ground.row(desk.number))
    ids = list(dict.fromkeys(one.item or one.clause for one in places(work.rulebook).values()))
    desk.ground.session.rollback()
    found = {}
    for node in sheet.having("class", "sheet-item"):
        number = int(str(node.get("id")).removeprefix("item-"))
        pairs = [(words(one[0]), words(one[1])) for each in node.iter("dl") for one in each if len(one) == 2]
        found[ids[number - 1]] = dict(pairs)
    return found


def clauses(sheet: Shown) -> dict[str, str]:
    return {str(one.get("aria-label")).split()[0]: words(one) for one in sections(sheet)}


def compare_money(result: str, expect: Mapping[str, Any]) -> None:
    """Payments, reductions and figures stand on the page of the result."""
    for amounts in expect.get("payments", {}).values():
        assert str(Money.parse(str(amounts["in_all"]))) in result
    for value in expect.get("reductions", {}).values():
        assert str(Money.parse(str(value))) in result
    for value in expect.get("figures", {}).values():
        shown = value["numerator"] if isinstance(value, dict) else value
        assert f"{shown:,}" in result or str(Fraction(shown)) in result, value
