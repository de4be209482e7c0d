"""A whole sheet: items, pools, bonus, total. Anything refused leaves no total, and everything else there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kpi.assessments.bonus import BonusSum, bonus_line, bonus_sum
from kpi.assessments.clauses import Stage, refusal
from kpi.assessments.decisions import Decisions
from kpi.assessments.items import Draft, cap_clauses, draft_item, finish_item, round_clauses, rules_by_clause
from kpi.assessments.order import Stages, Steps, stages_of
from kpi.assessments.outcomes import (
    NOTHING,
    AssessmentScore,
    BonusLine,
    ItemScore,
    PoolScore,
    RefusedResult,
)
from kpi.assessments.pools import apply_pool, shares_maximum
from kpi.assessments.running import Running
from kpi.assessments.sheets import combines
from kpi.assessments.texts import sentence
from kpi.indicators.book import FigureBook
from kpi.indicators.values import IndicatorValue
from kpi.quantities import plain, points
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.given import Given
from kpi.rulebook.rounding import Rounding
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
    try:
        stages = stages_of(rubric, answers, book.rulebook)
    except Refused as refused:
        why = refusal(refused, rubric.clause)
        return AssessmentScore(rubric.title, rubric.total, (), reasons=(why,), explanation=f"不能计算：{why.reason}")
    stage = Stage(book, answers, indicators, Decisions(given, rubric.merge_marks))
    sheet = _sheet(rubric, stage, given, stages)
    sheet.reasons = [why for item in sheet.items for why in item.refused] + sheet.reasons
    sheet.reasons += _stray(rubric, given)
    added = BonusSum() if rubric.bonus is None else bonus_sum(rubric.bonus, sheet.lines, answers)
    first = _sum(rubric, sheet)
    sheet.reasons += added.refused
    steps = stages.sheet if combines(rubric, answers, given) else (*stages.sheet, *stages.score)
    base, total, running = _through(rubric, sheet, steps, first, added, answers)
    return AssessmentScore(
        rubric.title, rubric.total, tuple(sheet.items), tuple(sheet.pools), tuple(sheet.lines), added.points, base,
        total, tuple(dict.fromkeys(sheet.reasons)), dict(given.self_scores),
        _explain(rubric, sheet, first, total, running, stages, steps), stages.text or None,
    )


def _sheet(rubric: Rubric, stage: Stage, given: Given, stages: Stages) -> _Sheet:
    drafts = [draft_item(item, stage) for item in rubric.items]
    sheet = _Sheet([], [], [])
    for step in stages.items:
        if step == "clause_cap":
            for draft in drafts:
                cap_clauses(draft)
        elif step == "pool_cap":
            _pools(rubric, drafts, stage, stages, sheet)
        elif isinstance(step, Rounding) and step is not stages.item_rounding:
            for draft in drafts:
                round_clauses(draft, step)
    sheet.items = [finish_item(draft, stages, given.self_scores.get(draft.item.id)) for draft in drafts]
    sheet.lines = [] if rubric.bonus is None else [bonus_line(line, stage) for line in rubric.bonus.rules]
    return sheet


def _pools(rubric: Rubric, drafts: list[Draft], stage: Stage, stages: Stages, sheet: _Sheet) -> None:
    for pool in rubric.pools:
        try:
            sheet.pools.append(apply_pool(pool, drafts, stage.answers, stages))
        except Refused as refused:
            sheet.reasons.append(refusal(refused, pool.items[0]))


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
            reason = f"{key} 在考核细则里没有评分标准，不能决定扣分；请核对条款编号"
            yield RefusedResult(clause, "out_of_range", reason)
        elif not home and len(found) > 1:
            reason = f"{clause} 在{'、'.join(found)}里都计分，决定要写明是哪一项，例如“{found[0]}/{clause}”"
            yield RefusedResult(clause, "bad_input", reason)


def _sum(rubric: Rubric, sheet: _Sheet) -> Fraction | None:
    """The scores added, or the total less what the items lose."""
    if rubric.method == "sum":
        pooled = {one for pool in rubric.pools if shares_maximum(pool, rubric.items) for one in pool.items}
        unknown = [one for one in sheet.items if one.score is None and one.id not in pooled and not one.refused]
        for item in unknown:
            reason = f"考核项“{item.title}”的满分还没有定，不能计算合计；请先由采购人确认"
            sheet.reasons += [RefusedResult(clause, "unanswered", reason) for clause in item.clauses]
    if sheet.reasons:
        return None
    if rubric.method == "deduct":
        return rubric.total - sum((item.deduction for item in sheet.items), NOTHING)
    shared = sum((pool.score for pool in sheet.pools if pool.score is not None), NOTHING)
    return shared + sum((item.score for item in sheet.items if item.score is not None), NOTHING)


def _through(
    rubric: Rubric, sheet: _Sheet, steps: Steps, score: Fraction | None, added: BonusSum, answers: Answers
) -> tuple[Fraction | None, Fraction | None, Running]:
    """What the sheet comes to before its bonus and in the end."""
    running = Running(rubric, answers, added.points or NOTHING, added.note)
    if score is None:
        return None, None, running
    base = score
    at = steps.index("bonus") if "bonus" in steps else len(steps)
    try:
        base = running.through(steps[:at], score)
        if added.points is None:
            return base, None, running
        return base, running.through(steps[at:], base), running
    except Refused as refused:
        sheet.reasons.append(refusal(refused, sheet.lines[0].clause if sheet.lines else rubric.clause))
        return base, None, running


def _explain(
    rubric: Rubric, sheet: _Sheet, first: Fraction | None, total: Fraction | None, running: Running,
    stages: Stages, steps: Steps,
) -> str:  # fmt: skip
    """The sum in one line with the steps after it, or what is needed for it."""
    if total is None or first is None:
        needs = "；".join(dict.fromkeys(f"{why.clause} {why.reason}" for why in sheet.reasons))
        return f"不能计算合计：{needs}"
    if rubric.method == "deduct":
        lost = [f" - {plain(item.deduction)}" for item in sheet.items if item.deduction]
        text = plain(rubric.total) + "".join(lost)
    else:
        known = [one.score for one in sheet.items] + [one.score for one in sheet.pools]
        scores = [one for one in known if one is not None]
        text = " + ".join(plain(one) for one in scores) or "0"
    if stages.usual and "bonus" in steps:
        return _with_bonus(rubric, text, max(NOTHING, first), total, running)
    later = f"加分{plain(running.bonus)}分另计" if running.bonus and "bonus" not in steps else ""
    return sentence(stages.text, f"{text} = {points(first)}分", *running.words, later)


def _with_bonus(rubric: Rubric, text: str, base: Fraction, total: Fraction, running: Running) -> str:
    """The usual order on the only sheet: items and bonus in one sum."""
    note = f"（{running.note}）" if running.note else ""
    added = f" + 加分{plain(running.bonus)}{note}" if rubric.bonus is not None and rubric.bonus.rules else ""
    reached = base + running.bonus
    stopped = f"，加分后不超过满分{plain(rubric.total)}分，得{points(total)}分" if total < reached else ""
    return f"{text}{added} = {points(reached)}分{stopped}"
