"""现场检查 and 投诉: what was looked at item by item, what was complained of and what came of it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.case_terms import Verdict
from app.security.field_terms import ComplaintChannel, ComplaintState, InspectionState, ItemResult
from app.security.terms import Signature
from app.store.models.base import Base, Code, Key, Name, one_of, reference, within
from app.store.models.people import UserAccount
from app.store.models.places import Outlet


class Inspection(Base):
    """A walk through one checklist at one place. `spoken_to` and `witness` are sealed and masked."""

    __tablename__ = "inspection"
    __table_args__ = (
        one_of("state", InspectionState),
        one_of("signature", Signature),
        within("outlet", "outlet_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("second_id IS NULL OR second_id <> inspector_id", name="two_people"),
        sa.CheckConstraint("state <> 'done' OR second_id IS NOT NULL", name="second"),
        sa.CheckConstraint("(state = 'done') = (closed_at IS NOT NULL)", name="closed"),
        sa.CheckConstraint("length(place) > 0", name="place"),
        sa.CheckConstraint("state <> 'cancelled' OR length(note) > 0", name="cancelled"),
        sa.Index("ix_inspection_day", "contract_id", "state", "visited_on"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    checklist: Mapped[Code]
    title: Mapped[Name]
    clause: Mapped[Name]
    rulebook_text_id: Mapped[int] = reference("rulebook_text.id")
    outlet_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    place: Mapped[Name]
    planned_on: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(20))
    visited_on: Mapped[date | None]
    visited_time: Mapped[str] = mapped_column(sa.String(5), default="")
    inspector_id: Mapped[int] = reference("user_account.id")
    second_id: Mapped[int | None] = reference("user_account.id")
    spoken_to: Mapped[dict[str, Any]] = mapped_column(default=dict)
    signature: Mapped[str] = mapped_column(sa.String(20), default=Signature.NOBODY.value)
    witness: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    planned_by: Mapped[int] = reference("user_account.id")
    planned_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    inspector: Mapped[UserAccount] = relationship(foreign_keys=[inspector_id], viewonly=True)
    second: Mapped[UserAccount | None] = relationship(foreign_keys=[second_id], viewonly=True)
    outlet: Mapped[Outlet | None] = relationship(
        primaryjoin=lambda: sa.and_(
            Inspection.outlet_id == Outlet.id, Inspection.contract_id == Outlet.contract_id
        ),
        foreign_keys=[outlet_id],
        viewonly=True,
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class InspectionItem(Base):
    """One item of a walk: its button, its note, what followed. `fields`: further fields of the ledger, as typed."""

    __tablename__ = "inspection_item"
    __table_args__ = (
        one_of("result", ItemResult),
        within("inspection", "inspection_id"),
        within("finding", "finding_id"),
        within("ledger_entry", "entry_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "inspection_id", "position"),
        sa.CheckConstraint("position >= 1", name="position"),
        sa.CheckConstraint("(result IS NULL) = (recorded_at IS NULL)", name="recorded"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    inspection_id: Mapped[int] = mapped_column(sa.BigInteger())
    position: Mapped[int]
    value: Mapped[str] = mapped_column(sa.String(200))
    clause: Mapped[Name]
    result: Mapped[str | None] = mapped_column(sa.String(20))
    label: Mapped[Name] = mapped_column(default="")
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    note: Mapped[str] = mapped_column(sa.Text(), default="")
    recorded_by: Mapped[int | None] = reference("user_account.id")
    recorded_at: Mapped[datetime | None]
    finding_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    entry_id: Mapped[int | None] = mapped_column(sa.BigInteger())


class Complaint(Base):
    """投诉 from receipt to decision and reply. `complainant` is sealed; whoever received it does not decide."""

    __tablename__ = "complaint"
    __table_args__ = (
        one_of("channel", ComplaintChannel),
        one_of("state", ComplaintState),
        one_of("outcome", Verdict),
        within("outlet", "outlet_id"),
        within("finding", "finding_id"),
        within("ledger_entry", "entry_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("length(account) > 0", name="account"),
        sa.CheckConstraint("reply_due IS NULL OR reply_due >= received_on", name="due"),
        sa.CheckConstraint("second_id IS NULL OR second_id <> investigated_by", name="two_people"),
        sa.CheckConstraint("state = 'received' OR length(investigation) > 0", name="investigated"),
        sa.CheckConstraint("(state = 'decided') = (outcome IS NOT NULL AND decided_by IS NOT NULL)", name="decided"),
        sa.CheckConstraint("decided_by IS NULL OR decided_by <> received_by", name="own_work"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    clause: Mapped[Name]
    channel: Mapped[str] = mapped_column(sa.String(20))
    outlet_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    received_on: Mapped[date]
    received_time: Mapped[str] = mapped_column(sa.String(5), default="")
    received_by: Mapped[int] = reference("user_account.id")
    recorded_at: Mapped[datetime]
    complainant: Mapped[dict[str, Any]] = mapped_column(default=dict)
    account: Mapped[str] = mapped_column(sa.Text())
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reply_due: Mapped[date | None]
    statement: Mapped[str] = mapped_column(sa.Text(), default="")
    stated_by: Mapped[int | None] = reference("user_account.id")
    stated_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(sa.String(20))
    investigation: Mapped[str] = mapped_column(sa.Text(), default="")
    investigated_on: Mapped[date | None]
    investigated_by: Mapped[int | None] = reference("user_account.id")
    second_id: Mapped[int | None] = reference("user_account.id")
    outcome: Mapped[str | None] = mapped_column(sa.String(20))
    answer: Mapped[str] = mapped_column(sa.Text(), default="")
    decided_by: Mapped[int | None] = reference("user_account.id")
    decided_at: Mapped[datetime | None]
    replied_on: Mapped[date | None]
    reply: Mapped[str] = mapped_column(sa.Text(), default="")
    finding_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    entry_id: Mapped[int | None] = mapped_column(sa.BigInteger())
    version: Mapped[int] = mapped_column(default=1)

    receiver: Mapped[UserAccount] = relationship(foreign_keys=[received_by], viewonly=True)
    investigator: Mapped[UserAccount | None] = relationship(foreign_keys=[investigated_by], viewonly=True)
    second: Mapped[UserAccount | None] = relationship(foreign_keys=[second_id], viewonly=True)
    decider: Mapped[UserAccount | None] = relationship(foreign_keys=[decided_by], viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012
