"""检查记录表 (form 2) of a drawn entry: empty to take along, filled afterwards; names are masked."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.documents.paper.files import KINDS
from app.security.field_terms import SpotOutcome
from app.services.act import Missing
from app.services.fieldwork import papers, visits
from app.services.fieldwork.rates import result_of
from tests.documents.reading import copied
from tests.services.acting import act_of
from tests.services.fieldworks import TODAY, drawn_round, harbour, seen, verified_visits


def test_the_form_of_a_drawn_entry_is_empty_before_and_filled_after(session: Session, tmp_path: Path) -> None:
    made = harbour(session, tmp_path)
    verified_visits(session, made, 3)
    row, scope = drawn_round(session, made), made.scope(session)
    line = result_of(scope, row).lines[0]

    def text() -> str:
        paper = papers.paper(scope, papers.visit_record(scope, row.id, line.entry_id), TODAY).paper()
        return "".join(copied(KINDS["pdf"].of(paper)))

    empty = text()
    assert "抽查记录表" in empty
    assert line.number in empty
    assert made["supervisor2"].display_name not in empty
    visits.record(act_of(session, made["supervisor"]), scope, row.id, line.entry_id, seen(session, made, SpotOutcome.UNTRUE))
    filled = text()
    investigators = made["supervisor"].display_name, made["supervisor2"].display_name
    for words in ("现场检查记录表", "2026年3月5日 10:20", "城东街道", "不属实", "登记为问题0001号", "王***", *investigators):
        assert words in filled, words
    assert "13800000077" not in filled
    with pytest.raises(Missing):
        papers.visit_record(scope, row.id, line.entry_id + 1000)
