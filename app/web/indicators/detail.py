"""The page of one indicator, and the entries behind one of its figures."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from app.security.permissions import P
from app.security.terms import Side
from app.services import standing
from app.services.act import Missing
from app.services.indicators.behind import Asked, Look, Page
from app.services.indicators.breakdown import Breakdown
from app.services.indicators.detail import Detail
from app.services.indicators.filters import as_ledger_filter
from app.services.standing import PACE_WORDS, IndicatorView
from app.store import accounts
from app.web.access import current_scope, in_contract
from app.web.database import db
from app.web.htmx import render
from app.web.indicators.blueprint import bp
from app.web.indicators.charts import charts
from app.web.indicators.here import READERS, need_live, one_here, reads_ledgers
from app.web.indicators.more import more_of
from app.web.indicators.shown import by_month, long_windows


@bp.get("/indicators/<clause>/<int:number>")
@in_contract(P.CONTRACT_READ)
def one(contract_id: int, clause: str, number: int) -> Response:
    view, found = one_here(clause, number)
    strips, lines = standing.drawn_of(current_scope())
    detail = Detail(view, found, need_live(), lines, request.args.get("figure", "")[:140])
    own = [f"{found.key}/{place}" for place in range(len(found.criteria))]
    drawn = [strips.get(key, []) for key in own]
    return render(
        "indicators/one.html", detail=detail, one=found, view=view, reads=reads_ledgers(), row_of=row_of,
        words={pace.value: word for pace, word in PACE_WORDS.items()},
        drawings=charts(found.criteria, [lines.get(key, []) for key in own], drawn), strips=drawn, by_month=by_month,
        long_windows=long_windows, more=more_of(detail), breakdown=Breakdown(detail),
    )  # fmt: skip


def row_of(found: dict[str, Any]) -> dict[str, Any]:
    """What of a criterion is shown: of a list the window that runs."""
    return {**found, **(found.get("now") or {})}


@bp.get("/indicators/<clause>/<int:number>/entries")
@in_contract(*READERS)
def entries(contract_id: int, clause: str, number: int) -> Response:
    """Exactly the entries that a figure counts, newest first."""
    view, found = one_here(clause, number)
    detail = Detail(view, found, need_live(), {}, request.args.get("figure", "")[:140])
    figure = detail.figure
    if figure is None or figure.ledger is None:
        raise Missing
    asked = Asked.of(request.args)
    page = Look(detail.live, detail.live.compiled[figure.key], figure.ledger, asked).page()
    names = {one.id: one.display_name for one in accounts.by_ids(db.session(), {line.author_id for line in page.lines} | _asked(asked))}
    return render(
        "indicators/entries.html", "indicators/_entries.html", detail=detail, one=found, figure=figure, asked=asked, listed=page,
        names=names, told=told(asked, names), total=total(detail, asked), sides=Side, **links(found, page, asked, detail),
    )  # fmt: skip


def _asked(asked: Asked) -> set[int]:
    return set() if asked.author is None else {asked.author}


def told(asked: Asked, names: dict[int, str]) -> list[str]:
    """The conditions in words."""
    days = f"{asked.first or '开始'} 至 {asked.last or '今天'}" if asked.first or asked.last else ""
    place = None if asked.place is None else asked.place or "没有写网点"
    who = names.get(asked.author, str(asked.author)) if asked.author is not None else ""
    return [one for one in (days, place, who, asked.member) if one]


def total(detail: Detail, asked: Asked) -> int | None:
    """How many there are, where the rollups know it: all of them, or those of one month, place or person."""
    if detail.figure is None or not detail.live.known or asked.member:
        return None
    return detail.number(asked.side, asked.first, asked.last, asked.place, asked.author)


def links(found: IndicatorView, page: Page, asked: Asked, detail: Detail) -> dict[str, Any]:
    """Where the other side, the next page and the ledger itself are."""
    given = {name: value for name, value in request.args.items() if name not in ("after", "side")}
    address = {"contract_id": current_scope().contract_id, "clause": found.clause, "number": found.number}
    narrowed = as_ledger_filter(detail, asked)
    return {
        "next_url": url_for(".entries", **address, **given, side=asked.side.value, after=page.after.text) if page.after else None,
        "first_url": url_for(".entries", **address, **given, side=asked.side.value) if asked.after else None,
        "side_urls": [(side, url_for(".entries", **address, **given, side=side.value)) for side in (Side.VERIFIED, Side.CLAIMED)],
        "ledger_url": url_for("ledger.entries", contract_id=current_scope().contract_id, ledger=page.ledger.id, **narrowed)
        if narrowed is not None else None,
    }  # fmt: skip
