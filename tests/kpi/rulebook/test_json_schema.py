"""The schema for editors: the five rulebooks pass it as any YAML reader reads them, wrong ones do not."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from kpi.rulebook.json_schema import rulebook_schema
from kpi.rulebook.loader import known_keys
from tests.kpi import riverside


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(rulebook_schema())


def plain(text: str) -> Any:
    """As an editor sees it: dates as texts, keys as texts."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def errors(data: Any) -> list[str]:
    return [f"{list(one.absolute_path)} {one.message[:200]}" for one in validator().iter_errors(data)]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(rulebook_schema())


@pytest.mark.parametrize("key", known_keys())
def test_the_five_pass(key: str) -> None:
    text = resources.files("kpi.rulebooks").joinpath(f"{key}.yaml").read_text("utf-8")
    assert errors(plain(text)) == []


def test_the_made_up_one_passes_too() -> None:
    assert errors(plain(riverside.TEXT)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("key: riverside", "kee: riverside"),
        ("title: 河畔夜校服务", "title: [1]"),
        ("term: {years: 1}", "term: 5"),
        ("measure: sum,", "measure: summ,"),
        ("type: integer,", "type: number,"),
        ("mechanic: per_point", "mechanic: per_pint"),
        ("pays: tier_share", "pays: half"),
        ("meaning: excellent", "meaning: best"),
        ("maximum: 20", "maximum: 二十"),
        ("clauses: HP-3", "clauses: {a: b}"),
        ("enters: buyer", "enters: anyone"),
    ],
)
def test_a_wrong_one_does_not(old: str, new: str) -> None:
    assert old in riverside.TEXT
    assert errors(plain(riverside.TEXT.replace(old, new, 1)))
