"""Every quote stands in its document word for word; every clause of the five contracts is listed.

With the documents at hand the quotes are looked up; the committed fingerprints hold everywhere, so that a
changed quote fails with or without the documents.
"""

from __future__ import annotations

import pytest

from kpi.rulebook.loader import load_known, load_text
from tests.kpi.rulebooks.records import (
    CLAUSES,
    CONTRACTS,
    FIVE,
    QUOTES,
    SEEDS,
    clause_ids,
    fingerprints,
    foreign,
    listed,
)

AGAIN = "原文在手边时运行 python -m tests.kpi.rulebooks.records 重写清单"


@pytest.mark.parametrize("key", FIVE)
def test_quotes_are_those_that_were_checked_against_the_document(key: str) -> None:
    source = load_known(key)
    document = SEEDS / source.rulebook.document
    assert source.rulebook.document.endswith(".txt")
    if document.is_file():
        assert foreign(source, document.read_text("utf-8")) == []
    committed = {line for line in listed(QUOTES) if line.endswith(f"  {key}")}
    assert fingerprints(source) == committed, AGAIN


@pytest.mark.parametrize("key", FIVE)
def test_every_rulebook_quotes_its_document_throughout(key: str) -> None:
    source = load_known(key)
    committed = [line for line in listed(QUOTES) if line.endswith(f"  {key}")]
    assert len(committed) >= len(source.rulebook.clauses), "条款、规则和待确认事项都要抄录原文"


@pytest.mark.parametrize("key", FIVE)
def test_every_clause_of_the_contract_is_listed(key: str) -> None:
    if CONTRACTS.is_file():
        now = [f"{owner} {clause}" for owner, clause in clause_ids(CONTRACTS.read_text("utf-8"))]
        assert listed(CLAUSES) == now, AGAIN
    wanted = {line.split()[1] for line in listed(CLAUSES) if line.split()[0] == key}
    have = {clause.id for clause in load_known(key).rulebook.clauses}
    assert wanted
    assert wanted <= have, sorted(wanted - have)


def test_a_changed_quote_is_noticed() -> None:
    text = """
key: k
title: t
term: {years: 1, stated: [{quote: 服务 期一年}]}
clauses: [{id: A-1, title: 一, stated: [{quote: 每周一次}]}]
"""
    source, changed = load_text(text), load_text(text.replace("每周一次", "每月一次"))
    document = "一、服务期\n一年。每周\n一次"
    assert foreign(source, document) == []
    assert foreign(changed, document) == ["clauses.0.stated.0:每月一次"]
    assert len(fingerprints(source) ^ fingerprints(changed)) == 2
