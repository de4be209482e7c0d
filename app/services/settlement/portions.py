"""等额分期: which part of the term an instalment pays for. It is stated on a result that reaches to the end of that part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from app.services.settlement.blocking import Blocker
from app.store.assessments import Assessment
from app.store.contracts import Contract
from kpi.calendar import chinese_date, shift
from kpi.payments import Line
from kpi.rulebook.payments import Instalments, Tranche

DAY = timedelta(days=1)


def part_ends(contract: Contract, number: int, of: int) -> date:
    """The last day of the first `number` of `of` equal parts of the term: by months where they divide it, else by days."""
    first, after = contract.starts_on, contract.ends_on + DAY
    months = (after.year - first.year) * 12 + after.month - first.month
    if shift(first, months=months) == after and months * number % of == 0:
        return shift(first, months=months * number // of) - DAY
    return first + timedelta(days=(after - first).days * number // of) - DAY


def pays_until(contract: Contract, tranche: Tranche, line: Line, lines: Sequence[Line]) -> date | None:
    """The end of the part of the term that this instalment pays for.

    None for other payments, and for instalments of which the rulebook itself says when: an advance, a stage, a condition.
    """
    if not isinstance(tranche.amount, Instalments) or tranche.advance or tranche.stage or line.gates:
        return None
    own = [one.id for one in lines if one.id.rpartition("_")[0] == tranche.id]
    return part_ends(contract, own.index(line.id) + 1, len(own)) if line.id in own else None


def of_part(contract: Contract, tranche: Tranche, line: Line, lines: Sequence[Line], row: Assessment | None) -> list[Blocker]:
    """Work that is still to be done, or that nobody has assessed, is not paid for."""
    until = pays_until(contract, tranche, line, lines)
    if until is None or row is None or row.until_on >= until:
        return []
    text = (
        f"这一期付的是到 {chinese_date(until)} 为止的服务，第 {row.number} 次考核（{row.label}）只考核到 {chinese_date(row.until_on)}，"
        "要等考核到这一天的考核签字"
    )
    return [Blocker("assessments", text, "采购人与供应商双方签字")]
