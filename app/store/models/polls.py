"""满意度调查: whom it asked, what they answered, what it came to."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.field_terms import PollState, PollWay, Reached
from app.store.models.base import Base, Code, Key, Name, one_of, reference, within
from app.store.models.people import UserAccount


class Poll(Base):
    """A survey. `form`: the questions as they were when it began, with the groups that are rated
    apart and the figures that are proposed from it.

    `population`: how many people could have been asked; `wished`: how many are to answer. Whoever entered answers
    does not close it. `counts`: per group answered and satisfied, as they were when it was closed.
    """

    __tablename__ = "poll"
    __table_args__ = (
        one_of("state", PollState),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("from_on <= until_on", name="days"),
        sa.CheckConstraint("wished >= 1 AND wished <= population", name="wished"),
        sa.CheckConstraint("(state = 'closed') = (closed_by IS NOT NULL AND closed_at IS NOT NULL)", name="closed"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    number: Mapped[int]
    questionnaire: Mapped[Code]
    title: Mapped[Name]
    clause: Mapped[Name]
    form: Mapped[dict[str, Any]]
    from_on: Mapped[date]
    until_on: Mapped[date]
    population: Mapped[int]
    wished: Mapped[int]
    basis: Mapped[str] = mapped_column(sa.Text(), default="")
    state: Mapped[str] = mapped_column(sa.String(20))
    opened_by: Mapped[int] = reference("user_account.id")
    opened_at: Mapped[datetime]
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    closed_by: Mapped[int | None] = reference("user_account.id")
    closed_at: Mapped[datetime | None]
    conclusion: Mapped[str] = mapped_column(sa.Text(), default="")
    version: Mapped[int] = mapped_column(default=1)

    opener: Mapped[UserAccount] = relationship(foreign_keys=[opened_by], viewonly=True)
    closer: Mapped[UserAccount | None] = relationship(foreign_keys=[closed_by], viewonly=True)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class PollAnswer(Base):
    """Somebody was asked. `respondent` is sealed; a row that was entered by mistake is struck out, with who and why."""

    __tablename__ = "poll_answer"
    __table_args__ = (
        one_of("way", PollWay),
        one_of("reached", Reached),
        within("poll", "poll_id"),
        sa.UniqueConstraint("contract_id", "id"),
        sa.UniqueConstraint("contract_id", "poll_id", "number"),
        sa.UniqueConstraint("contract_id", "poll_id", "respondent_key"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("(reached = 'answered') = (satisfied IS NOT NULL)", name="satisfied"),
        sa.CheckConstraint("(struck_by IS NULL) = (length(struck_reason) = 0)", name="struck"),
    )

    id: Mapped[Key]
    contract_id: Mapped[int] = reference("contract.id")
    poll_id: Mapped[int] = mapped_column(sa.BigInteger())
    number: Mapped[int]
    asked_on: Mapped[date]
    way: Mapped[str] = mapped_column(sa.String(20))
    group_name: Mapped[Name] = mapped_column(default="")
    reached: Mapped[str] = mapped_column(sa.String(20))
    answers: Mapped[dict[str, Any]] = mapped_column(default=dict)
    satisfied: Mapped[bool | None]
    comment: Mapped[str] = mapped_column(sa.Text(), default="")
    respondent: Mapped[dict[str, Any]] = mapped_column(default=dict)
    respondent_key: Mapped[str | None] = mapped_column(sa.String(64))
    entered_by: Mapped[int] = reference("user_account.id")
    entered_at: Mapped[datetime]
    struck_by: Mapped[int | None] = reference("user_account.id")
    struck_reason: Mapped[str] = mapped_column(sa.Text(), default="")

    enterer: Mapped[UserAccount] = relationship(foreign_keys=[entered_by], viewonly=True)
