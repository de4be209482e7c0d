"""What the tests of evidence do: take files in and use them for visits."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from app.services.act import Act
from app.services.evidence import keeping
from app.services.ledger import write
from app.services.ledger.write import Typed
from app.store.entries import LedgerEntry
from app.store.models import EvidenceFile
from tests.factories.office import CODES, Office, office
from tests.factories.pictures import written
from tests.services.acting import act_of


@pytest.fixture
def made(session: Session) -> Office:
    return office(session)


@pytest.fixture
def act(session: Session, made: Office) -> Act:
    return act_of(session, made["field_staff"])


def keep(act: Act, made: Office, data: bytes, name: str = "现场.jpg") -> EvidenceFile:
    return keeping.keep_bytes(act, made.scope(act.session), name, data)


def visit(
    act: Act, made: Office, files: Sequence[EvidenceFile], day: str = "2026-03-04", code: int = 0, activity: int | None = None
) -> LedgerEntry:  # fmt: skip
    raw = {"date": day, "enterprise": {"name": "湖畔电子", "code": CODES[code]}, "topic": "政策"}
    ids = {"现场照片": [file.id for file in files]}
    return write.enter(act, made.scope(act.session), "visits", Typed(raw, ids, activity_id=activity))


def smaller(picture: Image.Image) -> bytes:
    return written(picture.resize((picture.width // 2, picture.height // 2)), quality=40)
