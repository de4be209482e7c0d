"""Payment: one plan per sum, shares that sum to 100%, every share, tier and instalment stated."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from kpi.checkup.findings import Book, Finding, numbers_stated
from kpi.checkup.losses import stated
from kpi.checkup.walk import Path
from kpi.quantities import percent
from kpi.rulebook.base import Answer, Stated
from kpi.rulebook.payments import (
    Balance,
    Holdback,
    Instalments,
    Interpolated,
    LinearInScore,
    Payment,
    Plan,
    ShareOfPrice,
    TierShare,
    Tranche,
)

_SHARE = ("share", "比例", "支付比例", "")


def payments(book: Book) -> Iterator[Finding]:
    """All findings on payment; a rulebook with a rubric or indicators but without payment is asked."""
    payment = book.rulebook.payment
    if payment is None or not payment.plans:
        path: Path = ("payment",) if payment is not None else ()
        yield book.finding(
            "question",
            "no_payment",
            path,
            "文件没有写怎样付款（没有付款方案）",
            "合同价款分几期付？每期多少，什么条件下付？",
            clauses=(),
        )
        return
    yield from _two_plans(book, payment)
    yield from _formula(book, payment)
    for index, plan in enumerate(payment.plans):
        path = ("payment", "plans", index)
        yield from _exceeding(book, path, plan, payment)
        yield from _reading(book, path, plan)
        for number, tranche in enumerate(plan.tranches):
            yield from _tranche(book, (*path, "tranches", number), tranche)


def _two_plans(book: Book, payment: Payment) -> Iterator[Finding]:
    by_sum: dict[str, list[tuple[int, Plan]]] = {}
    for index, plan in enumerate(payment.plans):
        by_sum.setdefault(plan.sum, []).append((index, plan))
    for name, plans in by_sum.items():
        if len(plans) > 1:
            titles = "、".join(f"“{plan.title}”" for _, plan in plans)
            yield book.finding(
                "question",
                "two_plans",
                ("payment", "plans", plans[1][0]),
                f"同一笔{name}有 {len(plans)} 个付款方案：{titles}",
                f"{name}按哪个方案支付？",
                about=[payment.plan],
                clauses=[plan.clause for _, plan in plans],
                quotes=[one for _, plan in plans for one in plan.stated],
            )


def _formula(book: Book, payment: Payment) -> Iterator[Finding]:
    """The document links result and payment, but no number of it says how."""
    if any(_states_number(plan) for plan in payment.plans):
        return
    first = payment.plans[0]
    yield book.finding(
        "question",
        "no_payment_formula",
        ("payment",),
        "文件没有写明付款的比例、金额或公式，在采购人答复前不能计算付款",
        "考核结果怎样决定付款？请给出公式、档次比例或各期比例。",
        about=[payment.plan, *_answers(payment)],
        quotes=[one for plan in payment.plans for one in plan.stated],
        clauses=[first.clause],
    )


def _states_number(plan: Plan) -> bool:
    quotes = [*plan.stated]
    for tranche in plan.tranches:
        amount = tranche.amount
        quotes += tranche.stated
        if isinstance(amount, TierShare):
            quotes += amount.stated
        if _largest(tranche, plain_only=True) is not None and not isinstance(amount, LinearInScore | Balance):
            return True
        if isinstance(amount, Instalments) and stated(amount.number) is not None:
            return True
        if getattr(amount, "unit_price", None) is not None and not isinstance(amount.unit_price, Answer):  # type: ignore[union-attr]
            return True
    return bool(numbers_stated(quotes))


def _answers(payment: Payment) -> list[Any]:
    amounts = [tranche.amount for plan in payment.plans for tranche in plan.tranches]
    return [getattr(amount, name, None) for amount in amounts for name in ("share", "number", "unit_price")]


def _largest(tranche: Tranche, plain_only: bool = False) -> Fraction | None:
    """The largest share of the sum that a tranche can take over what is stated; None: not stated."""
    amount = tranche.amount
    if isinstance(amount, ShareOfPrice | Holdback):
        plain = stated(amount.share)
        if plain is not None or plain_only:
            return None if plain is None else Fraction(plain)
        return max(numbers_stated(tranche.stated, *_SHARE), default=None)
    if isinstance(amount, TierShare):
        shares = [stated(share) for share in amount.shares.values()]
        return max((Fraction(share) for share in shares if share is not None), default=None)
    if isinstance(amount, Interpolated):
        return max((share for _, share in amount.points), default=None)
    if isinstance(amount, LinearInScore):
        return Fraction(amount.ceiling or amount.full) / amount.full
    return None


def _exceeding(book: Book, path: Path, plan: Plan, payment: Payment) -> Iterator[Finding]:
    """Stated shares of the same sum that add up to more than it; what is offset (`less`) counts once."""
    total, parts, number = Fraction(0), [], 0
    offset: dict[str, Fraction] = {}
    for index, tranche in enumerate(plan.tranches):
        share = _largest(tranche)
        if share is None or getattr(tranche.amount, "base", None) is not None:
            continue
        for name, part in (stated(getattr(tranche.amount, "less", {})) or {}).items():
            offset[name] = min(Fraction(1), offset.get(name, Fraction(0)) + part)
        total += share
        parts.append((tranche, share))
        number = index
    total -= sum((share * offset.get(tranche.id, Fraction(0)) for tranche, share in parts), Fraction(0))
    if total <= 1:
        return
    shown = "、".join(f"“{tranche.title}”最多 {percent(share)}" for tranche, share in parts)
    yield book.finding(
        "question",
        "shares_exceed",
        (*path, "tranches", number),
        f"方案“{plan.title}”写明的比例合计 {percent(total)}，超过{plan.sum}：{shown}",
        f"{shown}，两者是什么关系？先付的部分在后面的款项里抵扣吗？",
        about=[payment.plan],
        quotes=[one for tranche, _ in parts for one in (*tranche.stated, *_own(tranche))],
    )


def _own(tranche: Tranche) -> tuple[Stated, ...]:
    return tranche.amount.stated if isinstance(tranche.amount, TierShare) else ()


def _reading(book: Book, path: Path, plan: Plan) -> Iterator[Finding]:
    """Fixed shares as read: exactly 100% where nothing else is paid, never more."""
    fixed = [
        tranche.amount for tranche in plan.tranches if isinstance(tranche.amount, ShareOfPrice | Holdback)
    ]
    shares = [book.read(amount.share) for amount in fixed if amount.base is None]
    if not shares or None in shares:
        return
    total = sum((Fraction(share) for share in shares if share is not None), Fraction(0))
    alone = len(shares) == len(plan.tranches)
    if total > 1 or (alone and total != 1):
        yield book.finding(
            "error",
            "shares_sum",
            (*path, "tranches"),
            f"方案“{plan.title}”各期比例之和是 {percent(total)}，不是 100%",
            f"{plan.sum}各期各付百分之几？",
            about=[amount.share for amount in fixed],
        )


def _tranche(book: Book, path: Path, tranche: Tranche) -> Iterator[Finding]:
    amount = tranche.amount
    if (
        isinstance(amount, ShareOfPrice)
        and stated(amount.share) is None
        and not numbers_stated(tranche.stated, *_SHARE)
    ):
        yield _missing(
            book,
            path,
            tranche,
            amount.share,
            "share_not_stated",
            "没有写明付百分之几",
            "付合同价款的百分之几？",
        )
    if (
        isinstance(amount, Instalments)
        and stated(amount.number) is None
        and not numbers_stated(tranche.stated)
    ):
        yield _missing(
            book,
            path,
            tranche,
            amount.number,
            "instalments_not_stated",
            "没有写明分几期",
            "分几期支付，何时付？",
        )
    if isinstance(amount, TierShare):
        bands = book.rulebook.tiers.bands if book.rulebook.tiers else ()
        for band in bands:
            if band.tier not in amount.shares and band.tier not in amount.stops:
                yield _missing(
                    book,
                    path,
                    tranche,
                    None,
                    "tier_without_share",
                    f"没有写“{band.tier}”付多少",
                    f"“{band.tier}”时付百分之几？",
                    (*band.stated, *amount.stated),
                )


def _missing(
    book: Book,
    path: Path,
    tranche: Tranche,
    value: Any,
    code: str,
    what: str,
    question: str,
    quotes: tuple[Stated, ...] = (),
) -> Finding:
    return book.finding(
        "question",
        code,
        (*path, "amount"),
        f"“{tranche.title}”{what}",
        f"“{tranche.title}”{question}",
        about=[value],
        quotes=(*tranche.stated, *quotes),
    )
