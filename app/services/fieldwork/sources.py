"""What fieldwork says of each clause in a period: what the sheet shows at the item, and the facts it proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from app.security.case_terms import Verdict
from app.security.field_terms import ComplaintState, ItemResult
from app.services.act import found
from app.services.fieldwork.complaints import complaint_text
from app.services.fieldwork.inspections import inspection_text
from app.services.fieldwork.polls import poll_text
from app.services.fieldwork.rates import percent_text, projected, tallied
from app.services.fieldwork.rounds import round_text
from app.store.contracts import ContractScope
from app.store.fieldwork import Complaint, Fieldwork, Inspection, InspectionItem, Poll
from app.store.sampling import Rounds, SpotRound

SPOT, INSPECTION, COMPLAINT, POLL = "round", "inspection", "complaint", "poll"


@dataclass(frozen=True)
class Source:
    """One thing that was looked into. `kind` and `id` say which page; `figures`: what it proposes as facts; `pending`: nobody
    has said yet what it comes to."""

    kind: str
    id: int
    number: str
    on: date
    text: str
    bad: bool = False
    figures: Mapping[str, str] = field(default_factory=dict)
    pending: bool = False


Sources = dict[str, list[Source]]


def sources_of(scope: ContractScope, from_on: date, until_on: date) -> Sources:
    """By clause, the oldest first: what was concluded in these days, and complaints that came in."""
    made: Sources = {}
    fieldwork = Fieldwork(scope.session, scope.contract_id)
    for clause, source in [
        *_spots(scope, from_on, until_on), *_inspections(fieldwork, from_on, until_on),
        *_complaints(fieldwork, from_on, until_on), *_polls(fieldwork, from_on, until_on),
    ]:  # fmt: skip
        made.setdefault(clause, []).append(source)
    return {clause: sorted(found, key=lambda one: (one.on, one.number)) for clause, found in made.items()}


Listed = list[tuple[str, Source]]


def _spots(scope: ContractScope, from_on: date, until_on: date) -> Listed:
    rows: dict[int, SpotRound] = {}
    last: dict[int, dict[int, str]] = {}
    for row, entry_id, outcome in Rounds(scope.session, scope.contract_id).told(from_on, until_on):
        rows[row.id] = row
        if entry_id is not None and outcome is not None:
            last.setdefault(row.id, {})[entry_id] = outcome
    return [(one.clause, _spot(one, list(last.get(key, {}).values()))) for key, one in rows.items()]


def _spot(row: SpotRound, words: list[str]) -> Source:
    tally = tallied([*words, *[""] * (row.size - len(words))])
    rate = tally.rate
    told = f"抽 {row.size}/{row.population} 条，属实 {tally.genuine}/{tally.told}"
    if rate is not None:
        told += f"（{percent_text(rate.rate)}，95% 区间 {percent_text(rate.low)}—{percent_text(rate.high)}）"
    if tally.left:
        told += f"，还有 {tally.left} 条未查"
    figures = {}
    if (name := row.query.get("figure")) and row.concluded_at is not None and (number := projected(row.population, tally)):
        figures = {name: str(number[0])}
        told += f"，按属实率折算 {number[0]} 条"
    bad = tally.untrue + tally.partly > 0
    return Source(SPOT, row.id, round_text(row.number), row.until_on, told, bad, figures, pending=tally.left > 0)


def _inspections(fieldwork: Fieldwork, from_on: date, until_on: date) -> Listed:
    rows: dict[int, Inspection] = {}
    by_clause: dict[tuple[int, str], list[InspectionItem]] = {}
    for row, item in fieldwork.visited(from_on, until_on):
        rows[row.id] = row
        by_clause.setdefault((row.id, item.clause), []).append(item)
    return [(clause, _inspection(rows[key], items)) for (key, clause), items in by_clause.items()]


def _inspection(row: Inspection, items: list[InspectionItem]) -> Source:
    failed = [one for one in items if one.result == ItemResult.FAIL]
    looked = sum(one.result != ItemResult.NONE for one in items)
    names = "、".join(one.value for one in failed)[:80]
    told = f"，不合格 {len(failed)} 项：{names}" if failed else "，全部合格" if looked else "，都不适用"
    day = found(row.visited_on)
    return Source(INSPECTION, row.id, inspection_text(row.number), day, f"{row.place}，查 {looked} 项{told}", bool(failed))


def _complaints(fieldwork: Fieldwork, from_on: date, until_on: date) -> Listed:
    return [(one.clause, _complaint(one)) for one in fieldwork.complained(from_on, until_on)]


def _complaint(row: Complaint) -> Source:
    word = Verdict.of(row.outcome).label if row.outcome else ComplaintState.of(row.state).label
    told = f"{word}：{row.account[:60]}"
    bad = row.outcome == Verdict.UPHELD
    return Source(COMPLAINT, row.id, complaint_text(row.number), row.received_on, told, bad, pending=not row.outcome)


def _polls(fieldwork: Fieldwork, from_on: date, until_on: date) -> Listed:
    return [(one.clause, _poll(one)) for one in fieldwork.polled(from_on, until_on)]


def _poll(row: Poll) -> Source:
    figures = {name: str(row.counts[part]) for part, name in row.form.get("figures", {}).items()}
    return Source(POLL, row.id, poll_text(row.number), row.until_on, poll_line(row), figures=figures)


def poll_line(row: Poll) -> str:
    """Satisfied of answered, answered of asked."""
    asked, answered, satisfied = (row.counts[name] for name in ("asked", "answered", "satisfied"))
    return (
        f"满意 {satisfied}/{answered}（{percent_text(Fraction(satisfied, answered))}），"
        f"应答 {answered}/{asked}（{percent_text(Fraction(answered, asked))}）"
    )


def proposed_facts(scope: ContractScope, from_on: date, until_on: date, clause: str) -> tuple[dict[str, str], list[str]]:
    """What is proposed for a clause's figures in these days, and what it rests on; nothing where nothing is.

    Surveys add up; of several rounds over the same figure the last one counts.
    """
    fieldwork = Fieldwork(scope.session, scope.contract_id)
    found_polls = [one for at, one in _polls(fieldwork, from_on, until_on) if at == clause and one.figures]
    found_spots = [one for at, one in _spots(scope, from_on, until_on) if at == clause and one.figures]
    total: dict[str, int] = {}
    for source in found_polls:
        for name, value in source.figures.items():
            total[name] = total.get(name, 0) + int(value)
    last = {name: (int(value), source) for source in found_spots for name, value in source.figures.items()}
    total |= {name: value for name, (value, _) in last.items()}
    used = [*found_polls, *(source for _, source in last.values())]
    return {name: str(value) for name, value in total.items()}, [f"{one.number}（{one.text}）" for one in used]
