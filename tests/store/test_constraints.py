"""What must hold stands in the database: each constraint refuses the row that breaks it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.store.schema import Base
from tests.factories import organisations, people, places, records, roles
from tests.factories.ground import START
from tests.store import breaks_reviews, breaks_setup

Break = Callable[[Session], object]
EARLY = date(2025, 1, 1)


def twice(make: Break) -> Break:
    """The same row twice."""

    def both(session: Session) -> None:
        make(session)
        make(session)

    return both


def in_both(make: Callable[..., object]) -> Break:
    """A row of one contract that points into another."""

    def make_it(session: Session) -> object:
        return make(session, organisations.contract(session), organisations.contract(session))

    return make_it


def same_parties(s: Session) -> None:
    one = organisations.organisation(s)
    organisations.contract(s, buyer=one, supplier=one)


def member_twice(s: Session) -> None:
    contract, user, role = organisations.contract(s), people.account(s), roles.role(s)
    roles.membership(s, contract, user, role)
    roles.membership(s, contract, user, role)


def grant_twice(s: Session) -> None:
    user = people.account(s)
    roles.console_grant(s, user)
    roles.console_grant(s, user)


def code_twice(s: Session) -> None:
    user = people.account(s)
    people.recovery_code(s, user)
    people.recovery_code(s, user)


def outlet_names(s: Session, *, root: bool) -> None:
    contract = organisations.contract(s)
    parent = None if root else places.outlet(s, contract)
    places.outlet(s, contract, parent, name="同名")
    places.outlet(s, contract, parent, name="同名")


def own_parent(s: Session) -> None:
    outlet = places.outlet(s, organisations.contract(s))
    outlet.parent_id = outlet.id
    s.flush()


def present_twice(s: Session) -> None:
    contract, user = organisations.contract(s), people.account(s)
    places.roster_entry(s, contract, user)
    places.roster_entry(s, contract, user)


def roster(s: Session, **given: object) -> object:
    return places.roster_entry(s, organisations.contract(s), people.account(s), **given)


def chain_twice(s: Session) -> None:
    contract = organisations.contract(s)
    roles.approval_chain(s, contract)
    roles.approval_chain(s, contract)


def step(s: Session, times: int = 1, **given: object) -> None:
    chain = roles.approval_chain(s, organisations.contract(s))
    for _ in range(times):
        roles.approval_step(s, chain, "finance", **given)


def delegation(s: Session, *, self_given: bool = False, **given: object) -> object:
    giver = people.account(s)
    taker = giver if self_given else people.account(s)
    return roles.delegation(s, organisations.contract(s), giver, taker, **given)


def answer(s: Session, times: int = 1, **given: object) -> None:
    contract, user = organisations.contract(s), people.account(s)
    for _ in range(times):
        records.setting_answer(s, contract, user, **given)


def sequence(s: Session, times: int = 1, **given: object) -> None:
    contract = organisations.contract(s)
    for _ in range(times):
        records.number_sequence(s, contract, **given)


def session_of(s: Session, **given: object) -> object:
    return people.signed_in(s, people.account(s), **given)


def same_token(s: Session) -> None:
    session_of(s, token="t")
    session_of(s, token="t")


def forked_chain(s: Session, **given: object) -> None:
    first, second = records.audit_event(s), records.audit_event(s)
    values = {c.name: getattr(second, c.name) for c in second.__table__.columns}
    s.execute(sa.insert(type(first)).values({**values, "position": 9, "hash": "f" * 64, **given}))


BREAKS: dict[str, Break] = {
    "ck_organisation_kind": lambda s: organisations.organisation(s, kind="other"),
    "uq_organisation_name": twice(lambda s: organisations.organisation(s, name="同名单位")),
    "uq_organisation_credit_code": twice(
        lambda s: organisations.organisation(s, credit_code="91350100M000100Y43")
    ),
    "ck_rulebook_text_sha256": lambda s: raw(s, "rulebook_text", sha256="short", text="x", created_at=START),
    "uq_rulebook_text_sha256": twice(
        lambda s: raw(s, "rulebook_text", sha256="a" * 64, text="x", created_at=START)
    ),
    "ck_contract_state": lambda s: organisations.contract(s, state="lost"),
    "ck_contract_rulebook": lambda s: organisations.contract(s, state="trial"),
    "ck_contract_term": lambda s: organisations.contract(s, ends_on=EARLY),
    "ck_contract_price": lambda s: organisations.contract(s, price_fen=-1),
    "ck_contract_parties": same_parties,
    "uq_contract_code": twice(lambda s: organisations.contract(s, code="same")),
    "uq_user_account_login_name": twice(lambda s: people.account(s, login_name="same")),
    "uq_user_account_invitation_hash": twice(
        lambda s: people.account(s, invitation_hash="a" * 64, invitation_expires_at=START)
    ),
    "ck_user_account_login_name": lambda s: people.account(s, login_name="Upper"),
    "ck_user_account_failed_count": lambda s: people.account(s, failed_count=-1),
    "ck_user_account_invitation": lambda s: people.account(s, invitation_hash="a" * 64),
    "ck_user_account_totp": lambda s: people.account(s, totp_confirmed_at=START),
    "uq_recovery_code_user_id_code_hash": code_twice,
    "uq_user_session_token_hash": same_token,
    "ck_user_session_ended_reason": lambda s: session_of(s, ended_at=START, ended_reason="tired"),
    "ck_user_session_ended": lambda s: session_of(s, ended_at=START),
    "ck_user_session_expires": lambda s: session_of(s, expires_at=START - timedelta(hours=1)),
    "ck_role_side": lambda s: roles.role(s, side="neither"),
    "uq_role_code": twice(lambda s: roles.role(s, code="same")),
    "uq_role_name": twice(lambda s: roles.role(s, name="同名角色")),
    "uq_membership_contract_id_user_id_role_id_from_on": member_twice,
    "ck_membership_term": lambda s: roles.membership(
        s, organisations.contract(s), people.account(s), "finance", until_on=EARLY
    ),
    "uq_console_grant_user_id_role_id_from_on": grant_twice,
    "ck_console_grant_term": lambda s: roles.console_grant(s, people.account(s), until_on=EARLY),
    "uq_approval_chain_contract_id_purpose": chain_twice,
    "uq_approval_step_chain_id_position": lambda s: step(s, times=2),
    "ck_approval_step_position": lambda s: step(s, position=0),
    "ck_approval_step_from_fen": lambda s: step(s, from_fen=-1),
    "fk_approval_step_contract_id_chain_id": in_both(
        lambda s, one, two: roles.approval_step(
            s, roles.approval_chain(s, one), "finance", contract_id=two.id
        )
    ),
    "ck_delegation_people": lambda s: delegation(s, self_given=True),
    "ck_delegation_term": lambda s: delegation(s, until_on=EARLY),
    "ck_delegation_reason": lambda s: delegation(s, reason=""),
    "ck_outlet_level": lambda s: places.outlet(s, organisations.contract(s), level="planet"),
    "ck_outlet_parent": own_parent,
    "uq_outlet_contract_id_parent_id_name": lambda s: outlet_names(s, root=False),
    "uq_outlet_root_name": lambda s: outlet_names(s, root=True),
    "fk_outlet_contract_id_parent_id": in_both(
        lambda s, one, two: places.outlet(s, two, places.outlet(s, one), name="跨合同")
    ),
    "ck_roster_entry_term": lambda s: roster(s, left_on=EARLY),
    "ck_roster_entry_confidentiality": lambda s: roster(s, confidentiality_signed=True),
    "uq_roster_entry_present": present_twice,
    "fk_roster_entry_contract_id_outlet_id": in_both(
        lambda s, one, two: places.roster_entry(s, two, people.account(s), outlet_id=places.outlet(s, one).id)
    ),
    "uq_setting_answer_contract_id_assumption_revision": lambda s: answer(s, times=2),
    "ck_setting_answer_revision": lambda s: answer(s, revision=0),
    "ck_setting_answer_reason": lambda s: answer(s, reason=""),
    "uq_number_sequence_contract_id_ledger": lambda s: sequence(s, times=2),
    "ck_number_sequence_next_number": lambda s: sequence(s, next_number=0),
    "ck_job_state": lambda s: records.job(s, state="lost"),
    "ck_job_progress": lambda s: records.job(s, progress=101),
    "ck_job_attempts": lambda s: records.job(s, attempts=-1),
    "uq_job_name_period": twice(lambda s: records.job(s, period="2026-03-05")),
    "ck_audit_event_channel": lambda s: forked_chain(s, previous_hash="e" * 64, channel="rumour"),
    "ck_audit_event_position": lambda s: forked_chain(s, previous_hash="e" * 64, position=0),
    "uq_audit_event_previous_hash": forked_chain,
    "uq_audit_event_hash": lambda s: forked_chain(
        s, previous_hash="e" * 64, hash=records.audit_event(s).hash
    ),
}
BREAKS |= breaks_setup.BREAKS | breaks_reviews.BREAKS
# Implied by the primary key; they are there for composite foreign keys to refer to.
IMPLIED = {
    f"uq_{table}_contract_id_id"
    for table in (
        *("membership", "approval_chain", "delegation", "outlet", "roster_entry"),
        *("contract_rulebook", "opening_record"),
    )
}
IMPLIED |= breaks_reviews.IMPLIED


def raw(session: Session, table: str, **values: object) -> None:
    session.execute(sa.insert(Base.metadata.tables[table]).values(**values))


@pytest.mark.parametrize("name", BREAKS)
def test_the_database_refuses(session: Session, name: str) -> None:
    with pytest.raises(IntegrityError) as refused:
        BREAKS[name](session)
    said = str(refused.value.orig)
    columns = next(
        (
            each.columns.keys()
            for t in Base.metadata.tables.values()
            for each in constraints(t)
            if each.name == name
        ),
        [],
    )
    # SQLite names a unique constraint by its columns, a foreign key not at all.
    assert (
        name in said or all(column in said for column in columns) or "FOREIGN KEY constraint failed" in said
    )


def constraints(table: sa.Table) -> list[sa.Constraint | sa.Index]:
    return [
        *(each for each in table.constraints if each.name),
        *(index for index in table.indexes if index.unique),
    ]


def plain(constraint: sa.Constraint | sa.Index) -> bool:
    """A primary key or a foreign key of one column: SQLAlchemy's own ground."""
    if isinstance(constraint, sa.PrimaryKeyConstraint):
        return True
    return isinstance(constraint, sa.ForeignKeyConstraint) and len(constraint.columns) == 1


def test_each_row_here_breaks_a_constraint_that_is_there() -> None:
    """All of them, without exception, are tried in test_every_constraint; here by rows as people would make them."""
    named = {
        str(each.name)
        for table in Base.metadata.tables.values()
        for each in constraints(table)
        if not plain(each)
    }
    assert BREAKS.keys() <= named - IMPLIED
    assert len(BREAKS) > 100


def test_rows_that_are_referred_to_stay(session: Session) -> None:
    contract = organisations.contract(session)
    with pytest.raises(IntegrityError):
        session.execute(sa.text("DELETE FROM organisation WHERE id = :id"), {"id": contract.buyer_id})


@pytest.mark.parametrize("statement", ["UPDATE {} SET {} = 'x'", "DELETE FROM {}"])
@pytest.mark.parametrize(("table", "column"), [("audit_event", "action"), ("rulebook_text", "text")])
def test_append_only_tables_refuse_changes(session: Session, table: str, column: str, statement: str) -> None:
    records.audit_event(session)
    organisations.rulebook_text(session)
    with pytest.raises(sa.exc.DBAPIError, match="只增不改"):
        session.execute(sa.text(statement.format(table, column)))
