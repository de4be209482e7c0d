"""等我签字、等我办的: what waits for a person over all contracts, told by every part that has something to sign.

A part adds what it has by `register`; each source asks its question once for all contracts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from app.security.case_terms import CaseState
from app.security.permissions import P
from app.security.predicates import may
from app.security.terms import AssessmentState
from app.services.official.people import ANSWERS, DECIDERS, ISSUERS
from app.services.rectification.clock import Clock
from app.services.verification.deadlines import Due, due_of
from app.services.workbench.bench import Bench
from app.store import waiting as stored
from app.store.contracts import Contract
from app.store.waiting import Asked, Pending, Sheet
from kpi.calendar import Deadline
from kpi.quantities import parse_exact, points

S = AssessmentState
SCORING = frozenset({S.DRAFT.value, S.SELF_SCORED.value})
TOLD = frozenset({S.PUBLISHED.value, S.DECIDED.value})
LONGEST = 40


@dataclass(frozen=True)
class Waiting:
    """Something that waits for this person. `page`: the endpoint it is done on, with its `values`, the contract aside.

    `signs`: it takes a signature or a decision; those come first. `note`: what it is about, in a few words.
    """

    contract_id: int
    word: str
    title: str
    page: str
    values: Mapping[str, Any] = field(default_factory=dict)
    due: Due | None = None
    note: str = ""
    signs: bool = False


Source = Callable[[Bench], Iterable[Waiting]]
_more: list[Source] = []


def register(source: Source) -> Source:
    """Adds what another part has waiting (settlement: payments to approve)."""
    if source not in _more:
        _more.append(source)
    return source


def of(bench: Bench) -> dict[int, list[Waiting]]:
    """By contract: what takes a signature first, then by deadline."""
    found: dict[int, list[Waiting]] = {}
    asked = stored.pending(bench.session, {*buying(bench, *ISSUERS, *DECIDERS), *bench.where(*ANSWERS)})
    sources = (sheets(bench), papers(bench, asked), cases(bench, asked), *(source(bench) for source in _more))
    for one in chain.from_iterable(sources):
        found.setdefault(one.contract_id, []).append(one)
    for listed in found.values():
        listed.sort(key=lambda one: (not one.signs, one.due is None, one.due.on if one.due else None))
    return found


# -- assessments ----------------------------------------------------------------------------------


def sheets(bench: Bench) -> Iterator[Waiting]:
    """Sheets to score, to be answered for, to sign."""
    for one in stored.sheets(bench.session, bench.where(P.SIGN, P.SCORE, P.SELF_SCORE)):
        contract = bench.by_id[one.contract_id]
        if bench.person.organisation_id == contract.supplier_id:
            yield from _of_supplier(bench, one)
        else:
            yield from _of_buyer(bench, contract, one)


def _of_supplier(bench: Bench, one: Sheet) -> Iterator[Waiting]:
    if not may(bench.person, P.SELF_SCORE, one.contract_id):
        return
    if one.state in SCORING and not one.own:
        yield _sheet(one, "自评", "assessment.self_score")
    elif one.state in TOLD and not one.supplier:
        appeals = one.state == S.PUBLISHED and one.appeal_until is not None and bench.today <= one.appeal_until
        word = "核对结果，签字或申诉" if appeals else "核对结果，签字"
        yield _sheet(one, word, "assessment.one", due=due(bench, one) if appeals else None, note=result(one), signs=True)


def _of_buyer(bench: Bench, contract: Contract, one: Sheet) -> Iterator[Waiting]:
    person = bench.person
    scores, signs = may(person, P.SCORE, one.contract_id), may(person, P.SIGN, one.contract_id)
    if one.state in TOLD and signs and person.organisation_id == contract.buyer_id and not one.buyer:
        ready = one.supplier or one.state == S.DECIDED or one.appeal_until is None or bench.today > one.appeal_until
        word = "签字" if ready else "申诉期内，供应商签字后再签"
        yield _sheet(one, word, "assessment.sign" if ready else "assessment.one", due=due(bench, one), note=result(one), signs=ready)
    elif one.state == S.APPEALED and (scores or signs) and person.user_id != one.scored_by:
        yield _sheet(one, "答复申诉", "assessment.one", note=result(one), signs=signs)
    elif one.state in SCORING and scores:
        left = one.summary.get("open")
        yield _sheet(one, "评分", "assessment.one", note=f"还有 {left} 处未定" if left else "" if one.measured else "还没有取数")
    elif one.state == S.SCORED and scores:
        yield _sheet(one, "告知供应商", "assessment.one", note=result(one))


def _sheet(one: Sheet, word: str, page: str, **more: Any) -> Waiting:
    return Waiting(one.contract_id, word, f"考核：{one.label}", page, {"assessment_id": one.id}, **more)


def due(bench: Bench, one: Sheet) -> Due | None:
    """Until when can be contested."""
    if one.state != S.PUBLISHED or one.appeal_until is None:
        return None
    return due_of(bench.calendar, Deadline(one.appeal_until), bench.today)


def result(one: Sheet) -> str:
    """Total and tier, or the verdicts, as the list has them."""
    total, tier = one.summary.get("score") or one.summary.get("sheet"), one.summary.get("tier")
    words = [f"{points(parse_exact(total))} 分" if total else "", tier or "", *one.summary.get("verdicts", ())]
    return "，".join(filter(None, words))


# -- documents, exemptions, contract events -------------------------------------------------------


def papers(bench: Bench, asked: Pending) -> Iterator[Waiting]:
    """What the buyer's people sign and decide."""
    for row in stored.unsealed(bench.session, buying(bench, P.SIGN) if asked.unsealed else ()):
        at = {"document_id": row.id}
        yield Waiting(row.contract_id, "签字盖章", row.title, "official.document", at, note=row.number or "", signs=True)
    deciding = buying(bench, *DECIDERS)
    for one in stored.exemptions(bench.session, deciding if asked.exemptions else ()):
        yield from _decide(bench, one, f"免责申请（问题{one.number:04d}号）", "rectification.decide", "exemption_id")
    for one in stored.events(bench.session, deciding if asked.events else ()):
        yield from _decide(bench, one, f"合同事件{one.number}", "rectification.decide_event", "event_id")
    for key, contract_id, label, why, by in stored.reopenings(bench.session, deciding if asked.reopenings else ()):
        if bench.person.user_id != by:
            sheet = {"assessment_id": key}
            yield Waiting(contract_id, "决定是否重开", f"考核：{label}", "assessment.result", sheet, note=short(why), signs=True)


def buying(bench: Bench, *permissions: P) -> list[int]:
    """The running contracts in which the person acts for the buyer with one of the permissions."""
    return [key for key in bench.where(*permissions) if bench.by_id[key].buyer_id == bench.person.organisation_id]


def _decide(bench: Bench, one: Asked, title: str, page: str, name: str) -> Iterator[Waiting]:
    if bench.person.user_id not in one.no:
        yield Waiting(one.contract_id, "认定", title, page, {name: one.id}, note=short(one.text), signs=True)


def short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


# -- rectifications -------------------------------------------------------------------------------


def cases(bench: Bench, asked: Pending) -> Iterator[Waiting]:
    """Findings without a notice, notices to serve, reports that are due, reinspections."""
    issuing, clock = buying(bench, *ISSUERS), Clock(bench.calendar, bench.today)
    for contract_id, count, since in stored.open_findings(bench.session, issuing if asked.findings else ()):
        note = f"最早的 {since} 发现"
        yield Waiting(contract_id, "开通知书", f"{count} 个问题还没有通知整改", "rectification.cases", note=note)
    for case in stored.running_cases(bench.session, {*issuing, *bench.where(*ANSWERS)} if asked.cases else ()):
        title, at = f"{case.notice.number} {case.notice.title}", {"case_id": case.id}
        if case.contract_id not in issuing:
            if case.state == CaseState.SERVED and bench.person.organisation_id == bench.by_id[case.contract_id].supplier_id:
                yield Waiting(case.contract_id, "交整改报告", title, "rectification.report", at, due=clock.due(case))
        elif case.state == CaseState.REPORTED:
            yield Waiting(case.contract_id, "复检", title, "rectification.reinspect", at)
        elif case.state == CaseState.ISSUED and (case.notice.sealed_on or not may(bench.person, P.SIGN, case.contract_id)):
            word = "登记送达" if case.notice.sealed_on else "签章、送达"
            yield Waiting(case.contract_id, word, title, "official.document", {"document_id": case.notice_id})
        elif clock.is_overdue(case):
            yield Waiting(case.contract_id, "催交整改报告", title, "rectification.case", at, due=clock.due(case))
