"""Points add up, bands of step tables meet, figures and targets make sense."""

from __future__ import annotations

from typing import Any

import pytest

from tests.kpi.checkup.books import checked, found, one, sound


@pytest.mark.parametrize(("first", "second"), [(60, 41), (60, 39), ("59.5", 40)])
def test_maxima_that_do_not_sum_to_the_total(first: object, second: object) -> None:
    raw = sound()
    raw["rubric"]["items"][0]["maximum"], raw["rubric"]["items"][1]["maximum"] = first, second
    assert one(raw, "points_sum").severity == "error"


def test_another_total_is_fine_when_the_items_agree() -> None:
    raw = sound()
    raw["rubric"]["total"] = 120
    raw["rubric"]["items"][0]["maximum"] = 80
    raw["tiers"]["bands"][0]["stated_to"] = 120
    assert not checked(raw).findings


def test_a_pool_counts_once() -> None:
    raw = sound()
    raw["rubric"]["items"][0]["maximum"] = 70
    raw["rubric"]["pools"] = [{"id": "p", "items": ["A-1", "A-2"], "maximum": 100}]
    assert not found(raw, "points_sum")
    assert one(raw, "pool_and_items").severity == "warning"


def rule(raw: dict[str, Any], **mechanic: object) -> dict[str, Any]:
    raw["rubric"]["items"][1]["rules"] = [mechanic]
    return raw


def test_a_rule_after_one_that_always_takes_everything() -> None:
    raw = sound()
    raw["rubric"]["items"][0]["rules"].insert(0, {"mechanic": "zero_if", "condition": "true"})
    assert one(raw, "unreachable_rule").field == "rubric.items.0.rules.1"
    raw["rubric"]["items"][0]["rules"][0]["condition"] = "visits == 0"
    assert not found(raw, "unreachable_rule")
    raw["rubric"]["items"][0]["rules"][1]["when"] = "1 > 2"
    assert one(raw, "unreachable_rule").field == "rubric.items.0.rules.1"


def test_checklist_that_cannot_lose_all() -> None:
    raw = rule(sound(), mechanic="checklist", missing="missed", each=10, conditions=["甲", "乙", "丙"])
    assert "只扣 30 分" in one(raw, "checklist_short").message
    raw["rubric"]["items"][1]["rules"][0]["conditions"].append("丁")
    assert not found(raw, "checklist_short")


def test_conditions_that_cannot_earn_full_marks() -> None:
    conditions = [{"when": "missed == 0", "points": 25}, {"when": "missed < 3", "points": 10}]
    raw = rule(sound(), mechanic="earn_per_condition", conditions=conditions)
    raw["rubric"]["items"][1]["start"] = "zero"
    assert "得 35 分" in one(raw, "earned_sum").message
    conditions[1]["points"] = 15
    assert not found(raw, "earned_sum")


def test_a_range_upside_down() -> None:
    assert one(rule(sound(), mechanic="discretion", low=3, high=1), "range_upside_down").severity == "error"


def steps(*table: dict[str, object]) -> dict[str, Any]:
    return rule(sound(), mechanic="steps", value="missed", table=list(table))


def test_step_tables_meet() -> None:
    low = {"at_least": 0, "below": 5, "points": 1}
    assert not found(steps(low, {"at_least": 5, "points": 2}), "bands_gap")
    assert not found(steps(low, {"at_least": 5, "points": 2}), "bands_overlap")
    assert "5 到 8" in one(steps(low, {"at_least": 8, "points": 2}), "bands_gap").message
    assert one(steps(low, {"at_least": 4, "points": 2}), "bands_overlap").severity == "error"
    assert one(steps({**low, "inclusive_top": True}, {"at_least": 5, "points": 2}), "bands_overlap")
    assert one(steps({"at_least": 9, "below": 5, "points": 1}), "empty_band")


def test_figures_over_fields_that_hold_no_numbers() -> None:
    raw = sound()
    total = {"ledger": "visit", "measure": "sum", "field": "note"}
    raw["indicators"][0]["figures"]["minutes"] = total
    raw["indicators"][0]["criteria"].append({"value": "minutes", "at_least": 9})
    assert "“备注”" in one(raw, "not_a_number").message
    total["field"] = "minutes"
    assert not checked(raw).findings


def test_a_choice_that_does_not_exist() -> None:
    raw = sound()
    raw["indicators"][0]["figures"]["visits"]["where"] = "kind in ['现场', '网上']"
    assert "“网上”" in one(raw, "unknown_choice").message


def test_a_figure_that_nothing_reads() -> None:
    raw = sound()
    raw["indicators"][0]["figures"]["calls"] = {"ledger": "visit", "measure": "count"}
    assert one(raw, "unused_figure").field == "indicators.0.figures.calls"
    raw["payment"]["suspend"] = "of('A-1', 'calls') > 9"
    assert not checked(raw).findings


def test_targets_out_of_reach() -> None:
    raw = sound()
    raw["indicators"][0]["figures"]["share"] = {
        "ledger": "visit",
        "measure": "rate",
        "hits": "kind == '现场'",
    }
    target = {"value": "share", "at_least": "100%"}
    raw["indicators"][0]["criteria"].append(target)
    assert not checked(raw).findings
    target["at_least"] = "101%"
    assert one(raw, "criterion_unreachable").severity == "question"
    target["at_least"], target["at_most"] = "90%", "80%"
    assert one(raw, "criterion_empty").severity == "error"


def test_once_needs_a_date() -> None:
    raw = sound()
    raw["indicators"][1]["window"] = "once"
    assert one(raw, "once_without_date").clauses == ("A-2",)
    raw["indicators"][1]["once_by"] = "2026-08-31"
    assert not checked(raw).findings


def test_fields_lack_what_their_type_needs() -> None:
    raw = sound()
    fields = raw["ledgers"][0]["fields"]
    fields[0]["type"] = "text"
    fields[1]["choices"] = []
    fields += [
        {"id": "of", "name": "来源", "type": "reference"},
        {"id": "n", "name": "数", "type": "integer", "minimum": 3, "maximum": 1},
    ]
    codes = {finding.code for finding in checked(raw).of("error")}
    assert codes == {"date_field", "no_choices", "no_ledger", "empty_range"}


def surveyed(*tables: dict[str, Any]) -> dict[str, Any]:
    raw = sound()
    raw["surveys"] = [
        {
            "id": "s",
            "clause": "A-2",
            "title": "调查",
            "ledger": "visit",
            "record_id": "note",
            "branch": "kind",
            "tables": list(tables),
        }
    ]
    return raw


def table(branch: str, qualified_at: int, *points: int) -> dict[str, Any]:
    elements = [
        {"name": f"要素{number}", "field": "note", "points": one} for number, one in enumerate(points)
    ]
    return {"clause": "A-2", "branch": branch, "elements": elements, "qualified_at": qualified_at}


def test_element_tables() -> None:
    assert not checked(surveyed(table("现场", 80, 60, 40), table("电话", 80, 50, 50))).findings
    assert (
        one(surveyed(table("现场", 80, 60, 40), table("电话", 80, 50, 49)), "element_totals").severity
        == "question"
    )
    assert one(surveyed(table("现场", 80, 40, 30)), "cannot_qualify").severity == "error"
    twice = table("现场", 80, 60, 40)
    twice["elements"][1]["name"] = "要素0"
    assert one(surveyed(twice), "duplicate_id")
