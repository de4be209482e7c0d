"""What a run of a job has at hand: keys and clock, its order, and how it tells how far it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.clock import Clock
from app.config import Settings
from app.security.signing import Signer
from app.security.terms import Channel
from app.security.vault import Vault
from app.services.act import Act, Refused
from app.services.sessions import person_of
from app.store import accounts, jobs
from app.store.contracts import ContractScope
from app.store.engine import own_transaction
from app.store.evidence.files import Files
from app.store.jobs import Beat

BEAT_SECONDS = 1.0


class Stopped(Exception):
    """The process is told to end: the run is put back and begins anew elsewhere."""


class TakenAway(Exception):
    """The run was taken for dead and is somebody else's now; nothing more may be written for it."""


@dataclass(frozen=True, kw_only=True)
class Tools:
    """What every run shares, made once a process."""

    engine: Engine
    clock: Clock
    signer: Signer
    vault: Vault
    files: Files
    settings: Settings
    stop: Event = field(default_factory=Event)


@dataclass(frozen=True)
class Outcome:
    """How a run ended; what it found and what a person should know."""

    fine: bool
    message: str
    result: dict[str, Any] = field(default_factory=dict)


@dataclass
class Progress:
    """Tells how far a run is, each time in a short transaction of its own.

    It writes at most once a second, and only what is new. It must not be called inside a transaction that
    writes: on SQLite it would wait for itself.
    """

    tools: Tools
    job_id: int
    attempt: int
    monotonic: Callable[[], float] = time.monotonic
    told: Beat | None = None
    told_at: float = float("-inf")

    def __call__(self, done: int = 0, total: int | None = None, message: str = "") -> None:
        """Raises Stopped or TakenAway where the run should not go on."""
        if self.tools.stop.is_set():
            raise Stopped
        sign, at = Beat(done, total, message), self.monotonic()
        if sign == self.told or at - self.told_at < BEAT_SECONDS:
            return
        with own_transaction(self.tools.engine) as session:
            alive = jobs.beat(session, self.job_id, self.attempt, self.tools.clock(), sign)
        if not alive:
            raise TakenAway
        self.told, self.told_at = sign, at


@dataclass(frozen=True, kw_only=True)
class Work:
    """One run. `payload` says what it is about; `asked_by` who wants it, None for what runs by itself."""

    tools: Tools
    job_id: int
    attempt: int
    name: str
    contract_id: int | None
    asked_by: int | None
    payload: Mapping[str, Any]
    progress: Progress

    def transaction(self, **options: Any) -> AbstractContextManager[Session]:
        """A transaction of its own; `**READING` for one that only looks."""
        return own_transaction(self.tools.engine, **options)

    def act(self, session: Session) -> Act:
        """An act of whoever asked, with what they may do now; of the system where nobody did."""
        act = self.act_of_system(session)
        user = accounts.by_id(session, self.asked_by) if self.asked_by is not None else None
        if user is None:
            return act
        if user.disabled_at is not None:
            raise Refused("交办这项任务的账号已经停用，任务没有进行。请由在岗的人重新操作")
        return replace(act, actor=person_of(session, user, act.now))

    def act_of_system(self, session: Session) -> Act:
        """An act of nobody: for what must be written down whoever asked."""
        tools = self.tools
        return Act(
            session=session,
            now=tools.clock(),
            signer=tools.signer,
            vault=tools.vault,
            files=tools.files,
            channel=Channel.JOB,
            request_id=f"job-{self.job_id}",
        )

    def scope(self, session: Session) -> ContractScope:
        """The contract that the run is for."""
        if self.contract_id is None:
            raise LookupError(f"the job {self.name} is for no contract")
        return ContractScope(session, self.contract_id)
