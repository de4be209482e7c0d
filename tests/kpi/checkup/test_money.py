"""Payment: shares, plans, tiers and instalments, wherever the fault stands."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kpi.checkup.books import checked, found, one, question, share, sound


def paid(*tranches: dict[str, Any]) -> dict[str, Any]:
    raw = sound()
    raw["payment"]["plans"][0]["tranches"] = list(tranches)
    return raw


def by_tier(shares: dict[str, str] | None = None, **more: object) -> dict[str, Any]:
    amount = {"pays": "tier_share", "shares": shares or {"好": "100%", "中": "90%", "差": "50%"}, **more}
    return {"id": "final", "clause": "A-9", "title": "结算", "amount": amount}


@pytest.mark.parametrize(
    ("parts", "text"), [(("40%", "50%"), "90%"), (("70%", "40%"), "110%"), (("30%", "30%", "39.9%"), "99.9%")]
)
def test_fixed_shares_sum_to_the_whole(parts: tuple[str, ...], text: str) -> None:
    finding = one(paid(*(share(f"t{number}", part) for number, part in enumerate(parts))), "shares_sum")
    assert finding.severity == "error"
    assert text in finding.message


def test_a_balance_takes_the_rest() -> None:
    rest = {"id": "rest", "clause": "A-9", "title": "尾款", "amount": {"pays": "balance"}}
    assert not checked(paid(share("first", "40%"), rest)).findings
    assert found(paid(share("first", "140%"), rest), "shares_sum")


@pytest.mark.parametrize("advance", ["10%", "60%", "75%"])
def test_an_advance_beside_the_whole_by_tier(advance: str) -> None:
    finding = one(paid(share("advance", advance), by_tier()), "shares_exceed")
    assert finding.severity == "question"
    assert f"{100 + int(advance[:-1])}%" in finding.message
    assert found(paid(share("advance", advance), by_tier(outside=["advance"])), "shares_exceed"), (
        "outside is a reading"
    )
    assert not checked(paid(share("advance", advance), by_tier(less=["advance"]))).findings


def test_an_advance_that_leaves_room_is_fine() -> None:
    assert not checked(
        paid(share("advance", "60%"), by_tier({"好": "40%", "中": "30%", "差": "0%"}))
    ).findings


def test_two_plans_for_one_sum() -> None:
    raw = sound()
    raw["payment"]["plans"].append(
        {"id": "two", "clause": "A-9", "title": "一次", "tranches": [share("all", "100%")]}
    )
    assert "“分两期”、“一次”" in one(raw, "two_plans").message
    raw["assumptions"] = [question("how", options={"one": "一", "two": "二"})]
    raw["payment"]["plan"] = {"answer": "how"}
    assert one(raw, "two_plans").answered_by_assumption == "how"
    raw["payment"]["plans"][1]["sum"] = "奖励"
    assert not found(raw, "two_plans")


def test_shares_that_nobody_stated() -> None:
    raw = paid(share("first", None), share("last", "60%"))
    assert one(raw, "share_not_stated").field.endswith("tranches.0.amount")
    raw["payment"]["plans"][0]["tranches"][0]["stated"] = [{"quote": "付40%", "value": "40%"}]
    assert not found(raw, "share_not_stated")
    asked = paid(share("first", {"answer": "part"}), share("last", "60%"))
    asked["assumptions"] = [question("part", type="percent")]
    assert one(asked, "share_not_stated").answered_by_assumption == "part"


@pytest.mark.parametrize("missing", ["好", "中", "差"])
def test_a_tier_without_a_share(missing: str) -> None:
    shares = {"好": "100%", "中": "90%", "差": "50%"}
    del shares[missing]
    assert f"“{missing}”" in one(paid(by_tier(shares)), "tier_without_share").message
    assert not found(paid(by_tier(shares, stops={missing: "keep"})), "tier_without_share")


def test_instalments_that_nobody_stated() -> None:
    amount = {
        "id": "parts",
        "clause": "A-9",
        "title": "分期",
        "amount": {"pays": "instalments", "number": None},
    }
    raw = paid(amount)
    assert one(raw, "instalments_not_stated")
    assert one(raw, "no_payment_formula")
    amount["amount"]["number"] = 4  # type: ignore[index]
    assert not checked(paid(amount)).findings


def test_a_plan_whose_numbers_are_all_answers() -> None:
    linear = {"id": "by_score", "clause": "A-9", "title": "按得分", "amount": {"pays": "linear", "full": 100}}
    finding = one(paid(linear), "no_payment_formula")
    assert finding.severity == "question"
    linear["stated"] = [{"quote": "得几分付百分之几", "value": 100}]
    assert not checked(paid(linear)).findings


def test_no_payment_at_all() -> None:
    raw = sound()
    del raw["payment"]
    assert one(raw, "no_payment").severity == "question"
