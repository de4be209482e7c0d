"""公文登记 of a 履约验收书: numbered, printed with its QR code, the signed and sealed scan filed with its day and signers.

Once the acceptance is concluded its paper is frozen block by block in the register, under a hash as every document has. The
register is open to all members of the contract, as the acceptance is; papers about payments therefore do not go there.
"""

from __future__ import annotations

from app.documents.paper import Paper
from app.documents.paper.kept import keep
from app.security.case_terms import DocumentKind
from app.security.settlement_terms import AcceptanceState
from app.services import official
from app.services.act import Act, Refused, found
from app.services.official import Draft
from app.services.official.papers import paper_of
from app.services.settlement.common import registered
from app.services.settlement.printed_acceptance import acceptance_paper
from app.store import documents, settlement
from app.store.contracts import ContractScope
from app.store.documents import OfficialDocument
from app.store.settlement import Acceptance

TITLE, HEAD = "履约验收书", "履约验收"
MOST_NUMBERS = 100_000


def waits(row: Acceptance) -> str:
    """Why its paper cannot be numbered; empty where it can."""
    if row.state == AcceptanceState.VOID:
        return "这次验收已经作废，验收书不编号"
    return "" if row.state in {AcceptanceState.PASSED, AcceptanceState.FAILED} else "作出验收结论以后编号"


def drawn(scope: ContractScope, row: Acceptance) -> Paper:
    """The paper as it is printed: as it was frozen with its number, or as it stands now."""
    document = registered(scope, row.id)
    return paper_of(scope, document) if document is not None else acceptance_paper(scope, row)


def enter(act: Act, scope: ContractScope, acceptance_id: int) -> OfficialDocument:
    """编号: freezes what the paper says and gives it the next number of its kind and year.

    Refused where the acceptance is not concluded, or its paper numbered already. The contract is held, so that two presses
    make one document.
    """
    settlement.hold(act.session, scope.contract_id)
    row = found(settlement.find(act.session, Acceptance, scope.contract_id, acceptance_id, hold=True))
    if (known := registered(scope, row.id)) is not None:
        raise Refused(f"{TITLE}已经编号：{known.number or known.title}")
    if why := waits(row):
        raise Refused(f"{TITLE}还不能编号：{why}")
    content = {"about": {"acceptance": row.id}, "title": TITLE, "parts": keep(acceptance_paper(scope, row).blocks)}
    draft = official.draft(act, scope, Draft(DocumentKind.OTHER, f"{TITLE}：{row.title}", content))
    return official.number(act, scope, draft.id, _number(act, draft))


def _number(act: Act, draft: OfficialDocument) -> str:
    """The next free number of the issuer and the year; numbers of void documents stay used."""
    documents.hold_numbers(act.session, draft.issuer_id, DocumentKind.OTHER, act.today.year)
    numbers = (f"{HEAD}〔{act.today.year}〕{serial}号" for serial in range(1, MOST_NUMBERS))
    return next(text for text in numbers if not documents.number_taken(act.session, draft.issuer_id, text))
