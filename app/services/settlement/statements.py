"""应付款核定: a statement from a signed capsule, its revisions, the deputy head's signature."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from app.security.settlement_terms import AcceptanceState, SettlementDeed
from app.services.act import Act, Refused, found
from app.services.assessments import segregation
from app.services.settlement import blocking, ledger
from app.services.settlement.basis import Past, past_of
from app.services.settlement.blocking import Blocker
from app.services.settlement.common import (
    CONFIRMS,
    SIGNS,
    Done,
    Moved,
    checked_text,
    for_buyer,
    note,
    once,
)
from app.services.settlement.content import content_of
from app.services.settlement.preparing import Prepared, prepared
from app.store import settlement
from app.store.contracts import ContractScope
from app.store.settlement import SettlementStatement, StatementSigning
from kpi.capsule import canonical

# -- making ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wish:
    """Which line, on which assessment; `seen`: the revision that the person saw (0: none yet)."""

    line: str
    assessment_id: int | None = None
    seen: int = 0
    reason: str = ""


def state(act: Act, scope: ContractScope, wish: Wish, key: str) -> Done:
    """核定: the statement of a line, or a new revision of it with the reason."""
    for_buyer(act, scope, CONFIRMS)
    deed = SettlementDeed.SUPERSEDED if wish.seen else SettlementDeed.STATED
    return once(act, scope, key, deed, lambda: _state(act, scope, wish, key, deed))


def _state(act: Act, scope: ContractScope, wish: Wish, key: str, deed: SettlementDeed) -> Done:
    past = past_of(scope)
    before = past.live.get(wish.line)
    now = before.revision if before is not None else 0
    if now != wish.seen:
        raise Moved("这一期的核定单", f"第 {wish.seen} 版" if wish.seen else "还没有核定", f"第 {now} 版" if now else "还没有核定")
    reason = checked_text(wish.reason, "reason", "重新核定的理由") if before is not None else ""
    made = prepared(scope, past, wish.line, wish.assessment_id)
    _check(past, made, before)
    row = settlement.add(act.session, _row(act, scope, made, now + 1, reason))
    done = Done(row.line, statement_id=row.id)
    return note(act, scope, deed, key, done, reason, payable_fen=row.payable_fen, sha256=row.sha256, revision=row.revision)


def _check(past: Past, made: Prepared, before: SettlementStatement | None) -> None:
    if made.blockers:
        raise Refused("现在不能核定。" + blocking.words(made.blockers))
    if made.payable is None:
        raise Refused(f"{made.line.title}的金额不能计算：{made.line.explanation}")
    if before is None:
        return
    later = [one for one in past.live.values() if one.id > before.id]
    if later:
        raise Refused(f"“{later[0].title}”已在它之后核定，先不能重新核定这一期")
    if hashlib.sha256(canonical(content_of(made)).encode()).hexdigest() == before.sha256:
        raise Refused("现在重新核定，结果与现有的核定单完全一样，不用重新核定")


def _row(act: Act, scope: ContractScope, made: Prepared, revision: int, reason: str) -> SettlementStatement:
    content = content_of(made)
    sums: dict[str, int] = content["sums"]
    accepted = settlement.standing(act.session, scope.contract_id, made.line.id)
    passed = accepted is not None and accepted.state == AcceptanceState.PASSED
    capsule, row = made.made.capsule, made.made.row
    return SettlementStatement(
        contract_id=scope.contract_id, number=settlement.next_number(act.session, SettlementStatement, scope.contract_id),
        plan=found(made.made.rule).id, line=made.line.id, title=made.line.title[:120], revision=revision, reason=reason,
        advance=made.tranche.advance, assessment_id=row.id if row is not None else None,
        capsule_id=capsule.id if capsule is not None else None,
        acceptance_id=accepted.id if accepted is not None and passed else None,
        rulebook_text_id=row.rulebook_text_id if row is not None else made.past.book.text_id,
        amount_fen=sums["amount"], reduction_fen=sums["reduction"], carried_in_fen=sums["carried_in"],
        carried_fen=sums["carried"], payable_fen=sums["payable"], content=content,
        sha256=hashlib.sha256(canonical(content).encode()).hexdigest(), made_by=act.person().user_id, made_at=act.now,
    )  # fmt: skip


# -- signing --------------------------------------------------------------------------------------


def sign(act: Act, scope: ContractScope, statement_id: int, key: str) -> Done:
    """签发: the deputy head signs the statement that counts, while nothing stands against it."""
    for_buyer(act, scope, SIGNS)
    return once(act, scope, key, SettlementDeed.SIGNED, lambda: _sign(act, scope, statement_id, key))


def _sign(act: Act, scope: ContractScope, statement_id: int, key: str) -> Done:
    row = found(settlement.find(act.session, SettlementStatement, scope.contract_id, statement_id))
    check_live(scope, row)
    if row.id in settlement.signings(act.session, scope.contract_id):
        raise Refused("这份核定单已经签发过了")
    if row.made_by == act.person().user_id:
        raise Refused("自己核定的不能自己签发，请由分管领导签发")
    if row.assessment_id is not None and not segregation.may_pay(scope, act.person(), row.assessment_id):
        raise Refused("您参与了这次考核的评分，不能签发据此付款的核定单")
    if why := standing_against(scope, row):
        raise Refused("现在不能签发。" + blocking.words(why))
    signing = StatementSigning(
        contract_id=scope.contract_id, statement_id=row.id, made_by=row.made_by, signed_by=act.person().user_id, signed_at=act.now
    )  # fmt: skip
    settlement.add(act.session, signing)
    ledger.signed(act, scope, row)
    return note(act, scope, SettlementDeed.SIGNED, key, Done(row.line, statement_id=row.id), sha256=row.sha256)


def check_live(scope: ContractScope, row: SettlementStatement) -> None:
    """Only the last revision of a line counts."""
    counts = settlement.live(scope.session, scope.contract_id)[row.line]
    if counts.id != row.id:
        raise Refused(f"这是第 {row.revision} 版核定单，已被第 {counts.revision} 版取代；请打开现在的核定单再办")


def standing_against(scope: ContractScope, row: SettlementStatement) -> list[Blocker]:
    """What has come up against a statement since it was made: it holds the signature, the request and the payment."""
    past = past_of(scope)
    found_now = blocking.standing(scope, past)
    if row.assessment_id is not None:
        rested = next(one for one in past.every if one.id == row.assessment_id)
        found_now += blocking.replaced(past, rested)
    return found_now


def holds(row: SettlementStatement) -> bool:
    """Whether a stored statement still has the hash it was made with."""
    content: dict[str, Any] = row.content
    return hashlib.sha256(canonical(content).encode()).hexdigest() == row.sha256
