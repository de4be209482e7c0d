"""All ledgers of a contract: what there is in each, what waits, and the ones that the person uses most."""

from __future__ import annotations

from typing import Any

from flask import Response

from app.security.permissions import P
from app.security.terms import EntryState
from app.services import books
from app.services.act import Refused
from app.store.entries import Entries, LedgerEntry
from app.store.ledger_figures import Figures
from app.web.access import current_contract, current_person, current_scope, in_contract
from app.web.htmx import render
from app.web.ledger.acts import fresh_nil
from app.web.ledger.blueprint import bp
from app.web.ledger.shared import READERS, entry_url, holds, list_url, told, writes
from app.web.transaction import current_act
from kpi.rulebook.ledgers import Ledger

S = EntryState
MOST_USED = 5
RETURNED_SHOWN = 5
OPEN = ((S.RETURNED, "退回待改"), (S.DRAFT, "草稿待补"), (S.TO_CHECK, "待内部复核"), (S.SUBMITTED, "待审核"))
SIDES = {"contractor": "供应商登记的台账", "buyer": "采购人登记的台账"}


@bp.get("", endpoint="ledgers")
@in_contract(*READERS)
def index(contract_id: int) -> Response:
    try:
        book = books.book_of(current_scope(), current_contract())
    except Refused as refused:
        return render("ledger/index.html", why=refused.message, sides=[], used=[], returned=[], quick=None, nil=None)
    figures = Figures(current_scope().session, contract_id)
    table = Table(book.rulebook.ledgers, figures)
    writer = holds(P.ENTRY_WRITE) or holds(P.BUYER_ENTRY_WRITE)
    used = figures.most_used(current_person().user_id, MOST_USED) if writer else []
    return render(
        "ledger/index.html", why="", sides=table.sides(), used=table.used(used),
        returned=returned(table.names) if writer else [], nil=fresh_nil(), nil_url=undo_url(),
    )  # fmt: skip


def undo_url() -> str:
    row = fresh_nil()
    return entry_url(row, "ledger.undo_nil") if row is not None else ""


class Table:
    """The ledgers with their figures."""

    def __init__(self, ledgers: tuple[Ledger, ...], figures: Figures) -> None:
        self.ledgers = {each.id: each for each in ledgers}
        self.names = {each.id: each.name for each in ledgers}
        self.numbered = figures.numbered()
        self.waiting = figures.waiting()
        today = current_act().today
        nil = [each.id for each in ledgers if each.nil_return and writes(each)]
        self.unreported = set(nil) - figures.entered_on(nil, today) if within_term() else set()

    def sides(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """The ledgers by who enters; the person's own side first."""
        order = ["buyer", "contractor"] if holds(P.BUYER_ENTRY_WRITE) else ["contractor", "buyer"]
        found = [(SIDES[side], [self.row(each) for each in self.ledgers.values() if each.enters == side]) for side in order]
        return [(title, rows) for title, rows in found if rows]

    def row(self, ledger: Ledger) -> dict[str, Any]:
        count, latest = self.numbered.get(ledger.id, (0, None))
        waits = [
            {
                "word": word, "count": self.waiting[ledger.id, state.value], "state": state.value,
                "url": list_url(ledger, state=state.value),
            }
            for state, word in OPEN
            if self.waiting.get((ledger.id, state.value))
        ]  # fmt: skip
        return {
            "id": ledger.id, "name": ledger.name, "url": list_url(ledger), "count": count, "latest": latest,
            "waits": waits, "writes": writes(ledger), "nil": ledger.id in self.unreported, "help": ledger.help,
            "clauses": "、".join(ledger.clauses),
        }  # fmt: skip

    def used(self, names: list[str]) -> list[dict[str, Any]]:
        """The most used ledgers in which the person may still enter."""
        rows = [self.row(self.ledgers[name]) for name in names if name in self.ledgers]
        return [row for row in rows if row["writes"]]


def within_term() -> bool:
    contract = current_contract()
    return contract.starts_on <= current_act().today <= contract.ends_on


def returned(names: dict[str, str]) -> list[dict[str, Any]]:
    """The person's own returned entries: each link opens the form, with the reason."""
    rows = Entries(current_scope().session, current_contract().id).waiting_for(
        current_person().user_id, S.RETURNED, RETURNED_SHOWN
    )
    return [told_of(each, names) for each in rows if each.ledger in names]


def told_of(entry: LedgerEntry, names: dict[str, str]) -> dict[str, Any]:
    return {
        "title": f"{names[entry.ledger]} {told(entry)}", "url": entry_url(entry, "ledger.edit"),
        "day": entry.business_date, "reason": entry.return_reason,
    }  # fmt: skip
