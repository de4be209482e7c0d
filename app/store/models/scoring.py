"""What stands on the sheet of an assessment: decisions, facts stated by hand, self scores, marks, appeals."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.terms import AppealOutcome, PaperUse
from app.store.models.base import Base, Key, one_of, reference, within
from app.store.models.people import UserAccount

#: `item/clause`, or the clause alone where the rulebook has no rubric.
Place = sa.String(160)


class AssessmentDecision(Base):
    """A revision of the decision on one clause of one item; the latest counts, `withdrawn` takes it back.

    `points` are what is taken off (or earned), `met` decides a clause without data, `exempt` takes nothing off by an
    exemption slip. `proposed`, `low` and `high` are what the engine said then, `basis` what it said of the clause, so
    that like is held against like later. `cites`: numbers of the ledger entries and findings that it rests on.
    `in_appeal`: made in the review of an appeal, not while scoring.
    """

    __tablename__ = "assessment_decision"
    __table_args__ = (
        within("assessment", "assessment_id"),
        sa.UniqueConstraint("assessment_id", "key", "revision"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.CheckConstraint("withdrawn OR exempt OR points IS NOT NULL OR met IS NOT NULL", name="decided"),
        sa.Index("ix_assessment_decision_clause", "contract_id", "clause", "id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assessment_id: Mapped[int] = mapped_column(sa.BigInteger())
    key: Mapped[str] = mapped_column(Place)
    clause: Mapped[str] = mapped_column(sa.String(80))
    revision: Mapped[int]
    points: Mapped[str | None] = mapped_column(sa.String(40))  # a decimal as text, exact
    met: Mapped[bool | None]
    exempt: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(sa.Text(), default="")
    proposed: Mapped[str] = mapped_column(sa.String(40), default="")
    low: Mapped[str] = mapped_column(sa.String(40), default="")
    high: Mapped[str] = mapped_column(sa.String(40), default="")
    basis: Mapped[str] = mapped_column(sa.Text(), default="")
    cites: Mapped[list[str]] = mapped_column(default=list)
    withdrawn: Mapped[bool] = mapped_column(default=False)
    in_appeal: Mapped[bool] = mapped_column(default=False)
    decided_by: Mapped[int] = reference("user_account.id")
    decided_at: Mapped[datetime]

    decider: Mapped[UserAccount] = relationship(viewonly=True)


class AssessmentFact(Base):
    """手工认定: figures of one clause stated by hand; a later revision replaces the earlier one.

    `stated` maps figures to values that keep their type. It stands on the sheet at once and has to be confirmed by
    a second person before anything is told to the contractor.
    """

    __tablename__ = "assessment_fact"
    __table_args__ = (
        within("assessment", "assessment_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("assessment_id", "clause", "revision"),
        sa.CheckConstraint("revision >= 1", name="revision"),
        sa.CheckConstraint("length(reason) > 0", name="reason"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_by <> stated_by", name="two_people"),
        sa.CheckConstraint("(confirmed_by IS NULL) = (confirmed_at IS NULL)", name="confirmed"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assessment_id: Mapped[int] = mapped_column(sa.BigInteger())
    clause: Mapped[str] = mapped_column(sa.String(80))
    revision: Mapped[int]
    stated: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.Text())
    in_appeal: Mapped[bool] = mapped_column(default=False)
    stated_by: Mapped[int] = reference("user_account.id")
    stated_at: Mapped[datetime]
    confirmed_by: Mapped[int | None] = reference("user_account.id")
    confirmed_at: Mapped[datetime | None]

    stater: Mapped[UserAccount] = relationship(foreign_keys=[stated_by], viewonly=True)
    confirmer: Mapped[UserAccount | None] = relationship(foreign_keys=[confirmed_by], viewonly=True)


class AssessmentSelfScore(Base):
    """自评: the contractor's own score of an item (or clause), with a note; the latest revision counts."""

    __tablename__ = "assessment_self_score"
    __table_args__ = (
        within("assessment", "assessment_id"),
        sa.UniqueConstraint("assessment_id", "item", "revision"),
        sa.CheckConstraint("revision >= 1", name="revision"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assessment_id: Mapped[int] = mapped_column(sa.BigInteger())
    item: Mapped[str] = mapped_column(sa.String(80))
    revision: Mapped[int]
    points: Mapped[str | None] = mapped_column(sa.String(40))
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    scored_by: Mapped[int] = reference("user_account.id")
    scored_at: Mapped[datetime]


class AssessmentGroup(Base):
    """考核组: who appointed it, by which paper, when."""

    __tablename__ = "assessment_group"
    __table_args__ = (
        within("assessment", "assessment_id"),
        sa.UniqueConstraint("assessment_id"),
        sa.CheckConstraint("length(appointment) > 0", name="appointment"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assessment_id: Mapped[int] = mapped_column(sa.BigInteger())
    appointment: Mapped[str] = mapped_column(sa.Text())
    appointed_on: Mapped[date]
    recorded_by: Mapped[int] = reference("user_account.id")
    recorded_at: Mapped[datetime]


class AssessmentMember(Base):
    """A member of the group. Whoever recused marks no more; a dissent stays on the sheet beside the result."""

    __tablename__ = "assessment_member"
    __table_args__ = (
        within("assessment", "assessment_id"),
        sa.UniqueConstraint("assessment_id", "user_id"),
        sa.CheckConstraint("(recused_at IS NULL) = (length(recusal) = 0)", name="recusal"),
        sa.CheckConstraint("(dissented_at IS NULL) = (length(dissent) = 0)", name="dissent"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assessment_id: Mapped[int] = mapped_column(sa.BigInteger())
    user_id: Mapped[int] = reference("user_account.id")
    head: Mapped[bool] = mapped_column(default=False)
    recused_at: Mapped[datetime | None]
    recusal: Mapped[str] = mapped_column(sa.Text(), default="")
    dissented_at: Mapped[datetime | None]
    dissent: Mapped[str] = mapped_column(sa.Text(), default="")

    user: Mapped[UserAccount] = relationship(viewonly=True)


class AssessmentMark(Base):
    """What one member gives for one clause on the own sheet; the latest revision counts."""

    __tablename__ = "assessment_mark"
    __table_args__ = (
        within("assessment", "assessment_id"),
        sa.UniqueConstraint("assessment_id", "key", "user_id", "revision"),
        sa.CheckConstraint("revision >= 1", name="revision"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assessment_id: Mapped[int] = mapped_column(sa.BigInteger())
    key: Mapped[str] = mapped_column(Place)
    user_id: Mapped[int] = reference("user_account.id")
    revision: Mapped[int]
    points: Mapped[str] = mapped_column(sa.String(40))
    reason: Mapped[str] = mapped_column(sa.Text(), default="")
    marked_at: Mapped[datetime]

    marker: Mapped[UserAccount] = relationship(viewonly=True)


class AssessmentAppeal(Base):
    """申诉 against one item of the proposal, and the answer of somebody who did not score it."""

    __tablename__ = "assessment_appeal"
    __table_args__ = (
        one_of("outcome", AppealOutcome),
        within("assessment", "assessment_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.CheckConstraint("length(reason) > 0", name="reason"),
        sa.CheckConstraint("answered_by IS NULL OR answered_by <> raised_by", name="two_people"),
        sa.CheckConstraint("(answered_by IS NULL) = (outcome IS NULL)", name="answered"),
        sa.CheckConstraint("outcome IS NULL OR length(answer) > 0", name="answer"),
        sa.Index(
            "uq_assessment_appeal_waiting", "assessment_id", "item", unique=True,
            sqlite_where=sa.text("answered_by IS NULL"), postgresql_where=sa.text("answered_by IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assessment_id: Mapped[int] = mapped_column(sa.BigInteger())
    item: Mapped[str] = mapped_column(sa.String(80))
    reason: Mapped[str] = mapped_column(sa.Text())
    raised_by: Mapped[int] = reference("user_account.id")
    raised_at: Mapped[datetime]
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    answer: Mapped[str] = mapped_column(sa.Text(), default="")
    answered_by: Mapped[int | None] = reference("user_account.id")
    answered_at: Mapped[datetime | None]

    raiser: Mapped[UserAccount] = relationship(foreign_keys=[raised_by], viewonly=True)
    answerer: Mapped[UserAccount | None] = relationship(foreign_keys=[answered_by], viewonly=True)


class AssessmentPaper(Base):
    """A file of evidence beside a stated fact, an appeal, its answer, or the group's appointment."""

    __tablename__ = "assessment_paper"
    __table_args__ = (
        one_of("use", PaperUse),
        within("assessment", "assessment_id"),
        within("evidence_file", "file_id"),
        sa.UniqueConstraint("assessment_id", "use", "about_id", "file_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    assessment_id: Mapped[int] = mapped_column(sa.BigInteger())
    use: Mapped[str] = mapped_column(sa.String(20))
    about_id: Mapped[int] = mapped_column(sa.BigInteger())
    file_id: Mapped[int] = mapped_column(sa.BigInteger())
    position: Mapped[int]
