"""Letters with bank accounts among the evidence: finance and auditors open them, nobody else."""

from __future__ import annotations

from app.security.permissions import P
from app.security.predicates import Person
from app.services.act import Missing
from app.store.contracts import ContractScope
from app.store.money_funds import Funds

OPENED_BY = frozenset({P.FUNDS_MANAGE, P.AUDIT_READ})


def check_open(scope: ContractScope, person: Person, file_id: int) -> None:
    """As absent as a file that never was, for who does not see the bank's data."""
    if person.contracts.get(scope.contract_id, frozenset()) & OPENED_BY:
        return
    if Funds(scope.session, scope.contract_id).is_letter(file_id):
        raise Missing
