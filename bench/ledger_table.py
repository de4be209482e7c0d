"""A console with one contract and one ledger of many entries, for bench/ledger_page.py. Nothing here is timed."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy.orm import Session

from app import create_app
from app.config import read_settings
from app.security.tokens import new_token, token_hash
from app.store import roles
from app.store.contracts import keep_rulebook
from app.store.models import (
    Contract,
    ContractRulebook,
    Membership,
    Organisation,
    Outlet,
    RosterEntry,
    UserAccount,
    UserSession,
)
from app.web.database import db
from kpi.rulebook.loader import load_known

KEY, LEDGER = "xingan-employment-home", "job_posting"
BEGINS = date(2025, 1, 1)
DAYS = 500
STATES = ("verified", "submitted", "verified", "verified", "returned", "verified", "verified", "submitted", "verified", "draft")
CODES = "91360124MA35F0AY10"


@dataclass(frozen=True)
class Made:
    """Where the table lies, and who is signed in."""

    path: Path
    token: str
    contract_id: int
    count: int


def app_of(environment: dict[str, str]) -> Flask:
    return create_app(read_settings(environment))


def build(environment: dict[str, str], path: Path, count: int) -> Made:
    """The migrated database with `count` entries; a field worker with a session of a day."""
    app = app_of(environment)
    with app.app_context():
        upgrade()
        with Session(db.engine, expire_on_commit=False) as session:
            token, contract_id, text_id, author = people(session)
            session.commit()
        db.engine.dispose()
    fill(path, contract_id, text_id, author, count)
    return Made(path, token, contract_id, count)


def people(session: Session, rulebook: str | None = None) -> tuple[str, int, int, int]:
    """Both parties, the contract under a rulebook, one field worker with a signed agreement."""
    now = datetime.now(UTC)
    roles.ensure_built_in(session)
    buyer = Organisation(kind="buyer", name="县人社局", created_at=now)
    supplier = Organisation(kind="supplier", name="清流公司", created_at=now)
    session.add_all([buyer, supplier])
    session.flush()
    text = keep_rulebook(session, rulebook or load_known(KEY).text, now)
    contract = Contract(
        code="bench", title="就业之家运营服务", buyer_id=buyer.id, supplier_id=supplier.id, state="draft",
        starts_on=BEGINS, ends_on=BEGINS + timedelta(days=3650), created_at=now,
    )  # fmt: skip
    session.add(contract)
    session.flush()
    worker = UserAccount(login_name="bench", display_name="周某", organisation_id=supplier.id, created_at=now)
    session.add(worker)
    session.flush()
    held = roles.by_code(session, "field_staff")
    assert held is not None
    token = new_token()
    session.add_all([
        Membership(contract_id=contract.id, user_id=worker.id, role_id=held.id, from_on=BEGINS, created_at=now),
        RosterEntry(contract_id=contract.id, user_id=worker.id, position="专员", joined_on=BEGINS, created_at=now,
                    confidentiality_signed=True, confidentiality_signed_on=BEGINS),
        Outlet(contract_id=contract.id, level="county", name="县城", created_at=now),
        UserSession(user_id=worker.id, token_hash=token_hash(token), awaits_code=False, device="bench", created_at=now,
                    last_seen_at=now, expires_at=now + timedelta(days=1)),
        ContractRulebook(contract_id=contract.id, revision=1, rulebook_text_id=text.id, effective_on=BEGINS,
                         reason="合同附件", adopted_by=worker.id, adopted_at=now),
    ])  # fmt: skip
    session.flush()
    contract.rulebook_text_id = text.id
    contract.state = "live"
    return token, contract.id, text.id, worker.id


def fill(path: Path, contract_id: int, text_id: int, author: int, count: int) -> None:
    """The entries and the keys of their enterprises, written as plain rows."""
    with plain_rows(path) as connection:
        insert(connection, author, entries(contract_id, text_id, author, count))
        connection.execute(
            "INSERT INTO entry_key (contract_id, ledger, field, value, business_date, entry_id) "
            "SELECT contract_id, ledger, 'enterprise', json_extract(fields, '$.enterprise.name'), business_date, id FROM ledger_entry"
        )
        connection.execute(
            "INSERT INTO number_sequence (contract_id, ledger, next_number) VALUES (?, ?, ?)", (contract_id, LEDGER, count + 1)
        )


@contextmanager
def plain_rows(path: Path) -> Iterator[sqlite3.Connection]:
    """The database file without the application, for rows by the hundred thousand."""
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA synchronous = OFF")
    yield connection
    connection.commit()
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


NAMES = (
    "contract_id, ledger, number, business_date, state, author_id, fields, warnings, nil, trial, opening, "
    "rulebook_text_id, entered_at, submitted_at, verifier_id, verified_at, return_reason, contested, version"
)


def insert(connection: sqlite3.Connection, author: int, rows: Iterable[tuple[object, ...]]) -> None:
    """Entries with the columns of NAMES; a second person verifies them."""
    connection.execute(
        "INSERT INTO user_account (id, login_name, display_name, organisation_id, created_at, failed_count, must_change_password, version) "
        "SELECT id + 1, 'verifier', '李某', organisation_id, created_at, 0, 0, 1 FROM user_account WHERE id = ?", (author,)
    )
    marks = ", ".join("?" * len(NAMES.split(", ")))
    connection.executemany(f"INSERT INTO ledger_entry ({NAMES}) VALUES ({marks})", rows)


def entries(contract_id: int, text_id: int, author: int, count: int) -> Iterator[tuple[object, ...]]:
    for place in range(count):
        day = (BEGINS + timedelta(days=place * DAYS // count)).isoformat()
        state = STATES[place % len(STATES)]
        fields = {
            "date": day, "enterprise": {"code": CODES, "name": f"企业{place % 5000:04d}有限公司"}, "post": f"操作工{place % 97}",
            "vacancies": place % 40 + 1, "requirements": "能上夜班，身体健康", "pay": "4500-6000 元/月", "place": "工业园区",
            "published": place % 3 > 0, "published_on": day,
        }  # fmt: skip
        at = f"{day} 03:00:00.000000"
        verified = (author + 1, at) if state == "verified" else (None, None)
        yield (
            contract_id, LEDGER, place + 1, day, state, author, json.dumps(fields, ensure_ascii=False),
            json.dumps(["请核对岗位名称"]) if place % 11 == 0 else "[]", 0, 0, 0, text_id, at, None if state == "draft" else at,
            *verified, "", 0, 1,
        )  # fmt: skip
