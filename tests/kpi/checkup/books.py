"""A small sound rulebook that the tests break in one place each."""

from __future__ import annotations

from typing import Any

import yaml

from kpi.checkup import Checkup, Finding, check
from kpi.rulebook.loader import Source, load_text

Raw = dict[str, Any]


def sound() -> Raw:
    """A rulebook without findings: 3 clauses, a ledger, an indicator, two items, tiers, one plan."""
    return {
        "key": "made-up",
        "title": "测试用服务合同",
        "term": {"years": 1},
        "clauses": [
            {"id": "A-1", "title": "每月走访"},
            {"id": "A-2", "title": "培训"},
            {"id": "A-9", "title": "付款和档次"},
        ],
        "parameters": [{"id": "visits_target", "clause": "A-1", "title": "走访目标", "value": 50}],
        "ledgers": [
            {
                "id": "visit", "name": "走访台账", "clauses": ["A-1"],
                "fields": [
                    {"id": "date", "name": "日期", "type": "date", "required": True},
                    {"id": "kind", "name": "方式", "type": "choice", "choices": ["现场", "电话"]},
                    {"id": "minutes", "name": "时长", "type": "duration"},
                    {"id": "note", "name": "备注", "type": "text"},
                ],
            }
        ],
        "indicators": [
            {
                "clause": "A-1", "title": "走访",
                "figures": {"visits": {"ledger": "visit", "measure": "count", "where": "kind == '现场'"}},
                "criteria": [{"value": "visits", "at_least": "visits_target"}],
            },
            {
                "clause": "A-2", "title": "培训",
                "figures": {"missed": {"measure": "by_hand"}},
                "criteria": [{"value": "missed", "at_most": 0}],
            },
        ],
        "rubric": {
            "clause": "A-9", "title": "考核表", "total": 100,
            "items": [item("A-1", "走访", 60, 1), item("A-2", "培训", 40, 2, "missed")],
        },
        "tiers": {"clause": "A-9", "bands": [band("好", 70, 70, 100), band("中", 50, 50, 69), band("差", 0, 0, 49)]},
        "payment": {
            "clause": "A-9",
            "plans": [
                {
                    "id": "one", "clause": "A-9", "title": "分两期",
                    "tranches": [share("first", "40%"), share("last", "60%")],
                }
            ],
        },
    }


def item(clause: str, title: str, maximum: object, each: object, count: str = "visits_target - visits") -> Raw:
    """An item with one deductor."""
    rule = {"mechanic": "per_unit", "count": count, "each": each}
    return {"id": clause, "clauses": [clause], "title": title, "maximum": maximum, "rules": [rule]}


def band(tier: str, at_least: object, stated_from: object, stated_to: object) -> Raw:
    return {"tier": tier, "at_least": at_least, "stated_from": stated_from, "stated_to": stated_to}


def share(name: str, part: object) -> Raw:
    return {"id": name, "clause": "A-9", "title": name, "amount": {"pays": "share", "share": part}}


def question(name: str, **more: object) -> Raw:
    """An assumption."""
    return {"id": name, "clauses": ["A-9"], "question": f"{name}怎样定?", **more}


def source(raw: Raw) -> Source:
    return load_text(yaml.safe_dump(raw, allow_unicode=True, sort_keys=False), "made-up.yaml")


def checked(raw: Raw) -> Checkup:
    return check(source(raw))


def found(raw: Raw, code: str) -> list[Finding]:
    """The findings with a code."""
    return [finding for finding in checked(raw).findings if finding.code == code]


def one(raw: Raw, code: str) -> Finding:
    """The only finding with a code."""
    findings = found(raw, code)
    assert len(findings) == 1, [finding.message for finding in findings]
    return findings[0]
