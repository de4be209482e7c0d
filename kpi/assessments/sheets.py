"""Several sheets of one period, and the marks of several assessors, made into one score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from kpi.assessments.order import Stages, stages_of
from kpi.assessments.outcomes import RefusedResult
from kpi.assessments.running import Loss, Running
from kpi.quantities import plain, points
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.given import Given
from kpi.rulebook.rubric import Part, Rubric

ZERO = Fraction(0)

Merging = Literal["mean", "trimmed_mean", "median", "consensus"]
#: How the marks of several assessors become one, in words.
MERGING: Mapping[Merging, str] = {
    "mean": "取平均", "trimmed_mean": "去掉最高分和最低分后取平均", "median": "取中位数", "consensus": "意见一致",
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One filled sheet. `part` names the weighted part it belongs to; `total` None is not computed.

    `bonus`: what it adds once the sheets are combined, where the order says so; else the total holds it.
    """

    total: Fraction | None
    label: str = ""
    part: str = ""
    clause: str = ""
    bonus: Fraction = ZERO


@dataclass(frozen=True, slots=True)
class CombinedScore:
    """The score of the assessment period, exact (not rounded); None with `reasons`. `parts` by part id.

    `total` is where penalties and the tier begin: with bonus, unless that comes later still.
    """

    total: Fraction | None
    parts: Mapping[str, Fraction]
    explanation: str
    reasons: tuple[RefusedResult, ...] = ()


def combines(rubric: Rubric, answers: Answers, given: Given) -> bool:
    """Whether the sheet of this period goes into a combined score, as far as the answers say."""
    try:
        return bool(given.sheets) or answers.get(rubric.combine) != "single"
    except Refused:
        return True


def running_of(rubric: Rubric, answers: Answers, sheets: Sequence[Sheet], stages: Stages) -> Running:
    """What the steps after the combination need: bonus of all sheets, and what low sheets lose where that waits."""
    loss = Loss() if "mean_penalty" in stages.sheet else _loss(rubric, sheets)
    return Running(rubric, answers, *_bonus(rubric, answers, sheets, stages), loss)


def combine_sheets(
    rubric: Rubric,
    answers: Answers,
    sheets: Sequence[Sheet],
    stages: Stages | None = None,
) -> CombinedScore:
    """Sheets → one score: the only sheet, the mean of all, or the parts by their weights; then what follows.

    `stages`: the order in force, where it is known already.
    """
    parts: dict[str, Fraction] = {}
    try:
        stages = stages or stages_of(rubric, answers)
        total, text = _together(rubric, answers, sheets, parts, "mean_penalty" in stages.sheet)
        running = running_of(rubric, answers, sheets, stages)
        total = running.through(stages.score, total)
    except Refused as refused:
        reason = RefusedResult(rubric.clause, refused.kind, refused.reason)
        return CombinedScore(None, parts, f"不能合成得分：{refused.reason}", (reason,))
    return CombinedScore(total, parts, "；".join([text, *running.words]))


def _bonus(
    rubric: Rubric, answers: Answers, sheets: Sequence[Sheet], stages: Stages
) -> tuple[Fraction, str]:
    """Bonus of all sheets under the cap of all, and what the cap cut."""
    given = sum((one.bonus for one in sheets), ZERO)
    if "bonus" in stages.sheet and given:
        reason = "这本规则书的加分在合成之前，各张考核表的 total 已经含加分；请删去 sheets 里的 bonus"
        raise Refused("bad_input", reason, rubric.clause)
    cap = rubric.bonus.cap if rubric.bonus is not None else None
    most = answers.get(cap) if cap is not None and given > 0 else None
    if most is None or given <= most:
        return given, ""
    return most, f"合计{plain(given)}分，超过上限{plain(most)}分"


def _together(
    rubric: Rubric, answers: Answers, sheets: Sequence[Sheet], parts: dict[str, Fraction], penalise: bool
) -> tuple[Fraction, str]:
    if not sheets:
        raise Refused("no_data", "这一考核周期还没有考核表；请先完成考核", rubric.clause)
    how = answers.get(rubric.combine)
    if how == "weights":
        return _weighted(rubric, answers, sheets, parts, penalise)
    if how == "mean":
        return _mean([_total(one, rubric.clause) for one in sheets])
    return _only(rubric, sheets)


def _loss(rubric: Rubric, sheets: Sequence[Sheet]) -> Loss:
    """What low sheets take off the combined score, part by part."""
    lost, texts = ZERO, []
    for part in rubric.parts:
        scores = [one.total for one in sheets if one.part == part.id and one.total is not None]
        if (below := _below(part, scores)) and part.penalty is not None and part.penalty_below is not None:
            lost += below * part.penalty
            texts.append(
                f"“{part.title}”{_word(part)}{plain(part.penalty_below)}分{below}次，{below} × {plain(part.penalty)} = "
                f"扣{points(below * part.penalty)}分"
            )
    return Loss(lost, "；".join(texts))


def _total(sheet: Sheet, clause: str) -> Fraction:
    if sheet.total is None:
        raise Refused("no_data", f"考核表“{sheet.label or sheet.part}”还没有得分；请先处理其中不能计算的项", clause)
    return sheet.total


def _only(rubric: Rubric, sheets: Sequence[Sheet]) -> tuple[Fraction, str]:
    if len(sheets) > 1:
        reason = f"有{len(sheets)}张考核表，但约定只用一张；请由采购人确认怎样合成"
        raise Refused("not_stated", reason, rubric.clause)
    total = _total(sheets[0], rubric.clause)
    return total, f"得{points(total)}分"


def _mean(scores: Sequence[Fraction]) -> tuple[Fraction, str]:
    total = sum(scores, ZERO) / len(scores)
    return total, f"({' + '.join(plain(one) for one in scores)}) ÷ {len(scores)} = {points(total)}分"


def _weighted(
    rubric: Rubric, answers: Answers, sheets: Sequence[Sheet], parts: dict[str, Fraction], penalise: bool
) -> tuple[Fraction, str]:
    weights: dict[str, Fraction] = {}
    texts: list[str] = []
    for part in rubric.parts:
        if part.weight is None:
            raise Refused("not_stated", f"“{part.title}”所占权重没有约定；请由采购人确认", rubric.clause)
        weights[part.id] = answers.get(part.weight)
        parts[part.id], text = part_score(part, answers, sheets, rubric.clause, penalise)
        texts.append(f"{part.title}：{text}")
    if sum(weights.values(), ZERO) != 1:
        shares = "、".join(plain(one * 100) + "%" for one in weights.values())
        raise Refused("bad_input", f"各部分权重（{shares}）之和不是 100%；请核对", rubric.clause)
    total = sum((parts[one] * weight for one, weight in weights.items()), ZERO)
    terms = " + ".join(f"{plain(parts[one])} × {plain(weight)}" for one, weight in weights.items())
    return total, "；".join([*texts, f"{terms} = {points(total)}分"])


def part_score(
    part: Part, answers: Answers, sheets: Sequence[Sheet], clause: str, penalise: bool = True
) -> tuple[Fraction, str]:
    """A part's sheets merged; each sheet below `penalty_below` takes `penalty` off the result, not below 0.

    Not so where `penalise` is False: then that comes off the combined score.
    """
    scores = [_total(one, clause) for one in sheets if one.part == part.id]
    if not scores:
        raise Refused("no_data", f"“{part.title}”还没有考核表；请先完成考核", clause)
    how = answers.get(part.merge)
    if how == "mean":
        total, text = _mean(scores)
    else:
        total = {"smallest": min(scores), "last": scores[-1], "sum": sum(scores, ZERO)}[how]
        named = {"smallest": "取最低", "last": "取最后一次", "sum": "相加"}[how]
        text = f"{'、'.join(plain(one) for one in scores)}{named}，{points(total)}分"
    return _penalised(part, scores, total, text) if penalise else (total, text)


def _word(part: Part) -> str:
    return "不高于" if part.penalty_inclusive else "低于"


def _below(part: Part, scores: Sequence[Fraction]) -> int:
    """How many sheets are too low."""
    low = part.penalty_below
    if low is None:
        return 0
    return sum(1 for one in scores if one < low or (one == low and part.penalty_inclusive))


def _penalised(part: Part, scores: Sequence[Fraction], total: Fraction, text: str) -> tuple[Fraction, str]:
    if part.penalty_below is None or part.penalty is None:
        return total, text
    below = _below(part, scores)
    left = max(ZERO, total - below * part.penalty)
    words = f"{_word(part)}{plain(part.penalty_below)}分{below}次，{plain(total)} - {below} × {plain(part.penalty)}"
    floor = "，扣完为止" if left > total - below * part.penalty else ""
    return left, f"{text}；{words} = {points(total - below * part.penalty)}分{floor}"


def merge_marks(method: Merging, marks: Sequence[Fraction], clause: str = "") -> Fraction:
    """Marks of several assessors as one, exact.

    consensus wants them equal; trimmed_mean leaves out one highest and one lowest and wants three at least.
    Refused where that does not hold or nobody has marked.
    """
    if not marks:
        raise Refused("no_data", "还没有人评分；请先评分", clause)
    ordered = sorted(marks)
    if method == "consensus":
        if ordered[0] != ordered[-1]:
            given = "、".join(plain(one) for one in marks)
            raise Refused("blocked", f"评分不一致（{given}）；请评分人商定一个分数", clause)
        return ordered[0]
    if method == "median":
        middle = len(ordered) // 2
        return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2
    if method == "trimmed_mean":
        if len(ordered) < 3:
            raise Refused("no_data", f"去掉最高分和最低分至少要 3 人评分，现有 {len(ordered)} 人", clause)
        ordered = ordered[1:-1]
    return sum(ordered, ZERO) / len(ordered)
