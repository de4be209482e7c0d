"""The demonstration is made by acts: as many decisions as audited, nobody on their own work, nothing personal in the open."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from app.demonstration.contracts import shows
from app.demonstration.run import load
from app.demonstration.stage import months
from app.services.books import book_of
from app.services.ledger import feed
from app.store import audit
from app.store.contracts import ContractScope
from app.store.models import AuditEvent, Contract, EntryEvent, LedgerEntry, Person, UserAccount
from app.web.ground import ground
from kpi.verification import Verification
from tests.factories.demonstrations import stage_of
from tests.factories.ground import KINDS, emptied

#: Of this contract's year only the first weeks have passed.
SHORT = replace(shows()[2], ahead=320, internal_check=True)


@pytest.fixture(scope="module", params=KINDS)
def app(request: pytest.FixtureRequest) -> Flask:
    """Emptied once for each database: the tests only look at what was played."""
    return emptied(request.param)


@pytest.fixture(scope="module")
def loaded(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file with everybody's account."""
    target = tmp_path_factory.mktemp("played") / "accounts.json"
    with stage_of(app) as stage:
        load(stage, target, [SHORT])
    return target


def test_decisions_are_acts_of_others(loaded: Path, session: Session) -> None:
    entries = session.scalars(sa.select(LedgerEntry)).all()
    verified = [each for each in entries if each.state == "verified"]
    assert len(verified) > 100
    assert all(each.verifier_id not in {None, each.author_id} for each in verified)
    events = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "entries.verified")).all()
    decided = session.scalars(sa.select(EntryEvent).where(EntryEvent.deed == "verified")).all()
    single = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "entry.verified")).all()
    assert sum(len(each.detail["entries"]) for each in events) + len(single) == len(decided) == len(verified)
    # A spot check marks an entry, which is a version too, but no correction.
    corrected = [each for each in verified if each.version - (each.validated is not None) > 2]
    assert len(corrected) == len(single) > 0
    made = session.scalars(sa.select(AuditEvent).where(AuditEvent.action == "entries.entered")).all()
    assert sum(each.detail["count"] for each in made) == len(entries)
    assert max(each.business_date for each in entries) <= date(2026, 3, 5)
    assert all(each.entered_at.date() >= each.business_date for each in entries)


def test_what_counts_is_what_the_engine_counts(loaded: Path, session: Session) -> None:
    contract = session.scalars(sa.select(Contract)).one()
    scope = ContractScope(session, contract.id)
    judged = Verification(book_of(scope, contract).rulebook)
    counted = sum(1 for _ in judged.verified(feed.engine_entries(scope)))
    states = session.scalars(sa.select(LedgerEntry.state).where(LedgerEntry.validated.is_not(False))).all()
    assert counted == states.count("verified")


def test_chain_holds_and_nothing_personal_is_open(loaded: Path, app: Flask, session: Session) -> None:
    with app.app_context():
        assert not audit.verify(session, ground().signer).problems
    rows = [json.dumps(each.fields, ensure_ascii=False) for each in session.scalars(sa.select(LedgerEntry))]
    rows += [json.dumps(each.detail, ensure_ascii=False) for each in session.scalars(sa.select(AuditEvent))]
    rows += [f"{each.name_mask} {each.id_mask} {each.phone_mask}" for each in session.scalars(sa.select(Person))]
    assert not [row for row in rows if re.search(r"(?<![0-9A-Za-z])[0-9]{17}[0-9Xx](?![0-9A-Za-z])", row)]


def test_everybody_can_sign_in(loaded: Path, app: Flask, session: Session) -> None:
    accounts = json.loads(loaded.read_text("utf-8"))
    assert {each["role"] for each in accounts} >= {"系统管理员", "专员", "项目经理", "主管干部", "分管领导", "财务人员", "审计人员"}
    assert loaded.stat().st_mode & 0o077 == 0
    users = {each.login_name: each for each in session.scalars(sa.select(UserAccount))}
    with app.app_context():
        for each in accounts[:3]:
            stored = users[each["login_name"]].password_hash
            assert stored is not None
            assert ground().passwords.check(stored, each["password"])


def test_months_cover_the_span_once() -> None:
    spans = months(date(2026, 1, 17), date(2026, 3, 16))
    assert spans == [
        (date(2026, 1, 17), date(2026, 1, 31)), (date(2026, 2, 1), date(2026, 2, 28)), (date(2026, 3, 1), date(2026, 3, 16))
    ]  # fmt: skip
