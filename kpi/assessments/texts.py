"""Pieces of explanations. Each ends in an arithmetic that can be recomputed: `5 × 0.5 = 扣2.5分`."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from fractions import Fraction

from kpi.assessments.context import RuleContext
from kpi.expressions import Expression
from kpi.quantities import plain, points, show

#: What is said where nothing but a plain met is known.
PLAIN_MET = "已达标，扣0分"
_CLAMPED = {"扣": "扣完为止", "得": "得满为止", "加": "加满为止"}


def sentence(*parts: str) -> str:
    """Parts joined by `;`, empty ones left out."""
    return "；".join(part for part in parts if part)


def times(
    number: Fraction, each: Fraction, verb: str, cap: Fraction | None = None, named: str = "上限"
) -> tuple[Fraction, str]:
    """Points and text of `number × each`, never more than `cap`."""
    return ending(number * each, f"{plain(number)} × {plain(each)}", verb, cap, named)


def plus(parts: Iterable[Fraction], verb: str, cap: Fraction | None = None) -> tuple[Fraction, str]:
    """Points and text of a sum: `2 + 3 = 得5分`."""
    terms = list(parts) or [Fraction(0)]
    return ending(sum(terms, Fraction(0)), " + ".join(plain(one) for one in terms), verb, cap)


def ending(
    raw: Fraction, arithmetic: str, verb: str, cap: Fraction | None = None, named: str = "上限"
) -> tuple[Fraction, str]:
    """`arithmetic = 扣…分`; above the cap the clamp is said."""
    if cap is None or raw <= cap:
        return raw, f"{arithmetic} = {verb}{points(raw)}分"
    return cap, f"{arithmetic} = {points(raw)}分，{clamp(cap, verb, named)}"


def clamp(cap: Fraction, verb: str, named: str) -> str:
    """`超过满分10分,扣完为止,扣10分`."""
    return f"超过{named}{plain(cap)}分，{_CLAMPED[verb]}，{verb}{points(cap)}分"


def counted(
    context: RuleContext, expression: Expression, unit: str, least: Fraction | None = Fraction(0)
) -> tuple[Fraction, str]:
    """A count (by default not below 0) with its figures: `应办52场,实办50场,少2场`."""
    exact = context.number(expression)
    value = exact if least is None else max(least, exact)
    shown = context.shows(expression)
    if isinstance(expression.tree, ast.Name) and shown:
        return value, shown
    word = "少" if _is_difference(expression.tree) else "计"
    amount = f"{word}{show(value)}{unit or unit_of(context, expression)}"
    return value, f"{shown}，{amount}" if shown else amount


def _is_difference(tree: ast.expr) -> bool:
    match tree:
        case ast.BinOp(op=ast.Sub()):
            return True
        case ast.Call(func=ast.Name(id="shortfall")):
            return True
        case ast.Call(func=ast.Name(id="max"), args=args):
            return any(_is_difference(one) for one in args)
    return False


def unit_of(context: RuleContext, expression: Expression) -> str:
    """The unit of the first figure that an expression reads and that has one."""
    for source in context.book.sources([expression], context.clause):
        clause, _, name = source.rpartition("/")
        if unit := context.book.figures[clause, name].unit:
            return unit
    return ""
