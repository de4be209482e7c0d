"""审批: the invoice checked, the papers complete, then station by station along the chain."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.security.permissions import P, known
from app.security.settlement_terms import (
    Checked,
    Consent,
    InvoiceState,
    RequestState,
    SettlementDeed,
)
from app.services.act import Act, Refused, found
from app.services.assessments import segregation
from app.services.settlement import blocking
from app.services.settlement.common import CONFIRMS, PAYS, Done, checked_text, for_buyer, note, once
from app.services.settlement.papers import required
from app.services.settlement.requests import about, held, standing_invoice, turn
from app.services.settlement.statements import check_live, standing_against
from app.store import payments, settlement
from app.store.contracts import ContractScope
from app.store.evidence import links
from app.store.payments import PaymentApproval, PaymentRequest
from app.store.settlement import SettlementStatement

R, D = RequestState, SettlementDeed
PURPOSE = "payment"
FINANCE = 2


# -- the tax office's check ------------------------------------------------------------------------


def check(
    act: Act, scope: ContractScope, request_id: int, result: Checked, proof: Sequence[int], text: str, seen: int, key: str
) -> Done:
    """查验: what the tax office's site said, with its screenshot."""
    for_buyer(act, scope, PAYS, CONFIRMS)
    return once(act, scope, key, D.CHECKED, lambda: _check(act, scope, request_id, (result, proof, text), seen, key))


def _check(
    act: Act, scope: ContractScope, request_id: int, said: tuple[Checked, Sequence[int], str], seen: int, key: str
) -> Done:
    row = held(scope, request_id, seen, R.SENT, todo="查验发票")
    result, proof, text = said
    invoice = found(standing_invoice(scope, row))
    if not proof or set(proof) - links.digests(act.session, scope.contract_id, set(proof)).keys():
        raise Refused("请上传税务局查验结果的截图", "files")
    if result is Checked.FALSE:
        text = checked_text(text, "note", "查验不一致的情况")
    invoice.checked, invoice.checked_by, invoice.checked_at = result.value, act.person().user_id, act.now
    invoice.proof_id, invoice.check_note = proof[0], text.strip()
    if result is Checked.FALSE:
        invoice.state = InvoiceState.WRONG.value
    turn(act, row, R.CHECKED if result is Checked.TRUE else R.WRONG)
    said_text = f"发票 {invoice.number} {result.label}" + (f"：{text.strip()}" if text.strip() else "")
    return note(act, scope, D.CHECKED, key, about(row), said_text, invoice=invoice.id, result=result.value)


# -- submitting -----------------------------------------------------------------------------------


def stations(scope: ContractScope, amount_fen: int) -> list[dict[str, Any]]:
    """The stations that this amount passes; Refused where the chain is not fit for payments."""
    chain = scope.chain(PURPOSE)
    if chain is None:
        raise Refused("还没有设置付款审批链；请主管人员在“审批与授权”里设置，财务至少两步")
    steps = [one for one in chain.steps if one.from_fen <= amount_fen]
    wrong = [one.role.name for one in steps if P.PAYMENT_APPROVE not in known(one.role.permissions)]
    if wrong:
        raise Refused(f"付款审批链里的“{wrong[0]}”没有审批付款的权限；请主管人员在“审批与授权”里改")
    finance = [one for one in steps if P.SIGN not in known(one.role.permissions)]
    if len(finance) < FINANCE:
        raise Refused(f"付款审批链里财务只有 {len(finance)} 步，付款须有两名财务人员审批；请主管人员在“审批与授权”里改")
    return [
        {"position": place, "role_id": one.role_id, "role": one.role.name, "from_fen": one.from_fen, "opinion": one.opinion}
        for place, one in enumerate(steps, 1)
    ]


def submit(act: Act, scope: ContractScope, request_id: int, seen: int, key: str) -> Done:
    """报送审批: the buyer's officer confirms that the papers are complete; the chain is fixed as it is now."""
    for_buyer(act, scope, CONFIRMS)
    return once(act, scope, key, D.SUBMITTED, lambda: _submit(act, scope, request_id, seen, key))


def _submit(act: Act, scope: ContractScope, request_id: int, seen: int, key: str) -> Done:
    row = held(scope, request_id, seen, R.CHECKED, R.DECLINED, todo="报送审批")
    _check_payable(scope, row)
    missing = [one.title for one in required(scope, row) if one.missing]
    if missing:
        raise Refused(f"还缺 {len(missing)} 份材料：{'、'.join(missing)}。补齐，或由采购人写明理由免交")
    row.chain = stations(scope, row.amount_fen)
    row.round, row.submitted_by, row.submitted_at = row.round + 1, act.person().user_id, act.now
    turn(act, row, R.APPROVING)
    return note(act, scope, D.SUBMITTED, key, about(row), "", round=row.round)


def _check_payable(scope: ContractScope, row: PaymentRequest) -> SettlementStatement:
    """The statement still counts and nothing has come up against it."""
    statement = found(settlement.find(scope.session, SettlementStatement, scope.contract_id, row.statement_id))
    check_live(scope, statement)
    if why := standing_against(scope, statement):
        raise Refused("现在不能往下办。" + blocking.words(why))
    return statement


# -- approving ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Station:
    """Where the approval stands: the station that is next, and what was said in this round."""

    position: int
    role_id: int
    role: str
    opinion: str
    said: tuple[PaymentApproval, ...]


def station(scope: ContractScope, row: PaymentRequest) -> Station | None:
    """The next station; None where no approval is under way."""
    if row.state != R.APPROVING:
        return None
    said = tuple(one for one in payments.approvals(scope.session, scope.contract_id, [row.id]) if one.round == row.round)
    one = row.chain[len(said)]
    return Station(one["position"], one["role_id"], one["role"], one["opinion"], said)


def own_work(scope: ContractScope, row: PaymentRequest) -> dict[int, str]:
    """Who had a hand in what is to be approved, and in what."""
    statement = found(settlement.find(scope.session, SettlementStatement, scope.contract_id, row.statement_id))
    found_people = {row.requested_by: "申请了这笔付款", statement.made_by: "核定了这笔应付款"}
    if row.submitted_by is not None:
        found_people[row.submitted_by] = "报送了这笔付款"
    if statement.acceptance_id is not None:
        for one in settlement.member_ids(scope.session, scope.contract_id, [statement.acceptance_id]):
            found_people[one] = "参加了这一期的验收"
    return found_people


def stands_for(act: Act, scope: ContractScope, row: PaymentRequest, next_one: Station) -> int | None:
    """None where the person holds the station's role; else the id of who delegated it. Refused where neither."""
    me = act.person().user_id
    holders = {one.user_id for one in scope.members(act.today) if one.role_id == next_one.role_id and one.from_on <= act.today}
    spoken = {one.user_id for one in next_one.said} | {one.for_id for one in next_one.said}
    own = own_work(scope, row)
    if me in spoken:
        raise Refused("您在这一轮已经审批过了，下一步由另一人审批")
    if me in own:
        raise Refused(f"您{own[me]}，不能审批自己经办的付款")
    if me in holders:
        return None
    givers = [one.giver_id for one in scope.delegations(act.today) if one.taker_id == me and one.from_on <= act.today]
    for giver in givers:
        if giver in holders and giver not in spoken and giver not in own:
            return giver
    raise Refused(f"这一步由“{next_one.role}”审批；您不是，也没有人授权您代理")


def approve(act: Act, scope: ContractScope, request_id: int, consent: Consent, text: str, seen: int, key: str) -> Done:
    """One station's word: on to the next, or back."""
    for_buyer(act, scope, PAYS)
    deed = D.AGREED if consent is Consent.AGREED else D.DECLINED
    return once(act, scope, key, deed, lambda: _approve(act, scope, request_id, (consent, text, deed), seen, key))


def _approve(
    act: Act, scope: ContractScope, request_id: int, said: tuple[Consent, str, SettlementDeed], seen: int, key: str
) -> Done:
    row = held(scope, request_id, seen, R.APPROVING, todo="审批")
    next_one = found(station(scope, row))
    giver = stands_for(act, scope, row, next_one)
    consent, text, deed = said
    if consent is Consent.AGREED:
        _check_apart(act, scope, _check_payable(scope, row))
    else:
        text = checked_text(text, "note", "退回的理由")
    settlement.add(
        act.session,
        PaymentApproval(
            contract_id=scope.contract_id, request_id=row.id, round=row.round, position=next_one.position, role=next_one.role,
            consent=consent.value, note=text.strip()[:500], user_id=act.person().user_id, for_id=giver, at=act.now,
        ),
    )  # fmt: skip
    last = next_one.position == len(row.chain)
    turn(act, row, R.DECLINED if consent is Consent.DECLINED else R.APPROVED if last else R.APPROVING)
    words = f"{next_one.role}：{text.strip() or next_one.opinion}"
    return note(act, scope, deed, key, about(row), words, round=row.round, position=next_one.position, delegated_by=giver)


def _check_apart(act: Act, scope: ContractScope, statement: SettlementStatement) -> None:
    """Who scored does not approve the payment."""
    if statement.assessment_id is not None and not segregation.may_pay(scope, act.person(), statement.assessment_id):
        raise Refused("您参与了这次考核的评分，不能审批据此的付款")
