"""What the background does of an import, step by step; each step is one transaction of the caller's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.security.terms import BatchState, EntryState
from app.services.act import Act, Refused
from app.services.imports import batches, grid, judging, receiving
from app.services.imports.batches import Summary
from app.services.imports.grid import RawRow
from app.services.imports.judging import Judge, Judged
from app.services.imports.look import Look, data_below
from app.services.imports.mapper import Mapper
from app.services.imports.mapping import ColumnMap
from app.services.imports.targets import targets_of
from app.services.ledger import many
from app.services.ledger.desk import Desk
from app.services.ledger.many import Sent
from app.store import imports as imports_store
from app.store.contracts import ContractScope
from app.store.imports import ImportBatch, Imports

B = BatchState
CHUNK = 500  # rows between two signs of life
STAGED = timedelta(days=30)  # rows of files are kept beside their original
MOST_ANCESTORS = 20
MOST_KINDS_TOLD = 12  # different warnings in a summary


@dataclass
class Check:
    """A dry run under way."""

    batch_id: int
    ledger: str
    file_name: str
    sheet: str
    data: bytes
    look: Look
    mapper: Mapper
    trace: str | None
    already: Counter[str]
    judge: Judge | None = None
    skipped: int = 0
    good: int = 0
    bad: int = 0
    drafts: int = 0
    warned: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    due: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)

    def chunks(self) -> Iterator[list[RawRow]]:
        """The rows of the file below its headings, some at a time; read anew from the original."""
        read = grid.read(self.file_name, self.data, [self.sheet], grid.WORK_SECONDS)
        chunk: list[RawRow] = []
        for row in data_below(read, self.look.line):
            chunk.append(row)
            if len(chunk) == CHUNK:
                yield chunk
                chunk = []
        if chunk:
            yield chunk

    def count(self, rows: Sequence[Judged]) -> None:
        for row in rows:
            self.good, self.bad = self.good + row.good, self.bad + (not row.good)
            self.fields.update({each.field for each in row.troubles})
            if row.good:
                self.drafts += bool(row.due)
                self.due.update(row.due)
                self.warned += bool(row.warnings)
                self.warnings.update(set(row.warnings))

    def summary(self) -> Summary:
        told = dict(self.warnings.most_common(MOST_KINDS_TOLD))
        return Summary(self.skipped, self.drafts, self.warned, dict(self.fields), dict(self.due), told)


def mapper_of(desk: Desk, look: Look, given: ColumnMap) -> Mapper:
    return Mapper.of(targets_of(desk.ledger), given, [(each.place, each.heading) for each in look.columns])


def trace_of(imports: Imports, batch: ImportBatch, given: ColumnMap) -> str | None:
    """The SHA-256 of the file where it proves its own rows."""
    return imports.file(batch).sha256 if given.trace else None


# -- the dry run --------------------------------------------------------------------------------


def open_check(act: Act, scope: ContractScope, batch_id: int) -> Check | None:
    """Begins a dry run, with nothing in staging; None where the batch no longer waits for one."""
    batch = batches.here(act, scope, batch_id)
    if batch.state != B.CHECKING.value:
        return None
    desk = Desk.at(act, scope, batch.ledger)
    receiving.check_may(desk)
    imports = Imports(act.session, scope.contract_id)
    imports.drop_staged([batch_id])
    look, given = batches.look_of(act.vault, batch), batches.agreed(batch)
    return Check(
        batch_id, batch.ledger, batch.file_name, look.sheet, receiving.original(act, scope, batch), look,
        mapper_of(desk, look, given), trace_of(imports, batch, given), imported_before(act, scope, batch),
    )  # fmt: skip


def imported_before(act: Act, scope: ContractScope, batch: ImportBatch) -> Counter[str]:
    """The rows that the batches which this one takes up again have brought in: they are left out, as often."""
    imports, found = Imports(act.session, scope.contract_id), Counter[str]()
    earlier = imports.find(batch.retry_of) if batch.retry_of is not None else None
    for _ in range(MOST_ANCESTORS):
        if earlier is None:
            break
        if earlier.state == B.IMPORTED.value:
            desk = Desk.at(act, scope, earlier.ledger)
            mapper = mapper_of(desk, batches.look_of(act.vault, earlier), batches.agreed(earlier))
            for rows in imports.staged(earlier.id, good=True):
                for row in rows:
                    cells = batches.opened(act.vault, (scope.contract_id, earlier.id), row).cells
                    found[judging.same(mapper.raw(cells)[0])] += 1
        earlier = imports.find(earlier.retry_of) if earlier.retry_of is not None else None
    return found


def judge_chunk(act: Act, scope: ContractScope, check: Check, rows: Sequence[RawRow]) -> list[Judged]:
    """Judges some rows; only looks. Rows that an earlier batch has brought in are counted and left out."""
    desk = Desk.at(act, scope, check.ledger)
    if check.judge is None:
        check.judge = Judge.at(desk, check.mapper, check.trace)
    left = [row for row in rows if not is_there(check, row)]
    return check.judge.judge(desk, left)


def is_there(check: Check, row: RawRow) -> bool:
    if not check.already:
        return False
    text = judging.same(check.mapper.raw(row.cells)[0])
    if check.already[text] <= 0:
        return False
    check.already[text] -= 1
    check.skipped += 1
    return True


def stage_chunk(act: Act, scope: ContractScope, check: Check, rows: Sequence[RawRow], judged: Sequence[Judged]) -> None:
    """Puts the judged rows into staging, sealed."""
    cells, desk = {row.line: row.cells for row in rows}, Desk.at(act, scope, check.ledger)
    batch = (scope.contract_id, check.batch_id)
    staged = []
    for row in judged:
        told = judging.told(desk.ledger, row.troubles)
        content = batches.sealed(act.vault, batch, row.line, cells[row.line], told, row.due, row.warnings)
        problems = sorted({each.field for each in row.troubles})
        staged.append({"line": row.line, "sealed": content, "problems": problems, "good": row.good})
    Imports(act.session, scope.contract_id).stage(check.batch_id, staged)
    check.count(judged)


def close_check(act: Act, scope: ContractScope, check: Check) -> ImportBatch:
    """The dry run is done: the person decides."""
    batch = batches.here(act, scope, check.batch_id)
    batch.total, batch.good, batch.bad = check.good + check.bad, check.good, check.bad
    batches.change(batch, summary=asdict(check.summary()))
    batch.state, batch.message = B.CHECKED.value, ""
    act.session.flush()
    act.record(
        "import.checked", "batch", batch.id, scope.contract_id,
        ledger=batch.ledger, total=batch.total, good=batch.good, bad=batch.bad,
    )  # fmt: skip
    return batch


# -- taking in ----------------------------------------------------------------------------------


@dataclass
class Taken:
    """What a commit brought in, and what it found wrong that was right before."""

    complete: list[Sent] = field(default_factory=list)
    drafts: list[Sent] = field(default_factory=list)
    spoilt: int = 0

    @property
    def count(self) -> int:
        return len(self.complete) + len(self.drafts)


def take(act: Act, scope: ContractScope, batch_id: int) -> tuple[ImportBatch, Taken] | None:
    """Brings the good rows of a batch into the ledger, in one transaction; None where it is done already.

    The ledger is held first, so that of two imports at once the later one sees what the earlier one brought.
    Every row is judged once more: what has become wrong meanwhile stays out and is told.
    """
    batch = batches.here(act, scope, batch_id)
    if batch.state != B.IMPORTING.value:
        return None
    desk = Desk.at(act, scope, batch.ledger)
    receiving.check_may(desk)
    scope.next_numbers(batch.ledger, 0)
    imports = Imports(act.session, scope.contract_id)
    refuse_repeated(imports, batch)
    taken = judged_again(act, scope, batch, desk)
    for rows, state in ((taken.complete, None), (taken.drafts, EntryState.DRAFT)):
        many.take_in(desk, rows, batch_id=batch.id, state=state)
    batch.good, batch.bad = batch.good - taken.spoilt, batch.bad + taken.spoilt
    batch.state, batch.imported_at = B.IMPORTED.value, act.now
    batch.message = f"核对之后情况有变，{taken.spoilt} 行没有导入，已列入有误的行" if taken.spoilt else ""
    act.session.flush()
    act.record(
        "import.finished", "batch", batch.id, scope.contract_id, ledger=batch.ledger, file=batch.file_id,
        total=batch.total, good=batch.good, bad=batch.bad, drafts=len(taken.drafts),
    )  # fmt: skip
    return batch, taken


def refuse_repeated(imports: Imports, batch: ImportBatch) -> None:
    """The same file has been brought in by somebody else since this batch was agreed to.

    Whoever is about to bring it in now waits for the ledger that this transaction holds.
    """
    if before := [each for each in receiving.standing(imports, batch) if each.state == B.IMPORTED.value]:
        who = before[0].uploader.display_name
        raise Refused(f"同一个文件刚由 {who} 导入，这一批没有再导入。确实要再导入一次，请回到“对应列”，勾选后重新核对")


def judged_again(act: Act, scope: ContractScope, batch: ImportBatch, desk: Desk) -> Taken:
    """The staged rows that are right still, and the others marked."""
    imports, given = Imports(act.session, scope.contract_id), batches.agreed(batch)
    mapper = mapper_of(desk, batches.look_of(act.vault, batch), given)
    judge = Judge.at(desk, mapper, trace_of(imports, batch, given))
    files = judging.as_file(judge.pieces, batch.file_id)
    taken, key = Taken(), (scope.contract_id, batch.id)
    for rows in imports.staged(batch.id, good=True, size=CHUNK):
        opened = [batches.opened(act.vault, key, row) for row in rows]
        spoilt = []
        for row, before, judged in zip(rows, opened, judge.judge(desk, [one.row for one in opened]), strict=True):
            if judged.good:
                group = taken.drafts if judged.due else taken.complete
                group.append(Sent(judged.read, batch.uploaded_by, files))
                continue
            told = judging.told(desk.ledger, judged.troubles)
            content = batches.sealed(act.vault, key, row.line, before.cells, told)
            spoilt.append({"id": row.id, "sealed": content, "problems": sorted({each.field for each in judged.troubles})})
        imports.spoil(spoilt)
        taken.spoilt += len(spoilt)
    return taken


def give_up(act: Act, scope: ContractScope, batch_id: int, message: str, *, crashed: bool) -> None:
    """A step did not come to its end: the batch says why, and can be taken up again."""
    batch = batches.here(act, scope, batch_id)
    back = {B.CHECKING.value: B.UPLOADED, B.IMPORTING.value: B.CHECKED}.get(batch.state)
    if back is None:
        return
    batch.state = (B.FAILED if crashed and back is B.UPLOADED else back).value
    batch.message = message
    act.session.flush()


# -- cleaning up --------------------------------------------------------------------------------


def tidy(session: Session, now: datetime) -> int:
    """Empties the staging of batches that were sent long ago; how many batches. The originals stay."""
    found = imports_store.settled(session, now - STAGED)
    for contract_id, batch_id in found:
        imports = Imports(session, contract_id)
        imports.drop_staged([batch_id])
        batch = imports.find(batch_id)
        if batch is not None and batch.state == B.CHECKED.value:
            batch.state = B.UPLOADED.value
            batch.message = f"核对后 {STAGED.days} 天没有导入，核对结果已清理。要导入请重新核对"
    session.flush()
    return len(found)
