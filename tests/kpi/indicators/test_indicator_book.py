"""How figures are shown in explanations."""

from __future__ import annotations

from kpi.expressions import Expression
from kpi.indicators.book import FigureBook
from kpi.indicators.values import FigureValue
from kpi.rulebook.answers import Answers
from kpi.rulebook.loader import load_text
from tests.kpi import riverside

RATE = """derived:
  - {id: share, clause: HP-1, title: 满座率, numerator: full_seats, denominator: seats, unit: "%"}
ledgers:
"""


def test_a_branch_without_data_does_not_stop_the_explanation() -> None:
    source = load_text(riverside.TEXT.replace("ledgers:\n", RATE, 1), "riverside.yaml")
    figures = [FigureValue("HP-1", "full", 3, label="课次够的月份", unit="个月")]
    book = FigureBook(source.rulebook, Answers(source.rulebook, {"advance_share": "20%"}), figures)
    shown = book.shows(Expression("full if full >= 1 else share"), "HP-1")
    assert shown == "课次够的月份3个月，满座率无数据"
