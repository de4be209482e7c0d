"""The checkup ends with findings, never with a traceback or without end, whatever numbers a rulebook holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.rulebook.yaml_text import TextProblems
from tests.kpi.checkup.books import Raw, checked, item, question, share, sound

ODD = [
    "0",
    "-1",
    "0.0001",
    "1/7",
    "33.333",
    "100%",
    "999999999999",
    "1/0",
    "visits",
    "missed / 0",
    "'好'",
    "true",
    "A-1",
    "",
]


def full() -> Raw:
    """A rulebook that uses the parts with numbers."""
    raw = sound()
    raw["assumptions"] = [
        question("a", type="number", default=3),
        question("b", options={"x": "甲"}, default="x"),
    ]
    rules: list[Raw] = [
        {"mechanic": "discretion", "low": "0.5", "high": "2", "step": "0.1", "when": "visits > 1"},
        {
            "mechanic": "per_point",
            "actual": "visits",
            "target": "visits_target",
            "each": "0.5",
            "rounding": "pro_rata",
        },
        {"mechanic": "steps", "value": "visits", "table": [{"at_least": 0, "below": 5, "points": 1}]},
        {"mechanic": "proportional", "value": "visits", "low": "1", "high": "9", "high_points": "3"},
        {"mechanic": "zero_if", "condition": "visits == 0", "share": "1/4"},
    ]
    raw["rubric"]["items"].append({**item("A-2", "第三项", "3.5", "0.1", "missed"), "id": "third"})
    raw["rubric"]["items"][2]["rules"] += rules
    raw["rubric"]["pools"] = [{"id": "p", "items": ["A-1", "third"], "maximum": 50}]
    raw["payment"]["plans"][0]["tranches"].append(share("more", {"answer": "a"}))
    return raw


def leaves(value: Any) -> Iterator[tuple[Any, Any]]:
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in list(pairs):
        if isinstance(child, dict | list):
            yield from leaves(child)
        else:
            yield value, key


# Each example reads and checks a whole rulebook: a fifth of the usual number says as much.
@settings(max_examples=max(30, settings().max_examples // 5))
@given(st.data())
def test_odd_values_anywhere(data: st.DataObject) -> None:
    raw = full()
    places = list(leaves(raw))
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from(places))
        holder[key] = data.draw(st.sampled_from(ODD))
    try:
        findings = checked(raw).findings
    except TextProblems:
        return  # the reader has refused it with places, the linter never saw it
    assert all(finding.question for finding in findings)
