"""重开: a signed result never moves; with two people's consent a new assessment is made that supersedes it once signed."""

from __future__ import annotations

from typing import Any

from app.security.terms import AssessmentDeed, AssessmentState, PaperUse
from app.services.act import Act, Missing, Refused, found
from app.services.assessments import periods
from app.services.assessments.common import (
    check_state,
    checked_reason,
    contract_of,
    decides_for_buyer,
    deeds,
    take,
)
from app.services.assessments.periods import Choice
from app.store import assessments, scoring
from app.store.assessments import Assessment, AssessmentReopening
from app.store.contracts import ContractScope

S, D = AssessmentState, AssessmentDeed
SIGNED = frozenset({S.SIGNED.value})


def ask(act: Act, scope: ContractScope, assessment_id: int, reason: str, seen: int) -> AssessmentReopening:
    """The first person, with the reason."""
    _check_person(act, scope)
    row = take(scope, assessment_id, seen)
    check_state(row, SIGNED, "申请重开")
    if assessments.successor(act.session, scope.contract_id, row.id) is not None:
        raise Refused("取代这一次的新考核已经在做了")
    if any(one.agreed is None for one in assessments.reopenings(act.session, scope.contract_id, row.id)):
        raise Refused("已有人申请重开，正等另一人同意")
    made = AssessmentReopening(
        contract_id=scope.contract_id, assessment_id=row.id, reason=checked_reason(reason, what="重开的原因"),
        asked_by=act.person().user_id, asked_at=act.now,
    )  # fmt: skip
    assessments.add(act.session, made)
    deeds(act, row, D.REOPENING_ASKED, made.reason)
    return made


def agree(act: Act, scope: ContractScope, reopening_id: int) -> Assessment:
    """The second person: the new assessment begins with everything that stood on the old sheet."""
    made, old = _open(act, scope, reopening_id)
    new = periods.begin(
        act, scope, contract_of(scope),
        Choice(old.label, old.from_on, old.until_on, old.part, interim=old.interim), made.reason, supersedes_id=old.id,
    )  # fmt: skip
    _carry(act, scope, old, new)
    made.agreed, made.answered_by, made.answered_at, made.made_id = True, act.person().user_id, act.now, new.id
    deeds(act, old, D.REOPENED, made.reason, by=new.number)
    act.session.flush()
    return new


def refuse(act: Act, scope: ContractScope, reopening_id: int, reason: str) -> Assessment:
    """The second person does not agree; the result stays."""
    made, old = _open(act, scope, reopening_id)
    made.agreed, made.answered_by, made.answered_at = False, act.person().user_id, act.now
    made.answer = checked_reason(reason, what="不同意的原因")
    deeds(act, old, D.REOPENING_REFUSED, made.answer)
    act.session.flush()
    return old


def _check_person(act: Act, scope: ContractScope) -> None:
    if not decides_for_buyer(act.person(), contract_of(scope)):
        raise Refused("重开考核由采购人一方评分或签批的两个人决定")


def _open(act: Act, scope: ContractScope, reopening_id: int) -> tuple[AssessmentReopening, Assessment]:
    made = found(assessments.reopening(act.session, scope.contract_id, reopening_id, hold=True))
    _check_person(act, scope)
    if made.asked_by == act.person().user_id:
        raise Refused("自己申请的由另一人决定。请让采购人一方另一位评分或签批的人处理")
    if made.agreed is not None:
        raise Refused("这次申请刚刚已有人处理过，请刷新后再看")
    old = take(scope, made.assessment_id)
    check_state(old, SIGNED, "重开")
    return made, old


def _carry(act: Act, scope: ContractScope, old: Assessment, new: Assessment) -> None:
    """Everything as it stood last, each piece still in the name of who made it, with its papers."""
    session, contract_id = act.session, scope.contract_id
    decisions = [one for one, row in scoring.decisions(session, contract_id) if row.id == old.id]
    kept: list[Any] = [one for one in {one.key: one for one in decisions}.values() if not one.withdrawn]
    kept += scoring.self_scores(session, contract_id, old.id).values()
    kept += [mark for by_user in scoring.marks(session, contract_id, old.id).values() for mark in by_user.values()]
    kept += scoring.members(session, contract_id, old.id)
    for row in kept:
        session.add(_copied(row, new))
    facts = {one.clause: one for one in scoring.facts(session, contract_id, old.id)}.values()
    group = scoring.group(session, contract_id, old.id)
    papers = scoring.papers(session, contract_id, old.id)
    several = ((PaperUse.FACT, facts), (PaperUse.GROUP, [group] if group is not None else []))
    for use, rows in several:
        for row in rows:
            made = assessments.add(session, _copied(row, new))
            files = [file_id for file_id, _ in papers.get((use.value, row.id), ())]
            scoring.attach(session, contract_id, new.id, use, made.id, files)
    new.self_scored_at = old.self_scored_at
    new.state = (S.SELF_SCORED if new.self_scored_at is not None else S.DRAFT).value
    session.flush()


def _copied(row: Any, new: Assessment) -> Any:
    """The row once more, of the new assessment; revisions begin anew."""
    values = {column.key: getattr(row, column.key) for column in type(row).__table__.columns if column.key != "id"}
    if "revision" in values:
        values["revision"] = 1
    return type(row)(**{**values, "assessment_id": new.id})


def of_assessment(scope: ContractScope, assessment_id: int, reopening_id: int) -> AssessmentReopening:
    """A wish of this assessment; Missing for another's."""
    made = found(assessments.reopening(scope.session, scope.contract_id, reopening_id))
    if made.assessment_id != assessment_id:
        raise Missing
    return made
