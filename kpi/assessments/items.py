"""Items of a sheet: clauses, clause caps, pools, floor and maximum, rounding, in the order in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from kpi.assessments.clauses import Stage, cap_clause, context_of, refusal, score_clause
from kpi.assessments.context import Mode
from kpi.assessments.order import Stages
from kpi.assessments.outcomes import NOTHING, ClauseScore, ItemScore, RefusedResult
from kpi.assessments.texts import PLAIN_MET, clamp, sentence
from kpi.quantities import points
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.given import Decision
from kpi.rulebook.mechanics import Mechanic
from kpi.rulebook.rounding import Rounding
from kpi.rulebook.rubric import Item


@dataclass
class Draft:
    """An item on its way: clauses scored, not yet clamped as a whole."""

    item: Item
    maximum: Fraction | None
    no_maximum: Refused | None
    clauses: list[ClauseScore] = field(default_factory=list)
    refused: list[RefusedResult] = field(default_factory=list)
    caps: dict[str, Fraction] = field(default_factory=dict)

    @property
    def earning(self) -> bool:
        return self.item.start == "zero"

    @property
    def mode(self) -> Mode:
        return "earn" if self.earning else "deduct"


def maximum_of(item: Item, answers: Answers) -> tuple[Fraction | None, Refused | None]:
    """The item's maximum, or None with the reason why it is not known."""
    if item.maximum is None:
        return None, Refused("not_stated", f"考核项“{item.title}”没有写明满分；请向采购人确认", item.clauses[0])
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
    """Clauses of an item with decisions; their caps wait for their turn."""
    draft = Draft(item, *maximum_of(item, stage.answers))
    for clause, rules in rules_by_clause(item).items():
        try:
            draft.clauses.append(_clause(draft, clause, rules, stage))
        except Refused as refused:
            draft.refused.append(refusal(refused, clause))
    return draft


def _clause(draft: Draft, clause: str, rules: Sequence[Mechanic], stage: Stage) -> ClauseScore:
    """As decided. Marks that make no points yet (评分不一致) leave what the rules say, refused: the assessors mark again."""
    try:
        decision = stage.decisions.of(draft.item.id, clause)
    except Refused as refused:
        if refused.kind == "bad_input":
            raise
        score = _settled(draft, clause, rules, stage, None)
        return replace(score, proposed=None, refused=(refusal(refused, clause),), explanation=refused.reason)
    return _settled(draft, clause, rules, stage, decision)


def _settled(draft: Draft, clause: str, rules: Sequence[Mechanic], stage: Stage, decision: Decision | None) -> ClauseScore:
    """A clause cap that is not answered refuses only what it could cut."""
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
    if cap is not None and not score.refused:
        draft.caps[clause] = cap
    return score


def cap_clauses(draft: Draft) -> None:
    """Each clause stops at its own cap."""
    draft.clauses = [
        cap_clause(one, draft.caps[one.clause], draft.earning) if one.clause in draft.caps else one for one in draft.clauses
    ]


def round_clauses(draft: Draft, rounding: Rounding) -> None:
    """What each clause moves, rounded before anything else bounds it."""
    draft.clauses = [_rounded(one, rounding, draft.earning) for one in draft.clauses]


def _rounded(score: ClauseScore, rounding: Rounding, earning: bool) -> ClauseScore:
    deducted, earned = rounding.of(score.deducted), rounding.of(score.earned)
    if score.zero or (deducted, earned) == (score.deducted, score.earned):
        return score
    told = f"得{points(earned)}分" if earning else f"扣{points(deducted)}分"
    return replace(score, deducted=deducted, earned=earned, explanation=f"{score.explanation}；{rounding}，{told}")


def finish_item(draft: Draft, stages: Stages, self_score: Fraction | None = None) -> ItemScore:
    """Floor 0 and maximum, where they are known and not left out; then rounding."""
    item, maximum = draft.item, draft.maximum
    refused = [*draft.refused, *(why for one in draft.clauses for why in one.refused)]
    result = ItemScore(
        item.id, item.title, item.clauses, maximum, NOTHING, None,
        tuple(rule for one in draft.clauses for rule in one.outcomes), tuple(draft.clauses),
        tuple(refused), sentence(*(why.reason for why in refused)), self_score,
    )
    return result if refused else _scored(draft, result, stages)


def _scored(draft: Draft, result: ItemScore, stages: Stages) -> ItemScore:
    lost = sum((one.deducted for one in draft.clauses), NOTHING)
    start = draft.maximum
    if draft.earning:
        start = sum((one.earned for one in draft.clauses), NOTHING)
    exact = None if start is None else _bounded(draft, start, lost, stages)
    score = None if exact is None else stages.round_item(exact)
    deduction = _lost_in_all(draft, lost, score, stages)
    text = sentence(*_clause_texts(draft), _closing(draft, start, lost, score, stages))
    if exact is not None and exact != score and not stages.usual:
        text += f"（{stages.item_rounding}）"
    return replace(result, deduction=deduction, score=score, explanation=text)


def _bounded(draft: Draft, start: Fraction, lost: Fraction, stages: Stages) -> Fraction:
    """The score between 0 and the maximum; what was earned may stop at the maximum before anything comes off."""
    maximum = draft.maximum if stages.holds("item_maximum") else None
    if any(one.zero and one.exempted is None for one in draft.clauses):
        return NOTHING
    if maximum is not None and stages.maximum_first:
        start = min(start, maximum)
    exact = start - lost
    if stages.holds("item_floor"):
        exact = max(NOTHING, exact)
    return exact if maximum is None else min(exact, maximum)


def _clause_texts(draft: Draft) -> list[str]:
    """One text a clause with its id; clauses that are simply met are only counted."""
    if len(draft.clauses) == 1:
        return [draft.clauses[0].explanation]
    plain_met = [one for one in draft.clauses if one.explanation == PLAIN_MET]
    told = [f"{one.clause} {one.explanation}" for one in draft.clauses if one.explanation != PLAIN_MET]
    rest = "其余" if told else ""
    return [*told, f"{rest}{len(plain_met)}条已达标，扣0分" if plain_met else ""]


def _lost_in_all(draft: Draft, lost: Fraction, score: Fraction | None, stages: Stages) -> Fraction:
    """What the item loses, so that score and deduction add up to a maximum that rounding leaves as it is."""
    maximum = draft.maximum
    if maximum is not None and score is not None and stages.round_item(maximum) == maximum:
        return maximum - score
    if draft.earning:
        return NOTHING if maximum is None or score is None else stages.round_item(maximum - score)
    floored = maximum is not None and stages.holds("item_floor")
    return stages.round_item(min(lost, maximum) if floored and maximum is not None else lost)


def _closing(
    draft: Draft, start: Fraction | None, lost: Fraction, score: Fraction | None, stages: Stages
) -> str:
    """How the item ends: the clamp where there is one, then the score or why there is none."""
    maximum = draft.maximum
    if score is None or start is None:
        return f"合计扣{points(lost)}分（满分未定，不计本项得分）"
    clamped = ""
    if maximum is not None and not draft.earning and lost > maximum:
        beyond = f"超过满分{points(maximum)}分的{points(lost - maximum)}分继续扣"
        clamped = clamp(maximum, "扣", "满分") if stages.holds("item_floor") else beyond
    if maximum is not None and draft.earning and start > maximum and stages.holds("item_maximum"):
        clamped = clamp(maximum, "得", "满分")
        if stages.maximum_first and lost:
            clamped += f"，再扣{points(lost)}分"
    full = "" if maximum is None else f"满分{points(maximum)}分，"
    return sentence(clamped, f"{full}得{points(score)}分")
