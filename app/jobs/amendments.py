"""Amendments come into force on their day."""

from __future__ import annotations

from app.jobs.work import Outcome, Work
from app.services.setup import amendments


def bring_into_force(work: Work) -> Outcome:
    """Points each contract to the version of its rulebook that is in force from today on."""
    with work.transaction() as session:
        moved = amendments.bring_into_force(work.act_of_system(session))
    return Outcome(True, f"{len(moved)} 份合同换到了新版规则书" if moved else "今天没有生效的补充协议", {"contracts": moved})
