"""考核: one assessment of a period, its history, what was frozen, who signed, what reopens it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.terms import AssessmentDeed, AssessmentState, Party
from app.store.models.base import Base, Hash, Key, Name, one_of, reference, within
from app.store.models.organisations import RulebookText
from app.store.models.people import UserAccount

#: States in which an assessment is still worked on: of one period and part there is one such at a time.
OPEN = "state NOT IN ('signed', 'superseded', 'dropped')"


class Assessment(Base):
    """One sheet of one period (and part, where the rubric has parts).

    `interim`: 阶段核验, days of the buyer's own choice inside a period; the period itself is still assessed as a whole.
    `summary` holds total, tier and what is open, for lists. `signed_revision` is that of the capsule that was signed.
    """

    __tablename__ = "assessment"
    __table_args__ = (
        one_of("state", AssessmentState),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        within("assessment", "supersedes_id"),
        sa.CheckConstraint("until_on >= from_on", name="period"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("appeal_days >= 0", name="appeal_days"),
        sa.CheckConstraint("(state IN ('signed', 'superseded')) = (signed_revision IS NOT NULL)", name="frozen"),
        sa.CheckConstraint("supersedes_id IS NULL OR supersedes_id <> id", name="supersedes"),
        sa.Index(
            "uq_assessment_open", "contract_id", "part", "interim", "from_on", "until_on", unique=True,
            sqlite_where=sa.text(OPEN), postgresql_where=sa.text(OPEN),
        ),
        sa.Index(
            "uq_assessment_signed", "contract_id", "part", "interim", "from_on", "until_on", unique=True,
            sqlite_where=sa.text("state = 'signed'"), postgresql_where=sa.text("state = 'signed'"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date]
    label: Mapped[Name]
    part: Mapped[str] = mapped_column(sa.String(60), default="")
    interim: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(sa.Text(), default="")
    state: Mapped[str] = mapped_column(sa.String(20))
    rulebook_text_id: Mapped[int] = reference("rulebook_text.id")
    supersedes_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    opened_by: Mapped[int] = reference("user_account.id")
    opened_at: Mapped[datetime]
    measured_at: Mapped[datetime | None]
    self_scored_at: Mapped[datetime | None]
    summary: Mapped[dict[str, Any]] = mapped_column(default=dict)
    scored_by: Mapped[int | None] = reference("user_account.id")
    published_at: Mapped[datetime | None]
    appeal_days: Mapped[int] = mapped_column(default=5)
    appeal_until: Mapped[date | None]
    signed_revision: Mapped[int | None]
    version: Mapped[int] = mapped_column(default=1)

    text: Mapped[RulebookText] = relationship(viewonly=True)
    opener: Mapped[UserAccount] = relationship(foreign_keys=[opened_by], viewonly=True)
    scorer: Mapped[UserAccount | None] = relationship(foreign_keys=[scored_by], viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class AssessmentMeasure(Base):
    """What one pass over the entries gave; measured anew it is replaced, until something is told to the contractor.

    `base`: the given data that `figures` were measured under. `digests`: number, version and keyed digest of each
    entry that counts. `event_id` is the last event on any entry before the pass, `signature` the digest of all that
    decided it beside the entries.
    """

    __tablename__ = "assessment_measure"
    __table_args__ = (within("assessment", "assessment_id"), sa.UniqueConstraint("assessment_id"))

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assessment_id: Mapped[int] = mapped_column(sa.BigInteger())
    taken_by: Mapped[int | None] = reference("user_account.id")
    taken_at: Mapped[datetime]
    event_id: Mapped[int] = mapped_column(sa.BigInteger())
    signature: Mapped[Hash]
    base: Mapped[dict[str, Any]]
    figures: Mapped[list[Any]] = mapped_column(sa.JSON())
    digests: Mapped[list[Any]] = mapped_column(sa.JSON(), deferred=True)
    counts: Mapped[dict[str, Any]]


class AssessmentEvent(Base):
    """One deed on an assessment; `detail` holds ids and settings, no personal data."""

    __tablename__ = "assessment_event"
    __table_args__ = (
        one_of("deed", AssessmentDeed),
        within("assessment", "assessment_id"),
        sa.Index("ix_assessment_event_assessment", "contract_id", "assessment_id", "id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assessment_id: Mapped[int] = mapped_column(sa.BigInteger())
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = reference("user_account.id")
    deed: Mapped[str] = mapped_column(sa.String(30))
    reason: Mapped[str] = mapped_column(sa.Text(), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)

    actor: Mapped[UserAccount | None] = relationship(viewonly=True)


class AssessmentCapsule(Base):
    """The proposal as it was told to the contractor, the next revision after appeals; the signed one freezes.

    `sha256` is the hash that the canonical text carries inside.
    """

    __tablename__ = "assessment_capsule"
    __table_args__ = (
        within("assessment", "assessment_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("assessment_id", "revision"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.CheckConstraint("length(sha256) = 64", name="sha256"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assessment_id: Mapped[int] = mapped_column(sa.BigInteger())
    revision: Mapped[int]
    sha256: Mapped[Hash]
    text: Mapped[str] = mapped_column(sa.Text(), deferred=True)
    made_by: Mapped[int] = reference("user_account.id")
    made_at: Mapped[datetime]


class AssessmentSignature(Base):
    """A side's signature under one revision, with the password given again.

    `refused`: the contractor did not sign; `user_id` is who put that on record, `witness` who was there.
    """

    __tablename__ = "assessment_signature"
    __table_args__ = (
        one_of("side", Party),
        within("assessment", "assessment_id"),
        within("assessment_capsule", "capsule_id"),
        sa.UniqueConstraint("assessment_id", "side"),
        sa.CheckConstraint("NOT refused OR (side = 'supplier' AND length(note) > 0 AND length(witness) > 0)", name="refused"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assessment_id: Mapped[int] = mapped_column(sa.BigInteger())
    capsule_id: Mapped[int] = mapped_column(sa.BigInteger())
    side: Mapped[str] = mapped_column(sa.String(10))
    user_id: Mapped[int] = reference("user_account.id")
    signed_at: Mapped[datetime]
    refused: Mapped[bool] = mapped_column(default=False)
    witness: Mapped[Name] = mapped_column(default="")
    note: Mapped[str] = mapped_column(sa.Text(), default="")

    signer: Mapped[UserAccount] = relationship(viewonly=True)


class AssessmentReopening(Base):
    """A wish to replace a signed assessment; with the second person's consent a superseding one is opened."""

    __tablename__ = "assessment_reopening"
    __table_args__ = (
        within("assessment", "assessment_id"),
        within("assessment", "made_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.CheckConstraint("length(reason) > 0", name="reason"),
        sa.CheckConstraint("answered_by IS NULL OR answered_by <> asked_by", name="two_people"),
        sa.CheckConstraint("(answered_by IS NULL) = (answered_at IS NULL)", name="answered"),
        sa.CheckConstraint("(answered_by IS NULL) = (agreed IS NULL)", name="agreed"),
        sa.Index(
            "uq_assessment_reopening_waiting", "assessment_id", unique=True,
            sqlite_where=sa.text("answered_by IS NULL"), postgresql_where=sa.text("answered_by IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assessment_id: Mapped[int] = mapped_column(sa.BigInteger())
    reason: Mapped[str] = mapped_column(sa.Text())
    asked_by: Mapped[int] = reference("user_account.id")
    asked_at: Mapped[datetime]
    agreed: Mapped[bool | None]
    answered_by: Mapped[int | None] = reference("user_account.id")
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(sa.Text(), default="")
    made_id: Mapped[int | None] = mapped_column(sa.BigInteger())

    asker: Mapped[UserAccount] = relationship(foreign_keys=[asked_by], viewonly=True)
    answerer: Mapped[UserAccount | None] = relationship(foreign_keys=[answered_by], viewonly=True)
