"""Beside the measured figures: targets changed after signing, figures that no ledger gives, the task plan."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.store.models.base import Base, Key, Name, reference, within
from app.store.models.people import UserAccount


class TargetChange(Base):
    """A target changed from a day on: proposed by one side, answered by a person of the other.

    `approved` None: not answered yet. Of several that are agreed, the one with the latest effective day, then the
    latest answer, is in force; earlier ones stay as they are.
    """

    __tablename__ = "target_change"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL) AND (decided_at IS NULL) = (approved IS NULL)", name="decided"
        ),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="second_person"),
        sa.Index("ix_target_change_of", "contract_id", "parameter", "effective_on"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    parameter: Mapped[str] = mapped_column(sa.String(80))
    before: Mapped[str] = mapped_column(sa.String(60))
    value: Mapped[str] = mapped_column(sa.String(60))
    reason: Mapped[str] = mapped_column(sa.Text())
    effective_on: Mapped[date]
    proposed_by: Mapped[int] = reference("user_account.id")
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = reference("user_account.id")
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
    opinion: Mapped[str] = mapped_column(sa.Text(), default="")

    proposer: Mapped[UserAccount] = relationship(foreign_keys=proposed_by, lazy="joined")
    decider: Mapped[UserAccount | None] = relationship(foreign_keys=decided_by, lazy="joined")


class ManualFigure(Base):
    """Figures of a clause for an assessment period, entered by hand with evidence and verified by a second person.

    The latest revision of a clause and period stands; one that is withdrawn states nothing.
    """

    __tablename__ = "manual_figure"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "clause", "from_on", "until_on", "revision"),
        sa.CheckConstraint("until_on >= from_on", name="period"),
        sa.CheckConstraint("(verified_at IS NULL) = (verified_by IS NULL)", name="verified"),
        sa.CheckConstraint("verified_by IS NULL OR verified_by <> entered_by", name="second_person"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    clause: Mapped[str] = mapped_column(sa.String(60))
    from_on: Mapped[date]
    until_on: Mapped[date]
    revision: Mapped[int]
    stated: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.Text())
    withdrawn: Mapped[bool] = mapped_column(default=False)
    entered_by: Mapped[int] = reference("user_account.id")
    entered_at: Mapped[datetime]
    verified_by: Mapped[int | None] = reference("user_account.id")
    verified_at: Mapped[datetime | None]

    enterer: Mapped[UserAccount] = relationship(foreign_keys=entered_by, lazy="joined")
    verifier: Mapped[UserAccount | None] = relationship(foreign_keys=verified_by, lazy="joined")


class ManualPaper(Base):
    """A file of evidence behind figures entered by hand."""

    __tablename__ = "manual_paper"
    __table_args__ = (
        within("manual_figure", "figure_id"),
        within("evidence_file", "file_id"),
        sa.UniqueConstraint("figure_id", "file_id"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    figure_id: Mapped[int] = mapped_column(sa.BigInteger())
    file_id: Mapped[int] = mapped_column(sa.BigInteger())
    position: Mapped[int]


class TaskPlan(Base):
    """The task plan of a figure (clause and name): its shares by month, person and place add up to `total`."""

    __tablename__ = "task_plan"
    __table_args__ = (
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "figure"),
        sa.CheckConstraint("total >= 0", name="total"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    figure: Mapped[str] = mapped_column(sa.String(140))
    total: Mapped[int] = mapped_column(sa.BigInteger())
    version: Mapped[int] = mapped_column(default=1)
    saved_by: Mapped[int] = reference("user_account.id")
    saved_at: Mapped[datetime]

    saver: Mapped[UserAccount] = relationship(lazy="joined")


class TaskShare(Base):
    """How much one person does at one place in one month. No row says nothing is planned."""

    __tablename__ = "task_share"
    __table_args__ = (
        within("task_plan", "plan_id"),
        sa.UniqueConstraint("contract_id", "plan_id", "month", "user_id", "place"),
        sa.CheckConstraint("n > 0", name="n"),
        sa.Index("ix_task_share_own", "contract_id", "user_id", "month"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    plan_id: Mapped[int] = mapped_column(sa.BigInteger())
    month: Mapped[date]
    user_id: Mapped[int] = reference("user_account.id")
    place: Mapped[Name]
    n: Mapped[int] = mapped_column(sa.BigInteger())
