"""The blocks of the home page: one a contract, the most urgent first, with what the person does there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.security.permissions import P
from app.security.predicates import may
from app.services.standing import StandingView
from app.services.workbench import waiting
from app.services.workbench.bench import RUNNING, Bench
from app.services.workbench.own import OwnDesk, OwnWork
from app.services.workbench.reviewing import ReviewDesk, ReviewWork
from app.services.workbench.team import TeamDesk, TeamWork
from app.services.workbench.waiting import Waiting
from app.store import payments
from app.store.contracts import Contract
from app.store.payments import Stated


@dataclass(frozen=True)
class Block:
    """One contract as it concerns the person. `signs`, `pays`: the person decides on results, on payments.

    `waiting`: sheets, documents and the like that wait for the person. `stated`: the lines of the plan that have a
    statement, for who takes part in payments: of these the settlement says what is next, not the standing.
    """

    contract: Contract
    roles: Sequence[str]
    view: StandingView | None
    own: OwnWork | None
    team: TeamWork | None
    review: ReviewWork | None
    signs: bool
    pays: bool
    waiting: Sequence[Waiting] = ()
    stated: Mapping[str, Stated] = field(default_factory=dict)

    @property
    def signatures(self) -> list[Waiting]:
        """What takes the person's signature or decision."""
        return [one for one in self.waiting if one.signs]

    @property
    def runs(self) -> bool:
        return self.contract.state in RUNNING

    @property
    def late(self) -> int:
        """How much of what waits for the person is overdue or was given back."""
        review = self.review.overdue if self.review is not None else 0
        own = len(self.own.returned) if self.own is not None else 0
        return review + own

    @property
    def urgency(self) -> tuple[Any, ...]:
        """To sort by: what is late, then what is at risk."""
        fen, points = self.view.risk if self.view is not None else (0, 0)
        return (not self.runs, -self.late, -fen, -points, self.contract.title)

    @property
    def red(self) -> list[Any]:
        """Three things that cost most."""
        return self.view.behind[:3] if self.view is not None else []


def blocks(bench: Bench, roles: Mapping[int, Sequence[str]]) -> list[Block]:
    """Every contract of the bench. `roles`: the names of the person's roles in each."""
    own, team, review, waits = OwnDesk(bench), TeamDesk(bench), ReviewDesk(bench), waiting.of(bench)
    stated = payments.stated(bench.session, bench.payers) if bench.payers and bench.pending.statements else {}
    found = [
        Block(
            one, roles.get(one.id, ()), bench.standings.get(one.id), own.of(one.id), team.of(one.id),
            review.of(one.id), may(bench.person, P.SIGN, one.id), may(bench.person, P.PAYMENT_APPROVE, one.id),
            waits.get(one.id, ()), stated.get(one.id, {}),
        )
        for one in bench.contracts
    ]  # fmt: skip
    return sorted(found, key=lambda block: block.urgency)
