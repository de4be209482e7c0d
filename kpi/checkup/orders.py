"""The order of operations: it does not contradict itself or the rulebook, and every step can do something."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from kpi.assessments.order import contradictions
from kpi.checkup.findings import Book, Finding
from kpi.checkup.walk import Path
from kpi.expressions import Expression
from kpi.rulebook.base import Answer
from kpi.rulebook.order import STEPS, USUAL, StepName, step_text
from kpi.rulebook.payments import Interpolated, LinearInScore, TierShare
from kpi.rulebook.rounding import Rounding
from kpi.rulebook.rubric import Rubric

_PATH: Path = ("rubric", "order")
#: Steps that only move the score.
_MOVES: frozenset[StepName] = frozenset({"bonus", "penalty", "mean_penalty", "floor", "full_marks"})


def orders(book: Book) -> Iterator[Finding]:
    """Findings on the order, and on each order that an answer may choose."""
    rubric = book.rulebook.rubric
    if rubric is None or rubric.order == USUAL:
        return
    for path, order in _alternatives(rubric.order):
        if not isinstance(order, tuple):
            yield book.finding(
                "error",
                "answer_needs_when",
                path,
                "计分次序是一列步骤，回答不能直接当次序；请写 when，按答复各写一列",
                "各步计算的先后次序是怎样的？",
                about=[rubric.order],
            )
            continue
        yield from _wrong(book, rubric, path, order)
        yield from _idle(book, path, order)


def _alternatives(order: Any) -> Iterator[tuple[Path, Any]]:
    if isinstance(order, Answer) and order.when is not None:
        for key, one in order.when.items():
            yield (*_PATH, "when", key), one
    else:
        yield _PATH, order


def _wrong(book: Book, rubric: Rubric, path: Path, order: Sequence[StepName | Rounding]) -> Iterator[Finding]:
    for text in contradictions(order, rubric, book.rulebook):
        yield book.finding(
            "error",
            "order_contradiction",
            path,
            f"计分次序不成立：{text}",
            "各步计算的先后次序是怎样的？",
            about=[rubric.order],
        )


def _idle(book: Book, path: Path, order: Sequence[StepName | Rounding]) -> Iterator[Finding]:
    """Steps after the tier move the score only, which nothing may read."""
    if "tier" not in order or book.rulebook.tiers is None or _reads_score(book):
        return
    for step in order[order.index("tier") + 1 :]:
        if isinstance(step, Rounding) or step in _MOVES:
            yield book.finding(
                "warning",
                "order_without_effect",
                path,
                f"“{step_text(step)}”排在“{STEPS['tier']}”后面，不再影响档次，而付款和考核后果都不看得分，这一步不起作用",
                f"“{step_text(step)}”应在定档之前还是之后？",
            )


def _reads_score(book: Book) -> bool:
    """Whether anything after the tier goes by the score: payment, remedy and rights."""
    for node in book.nodes:
        value = node.value
        if isinstance(value, LinearInScore | Interpolated):
            return True
        if isinstance(value, TierShare) and any(way != "keep" for way in value.stops.values()):
            return True
        later = node.path[:1] in (("payment",), ("consequences",), ("rights",))
        if later and isinstance(value, Expression) and "score" in value.names:
            return True
    return False
