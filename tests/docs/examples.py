"""Examples of the guide, run: each kind inside the smallest rulebook that can hold it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from kpi.evaluation import Evaluation, evaluate
from kpi.quantities import Money, parse_exact
from kpi.rulebook.given import Given
from kpi.rulebook.loader import Source, load_text
from tests.docs.guide import Block

Raw = dict[str, Any]

FRAME: Raw = {
    "key": "example",
    "title": "例子",
    "term": {"months": 6},
    "clauses": [{"id": "A-1", "title": "甲"}, {"id": "A-2", "title": "乙"}],
}
LEDGER: Raw = {
    "id": "visit",
    "name": "走访台账",
    "clauses": ["A-1"],
    "fields": [{"id": "date", "name": "日期", "type": "date", "required": True}],
}
PRICE = "100000.00"


def source(raw: Raw) -> Source:
    """A rulebook with these parts inside the frame."""
    return load_text(_yaml({**FRAME, **raw}), "例子")


def _yaml(raw: Any) -> str:
    return yaml.dump(_plain(raw), allow_unicode=True, sort_keys=False)


def _plain(value: Any) -> Any:
    """Decimals as texts: the rulebook reads both exactly."""
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    plain = value is None or isinstance(value, str | bool | int)
    return value if plain or hasattr(value, "isoformat") else str(value)


def by_hand(data: Raw) -> list[Raw]:
    """An indicator of the first clause with these figures."""
    figures = {name: {"measure": "by_hand", "label": name} for name in data if name != "met"}
    return [{"clause": "A-1", "title": "例", "figures": figures}] if figures else []


def item_says(example: Block, block: Block) -> str:
    """What the item says of the data."""
    data = block.given["数据"]
    item = {"id": "X", "clauses": ["A-1"], "title": "例", **example.value}
    rubric = {"clause": "A-1", "title": "例", "total": item["maximum"], "items": [item]}
    given = Given(facts={"A-1": data}, decided=block.given.get("核定", {}))
    sheet = evaluate(source({"rubric": rubric, "indicators": by_hand(data)}), given).assessment
    assert sheet is not None
    return sheet.items[0].explanation


def paid(raw: Raw, block: Block) -> Evaluation:
    """The evaluation of a payment under the score, tier and data of a block."""
    data: Raw = dict(block.given.get("数据", {}))
    score = block.given.get("得分", 100)
    rubric = {
        "clause": "A-1",
        "title": "例",
        "total": 100,
        "items": [
            {
                "id": "X", "clauses": ["A-2"], "title": "例", "maximum": 100,
                "rules": [{"mechanic": "per_unit", "count": "扣分", "each": 1}],
            }
        ],
    }  # fmt: skip
    bands = [("优秀", 90), ("良好", 80), ("合格", 60), ("较差", 0)]
    tiers = {"clause": "A-1", "bands": [{"tier": name, "at_least": low} for name, low in bands]}
    scored = {"clause": "A-2", "title": "扣分", "figures": {"扣分": {"measure": "by_hand"}}}
    made = source({**raw, "rubric": rubric, "tiers": tiers, "indicators": [*by_hand(data), scored]})
    lost = 100 - parse_exact(score)
    return evaluate(made, Given(price=Money.parse(PRICE), facts={"A-1": data, "A-2": {"扣分": lost}}))


def amount_says(example: Block, block: Block) -> str:
    """What a tranche says that follows an advance of 30%."""
    tranches = [
        {
            "id": "advance",
            "title": "预付款",
            "clause": "A-1",
            "advance": True,
            "amount": {"pays": "share", "share": "30%"},
        },
        {"id": "x", "title": "本期", "clause": "A-1", "amount": example.value},
    ]
    plan = {"id": "p", "title": "方案", "clause": "A-1", "tranches": tranches}
    decision = paid({"payment": {"clause": "A-1", "plans": [plan]}}, block).payment
    assert decision is not None
    return decision.plans["p"].lines[1].explanation


def reduction_says(example: Block, block: Block) -> str:
    """What a reduction says."""
    reduction = {"id": "r", "title": "扣款", "clause": "A-1", "amount": example.value}
    decision = paid({"payment": {"clause": "A-1", "plans": [], "reductions": [reduction]}}, block).payment
    assert decision is not None
    return decision.reductions[0].explanation


BANDS = [{"tier": name, "at_least": low} for name, low in [("优秀", 90), ("良好", 80), ("合格", 60), ("较差", 0)]]


def score_says(example: Block, block: Block) -> str:
    """What a rubric says of the data: the sheet, several sheets together, the tier. One line each.

    The example holds parts of a rulebook, and under `given` what is given beside the data.
    """
    data: Raw = dict(block.given.get("数据", {}))
    parts: Raw = dict(example.value)
    given = Given.model_validate({**_plain(parts.pop("given", {})), "facts": {"A-1": data}})
    rubric = {"clause": "A-1", "title": "例", "total": 100, **parts.pop("rubric")}
    tiers = {"clause": "A-1", "bands": BANDS}
    found = evaluate(source({"rubric": rubric, "tiers": tiers, "indicators": by_hand(data), **parts}), given)
    said = [one.explanation for one in (found.assessment, found.combined, found.tier) if one is not None]
    return "\n".join(said)


SAYS = {
    "yaml item": item_says,
    "yaml amount": amount_says,
    "yaml reduction": reduction_says,
    "yaml score": score_says,
}
