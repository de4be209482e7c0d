"""All models. Only app.store imports them; others take them from the store's areas."""

from __future__ import annotations

from app.store.models import append_only
from app.store.models.base import Base
from app.store.models.organisations import Contract, Organisation, RulebookText
from app.store.models.people import RecoveryCode, UserAccount, UserSession
from app.store.models.places import Outlet, RosterEntry
from app.store.models.records import AuditEvent, Job, NumberSequence, SettingAnswer
from app.store.models.roles import (
    ApprovalChain,
    ApprovalStep,
    ConsoleGrant,
    Delegation,
    Membership,
    Role,
)

__all__ = [
    "ApprovalChain",
    "ApprovalStep",
    "AuditEvent",
    "Base",
    "ConsoleGrant",
    "Contract",
    "Delegation",
    "Job",
    "Membership",
    "NumberSequence",
    "Organisation",
    "Outlet",
    "RecoveryCode",
    "Role",
    "RosterEntry",
    "RulebookText",
    "SettingAnswer",
    "UserAccount",
    "UserSession",
    "append_only",
]
