"""Nobody decides on the own scoring: who scored an item, who may answer an appeal, sign, or pay on a result."""

from __future__ import annotations

from app.security.predicates import Person
from app.services.act import Act, Refused
from app.services.assessments.common import contract_of, decides_for_buyer
from app.services.assessments.evaluating import Work, load
from app.services.assessments.places import places
from app.store import assessments, scoring
from app.store.assessments import Assessment
from app.store.contracts import ContractScope

OWN = "您参与了这一项的评分，不能再审查自己的评分。请由没有评分的另一人处理"


def scorers(work: Work, item: str | None = None) -> set[int]:
    """Everybody who had a hand in the scoring, of one item or of all: decisions, facts, marks, the final word.

    What was changed in the review of an appeal is no scoring.
    """
    known = places(work.rulebook)
    keys = {key for key, one in known.items() if item in (None, one.item or one.clause)}
    clauses = {known[key].clause for key in keys}
    found = {
        one.decision.decided_by for one in work.every_decision
        if one.row.id == work.row.id and one.decision.key in keys and not one.decision.in_appeal
    }  # fmt: skip
    stated = (one for one in work.every_fact if not one.in_appeal)
    found |= {one.stated_by for one in stated if item is None or one.clause in clauses}
    found |= {user for key, marks in work.group.marks.items() if key in keys for user in marks}
    return found | ({work.row.scored_by} if work.row.scored_by is not None else set())


def check_reviews(act: Act, scope: ContractScope, row: Assessment, work: Work, item: str) -> None:
    """While an appeal against the item is open, somebody of the buyer who did not score it may change it."""
    person = act.person()
    if not decides_for_buyer(person, contract_of(scope)):
        raise Refused("申诉由采购人的人审查")
    waiting = [one for one in scoring.appeals(act.session, scope.contract_id, row.id) if one.outcome is None]
    if item not in {one.item for one in waiting}:
        raise Refused("申诉期间只能改被申诉的考核项")
    if person.user_id in scorers(work, item):
        raise Refused(OWN)


def check_signs(act: Act, work: Work) -> None:
    """Who scored does not sign the result for the buyer."""
    if why := bars_signing(work, act.person()):
        raise Refused(why)


def bars_signing(work: Work, person: Person) -> str:
    """Why the person cannot sign for the buyer; blank where they had no hand in the scoring."""
    return "您参与了这次考核的评分，不能再代表采购人签字。请由没有评分的分管领导签字" if person.user_id in scorers(work) else ""


def may_pay(scope: ContractScope, person: Person, assessment_id: int) -> bool:
    """Whether the person may approve a payment that rests on the assessment: nobody who scored it."""
    row = assessments.find(scope.session, scope.contract_id, assessment_id)
    work = load(scope, row) if row is not None else None
    return work is not None and person.user_id not in scorers(work)
