"""Evidence with its bytes: files of a contract as if somebody had sent them."""

from __future__ import annotations

from functools import cache

from sqlalchemy.orm import Session

from app.security.sealing import Sealer
from app.security.terms import Channel
from app.security.vault import Vault
from app.services import sessions
from app.services.act import Act
from app.services.evidence import keeping
from app.store.contracts import ContractScope
from app.store.evidence.files import Files, open_files
from app.store.models import Contract, EvidenceFile, UserAccount
from tests.factories.ground import CLOCK, settings_for
from tests.factories.pictures import photo
from tests.factories.records import SIGNER

SEALER = Sealer({"k1": b"1" * 32}, "k1")


@cache
def files() -> Files:
    """The folder that the apps of this process keep evidence in."""
    return open_files(settings_for("sqlite://"), SEALER)


def kept(
    session: Session, contract: Contract, user: UserAccount, data: bytes | None = None, name: str = "现场.jpg"
) -> EvidenceFile:
    """A file that the user has sent into the contract."""
    act = Act(
        session=session, now=CLOCK.now, signer=SIGNER, vault=Vault(SEALER, b"2" * 32), files=files(),
        channel=Channel.WEB, request_id="test", actor=sessions.person_of(session, user, CLOCK.now),
    )  # fmt: skip
    return keeping.keep_bytes(act, ContractScope(session, contract.id), name, data or photo())
