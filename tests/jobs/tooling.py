"""What runs of jobs share, as tests need it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine

from app.jobs.registry import KINDS, Kind
from app.jobs.runner import Runner
from app.jobs.work import Outcome, Tools, Work
from tests.factories.ground import CLOCK
from tests.factories.records import SIGNER
from tests.services.acting import FILES, SETTINGS, VAULT


def tools(engine: Engine, **given: Any) -> Tools:
    """Tools with the keys of the test app and its clock."""
    plain: dict[str, Any] = {
        "engine": engine, "clock": CLOCK, "signer": SIGNER, "vault": VAULT, "files": FILES, "settings": SETTINGS,
    }  # fmt: skip
    return Tools(**{**plain, **given})


def runner(engine: Engine, run: Callable[[Work], Outcome] | None = None, **given: Any) -> Runner:
    """A runner of all kinds, or of one daily job called "counted" that does this."""
    kinds = KINDS if run is None else {"counted": Kind("counted", run, daily_at=(2, 30))}
    return Runner(tools(engine, **given), lambda: kinds)
