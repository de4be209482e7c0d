"""The process that ticks: APScheduler gives the rhythm, the job table decides what runs."""

from __future__ import annotations

import signal
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Semaphore

from apscheduler.schedulers.blocking import BlockingScheduler

from app.clock import SHANGHAI
from app.jobs.runner import Runner
from app.jobs.work import Work
from app.logs import logger
from app.store import jobs
from app.store.engine import own_transaction
from app.store.single import only_one

# Whoever has just pressed a button waits for the next tick.
TICK_SECONDS = 1
# A long run must not keep a short one waiting.
WORKERS = 2


@dataclass(frozen=True)
class Crew:
    """A few threads that work the queue off; a tick never waits for them."""

    runner: Runner
    pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(WORKERS, "job"))
    idle: Semaphore = field(default_factory=lambda: Semaphore(WORKERS))

    def tick(self) -> None:
        """Enqueues what is due, and hands what waits to whoever is idle."""
        self.runner.enqueue_due()
        while not self.runner.tools.stop.is_set() and self.idle.acquire(blocking=False):
            work = self.runner.claim()
            if work is None:
                self.idle.release()
                return
            self.pool.submit(self.work, work)

    def work(self, work: Work) -> None:
        try:
            self.runner.carry_out(work)
        except Exception as error:  # noqa: BLE001 — the database may be away for a moment; the next tick tries again
            logger().error("job_not_ended", job=work.job_id, name=work.name, exc_info=error)
        finally:
            self.idle.release()


def run_once(runner: Runner, data_dir: Path) -> int | None:
    """Runs what waits now; how many there were, None where another process sees to it."""
    with only_one(runner.tools.engine, data_dir) as first:
        return runner.tick() if first else None


def run_forever(runner: Runner, data_dir: Path) -> int | None:
    """Ticks until the process is told to stop; None at once where another process already does."""
    with only_one(runner.tools.engine, data_dir) as first:
        if not first:
            return None
        # Only the holder of the lock runs anything, so what is still marked as running died with its process.
        with own_transaction(runner.tools.engine) as session:
            jobs.take_back(session)
        crew, scheduler = Crew(runner), BlockingScheduler(timezone=SHANGHAI)
        for sign in (signal.SIGTERM, signal.SIGINT):
            # Runs are put back at their next sign of life, so that the process ends soon.
            signal.signal(sign, lambda *_: runner.tools.stop.set())
        scheduler.add_job(
            tick, "interval", (crew, scheduler), seconds=TICK_SECONDS, max_instances=1, coalesce=True,
            misfire_grace_time=None, next_run_time=runner.tools.clock(),
        )  # fmt: skip
        scheduler.start()
        crew.pool.shutdown(wait=True)
    return 0


def tick(crew: Crew, scheduler: BlockingScheduler) -> None:
    """One beat; the one after the sign to stop is the last."""
    if crew.runner.tools.stop.is_set():
        scheduler.shutdown(wait=False)
    else:
        crew.tick()
