"""An indicator judged member by member: each with its figure, parts and verdict, those that fail first."""

from __future__ import annotations

from fractions import Fraction

from app.services.standing.members import members_row
from kpi.indicators.values import CriterionValue, IndicatorValue
from kpi.rulebook.indicators import Criterion, Indicator

RULES = (
    Criterion(value="good / asked", at_least="0.9", label="满意度", percent=True),  # type: ignore[arg-type]
    Criterion(value="done", at_least="1", label="报道", unit="条"),  # type: ignore[arg-type]
)


def outlet(met: bool | None, good: int, missed: tuple[str, ...] = ()) -> IndicatorValue:
    share = CriterionValue("", good >= 9, Fraction(good, 10), Fraction(9, 10), good, 10)
    monthly = CriterionValue("", not missed, None, 1, windows_due=3, missed=missed)
    return IndicatorValue("LK-1", "服务", met, (share, monthly))


def test_each_member_stands_with_figure_parts_and_verdict() -> None:
    indicator = Indicator(clause="LK-1", title="服务", criteria=RULES)
    members = {"城东": outlet(True, 10), "城西": outlet(None, 9), "城南": outlet(False, 8, ("2月",))}
    row = members_row(indicator, IndicatorValue("LK-1", "服务", False, members=members))
    assert (row["total"], row["short"], row["failed"]) == (3, 1, ["城南"])
    assert (row["labels"], row["wanted"]) == (["满意度", "报道"], ["不少于90%", "不少于1条"])
    assert row["each"] == [
        ["城南", False, [["80%", "8/10"], ["2/3 期", ""]]], ["城西", None, [["90%", "9/10"], ["3/3 期", ""]]],
        ["城东", True, [["100%", "10/10"], ["3/3 期", ""]]],
    ]  # fmt: skip
