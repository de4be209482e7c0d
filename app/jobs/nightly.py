"""What runs every night without being asked for."""

from __future__ import annotations

from app.jobs.work import Outcome, Work
from app.store import audit
from app.store.engine import READING


def verify_audit(work: Work) -> Outcome:
    """Checks the whole audit chain and notes its head; others go on writing meanwhile."""
    with work.transaction(**READING) as session:
        verdict, end = audit.verify(session, work.tools.signer), audit.head(session)
    result = {"checked": verdict.checked, "position": end.position, "hash": end.hash}
    if verdict.problems:
        return Outcome(False, "；".join(verdict.problems), result)
    return Outcome(True, f"审计链完整，核对了 {verdict.checked} 条", result)
