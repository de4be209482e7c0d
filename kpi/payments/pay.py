"""The payment decision: all plans, the chosen one, what is due now, and why it may or may not be paid."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from typing import Literal, cast

from kpi.calendar import chinese_date, shift
from kpi.indicators.book import FigureBook
from kpi.payments.amounts import amounts_of
from kpi.payments.balancing import after_forfeits, balanced
from kpi.payments.context import Context
from kpi.payments.decision import NOTHING, Line, PaymentDecision, PlanOutcome
from kpi.payments.gates import gate_outcome, met_word
from kpi.payments.offsets import offset_after
from kpi.payments.reductions import capped_total, reduction_lines
from kpi.quantities import Money, total
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.base import Answer
from kpi.rulebook.given import Given, work_calendar
from kpi.rulebook.payments import Payment, Plan, Tranche

ContextOf = Callable[[str], Context]


def pay(
    payment: Payment,
    book: FigureBook,
    answers: Answers,
    given: Given,
    score: Fraction | None,
    tier: str | None,
    undecided: tuple[str, ...] = (),
) -> PaymentDecision:
    """Amounts of every plan, reductions, and what may be paid now. Money to the fen.

    `score` and `tier` come from the assessment (None: there is none yet); `undecided`: consequences for the
    tier that nobody has decided.
    """

    def context_of(clause: str) -> Context:
        return Context(book, answers, given, clause, score, tier, payment=payment)

    plans = {plan.id: _plan(plan, context_of) for plan in payment.plans}
    suspended, reasons = _suspended(payment, context_of)
    reductions = reduction_lines(payment.reductions, context_of, suspended)
    chosen, why = _chosen(payment, answers)
    plans = {name: plan if name == chosen else _unpaid(plan) for name, plan in plans.items()}
    reasons += [*why, *_blocking(book, answers, given), *undecided]
    reduced, note = capped_total(reductions, payment, context_of)
    if reduced is None and note is not None:
        reasons.append(note)
    decision = PaymentDecision(
        "none", plans, chosen, reductions, reduced, reasons=tuple(reasons), reduction_note=note
    )
    if chosen not in plans:
        return replace(decision, status="suspended" if suspended else "blocked" if plans else "none")
    return _due(payment, decision, plans[chosen], suspended, answers, given)


def _unpaid(plan: PlanOutcome) -> PlanOutcome:
    """What was paid was paid under the chosen plan."""
    return replace(plan, lines=tuple(replace(line, paid=None) for line in plan.lines))


def _plan(plan: Plan, context_of: ContextOf) -> PlanOutcome:
    amounts: dict[str, Money] = {}
    offset: dict[str, Fraction] = {}
    titles = {tranche.id: tranche.title for tranche in plan.tranches}
    lines: list[Line] = []
    for index, tranche in enumerate(plan.tranches):
        context = context_of(tranche.clause)
        context.before = tuple(one.id for one in plan.tranches[:index])
        context.amounts, context.titles, context.offset = amounts, titles, offset
        context.forfeited = context.given.forfeited.get(tranche.id, NOTHING)
        own = _lines(plan, tranche, context)
        offset = offset_after(tranche.amount, offset, context.answers)
        lines += own
        found = [line.amount for line in own]
        if found and None not in found:
            kept = context.forfeited  # no later tranche pays what is left of the base after it
            amounts[tranche.id] = total(amount for amount in found if amount is not None) + kept
    return PlanOutcome(plan.id, plan.title, tuple(lines))


def _lines(plan: Plan, tranche: Tranche, context: Context) -> list[Line]:
    gates = tuple(gate_outcome(gate, context) for gate in tranche.gates)
    missing = _missing_papers(tranche, tranche.id, context)
    try:
        made = balanced(plan, tranche, context, amounts_of(tranche.amount, context))
        amounts, text, by_hand = after_forfeits(tranche, context, made)
    except Refused as refused:
        return [
            Line(
                tranche.id,
                tranche.title,
                tranche.clause,
                None,
                refused.reason,
                tranche.advance,
                gates=gates,
                missing_papers=missing,
                due=_due_text(tranche, tranche.id, context),
                paid=context.given.paid.get(tranche.id),
            )
        ]
    sources = tuple(dict.fromkeys(context.sources))
    many = len(amounts) > 1
    names = [
        (f"{tranche.id}_{number}", f"第{number}期") if many else (tranche.id, "")
        for number in range(1, len(amounts) + 1)
    ]
    return [
        Line(
            name,
            tranche.title + which,
            tranche.clause,
            amount,
            text,
            tranche.advance,
            by_hand,
            gates,
            _missing_papers(tranche, name, context),
            sources,
            _due_text(tranche, name, context),
            context.given.paid.get(name),
        )
        for (name, which), amount in zip(names, amounts, strict=True)
    ]


def _missing_papers(tranche: Tranche, line: str, context: Context) -> tuple[str, ...]:
    """Papers not on file for a line; an instalment's own come before those of the tranche."""
    papers = context.given.papers.get(line, context.given.papers.get(tranche.id, ()))
    return tuple(paper.title for paper in tranche.papers if paper.id not in papers)


def _due_text(tranche: Tranche, line: str, context: Context) -> str:
    """The days that the clause gives, and the date once the invoice is in."""
    invoice = context.given.invoices.get(line, context.given.invoices.get(tranche.id))
    if tranche.working_days is not None:
        calendar = work_calendar(context.given).as_provisional()
        by = (
            f"，即 {calendar.add_working_days(invoice, tranche.working_days)} 前"
            if invoice is not None
            else ""
        )
        return f"收到发票后 {tranche.working_days} 个工作日内{by}"
    if tranche.calendar_days is not None:
        by = (
            f"，即 {chinese_date(shift(invoice, days=tranche.calendar_days))} 前"
            if invoice is not None
            else ""
        )
        return f"收到发票后 {tranche.calendar_days} 日内{by}"
    return ""


def _suspended(payment: Payment, context_of: ContextOf) -> tuple[bool, list[str]]:
    if payment.suspend is None:
        return False, []
    try:
        suspended = bool(context_of(payment.clause).number(payment.suspend))
    except Refused as refused:
        return False, [f"能否付款还不能判断：{refused.reason}"]
    return suspended, [payment.suspend_title or "核心指标未达标，暂缓付款，先整改"] if suspended else []


def _chosen(payment: Payment, answers: Answers) -> tuple[str | None, list[str]]:
    if payment.plan is None:
        if len(payment.plans) == 1:
            return payment.plans[0].id, []
        return None, ["同一笔款项有几种付款安排，还没有选定；请采购人确认"] if payment.plans else []
    try:
        return str(answers.get(payment.plan)), []
    except Refused as refused:
        return None, [refused.reason]


def _blocking(book: FigureBook, answers: Answers, given: Given) -> list[str]:
    """Open questions about payment and undecided contract events stop every payment."""
    reasons = [f"付款前须由采购人确认：{one.question}" for one in answers.open() if one.touches_payment]
    kinds = {kind.id: kind for kind in book.rulebook.events}
    for event in given.events:
        kind = kinds.get(event.kind)
        if kind is None:
            reasons.append(f"事件“{event.kind}”规则书里没有；请核对 events 里的 kind")
        elif kind.blocks_payment and event.decided is None:
            reasons.append(f"“{kind.title}”尚未作出处理决定，付款暂停；由采购人分管领导决定")
        elif kind.refuses_unpaid and event.decided == "upheld":
            reasons.append(f"“{kind.title}”已查实，未支付款项全部拒付")
    return reasons


def _due(
    payment: Payment,
    decision: PaymentDecision,
    plan: PlanOutcome,
    suspended: bool,
    answers: Answers,
    given: Given,
) -> PaymentDecision:
    """The next unpaid line, its gates and what is left of it after the reductions."""
    line = next((one for one in plan.lines if one.open), None)
    if line is None:
        return replace(decision, status="none", explanation="各期款项均已支付")
    closed = [gate for gate in line.gates if gate.met is not True]
    reasons = [
        *decision.reasons,
        *(f"“{gate.title}”{met_word(gate.met)}：{gate.explanation}" for gate in closed),
    ]
    reasons += [f"缺少付款材料：{paper}" for paper in line.missing_papers]
    halted = suspended or any(gate.otherwise == "suspend" and gate.met is False for gate in closed)
    if line.amount is None:
        reasons.append(f"{line.title}的金额不能计算：{line.explanation}")
    status: Literal["suspended", "blocked", "payable"] = (
        "suspended" if halted else "blocked" if reasons else "payable"
    )
    if line.amount is None or decision.reduction_total is None:
        return replace(
            decision, status="suspended" if halted else "blocked", due=line, reasons=tuple(reasons)
        )
    taken = Money(0) if line.advance else decision.reduction_total + (given.carried or Money(0))
    payable, carried = _after(line.amount, taken, answers.get(cast(str | Answer[str], payment.above_due)))
    capped = f"（{decision.reduction_note}）" if decision.reduction_note and taken.fen else ""
    text = f"{line.title} {line.amount} 减扣款 {taken}{capped} = {payable}" + (
        f"，余 {carried} 结转下期" if carried.fen else ""
    )
    return replace(
        decision,
        status=status,
        due=line,
        payable=payable,
        carried=carried,
        reasons=tuple(reasons),
        explanation=text,
    )


def _after(amount: Money, taken: Money, above: str) -> tuple[Money, Money]:
    if taken <= amount or amount.fen < 0:
        return amount - taken, Money(0)
    return Money(0), (taken - amount if above == "carry_forward" else Money(0))
