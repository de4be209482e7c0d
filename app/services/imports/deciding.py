"""What a person decides over a checked batch: bring it in, take it up again, undo it."""

from __future__ import annotations

from app.security.permissions import Permission
from app.security.predicates import may
from app.security.terms import BatchState, EntryDeed, JobState
from app.services import background
from app.services.act import Act, Refused, found
from app.services.imports import batches, receiving
from app.services.ledger import gates, rollups
from app.services.ledger.desk import Desk
from app.store import jobs
from app.store.contracts import ContractScope
from app.store.imports import ImportBatch, Imports

B = BatchState
SHORTEST_REASON = 2


def check_own(desk: Desk, batch: ImportBatch) -> None:
    """An import is decided over by who sent the file, or by who checks the contractor's entries."""
    person = desk.act.person()
    if batch.uploaded_by == person.user_id or desk.ledger.enters == "buyer":
        return
    if not may(person, Permission.ENTRY_CHECK, desk.contract.id):
        raise Refused("这一批是别人上传的，只有上传的人或项目经理可以操作")


def confirm(act: Act, scope: ContractScope, batch_id: int, version: int) -> ImportBatch:
    """Has the good rows brought in. Pressing twice has one effect."""
    batch = batches.here(act, scope, batch_id)
    if batch.state in {B.IMPORTING.value, B.IMPORTED.value}:
        return batch
    batches.here(act, scope, batch_id, version)
    desk = Desk.at(act, scope, batch.ledger)
    receiving.check_may(desk)
    check_own(desk, batch)
    if batch.state != B.CHECKED.value:
        raise Refused(batches.STALE)
    if not batch.good:
        raise Refused("没有可以导入的行。请下载有误的行，改好后再上传")
    batch.state, batch.message = B.IMPORTING.value, ""
    act.session.flush()
    job = background.ask(act, scope, background.IMPORT, f"batch:{batch.id}:{batch.version}", {"batch": batch.id})
    batch.job_id = job.id
    act.session.flush()
    act.record("import.confirmed", "batch", batch.id, scope.contract_id, ledger=batch.ledger, good=batch.good)
    return batch


def take_up(act: Act, scope: ContractScope, batch_id: int, version: int) -> ImportBatch:
    """Back to the columns: after a look at the result, or after the background gave up."""
    batch = batches.here(act, scope, batch_id, version)
    desk = Desk.at(act, scope, batch.ledger)
    receiving.check_may(desk)
    check_own(desk, batch)
    if batch.state not in {B.CHECKED.value, B.FAILED.value} and not is_stuck(act, batch):
        raise Refused(batches.STALE)
    batch.state, batch.message = B.UPLOADED.value, ""
    act.session.flush()
    return batch


def is_stuck(act: Act, batch: ImportBatch) -> bool:
    """Whether the background has given the batch up without a word."""
    if batch.state not in {B.CHECKING.value, B.IMPORTING.value} or batch.job_id is None:
        return False
    job = jobs.by_id(act.session, batch.job_id)
    return job is None or job.state == JobState.FAILED.value


def undo(act: Act, scope: ContractScope, batch_id: int, version: int, reason: str) -> int:
    """Withdraws every entry of the batch, while none of them was ever verified; how many there were."""
    batch = batches.here(act, scope, batch_id, version)
    desk = Desk.at(act, scope, batch.ledger)
    gates.check_writer(act, desk.contract, desk.ledger)
    check_own(desk, batch)
    if batch.state != B.IMPORTED.value:
        raise Refused("这一批没有导入，或已经撤销，不用再撤销")
    if len(reason.strip()) < SHORTEST_REASON:
        raise Refused("请写明撤销的原因，它会记入每条记录的历史", "reason")
    imports = Imports(act.session, scope.contract_id)
    if verified := imports.ever_verified(batch.id):
        raise Refused(
            f"这一批里有 {verified} 条已经审核过，不能整批撤销。请在台账里逐条撤回还没有审核的记录"
        )
    gates.check_days(act, scope, desk.ledger, imports.days(batch.id))
    ids = imports.standing_ids(batch.id)
    with rollups.moving(act, scope, ids):
        imports.withdraw(ids)
    desk.entries.drop_keys(ids, unique_only=True)
    versions = imports.versions(ids)
    desk.entries.add_events(
        {
            "entry_id": key, "at": act.now, "actor_id": act.person().user_id, "deed": EntryDeed.WITHDRAWN.value,
            "version": versions[key], "reason": reason.strip(),
        }
        for key in ids
    )  # fmt: skip
    batch.state, batch.undone_at, batch.undone_by = B.UNDONE.value, act.now, act.person().user_id
    act.session.flush()
    act.record(
        "import.undone", "batch", batch.id, scope.contract_id, ledger=batch.ledger, count=len(ids), reason=reason.strip()
    )
    return len(ids)


def drop_mapping(act: Act, scope: ContractScope, mapping_id: int) -> str:
    """Takes a kept mapping away; its ledger. What was imported by it stays as it is."""
    imports = Imports(act.session, scope.contract_id)
    mapping = found(imports.mapping(mapping_id))
    desk = Desk.at(act, scope, mapping.ledger)
    gates.check_writer(act, desk.contract, desk.ledger)
    imports.drop_mapping(mapping)
    act.record("import.mapping_dropped", "mapping", mapping_id, scope.contract_id, ledger=mapping.ledger, name=mapping.name)
    return mapping.ledger
