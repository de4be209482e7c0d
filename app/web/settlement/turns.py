"""Whose turn it is at a payment request, and the forms that take it further."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from flask import Response

from app.security.settlement_terms import RequestState
from app.services.act import Refused
from app.services.settlement import approving, paying, requests
from app.store.payments import PaymentRequest
from app.web.access import current_person, current_scope
from app.web.forms import Form
from app.web.replies import FormView
from app.web.settlement.blueprint import CHECKS, CONFIRMS, PAYS
from app.web.settlement.here import address, buyer, form_answer, key, not_now, request_here, supplier, version
from app.web.transaction import current_act

R = RequestState


def acts(row: PaymentRequest) -> dict[str, str]:
    """Addresses of what the person may do next."""
    state, at = R.of(row.state), {"request_id": row.id}
    can = {
        "correct": state is R.WRONG and supplier(), "check": state is R.SENT and buyer(*CHECKS),
        "submit": state in {R.CHECKED, R.DECLINED} and buyer(*CONFIRMS), "approve": state is R.APPROVING and approves(row),
        "pay": state in {R.APPROVED, R.BOUNCED} and pays(row), "bounce": state is R.PAID and buyer(*PAYS),
        "account": state is R.BOUNCED and supplier(), "withdraw": state in requests.EARLY and supplier(),
    }  # fmt: skip
    return {name: address(name, **at) for name, allowed in can.items() if allowed}


def approves(row: PaymentRequest) -> bool:
    """Whether the next station is this person's, or stood in for by this person."""
    scope = current_scope()
    station = approving.station(scope, row) if buyer(*PAYS) else None
    return station is not None and open_to(lambda: approving.stands_for(current_act(), scope, row, station))


def pays(row: PaymentRequest) -> bool:
    return buyer(*PAYS) and open_to(lambda: paying.check_person(current_scope(), row, current_person().user_id))


def open_to(check: Callable[[], object]) -> bool:
    """Whether a service does not refuse the person."""
    try:
        check()
    except Refused:
        return False
    return True


@dataclass(frozen=True)
class Turn:
    """One form about a request: `seen` is the version that the person saw, `key` the form's own. `at`: more of its address."""

    name: str
    row: PaymentRequest
    key: str
    seen: int
    at: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, request_id: int, name: str, **at: str) -> Turn:
        """The request of the address, missing where the contract has none such."""
        row = request_here(request_id)
        return cls(name, row, key(), version() or row.version, at)

    @cached_property
    def back(self) -> str:
        return address("request", request_id=self.row.id)

    @property
    def away(self) -> Response | None:
        """Away from a form that is opened while it is not this person's turn."""
        return not_now(lambda: acts(self.row), self.name, self.back)

    def answer(self, title: str, form: Form, button: str, *, hint: str = "", confirm: str | None = None, **more: Any) -> Response:
        """The page with the form. `more`: see form_answer."""
        view = FormView(form, address(self.name, request_id=self.row.id, **self.at), button, hint=hint, confirm=confirm)
        return form_answer(title, view, (f"付款申请第 {self.row.number} 号", self.back), version=self.row.version, **more)
