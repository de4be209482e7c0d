"""Rounding that loses something silently, or that nothing follows."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from kpi.checkup.findings import Book, Finding, constant
from kpi.checkup.walk import Node
from kpi.expressions import Expression
from kpi.quantities import FEN, RoundingMode, plain, rounded
from kpi.rulebook.base import Answer, Rule
from kpi.rulebook.payments import (
    CohortResult,
    FixedPerRecord,
    Payment,
    RateRow,
    Slabs,
    Stage,
    UnitPrice,
    _Computed,
)
from kpi.rulebook.rounding import MODES, UNITS, MoneyRounding, MoneyUnit

#: Where a unit price stands.
_PRICES: dict[type[Rule], str] = {
    UnitPrice: "unit_price", Stage: "each", RateRow: "rate", CohortResult: "each", FixedPerRecord: "each", Payment: "unit_price",
}  # fmt: skip


def roundings(book: Book) -> Iterator[Finding]:
    """Answers that are no rounding, and unit prices finer than the fen that would be rounded before they count."""
    for node in book.rules:
        if isinstance(node.value, _Computed | Payment):
            yield from _without_table(book, node)
        field = _PRICES.get(type(node.value))
        prices = [getattr(node.value, field)] if field is not None else []
        if isinstance(node.value, Slabs) and node.value.gives == "unit_price":
            prices = [band.points for band in node.value.table]
        for price in prices:
            yield from _too_fine(book, node, field or "table", price)


def _without_table(book: Book, node: Node) -> Iterator[Finding]:
    rounding = node.value.rounding
    if isinstance(rounding, Answer) and rounding.when is None:
        yield book.finding(
            "error",
            "answer_needs_when",
            (*node.path, "rounding"),
            "取整的方式是一张表，回答不能直接当表；请写 when，或只让 rounding 里的 mode、unit 由回答决定",
            "金额怎样取整？",
            about=[rounding],
        )


def _too_fine(book: Book, node: Node, field: str, price: object) -> Iterator[Finding]:
    """`0.125` a head: rounded to the fen first, a thousand heads are five yuan off."""
    value = constant(price) if isinstance(price, Expression) else price
    if not isinstance(value, int | Fraction) or rounded(value, FEN) == value:
        return
    rounding = _rounding(book, node)
    if rounding is None or book.read(rounding.intermediate) == "exact":
        return
    mode: RoundingMode = book.read(rounding.mode) or "half_up"
    unit: MoneyUnit = book.read(rounding.unit) or "fen"
    first = rounded(value, FEN, mode)
    yield book.finding(
        "question",
        "price_below_fen",
        (*node.path, field),
        f"单价 {plain(value)} 元不是整分：照现在的写法先{MODES[mode]}到分（{plain(first)} 元）再乘数量，结果才取到{UNITS[unit][1]}；"
        "要先乘后取整，请写 rounding: {intermediate: exact}",
        f"单价 {plain(value)} 元是先取到分再乘数量，还是先乘数量再取整？",
        about=[price, rounding.intermediate],
    )


def _rounding(book: Book, node: Node) -> MoneyRounding | None:
    """The rounding in force under the default answers."""
    payment = book.rulebook.payment
    for rule in (node.value, *reversed(node.trail)):
        if isinstance(rule, _Computed) and rule.rounding is not None:
            return _table(book.read(rule.rounding))
    return MoneyRounding() if payment is None else _table(book.read(payment.rounding))


def _table(found: object) -> MoneyRounding | None:
    return found if isinstance(found, MoneyRounding) else None
