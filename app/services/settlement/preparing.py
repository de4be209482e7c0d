"""A line as it would be stated now: on which assessment, what it comes to, what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.services.act import found
from app.services.settlement import blocking, holdbacks, portions
from app.services.settlement.basis import Computed, Past, computed
from app.services.settlement.blocking import Blocker
from app.store.assessments import Assessment
from app.store.contracts import ContractScope
from kpi.payments import Line
from kpi.quantities import Money
from kpi.rulebook.payments import Tranche

#: What stands against a line because of the result that it would be paid on.
OF_RESULT = frozenset({"gate", "reason", "assessment", "assessments"})
MOST_CHECKS = 4


@dataclass(frozen=True)
class Prepared:
    """A line as it would be stated now. `blockers` says why it cannot be; `row`: the assessment it would rest on."""

    past: Past
    made: Computed
    line: Line
    tranche: Tranche
    row: Assessment | None
    blockers: tuple[Blocker, ...]

    @property
    def payable(self) -> Money | None:
        return self.made.decision.payable if self.is_due else None

    @property
    def is_due(self) -> bool:
        due = self.made.decision.due
        return due is not None and due.id == self.line.id


def candidates(past: Past, made: Computed, line: str) -> list[Assessment]:
    """Signed assessments that the line may be paid on, the best first: those that no other line rests on, in time's order.

    The last line, and one that the whole score earns, goes by the latest; the score's by a period of the contract.
    """
    tranche, plan = made.tranche(line), found(made.plan)
    if tranche.advance:
        return []
    taken = {one.assessment_id for one in past.live.values() if one.line != line}
    whole = blocking.on_score(tranche)
    rows = sorted(past.signed, key=lambda row: (row.until_on, row.number), reverse=whole or plan.lines[-1].id == line)
    return sorted(rows, key=lambda row: (whole and row.interim, row.id in taken))


def prepared(
    scope: ContractScope, past: Past, line_id: str, assessment_id: int | None = None, first: Computed | None = None
) -> Prepared:
    """What the line comes to on this assessment (by default the best), and what stands in the way.

    A check that failed gives way to a later one that the line can be paid on: that is how a failure is put right.
    `first`: the decision without an assessment, where it is at hand.
    """
    first = first or computed(scope, past, None, line_id)
    if assessment_id is not None and not first.tranche(line_id).advance:
        row = found(next((one for one in past.every if one.id == assessment_id), None))
        return _on(scope, past, line_id, row, first)
    rows = candidates(past, first, line_id)
    made = _on(scope, past, line_id, rows[0] if rows else None, first)
    if not rows or not _failed(made):
        return made
    later = [one for one in rows[1:] if (one.until_on, one.number) > (rows[0].until_on, rows[0].number)]
    again = (_on(scope, past, line_id, one, first) for one in later[:MOST_CHECKS])
    return next((one for one in again if not _failed(one)), made)


def _failed(made: Prepared) -> bool:
    return any(one.kind in OF_RESULT for one in made.blockers)


def _on(scope: ContractScope, past: Past, line_id: str, row: Assessment | None, first: Computed) -> Prepared:
    made = first if row is None or row.signed_revision is None else computed(scope, past, row, line_id)
    line = made.line(line_id)
    return Prepared(past, made, line, made.tranche(line_id), row, tuple(_against(scope, past, made, line, row)))


def _against(scope: ContractScope, past: Past, made: Computed, line: Line, row: Assessment | None) -> Iterator[Blocker]:
    tranche = made.tranche(line.id)
    yield from blocking.standing(scope, past)
    yield from blocking.of_forfeits(past, line)
    basis = blocking.of_basis(past, made, line, tranche)
    if row is not None and made.row is None:  # not signed: nothing can be computed on it
        basis = [blocking.unsigned(row)]
    yield from basis
    yield from blocking.of_periods(scope, past, made, tranche)
    yield from portions.of_part(past.contract, tranche, line, found(made.plan).lines, made.row)
    yield from blocking.of_acceptance(scope, line, tranche)
    if tranche.advance or made.row is not None:
        yield from blocking.of_decision(made, line)
        yield from holdbacks.against(made, line, tranche)
        yield from blocking.of_offsets(scope, past, made, line)
        payable = made.decision.payable
        if payable is not None:
            yield from blocking.ceiling(past, line.id, payable.fen)
