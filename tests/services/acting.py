"""Acts as the services see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from app.security.passwords import Passwords
from app.security.sealing import Sealer
from app.security.terms import Channel
from app.security.vault import Vault
from app.services import sessions
from app.services.act import Act, Refused
from app.store import audit_log
from app.store.evidence.files import open_files
from app.store.models import UserAccount
from tests.factories.ground import CLOCK, settings_for
from tests.factories.records import SIGNER

SETTINGS = settings_for("sqlite://", lock_failures=3)
PASSWORDS = Passwords(quick=True)
SEALER = Sealer({"k1": b"1" * 32}, "k1")
VAULT = Vault(SEALER, b"2" * 32)
FILES = open_files(SETTINGS, SEALER)


def act_of(session: Session, user: UserAccount | None = None) -> Act:
    """An act of this person now."""
    return Act(
        session=session,
        now=CLOCK.now,
        signer=SIGNER,
        vault=VAULT,
        files=FILES,
        channel=Channel.WEB,
        request_id="test",
        actor=sessions.person_of(session, user, CLOCK.now) if user else None,
    )


def refused(field: str, text: str, use_case: Callable[[], object]) -> None:
    """The act is refused, at this field, with this in the message; nothing is recorded."""
    with pytest.raises(Refused, match=text) as found:
        use_case()
    assert found.value.field == field


def recorded(session: Session) -> list[str]:
    """The actions in the audit chain, oldest first."""
    events = audit_log.page(session, audit_log.LogFilter(), None, None, 100)
    return [event.action for event, _ in reversed(events)]
