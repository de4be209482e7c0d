"""A file comes in: read and kept before anything is written, then a batch; known files are noticed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.security.terms import BatchState
from app.services import background
from app.services.act import Act, Refused, found
from app.services.evidence import keeping
from app.services.evidence.keeping import Examined
from app.services.imports import batches, grid, mapping
from app.services.imports.look import Look, look_at
from app.services.imports.mapping import ColumnMap, ColumnProblem, Suggested, Unknown
from app.services.imports.targets import Targets, targets_of
from app.services.ledger import gates, people, stored
from app.services.ledger.desk import Desk
from app.store.contracts import ContractScope
from app.store.evidence.files import Files, Part, Place
from app.store.imports import ImportBatch, Imports
from kpi.files.workbook import sheet_title
from kpi.rulebook.ledgers import Ledger

B = BatchState
#: What may have become of the same file before, so that going on needs a second word.
STANDS = frozenset({B.IMPORTED.value, B.IMPORTING.value})


@dataclass(frozen=True)
class Received:
    """A file that can be read, and what it looks like."""

    look: Look
    examined: Examined


class ColumnsWrong(Refused):
    """The columns do not lead where they must; `problems` says what is wrong, what is missing first."""

    def __init__(self, problems: Sequence[ColumnProblem]) -> None:
        super().__init__(problems[0].message)
        self.problems = tuple(problems)


class WordsUnknown(Refused):
    """The file uses words of its own that nobody has been shown yet."""

    def __init__(self, unknown: Sequence[Unknown]) -> None:
        count = sum(len(each.words) for each in unknown)
        super().__init__(f"文件里有 {count} 个写法和台账的选项不同，请在下面对应好；没有对应的行会列为有误")
        self.unknown = tuple(unknown)


def check_may(desk: Desk) -> None:
    """Refuses who does not enter in this ledger, or may not handle the personal data in it."""
    gates.check_writer(desk.act, desk.contract, desk.ledger)
    if stored.has_personal(desk.ledger):
        people.check_on_file(desk.act, desk.scope)


def wanted_sheets(ledger: Ledger) -> list[str]:
    """Titles under which the console writes the sheet of a ledger."""
    return [sheet_title(ledger.name)]


def prepare(desk: Desk, name: str, data: bytes) -> Received:
    """Reads the file; nothing is written. Refused with what to do."""
    check_may(desk)
    targets = targets_of(desk.ledger)
    read = grid.read(name, data, wanted_sheets(desk.ledger))
    look = look_at(read, targets.by_heading)
    if not look.rows:
        raise Refused(f"第 {look.line} 行是表头，它下面一行数据也没有。请填好数据，保存后再上传", grid.FIELD)
    return Received(look, keeping.examine(name, data, desk.act.now, grid.MOST_BYTES))


def put(files: Files, scope: ContractScope, received: Received) -> None:
    """The bytes go to their place on the disk, sealed; still no row."""
    keeping.put(files, scope, received.examined)


def receive(act: Act, scope: ContractScope, ledger_id: str, received: Received, retry_of: int | None = None) -> ImportBatch:
    """The batch of a file. Checked at once where nothing about it is a guess and it has not been seen before."""
    desk = Desk.at(act, scope, ledger_id)
    check_may(desk)
    imports = Imports(act.session, scope.contract_id)
    file = keeping.keep(act, scope, received.examined)
    earlier = found(imports.find(retry_of)) if retry_of is not None else None
    if earlier is not None and earlier.ledger != ledger_id:
        raise Refused("要重传的那一批是另一本台账的。请从那一批的页面上传改好的文件")
    batch = imports.add(
        ledger=ledger_id, file_id=file.id, file_name=received.examined.name, state=B.UPLOADED.value, columns={},
        total=0, good=0, bad=0, message="", retry_of=retry_of, uploaded_by=act.person().user_id, uploaded_at=act.now,
    )  # fmt: skip
    batches.keep_look(act, batch, received.look)
    saved = imports.mapping_for(ledger_id, received.look.digest)
    batch.mapping_id = saved.id if saved is not None else earlier.mapping_id if earlier is not None else None
    act.session.flush()
    act.record("import.uploaded", "batch", batch.id, scope.contract_id, ledger=ledger_id, file=file.id, retry_of=retry_of)
    plan = planned(act, desk, batch)
    if plan.settled and not standing(imports, batch):
        start(act, scope, batch, plan.given)
    return batch


# -- what is planned for the columns ------------------------------------------------------------


@dataclass(frozen=True)
class Plan:
    """The columns of a batch and where they lead, as far as it is known."""

    targets: Targets
    look: Look
    suggested: dict[str, Suggested]
    given: ColumnMap
    outlets: frozenset[str]

    @property
    def problems(self) -> list[ColumnProblem]:
        return mapping.problems(self.targets, self.given)

    @property
    def unknown(self) -> list[Unknown]:
        return mapping.unknown_words(self.targets, self.look, self.given, self.outlets)

    @property
    def settled(self) -> bool:
        return mapping.is_settled(self.targets, self.look, self.suggested, self.given, self.outlets)


def planned(act: Act, desk: Desk, batch: ImportBatch, given: ColumnMap | None = None) -> Plan:
    """The plan of a batch: as given, as agreed, as saved under a name, as an earlier batch had it, or as it seems."""
    targets, look = targets_of(desk.ledger), batches.look_of(act.vault, batch)
    saved = batches.map_of(batch) or saved_map(Imports(act.session, desk.contract.id), batch)
    suggested = mapping.suggest(targets, look, saved)
    return Plan(targets, look, suggested, given or mapping.as_map(suggested, saved), desk.outlet_names)


def saved_map(imports: Imports, batch: ImportBatch) -> ColumnMap | None:
    """The mapping saved under a name, else the one of the batch that this one takes up again."""
    kept = imports.mapping(batch.mapping_id) if batch.mapping_id is not None else None
    if kept is not None:
        return ColumnMap.of(kept.columns)
    earlier = imports.find(batch.retry_of) if batch.retry_of is not None else None
    return batches.map_of(earlier) if earlier is not None else None


def standing(imports: Imports, batch: ImportBatch) -> list[ImportBatch]:
    """Batches of the very same file that are in the ledger, and that nobody has agreed to repeat."""
    agreed = set(batch.columns.get("again", []))
    return [each for each in imports.same_file(batch) if each.state in STANDS and each.id not in agreed]


# -- acts ---------------------------------------------------------------------------------------


def map_columns(
    act: Act, scope: ContractScope, batch_id: int, version: int, given: ColumnMap, *, name: str = "",
    shown: Sequence[str] = (), again: bool = False,
) -> ImportBatch:  # fmt: skip
    """Agrees to where the columns lead, and has the rows checked.

    `name` keeps the mapping for later files with the same headings. `shown`: targets whose foreign words the
    person has seen. `again`: go on although the same file is in the ledger already.
    """
    batch = batches.here(act, scope, batch_id, version)
    desk = Desk.at(act, scope, batch.ledger)
    check_may(desk)
    if batch.state not in {B.UPLOADED.value, B.CHECKED.value, B.FAILED.value}:
        raise Refused(batches.STALE)
    imports = Imports(act.session, scope.contract_id)
    plan = planned(act, desk, batch, given)
    if wrong := plan.problems:
        raise ColumnsWrong(wrong)
    if unseen := [each for each in mapping.untold(plan.unknown, given) if each.target.key not in shown]:
        raise WordsUnknown(unseen)
    before = standing(imports, batch)
    if before and not again:
        raise Refused("同一个文件已经导入过。确实要再导入一次，请勾选“我知道，仍要再导入一次”", "again")
    batches.change(batch, again=sorted({*batch.columns.get("again", []), *(each.id for each in before)}))
    if name.strip():
        kept = imports.keep_mapping(
            batch.ledger, name.strip(), plan.look.digest, given.as_plain(), act.person().user_id, act.now
        )
        batch.mapping_id = kept.id
        act.record("import.mapping_kept", "mapping", kept.id, scope.contract_id, ledger=batch.ledger, name=kept.name)
    start(act, scope, batch, given)
    return batch


def start(act: Act, scope: ContractScope, batch: ImportBatch, given: ColumnMap) -> None:
    """Has the rows checked in the background."""
    batches.change(batch, mapping=given.as_plain(), summary=None)
    batch.state, batch.message, batch.total, batch.good, batch.bad = B.CHECKING.value, "", 0, 0, 0
    act.session.flush()
    job = background.ask(act, scope, background.IMPORT_CHECK, f"batch:{batch.id}:{batch.version}", {"batch": batch.id})
    batch.job_id = job.id
    act.session.flush()


def look_again(act: Act, scope: ContractScope, batch_id: int, version: int, sheet: str, line: int | None) -> ImportBatch:
    """Another sheet, or another line of headings; what was agreed on the columns is void."""
    batch = batches.here(act, scope, batch_id, version)
    desk = Desk.at(act, scope, batch.ledger)
    check_may(desk)
    if batch.state not in {B.UPLOADED.value, B.CHECKED.value, B.FAILED.value}:
        raise Refused(batches.STALE)
    read = grid.read(batch.file_name, original(act, scope, batch), [sheet] if sheet else wanted_sheets(desk.ledger))
    look = look_at(read, targets_of(desk.ledger).by_heading, line)
    if not look.rows:
        raise Refused(f"第 {look.line} 行下面一行数据也没有，不像表头。请另选一行")
    batches.keep_look(act, batch, look)
    saved = Imports(act.session, scope.contract_id).mapping_for(batch.ledger, look.digest)
    batch.mapping_id = saved.id if saved is not None else None
    batches.change(batch, mapping=None, summary=None)
    batch.state, batch.message = B.UPLOADED.value, ""
    act.session.flush()
    return batch


def original(act: Act, scope: ContractScope, batch: ImportBatch) -> bytes:
    """The bytes as they were sent."""
    file = Imports(act.session, scope.contract_id).file(batch)
    return act.files.open(Place(scope.contract_id, file.sha256), Part.ORIGINAL)
