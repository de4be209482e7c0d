"""What stands in the way of a statement: each thing with who can clear it, and where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.security.settlement_terms import AcceptanceState
from app.security.terms import AssessmentState
from app.services.assessments import periods
from app.services.assessments.common import FROZEN
from app.services.rectification import events
from app.services.rectification.findings import finding_text
from app.services.settlement.basis import Computed, Past
from app.services.settlement.offsets import offsets_of
from app.services.setup.questions import questions
from app.store import payments, settlement
from app.store.assessments import Assessment
from app.store.cases import Cases
from app.store.contracts import ContractScope
from kpi.payments import GateOutcome, Line
from kpi.quantities import Money, total
from kpi.rulebook.payments import Interpolated, LinearInScore, Slabs, TierShare, Tranche

#: How the engine begins what is told here with a link.
MOST = 4
#: How the engine writes whether a clause is met.
MET = re.compile(r"([\w.-]+)/met(是|否)")
MET_WORDS = {"是": "达标", "否": "未达标"}
QUESTION = "付款前须由采购人确认"
PAPER = "缺少付款材料"
GONE = (AssessmentState.SUPERSEDED.value, AssessmentState.DROPPED.value)


@dataclass(frozen=True)
class Blocker:
    """One thing: what it is, who can clear it. `kind` and `about` name the page where that is done."""

    kind: str
    text: str
    who: str
    about: int | str = ""


def standing(scope: ContractScope, past: Past) -> list[Blocker]:
    """What holds every payment of the contract: open questions, rectifications, contract events."""
    found = [
        Blocker("question", f"待确认事项没有答复：{one.assumption.question}", "采购人主管人员", one.id)
        for one in questions(scope, past.book) if one.holds_payment
    ]  # fmt: skip
    cases = Cases(scope.session, scope.contract_id)
    running = cases.cases(running=True)
    findings = cases.of_cases([one.id for one in running]) if running else []
    for one in running:
        about = "、".join(finding_text(each.number) for each in findings if each.case_id == one.id)
        found.append(Blocker("case", f"整改没有办结：{about or f'第 {one.number} 件'}", "供应商整改，采购人复检", one.id))
    found += [Blocker("event", one.reason, "采购人的另一人认定", one.event_id) for one in events.blocking(scope)]
    return found


def of_basis(past: Past, made: Computed, line: Line, tranche: Tranche) -> list[Blocker]:
    """What is wrong with the assessment that the line would be paid on."""
    row = made.row
    if tranche.advance:
        return []
    if row is None:
        return [_unsigned(past)]
    if made.moved:
        return [Blocker("assessment", made.moved, "采购人主管人员", row.id)]
    found = replaced(past, row)
    price = made.given.price
    if price is not None and past.contract.price_fen is not None and price.fen != past.contract.price_fen:
        text = f"合同价款在考核签字以后由 {price} 变为 {Money(past.contract.price_fen)}，须重新考核"
        found.append(Blocker("assessment", text, "采购人主管人员", row.id))
    if (other := past.used(row, line.id)) is not None:
        text = f"第 {row.number} 次考核的扣款已在“{other.title}”里扣过，不能再扣一次；请用本期的考核"
        found.append(Blocker("assessment", text, "采购人主管人员", row.id))
    return found


def on_score(tranche: Tranche) -> bool:
    """Whether the tranche is what the score or tier of the whole assessment earns."""
    rule = tranche.amount
    return isinstance(rule, TierShare | LinearInScore | Interpolated) or (isinstance(rule, Slabs) and "score" in rule.value.names)


def of_periods(scope: ContractScope, past: Past, made: Computed, tranche: Tranche) -> list[Blocker]:
    """What the score of the contract earns is paid once every period that makes it up is signed."""
    row = made.row
    if row is None or not on_score(tranche):
        return []
    if row.interim:
        text = f"第 {row.number} 次考核（{row.label}）是阶段核验，不是合同约定周期的考核"
        return [Blocker("assessments", f"{text}，按得分结算要等约定周期的考核签字", "采购人与供应商双方签字")]
    listed = periods.choices(scope, past.contract, past.every).listed
    open_ones = [one.title for one in listed if one.taken is None or one.taken.state != AssessmentState.SIGNED]
    if not open_ones:
        return []
    more = "等" if len(open_ones) > MOST else ""
    text = f"还有 {len(open_ones)} 个考核周期没有签字（{'、'.join(open_ones[:MOST])}{more}），得分还不是最后的得分"
    return [Blocker("assessments", text, "采购人与供应商双方签字")]


def replaced(past: Past, row: Assessment) -> list[Blocker]:
    """The assessment is superseded, or about to be."""
    if row.state != AssessmentState.SIGNED:
        return [unsigned(row)]
    if any(one.supersedes_id == row.id and one.state not in FROZEN and one.state not in GONE for one in past.every):
        text = f"第 {row.number} 次考核正在重新考核，签出新的结果以前不能付款"
        return [Blocker("assessment", text, "采购人与供应商双方签字", row.id)]
    return []


def unsigned(row: Assessment) -> Blocker:
    """It is not signed, or no longer counts."""
    word = AssessmentState.of(row.state).label
    who = "采购人用取代它的考核重新核定" if row.state in GONE else "采购人与供应商双方签字"
    return Blocker("assessment", f"第 {row.number} 次考核（{row.label}）现在是“{word}”，不能据此付款", who, row.id)


def _unsigned(past: Past) -> Blocker:
    """There is no signed assessment: is there one on the way?"""
    latest = next((one for one in past.every if one.state not in FROZEN and one.state not in GONE), None)
    if latest is None:
        return Blocker("assessments", "还没有签字的考核；先开启考核、评分、双方签字", "采购人主管人员")
    return unsigned(latest)


def of_forfeits(past: Past, line: Line) -> list[Blocker]:
    """Whether a part of it is not to be given back has to be decided first."""
    row = past.forfeited.proposed(line.id)
    if row is None:
        return []
    return [Blocker("forfeit", f"第 {row.number} 号不予返还（{Money(row.amount_fen)}）还没有认定", "采购人分管领导", row.id)]


def of_acceptance(scope: ContractScope, line: Line, tranche: Tranche) -> list[Blocker]:
    """Where the rulebook pays a stage, the acceptance group has found it fit."""
    if not asks_acceptance(tranche):
        return []
    row = settlement.standing(scope.session, scope.contract_id, line.id)
    if row is not None and row.state == AcceptanceState.PASSED:
        return []
    text = "还没有履约验收" if row is None else f"第 {row.number} 次履约验收还没有结论"
    return [Blocker("acceptance", f"{text}（{tranche.stage}）", "采购人组织验收工作组", row.id if row is not None else "")]


def asks_acceptance(tranche: Tranche) -> bool:
    """A tranche that pays for a stage of the work is paid on its acceptance."""
    return bool(tranche.stage) and not tranche.advance


def of_decision(made: Computed, line: Line) -> list[Blocker]:
    """What the engine says against paying the line, apart from what is told with a link."""
    decision = made.decision
    due = decision.due
    if due is None or due.id != line.id:
        return [_order(made, line)]
    closed = [gate for gate in line.gates if gate.met is not True]
    own = {f"“{gate.title}”" for gate in closed}
    texts = [text for text in decision.reasons if not text.startswith((QUESTION, PAPER)) and not any(text.startswith(one) for one in own)]
    found = [_gate(one) for one in closed]
    return found + [Blocker("reason", text.replace(";", "；"), "采购人主管人员") for text in texts]


def _gate(gate: GateOutcome) -> Blocker:
    word = "还不能判断" if gate.met is None else "没有满足"
    who = "供应商整改后由采购人复检、重新考核" if gate.otherwise == "suspend" else "采购人认定后重新考核"
    how = MET.sub(lambda one: f"{one[1]} {MET_WORDS[one[2]]}", gate.explanation).replace(";", "；").replace(",", "，")
    return Blocker("gate", f"付款条件{word}：{gate.title}（{gate.clause}；{how}）", who, gate.otherwise)


def _order(made: Computed, line: Line) -> Blocker:
    due = made.decision.due
    if due is None:
        return Blocker("order", "按现在的付款安排，没有要核定的款项了", "采购人主管人员")
    return Blocker("order", f"先核定前一期“{due.title}”", "采购人主管人员")


def of_offsets(scope: ContractScope, past: Past, made: Computed, line: Line) -> list[Blocker]:
    """An advance is offset once it has been paid."""
    names = {one.id: one.title for one, _, _ in offsets_of(made, line.id)}
    stated = [past.live[name] for name in names if name in past.live]
    paid = payments.paid_by_line(scope.session, scope.contract_id) if stated else {}
    return [
        Blocker("order", f"“{one.title}”还没有支付，付了才能在这一期抵扣", "采购人财务人员", one.id)
        for one in stated if paid.get(one.line, 0) < one.payable_fen
    ]  # fmt: skip


def ceiling(past: Past, line: str, payable: int) -> list[Blocker]:
    """All payments together never take more than the contract's price."""
    if past.contract.price_fen is None:
        return []
    whole = total(past.paid(line).values()) + Money(payable)
    if whole.fen <= past.contract.price_fen:
        return []
    text = f"各期合计 {whole}，超过合同价款 {Money(past.contract.price_fen)}"
    return [Blocker("ceiling", text, "采购人核对价款或签补充协议")]


def words(blockers: Iterable[Blocker], most: int = 3) -> str:
    """The first of them in one sentence."""
    listed: Sequence[Blocker] = list(blockers)
    more = f"；另有 {len(listed) - most} 条" if len(listed) > most else ""
    return "；".join(f"{one.text}（由{one.who}办理）" for one in listed[:most]) + more
