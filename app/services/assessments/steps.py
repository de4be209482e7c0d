"""From a filled sheet to what the contractor is told: 核定, 告知; back again while nobody outside has seen it; 作废."""

from __future__ import annotations

from datetime import date

from app.security.terms import AssessmentDeed, AssessmentState
from app.services import books
from app.services.act import Act, Refused
from app.services.assessments import capsules
from app.services.assessments.basis import basis
from app.services.assessments.common import (
    INSIDE,
    SCORING,
    advance,
    check_scores,
    check_state,
    checked_reason,
    contract_of,
    take,
)
from app.services.assessments.evaluating import Work, need
from app.services.assessments.measuring import stale
from app.services.assessments.opens import open_keys, sum_up, unconfirmed
from app.services.ledger.reading import spoken
from app.store import assessments
from app.store.assessments import Assessment
from app.store.contracts import ContractScope
from kpi.calendar import CalendarError

S, D = AssessmentState, AssessmentDeed
USUAL_DAYS, MOST_DAYS = 5, 60


def obstacles(scope: ContractScope, work: Work) -> list[str]:
    """Why the sheet cannot be called scored yet; empty where it can."""
    found = []
    if waiting := open_keys(work):
        found.append(f"还有 {len(waiting)} 处没有定：{_some(waiting)}")
    found += [f"规则书不认识：{spoken(text)}" for text in work.fitted[1]]
    if work.group.wrong:
        found.append(work.group.wrong)
    sheet = work.evaluation.assessment
    if sheet is not None and sheet.total is None and not waiting:
        found += [spoken(f"{one.clause} {one.reason}") for one in sheet.reasons] or ["总分还不能计算"]
    number = stale(scope, work.row, work.measure)
    if number:
        found.append(f"取数以后有 {number} 条记录登记、改动或审核过，请重新取数")
    if basis(scope, work.row).signature != work.measure.signature:
        found.append("取数以后，规则书、答复、日历、合同设置或以前的考核有变化，请重新取数")
    return found


def _some(keys: list[str], most: int = 5) -> str:
    return "、".join(key.rpartition("/")[2] for key in keys[:most]) + ("等" if len(keys) > most else "")


def score(act: Act, scope: ContractScope, assessment_id: int, seen: int) -> Assessment:
    """核定: the sheet is complete; what is in it is this person's word."""
    check_scores(act, contract_of(scope))
    row = take(scope, assessment_id, seen)
    check_state(row, SCORING, "核定")
    work = need(scope, row)
    if why := obstacles(scope, work):
        raise Refused("还不能核定。" + "；".join(why))
    row.scored_by = act.person().user_id
    advance(act, row, S.SCORED, D.SCORED)
    sum_up(act, row, work)
    return row


def unscore(act: Act, scope: ContractScope, assessment_id: int, reason: str, seen: int) -> Assessment:
    """Back to the sheet, while the contractor has not been told."""
    check_scores(act, contract_of(scope))
    row = take(scope, assessment_id, seen)
    check_state(row, frozenset({S.SCORED.value}), "退回评分")
    row.scored_by = None
    back = S.SELF_SCORED if row.self_scored_at is not None else S.DRAFT
    advance(act, row, back, D.SCORING_REOPENED, checked_reason(reason))
    act.session.flush()
    return row


def usual_days(scope: ContractScope) -> int:
    """Working days for appeals: as last time in this contract, else the usual."""
    told = [one for one in assessments.every(scope.session, scope.contract_id) if one.published_at is not None]
    return max(told, key=lambda one: one.published_at or one.opened_at).appeal_days if told else USUAL_DAYS


def publish(act: Act, scope: ContractScope, assessment_id: int, days: int, seen: int) -> Assessment:
    """告知: the proposal is fixed and shown to the contractor, who may contest it until the deadline."""
    check_scores(act, contract_of(scope))
    row = take(scope, assessment_id, seen)
    check_state(row, frozenset({S.SCORED.value}), "告知供应商")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"申诉期限应为 1 至 {MOST_DAYS} 个工作日", "days")
    if row.until_on >= act.today:
        raise Refused(
            f"考核周期到 {row.until_on} 才结束，结束以后才能告知。要提前考核，请作废这一次，另开到今天以前为止的自定日期", "days"
        )
    work = need(scope, row)
    why = obstacles(scope, work)
    if waiting := unconfirmed(work):
        why.append(f"{_some(waiting)} 的手工认定还没有由第二人核对")
    if why:
        raise Refused("还不能告知。" + "；".join(why), "days")
    capsules.propose(act, scope, row, work)
    row.published_at, row.appeal_days = act.now, days
    row.appeal_until = _deadline(act, days)
    advance(act, row, S.PUBLISHED, D.PUBLISHED, days=days, until_on=str(row.appeal_until))
    sum_up(act, row, work)
    return row


def _deadline(act: Act, days: int) -> date:
    try:
        return books.calendar(act.session, provisional=True).add_working_days(act.today, days).date
    except CalendarError as error:
        raise Refused(f"{error}", "days") from error


def drop(act: Act, scope: ContractScope, assessment_id: int, reason: str, seen: int) -> Assessment:
    """作废: opened by mistake. It stays readable and counts nowhere."""
    check_scores(act, contract_of(scope))
    row = take(scope, assessment_id, seen)
    check_state(row, INSIDE, "作废")
    advance(act, row, S.DROPPED, D.DROPPED, checked_reason(reason))
    act.session.flush()
    return row
