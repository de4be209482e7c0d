"""What comes next at a payment request, and who can do it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.security.settlement_terms import RequestState
from app.services.settlement import approving
from app.services.settlement.approving import Station
from app.store.contracts import ContractScope
from app.store.payments import PaymentRequest

R = RequestState


@dataclass(frozen=True)
class NextStep:
    """In the words of the pages. `stuck`: nobody can do it; `who` then says what to do about that."""

    what: str
    who: str
    stuck: bool = False


STEPS = {
    R.WRONG: NextStep("登记红字更正", "供应商申请付款的人"), R.SENT: NextStep("查验发票", "采购人的财务人员或主管人员"),
    R.CHECKED: NextStep("报送审批", "采购人的主管人员"), R.DECLINED: NextStep("按退回的理由核对后重新报送审批", "采购人的主管人员"),
    R.APPROVED: NextStep("登记支付", "采购人的财务人员（最后一步审批的人除外）"),
    R.BOUNCED: NextStep("重新支付，或由供应商先变更收款账户", "采购人的财务人员"),
}  # fmt: skip

#: From here it goes to the approval, once every paper is there.
SUBMITS = (R.CHECKED, R.DECLINED)


def next_step(scope: ContractScope, row: PaymentRequest, today: date, missing: Sequence[str] = ()) -> NextStep | None:
    """None where nothing is left to do. `missing`: titles of the papers that are not there yet."""
    now = approving.station(scope, row)
    if now is None:
        state = R.of(row.state)
        if missing and state in SUBMITS:
            return NextStep(f"补交材料（缺{'、'.join(missing)}）", "供应商")
        return STEPS.get(state)
    what = f"审批（第 {now.position} 步，共 {len(row.chain)} 步）"
    if names := approvers(scope, row, now, today):
        return NextStep(what, f"{now.role}（{'、'.join(names)}）")
    who = f"“{now.role}”里没有可以审批这一步的人。请主管人员在“审批与授权”里补充人员、改审批链，或由有权审批的人授权代理"
    return NextStep(what, who, stuck=True)


def approvers(scope: ContractScope, row: PaymentRequest, now: Station, today: date) -> list[str]:
    """Names of those who hold the role of the station, have not spoken in this round, and had no hand in the payment."""
    barred = {one.user_id for one in now.said} | {one.for_id for one in now.said} | set(approving.own_work(scope, row))
    takers: dict[int, list[str]] = {}
    for each in scope.delegations(today):
        if each.from_on <= today and each.taker_id not in barred:
            takers.setdefault(each.giver_id, []).append(each.taker.display_name)
    found: dict[str, None] = {}
    for one in scope.members(today):
        if one.role_id == now.role_id and one.from_on <= today and one.user_id not in barred:
            for name in (one.user.display_name, *(f"{taker}代理" for taker in takers.get(one.user_id, ()))):
                found[name] = None
    return list(found)
