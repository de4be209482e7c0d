"""Runs jobs: puts what is due into the queue, and works the queue off, one run after another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from app.clock import SHANGHAI
from app.jobs.registry import KINDS, Kind
from app.jobs.work import Outcome, Progress, Stopped, TakenAway, Tools, Work
from app.logs import logger
from app.services.act import Refused
from app.store import jobs
from app.store.engine import READING, own_transaction

#: How often a kind is asked what it wants.
LOOK = timedelta(seconds=20)


@dataclass(frozen=True)
class Runner:
    """Everything a run needs; each step is a transaction of its own."""

    tools: Tools
    kinds: Callable[[], dict[str, Kind]] = lambda: KINDS
    enqueued: set[tuple[str, str]] = field(default_factory=set)
    looked: dict[str, datetime] = field(default_factory=dict)

    def tick(self) -> int:
        """Enqueues what is due today and runs everything that waits; returns how many ran."""
        self.enqueue_due()
        ran = 0
        while (work := self.claim()) is not None:
            self.carry_out(work)
            ran += 1
        return ran

    def enqueue_due(self) -> None:
        """A job whose hour has come gets its run for today, once."""
        now = self.tools.clock()
        local = now.astimezone(SHANGHAI)
        for kind in self.kinds().values():
            self.enqueue_wanted(kind, now)
            if kind.daily_at is None or (local.hour, local.minute) < kind.daily_at:
                continue
            due = (kind.name, kind.period(local.date()))
            if due not in self.enqueued:
                with own_transaction(self.tools.engine) as session:
                    jobs.enqueue(session, *due, now)
                self.enqueued.add(due)

    def enqueue_wanted(self, kind: Kind, now: datetime) -> None:
        """Asks a kind that looks by itself which contracts need it, every few seconds."""
        if kind.wanted is None or now - self.looked.get(kind.name, now - LOOK) < LOOK:
            return
        self.looked[kind.name] = now
        with own_transaction(self.tools.engine, **READING) as session:
            wanted = kind.wanted(session, now)
        if wanted:
            with own_transaction(self.tools.engine) as session:
                for period, contract_id in wanted:
                    jobs.enqueue(session, kind.name, period, now, contract_id=contract_id)

    def claim(self) -> Work | None:
        """A run that is this caller's alone; None where nothing waits."""
        now = self.tools.clock()
        with own_transaction(self.tools.engine, **READING) as session:
            if not jobs.anything(session, now):
                return None
        with own_transaction(self.tools.engine) as session:
            job = jobs.claim(session, now)
            if job is None:
                return None
            return Work(
                tools=self.tools, job_id=job.id, attempt=job.attempts, name=job.name,
                contract_id=job.contract_id, asked_by=job.asked_by, payload=dict(job.payload),
                progress=Progress(self.tools, job.id, job.attempts),
            )  # fmt: skip

    def run_one(self) -> bool:
        """Claims one run and carries it out; False where nothing waits."""
        work = self.claim()
        if work is not None:
            self.carry_out(work)
        return work is not None

    def carry_out(self, work: Work) -> None:
        """Runs the job and writes down how it ended."""
        try:
            outcome = self.outcome_of(work)
        except Stopped:
            with own_transaction(self.tools.engine) as session:
                jobs.release(session, work.job_id, work.attempt)
            return
        except TakenAway:
            logger().warning("job_taken_away", job=work.job_id, name=work.name)
            return
        now, end = self.tools.clock(), jobs.finish if outcome.fine else jobs.fail
        with own_transaction(self.tools.engine) as session:
            end(session, work.job_id, work.attempt, now, message=outcome.message, result=outcome.result)
        logger().info("job", job=work.job_id, name=work.name, fine=outcome.fine)

    def outcome_of(self, work: Work) -> Outcome:
        """Runs the job; a refusal and an error are outcomes too."""
        kind = self.kinds().get(work.name)
        if kind is None:
            return Outcome(False, f"没有名为“{work.name}”的任务，程序可能已更新；不用重试")
        try:
            return kind.run(work)
        except (Stopped, TakenAway):
            raise
        except Refused as refused:
            return Outcome(False, refused.message)
        except Exception as error:  # noqa: BLE001 — one failing job must not stop the others
            logger().error("job_crash", job=work.job_id, name=work.name, exc_info=error)
            return Outcome(False, f"运行出错（{type(error).__name__}）；详情在日志里，修复后可以重试")
