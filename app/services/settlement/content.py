"""What a statement says: every sum with its clause, how it comes about, and where it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

from app.services.act import found
from app.services.settlement.basis import Computed
from app.services.settlement.holdbacks import withheld
from app.services.settlement.offsets import offsets_of
from app.services.settlement.preparing import Prepared
from app.services.settlement.words import in_words
from kpi.payments.context import Context
from kpi.quantities import Money, plain

FORM = "履约台应付款核定/1"
WITHHELD = "不在本期应付款里；计入总账的“保留（质保）”，返还条件满足时另行核定支付"


def content_of(made: Prepared) -> dict[str, Any]:
    """Canonical data: the lines, their sums, and what they were computed with. No personal data."""
    sums = sums_of(made)
    return {
        "form": FORM, "contract": made.past.contract.title, "line": made.line.id, "title": made.line.title,
        "clause": made.line.clause, "stage": made.tranche.stage, "plan": found(made.made.plan).title,
        "basis": _basis(made.made), "given": _given(made.made), "lines": list(_lines(made, sums)), "sums": sums,
        "in_words": in_words(Money(sums["payable"])), "earlier": _earlier(made), "due": made.line.due,
        "by_hand": made.line.by_hand, "count": _count(made.made),
    }  # fmt: skip


def sums_of(made: Prepared) -> dict[str, int]:
    """In fen: amount − reductions − carried in = payable − carried on. What a cap cut is no reduction."""
    decision = made.made.decision
    amount, payable = found(made.line.amount).fen, found(decision.payable).fen
    given = made.made.given.carried
    carried_in = given.fen if given is not None and not made.line.advance else 0
    carried = decision.carried.fen
    return {
        "amount": amount, "reduction": amount - carried_in - payable + carried, "carried_in": carried_in,
        "carried": carried, "payable": payable,
    }  # fmt: skip


def _basis(made: Computed) -> dict[str, Any]:
    """The signed result that it rests on; nothing for an advance."""
    if made.row is None or made.capsule is None:
        return {"rulebook": made.source.sha256}
    score, tier = made.evaluation.score, made.evaluation.tier
    return {
        "rulebook": made.source.sha256, "assessment": made.row.number, "period": made.row.label,
        "from": made.row.from_on.isoformat(), "to": made.row.until_on.isoformat(), "capsule": made.capsule.sha256,
        "revision": made.capsule.revision, "score": plain(score) if score is not None else None,
        "tier": tier.tier if tier is not None else None,
    }  # fmt: skip


def _given(made: Computed) -> dict[str, Any]:
    """What was put to the engine beside the capsule: whoever has both can compute it again."""
    given = made.given
    kept = {line: amount.plain() for line, amount in sorted(given.forfeited.items())}
    return {
        "price": given.price.plain() if given.price is not None else None,
        "paid": {line: amount.plain() for line, amount in sorted(given.paid.items())},
        "carried": given.carried.plain() if given.carried is not None else None,
        "answers": {name: str(value) for name, value in sorted(made.filled.items())},
        **({"forfeited": kept} if kept else {}),
    }


def entry(kind: str, title: str, fen: int | None, text: str, clause: str = "", id: str = "") -> dict[str, Any]:
    """A line. `place`: where the trace of the assessment begins."""
    place = {"base": "付款", "reduction": "扣款", "exempted": "扣款"}.get(kind)
    return {
        "kind": kind, "id": id, "title": title, "fen": fen, "text": text.replace(";", "；"), "clause": clause,
        "place": f"{place} {id}" if place else "",
    }  # fmt: skip


def _lines(made: Prepared, sums: dict[str, int]) -> Iterator[dict[str, Any]]:
    line, decision = made.line, made.made.decision
    offsets = list(offsets_of(made.made, line.id))
    kept = made.past.forfeited.standing(line.id)
    gross = sums["amount"] + sum(fen for _, fen, _ in offsets) + sum(one.amount_fen for one in kept)
    yield entry("base", line.title, gross, line.explanation, line.clause, line.id)
    for earlier, fen, text in offsets:
        yield entry("offset", f"抵扣{earlier.title}", -fen, text, line.clause, earlier.id)
    for one in kept:
        yield entry("forfeited", f"不予返还（第 {one.number} 号认定）", -one.amount_fen, one.reason, one.clause, str(one.number))
    if not line.advance:
        yield from _reductions(made)
    if sums["carried_in"]:
        yield entry("carried_in", "上期结转的扣款", -sums["carried_in"], "上一期的扣款超过应付款，按合同约定在本期继续扣")
    if decision.reduction_note and not line.advance:
        yield entry("cap", "扣款上限", None, decision.reduction_note, line.clause)
    if sums["carried"]:
        yield entry("carried", "结转下期的扣款", sums["carried"], "扣款超过本期款项，余额在下一期继续扣")
    yield entry("payable", "本期应付款", sums["payable"], decision.explanation, line.clause)
    for later in withheld(made.made, line.id):
        held = later.amount.fen if later.amount is not None else None
        yield entry("held", f"另行留下：{later.title}", held, WITHHELD, later.clause, later.id)


def _count(made: Computed) -> dict[str, str] | None:
    """Unit price and verified count, where the contract sum follows from them."""
    payment = found(made.source.rulebook.payment)
    if made.answers.get(cast(Any, payment.price)) != "unit" or payment.unit_price is None or payment.quantity is None:
        return None
    context = Context(made.evaluation.book, made.answers, made.given, payment.clause, payment=payment)
    return {"unit_price": plain(context.number(payment.unit_price)), "quantity": plain(context.number(payment.quantity))}


def _reductions(made: Prepared) -> Iterator[dict[str, Any]]:
    for one in made.made.decision.reductions:
        fen = -one.amount.fen if one.amount is not None else None
        kind = "exempted" if one.explanation.startswith("已免责") else "reduction"
        yield entry(kind, one.title, fen, one.explanation, one.clause, one.id)


def _earlier(made: Prepared) -> list[dict[str, Any]]:
    """What was settled before, in the order of the plan."""
    paid, outcome = made.past.paid(made.line.id), found(made.made.plan)
    settled = [one for one in outcome.lines if one.id in paid and one.id not in made.past.forfeited.whole]
    return [{"line": one.id, "title": one.title, "fen": paid[one.id].fen} for one in settled]
