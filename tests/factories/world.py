"""Two contracts with everything in them, and a person of each role in the first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import Session

from app.security.permissions import BUILT_IN_ROLES
from app.security.terms import RoleSide
from app.security.tokens import token_hash
from app.store.models import Contract, UserAccount
from tests.factories import (
    assessments,
    cases,
    evidence,
    fieldwork,
    imports,
    indicators,
    ledgers,
    money,
    organisations,
    people,
    places,
    records,
    reports,
    reviews,
    roles,
    settlements,
    setups,
)
from tests.factories.ground import START

INVITATION = "the-invitation-of-somebody"


#: What addresses name by a word.
NAMES: dict[str, int | str] = {
    "kind": "pdf", "question": "anchor", "set_id": "townships", "key": "no-such-rulebook", "ledger": "visits", "field": "enterprise",
}  # fmt: skip


@dataclass
class World:
    """Ids by the name of the route's parameter: `own` of the first contract, `foreign` of the second."""

    people: dict[str, UserAccount] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    own: dict[str, int | str] = field(default_factory=dict)
    foreign: dict[str, int | str] = field(default_factory=dict)
    users: dict[str, list[UserAccount]] = field(default_factory=dict)


def _cases(session: Session, contract: Contract, first: UserAccount, second: UserAccount) -> dict[str, int | str]:
    """A finding with everything that follows from it."""
    return {
        "document_id": (notice := cases.document(session, contract, second)).id,
        "case_id": (running := cases.case(session, contract, second, notice)).id,
        "reply_id": cases.reply(session, running, first).id,
        "look_id": cases.look(session, running, second, first).id,
        "finding_id": (seen := cases.finding(session, contract, first, second)).id,
        "exemption_id": cases.exemption(session, seen, first).id,
        "event_id": cases.event(session, contract, first).id,
    }


def fill(session: Session, contract: Contract) -> dict[str, int | str]:
    """One row of each kind in a contract."""
    first, second = (people.account(session, organisation=contract.supplier) for _ in range(2))
    member = roles.membership(session, contract, first, "project_manager")
    roles.approval_step(session, roles.approval_chain(session, contract), "deputy_head")
    records.setting_answer(session, contract, first)
    records.number_sequence(session, contract)
    return {
        **NAMES,
        "contract_id": contract.id,
        "membership_id": member.id,
        "outlet_id": places.outlet(session, contract, places.outlet(session, contract)).id,
        "entry_id": places.roster_entry(session, contract, first).id,
        "delegation_id": roles.delegation(session, contract, first, second).id,
        "file_id": evidence.kept(session, contract, first).id,
        "version_id": setups.version(session, contract, first).id,
        "opening_id": setups.opening(session, contract, first).id,
        "record_id": (record := ledgers.entry(session, contract, first)).id,
        "review_id": reviews.batch(session, contract, first, record).id,
        "check_id": reviews.batch(session, contract, first, record, stage="check").id,
        "lock_id": (held := reviews.lock(session, contract, second)).id,
        "unlock_id": reviews.unlock(session, held, first).id,
        **assessments.told(session, contract, second, first),
        "view_id": ledgers.view(session, contract, first).id,
        **_cases(session, contract, first, second),
        "round_id": fieldwork.drawn(session, contract, first, record).id,
        "inspection_id": (walk := fieldwork.walked(session, contract, first, second, record.rulebook_text_id)).id,
        "item_id": fieldwork.item(session, walk).id,
        "complaint_id": fieldwork.complaint(session, contract, first).id,
        "poll_id": (poll := fieldwork.closed(session, contract, first, second)).id,
        "answer_id": fieldwork.answer(session, poll, first).id,
        **settlements.everything(session, contract, second, first),
        **indicators.everything(session, contract, first),
        "batch_id": imports.batch(session, contract, first).id,
        "mapping_id": imports.mapping(session, contract, first).id,
        "export_id": imports.export(session, contract, first).id,
        "posting_id": (paid := money.batch(session, contract, second)).id,
        "fund_id": (budget := money.fund(session, contract, second)).id,
        "allotment_id": money.allotment(session, budget, second).id,
        "account_id": money.account(session, contract, second, money.letter(session, contract, second).id).id,
        "guarantee_id": money.guarantee(session, contract, second).id,
        "bank_file_id": (file := money.bank_file(session, contract, second)).id,
        "match_id": money.match(session, file, paid, second).id,
        "run_id": imports.run(session, contract, first).id,
        **reports.everything(session, contract, first),
    }


def person_for(session: Session, contract: Contract, code: str, side: RoleSide) -> UserAccount:
    """Somebody of the right organisation who holds the role."""
    organisation = contract.supplier if side is RoleSide.SUPPLIER else contract.buyer
    person = people.account(session, organisation=organisation)
    if side is RoleSide.CONSOLE:
        roles.console_grant(session, person, code)
    else:
        roles.membership(session, contract, person, code, until_on=date(2026, 12, 31))
    return person


def world(session: Session) -> World:
    """Builds and commits all of it."""
    made = World()
    own, foreign = organisations.contract(session), organisations.contract(session)
    made.own, made.foreign = fill(session, own), fill(session, foreign)
    for role in BUILT_IN_ROLES:
        made.people[role.code] = person_for(session, own, role.code, role.side)
        made.tokens[role.code] = people.signed_in(session, made.people[role.code])
    other = people.account(
        session, invitation_hash=token_hash(INVITATION), invitation_expires_at=START.replace(year=2027)
    )
    people.signed_in(session, other)
    grant = roles.console_grant(session, people.account(session))
    role = roles.role(session)
    records.audit_event(session, contract_id=own.id)
    records.audit_event(session, contract_id=foreign.id)
    made.own |= {
        "user_id": other.id,
        "grant_id": grant.id,
        "role_id": role.id,
        "session_id": 1,
        "year": 2027,
        "job_id": records.job(session, state="failed").id,
        "token": INVITATION,
        "filename": "app.css",
    }
    session.commit()
    return made
