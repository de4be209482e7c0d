"""The process that ticks: APScheduler gives the rhythm, the job table decides what runs."""

from __future__ import annotations

import signal
from pathlib import Path

from apscheduler.schedulers.blocking import BlockingScheduler

from app.clock import SHANGHAI
from app.jobs.runner import Runner
from app.store.single import only_one

TICK_SECONDS = 20


def run_forever(runner: Runner, data_dir: Path) -> bool:
    """Ticks until the process is told to stop; False at once where another process already does."""
    with only_one(runner.engine, data_dir) as first:
        if not first:
            return False
        scheduler = BlockingScheduler(timezone=SHANGHAI)
        scheduler.add_job(
            runner.tick,
            "interval",
            seconds=TICK_SECONDS,
            max_instances=1,
            coalesce=True,
            next_run_time=runner.clock(),
        )
        signal.signal(signal.SIGTERM, lambda *_: scheduler.shutdown(wait=False))
        try:
            scheduler.start()
        except KeyboardInterrupt:
            scheduler.shutdown(wait=False)
    return True
