"""Making exports: what is filtered, small ones at once, large ones in the background; each one recorded."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.clock import SHANGHAI
from app.documents import entry_table
from app.documents.entry_table import Value
from app.services import background
from app.services.act import Act, Refused, found
from app.services.exports.columns import Column, Shows, columns_of, people_of
from app.services.ledger import listing, people, stored
from app.services.ledger.desk import Desk
from app.services.roster import sees_personal_data
from app.store import exports as store
from app.store.contracts import ContractScope
from app.store.exports import ExportFile, Exports, ExportStore, Made
from app.store.ledger_listing import Cursor, Line, Listing, Wanted
from kpi.files.workbook import sheet_title
from kpi.rulebook.ledgers import Field, FieldType, Ledger

AT_ONCE = 20_000  # entries; more are made in the background
PAGE = 1000
KEPT = timedelta(days=7)
SHORTEST_REASON = 4
FORMATS = {"xlsx": "Excel（.xlsx）", "csv": "CSV（UTF-8）"}
Tell = Callable[[int], None]


@dataclass(frozen=True)
class Order:
    """What somebody wants to take away. `given`: the filter as the list's address says it; `columns`: fields."""

    ledger: str
    given: Mapping[str, str] = field(default_factory=dict)
    columns: Sequence[str] = ()
    format: str = "xlsx"
    full: bool = False
    reason: str = ""


def fields_of(ledger: Ledger, names: Sequence[str]) -> list[Field]:
    """The fields of these names, in the ledger's order; all where none is named."""
    every = [each for each in ledger.fields if each.type is not FieldType.EVIDENCE]
    return [each for each in every if each.id in names] or every


def check(desk: Desk, order: Order) -> Shows:
    """How much of personal data the export may show; Refused where it wants more than the person may see."""
    if order.format not in FORMATS:
        raise Refused("请选择文件格式", "format")
    personal = [each for each in desk.ledger.fields if each.personal or each.type is FieldType.PERSON]
    if order.full and personal:
        people.check_on_file(desk.act, desk.scope)
        if len(order.reason.strip()) < SHORTEST_REASON:
            raise Refused("导出完整的个人信息要写明事由（至少 4 个字），它会记入审计日志", "reason")
        return Shows.FULL
    sees = sees_personal_data(desk.scope, desk.act.person(), desk.act.today)
    return Shows.MASKS if sees or not personal else Shows.NOTHING


def wanted(desk: Desk, order: Order) -> Wanted:
    """The entries that the order asks for; Refused where its filter cannot be read."""
    asked = listing.parsed(desk.ledger, order.given)
    if asked.errors:
        raise Refused(f"筛选条件不对：{'；'.join(why for _, why in asked.errors)}。请回到台账重新筛选")
    by_person = {each.id for each in listing.person_fields(desk.ledger)} & {name for name, _ in asked.keys}
    if by_person and not sees_personal_data(desk.scope, desk.act.person(), desk.act.today):
        raise Refused(people.NOT_ON_FILE)
    return listing.wanted(desk.ledger, asked, desk.act.person().user_id, desk.scope.outlets())


def count(desk: Desk, order: Order) -> int:
    """How many entries there are, counted up to one more than are made at once."""
    return store.count(desk.act.session, desk.contract.id, wanted(desk, order), AT_ONCE + 1)


# -- the table ----------------------------------------------------------------------------------


@dataclass
class Table:
    """The rows of an export, read as they are asked for."""

    desk: Desk
    order: Order
    shows: Shows
    tell: Tell = lambda _: None
    rows: int = 0

    @property
    def fields(self) -> list[Field]:
        return fields_of(self.desk.ledger, self.order.columns)

    @property
    def columns(self) -> list[Column]:
        return columns_of(self.desk, self.fields, self.shows)

    def values(self) -> Iterator[list[Value]]:
        """The values of every entry, page by page."""
        reads, fields = [column.read for column in self.columns], self.fields
        for lines in self.pages():
            known = people_of(self.desk, fields, lines, self.shows)
            for line in lines:
                yield [read(line, known) for read in reads]
            self.rows += len(lines)
            self.tell(self.rows)

    def pages(self) -> Iterator[Sequence[Line]]:
        asked, shelf = wanted(self.desk, self.order), Listing(self.desk.act.session, self.desk.contract.id)
        after: Cursor | None = None
        while True:
            page = shelf.page(asked, PAGE, after)
            if page.lines:
                yield page.lines
            if not page.later:
                return
            after = page.last

    def pieces(self) -> Iterator[bytes]:
        """The file, piece by piece."""
        columns = self.columns
        headings, kinds = [each.title for each in columns], [each.kind for each in columns]
        if self.order.format == "csv":
            yield from entry_table.csv_pieces(headings, kinds, self.values())
            return
        content = io.BytesIO()
        title = sheet_title(self.desk.ledger.name)
        entry_table.write_workbook(content, title, headings, kinds, self.values(), self.about())
        content.seek(0)
        while piece := content.read(store.CHUNK):
            yield piece

    def about(self) -> list[tuple[str, str]]:
        """What the file is: for whoever finds it later."""
        desk, act = self.desk, self.desk.act
        asked = listing.parsed(desk.ledger, self.order.given)
        conditions = "；".join(listing.told(desk.ledger, asked, {})) or "全部记录"
        people_words = {Shows.FULL: "完整显示，事由已记入审计日志", Shows.MASKS: "已遮盖", Shows.NOTHING: "不显示"}
        return [
            ("合同", desk.contract.title), ("台账", desk.ledger.name), ("筛选", conditions),
            ("导出时间", f"{act.now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"), ("导出人", act.person().name),
            *([("个人信息", people_words[self.shows])] if stored.has_personal(desk.ledger) else []),
        ]  # fmt: skip


def made_at_once(desk: Desk, order: Order) -> tuple[Table, list[bytes], Made]:
    """A small export, in memory; only reads."""
    table, made = Table(desk, order, check(desk, order)), Made()
    pieces = [made.take(piece) for piece in table.pieces()]
    return table, pieces, made


# -- recorded -----------------------------------------------------------------------------------


def asked(order: Order) -> dict[str, Any]:
    """The order as it is kept: the filter, and whether people show in full."""
    return {"filter": dict(order.given), "full": order.full}


def record_made(act: Act, scope: ContractScope, order: Order, rows: int, made: Made) -> ExportFile:
    """Writes down an export that leaves now; nothing of it is kept."""
    row = Exports(act.session, scope.contract_id).add(
        ledger=order.ledger, query=asked(order), columns=list(order.columns), format=order.format, rows=rows,
        size=made.size, sha256=made.sha256, asked_by=act.person().user_id, asked_at=act.now, made_at=act.now,
        removed_at=act.now,
    )  # fmt: skip
    act.record(
        "export.taken", "export", row.id, scope.contract_id, ledger=order.ledger, rows=rows, sha256=made.sha256,
        full=order.full, **reason_of(order),
    )  # fmt: skip
    return row


def reason_of(order: Order) -> dict[str, str]:
    return {"reason": order.reason.strip()} if order.full else {}


def ask(act: Act, scope: ContractScope, order: Order) -> ExportFile:
    """Has a large export made in the background."""
    desk = Desk.at(act, scope, order.ledger)
    check(desk, order)
    wanted(desk, order)
    row = Exports(act.session, scope.contract_id).add(
        ledger=order.ledger, query=asked(order), columns=list(order.columns), format=order.format,
        asked_by=act.person().user_id, asked_at=act.now,
    )  # fmt: skip
    job = background.ask(act, scope, background.EXPORT, f"export:{row.id}", {"export": row.id})
    row.job_id = job.id
    act.session.flush()
    act.record(
        "export.asked", "export", row.id, scope.contract_id, ledger=order.ledger, full=order.full, **reason_of(order)
    )
    return row


def table_of(act: Act, scope: ContractScope, export_id: int, tell: Tell) -> Table:
    """The table of an export that was asked for, as the person may see it now."""
    row = found(Exports(act.session, scope.contract_id).find(export_id))
    full = bool(row.query.get("full"))
    # The reason stands in the audit chain since the export was asked for.
    order = Order(row.ledger, row.query.get("filter", {}), row.columns, row.format, full, "见交办时的记录" if full else "")
    desk = Desk.at(act, scope, row.ledger)
    return Table(desk, order, check(desk, order), tell)


def close(act: Act, scope: ContractScope, export_id: int, rows: int, made: Made) -> ExportFile:
    """The file of a large export is there."""
    row = found(Exports(act.session, scope.contract_id).find(export_id))
    row.rows, row.size, row.sha256, row.made_at = rows, made.size, made.sha256, act.now
    act.session.flush()
    act.record(
        "export.made", "export", row.id, scope.contract_id, ledger=row.ledger, rows=rows, sha256=made.sha256
    )
    return row


def take(act: Act, scope: ContractScope, files: ExportStore, export_id: int) -> ExportFile:
    """The person takes the file; only who asked for it may, and nobody who may not see people takes people."""
    row = found(Exports(act.session, scope.contract_id).find(export_id))
    if row.asked_by != act.person().user_id:
        raise Refused("这份文件是别人导出的，只有本人能下载")
    if row.made_at is None or row.removed_at is not None or not files.there(scope.contract_id, row.id):
        raise Refused("这份文件还没有做好，或已满 7 天被清理。请重新导出")
    if row.query.get("full"):
        people.check_on_file(act, scope)
    act.record(
        "export.taken", "export", row.id, scope.contract_id, ledger=row.ledger, rows=row.rows, sha256=row.sha256,
        full=bool(row.query.get("full")),
    )  # fmt: skip
    return row


def file_name(ledger_name: str, asked_at: datetime, form: str) -> str:
    return f"{ledger_name}-{asked_at.astimezone(SHANGHAI):%Y%m%d-%H%M}.{form}"


def tidy(session: Session, files: ExportStore, now: datetime) -> int:
    """Removes the files that were kept long enough; how many."""
    rows = store.outdated(session, now - KEPT)
    for row in rows:
        files.remove(row.contract_id, row.id)
        row.removed_at = now
    session.flush()
    return len(rows)
