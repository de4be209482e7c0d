"""What the tests of the ledgers' pages share: an office, a browser for each role, forms filled in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.services.ledger import write
from app.services.ledger.write import Typed
from app.store.models import LedgerEntry
from tests.factories.office import CODES, Office, evidence_file, office
from tests.services.acting import act_of
from tests.web.browser import Browser

HX = {"HX-Request": "true"}
VISIT = {
    "v-date": "2026-03-04", "v-enterprise-name": "湖畔电子", "v-enterprise-code": CODES[0], "v-topic": "政策",
    "v-outlet": "城东街道",
}  # fmt: skip
SEEKER = {
    "v-date": "2026-03-04", "v-person-name": "甲一", "v-person-id_number": "360824199001010014",
    "v-person-phone": "13800000001", "v-wish": "保洁", "v-contact": "13900000002",
}  # fmt: skip


@dataclass
class Desk:
    """One office behind the pages."""

    app: Flask
    session: Session
    made: Office

    @property
    def base(self) -> str:
        return f"/contracts/{self.made.contract.id}/ledgers"

    def browser(self, role: str = "field_staff") -> Browser:
        found = Browser(self.app)
        found.sign_in_as(self.session, self.made[role])
        return found

    def photo(self, **given: Any) -> int:
        row = evidence_file(self.session, self.made.contract, self.made["field_staff"], **given)
        self.session.commit()
        return row.id

    def visit(self, **given: Any) -> dict[str, Any]:
        """The inputs of a visit with one photo."""
        return {**VISIT, "evidence:现场照片_kept": [str(self.photo())], **given}

    def entries(self, ledger: str = "visits") -> list[LedgerEntry]:
        query = sa.select(LedgerEntry).where(LedgerEntry.ledger == ledger).order_by(LedgerEntry.id)
        with Session(self.session.get_bind(), expire_on_commit=False) as other:
            return list(other.scalars(query))

    def kept(self, raw: dict[str, Any] | None = None, ledger: str = "visits", who: str = "field_staff", **more: Any) -> LedgerEntry:
        """An entry made by the service, committed."""
        plain = {"date": "2026-03-04", "enterprise": {"name": "湖畔电子", "code": CODES[0]}, "topic": "政策"}
        files = {"现场照片": [self.photo()]} if ledger == "visits" else {}
        given = Typed({**(plain if ledger == "visits" else {}), **(raw or {})}, **{"files": files, **more})
        row = write.enter(act_of(self.session, self.made[who]), self.made.scope(self.session), ledger, given)
        self.session.commit()
        return row


def desk(app: Flask, session: Session, **given: Any) -> Desk:
    return Desk(app, session, office(session, **given))


def said(response: TestResponse, status: int, *texts: str) -> None:
    """The answer has this status and says these things."""
    assert response.status_code == status, response.text[-2000:]
    for text in texts:
        assert text in response.text, text
