"""The list of one ledger: filter, order, columns, pages; people are searched by POST alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from flask import Response, request

from app.security.permissions import P
from app.services.act import Refused
from app.services.ledger import listing, people, stored
from app.services.ledger.desk import Desk
from app.services.ledger.listing import Filter
from app.store import people_index
from app.store.contracts import Outlet
from app.store.ledger_figures import Figures
from app.store.ledger_listing import Cursor, Line, Listing, Page, Wanted
from app.store.ledger_views import LedgerView, Views
from app.web.access import current_person, current_scope, in_contract
from app.web.htmx import redirect_to, render, wants_fragment
from app.web.ledger import columns
from app.web.ledger.acts import fresh_nil
from app.web.ledger.blueprint import bp
from app.web.ledger.looks import signs
from app.web.ledger.quick import quick_form
from app.web.ledger.rows import Order, Rows
from app.web.ledger.shared import READERS, desk_here, entry_url, link_if, list_url, sees_people, writes
from app.web.ledger.sheet import tree
from kpi.rulebook.ledgers import FieldType

SIZE = 50
#: Parameters of an address that are no condition.
ASIDE = frozenset({"after", "before", "columns", "view", "all", "nil", "c"})


class Asked:
    """One look at a list: the address, else the person's saved view; and what it leads to."""

    def __init__(self, desk: Desk, args: Mapping[str, str], chosen: Sequence[str] = ()) -> None:
        self.desk, self.ledger, self.args = desk, desk.ledger, args
        given = {name: value for name, value in args.items() if name not in ASIDE}
        self.view = self.found_view(given)
        if self.view is not None:
            given = dict(self.view.query)
        self.filter: Filter = listing.parsed(self.ledger, given)
        names = [*chosen, *filter(None, args.get("columns", "").split(","))] or (self.view.columns if self.view else [])
        self.own_columns = [name for name in names if name in {each.id for each in columns.offered(self.ledger)}]
        self.fields = columns.chosen(self.ledger, self.own_columns)
        self.errors = [why for _, why in self.filter.errors]
        if any(name == each.id for name, _ in self.filter.keys for each in listing.person_fields(self.ledger)) and not self.personal:
            self.errors.append("您看不到个人信息，不能按人员查找")

    # -- views ----------------------------------------------------------------------------------

    @cached_property
    def views(self) -> Sequence[LedgerView]:
        own = Views(self.desk.act.session, self.desk.contract.id, current_person().user_id, self.ledger.id)
        return own.all()

    def found_view(self, given: Mapping[str, str]) -> LedgerView | None:
        """The view that the address names, or the default one where it says nothing at all."""
        wanted = self.args.get("view", "")
        if wanted:
            return next((each for each in self.views if str(each.id) == wanted), None)
        if given or self.args.keys() & {"all", "columns", "c", "after", "before"}:
            return None
        return next((each for each in self.views if each.is_default), None)

    # -- what is there --------------------------------------------------------------------------

    @cached_property
    def personal(self) -> bool:
        """Whether masks of people may show."""
        return not stored.has_personal(self.ledger) or sees_people(self.desk)

    @cached_property
    def outlets(self) -> Sequence[Outlet]:
        return self.desk.scope.outlets() if any(each.type is FieldType.OUTLET for each in self.ledger.fields) else ()

    @cached_property
    def wanted(self) -> Wanted:
        outlets = self.outlets if self.filter.outlet is not None else ()
        return listing.wanted(self.ledger, self.filter, current_person().user_id, outlets)

    @cached_property
    def page(self) -> Page:
        if self.errors:
            return Page((), earlier=False, later=False)
        shelf = Listing(self.desk.act.session, self.desk.contract.id)
        return shelf.page(self.wanted, SIZE, *self.cursors)

    @property
    def cursors(self) -> tuple[Cursor | None, Cursor | None]:
        """After which entry the page begins, or before which it ends."""
        return cursor_of(self.args.get("after", "")), cursor_of(self.args.get("before", ""))

    def masks(self, lines: Sequence[Line]) -> dict[int, str]:
        """People of the lines by id, masked; one query."""
        if not self.personal:
            return {}
        keys = columns.people_in(self.fields, [line.fields for line in lines])
        rows = people_index.by_ids(self.desk.act.session, self.desk.contract.id, keys)
        return {key: people.masked(row) for key, row in rows.items()}

    # -- addresses ------------------------------------------------------------------------------

    @property
    def parameters(self) -> dict[str, str]:
        """What makes this look again."""
        more = {"columns": ",".join(self.own_columns)} if self.own_columns else {}
        return {**self.filter.given, **more} or {"all": "1"}

    @cached_property
    def base(self) -> str:
        """The list's address without conditions."""
        return list_url(self.ledger)

    def url(self, below: str = "", **more: str | None) -> str:
        given = {name: value for name, value in {**self.parameters, **more}.items() if value is not None}
        return f"{self.base}{below}?{urlencode(given)}"

    def sort(self, key: str) -> Order:
        """Where a click on a heading leads, and how the list is sorted by it now. A filtered list comes by day."""
        if self.wanted.filtered and key == "number":
            return Order("", "")
        by, down = self.filter.sort.lstrip("-"), self.filter.sort.startswith("-")
        if self.wanted.filtered:
            by = "date"
        now = ("desc" if down else "asc") if by == key else ""
        turned = key if by == key and down else f"-{key}"
        return Order(self.url(sort=None if turned == "-date" else turned), now)


def cursor_of(text: str) -> Cursor | None:
    """2026-03-04.123; None where it is no place in a list."""
    day, _, key = text.partition(".")
    try:
        return Cursor(listing.conversions.day(day), int(key)) if key.isdecimal() and len(key) < 19 else None
    except ValueError:
        return None


def cursor_text(cursor: Cursor | None) -> str | None:
    return f"{cursor.day}.{cursor.key}" if cursor is not None else None


@bp.get("/<ledger>", endpoint="entries")
@in_contract(*READERS)
def entries(contract_id: int, ledger: str) -> Response:
    desk = desk_here(ledger)
    asked = Asked(desk, request.args, request.args.getlist("c"))
    status = 422 if asked.errors else 200
    if wants_fragment():
        return render("ledger/_entries.html", "ledger/_entries.html", status=status, **rows_context(asked))
    return render("ledger/list.html", "ledger/_entries.html", status=status, **rows_context(asked), **around(asked))


def rows_context(asked: Asked) -> dict[str, Any]:
    """What the table and its pager show."""
    page = asked.page
    shown = columns.compiled(asked.fields, asked.masks(page.lines), personal=asked.personal)
    rows = Rows(asked.ledger.name, asked.ledger.id, shown, signs(), f"{asked.base}/entries")
    number, day = asked.sort("number"), asked.sort("date")
    previous = asked.url(before=cursor_text(page.first)) if page.earlier else ""
    following = asked.url(after=cursor_text(page.last)) if page.later else ""
    return {
        "ledger": asked.ledger, "errors": asked.errors, "conditions": asked.filter.count,
        "table": rows.table(page.lines, number, day) if page.lines else "",
        "pager": rows.pager(len(page.lines), previous, following) if page.lines else "",
        "new_url": f"{asked.base}/entries/new" if writes(asked.ledger) else "", "clear_url": f"{asked.base}?all=1",
    }  # fmt: skip


def around(asked: Asked) -> dict[str, Any]:
    """What stands around the table: filter, views, columns, quick entry."""
    row = fresh_nil()
    at = {"contract_id": asked.desk.contract.id, "ledger": asked.ledger.id}
    return {
        "asked": asked, "filters": filter_context(asked), "views": asked.views, "view": asked.view,
        "offered": columns.offered(asked.ledger), "chosen": {each.id for each in asked.fields},
        "quick": quick_form(asked.desk) if writes(asked.ledger) else None, "nil": row,
        "nil_url": entry_url(row, "ledger.undo_nil") if row is not None else "",
        "import_url": link_if("imports.start", **at) if writes(asked.ledger) else "",
        "export_url": link_if("exports.start", **at, **asked.filter.given),
        "print_url": asked.url("/print"),
    }  # fmt: skip


def filter_context(asked: Asked) -> dict[str, Any]:
    """The inputs of the filter."""
    keyed = [
        {"field": each, "name": f"{listing.KEY}{each.id}", "value": asked.filter.given.get(f"{listing.KEY}{each.id}", "")}
        for each in listing.asked_fields(asked.ledger)
    ]
    inside = {"outlet", "author", *listing.TICKS, *(each["name"] for each in keyed)}
    return {
        "given": asked.filter.given, "keyed": keyed, "ticks": listing.TICKS,
        "outlets": tree(asked.outlets, None, asked.desk.act.today) if asked.outlets else [],
        "writers": Figures(asked.desk.act.session, asked.desk.contract.id).writers(),
        "opened": bool(inside & asked.filter.given.keys()), "people": listing.person_fields(asked.ledger) and asked.personal,
    }  # fmt: skip


@bp.post("/<ledger>/find")
@in_contract(P.PERSONAL_DATA)
def find(contract_id: int, ledger: str) -> Response:
    """The entries of one person, by the whole ID number or phone; neither ever stands in an address."""
    desk = desk_here(ledger)
    try:
        found = people.by_search(desk.act, current_scope(), request.form.get("q", "")[:60])
    except Refused as refused:
        return redirect_to(list_url(desk.ledger, all=1), told=refused.message, kind="warning")
    if not found:
        return redirect_to(list_url(desk.ledger, all=1), told="这份合同的台账里没有登记过这个人。", kind="info")
    if len(found) == 1:
        return redirect_to(list_url(desk.ledger, person=next(iter(found))))
    several = [(people.masked(row), list_url(desk.ledger, person=key)) for key, row in found.items()]
    return render("ledger/found.html", ledger=desk.ledger, people=several)
