"""The audit chain: appended in the act's own transaction, signed, and checked from outside.

Row n holds the hash of its own content and of row n−1; the hash is signed by a key that the database
does not hold. Changing, deleting, inserting or swapping rows breaks the chain; rewriting the whole chain
needs the key; cutting off its end or rolling the database back shows against a head kept outside.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.signing import Signer
from app.security.terms import Channel
from app.store.models import AuditEvent

GENESIS = "0" * 64
LOCK = 0x6C767975  # any constant: the advisory lock that orders appends on PostgreSQL
BATCH = 1000


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What is to be recorded; ids instead of names, no personal data."""

    at: datetime
    channel: Channel
    actor_id: int | None
    contract_id: int | None
    action: str
    subject_kind: str
    subject_id: int | None
    detail: Mapping[str, Any]
    request_id: str


@dataclass(frozen=True)
class Head:
    """The end of the chain at a moment: how many rows, the last hash and its signature."""

    position: int
    hash: str
    signature: str

    def as_json(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


def head_from_json(text: str) -> Head:
    """Reads a head kept outside; raises ValueError with what is wrong."""
    try:
        fields = json.loads(text)
        return Head(int(fields["position"]), str(fields["hash"]), str(fields["signature"]))
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError("不是链头文件；链头由 flask audit head 写出") from error


def digest(position: int, happening: Happening, previous: str) -> str:
    """The hash of a row: canonical JSON of its content, its place, and the hash before it."""
    content = asdict(happening) | {
        "at": happening.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "position": position,
        "previous": previous,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def signed_text(position: int, hashed: str) -> str:
    """What the signature stands under."""
    return f"lvyuetai-audit:{position}:{hashed}"


def append(session: Session, signer: Signer, happening: Happening) -> AuditEvent:
    """Adds a row at the end. Appends of other transactions wait until this one ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    last = head(session)
    position = last.position + 1
    hashed = digest(position, happening, last.hash)
    event = AuditEvent(
        position=position,
        previous_hash=last.hash,
        hash=hashed,
        signature=signer.sign(signed_text(position, hashed)),
        **(asdict(happening) | {"channel": happening.channel.value}),
    )
    session.add(event)
    session.flush()
    return event


def head(session: Session) -> Head:
    """The present end; position 0 where nothing has happened yet."""
    columns = (AuditEvent.position, AuditEvent.hash, AuditEvent.signature)
    row = session.execute(sa.select(*columns).order_by(AuditEvent.position.desc()).limit(1)).first()
    return Head(*row) if row else Head(0, GENESIS, "")


def rows(session: Session) -> Iterator[AuditEvent]:
    """All rows in order, a batch at a time."""
    after = 0
    while batch := session.scalars(
        sa.select(AuditEvent).where(AuditEvent.position > after).order_by(AuditEvent.position).limit(BATCH)
    ).all():
        yield from batch
        after = batch[-1].position
        for event in batch:
            session.expunge(event)


def content_of(event: AuditEvent) -> Happening:
    """What a stored row says happened."""
    return Happening(
        at=event.at,
        channel=Channel.of(event.channel),
        actor_id=event.actor_id,
        contract_id=event.contract_id,
        action=event.action,
        subject_kind=event.subject_kind,
        subject_id=event.subject_id,
        detail=event.detail,
        request_id=event.request_id,
    )


@dataclass(frozen=True)
class Verdict:
    """The rows checked, and what is wrong (Chinese); no problems means the chain is whole."""

    checked: int
    problems: tuple[str, ...]


def row_problems(event: AuditEvent, expected: int, previous: str, signer: Signer) -> Iterator[str]:
    """What is wrong with one row, given where it should stand and the hash before it."""
    where = f"第 {event.position} 条"
    if event.position != expected:
        yield f"{where}：应为第 {expected} 条，中间有记录被删除或插入"
    if event.previous_hash != previous:
        yield f"{where}：与前一条接不上，前面的记录被改动、调换或删除过"
    if digest(event.position, content_of(event), event.previous_hash) != event.hash:
        yield f"{where}：内容与哈希不符，这一条被改动过"
    if not signer.fits(signed_text(event.position, event.hash), event.signature):
        yield f"{where}：签名不是本台的密钥所签，这一条是伪造的"


def verify(session: Session, signer: Signer, outside: Head | None = None, most: int = 20) -> Verdict:
    """Checks the chain from its first row, and that it still holds the head kept outside."""
    problems: list[str] = []
    expected, previous, found_outside = 1, GENESIS, outside is None or outside.position == 0
    for event in rows(session):
        problems += row_problems(event, expected, previous, signer)
        if outside and event.position == outside.position:
            found_outside = True
            if event.hash != outside.hash:
                problems.append(f"第 {event.position} 条：与外存的链头不同，整条链被重写过")
        expected, previous = event.position + 1, event.hash
        if len(problems) >= most:
            break
    if (
        outside
        and outside.position
        and not signer.fits(signed_text(outside.position, outside.hash), outside.signature)
    ):
        problems.append("外存的链头不是本台的密钥所签，请核对链头文件")
    elif not found_outside and len(problems) < most:
        problems.append(
            f"链上没有外存链头所指的第 {outside.position if outside else 0} 条：末尾被截去，或数据库被回退"
        )
    return Verdict(expected - 1, tuple(problems))
