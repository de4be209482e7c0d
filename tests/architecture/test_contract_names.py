"""No contract is known to the code: its key and its clause ids stand in its rulebook alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.architecture.sources import ROOT, python_files, shown

RULEBOOKS = sorted((ROOT / "kpi" / "rulebooks").glob("*.yaml"))
CLAUSE = re.compile(r"([A-Z]{2,4})-[0-9A-Z][0-9A-Za-z.]*(?:-[0-9A-Za-z]+)*")


def clause_ids(node: Any) -> Iterator[str]:
    """Each clause id of a rulebook: where one is cited, and where the list of clauses defines it."""
    if isinstance(node, list):
        for item in node:
            yield from clause_ids(item)
    if not isinstance(node, dict):
        return
    for name, value in node.items():
        if name in {"clause", "clauses"}:
            listed = value if isinstance(value, list) else [value]
            ids = (item.get("id") if isinstance(item, dict) else item for item in listed)
            yield from (text for text in ids if isinstance(text, str) and CLAUSE.fullmatch(text))
        yield from clause_ids(value)


def pattern_of(keys: set[str], ids: set[str]) -> re.Pattern[str] | None:
    """Finds the keys as words, and any clause id with a prefix of these contracts."""
    prefixes = {text.split("-")[0] for text in ids}
    words = [rf"(?i:(?<![A-Za-z]){re.escape(key)}(?![A-Za-z]))" for key in sorted(keys)]
    clauses = [rf"(?<![A-Za-z0-9]){prefix}-[0-9A-Z]" for prefix in sorted(prefixes)]
    return re.compile("|".join(words + clauses)) if words + clauses else None


def known_names() -> re.Pattern[str] | None:
    documents = [yaml.safe_load(path.read_text()) for path in RULEBOOKS]
    stated = {
        str(document["key"]) for document in documents if isinstance(document, dict) and "key" in document
    }
    return pattern_of({path.stem for path in RULEBOOKS} | stated, set(clause_ids(documents)))


@pytest.mark.parametrize("package", ["kpi", "app"])
def test_code_knows_no_contract(package: str) -> None:
    if (pattern := known_names()) is None:
        return
    found = [
        f"{shown(path)}:{number}：{hit.group()}"
        for path in python_files(package)
        for number, line in enumerate([shown(path), *path.read_text().splitlines()])
        if (hit := pattern.search(line))
    ]
    assert not found, "代码里不能出现合同的代号或条款号，请写进规则文件：\n" + "\n".join(found)


def test_each_rulebook_gives_clause_ids() -> None:
    bare = [path.name for path in RULEBOOKS if not set(clause_ids(yaml.safe_load(path.read_text())))]
    assert not bare, f"这些规则文件里读不出条款号，本检查会落空：{bare}"


RULEBOOK = {
    "key": "lakeside",
    "clauses": [{"id": "LS-2.1-1", "title": "岗位"}, {"id": "LS-P"}],
    "indicators": [{"id": "posts", "clause": "LS-2.1-1"}, {"id": "x", "when": {"a": {"clause": "QQ-3.1a"}}}],
}


def test_clause_ids_are_read_wherever_they_stand() -> None:
    assert set(clause_ids(RULEBOOK)) == {"LS-2.1-1", "LS-P", "QQ-3.1a"}


@pytest.mark.parametrize(
    "line", ["if key == 'lakeside':", "LAKESIDE_PRICE = 1", "# see LS-9.9-9", "'QQ-3.1b'"]
)
def test_a_contract_in_the_code_is_found(line: str) -> None:
    pattern = pattern_of({"lakeside"}, set(clause_ids(RULEBOOK)))
    assert pattern
    assert pattern.search(line)


@pytest.mark.parametrize("line", ["lakesides_are_nice", "ALS-1", "SHA-256", "LS - 1", "LS"])
def test_other_code_passes(line: str) -> None:
    pattern = pattern_of({"lakeside"}, set(clause_ids(RULEBOOK)))
    assert pattern
    assert not pattern.search(line)
