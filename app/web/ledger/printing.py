"""台账打印本 (form 1): the filtered list on A4, with sums of each sheet and lines to sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from flask import Response, request

from app.clock import SHANGHAI
from app.security.terms import EntryState
from app.services.ledger import listing, stored
from app.store.entries import number_text
from app.store.ledger_listing import Line, Listing, Wanted
from app.web.access import current_contract, in_contract
from app.web.htmx import render
from app.web.ledger import columns
from app.web.ledger.blueprint import bp
from app.web.ledger.listing import Asked
from app.web.ledger.looks import STATES
from app.web.ledger.shared import READERS, desk_here
from app.web.paper_files import PRINTED, labelled
from kpi.quantities import plain
from kpi.rulebook.ledgers import FieldType

MOST = 2000
A_SHEET = 22
SUMMED = frozenset({FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY, FieldType.DURATION})


@dataclass(frozen=True)
class Sheet:
    """One printed page: its rows, its sums, the sums up to its end."""

    number: int
    rows: list[list[str]]
    sums: list[str]
    running: list[str]


@bp.get("/<ledger>/print", endpoint="printed")
@in_contract(*READERS)
def printed(contract_id: int, ledger: str) -> Response:
    desk = desk_here(ledger)
    asked = Asked(desk, request.args, request.args.getlist("c"))
    lines = [] if asked.errors else Listing(desk.act.session, contract_id).page(in_order(asked), MOST).lines
    shown = columns.compiled(asked.fields, asked.masks(lines), personal=asked.personal)
    names = condition_names(asked)
    return render(
        "ledger/print.html", status=422 if asked.errors else 200, ledger=asked.ledger, contract=current_contract(),
        titles=["编号", "日期", *(each.title for each in shown), "填报人", "状态"], errors=asked.errors,
        aligns=["", "", *(each.align for each in shown), "", ""], sheets=sheets(asked, lines, shown),
        period=period(asked, lines), conditions=listing.told(asked.ledger, asked.filter, names), back_url=asked.url(),
        files=labelled({kind: asked.url(f"/print.{kind}") for kind in PRINTED}),
        most=MOST if len(lines) == MOST else None, count=len(lines), now=desk.act.now.astimezone(SHANGHAI),
    )  # fmt: skip


def in_order(asked: Asked) -> Wanted:
    """A book is read from its first day on, unless another order was asked for."""
    return asked.wanted if "sort" in asked.filter.given else replace(asked.wanted, newest_first=False)


def condition_names(asked: Asked) -> dict[str, str]:
    """What the ids among the conditions stand for."""
    found = {"person": "按人员查找"}
    if asked.filter.outlet is not None:
        found["outlet"] = next((each.name for each in asked.outlets if each.id == asked.filter.outlet), "网点")
    if asked.filter.author is not None:
        names = {line.author_id: line.author for line in asked.page.lines}
        found["author"] = names.get(asked.filter.author, "填报人")
    return found


def period(asked: Asked, lines: Sequence[Line]) -> str:
    """From when to when: as asked for, else as the entries lie."""
    days = [line.business_date for line in lines]
    first = asked.filter.from_on or (min(days) if days else None)
    last = asked.filter.until_on or (max(days) if days else None)
    if first is None or last is None:
        return "—"
    return f"{first.year}年{first.month}月{first.day}日 至 {last.year}年{last.month}月{last.day}日"


def sheets(asked: Asked, lines: Sequence[Line], shown: list[columns.Column]) -> list[Sheet]:
    """The lines in pages, with the sums of what can be summed."""
    total: dict[str, Fraction] = {}
    found = []
    for start in range(0, len(lines), A_SHEET):
        some = lines[start : start + A_SHEET]
        sums = {each.field.id: added(some, each) for each in shown if each.field.type in SUMMED}
        total = {name: total.get(name, Fraction(0)) + value for name, value in sums.items()}
        rows = [cells(asked, line, shown) for line in some]
        found.append(Sheet(len(found) + 1, rows, told_sums(sums, shown, len(some)), told_sums(total, shown, start + len(some))))
    return found


def cells(asked: Asked, line: Line, shown: list[columns.Column]) -> list[str]:
    state = EntryState.of(line.state)
    assert state in STATES
    marks = "（零报告）" if line.nil else ""
    return [
        number_text(asked.ledger.id, line.number), line.business_date.isoformat(),
        *(each.cell(line.fields) for each in shown), line.author, f"{state.label}{marks}",
    ]  # fmt: skip


def added(lines: Sequence[Line], column: columns.Column) -> Fraction:
    """The sum of a column; withdrawn entries count for nothing."""
    name = column.field.id
    values = [line.fields.get(name) for line in lines if line.state != EntryState.WITHDRAWN.value]
    return sum((Fraction(str(value)) for value in values if value not in (None, "")), Fraction(0))


def told_sums(sums: dict[str, Fraction], shown: list[columns.Column], count: int) -> list[str]:
    """The cells of a line of sums, beginning with how many entries there are."""
    texts = []
    for each in shown:
        value = sums.get(each.field.id)
        if value is None:
            texts.append("")
        else:
            texts.append(stored.money_text(plain(value)) if each.field.type is FieldType.MONEY else plain(value))
    return [f"{count} 条", *texts, "", ""]
