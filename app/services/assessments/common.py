"""What every act on an assessment begins with: the row, who may do it, whether it stands where it must."""

from __future__ import annotations

from app.security.permissions import Permission
from app.security.predicates import Person, acts_for, may
from app.security.terms import AssessmentDeed, AssessmentState
from app.services.act import Act, Refused, found
from app.store import assessments
from app.store.assessments import Assessment
from app.store.contracts import Contract, ContractScope

P, S, D = Permission, AssessmentState, AssessmentDeed
#: The buyer still works on the sheet; the contractor does not see it yet.
SCORING = frozenset({S.DRAFT.value, S.SELF_SCORED.value})
INSIDE = SCORING | {S.SCORED.value}
#: The contractor has been told.
TOLD = frozenset({S.PUBLISHED.value, S.APPEALED.value, S.DECIDED.value})
FROZEN = frozenset({S.SIGNED.value, S.SUPERSEDED.value})
#: What the audit log calls each deed.
ACTIONS = {
    D.OPENED: "assessment.opened", D.MEASURED: "assessment.measured", D.SELF_SCORED: "assessment.self_scored",
    D.SELF_SCORE_REOPENED: "assessment.self_score_reopened", D.GROUP_APPOINTED: "assessment.group_appointed",
    D.RECUSED: "assessment.recused", D.DISSENTED: "assessment.dissented",
    D.SCORED: "assessment.scored", D.SCORING_REOPENED: "assessment.scoring_reopened",
    D.PUBLISHED: "assessment.published", D.APPEALED: "assessment.appealed",
    D.APPEAL_ANSWERED: "assessment.appeal_answered", D.APPEALS_DECIDED: "assessment.appeals_decided",
    D.SIGNED_BY_BUYER: "assessment.signed_by_buyer", D.SIGNED_BY_SUPPLIER: "assessment.signed_by_supplier",
    D.SUPPLIER_REFUSED: "assessment.supplier_refused", D.FROZEN: "assessment.frozen",
    D.REOPENING_ASKED: "assessment.reopening_asked", D.REOPENING_REFUSED: "assessment.reopening_refused",
    D.REOPENED: "assessment.reopened", D.SUPERSEDED: "assessment.superseded", D.DROPPED: "assessment.dropped",
}  # fmt: skip
LEAST_REASON = 4
MOST_REASON = 1000


class Moved(Refused):
    """Somebody else has changed the assessment meanwhile; `row` is what it is now."""

    def __init__(self, row: Assessment, seen: int) -> None:
        super().__init__(
            f"这次考核刚刚被别人处理过：您看到的是第 {seen} 版，现在是第 {row.version} 版，"
            f"状态为“{S.of(row.state).label}”。没有改动，请核对后再做"
        )
        self.row, self.seen = row, seen


def get(scope: ContractScope, assessment_id: int) -> Assessment:
    """The assessment of this contract."""
    return found(assessments.find(scope.session, scope.contract_id, assessment_id))


def take(scope: ContractScope, assessment_id: int, seen: int | None = None) -> Assessment:
    """The assessment, held until the transaction ends; Moved where it is no longer the version that was seen."""
    row = found(assessments.find(scope.session, scope.contract_id, assessment_id, hold=True))
    if seen is not None and row.version != seen:
        raise Moved(row, seen)
    return row


def check_state(row: Assessment, allowed: frozenset[str], todo: str) -> None:
    """Refuses what does not fit where the assessment stands."""
    if row.state not in allowed:
        words = "、".join(f"“{each.label}”" for each in S if each.value in allowed)
        raise Refused(f"这次考核现在是“{S.of(row.state).label}”，不能{todo}；{words}时才可以")


def advance(act: Act, row: Assessment, state: AssessmentState, deed: AssessmentDeed, reason: str = "", **detail: object) -> None:
    """The deed and the state that follows from it."""
    row.state = state.value
    deeds(act, row, deed, reason, **detail)


def deeds(act: Act, row: Assessment, deed: AssessmentDeed, reason: str = "", **detail: object) -> None:
    """The deed, in the history and in the audit log; whoever saw the version before sees an old one."""
    actor = act.actor.user_id if act.actor is not None else None
    assessments.note(act.session, row, deed, act.now, actor, reason, **detail)
    told = {"reason": reason, **detail} if reason else detail
    act.record(ACTIONS[deed], "assessment", row.id, row.contract_id, **told)


# -- people ---------------------------------------------------------------------------------------


def of_supplier(person: Person, contract: Contract) -> bool:
    return person.organisation_id == contract.supplier_id


def scores(person: Person, contract: Contract) -> bool:
    """Whether the person scores: never one of the contractor's."""
    return may(person, P.SCORE, contract.id) and not of_supplier(person, contract)


def decides_for_buyer(person: Person, contract: Contract) -> bool:
    """Whether the person speaks for the buyer in what needs a second one: who scores, or who signs."""
    return acts_for(person, contract.buyer_id, contract.id, (P.SCORE, P.SIGN))


def sees_scoring(person: Person, contract: Contract) -> bool:
    """Whether the person sees a sheet before it is told to the contractor."""
    return not of_supplier(person, contract)


def check_scores(act: Act, contract: Contract) -> None:
    if not scores(act.person(), contract):
        raise Refused("只有采购人一方有评分权限的人可以评分")


def check_supplier(act: Act, contract: Contract) -> None:
    person = act.person()
    if not may(person, P.SELF_SCORE, contract.id) or not of_supplier(person, contract):
        raise Refused("只有供应商一方有自评与申诉权限的人可以这样做")


def checked_reason(text: str, field: str = "reason", what: str = "理由") -> str:
    """The text as it is kept."""
    text = text.strip()
    if len(text) < LEAST_REASON:
        raise Refused(f"请写明{what}（至少 {LEAST_REASON} 个字）", field)
    if len(text) > MOST_REASON:
        raise Refused(f"{what}最多 {MOST_REASON} 个字，现在有 {len(text)} 个", field)
    return text


def contract_of(scope: ContractScope) -> Contract:
    return found(scope.contract())
