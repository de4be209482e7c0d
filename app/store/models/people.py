"""Accounts of the people who use the console, their recovery codes and sessions."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.security.terms import SessionEnd
from app.store.models.base import Base, Code, Hash, Key, Name, one_of, reference
from app.store.models.organisations import Organisation


class UserAccount(Base):
    """Who may sign in. Without a password hash the invitation has not been accepted yet."""

    __tablename__ = "user_account"
    __table_args__ = (
        sa.UniqueConstraint("login_name"),
        sa.UniqueConstraint("invitation_hash"),
        sa.CheckConstraint("login_name = lower(login_name)", name="login_name"),
        sa.CheckConstraint("failed_count >= 0", name="failed_count"),
        sa.CheckConstraint("(invitation_hash IS NULL) = (invitation_expires_at IS NULL)", name="invitation"),
        sa.CheckConstraint("totp_confirmed_at IS NULL OR totp_secret IS NOT NULL", name="totp"),
    )

    id: Mapped[Key]
    login_name: Mapped[Code]
    display_name: Mapped[Name]
    organisation_id: Mapped[int] = reference("organisation.id", index=True)
    password_hash: Mapped[str | None] = mapped_column(sa.String(255))
    password_changed_at: Mapped[datetime | None]
    must_change_password: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None]
    failed_count: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    totp_secret: Mapped[bytes | None] = mapped_column(sa.LargeBinary())
    totp_confirmed_at: Mapped[datetime | None]
    totp_last_step: Mapped[int | None] = mapped_column(sa.BigInteger())
    invitation_hash: Mapped[Hash | None]
    invitation_expires_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    organisation: Mapped[Organisation] = relationship()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class RecoveryCode(Base):
    """A code that replaces the second factor once; kept as a hash."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("user_id", "code_hash"),)

    id: Mapped[Key]
    user_id: Mapped[int] = reference("user_account.id")
    code_hash: Mapped[Hash]
    used_at: Mapped[datetime | None]


class UserSession(Base):
    """A sign-in, kept on the server; the cookie holds only a random token whose hash stands here."""

    __tablename__ = "user_session"
    __table_args__ = (
        sa.UniqueConstraint("token_hash"),
        one_of("ended_reason", SessionEnd),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_reason IS NULL)", name="ended"),
        sa.CheckConstraint("expires_at > created_at", name="expires"),
    )

    id: Mapped[Key]
    user_id: Mapped[int] = reference("user_account.id", index=True)
    token_hash: Mapped[Hash]
    awaits_code: Mapped[bool] = mapped_column(default=False)
    device: Mapped[str] = mapped_column(sa.String(200), default="")
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_reason: Mapped[str | None] = mapped_column(sa.String(20))

    user: Mapped[UserAccount] = relationship()
