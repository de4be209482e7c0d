"""整改报告 of the contractor, and the reinspection that ends the case or sets another term."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.security.case_terms import CaseDeed, CaseState, FindingState, PaperOf, Reinspected
from app.security.terms import Signature
from app.services.act import Act, Refused, found
from app.services.official.people import ISSUERS, attach, check_second, for_buyer, for_supplier
from app.services.rectification.findings import LEAST_TEXT, check_spoken, sealed
from app.services.rectification.notices import MOST_DAYS
from app.store import documents
from app.store.cases import Cases, RectificationCase, RectificationReport, Reinspection
from app.store.contracts import ContractScope

ENDS = {
    Reinspected.DONE: (CaseState.CLOSED, FindingState.RECTIFIED),
    Reinspected.REDUCED: (CaseState.REDUCED, FindingState.REDUCED),
}


@dataclass(frozen=True)
class Answer:
    """The contractor's report."""

    cause: str
    measures: str
    done_on: date
    files: Sequence[int]


@dataclass(frozen=True)
class Looked:
    """The record of a reinspection. `days`: the new term, where there is another."""

    outcome: Reinspected
    checked_on: date
    place: str
    second_id: int | None
    spoken_to: str
    signature: Signature
    note: str
    days: int | None
    files: Sequence[int]


def report(act: Act, scope: ContractScope, case_id: int, answer: Answer) -> RectificationReport:
    """The contractor reports what was done, with proof; a late report is taken and shows as late."""
    person_id, cases = for_supplier(act, scope), Cases(act.session, scope.contract_id)
    case = held(cases, case_id, CaseState.SERVED, "提交整改报告")
    if len(answer.measures.strip()) < LEAST_TEXT:
        raise Refused(f"请写明采取了什么措施（至少 {LEAST_TEXT} 个字）", "measures")
    if not answer.files:
        raise Refused("请附上能证明已经整改的材料，例如照片、制度文件", "files")
    if case.clock_from is not None and not case.clock_from <= answer.done_on <= act.today:
        raise Refused(f"完成日期应在送达（{case.clock_from}）与今天之间", "done_on")
    row = cases.add(
        RectificationReport(
            case_id=case.id, revision=len(cases.reports(case.id)) + 1, cause=answer.cause.strip(),
            measures=answer.measures.strip(), done_on=answer.done_on, reported_by=person_id, reported_at=act.now,
        )
    )  # fmt: skip
    attach(act, scope, PaperOf.REPORT, row.id, answer.files)
    case.state = CaseState.REPORTED.value
    act.session.flush()
    note(act, case, CaseDeed.REPORTED, row.measures)
    act.record("case.reported", "case", case.id, scope.contract_id, report=row.id, revision=row.revision)
    return row


def reinspect(act: Act, scope: ContractScope, case_id: int, looked: Looked) -> Reinspection:
    """Two people look again: closed, a reduction proposed, or another term."""
    person_id, cases = for_buyer(act, scope, *ISSUERS), Cases(act.session, scope.contract_id)
    case = held(cases, case_id, None, "复检")
    check(act, scope, cases, case, looked)
    row = cases.add(
        Reinspection(
            case_id=case.id, outcome=looked.outcome.value, checked_on=looked.checked_on, place=looked.place.strip(),
            spoken_to=sealed(act, scope, looked.spoken_to), signature=looked.signature.value, note=looked.note.strip(),
            checked_by=person_id, second_id=check_second(act, scope, looked.second_id), recorded_at=act.now,
        )
    )  # fmt: skip
    attach(act, scope, PaperOf.REINSPECTION, row.id, looked.files)
    ended(act, cases, case, looked)
    note(act, case, CaseDeed.REINSPECTED, f"{looked.outcome.label}。{row.note}")
    act.record(
        "case.reinspected", "case", case.id, scope.contract_id,
        outcome=looked.outcome.value, record=row.id, days=looked.days if looked.outcome is Reinspected.AGAIN else None,
    )  # fmt: skip
    return row


def check(act: Act, scope: ContractScope, cases: Cases, case: RectificationCase, looked: Looked) -> None:
    """Refuses a record that an auditor would not believe."""
    if case.state == CaseState.SERVED.value and looked.outcome is Reinspected.DONE:
        raise Refused("供应商还没有提交整改报告，不能按整改到位结案", "outcome")
    if case.clock_from is not None and not case.clock_from <= looked.checked_on <= act.today:
        raise Refused(f"复检日期应在送达（{case.clock_from}）与今天之间", "checked_on")
    if len(looked.note.strip()) < LEAST_TEXT:
        raise Refused(f"请写明看到了什么（至少 {LEAST_TEXT} 个字）", "note")
    if not looked.place.strip():
        raise Refused("请写明地点", "place")
    if looked.outcome is Reinspected.AGAIN and not (looked.days and 1 <= looked.days <= MOST_DAYS):
        raise Refused(f"限期再改的，请填写 1 至 {MOST_DAYS} 个工作日", "days")
    if waiting := [each for each in cases.exemptions(open_ids(cases, case)) if each.outcome is None]:
        raise Refused(f"有 {len(waiting)} 件免责申请还没有认定，请先认定再复检")
    check_second(act, scope, looked.second_id)
    check_spoken(act, scope, looked.signature, looked.spoken_to)


def open_ids(cases: Cases, case: RectificationCase) -> list[int]:
    """The case's findings that are still to be rectified."""
    return [each.id for each in cases.of_cases([case.id]) if each.state == FindingState.NOTICED.value]


def ended(act: Act, cases: Cases, case: RectificationCase, looked: Looked) -> None:
    """Puts case and findings where the reinspection leaves them."""
    if looked.outcome is Reinspected.AGAIN:
        case.state, case.clock_from, case.days = CaseState.SERVED.value, looked.checked_on, looked.days or case.days
    else:
        case_state, finding_state = ENDS[looked.outcome]
        case.state, case.ended_on = case_state.value, looked.checked_on
        for each in cases.findings_by_ids(open_ids(cases, case), hold=True):
            each.state = finding_state.value
    act.session.flush()


def held(cases: Cases, case_id: int, state: CaseState | None, what: str) -> RectificationCase:
    """The case, kept from others; None takes what is served or reported."""
    case = found(cases.hold(RectificationCase, case_id))
    fine = {CaseState.SERVED.value, CaseState.REPORTED.value} if state is None else {state.value}
    if case.state not in fine:
        raise Refused(f"这件整改现在是“{CaseState.of(case.state).label}”，不能{what}")
    return case


def note(act: Act, case: RectificationCase, deed: CaseDeed, text: str) -> None:
    documents.note(act.session, case.contract_id, deed, act.person().user_id, act.now, text, case_id=case.id)
