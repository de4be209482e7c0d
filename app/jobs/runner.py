"""Runs jobs: each tick enqueues what is due, then works off the queue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from app.clock import SHANGHAI, Clock
from app.jobs.registry import KINDS, Kind, Outcome
from app.logs import logger
from app.security.signing import Signer
from app.store import jobs
from app.store.engine import own_transaction


@dataclass(frozen=True)
class Runner:
    """Everything a run needs; each step is a transaction of its own."""

    engine: Engine
    clock: Clock
    signer: Signer
    kinds: Callable[[], dict[str, Kind]] = lambda: KINDS

    def tick(self) -> int:
        """Enqueues what is due today and runs everything that waits; returns how many ran."""
        self.enqueue_due()
        ran = 0
        while self.run_one():
            ran += 1
        return ran

    def enqueue_due(self) -> None:
        """A job whose hour has come gets its run for today, once."""
        now = self.clock()
        local = now.astimezone(SHANGHAI)
        for kind in self.kinds().values():
            if kind.daily_at is not None and (local.hour, local.minute) >= kind.daily_at:
                with own_transaction(self.engine) as session:
                    jobs.enqueue(session, kind.name, kind.period(local.date()), now)

    def run_one(self) -> bool:
        """Claims one run and carries it out; False where nothing waits."""
        with own_transaction(self.engine) as session:
            job = jobs.claim(session, self.clock())
            if job is None:
                return False
            job_id, name = job.id, job.name
        outcome = self.outcome_of(name)
        with own_transaction(self.engine) as session:
            end = jobs.finish if outcome.fine else jobs.fail
            end(session, job_id, self.clock(), message=outcome.message, result=outcome.result)
        logger().info("job", job=job_id, name=name, fine=outcome.fine)
        return True

    def outcome_of(self, name: str) -> Outcome:
        """Runs the job; an error is an outcome too."""
        kind = self.kinds().get(name)
        if kind is None:
            return Outcome(False, f"没有名为“{name}”的任务，程序可能已更新；不用重试", {})
        try:
            return kind.run(self.engine, self.signer)
        except Exception as error:  # noqa: BLE001 — one failing job must not stop the others
            logger().error("job_crash", name=name, exc_info=error)
            return Outcome(False, f"运行出错（{type(error).__name__}）；详情在日志里，修复后可以重试", {})
