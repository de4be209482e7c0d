"""A made-up contract for the tests: rules over figures that the facts of a test name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kpi.assessments import AssessmentScore, RuleContext, RuleOutcome, assess, evaluate_rule
from kpi.indicators.book import FigureBook
from kpi.indicators.facts import figures_from_facts
from kpi.indicators.values import IndicatorValue
from kpi.rulebook.answers import Answers
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given
from kpi.rulebook.rubric import Item

Facts = Mapping[str, Mapping[str, Any]]

#: figure → (label, unit); names not listed are shown by their name
FIGURES = {
    "due": ("应办", "场"),
    "held": ("实办", "场"),
    "small": ("岗位不足50个", "场"),
    "missing": ("缺少条件", "项"),
    "cases": ("发现问题", "例"),
    "actual": ("实际完成", "条"),
    "target": ("应完成", "条"),
    "sample": ("抽查", "人"),
    "satisfied": ("满意", "人"),
    "series": ("各季度企业", "家"),
    "outlets": ("各网点得分", "分"),
    "wishes": ("培训意愿", "人"),
    "rank": ("全市排名", ""),
    "reports": ("媒体报道", "篇"),
    "window_open": ("设有专窗", ""),
    "app_open": ("开通手机端", ""),
}
CLAUSES = ("LS-1", "LS-2", "LS-3", "LS-4", "LS-B")
ASSUMPTIONS: tuple[dict[str, Any], ...] = (
    {"id": "full_marks", "clauses": "LS-1", "question": "本项满分是多少？", "type": "number"},
    {"id": "rounding", "clauses": "LS-1", "question": "百分点怎样取整？", "default": "whole",
     "options": {"whole": "整数", "ceiling": "进一", "pro_rata": "按比例"}},
    {"id": "over", "clauses": "LS-B", "question": "加分后可否超过满分？", "default": True,
     "options": {"true": "可以", "false": "不可以"}},
)


def rulebook(rubric: Mapping[str, Any] | None = None, **more: Any) -> Rulebook:
    """Every clause has every figure, so that facts may name any of them in any clause."""
    declared = {name: {"measure": "by_hand", "label": label, "unit": unit} for name, (label, unit) in FIGURES.items()}
    raw = {
        "key": "lakeside",
        "title": "湖滨图书馆服务",
        "term": {"years": 1},
        "clauses": [{"id": clause, "title": clause} for clause in CLAUSES],
        "assumptions": ASSUMPTIONS,
        "indicators": [{"clause": clause, "title": clause, "figures": declared} for clause in CLAUSES],
        **more,
    }
    if rubric is not None:
        raw["rubric"] = {"clause": "LS-1", "title": "考核细则", "total": 100, **rubric}
    return Rulebook.model_validate(raw)


PLAIN = rulebook()


def book_of(
    facts: Facts, book: Rulebook = PLAIN, answers: Mapping[str, Any] | None = None, otherwise: bool = False
) -> FigureBook:
    figures, plain = figures_from_facts(book, facts)
    return FigureBook(book, Answers(book, answers), figures, plain, otherwise)


def outcome(
    rule: Mapping[str, Any],
    facts: Mapping[str, Any],
    maximum: Any = 10,
    *,
    answers: Mapping[str, Any] | None = None,
    indicators: Sequence[IndicatorValue] = (),
    otherwise: bool = False,
    **context: Any,
) -> RuleOutcome:
    """One rule of clause LS-1 over the clause's facts."""
    item = Item.model_validate({"id": "one", "clauses": "LS-1", "title": "一", "maximum": maximum, "rules": [rule]})
    book = book_of({"LS-1": facts} if facts else {}, answers=answers, otherwise=otherwise)
    known = None if item.maximum is None else book.answers.get(item.maximum)
    surroundings = RuleContext("LS-1", book, book.answers, known, None, tuple(indicators), **context)
    return evaluate_rule(item.rules[0], surroundings)


def score(
    rubric: Mapping[str, Any],
    facts: Facts,
    *,
    answers: Mapping[str, Any] | None = None,
    otherwise: bool = False,
    indicators: Mapping[str, Sequence[IndicatorValue]] | None = None,
    **given: Any,
) -> AssessmentScore:
    """A sheet over the facts; `given` takes decided, exempted, self_scores."""
    book = book_of(facts, rulebook(rubric), answers, otherwise)
    assert book.rulebook.rubric is not None
    return assess(
        book.rulebook.rubric, book, book.answers, indicators or {}, Given.model_validate(given)
    )
