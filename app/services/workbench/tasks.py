"""Today's share of the month's task, for who records work: what is planned, what is done, what is left for today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.services.workbench.bench import Bench
from app.store import indicators as stored
from kpi.quantities import Period


@dataclass(frozen=True)
class Task:
    """One figure's task of a person in a month. `number`: the indicator's in its clause.

    `today`: an equal share of what is left, by working days; 0 when it is done.
    """

    figure: str
    number: int
    label: str
    unit: str
    planned: int
    done: int
    today: int

    @property
    def clause(self) -> str:
        return self.figure.rpartition("/")[0]


def tasks_of(bench: Bench, contract_ids: Sequence[int]) -> dict[int, list[Task]]:
    """The person's tasks of this month in each contract, what is left first: two queries."""
    month = bench.today.replace(day=1)
    planned = stored.own_shares(bench.session, contract_ids, bench.person.user_id, month)
    done = stored.own_done(bench.session, {key for key, _, _ in planned}, bench.person.user_id, bench.today) if planned else {}
    left = working_days_left(bench, month)
    found: dict[int, list[Task]] = {}
    for contract_id, figure, n in planned:
        known = _declared(bench, contract_id, figure)
        if known is None:
            continue
        number, declared = known
        here = done.get((contract_id, figure), 0)
        share = -(-max(0, n - here) // left)
        found.setdefault(contract_id, []).append(Task(figure, number, declared.label or figure, declared.unit, n, here, share))
    return {key: sorted(rows, key=lambda one: (not one.today, one.figure)) for key, rows in found.items()}


def working_days_left(bench: Bench, month: date) -> int:
    """Working days of the month from today on, today included; at least one."""
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return max(1, len(bench.calendar.working_days(Period(bench.today, after - timedelta(days=1)))))


def _declared(bench: Bench, contract_id: int, figure: str) -> tuple[int, Any] | None:
    """The figure as the rulebook has it, and which indicator of its clause has it; None where none does."""
    book = bench.books.get(contract_id)
    clause, _, name = figure.rpartition("/")
    own = [one for one in book.rulebook.indicators if one.clause == clause] if book is not None else []
    return next(((number, one.figures[name]) for number, one in enumerate(own) if name in one.figures), None)
