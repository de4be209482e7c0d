"""The originals of imports among the evidence: a table that names people is not for everybody who reads evidence."""

from __future__ import annotations

from app.services.act import Act, Refused
from app.services.books import book_of
from app.services.ledger import people, stored
from app.store.contracts import ContractScope
from app.store.imports import Imports


def names_people(scope: ContractScope, file_id: int) -> bool:
    """Whether the file was sent to be imported into a ledger that holds personal data."""
    ledgers = Imports(scope.session, scope.contract_id).ledgers_of_file(file_id)
    contract = scope.contract() if ledgers else None
    if contract is None:
        return False
    found = [book_of(scope, contract).ledger(each) for each in ledgers]
    # A ledger that an amendment has taken away is asked no more: better to hide too much.
    return any(each is None or stored.has_personal(each) for each in found)


def check_open(scope: ContractScope, file_id: int) -> None:
    """Refuses to hand such a file out without a reason."""
    if names_people(scope, file_id):
        raise Refused("这份表格是导入的原始文件，里面有个人信息。请在材料页面写明事由，再取原件")


def check_sees(act: Act, scope: ContractScope, file_id: int) -> None:
    """Refuses who may not see the people that the file names."""
    if names_people(scope, file_id):
        people.check_on_file(act, scope)
