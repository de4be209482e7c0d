"""银行流水 comes in: read within bounds, its columns recognised or asked for once, its lines written at one go."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from app.clock import business_day
from app.security.money_terms import BankColumn
from app.services.act import Act, Refused, found
from app.services.imports import grid as files
from app.services.imports.grid import Grid
from app.services.imports.look import Look, look_at
from app.services.money.bank_reading import (
    KNOWN,
    Columns,
    Line,
    Skipped,
    as_row,
    fingerprinted,
    guessed,
    lines_of,
)
from app.store.contracts import ContractScope
from app.store.money import Books
from app.store.money_bank import Bank, BankMapping, BankStatement

SHOWN_SKIPPED = 50
HEADINGS = [word for words in KNOWN.values() for word in words]


@dataclass(frozen=True)
class Received:
    """A file as it was read, before anything is written."""

    name: str
    sha256: str
    grid: Grid
    look: Look


def receive(name: str, data: bytes) -> Received:
    """Reads the file in a process of its own. Refused with what to do."""
    grid = files.read(name, data)
    look = look_at(grid, HEADINGS)
    if not look.rows:
        raise Refused(f"第 {look.line} 行是表头，它下面一行数据也没有。请重新从网银导出", "file")
    return Received(name, hashlib.sha256(data).hexdigest(), grid, look)


def check_new(scope: ContractScope, sha256: str) -> None:
    """The same file is noticed."""
    known = Bank(scope.session, scope.contract_id).same_file(sha256)
    if known is not None:
        when = business_day(known.imported_at)
        raise Refused(f"这个文件已在 {when} 由{known.importer.display_name}导入过（“{known.name}”），不用再导", "file")


def keep(act: Act, scope: ContractScope, received: Received) -> BankStatement:
    """Takes the file in; its lines too, where the columns are known from before or speak for themselves."""
    Books(act.session, scope.contract_id).hold()  # the same file sent twice at once is noticed too
    check_new(scope, received.sha256)
    bank = Bank(act.session, scope.contract_id)
    columns = remembered(bank, received.look) or guessed(received.look.headings)
    row = bank.add(
        BankStatement(
            name=received.name[:200], sha256=received.sha256, imported_by=act.person().user_id, imported_at=act.now,
            raw=packed(received) if columns.problem else None,
        )
    )  # fmt: skip
    act.record("bank.received", "bank", row.id, scope.contract_id, sha256=row.sha256, rows=received.look.rows)
    if not columns.problem:
        take(act, scope, row, received, columns)
    return row


def remembered(bank: Bank, look: Look) -> Columns | None:
    """The mapping that was kept for exactly these headings."""
    row = bank.mapping(look.digest)
    if row is None:
        return None
    return Columns({BankColumn.of(name): heading for name, heading in row.columns.items() if heading in look.headings})


def choose(act: Act, scope: ContractScope, statement_id: int, columns: Columns) -> BankStatement:
    """Somebody has said which column is what: kept for the next file with these headings, and the lines come in."""
    bank = Bank(act.session, scope.contract_id)
    row = found(bank.statement(statement_id, raw=True, hold=True))
    if row.raw is None:
        raise Refused("这份流水已经导入了，请刷新页面")
    received = unpacked(row)
    strange = set(columns.by.values()) - set(received.look.headings)
    if why := ("所选的列不在文件里，请刷新页面" if strange else columns.problem):
        raise Refused(why)
    known = bank.mapping(received.look.digest)
    plain = {column.value: heading for column, heading in columns.by.items()}
    if known is None:
        bank.add(
            BankMapping(headings_hash=received.look.digest, columns=plain, kept_by=act.person().user_id, kept_at=act.now)
        )
    else:
        known.columns, known.kept_by, known.kept_at = plain, act.person().user_id, act.now
    take(act, scope, row, received, columns)
    return row


def take(act: Act, scope: ContractScope, row: BankStatement, received: Received, columns: Columns) -> None:
    """Writes the lines that are not here yet."""
    bank, places = Bank(act.session, scope.contract_id), places_of(received.look, columns)
    read = list(lines_of(received.grid, received.look.line, places))
    lines = [one for one in read if isinstance(one, Line)]
    if not lines:
        why = next((one.why for one in read if isinstance(one, Skipped)), "")
        raise Refused(f"没有读到一笔流水：{why}。请核对各列的对应", "file")
    days = [one.booked_on for one in lines]
    known = bank.fingerprints(min(days), max(days))
    fresh = [as_row(row.id, mark, line) for mark, line in fingerprinted(lines) if mark not in known]
    row.lines, row.repeated, row.first_on, row.last_on = len(fresh), len(lines) - len(fresh), min(days), max(days)
    row.skipped = [[one.row, one.why] for one in read if isinstance(one, Skipped)][:SHOWN_SKIPPED]
    row.raw = None
    act.session.flush()
    bank.add_lines(fresh)
    told = {"rows": row.lines, "repeated": row.repeated, "bad": len(read) - len(lines)}
    act.record("bank.imported", "bank", row.id, scope.contract_id, **told)


def places_of(look: Look, columns: Columns) -> dict[BankColumn, int]:
    """Where the columns stand in a row."""
    places = {one.heading: one.place for one in look.columns}
    return {column: places[heading] for column, heading in columns.by.items()}


def packed(received: Received) -> bytes:
    """The rows, compressed, until the columns are known."""
    grid = received.grid
    head = orjson.dumps(
        {"sheets": grid.sheets, "sheet": grid.sheet, "merged": grid.merged, "look": received.look.as_plain(), "name": received.name}
    )
    return zlib.compress(b"\n".join((head, *grid.lines)), 6)


def unpacked(row: BankStatement) -> Received:
    head, *lines = zlib.decompress(row.raw or b"").split(b"\n")
    told: Mapping[str, object] = orjson.loads(head)
    grid = Grid(tuple(told["sheets"]), str(told["sheet"]), tuple(told["merged"]), tuple(lines))  # type: ignore[arg-type]
    return Received(str(told["name"]), row.sha256, grid, Look.of(told["look"]))  # type: ignore[arg-type]
