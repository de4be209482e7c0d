"""Contracts side by side, for who has several: forecast, what is at risk, the last signed result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.security.permissions import P
from app.security.predicates import may
from app.security.terms import AssessmentState
from app.services.standing import StandingView
from app.services.workbench.bench import RUNNING, Bench
from app.store import assessments
from app.store.assessments import Assessment
from app.store.contracts import Contract


@dataclass(frozen=True)
class ContractRow:
    """One contract. `signed`: its latest signed result, None where there is none, or the person may not see it."""

    contract: Contract
    view: StandingView | None
    signed: Assessment | None
    open: int
    runs: bool

    @property
    def known(self) -> StandingView | None:
        """The standing, where it could be computed."""
        return self.view if self.view is not None and not self.view.refused else None

    @property
    def urgency(self) -> tuple[Any, ...]:
        fen, points = self.view.risk if self.known is not None and self.view is not None else (0, 0)
        return (not self.runs, -fen, -points, self.contract.title)


def compared(bench: Bench) -> list[ContractRow]:
    """What is most at risk first."""
    rows = by_contract(bench)
    found = [
        ContractRow(
            one, bench.standings.get(one.id), latest(rows.get(one.id, ())), under_way(rows.get(one.id, ())), one.state in RUNNING
        )
        for one in bench.contracts
    ]  # fmt: skip
    return sorted(found, key=lambda one: one.urgency)


def by_contract(bench: Bench) -> Mapping[int, Sequence[Assessment]]:
    """The assessments of the contracts in which the person reads results."""
    readers = (P.SELF_SCORE, P.SCORE, P.SIGN, P.REPORT_READ)
    ids = [one.id for one in bench.contracts if any(may(bench.person, each, one.id) for each in readers)]
    found: dict[int, list[Assessment]] = {}
    for row in assessments.of_contracts(bench.session, ids):
        found.setdefault(row.contract_id, []).append(row)
    return found


def latest(rows: Sequence[Assessment]) -> Assessment | None:
    """The signed result of the latest period."""
    signed = [one for one in rows if one.state == AssessmentState.SIGNED]
    return max(signed, key=lambda one: (one.until_on, one.number), default=None)


def under_way(rows: Sequence[Assessment]) -> int:
    return sum(1 for one in rows if one.state not in assessments.FINAL)
