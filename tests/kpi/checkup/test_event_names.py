"""Event kinds may be asked by what follows from them, and by nothing else."""

from __future__ import annotations

from kpi.checkup import check
from kpi.rulebook.loader import load_text

TEXT = """
key: k
title: t
term: {years: 1}
clauses: [{id: A-1, title: 一}]
events: [{id: accident, clauses: [A-1], title: 事故}]
consequences: [{id: down, clause: A-1, kind: downgrade, when: accident > 0, title: 降一档}]
rights: [{id: renewal, title: 续签, clause: A-1, when: accident == 0}]
"""
FIGURE = """
derived: [{id: doubled, title: 两倍, clause: A-1, value: accident * 2}]
"""


def unknown_names(text: str) -> list[str]:
    return [one.field for one in check(load_text(text)).findings if one.code == "unknown_name"]


def test_consequences_and_rights_may_ask_for_events() -> None:
    assert unknown_names(TEXT) == []


def test_figures_may_not_ask_for_events() -> None:
    assert unknown_names(TEXT + FIGURE) == ["derived.0.value"]


def test_a_misspelt_event_is_found() -> None:
    assert unknown_names(TEXT.replace("accident == 0", "acident == 0")) == ["rights.0.when"]
