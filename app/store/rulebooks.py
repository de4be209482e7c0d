"""The rulebooks of a contract: their versions, and the immutable texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased, joinedload

from app.store.contracts import TEXT_HASHES
from app.store.models import CalendarText, ContractRulebook, RulebookText

__all__ = ["CalendarText", "ContractRulebook", "RulebookText"]


def versions(session: Session, contract_id: int) -> Sequence[ContractRulebook]:
    """The versions that are or were in force, by revision; what was dropped or only proposed is left out."""
    query = (
        sa.select(ContractRulebook)
        .where(
            ContractRulebook.contract_id == contract_id,
            ContractRulebook.dropped_at.is_(None),
            ContractRulebook.adopted_at.is_not(None),
        )
        .options(joinedload(ContractRulebook.text), joinedload(ContractRulebook.adopter))
        .order_by(ContractRulebook.revision)
    )
    return session.scalars(query).all()


def in_force(session: Session, contract_id: int, day: date) -> ContractRulebook | None:
    """The version in force on a day: of those effective by then the latest; before the first, the first."""
    found = versions(session, contract_id)
    begun = [each for each in found if each.effective_on <= day]
    return max(begun, key=lambda each: (each.effective_on, each.revision)) if begun else next(iter(found), None)


def text(session: Session, text_id: int) -> RulebookText:
    """A stored text; it is never changed or deleted."""
    return session.get_one(RulebookText, text_id)


_TEXTS = RulebookText.__table__.c
_HASH = sa.select(_TEXTS.sha256).where(_TEXTS.id == sa.bindparam("text_id"))


def sha256_of(session: Session, text_id: int) -> str:
    """The hash of a stored text: by it, what was made of the text is found again without reading it."""
    known = session.info.get(TEXT_HASHES, {}).get(text_id)
    if known is not None:
        return str(known)
    return str(session.connection().execute(_HASH, {"text_id": text_id}).scalar_one())


def calendars(session: Session) -> Sequence[CalendarText]:
    """The latest table of each year."""
    other = aliased(CalendarText)
    newest = sa.select(sa.func.max(other.revision)).where(other.year == CalendarText.year).scalar_subquery()
    query = sa.select(CalendarText).where(CalendarText.revision == newest)
    return session.scalars(query.order_by(CalendarText.year)).all()
