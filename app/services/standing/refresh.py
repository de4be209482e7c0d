"""Computing standings: which contracts need it, one contract at a time, on request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock import SHANGHAI, business_day
from app.security.terms import EntryDeed
from app.services.act import Act, Refused, found
from app.services.setup.questions import questions
from app.services.standing import ahead, counts
from app.services.standing import found as shapes
from app.services.standing.inputs import Inputs, gather
from app.services.standing.measuring import Lag, Measured, read
from app.store import accounts, jobs, standing
from app.store.contracts import Contract, ContractScope
from app.store.jobs import Job
from kpi.rulebook.answers import Refused as Unanswerable

#: The job's name, as the page of jobs shows it.
JOB = "履约推算"
#: A contract is computed at most once in so many minutes by itself.
MINUTES = 5
#: Asked for again so soon, the answer is the one that there is.
PATIENCE = timedelta(seconds=20)
#: So many days are kept for comparison.
DAYS_KEPT = 60
#: Where a session remembers the standings that it has read.
READ = "standings"
Tell = Callable[[int, int], None]


@dataclass(frozen=True)
class Wish:
    """A contract to compute, and the period in which it happens once."""

    contract_id: int
    period: str


def wished(session: Session, now: datetime) -> list[Wish]:
    """The running contracts whose standing no longer says how things are."""
    contracts = standing.running(session)
    known = standing.rows(session, [one.id for one in contracts])
    return [
        Wish(one.id, _slot(one.id, now)) for one in contracts if stale(session, one, known.get(one.id), now)
    ]


def stale(session: Session, contract: Contract, row: standing.Standing | None, now: datetime) -> bool:
    """Whether a day has begun, an entry has changed, or anything else that the standing follows from."""
    today = business_day(now)
    try:
        inputs = gather(ContractScope(session, contract.id), contract, today)
    except Refused:
        return False  # it has not begun, or has no rulebook
    if row is None or row.day != today or row.inputs != inputs.digest:
        return True
    return standing.changed_since(session, contract.id, row.event_id)


def _slot(contract_id: int, now: datetime) -> str:
    local = now.astimezone(SHANGHAI)
    return f"{contract_id}@{local:%Y-%m-%dT%H}:{local.minute // MINUTES * MINUTES:02d}"


def ask(act: Act, scope: ContractScope) -> Job:
    """Computes the contract as soon as possible, because somebody wants to know."""
    gather(scope, found(scope.contract()), act.today)
    before = standing.computed_at(act.session, scope.contract_id)
    if before is not None and timedelta() <= act.now - before < PATIENCE:
        raise Refused("刚刚推算过，页面上就是最新的结果")
    period = f"{scope.contract_id}!{act.now.astimezone(SHANGHAI):%Y-%m-%dT%H:%M:%S}"
    if (waiting := jobs.unfinished(act.session, JOB, scope.contract_id)) is not None:
        return waiting
    job = jobs.enqueue(
        act.session, JOB, period, act.now, contract_id=scope.contract_id, asked_by=act.person().user_id
    )
    if job is None:
        raise Refused("刚刚有人让系统推算，正在进行，请稍候")
    act.record("standing.asked", "contract", scope.contract_id, scope.contract_id)
    return job


# -- one contract ---------------------------------------------------------------------------------


def computed(scope: ContractScope, now: datetime, tell: Tell = lambda done, total: None) -> dict[str, Any]:
    """What the row of a contract is to hold. Only reads; `tell` hears how many entries of how many are read."""
    session, contract = scope.session, found(scope.contract())
    event = standing.last_event(session)  # before the entries: what comes meanwhile is computed next time
    inputs = gather(scope, contract, business_day(now))
    strips: dict[str, Any] = {}
    lines: dict[str, Any] = {}
    stands: dict[str, Any] = {}
    lag = Lag(inputs)
    try:
        counted = measured(scope, inputs, lag, tell)
        outcome, strips, lines = shapes.compute(counted)
        stands = ahead.kept(counted)
        outcome |= {
            "lag": _lag(scope, lag), "week": _week(scope, now), "open": _open(scope, inputs),
        }  # fmt: skip
    except Unanswerable as refusal:
        outcome = shapes.refused(inputs.today, refusal.reason)
    return {
        "as_of": now, "day": inputs.today, "rulebook_text_id": inputs.book.text_id, "event_id": event,
        "inputs": inputs.digest, "found": outcome, "windows": strips, "lines": lines, "ahead": stands,
    }  # fmt: skip


def measured(scope: ContractScope, inputs: Inputs, lag: Lag, tell: Tell) -> Measured:
    """What the rollups hold; where they cannot tell, one pass over the entries, a chunk at a time."""
    kept = counts.held(scope, inputs)
    if kept is not None:
        for one in standing.recent(scope.session, scope.contract_id, inputs.ledgers, lag.since, trial=inputs.trial):
            lag.note(*one)
        return Measured.of_rollups(inputs, *kept)
    total = standing.entries(scope.session, scope.contract_id, trial=inputs.trial)
    proved = {one.id for one in inputs.book.rulebook.ledgers if one.evidence}
    rows = standing.stream(scope.session, scope.contract_id, trial=inputs.trial, proved=proved)
    return Measured.of(inputs).add_all(read(inputs, rows, lag), lambda done: tell(done, total))


def _lag(scope: ContractScope, lag: Lag) -> list[dict[str, Any]]:
    """How late each person enters, with whom they belong to."""
    return [
        {"id": one.id, "name": one.display_name, "organisation": one.organisation_id, "number": number, "days": days, "most": most}
        for one in accounts.by_ids(scope.session, lag.found)
        for number, days, most in [lag.found[one.id]]
    ]  # fmt: skip


def _week(scope: ContractScope, now: datetime) -> dict[str, int]:
    """What was done to the contract's entries in the last seven days."""
    since = now - timedelta(days=7)
    before = standing.row(scope.session, scope.contract_id)
    days = before.past.get("days", ()) if before is not None else ()
    # Days are kept at the moment of computing: the events of two days earlier are certainly older than a week.
    known = [one["event"] for one in days if (business_day(since) - date.fromisoformat(one["day"])).days >= 1]
    deeds = standing.deeds_since(scope.session, scope.contract_id, since, known[-1] if known else 0)
    entered = sum(deeds.get(one.value, 0) for one in (EntryDeed.ENTERED, EntryDeed.IMPORTED))
    return {
        "entered": entered, "verified": deeds.get(EntryDeed.VERIFIED.value, 0),
        "returned": deeds.get(EntryDeed.RETURNED.value, 0),
    }  # fmt: skip


def _open(scope: ContractScope, inputs: Inputs) -> list[dict[str, Any]]:
    """Questions that payment waits for."""
    asked = questions(scope, inputs.book)
    return [
        {"id": one.id, "question": one.assumption.question, "clauses": list(one.assumption.clauses)}
        for one in asked if one.holds_payment
    ]  # fmt: skip


def keep(session: Session, contract_id: int, values: dict[str, Any]) -> standing.Standing:
    """Replaces the standing; the key figures of each day stay for comparison."""
    before = standing.row(session, contract_id)
    days = list(before.past.get("days", ())) if before is not None else []
    if "refused" not in values["found"]:
        today = {**shapes.key_figures(values["found"]), "event": values["event_id"]}
        days = [one for one in days if one["day"] != today["day"]] + [today]
    session.info.pop(READ, None)
    return standing.keep(session, contract_id, {**values, "past": {"days": days[-DAYS_KEPT:]}})
