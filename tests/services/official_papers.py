"""Sealing and serving as the office does it."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from app.security.case_terms import Receipt, ServiceWay
from app.services import official
from app.services.official import Sealing, Serving
from app.store.documents import DocumentService, OfficialDocument
from tests.factories.office import Office, evidence_file
from tests.services.acting import act_of

TODAY = date(2026, 3, 5)


def scan(session: Session, made: Office) -> int:
    return evidence_file(session, made.contract, made["supervisor"], name="签章件.pdf").id


def sealed(session: Session, made: Office, document_id: int) -> OfficialDocument:
    wanted = Sealing(TODAY, "周主管、吴局长", [scan(session, made)])
    return official.seal(act_of(session, made["supervisor"]), made.scope(session), document_id, wanted)


def served(session: Session, made: Office, document_id: int) -> DocumentService:
    wanted = Serving(ServiceWay.HAND, "李经理", Receipt.SIGNED, "", TODAY, "", ())
    return official.serve(act_of(session, made["supervisor"]), made.scope(session), document_id, wanted)
