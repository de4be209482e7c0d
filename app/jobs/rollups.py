"""The nightly look at the rollups: counted where they are missing or outdated, recounted and compared where not."""

from __future__ import annotations

from app.jobs.work import Outcome, Work
from app.services.act import Refused
from app.services.ledger import rollups
from app.services.standing.inputs import gather
from app.store import standing as stored
from app.store.contracts import ContractScope
from app.store.engine import READING


def check(work: Work) -> Outcome:
    """Each running contract in a transaction of its own; drift is an alarm."""
    with work.transaction(**READING) as session:
        running = [(each.id, each.title) for each in stored.running(session)]
    problems: list[str] = []
    for place, (contract_id, title) in enumerate(running):
        work.progress(place, len(running), title)
        problems += [f"{title}，{one}" for one in checked(work, contract_id)]
    if problems:
        return Outcome(False, "汇总与重新计数不符：" + "；".join(problems) + "。请查明原因后运行 flask rollups rebuild")
    return Outcome(True, f"核对了 {len(running)} 份合同的汇总，与重新计数一致")


def checked(work: Work, contract_id: int) -> list[str]:
    """What differs in one contract."""
    with work.transaction() as session:
        act, scope = work.act_of_system(session), ContractScope(session, contract_id)
        found = rollups.check(act, scope)
        contract = scope.contract()
        if contract is None:
            return found
        try:
            span = gather(scope, contract, act.today).span
        except Refused:
            return found  # it has not begun
        for first, last in {(span.start, span.end), (contract.starts_on, contract.ends_on)}:
            rollups.ensure(act, scope, first, last)
        return found
