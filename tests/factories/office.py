"""An office at work: the contract of lakeside.yaml, live, with a person of each role and papers on file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.store.contracts import ContractScope
from app.store.models import Contract, ContractRulebook, EvidenceFile, Outlet, UserAccount
from tests.factories import organisations, people, places, roles
from tests.factories.ground import START

BOOK = Path(__file__).with_name("lakeside.yaml")
#: Names by the code of the role; the second of a kind has a 2.
PEOPLE = ("field_staff", "field_staff2", "project_manager", "supervisor", "supervisor2", "deputy_head", "finance")
CODES = ("91360124MA35F0AY10", "91360124MA35F0B88L", "91360124MA35F0C07Y")
number = count(1)


@dataclass
class Office:
    """The contract, its people by role, its two outlets."""

    contract: Contract
    people: dict[str, UserAccount] = field(default_factory=dict)
    outlets: list[Outlet] = field(default_factory=list)

    def scope(self, session: Session) -> ContractScope:
        return ContractScope(session, self.contract.id)

    def __getitem__(self, role: str) -> UserAccount:
        return self.people[role]


def office(session: Session, book: Path = BOOK, **given: Any) -> Office:
    """Built and committed."""
    contract = organisations.contract(session, **{"state": "draft", **given, "title": "湖畔县就业服务"})
    text = organisations.rulebook_text(session, book.read_text("utf-8"))
    made = Office(contract)
    county = places.outlet(session, contract, name="湖畔县")
    made.outlets = [county, places.outlet(session, contract, county, name="城东街道")]
    for name in PEOPLE:
        code = name.rstrip("2")
        party = contract.supplier if code in {"field_staff", "project_manager"} else contract.buyer
        person = people.account(session, organisation=party, display_name=f"{name}{next(number)}")
        roles.membership(session, contract, person, code)
        places.roster_entry(
            session, contract, person, confidentiality_signed=True, confidentiality_signed_on=date(2026, 1, 2)
        )
        made.people[name] = person
    session.add(
        ContractRulebook(
            contract_id=contract.id, revision=1, rulebook_text_id=text.id, effective_on=contract.starts_on,
            reason="合同附件", adopted_by=made["supervisor"].id, adopted_at=START,
        )
    )  # fmt: skip
    contract.rulebook_text_id = text.id
    contract.state = given.get("state", "live")
    session.commit()
    return made


def evidence_file(session: Session, contract: Contract, user: UserAccount, **given: Any) -> EvidenceFile:
    """A row of evidence, without bytes."""
    digest = f"{next(number):064x}"
    defaults: Mapping[str, Any] = {
        "contract_id": contract.id, "sha256": digest, "size": 1, "media_type": "image/jpeg",
        "name": "现场.jpg", "uploaded_by": user.id, "uploaded_at": START,
    }  # fmt: skip
    row = EvidenceFile(**{**defaults, **given})
    session.add(row)
    session.flush()
    return row


@pytest.fixture
def made(session: Session) -> Office:
    """The office by the lake; a module that needs another, or more in it, has a fixture of this name of its own."""
    return office(session)
