"""What keeps this person from signing or contesting today: a button that would only be refused is not offered."""

from __future__ import annotations

from collections.abc import Sequence

from app.security.predicates import may
from app.security.terms import AssessmentState, Party
from app.services.assessments.appeals import OPEN_TO_APPEAL
from app.services.assessments.evaluating import Work
from app.services.assessments.segregation import bars_signing
from app.services.assessments.signing import SIGNABLE, hindrance, side_of
from app.store import assessments
from app.store.assessments import Assessment, AssessmentSignature
from app.web.access import current_contract, current_person, current_scope
from app.web.assessment.blueprint import READERS
from app.web.transaction import current_act

TOLD_ABOUT = SIGNABLE | {AssessmentState.APPEALED.value}


def signed_by(row: Assessment) -> Sequence[AssessmentSignature]:
    """Who has signed; nobody before there is anything to sign."""
    if row.state not in TOLD_ABOUT:
        return ()
    return assessments.signatures(current_scope().session, row.contract_id, row.id)


def to_sign(row: Assessment, work: Work, signed: Sequence[AssessmentSignature]) -> str | None:
    """Blank where the person can sign now; else why not yet; None where it is nothing to this person."""
    side = side_of(current_person(), current_contract())
    if side is None or row.state not in SIGNABLE:
        return None
    why = hindrance(row, side, signed, current_act().today)
    return why or (bars_signing(work, current_person()) if side is Party.BUYER else "")


def may_appeal(row: Assessment, signed: Sequence[AssessmentSignature]) -> bool:
    """Whether the contractor can still contest an item."""
    if row.state not in OPEN_TO_APPEAL or row.appeal_until is None or not may(current_person(), READERS[0], row.contract_id):
        return False
    return current_act().today <= row.appeal_until and not any(one.side == Party.SUPPLIER for one in signed)
