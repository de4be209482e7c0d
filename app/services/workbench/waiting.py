"""等我签字、等我办的: what waits for a person over all contracts, told by every part that has something to sign.

A part adds what it has by `register`; each source asks its question once for all contracts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.security.permissions import P
from app.security.predicates import may
from app.security.terms import AssessmentState
from app.services.verification.deadlines import Due, due_of
from app.services.workbench.bench import Bench
from app.store import waiting as stored
from app.store.contracts import Contract
from app.store.waiting import Asked, Sheet
from kpi.calendar import Deadline

S = AssessmentState
SCORING = frozenset({S.DRAFT.value, S.SELF_SCORED.value})
TOLD = frozenset({S.PUBLISHED.value, S.DECIDED.value})


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
    for source in (sheets, papers, *_more):
        for one in source(bench):
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
    words = [f"{total} 分" if total else "", tier or "", *one.summary.get("verdicts", ())]
    return "，".join(filter(None, words))


# -- documents, exemptions, contract events -------------------------------------------------------


def papers(bench: Bench) -> Iterator[Waiting]:
    """What the buyer's head signs and decides."""
    mine = [key for key in bench.where(P.SIGN) if bench.by_id[key].buyer_id == bench.person.organisation_id]
    if not mine:
        return
    for row in stored.unsealed(bench.session, mine):
        at = {"document_id": row.id}
        yield Waiting(row.contract_id, "签字盖章", row.title, "official.document", at, note=row.number or "", signs=True)
    for one in stored.exemptions(bench.session, mine):
        yield from _decide(bench, one, f"免责申请（问题{one.number:04d}号）", "rectification.decide", "exemption_id")
    for one in stored.events(bench.session, mine):
        yield from _decide(bench, one, f"合同事件{one.number}", "rectification.decide_event", "event_id")


def _decide(bench: Bench, one: Asked, title: str, page: str, name: str) -> Iterator[Waiting]:
    if bench.person.user_id not in one.no:
        text = one.text if len(one.text) <= 40 else f"{one.text[:40]}…"
        yield Waiting(one.contract_id, "认定", title, page, {name: one.id}, note=text, signs=True)
