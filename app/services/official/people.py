"""Who acts for the buyer or the contractor in these papers, and what files they bring."""

from __future__ import annotations

from collections.abc import Sequence

from app.security.case_terms import PaperOf
from app.security.permissions import P
from app.security.predicates import may
from app.services.act import Act, Refused, found
from app.store import documents
from app.store.accounts import UserAccount
from app.store.contracts import ContractScope
from app.store.evidence import links

#: Who issues papers and records findings; who answers for the contractor; who decides.
ISSUERS = (P.ENTRY_VERIFY, P.SCORE)
ANSWERS = (P.SELF_SCORE,)
DECIDERS = (P.SCORE, P.SIGN)


def for_buyer(act: Act, scope: ContractScope, *permissions: P) -> int:
    """The person's id, where they act for the buyer and hold one of the permissions."""
    return _for(act, scope, found(scope.contract()).buyer_id, permissions, "采购人")


def for_supplier(act: Act, scope: ContractScope) -> int:
    """The person's id, where they answer for the contractor."""
    return _for(act, scope, found(scope.contract()).supplier_id, ANSWERS, "供应商")


def _for(act: Act, scope: ContractScope, organisation_id: int, permissions: Sequence[P], side: str) -> int:
    person = act.person()
    if person.organisation_id != organisation_id:
        raise Refused(f"这件事由{side}的人办理，您不是{side}的人")
    if not any(may(person, each, scope.contract_id) for each in permissions):
        raise Refused(f"办理这件事要有“{'”或“'.join(each.label for each in permissions)}”的权限")
    return person.user_id


def colleagues(scope: ContractScope, act: Act) -> list[UserAccount]:
    """The buyer's other members: who can have gone along. An auditor reads only."""
    contract, me = found(scope.contract()), act.person().user_id
    members = {each.user_id: each.user for each in scope.members(act.today) if P.AUDIT_READ.value not in each.role.permissions}
    return [user for key, user in members.items() if key != me and user.organisation_id == contract.buyer_id]


def check_second(act: Act, scope: ContractScope, second_id: int | None) -> int:
    """The second investigator, another person of the buyer."""
    if second_id is None or second_id not in {user.id for user in colleagues(scope, act)}:
        raise Refused("须有两名检查人，请选采购人的另一人", "second_id")
    return second_id


def attach(
    act: Act, scope: ContractScope, use: PaperOf, about_id: int, file_ids: Sequence[int], field: str = "files"
) -> None:
    """Ties uploaded files to what they are about; Refused where one is not here."""
    known = links.digests(act.session, scope.contract_id, set(file_ids))
    if missing := len(set(file_ids) - known.keys()):
        raise Refused(f"有 {missing} 份材料没有找到，可能已被清理。请重新上传", field)
    documents.attach(act.session, scope.contract_id, use, about_id, file_ids)
