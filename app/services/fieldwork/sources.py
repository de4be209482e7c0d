"""What fieldwork says of each clause in a period: what the sheet shows at the item, and the facts it proposes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from app.security.case_terms import Verdict
from app.security.field_terms import ComplaintState, ItemResult
from app.services.fieldwork.common import book_of
from app.services.fieldwork.complaints import complaint_text
from app.services.fieldwork.inspections import inspection_text
from app.services.fieldwork.polls import poll_text, rules
from app.services.fieldwork.rates import percent_text, tallied
from app.services.fieldwork.rounds import round_text
from app.store.contracts import ContractScope
from app.store.fieldwork import Complaint, Fieldwork, InspectionItem, Poll
from app.store.sampling import Rounds, SpotCheck, SpotRound

SPOT, INSPECTION, COMPLAINT, POLL = "round", "inspection", "complaint", "poll"
#: Closed rounds, with what was found, are read by their last day.
MOST = 200


@dataclass(frozen=True)
class Source:
    """One thing that was looked into. `kind` and `id` say which page; `figures`: what it proposes as facts."""

    kind: str
    id: int
    number: str
    on: date
    text: str
    bad: bool = False
    figures: Mapping[str, str] = field(default_factory=dict)


Sources = dict[str, list[Source]]


def sources_of(scope: ContractScope, from_on: date, until_on: date) -> Sources:
    """By clause, the oldest first: what was concluded in these days, and complaints that came in."""
    made: Sources = {}
    fieldwork = Fieldwork(scope.session, scope.contract_id)
    for clause, source in [
        *_spots(scope, from_on, until_on), *_inspections(fieldwork, from_on, until_on),
        *_complaints(fieldwork, from_on, until_on), *_polls(scope, fieldwork, from_on, until_on),
    ]:  # fmt: skip
        made.setdefault(clause, []).append(source)
    return {clause: sorted(found, key=lambda one: (one.on, one.number)) for clause, found in made.items()}


Listed = list[tuple[str, Source]]


def _spots(scope: ContractScope, from_on: date, until_on: date) -> Listed:
    rounds = Rounds(scope.session, scope.contract_id)
    rows = [one for one in rounds.register(MOST) if one.drawn_at and one.from_on <= until_on and one.until_on >= from_on]
    last: dict[int, dict[int, SpotCheck]] = {}
    for check in rounds.checks([one.id for one in rows]):
        last.setdefault(check.round_id or 0, {})[check.entry_id] = check
    return [(one.clause, _spot(one, [each.outcome for each in last.get(one.id, {}).values()])) for one in rows]


def _spot(row: SpotRound, words: list[str]) -> Source:
    tally = tallied([*words, *[""] * (row.size - len(words))])
    rate = tally.rate
    told = f"抽 {row.size}/{row.population} 条，属实 {tally.genuine}/{tally.told}"
    if rate is not None:
        told += f"（{percent_text(rate.rate)}，95% 区间 {percent_text(rate.low)}—{percent_text(rate.high)}）"
    if tally.left:
        told += f"，还有 {tally.left} 条未查"
    return Source(SPOT, row.id, round_text(row.number), row.until_on, told, tally.untrue + tally.partly > 0)


def _inspections(fieldwork: Fieldwork, from_on: date, until_on: date) -> Listed:
    rows = {one.id: one for one in fieldwork.visited(from_on, until_on)}
    by_clause: dict[tuple[int, str], list[InspectionItem]] = {}
    for item in fieldwork.items(list(rows)):
        by_clause.setdefault((item.inspection_id, item.clause), []).append(item)
    found: Listed = []
    for (key, clause), items in by_clause.items():
        failed = [one for one in items if one.result == ItemResult.FAIL]
        looked = sum(one.result != ItemResult.NONE for one in items)
        told = f"{rows[key].place}，查 {looked} 项" + (
            f"，不合格 {len(failed)} 项：{'、'.join(one.value for one in failed)[:80]}" if failed else "，全部合格"
        )
        day = rows[key].visited_on or until_on
        found.append((clause, Source(INSPECTION, key, inspection_text(rows[key].number), day, told, bool(failed))))
    return found


def _complaints(fieldwork: Fieldwork, from_on: date, until_on: date) -> Listed:
    return [(one.clause, _complaint(one)) for one in fieldwork.complained(from_on, until_on)]


def _complaint(row: Complaint) -> Source:
    word = Verdict.of(row.outcome).label if row.outcome else ComplaintState.of(row.state).label
    told = f"{word}：{row.account[:60]}"
    return Source(COMPLAINT, row.id, complaint_text(row.number), row.received_on, told, row.outcome == Verdict.UPHELD)


def _polls(scope: ContractScope, fieldwork: Fieldwork, from_on: date, until_on: date) -> Listed:
    rows = fieldwork.polled(from_on, until_on)
    known = rules(book_of(scope)) if rows else {}
    found: Listed = []
    for row in rows:
        rule = known.get(row.questionnaire)
        figures = {name: str(row.counts[part]) for part, name in rule.figures.items()} if rule is not None else {}
        found.append((row.clause, Source(POLL, row.id, poll_text(row.number), row.until_on, poll_line(row), figures=figures)))
    return found


def poll_line(row: Poll) -> str:
    """Satisfied of answered, answered of asked."""
    asked, answered, satisfied = (row.counts[name] for name in ("asked", "answered", "satisfied"))
    return (
        f"满意 {satisfied}/{answered}（{percent_text(Fraction(satisfied, answered))}），"
        f"应答 {answered}/{asked}（{percent_text(Fraction(answered, asked))}）"
    )


def proposed_facts(scope: ContractScope, from_on: date, until_on: date, clause: str) -> tuple[dict[str, str], list[str]]:
    """What closed surveys in these days say of a clause's figures, added up, and which surveys; nothing where none does."""
    fieldwork = Fieldwork(scope.session, scope.contract_id)
    total: dict[str, int] = {}
    numbers: list[str] = []
    for found_clause, source in _polls(scope, fieldwork, from_on, until_on):
        if found_clause != clause or not source.figures:
            continue
        numbers.append(f"{source.number}（{source.text}）")
        for name, value in source.figures.items():
            total[name] = total.get(name, 0) + int(value)
    return {name: str(value) for name, value in total.items()}, numbers
