"""Every name that leads nowhere is found where it stands, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from tests.kpi.checkup.books import checked, found, one, question, share, sound

Break = Callable[[Any], object]


def put(value: object, *path: object) -> Break:
    def change(raw: Any) -> None:
        for part in path[:-1]:
            raw = raw[part]
        raw[path[-1]] = value

    return change


def add(value: object, *path: object) -> Break:
    def change(raw: Any) -> None:
        for part in path:
            raw = raw[part]
        raw.append(value)

    return change


TIERED = {"pays": "tier_share", "shares": {"好": "100%", "中": "80%", "差": "0%"}}
BROKEN: list[tuple[str, str, str, Break]] = [
    ("unknown_clause", "A-5", "clause of an indicator", put("A-5", "indicators", 1, "clause")),
    ("unknown_clause", "A-5", "clause of a ledger", put(["A-1", "A-5"], "ledgers", 0, "clauses")),
    ("unknown_clause", "A-5", "clause cap", put({"A-5": 3}, "rubric", "items", 0, "clause_caps")),
    (
        "unknown_clause",
        "A-5",
        "verdict",
        put([{"id": "v", "clause": "A-9", "title": "年度", "requires": ["A-5"]}], "verdicts"),
    ),
    (
        "unknown_ledger",
        "visits",
        "ledger of a figure",
        put("visits", "indicators", 0, "figures", "visits", "ledger"),
    ),
    (
        "unknown_assumption",
        "nobody_asked",
        "answer",
        put({"answer": "nobody_asked"}, "parameters", 0, "value"),
    ),
    (
        "unknown_members",
        "towns",
        "member set",
        put({"measure": "members_due", "members": "towns"}, "indicators", 1, "figures", "met"),
    ),
    (
        "unknown_tier",
        "优",
        "share of a tier",
        put(
            {**TIERED, "shares": {**TIERED["shares"], "优": "100%"}},
            "payment",
            "plans",
            0,
            "tranches",
            1,
            "amount",
        ),
    ),  # type: ignore[dict-item]
    (
        "unknown_tier",
        "优",
        "downgrade",
        put(
            [
                {
                    "id": "d",
                    "clause": "A-9",
                    "kind": "at_most",
                    "when": "visits < 1",
                    "title": "降档",
                    "tier": "优",
                }
            ],
            "consequences",
        ),
    ),
    (
        "unknown_tranche",
        "advance",
        "offset",
        put({**TIERED, "less": ["advance"]}, "payment", "plans", 0, "tranches", 1, "amount"),
    ),
    ("unknown_plan", "two", "plan", put("two", "payment", "plan")),
    (
        "unknown_item",
        "A-7",
        "pool",
        put([{"id": "p", "items": ["A-1", "A-7"], "maximum": 60}], "rubric", "pools"),
    ),
    (
        "unknown_field",
        "places",
        "field of a sum",
        put({"ledger": "visit", "measure": "sum", "field": "places"}, "indicators", 1, "figures", "met"),
    ),
    ("unknown_field", "places", "unique key", put([["date", "places"]], "ledgers", 0, "unique")),
    ("unknown_field", "day", "business date", put("day", "ledgers", 0, "date")),
    (
        "unknown_name",
        "place",
        "row condition",
        put("place == '现场'", "indicators", 0, "figures", "visits", "where"),
    ),
    ("unknown_name", "visit", "figure of a rule", put("visit", "rubric", "items", 0, "rules", 0, "count")),
    (
        "unknown_name",
        "kind",
        "a field where figures are read",
        put("kind", "indicators", 0, "criteria", 0, "value"),
    ),
    (
        "unknown_name",
        "missed",
        "of another clause's figure",
        put("of('A-1', 'missed')", "rubric", "items", 1, "rules", 0, "count"),
    ),
    ("unknown_name", "note2", "required if", put("note2 == '是'", "ledgers", 0, "fields", 3, "required_if")),
]


@pytest.mark.parametrize(("code", "name", "what", "broken"), BROKEN, ids=[row[2] for row in BROKEN])
def test_a_name_that_leads_nowhere_is_an_error(code: str, name: str, what: str, broken: Break) -> None:
    raw = sound()
    broken(raw)
    finding = one(raw, code)
    assert finding.severity == "error"
    assert f"“{name}”" in finding.message


def test_the_nearest_name_is_suggested() -> None:
    raw = sound()
    put("visitt", "rubric", "items", 0, "rules", 0, "count")(raw)
    assert "是不是“visits”？" in one(raw, "unknown_name").message


def test_a_name_in_two_other_clauses_is_ambiguous() -> None:
    raw = sound()
    raw["indicators"][1]["figures"]["visits"] = {"measure": "by_hand"}
    raw["indicators"][1]["criteria"].append({"value": "visits", "at_least": 1})
    assert not found(raw, "unknown_name"), "each clause reads its own"
    raw["payment"]["suspend"] = "visits < 1"
    message = one(raw, "unknown_name").message
    assert "of('A-1', 'visits')" in message
    assert "of('A-2', 'visits')" in message
    raw["payment"]["suspend"] = "of('A-2', 'visits') < 1"
    assert not found(raw, "unknown_name")


def test_met_of_a_clause_with_an_indicator_can_be_read() -> None:
    raw = sound()
    raw["payment"]["suspend"] = "not of('A-1', 'met') and score < 60"
    assert not found(raw, "unknown_name")
    raw["payment"]["suspend"] = "not of('A-9', 'met')"
    assert one(raw, "unknown_name").field == "payment.suspend"


@pytest.mark.parametrize(
    "path",
    [
        ("ledgers",),
        ("parameters",),
        ("clauses",),
        ("rubric", "items"),
        ("tiers", "bands"),
        ("ledgers", 0, "fields"),
        ("payment", "plans"),
        ("payment", "plans", 0, "tranches"),
    ],
)
def test_an_id_that_stands_twice(path: tuple[object, ...]) -> None:
    raw = sound()
    several: Any = raw
    for part in path:
        several = several[part]
    several.append(deepcopy(several[0]))
    finding = one(raw, "duplicate_id")
    assert finding.field.endswith(str(len(several) - 1))


def test_derived_figures_in_a_circle() -> None:
    raw = sound()
    raw["derived"] = [
        {"id": "a", "clause": "A-1", "title": "甲", "value": "b + 1"},
        {"id": "b", "clause": "A-1", "title": "乙", "numerator": "a", "denominator": "visits"},
        {"id": "c", "clause": "A-1", "title": "丙", "value": "a * 2"},
    ]
    assert [finding.field for finding in found(raw, "circular_derived")] == ["derived.0", "derived.1"]


def test_fields_that_require_each_other() -> None:
    raw = sound()
    raw["ledgers"][0]["fields"][2]["required_if"] = "note == '有'"
    assert not checked(raw).findings
    raw["ledgers"][0]["fields"][3]["required_if"] = "minutes > 1"
    assert len(found(raw, "circular_required")) == 2


def with_answer(when: dict[str, object] | None, **more: object) -> Any:
    raw = sound()
    raw["assumptions"] = [question("target", options={"low": "少", "high": "多"}, default="low", **more)]
    raw["parameters"][0]["value"] = {"answer": "target"} | ({"when": when} if when is not None else {})
    return raw


def test_options_that_do_not_fit() -> None:
    assert not checked(with_answer({"low": 40, "high": 50})).findings
    assert "“high”" in one(with_answer({"low": 40}), "unhandled_option").message
    assert "“other”" in one(with_answer({"low": 40, "high": 50, "other": 60}), "unknown_option").message
    wrong = with_answer({"low": 40, "high": 50})
    wrong["assumptions"][0]["default"] = "middle"
    assert "low、high" in one(wrong, "default_not_an_option").message


def test_the_answer_may_be_the_plan_itself() -> None:
    raw = sound()
    raw["assumptions"] = [question("how", options={"one": "一", "other": "二"}, default="one")]
    raw["payment"]["plan"] = {"answer": "how"}
    assert "“other”" in one(raw, "unknown_plan").message
    raw["payment"]["plans"].append(
        {
            "id": "other",
            "clause": "A-9",
            "title": "一次付清",
            "sum": "另一笔",
            "tranches": [share("all", "100%")],
        }
    )
    assert not checked(raw).findings


def test_an_assumption_that_nothing_reads_is_a_warning() -> None:
    raw = sound()
    raw["assumptions"] = [question("idle", type="number", default=3)]
    assert one(raw, "unread_assumption").severity == "warning"


def test_an_empty_quote() -> None:
    raw = sound()
    raw["parameters"][0]["stated"] = [{"quote": " "}]
    assert one(raw, "empty_quote").field == "parameters.0.stated.0"
