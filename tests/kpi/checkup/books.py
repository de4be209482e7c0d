"""A small sound rulebook that the tests break in one place each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from kpi.checkup import Checkup, Finding, check
from kpi.rulebook.loader import Source, load_text

Raw = dict[str, Any]


def sound() -> Raw:
    """A rulebook without findings: 3 clauses, a ledger, two indicators, two items, tiers, one plan."""
    raw: Raw = yaml.safe_load(Path(__file__).with_name("sound.yaml").read_text("utf-8"))
    return raw


def item(
    clause: str, title: str, maximum: object, each: object, count: str = "visits_target - visits"
) -> Raw:
    """An item with one deductor."""
    rule = {"mechanic": "per_unit", "count": count, "each": each}
    return {"id": clause, "clauses": [clause], "title": title, "maximum": maximum, "rules": [rule]}


def band(tier: str, at_least: object, stated_from: object, stated_to: object) -> Raw:
    return {"tier": tier, "at_least": at_least, "stated_from": stated_from, "stated_to": stated_to}


def share(name: str, part: object) -> Raw:
    return {"id": name, "clause": "A-9", "title": name, "amount": {"pays": "share", "share": part}}


def question(name: str, **more: object) -> Raw:
    """An assumption."""
    return {"id": name, "clauses": ["A-9"], "question": f"{name}怎样定？", **more}


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
