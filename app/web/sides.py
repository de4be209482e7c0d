"""For which side of the contract the person acts, and what they may do for it in checks, papers and rectifications."""

from __future__ import annotations

from app.security.permissions import P
from app.security.predicates import acts_for
from app.services.official.people import ANSWERS, DECIDERS, ISSUERS
from app.web.access import current_contract, current_person


def for_buyer(*permissions: P) -> bool:
    """Whether the person acts for the buyer with one of these permissions."""
    contract = current_contract()
    return acts_for(current_person(), contract.buyer_id, contract.id, permissions)


def for_supplier(*permissions: P) -> bool:
    """Whether the person acts for the contractor with one of these permissions."""
    contract = current_contract()
    return acts_for(current_person(), contract.supplier_id, contract.id, permissions)


def of_supplier() -> bool:
    """Whether the person reads as the contractor does."""
    return current_person().organisation_id == current_contract().supplier_id


def issues() -> bool:
    """Whether the person investigates, records findings and issues papers for the buyer."""
    return for_buyer(*ISSUERS)


def decides() -> bool:
    return for_buyer(*DECIDERS)


def answers() -> bool:
    """Whether the person answers for the contractor."""
    return for_supplier(*ANSWERS)
