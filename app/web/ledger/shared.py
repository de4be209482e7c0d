"""What the pages of a ledger share: who may open them, the ledger at hand, addresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import current_app, url_for

from app.security.permissions import P
from app.security.predicates import may
from app.services import roster
from app.services.act import Act, Missing, Refused
from app.services.ledger import gates
from app.services.ledger.desk import Desk
from app.store.entries import LedgerEntry, number_text
from app.web.access import current_contract, current_person, current_scope
from app.web.database import db
from app.web.transaction import act_now, current_act
from kpi.rulebook.ledgers import Ledger

Result = TypeVar("Result")
#: Who reads ledgers; the administrator does not, nor does anybody who is no member.
READERS = (P.ENTRY_WRITE, P.ENTRY_CHECK, P.BUYER_ENTRY_WRITE, P.ENTRY_VERIFY, P.SCORE, P.REPORT_READ)
#: Who enters in some ledger; which ones, the service decides by its side.
WRITERS = (P.ENTRY_WRITE, P.BUYER_ENTRY_WRITE)


def desk_here(ledger_id: str) -> Desk:
    """The ledger of the address; Missing (404) where the contract's rulebook has none of this name."""
    return Desk.at(current_act(), current_scope(), ledger_id)


def entry_here(desk: Desk, record_id: int) -> LedgerEntry:
    """The entry of the address in this ledger; Missing where there is none."""
    entry = desk.entries.find(record_id, desk.ledger.id)
    if entry is None:
        raise Missing
    return entry


def holds(permission: P) -> bool:
    """Whether the person holds the permission in the contract of the address."""
    return may(current_person(), permission, current_contract().id)


def writes(ledger: Ledger) -> bool:
    """Whether the person may make entries in the ledger now."""
    contract = current_contract()
    return contract.state in gates.OPEN and may(current_person(), gates.writes(ledger), contract.id)


def sees_people(desk: Desk) -> bool:
    """Whether masks of people may show: with the permission and a confidentiality agreement on file."""
    return roster.sees_personal_data(desk.scope, current_person(), desk.act.today)


def list_url(ledger: Ledger, **values: object) -> str:
    return url_for("ledger.entries", contract_id=current_contract().id, ledger=ledger.id, **values)


def entry_url(entry: LedgerEntry, endpoint: str = "ledger.entry") -> str:
    return url_for(endpoint, contract_id=entry.contract_id, ledger=entry.ledger, record_id=entry.id)


def told(entry: LedgerEntry) -> str:
    """The entry by its outside number."""
    return number_text(entry.ledger, entry.number)


def link_if(endpoint: str, **values: object) -> str:
    """The address of a page that this deployment has; blank where it has none."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


def attempt(use_case: Callable[[Act], Result]) -> Result:
    """Carries an act out and commits it; where it is refused, nothing has happened and the page goes on."""
    try:
        return act_now(use_case)
    except Refused:
        db.session.rollback()
        raise
