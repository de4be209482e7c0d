"""Whose turn it is at a payment request."""

from __future__ import annotations

from app.security.settlement_terms import RequestState
from app.services.settlement import approving as services
from app.services.settlement import requests
from app.store.payments import PaymentRequest
from app.web.access import current_person, current_scope
from app.web.settlement.blueprint import CHECKS, CONFIRMS, PAYS
from app.web.settlement.here import address, buyer, supplier

R = RequestState


def acts(row: PaymentRequest) -> dict[str, str]:
    """Addresses of what the person may do next."""
    state, at = R.of(row.state), {"request_id": row.id}
    can = {
        "correct": state is R.WRONG and supplier(), "check": state is R.SENT and buyer(*CHECKS),
        "submit": state in {R.CHECKED, R.DECLINED} and buyer(*CONFIRMS), "approve": state is R.APPROVING and approves(row),
        "pay": state in {R.APPROVED, R.BOUNCED} and buyer(*PAYS), "bounce": state is R.PAID and buyer(*PAYS),
        "account": state is R.BOUNCED and supplier(), "withdraw": state in requests.EARLY and supplier(),
    }  # fmt: skip
    return {name: address(name, **at) for name, allowed in can.items() if allowed}


def approves(row: PaymentRequest) -> bool:
    """Whether the next station is this person's: the form says why where it is not."""
    if not buyer(*PAYS):
        return False
    station = services.station(current_scope(), row)
    return station is not None and current_person().user_id not in {one.user_id for one in station.said}
