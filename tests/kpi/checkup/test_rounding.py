"""Rounding that loses something without saying so, tranches that are offset by name."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kpi.checkup.books import checked, found, one, question, share, sound


def paid(amount: dict[str, Any], **payment: Any) -> dict[str, Any]:
    raw = sound()
    rest = {"id": "rest", "clause": "A-9", "title": "结算", "amount": amount}
    raw["payment"]["plans"][0]["tranches"] = [share("advance", "10%"), rest]
    raw["payment"].update(payment)
    return raw


HEADS = {"pays": "per_head", "stages": [{"title": "甲", "count": "visits", "each": "0.125"}]}
FINE = [
    {"pays": "unit_price", "unit_price": "0.125", "count": "visits"},
    HEADS,
    {"pays": "rate_table", "rows": [{"group": "甲", "count": "visits", "rate": "1/3"}]},
    {"pays": "cohort", "count": "visits", "each": "0.005", "check_after_months": 3, "known": "true"},
    {"pays": "slabs", "value": "visits", "gives": "unit_price", "table": [{"points": "0.125"}]},
]


@pytest.mark.parametrize("amount", FINE)
def test_a_price_finer_than_the_fen_is_asked_about(amount: dict[str, Any]) -> None:
    finding = one(paid(amount), "price_below_fen")
    assert finding.severity == "question"
    assert "先乘数量再取整" in finding.question
    assert not found(paid({**amount, "rounding": {"intermediate": "exact"}}), "price_below_fen")
    assert not found(paid(amount, rounding={"intermediate": "exact"}), "price_below_fen")
    assert found(paid({**amount, "rounding": {"mode": "up"}}, rounding={"intermediate": "exact"}), "price_below_fen")


def test_a_price_of_whole_fen_is_not() -> None:
    assert not found(paid({"pays": "unit_price", "unit_price": "0.12", "count": "visits"}), "price_below_fen")
    assert not found(paid({"pays": "unit_price", "unit_price": "price / 7", "count": "visits"}), "price_below_fen")


def test_a_reduction_of_less_than_a_fen_is_asked_about_too() -> None:
    row = {"id": "r", "clause": "A-9", "title": "扣款", "amount": {
        "reduces": "fixed_per_record", "count": "visits", "each": "0.001", "population": "全部"}}  # fmt: skip
    assert "0 元" in one(paid({"pays": "balance"}, reductions=[row]), "price_below_fen").message


@pytest.mark.parametrize("at", ["payment", "rule"])
def test_an_answer_needs_a_table_of_roundings(at: str) -> None:
    plain = {"rounding": {"answer": "how"}}
    table = {"rounding": {"answer": "how", "when": {"down": {"mode": "down"}, "up": {"mode": "up"}}}}
    for rounding, errors in ((plain, 1), (table, 0)):
        own, whole = (rounding, {}) if at == "rule" else ({}, rounding)
        raw = paid({"pays": "linear", "full": 100, "less": "advance", **own}, **whole)
        raw["assumptions"] = [question("how", options={"down": "抹零", "up": "进一"}, default="down")]
        assert len(found(raw, "answer_needs_when")) == errors


@pytest.mark.parametrize("less", ["advanse", ["advance", "advanse"], {"advanse": "50%"}])
def test_what_is_offset_must_be_a_tranche(less: Any) -> None:
    finding = one(paid({"pays": "linear", "full": 100, "less": less}), "unknown_tranche")
    assert "是不是“advance”" in finding.message


def test_options_of_an_answer_are_no_tranches() -> None:
    way = {"answer": "how", "when": {"none": [], "half": {"advance": "50%"}}}
    raw = paid({"pays": "linear", "full": 100, "less": way})
    raw["assumptions"] = [question("how", options={"none": "不抵扣", "half": "一半"}, default="half")]
    assert not [finding for finding in checked(raw).findings if finding.code == "unknown_tranche"]


@pytest.mark.parametrize(("less", "too_much"), [("advance", False), ({"advance": "50%"}, True), ({}, True)])
def test_what_is_only_half_offset_exceeds_the_price(less: Any, too_much: bool) -> None:
    tiered = {"pays": "tier_share", "shares": {"好": "100%", "中": "90%", "差": "50%"}, "less": less}
    assert bool(found(paid(tiered), "shares_exceed")) is too_much
