"""Wishes to replace a signed assessment, as its page shows them."""

from __future__ import annotations

from typing import Any

from app.services.assessments.common import decides_for_buyer
from app.store import assessments
from app.store.assessments import Assessment
from app.web.access import current_contract, current_person, current_scope
from app.web.assessment.here import address


def wishes(row: Assessment) -> list[dict[str, Any]]:
    """Each with who asked and answered, and what this person may do."""
    person, contract = current_person(), current_contract()
    decides = decides_for_buyer(person, contract)
    found = []
    for one in assessments.reopenings(current_scope().session, contract.id, row.id):
        answers = one.agreed is None and decides and one.asked_by != person.user_id
        found.append(
            {
                "row": one, "waiting": one.agreed is None,
                "agree_url": address("agree", row, reopening_id=one.id) if answers else "",
                "refuse_url": address("refuse", row, reopening_id=one.id) if answers else "",
            }
        )  # fmt: skip
    return found


def reopen_url(row: Assessment) -> str:
    """Where reopening is asked for; blank for who may not, or where it cannot be."""
    able = decides_for_buyer(current_person(), current_contract()) and row.state == "signed"
    return address("reopen", row) if able else ""
