"""A whole sheet: items, pools, bonus, total. Anything refused leaves no total, and everything else there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kpi.assessments.bonus import bonus_line, bonus_sum
from kpi.assessments.clauses import Stage, refusal
from kpi.assessments.decisions import Decisions
from kpi.assessments.items import apply_pool, draft_item, finish_item, rules_by_clause, shares_maximum
from kpi.assessments.outcomes import (
    NOTHING,
    AssessmentScore,
    BonusLine,
    ItemScore,
    PoolScore,
    RefusedResult,
)
from kpi.indicators.book import FigureBook
from kpi.indicators.values import IndicatorValue
from kpi.quantities import plain, points
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.given import Given
from kpi.rulebook.rubric import Rubric


@dataclass
class _Sheet:
    items: list[ItemScore]
    pools: list[PoolScore]
    lines: list[BonusLine]
    reasons: list[RefusedResult] = field(default_factory=list)


def assess(
    rubric: Rubric,
    book: FigureBook,
    answers: Answers,
    indicators: Mapping[str, Sequence[IndicatorValue]],
    given: Given,
) -> AssessmentScore:
    """One sheet of the rubric over the figures of a book, with decisions, exemptions and self scores.

    Never raises for what data, answers or decisions lack: those results are None and `reasons` says why.
    """
    stage = Stage(book, answers, indicators, Decisions(given, rubric.merge_marks))
    sheet = _sheet(rubric, stage, given)
    sheet.reasons = [why for item in sheet.items for why in item.refused] + sheet.reasons
    sheet.reasons += _stray(rubric, given)
    base = _base(rubric, sheet)
    bonus: Fraction | None = NOTHING
    if rubric.bonus is not None:
        bonus, refused = bonus_sum(rubric.bonus, sheet.lines, answers)
        sheet.reasons += refused
    total = _total(rubric, sheet, base, bonus, answers)
    return AssessmentScore(
        rubric.title, rubric.total, tuple(sheet.items), tuple(sheet.pools), tuple(sheet.lines), bonus, base,
        total, tuple(dict.fromkeys(sheet.reasons)), dict(given.self_scores),
        _explain(rubric, sheet, base, bonus, total),
    )


def _sheet(rubric: Rubric, stage: Stage, given: Given) -> _Sheet:
    drafts = [draft_item(item, stage) for item in rubric.items]
    pools: list[PoolScore] = []
    reasons: list[RefusedResult] = []
    for pool in rubric.pools:
        try:
            pools.append(apply_pool(pool, drafts, stage.answers))
        except Refused as refused:
            reasons.append(refusal(refused, pool.items[0]))
    items = [finish_item(draft, given.self_scores.get(draft.item.id)) for draft in drafts]
    lines = [] if rubric.bonus is None else [bonus_line(line, stage) for line in rubric.bonus.rules]
    return _Sheet(items, pools, lines, reasons)


def _stray(rubric: Rubric, given: Given) -> Iterator[RefusedResult]:
    """Decisions that take points where nothing can be taken, or that several items could mean."""
    homes: dict[str, list[str]] = {}
    for item in rubric.items:
        for clause in rules_by_clause(item):
            homes.setdefault(clause, []).append(item.id)
    for line in rubric.bonus.rules if rubric.bonus is not None else ():
        homes.setdefault(line.rule.clause or line.clause, []).append(line.id)
    for key, raw in given.decided.items():
        home, _, clause = key.rpartition("/")
        found = homes.get(clause, [])
        moves = (raw.get("points") or raw.get("marks")) if isinstance(raw, Mapping) else raw
        if moves in (None, 0) or isinstance(moves, bool):
            continue
        if not found or (home and home not in found):
            reason = f"{key} 在考核细则里没有评分标准,不能决定扣分;请核对条款编号"
            yield RefusedResult(clause, "out_of_range", reason)
        elif not home and len(found) > 1:
            reason = f"{clause} 在{'、'.join(found)}里都计分,决定要写明是哪一项,例如“{found[0]}/{clause}”"
            yield RefusedResult(clause, "bad_input", reason)


def _base(rubric: Rubric, sheet: _Sheet) -> Fraction | None:
    """Points before bonus: the scores added, or the total less what the items lose; never below 0."""
    if rubric.method == "sum":
        pooled = {one for pool in rubric.pools if shares_maximum(pool, rubric.items) for one in pool.items}
        unknown = [one for one in sheet.items if one.score is None and one.id not in pooled and not one.refused]
        for item in unknown:
            reason = f"考核项“{item.title}”的满分还没有定,不能计算合计;请先由采购人确认"
            sheet.reasons += [RefusedResult(clause, "unanswered", reason) for clause in item.clauses]
    if sheet.reasons:
        return None
    if rubric.method == "deduct":
        return max(NOTHING, rubric.total - sum((item.deduction for item in sheet.items), NOTHING))
    shared = sum((pool.score for pool in sheet.pools if pool.score is not None), NOTHING)
    return shared + sum((item.score for item in sheet.items if item.score is not None), NOTHING)


def _total(
    rubric: Rubric, sheet: _Sheet, base: Fraction | None, bonus: Fraction | None, answers: Answers
) -> Fraction | None:
    if base is None or bonus is None:
        return None
    total = base + bonus
    if rubric.bonus is None or total <= rubric.total:
        return total
    try:
        return total if answers.get(rubric.bonus.may_exceed_total) else max(base, rubric.total)
    except Refused as refused:
        sheet.reasons.append(refusal(refused, sheet.lines[0].clause))
        return None


def _explain(
    rubric: Rubric, sheet: _Sheet, base: Fraction | None, bonus: Fraction | None, total: Fraction | None
) -> str:
    """The sum in one line, or what is needed for it."""
    if total is None or base is None or bonus is None:
        needs = ";".join(dict.fromkeys(f"{why.clause} {why.reason}" for why in sheet.reasons))
        return f"不能计算合计:{needs}"
    if rubric.method == "deduct":
        lost = [f" - {plain(item.deduction)}" for item in sheet.items if item.deduction]
        text = plain(rubric.total) + "".join(lost)
    else:
        known = [one.score for one in sheet.items] + [one.score for one in sheet.pools]
        scores = [one for one in known if one is not None]
        text = " + ".join(plain(one) for one in scores) or "0"
    added = f" + 加分{plain(bonus)}" if sheet.lines else ""
    stopped = f",加分后不超过满分{plain(rubric.total)}分" if total < base + bonus else ""
    return f"{text}{added} = {points(base + bonus)}分{stopped}" + (f",得{points(total)}分" if stopped else "")
