"""合同事件: a breach, leak or accident that bears on the assessment; recorded by one person, decided by another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from app.security.terms import AssessmentDeed, AssessmentState, EventOutcome, PaperUse
from app.services.act import Act, Missing, Refused, found
from app.services.assessments.common import (
    SCORING,
    check_scores,
    check_state,
    checked_reason,
    contract_of,
    decides_for_buyer,
    deeds,
    take,
)
from app.services.assessments.evaluating import need
from app.services.assessments.opens import sum_up
from app.services.assessments.papers import keep_papers
from app.services.books import loaded
from app.store import scoring
from app.store.contracts import ContractScope
from app.store.scoring import AssessmentIncident

CHANGING = SCORING | {AssessmentState.SCORED.value}


@dataclass(frozen=True)
class Record:
    """What happened, as written."""

    kind: str
    on: date
    account: str
    files: Sequence[int] = field(default_factory=tuple)


def record(act: Act, scope: ContractScope, assessment_id: int, told: Record) -> AssessmentIncident:
    """Puts an event on the sheet; while it is open it blocks payment where the rulebook says so."""
    contract = contract_of(scope)
    check_scores(act, contract)
    row = take(scope, assessment_id)
    check_state(row, SCORING, "登记合同事件")
    kinds = {one.id for one in loaded(row.text.text).rulebook.events}
    if told.kind not in kinds:
        raise Refused("请选择事件的种类", "kind")
    if not contract.starts_on <= told.on <= act.today:
        raise Refused("发生日期应在合同期内，且不晚于今天", "on")
    made = AssessmentIncident(
        contract_id=contract.id, assessment_id=row.id, kind=told.kind, happened_on=told.on,
        account=checked_reason(told.account, "account", "事件经过"), recorded_by=act.person().user_id, recorded_at=act.now,
    )  # fmt: skip
    act.session.add(made)
    act.session.flush()
    keep_papers(act, scope, row, PaperUse.INCIDENT, made.id, told.files)
    deeds(act, row, AssessmentDeed.INCIDENT_RECORDED, kind=told.kind)
    sum_up(act, row, need(scope, row))
    return made


def decide(act: Act, scope: ContractScope, assessment_id: int, incident_id: int, outcome: str, finding: str) -> AssessmentIncident:
    """Another person of the buyer says whether it stands."""
    row = take(scope, assessment_id)
    check_state(row, CHANGING, "认定合同事件")
    if not decides_for_buyer(act.person(), contract_of(scope)):
        raise Refused("合同事件由采购人一方评分或签批的人认定")
    made = found(scoring.held(act.session, scope.contract_id, AssessmentIncident, incident_id))
    if made.assessment_id != row.id:
        raise Missing
    if made.recorded_by == act.person().user_id:
        raise Refused("自己登记的事件由另一人认定")
    if made.outcome is not None:
        raise Refused("这件事已经认定过了，请刷新后再看")
    if outcome not in {each.value for each in EventOutcome}:
        raise Refused("请选择是否成立", "outcome")
    made.outcome, made.finding = outcome, checked_reason(finding, "finding", "认定的理由")
    made.decided_by, made.decided_at = act.person().user_id, act.now
    act.session.flush()
    deeds(act, row, AssessmentDeed.INCIDENT_DECIDED, made.finding, kind=made.kind, outcome=outcome)
    sum_up(act, row, need(scope, row))
    return made
