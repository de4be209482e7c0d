"""取数: one pass over the entries gives the figures of the period, and a keyed digest of each entry that counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.security.terms import AssessmentDeed, AssessmentState
from app.security.vault import Vault
from app.services import background, books
from app.services.act import Act, Refused
from app.services.assessments.basis import Basis, basis
from app.services.assessments.common import SCORING, check_scores, check_state, contract_of, deeds, get, take
from app.services.assessments.evaluating import need
from app.services.assessments.opens import sum_up
from app.services.books import Book
from app.services.ledger import feed
from app.store import assessments, jobs, standing
from app.store.assessments import Assessment, AssessmentMeasure
from app.store.contracts import ContractScope
from app.store.jobs import Job
from kpi.calendar import CalendarError
from kpi.capsule import digest, entry_content, packed_figure
from kpi.indicators.collect import Collector
from kpi.ledger import LedgerEntry
from kpi.reports.plain_data import pack
from kpi.rulebook.answers import Refused as Unanswered
from kpi.verification import Verification, VerifiedEntry, as_claimed

#: The job's name, as the page of jobs shows it.
JOB = "考核取数"
#: So many entries are read while the person waits; more of them in the background.
AT_ONCE = 6000
STEP = 500
Tell = Callable[[int, int], None]
S = AssessmentState


def key_of(vault: Vault, row: Assessment) -> str:
    """The key of the digests of one assessment, 64 hex signs: whoever checks the entries is given it as a file."""
    return vault.digest(f"capsule:{row.contract_id}", str(row.id))


@dataclass
class Pass:
    """One pass: verified and claimed figures, digests, and why verified entries do not count."""

    base: Basis
    verified: Collector
    claimed: Collector
    key: bytes
    read: int = 0
    digests: list[tuple[str, int, str]] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    def add(self, entry: LedgerEntry, verification: Verification) -> None:
        self.read += 1
        claim = as_claimed(entry)
        try:
            if claim is not None:
                self.claimed.add(claim)
            outcome = verification.verify(entry)
            if isinstance(outcome, VerifiedEntry):
                self.verified.add(outcome)
                self.digests.append((entry.id, entry.version, digest(entry_content(entry), self.key)))
            elif entry.state == "verified":
                self.left_out.update(one.message.partition("；")[0] for one in outcome)
        except Unanswered as refused:
            self.left_out[refused.reason] += 1


def entries(scope: ContractScope, book: Book, tell: Tell = lambda done, total: None) -> Iterator[LedgerEntry]:
    """Every entry that is claimed or verified, as the engine takes it."""
    total = standing.entries(scope.session, scope.contract_id, trial=False)
    proved = {one.id for one in book.rulebook.ledgers if one.evidence}
    rows = standing.stream(scope.session, scope.contract_id, trial=False, proved=proved)
    for done, (row, pieces) in enumerate(rows):
        if done % STEP == 0:
            tell(done, total)
        if (made := feed.engine_entry(book, row, pieces)) is not None:
            yield made


def measured(
    scope: ContractScope, row: Assessment, vault: Vault, now: datetime, tell: Tell = lambda done, total: None
) -> dict[str, Any]:
    """What the pass gives, as the row of it holds it; only reads. Refused in a year without a published calendar."""
    event = standing.last_event(scope.session)  # before the entries: what comes meanwhile counts as changed
    base = basis(scope, row)
    rules = base.book.rulebook
    try:
        calendar = books.calendar(scope.session)
        collectors = [Collector(rules, base.book.answers, base.given, calendar) for _ in range(2)]
    except CalendarError as error:
        raise Refused(f"{error}。请系统管理员在“日历”里导入那一年的放假调休表") from error
    except Unanswered as refused:
        raise Refused(refused.reason) from refused
    run = Pass(base, collectors[0], collectors[1], key_of(vault, row).encode())
    verification = Verification(rules)
    for entry in entries(scope, base.book, tell):
        if entry.date <= row.until_on:  # what happened later is of a later period
            run.add(entry, verification)
    return {**shape(run), "event_id": event, "taken_at": now}


def shape(run: Pass) -> dict[str, Any]:
    """The pass as plain data."""
    refused = {f"{clause}/{name}": why.reason for (clause, name), why in run.verified.refused.items()}
    return {
        "signature": run.base.signature, "base": pack(run.base.given),
        "figures": [packed_figure(one) for one in run.verified.values(claimed=run.claimed)],
        "digests": [list(one) for one in run.digests],
        "counts": {
            "read": run.read, "counted": len(run.digests), "left_out": dict(run.left_out), "refused": refused,
            "unknown": list(run.base.left_out), "text": run.base.book.text_id,
        },
    }  # fmt: skip


# -- acts -----------------------------------------------------------------------------------------


def keep(act: Act, scope: ContractScope, assessment_id: int, values: dict[str, Any]) -> AssessmentMeasure:
    """Replaces what was measured; decisions and facts stay."""
    row = take(scope, assessment_id)
    check_state(row, SCORING, "重新取数")
    row.rulebook_text_id, row.measured_at = values["counts"]["text"], values["taken_at"]
    taken_by = act.actor.user_id if act.actor is not None else None
    kept = assessments.keep_measure(act.session, scope.contract_id, row.id, {**values, "taken_by": taken_by})
    deeds(act, row, AssessmentDeed.MEASURED, count=values["counts"]["counted"])
    sum_up(act, row, need(scope, row))
    return kept


def measure(act: Act, scope: ContractScope, assessment_id: int) -> AssessmentMeasure:
    """The pass, while the person waits."""
    check_scores(act, contract_of(scope))
    row = get(scope, assessment_id)
    check_state(row, SCORING, "重新取数")
    return keep(act, scope, assessment_id, measured(scope, row, act.vault, act.now))


def ask(act: Act, scope: ContractScope, assessment_id: int) -> Job | None:
    """Measures at once where there is little to read (None); else puts a run into the queue."""
    if standing.entries(act.session, scope.contract_id, trial=False) <= AT_ONCE:
        measure(act, scope, assessment_id)
        return None
    check_scores(act, contract_of(scope))
    row = get(scope, assessment_id)
    check_state(row, SCORING, "重新取数")
    slot = f"{row.id}@{act.now:%Y-%m-%dT%H:%M}"
    return background.ask(act, scope, JOB, slot, {"assessment": row.id})


def under_way(scope: ContractScope, row: Assessment) -> Job | None:
    """The run that measures this assessment now."""
    job = jobs.unfinished(scope.session, JOB, scope.contract_id)
    return job if job is not None and job.payload.get("assessment") == row.id else None


def stale(scope: ContractScope, row: Assessment, kept: AssessmentMeasure) -> int:
    """How many entries of the days up to the period's end have changed since they were counted."""
    return assessments.changed_since(scope.session, scope.contract_id, kept.event_id, row.until_on)
