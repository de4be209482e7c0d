"""The summary of a sheet that its row keeps: what lists, the overview and later assessments go by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from app.services.assessments.evaluating import Work
from kpi.assessments.order import stages_of
from kpi.quantities import plain
from kpi.rulebook.answers import Refused as Unanswered


def summary(work: Work, left: int) -> dict[str, Any]:
    """Total, tier and what is open, as the row keeps it. `sheet` and `bonus` are what later sheets combine with.

    `items`: id, title, points, maximum and what was lost of each item; of a clause without points whether it is met.
    """
    evaluation = work.evaluation
    found: dict[str, Any] = {"open": left, "held": sorted(one.id for one in evaluation.consequences if one.held)}
    sheet = evaluation.assessment
    if sheet is not None:
        found["sheet"] = None if sheet.total is None else plain(sheet.total)
        found["bonus"] = plain(sheet.bonus_total) if _bonus_later(work) and sheet.bonus_total is not None else "0"
        found["full"] = plain(sheet.full)
    if evaluation.score is not None:
        found["score"] = plain(evaluation.score)
    if evaluation.tier is not None:
        found |= {"tier": evaluation.tier.tier, "meaning": evaluation.tier.meaning}
    found["verdicts"] = [one.text for one in evaluation.verdicts]
    found["items"] = by_item(work)
    return found


def verdict_texts(kept: Mapping[str, Any]) -> list[str]:
    """The verdicts of a kept summary; of a contract that states neither points nor a verdict, how many clauses are met."""
    bare = judged_words(kept.get("items", ())) if "sheet" not in kept else ""
    return list(kept.get("verdicts", ())) or ([bare] if bare else [])


def judged_words(items: Iterable[Mapping[str, Any]]) -> str:
    """`达标 2 条，未达标 1 条`; blank where clauses are not judged one by one."""
    met = [one["met"] for one in items if "met" in one]
    said = [("达标", met.count(True)), ("未达标", met.count(False)), ("待定", met.count(None))]
    return "，".join(f"{word} {number} 条" for word, number in said if number)


def by_item(work: Work) -> list[dict[str, Any]]:
    sheet = work.evaluation.assessment
    titles = {one.id: one.title for one in work.rulebook.clauses}
    if sheet is None:
        scored = dict.fromkeys(one.clause for one in work.rulebook.indicators if one.duty == "scored")
        met = work.evaluation.book.met
        return [{"id": one, "title": titles.get(one, one), "met": met(one)} for one in scored]
    rows: list[dict[str, Any]] = [
        {"id": one.id, "title": one.title, "full": _plain(one.maximum), "lost": None if one.refused else plain(one.deduction),
         "score": None if one.refused else _plain(one.score)}
        for one in sheet.items
    ]  # fmt: skip
    bonus = [(one, titles.get(one.clause, one.clause)) for one in sheet.bonus_lines]
    return rows + [{"id": one.id, "title": one.outcome.label or title, "bonus": _plain(one.points)} for one, title in bonus]


def _plain(value: Fraction | None) -> str | None:
    return None if value is None else plain(value)


def _bonus_later(work: Work) -> bool:
    """Whether the bonus of several sheets is added once they are combined."""
    rubric = work.rulebook.rubric
    try:
        return rubric is not None and "bonus" not in stages_of(rubric, work.evaluation.answers, work.rulebook).sheet
    except Unanswered:
        return False
