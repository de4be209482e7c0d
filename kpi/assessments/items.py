"""Items of a sheet in the order of domain.md, rule 8: clauses, clause caps, pools, floor and maximum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kpi.assessments.clauses import Stage, cap_clause, context_of, refusal, score_clause
from kpi.assessments.context import Mode
from kpi.assessments.outcomes import NOTHING, ClauseScore, ItemScore, PoolScore, RefusedResult
from kpi.assessments.texts import PLAIN_MET, clamp, sentence
from kpi.quantities import half_up, points
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.mechanics import Mechanic
from kpi.rulebook.rubric import Item, Pool


@dataclass
class Draft:
    """An item on its way: clauses scored, not yet clamped as a whole."""

    item: Item
    maximum: Fraction | None
    no_maximum: Refused | None
    clauses: list[ClauseScore] = field(default_factory=list)
    refused: list[RefusedResult] = field(default_factory=list)

    @property
    def earning(self) -> bool:
        return self.item.start == "zero"

    @property
    def mode(self) -> Mode:
        return "earn" if self.earning else "deduct"


def maximum_of(item: Item, answers: Answers) -> tuple[Fraction | None, Refused | None]:
    """The item's maximum, or None with the reason why it is not known."""
    if item.maximum is None:
        return None, Refused("not_stated", f"考核项“{item.title}”没有写明满分;请向采购人确认", item.clauses[0])
    try:
        return answers.get(item.maximum), None
    except Refused as refused:
        return None, refused


def rules_by_clause(item: Item) -> dict[str, list[Mechanic]]:
    """The item's rules under the clause that each cites (by default the item's first)."""
    found: dict[str, list[Mechanic]] = {}
    for rule in item.rules:
        found.setdefault(rule.clause or item.clauses[0], []).append(rule)
    return found


def draft_item(item: Item, stage: Stage) -> Draft:
    """Clauses of an item with decisions and clause caps."""
    draft = Draft(item, *maximum_of(item, stage.answers))
    for clause, rules in rules_by_clause(item).items():
        try:
            draft.clauses.append(_clause(draft, clause, rules, stage))
        except Refused as refused:
            draft.refused.append(refusal(refused, clause))
    return draft


def _clause(draft: Draft, clause: str, rules: Sequence[Mechanic], stage: Stage) -> ClauseScore:
    """A clause cap that is not answered refuses only what it could cut."""
    decision = stage.decisions.of(draft.item.id, clause)
    context = context_of(stage, clause, draft.mode, decision, draft.maximum, draft.no_maximum)
    stated = draft.item.clause_caps.get(clause)
    unanswered: Refused | None = None
    cap = None
    try:
        cap = None if stated is None else stage.answers.get(stated)
    except Refused as refused:
        unanswered = refused
    score = score_clause(rules, context, decision, stage.decisions.exempted(clause), cap)
    moved = score.earned if draft.earning else score.deducted
    if unanswered is not None and moved > 0 and not score.refused:
        raise unanswered
    return score if cap is None or score.refused else cap_clause(score, cap, draft.earning)


def shares_maximum(pool: Pool, items: Sequence[Item]) -> bool:
    """Whether the pool's maximum stands for those of its items, which state none of their own."""
    own = [item for item in items if item.id in pool.items]
    return bool(own) and all(item.maximum is None for item in own)


def apply_pool(pool: Pool, drafts: Sequence[Draft], answers: Answers) -> PoolScore:
    """Cuts what the pool's items (or clauses) lose to its maximum, in the order of the sheet.

    Raises Refused where the maximum is needed and not answered. Without maxima of their own, the items
    share the pool's: its score is what is left.
    """
    inside = [(draft, index) for draft in drafts for index, one in enumerate(draft.clauses)
              if draft.item.id in pool.items or one.clause in pool.items]
    lost = sum((_moved(draft, index) for draft, index in inside), NOTHING)
    own = [draft for draft in drafts if draft.item.id in pool.items]
    shared = shares_maximum(pool, [draft.item for draft in own])
    if lost == 0 and not shared:
        return PoolScore(pool.id, pool.items, None, NOTHING)
    maximum = left = answers.get(pool.maximum)
    for draft, index in inside:
        draft.clauses[index] = cap_clause(draft.clauses[index], left, draft.earning, "共用分值剩余的")
        left = max(NOTHING, left - _moved(draft, index))
    refused = any(draft.refused or any(one.refused for one in draft.clauses) for draft in own)
    score = half_up(max(NOTHING, left)) if shared and not refused else None
    return PoolScore(pool.id, pool.items, maximum, min(lost, maximum), score)


def _moved(draft: Draft, index: int) -> Fraction:
    return draft.clauses[index].earned if draft.earning else draft.clauses[index].deducted


def finish_item(draft: Draft, self_score: Fraction | None = None) -> ItemScore:
    """Floor 0 and maximum, where one is known; then rounding."""
    item, maximum = draft.item, draft.maximum
    refused = [*draft.refused, *(why for one in draft.clauses for why in one.refused)]
    result = ItemScore(
        item.id, item.title, item.clauses, maximum, NOTHING, None,
        tuple(rule for one in draft.clauses for rule in one.outcomes), tuple(draft.clauses),
        tuple(refused), sentence(*(why.reason for why in refused)), self_score,
    )
    return result if refused else _scored(draft, result)


def _scored(draft: Draft, result: ItemScore) -> ItemScore:
    maximum = draft.maximum
    lost = sum((one.deducted for one in draft.clauses), NOTHING)
    zero = any(one.zero and one.exempted is None for one in draft.clauses)
    start = maximum
    if draft.earning:
        start = sum((one.earned for one in draft.clauses), NOTHING)
    score = None
    if start is not None:
        exact = NOTHING if zero else max(NOTHING, start - lost)
        score = half_up(exact if maximum is None else min(exact, maximum))
    deduction = _lost_in_all(draft, lost, score)
    text = sentence(*_clause_texts(draft), _closing(draft, start, lost, score))
    return replace(result, deduction=deduction, score=score, explanation=text)


def _clause_texts(draft: Draft) -> list[str]:
    """One text a clause with its id; clauses that are simply met are only counted."""
    if len(draft.clauses) == 1:
        return [draft.clauses[0].explanation]
    plain_met = [one for one in draft.clauses if one.explanation == PLAIN_MET]
    told = [f"{one.clause} {one.explanation}" for one in draft.clauses if one.explanation != PLAIN_MET]
    rest = "其余" if told else ""
    return [*told, f"{rest}{len(plain_met)}条已达标,扣0分" if plain_met else ""]


def _lost_in_all(draft: Draft, lost: Fraction, score: Fraction | None) -> Fraction:
    """What the item loses, so that score and deduction add up to a maximum with two places."""
    maximum = draft.maximum
    if maximum is not None and score is not None and half_up(maximum) == maximum:
        return maximum - score
    if draft.earning:
        return NOTHING if maximum is None or score is None else half_up(maximum - score)
    return half_up(lost if maximum is None else min(lost, maximum))


def _closing(draft: Draft, start: Fraction | None, lost: Fraction, score: Fraction | None) -> str:
    """How the item ends: the clamp where there is one, then the score or why there is none."""
    maximum = draft.maximum
    if score is None or start is None:
        return f"合计扣{points(lost)}分(满分未定,不计本项得分)"
    clamped = ""
    if maximum is not None and not draft.earning and lost > maximum:
        clamped = clamp(maximum, "扣", "满分")
    if maximum is not None and draft.earning and start > maximum:
        clamped = clamp(maximum, "得", "满分")
    full = "" if maximum is None else f"满分{points(maximum)}分,"
    return sentence(clamped, f"{full}得{points(score)}分")
