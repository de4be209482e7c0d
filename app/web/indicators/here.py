"""What the pages of the indicators share: the contract's ledgers, who may open entries, the period's counts."""

from __future__ import annotations

from flask import url_for

from app.clock import business_day
from app.security.permissions import P
from app.services import standing
from app.services.act import Missing, Refused
from app.services.indicators.live import Live, live
from app.services.standing import IndicatorView, StandingView
from app.web.access import current_contract, current_person, current_scope
from app.web.ground import ground

READERS = (P.ENTRY_WRITE, P.ENTRY_CHECK, P.BUYER_ENTRY_WRITE, P.ENTRY_VERIFY, P.SCORE, P.REPORT_READ)


def names_of_ledgers(live: Live | None) -> dict[str, str]:
    """The ledgers of the contract by id; none where there is nothing to count yet."""
    return {each.id: each.name for each in live.inputs.book.rulebook.ledgers} if live is not None else {}


def reads_ledgers() -> bool:
    """Whether the person may open the entries behind a figure."""
    held = current_person().contracts.get(current_contract().id, frozenset())
    return bool(held & set(READERS))


def live_here() -> Live | None:
    """The counts of the period that runs; None where there is nothing to count yet."""
    try:
        return live(current_scope(), business_day(ground().clock()))
    except Refused:
        return None


def need_live() -> Live:
    """The same where a page is nothing without it."""
    return live(current_scope(), business_day(ground().clock()))


def one_here(clause: str, number: int) -> tuple[StandingView, IndicatorView]:
    """The standing and one indicator in it; Missing where there is none."""
    view = standing.of(current_scope())
    found = [one for one in view.indicators if one.key == f"{clause}/{number}"] if view is not None else []
    if view is None or not found:
        raise Missing
    return view, found[0]


def address(one: IndicatorView, name: str = "one", **more: object) -> str:
    """The page of an indicator, or one below it."""
    return url_for(f"indicators.{name}", contract_id=current_scope().contract_id, clause=one.clause, number=one.number, **more)


def places(live: Live | None) -> list[str]:
    """Outlets of the contract, and members by which the rulebook tells places apart."""
    names = [one.name for one in current_scope().outlets()]
    rules = live.inputs.book.rulebook if live is not None else None
    by = {getattr(figure, "members", None) for one in rules.indicators for figure in one.figures.values()} if rules else set()
    by |= {one.members for one in rules.indicators} if rules else set()
    sets = [one for one in rules.members if one.id in by] if rules else []
    for one in sets:
        listed = live.inputs.book.members.get(one.id, ()) if live is not None else ()
        names += [str(each) for each in (listed or [m for m in one.members if isinstance(m, str)])]
    return list(dict.fromkeys(names))
