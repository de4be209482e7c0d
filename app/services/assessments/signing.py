"""签定: both sides sign the same revision, each with the password again; the second signature freezes it.

Freezing is one transaction with that signature: the capsule is the one that both signed, the entries of the period are
locked, an assessment that this one replaces is superseded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.security.passwords import Passwords
from app.security.permissions import Permission
from app.security.predicates import Person, may
from app.security.terms import AssessmentDeed, AssessmentState, Party
from app.services import accounts
from app.services.act import Act, Refused, found
from app.services.assessments import segregation
from app.services.assessments.capsules import examine
from app.services.assessments.common import (
    advance,
    check_state,
    checked_reason,
    contract_of,
    deeds,
    of_supplier,
    take,
)
from app.services.assessments.evaluating import need
from app.store import assessments, locks
from app.store.assessments import Assessment, AssessmentCapsule, AssessmentSignature
from app.store.contracts import Contract, ContractScope
from app.store.locks import PeriodLock

S, D = AssessmentState, AssessmentDeed
SIGNABLE = frozenset({S.PUBLISHED.value, S.DECIDED.value})
WORDS = {Party.BUYER: D.SIGNED_BY_BUYER, Party.SUPPLIER: D.SIGNED_BY_SUPPLIER}


def side_of(person: Person, contract: Contract) -> Party | None:
    """Whose signature the person can give; None for who signs for neither side."""
    if of_supplier(person, contract):
        return Party.SUPPLIER if may(person, Permission.SELF_SCORE, contract.id) else None
    own = person.organisation_id == contract.buyer_id
    return Party.BUYER if own and may(person, Permission.SIGN, contract.id) else None


@dataclass(frozen=True)
class Signing:
    """The password again, and the hash of what was shown to be signed."""

    password: str
    sha256: str


def sign(act: Act, scope: ContractScope, assessment_id: int, passwords: Passwords, told: Signing, seen: int) -> Assessment:
    """One side's signature. Twice at once has one effect: the second finds the first."""
    contract = contract_of(scope)
    row = take(scope, assessment_id, seen)
    side = side_of(act.person(), contract)
    if side is None:
        raise Refused("只有采购人一方签批的人和供应商一方自评与申诉的人可以签字")
    signed = check_signable(act, scope, row, side)
    hold_entries(act, scope, signed)
    kept = _capsule(scope, row)
    if told.sha256 != kept.sha256:
        raise Refused("要签的内容刚刚变了，请看过现在的内容再签")
    if not passwords.check(accounts.own(act).password_hash, told.password):
        raise Refused("密码不对，没有签字。请重新输入", "password")
    if side is Party.BUYER:
        segregation.check_signs(act, need(scope, row))
    _note(act, row, side, kept)
    if len(signed) == 1:
        freeze(act, scope, row, kept)
    act.session.flush()
    return row


def hold_entries(act: Act, scope: ContractScope, signed: Sequence[AssessmentSignature]) -> None:
    """Where this signature freezes the result: who writes entries comes before or after it, in the same order of waiting.

    They hold the contract first and the audit chain after it; the other way round both would wait for ever.
    """
    if len(signed) == 1:
        locks.hold(act.session, scope.contract_id, alone=True)


def check_signable(act: Act, scope: ContractScope, row: Assessment, side: Party) -> list[AssessmentSignature]:
    """The signatures so far; Refused where this side may not sign now."""
    check_state(row, SIGNABLE, "签字")
    signed = list(assessments.signatures(act.session, scope.contract_id, row.id))
    if why := hindrance(row, side, signed, act.today):
        raise Refused(why)
    return signed


def hindrance(row: Assessment, side: Party, signed: Sequence[AssessmentSignature], today: date) -> str:
    """Why this side cannot sign today a result that it was told; blank where it can."""
    if any(one.side == side for one in signed):
        return f"{side.label}已经签过字了，不用再签"
    waits = row.state == S.PUBLISHED and row.appeal_until is not None and today <= row.appeal_until
    if side is Party.BUYER and waits and not signed:
        return f"申诉期限到 {row.appeal_until} 为止；供应商先签字，或期限过了，采购人才能签字"
    return ""


def _capsule(scope: ContractScope, row: Assessment) -> AssessmentCapsule:
    return found(assessments.capsule(scope.session, scope.contract_id, row.id, text=True))


def _note(act: Act, row: Assessment, side: Party, kept: AssessmentCapsule) -> None:
    assessments.add(
        act.session,
        AssessmentSignature(
            contract_id=row.contract_id, assessment_id=row.id, capsule_id=kept.id, side=side.value,
            user_id=act.person().user_id, signed_at=act.now, refused=False, witness="", note="",
        ),
    )  # fmt: skip
    deeds(act, row, WORDS[side], sha256=kept.sha256, revision=kept.revision)


@dataclass(frozen=True)
class Refusal:
    """The contractor did not sign: who witnessed it, and what was said."""

    witness: str
    note: str


def refuse(act: Act, scope: ContractScope, assessment_id: int, told: Refusal, seen: int) -> Assessment:
    """Puts on record that the contractor did not sign once the deadline was over; the buyer's signature then freezes."""
    contract = contract_of(scope)
    row = take(scope, assessment_id, seen)
    if side_of(act.person(), contract) is not Party.BUYER:
        raise Refused("拒签由采购人一方签批的人记录")
    signed = check_signable(act, scope, row, Party.SUPPLIER)
    if row.appeal_until is not None and act.today <= row.appeal_until:
        raise Refused(f"申诉期限到 {row.appeal_until} 为止，过了才能记录拒签")
    witness = told.witness.strip()
    if not witness:
        raise Refused("请写明见证人", "witness")
    hold_entries(act, scope, signed)
    kept, note = _capsule(scope, row), checked_reason(told.note, "note", "拒签的情况")
    assessments.add(
        act.session,
        AssessmentSignature(
            contract_id=row.contract_id, assessment_id=row.id, capsule_id=kept.id, side=Party.SUPPLIER.value,
            user_id=act.person().user_id, signed_at=act.now, refused=True, witness=witness[:120], note=note,
        ),
    )  # fmt: skip
    deeds(act, row, D.SUPPLIER_REFUSED, note, sha256=kept.sha256)
    if len(signed) == 1:
        freeze(act, scope, row, kept)
    act.session.flush()
    return row


# -- freezing -------------------------------------------------------------------------------------


def freeze(act: Act, scope: ContractScope, row: Assessment, kept: AssessmentCapsule) -> None:
    """Both sides have signed: the capsule holds, the period is locked, what it replaces is superseded."""
    if not (verdict := examine(kept.text)).holds:
        raise Refused(f"存档重算不一致，没有签定。请把这一句告诉系统管理员：{verdict.differences[0]}")
    if row.supersedes_id is not None:
        _supersede(act, scope, row, row.supersedes_id)
    row.signed_revision = kept.revision
    advance(act, row, S.SIGNED, D.FROZEN, sha256=kept.sha256, revision=kept.revision)
    lock(act, scope, row)


def _supersede(act: Act, scope: ContractScope, row: Assessment, old_id: int) -> None:
    old = take(scope, old_id)
    if old.state != S.SIGNED:
        raise Refused(f"第 {old.number} 次考核现在是“{S.of(old.state).label}”，不能被取代")
    advance(act, old, S.SUPERSEDED, D.SUPERSEDED, row.reason, by=row.number)
    act.session.flush()  # one signed assessment of a period at a time: the old one goes first


def lock(act: Act, scope: ContractScope, row: Assessment) -> PeriodLock | None:
    """Locks the entries of the period in the buyer's signer's name, where they are not locked already."""
    locks.hold(act.session, row.contract_id, alone=True)
    for one in locks.in_force(act.session, row.contract_id):
        if one.ledger is None and one.from_on <= row.from_on and one.until_on >= row.until_on:
            return None
    buyer = next(one for one in assessments.signatures(act.session, row.contract_id, row.id) if one.side == Party.BUYER)
    held = PeriodLock(
        contract_id=row.contract_id, ledger=None, from_on=row.from_on, until_on=row.until_on,
        reason=f"考核已签字：第 {row.number} 次，{row.label}", locked_by=buyer.user_id, locked_at=act.now,
    )  # fmt: skip
    locks.add(act.session, held)
    act.record(
        "lock.set", "lock", held.id, row.contract_id,
        from_on=str(held.from_on), until_on=str(held.until_on), ledger=None, reason=held.reason,
    )  # fmt: skip
    return held
