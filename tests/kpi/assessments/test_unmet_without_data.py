"""“少于4人不得分”: decided as unmet without data, the item is lost whole; nothing between is offered."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from kpi.evaluation import evaluate
from kpi.rulebook.given import Given
from kpi.rulebook.loader import load_known


def outcome(decided: dict[str, Any]) -> Any:
    source = load_known("zhenjiang-gig-market")
    setting = Given.model_validate({"decided": decided})
    sheet = evaluate(source, setting).assessment
    assert sheet is not None
    item = next(one for one in sheet.items if one.id == "ZJ-1.3a")
    return item, next(one for one in item.by_clause if one.clause == "ZJ-1.3a")


def test_unmet_loses_all_of_it() -> None:
    item, clause = outcome({"ZJ-1.3a": {"met": False, "reason": "三人在岗"}})
    assert (clause.low, clause.high, item.score) == (4, 4, 0)
    assert "专职服务人员少于4人，本项不得分" in clause.explanation
    assert not clause.refused


def test_marks_that_differ_leave_the_clause_to_be_marked_again() -> None:
    """By consensus, three who differ make no points: the clause stays on the sheet with why, not only the item."""
    item, clause = outcome({"ZJ-1.3a": {"marks": ["0", "4", "0"]}})
    assert item.score is None
    assert clause.proposed is None
    assert [(one.kind, one.reason) for one in clause.refused] == [("blocked", "评分不一致（0、4、0）；请评分人商定一个分数")]
    assert clause.outcomes[0].no_data
    item, clause = outcome({"ZJ-1.3a": {"marks": ["4", "4", "4"]}})
    assert (item.score, clause.refused) == (0, ())


def test_what_was_signed_with_points_stays_as_it_was() -> None:
    item, clause = outcome({"ZJ-1.3a": {"met": False, "points": "2", "reason": "旧决定"}})
    assert (clause.refused, item.score) == ((), Fraction(2))
    item, _ = outcome({"ZJ-1.3a": {"met": True, "reason": "四人在岗"}})
    assert item.score == 4
