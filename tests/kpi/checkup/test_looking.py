"""Checklists, complaints, surveys and spot plans: what could not be entered is found before anybody goes out."""

from __future__ import annotations

from typing import Any

import pytest

from kpi.checkup import check
from tests.docs.examples import source

Raw = dict[str, Any]
LEDGER: Raw = {
    "id": "site", "name": "场所检查", "clauses": ["A-1"], "enters": "buyer",
    "fields": [
        {"id": "date", "name": "日期", "type": "date", "required": True},
        {"id": "condition", "name": "条件", "type": "choice", "choices": ["标识", "消防"]},
        {"id": "ok", "name": "具备", "type": "yes_no"}, {"id": "note", "name": "情况", "type": "text"},
        {"id": "people", "name": "人数", "type": "integer"},
    ],
}  # fmt: skip
LIST: Raw = {
    "id": "walk", "title": "检查", "clause": "A-1", "ledger": "site", "item": "condition", "note": "note",
    "outcomes": [{"label": "好", "conforms": True, "sets": {"ok": True}}, {"label": "差", "conforms": False, "sets": {"ok": False}}],
}  # fmt: skip
COMPLAINTS: Raw = {
    "id": "c", "title": "投诉", "clauses": ["A-1"], "ledger": "site", "content": "note", "decision": "condition", "upheld": "标识",
}  # fmt: skip
POLL: Raw = {
    "id": "p", "title": "满意度", "clause": "A-1", "ledger": "site", "answered": "people", "satisfied": "people", "group": "condition",
    "groups": ["消防"], "questions": [{"id": "q", "text": "满意吗", "choices": ["是", "否"], "satisfied": ["是"]}],
    "figures": {"satisfied": "lost"},
}  # fmt: skip
PLAN: Raw = {"id": "s", "title": "抽查", "clause": "A-1", "ledger": "site", "by": "condition", "share": "5%"}


def errors(**changed: Raw) -> list[str]:
    """Messages of the rulebook's errors with one part changed."""
    parts = {"checklists": LIST, "complaints": COMPLAINTS, "polls": POLL, "spot_plans": PLAN}
    monthly = {"measure": "count", "ledger": "site", "window": "month"}
    figures = {"lost": {"measure": "by_hand"}, "monthly": monthly}
    raw: Raw = {
        "ledgers": [LEDGER], "indicators": [{"clause": "A-1", "title": "数", "figures": figures}],
        **{name: [{**part, **changed.get(name, {})}] for name, part in parts.items()},
    }  # fmt: skip
    return [one.message for one in check(source(raw)).of("error") if one.code in {"cannot_be_entered", "unknown_ledger", "duplicate_id"}]


def test_what_can_be_entered_passes() -> None:
    assert errors() == []


@pytest.mark.parametrize(
    ("part", "given", "text"),
    [
        ("checklists", {"outcomes": [{"label": "好", "conforms": True}]}, "要有合格、不合格两种结果"),
        ("checklists", {"ledger": ""}, "没有写查什么"), ("checklists", {"ledger": "sites"}, "没有叫“sites”的台账"),
        ("checklists", {"item": ""}, "记在台账的哪个字段"), ("checklists", {"note": "notes"}, "没有字段“notes”"),
        ("checklists", {"items": [{"value": "标识牌"}]}, "没有“标识牌”这个选项"),
        ("checklists", {"items": [{"value": "标识", "asks": ["area"]}]}, "没有字段“area”"),
        ("checklists", {"sets": {"ok": "是"}}, "填不了“是”"), ("complaints", {"upheld": "有效"}, "填不了“有效”"),
        ("complaints", {"asks": ["duty"]}, "没有字段“duty”"), ("polls", {"minimum": "least"}, "没有叫“least”的参数"),
        ("polls", {"groups": ["窗口"]}, "填不了“窗口”"), ("polls", {"figures": {"answered": "asked"}}, "没有叫“asked”的数据"),
        ("polls", {"questions": [{"id": "q", "text": "满意吗", "choices": ["是"]}]}, "哪些回答算满意"),
        ("polls", {"questions": [{"id": "q", "text": "好吗", "choices": ["是"], "satisfied": ["好"]}]}, "没有“好”这个选项"),
        ("spot_plans", {"by": "town"}, "没有字段“town”"), ("spot_plans", {"projection": "rate"}, "折算后代替哪个数据"),
        ("spot_plans", {"projection": "rate", "figure": "visits"}, "没有叫“visits”的数据"),
        ("spot_plans", {"projection": "rate", "figure": "monthly"}, "按时段分别计"),
    ],
)  # fmt: skip
def test_what_could_not_be_entered_is_found(part: str, given: Raw, text: str) -> None:
    assert any(text in message for message in errors(**{part: given})), errors(**{part: given})
