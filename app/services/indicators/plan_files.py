"""The task plan as a workbook to fill in, and what such a workbook says."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from app.documents import entry_table
from app.security.terms import Side
from app.services.act import Refused
from app.services.indicators.plans import Grid, Row, Sent
from app.services.ledger.reading import spoken
from kpi.files.limits import Limits
from kpi.files.refusal import FileRefused
from kpi.files.tables import table_rows
from kpi.files.workbook import cell_value
from kpi.quantities import QuantityError, parse_exact

PERSON, LOGIN, PLACE = "人员", "登录名", "网点或乡镇"
LIMITS = Limits(file=5 * 1024**2, packed=5 * 1024**2, inflated=50 * 1024**2, sheet_rows=2000, columns=40, cells=80_000)
DONE = "（审定）"


def heading(month: date) -> str:
    return f"{month.year}年{month.month}月"


def written(grid: Grid, contract: str) -> bytes:
    """The plan with what was done beside each month."""
    headings = [PERSON, LOGIN, PLACE, *(text for month in grid.months for text in (heading(month), f"{heading(month)}{DONE}"))]
    kinds: list[entry_table.Kind] = ["text", "text", "text", *(["number"] * (2 * len(grid.months)))]  # type: ignore[list-item]
    about = [
        ("合同", contract), ("指标", grid.label), ("全年任务", f"{grid.total} {grid.unit}"),
        ("怎样填", f"每人每个网点一行，只填各月的任务数；“{DONE}”的列是系统数出来的，导入时不看。人员以登录名为准。"),
    ]  # fmt: skip
    file = io.BytesIO()
    entry_table.write_workbook(file, "任务分解", headings, kinds, _lines(grid), about)
    return file.getvalue()


def _lines(grid: Grid) -> Iterator[list[str | int | None]]:
    listed = list(grid.rows) or [Row(user, "", {}) for user in grid.people]
    for row in listed:
        who = grid.people.get(row.user_id)
        line: list[str | int | None] = [who.display_name if who else "", who.login_name if who else "", row.place]
        for month in grid.months:
            line += [row.planned.get(month), grid.done(Side.VERIFIED, row, month) or None]
        yield line


def read(grid: Grid, content: bytes, seen: int) -> Sent:
    """The plan that a workbook holds; the whole task becomes its sum. Refused at the first cell that cannot be read."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "book"
        path.write_bytes(content)
        try:
            table = table_rows(path, limits=LIMITS)
            rows = [row for number, cells in table.rows if (row := _row(grid, number, _named(table.headings, cells))) is not None]
        except (FileRefused, ValueError) as refused:
            raise Refused(spoken(str(refused)), "file") from refused
    if not rows:
        raise Refused("工作簿里没有一行任务；请先导出，在导出的表里填", "file")
    return Sent(grid.total or sum(one.total for one in rows), rows, seen)


def _named(headings: list[str], cells: list[object]) -> dict[str, object]:
    return {name: cell_value(cell) for name, cell in zip(headings, cells, strict=False) if name}


def _row(grid: Grid, number: int, cells: Mapping[str, object]) -> Row | None:
    planned = {month: _count(number, heading(month), cells.get(heading(month))) for month in grid.months}
    login = str(cells.get(LOGIN) or "").strip()
    if not login and not any(planned.values()):
        return None
    user = next((key for key, one in grid.people.items() if one.login_name == login), None)
    if user is None:
        raise Refused(f"第 {number} 行：没有登录名是“{login[:40]}”的登记人员；登录名以导出的表为准", "file")
    return Row(user, str(cells.get(PLACE) or "").strip()[:120], {month: n for month, n in planned.items() if n})


def _count(number: int, name: str, value: object) -> int:
    text = "" if value is None else str(value).strip()
    try:
        exact = parse_exact(text) if text else parse_exact("0")
    except QuantityError as error:
        raise Refused(f"第 {number} 行“{name}”：{error}", "file") from error
    if exact.denominator != 1 or exact < 0:
        raise Refused(f"第 {number} 行“{name}”：要写 0 以上的整数，写的是“{text[:20]}”", "file")
    return int(exact)
