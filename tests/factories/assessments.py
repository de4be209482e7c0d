"""Assessments as rows: one that the contractor has been told of, with its capsule, an appeal and a wish to reopen it.

For assessments made by the rules, use the services.
"""

from __future__ import annotations

from datetime import date
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from app.store.models import (
    Assessment,
    AssessmentAppeal,
    AssessmentCapsule,
    AssessmentDecision,
    AssessmentEvent,
    AssessmentFact,
    AssessmentMeasure,
    AssessmentReopening,
    Contract,
    UserAccount,
)
from kpi.capsule import build, canonical, packed_figure
from kpi.evaluation import evaluate
from kpi.indicators.collect import Collector
from kpi.reports.plain_data import pack
from kpi.rulebook.answers import Answers
from kpi.rulebook.given import Given, work_calendar
from kpi.rulebook.loader import load_text
from tests.factories import organisations
from tests.factories.ground import START
from tests.factories.office import BOOK

number = count(1)


def assessment(session: Session, contract: Contract, user: UserAccount, **given: Any) -> Assessment:
    """A row of the first two months, told to the contractor."""
    text = organisations.rulebook_text(session, BOOK.read_text("utf-8"))
    defaults: dict[str, Any] = {
        "contract_id": contract.id, "number": next(number), "from_on": date(2026, 1, 1), "until_on": date(2026, 2, 28),
        "label": "一至二月", "part": "", "state": "published", "rulebook_text_id": text.id, "opened_by": user.id,
        "opened_at": START, "measured_at": START, "published_at": START, "appeal_until": date(2026, 3, 12), "summary": {},
    }  # fmt: skip
    row = Assessment(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


def told(session: Session, contract: Contract, user: UserAccount, other: UserAccount, **given: Any) -> dict[str, int]:
    """One with everything beside it; the ids by the names of the routes' parameters."""
    row = assessment(session, contract, user, **given)
    source = load_text(BOOK.read_text("utf-8"))
    span = {"start": row.from_on, "end": row.until_on}
    base = Given.model_validate({"term": {"start": contract.starts_on, "end": contract.ends_on}, "period": span})
    figures = Collector(source.rulebook, Answers(source.rulebook, {}), base, work_calendar(base)).values()
    body = build(evaluate(source, base, figures))
    at = {"contract_id": contract.id, "assessment_id": row.id}
    measure = AssessmentMeasure(
        **at, taken_at=START, event_id=0, signature="0" * 64, base=pack(base), digests=[],
        figures=[packed_figure(one) for one in figures], counts={"read": 0, "counted": 0, "left_out": {}, "refused": {}},
    )  # fmt: skip
    capsule = AssessmentCapsule(
        **at, revision=1, sha256=body["hash"], text=canonical(body), made_by=user.id, made_at=START
    )
    event = AssessmentEvent(**at, at=START, actor_id=user.id, deed="opened", reason="", detail={})
    appeal = AssessmentAppeal(**at, item="item_visits", reason="有两次没有计入", raised_by=other.id, raised_at=START, answer="")
    wish = AssessmentReopening(**at, reason="漏计了两次走访", asked_by=other.id, asked_at=START, answer="")
    session.add_all([measure, capsule, event, appeal, wish])
    session.flush()
    return {"assessment_id": row.id, "appeal_id": appeal.id, "reopening_id": wish.id}


def decision(session: Session, row: Assessment, user: UserAccount, **given: Any) -> AssessmentDecision:
    defaults: dict[str, Any] = {
        "contract_id": row.contract_id, "assessment_id": row.id, "key": "item_visits/LK-1", "clause": "LK-1", "revision": 1,
        "points": "2", "reason": "核对了台账", "decided_by": user.id, "decided_at": START, "cites": [],
    }  # fmt: skip
    made = AssessmentDecision(**{**defaults, **given})
    session.add(made)
    session.flush()
    return made


def fact(session: Session, row: Assessment, user: UserAccount, **given: Any) -> AssessmentFact:
    defaults: dict[str, Any] = {
        "contract_id": row.contract_id, "assessment_id": row.id, "clause": "LK-2", "revision": 1,
        "stated": pack({"registered": 25}), "reason": "核对了花名册", "stated_by": user.id, "stated_at": START,
    }  # fmt: skip
    made = AssessmentFact(**{**defaults, **given})
    session.add(made)
    session.flush()
    return made
