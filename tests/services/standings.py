"""What the tests of standings do: entries on given days, and the standing of a contract."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.services import standing
from app.services.standing import StandingView, refresh
from app.store.models import EntryEvent, EntryEvidence, LedgerEntry, RollupPlan
from tests.factories import ledgers
from tests.factories.ground import CLOCK
from tests.factories.office import Office, evidence_file

#: Far from the numbers that the services draw.
number = count(900_001)


def done(session: Session, made: Office, ledger: str, day: date, **given: Any) -> LedgerEntry:
    """An entry of a day, verified (unless `state` says otherwise), with its event; visits with their photo."""
    verified = given.setdefault("state", "verified") == "verified"
    plain: dict[str, Any] = {
        "ledger": ledger, "number": next(number), "business_date": day, "fields": {"date": day.isoformat()},
        "verifier_id": made["supervisor"].id if verified else None, "verified_at": CLOCK.now if verified else None,
    }  # fmt: skip
    row = ledgers.entry(session, made.contract, made["field_staff"], **{**plain, **given})
    if ledger == "visits":
        file = evidence_file(session, made.contract, made["field_staff"])
        session.add(
            EntryEvidence(
                contract_id=made.contract.id, entry_id=row.id, file_id=file.id, kind="现场照片", position=1,
                added_at=CLOCK.now,
            )
        )  # fmt: skip
    event(session, row)
    recount(session, made)
    return row


def recount(session: Session, made: Office) -> None:
    """The rollups know nothing of rows that no service made: they are counted anew before they are read."""
    session.execute(sa.update(RollupPlan).where(RollupPlan.contract_id == made.contract.id).values(signature="0" * 64))


def event(session: Session, row: LedgerEntry, deed: str = "entered") -> None:
    """Something happened to an entry."""
    session.add(
        EntryEvent(
            contract_id=row.contract_id, entry_id=row.id, at=CLOCK.now, actor_id=row.author_id, deed=deed,
            version=row.version, reason="", changes={},
        )
    )  # fmt: skip
    session.flush()


def visits(session: Session, made: Office, first: date, size: int, **given: Any) -> None:
    """Visits on days one after another."""
    for place in range(size):
        done(session, made, "visits", first + timedelta(days=place), **given)


def people(session: Session, made: Office, size: int, day: date, **given: Any) -> None:
    """Seekers of work, each another person."""
    for place in range(size):
        fields = {"date": day.isoformat(), "person": {"person": 1000 + place}, "wish": "保洁"}
        done(session, made, "seekers", day, fields=fields, **given)


def stand(session: Session, made: Office) -> StandingView:
    """Computes and keeps the standing; how it stands."""
    values = refresh.computed(made.scope(session), CLOCK.now)
    refresh.keep(session, made.contract.id, values)
    session.commit()
    view = standing.of(made.scope(session))
    assert view is not None
    return view
