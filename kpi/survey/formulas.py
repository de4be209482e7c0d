"""The rulebook's expression language over the columns of a survey: `Expression.tree` → Ibis.

Means the same as `Expression.on` over a typed row: a blank makes an ordered comparison, a sum or a
function null, and null is false where a truth is wanted; `==` and `in` know blanks; `blank()` asks for
them. Numbers are 64-bit integers over a constant denominator, with bounds known beforehand: what could
overflow is refused when the rule is compiled, so nothing is ever rounded.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import reduce

import ibis

from kpi.expressions import Expression, portable
from kpi.rulebook.answers import Refused
from kpi.survey import cleaning
from kpi.survey.cleaning import Column

_WORDS = {"true": True, "false": False, "是": True, "否": False}
_LARGEST = 2**63 - 1
_TEXT_LENGTH = 100_000


class Sort(StrEnum):
    TEXT = "文字"
    NUMBER = "数字"
    TRUTH = "是或否"
    DAY = "日期"
    LIST = "多选"


@dataclass(frozen=True, slots=True)
class Term:
    """A value: a column, or a constant where `constant` is set. A number is column / scale, |column| ≤ bound."""

    sort: Sort
    column: Column
    scale: int = 1
    bound: int = 0
    constant: object = None


def number_term(value: Fraction) -> Term:
    """A constant number."""
    column = ibis.literal(value.numerator, "int64")
    return Term(Sort.NUMBER, column, value.denominator, abs(value.numerator), constant=value)


def day_of(ymd: Column) -> dict[str, Column]:
    """Year, month and day of a YYYYMMDD column; the division is exact, a multiple being divided."""
    md = ymd % 10_000
    day = md % 100
    return {"year": (ymd - md) // 10_000, "month": (md - day) // 100, "day": day}


class Compiler:
    """Compiles one expression over `terms` (field → Term). Refused("bad_input") for what it cannot carry."""

    def __init__(self, expression: Expression, terms: Mapping[str, Term]) -> None:
        self.text = expression.text
        self.tree = expression.tree
        self.terms = terms

    def compiled(self) -> Column:
        """A boolean column without nulls: whether the expression holds."""
        return self.truth(self.tree)

    def truth(self, node: ast.expr) -> Column:
        match node:
            case ast.BoolOp(op=ast.And(), values=values):
                return cleaning.all_of([self.truth(value) for value in values])
            case ast.BoolOp(values=values):
                return cleaning.any_of([self.truth(value) for value in values])
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return ~self.truth(operand)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return ibis.ifelse(self.truth(test), self.truth(body), self.truth(orelse))
        term = self.value(node)
        match term.sort:
            case Sort.TRUTH:
                return term.column.fill_null(False)
            case Sort.NUMBER:
                return (term.column != 0).fill_null(False)
            case _:
                return term.column.notnull()

    def value(self, node: ast.expr) -> Term:
        match node:
            case ast.Constant(value=value):
                return self._constant(value)
            case ast.Name(id=name):
                return self._name(name)
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._function(name, args)
            case ast.BinOp(left=left, op=op, right=right):
                return self._arithmetic(op, self._number(left), self._number(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self._arithmetic(ast.Sub(), number_term(Fraction(0)), self._number(operand))
            case ast.Compare(left=left, ops=ops, comparators=rest):
                return self._comparison(left, ops, rest)
            case ast.BoolOp(op=op, values=values):
                return self._either(op, values)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return self._choose(self.truth(test), self.value(body), self.value(orelse))
            case ast.UnaryOp(op=ast.Not()):
                return Term(Sort.TRUTH, self.truth(node))
        raise self.refused("不支持这种写法")

    def _constant(self, value: object) -> Term:
        if isinstance(value, bool):
            return Term(Sort.TRUTH, ibis.literal(value), constant=value)
        if isinstance(value, str):
            return Term(Sort.TEXT, ibis.literal(value, "string"), constant=value)
        if isinstance(value, int | Fraction):
            return self._fits(number_term(Fraction(value)))
        raise self.refused(f"不认识 {value!r}")

    def _name(self, name: str) -> Term:
        if name in _WORDS:
            return Term(Sort.TRUTH, ibis.literal(_WORDS[name]), constant=_WORDS[name])
        if name not in self.terms:
            raise self.refused(f"不能用“{name}”；大批量核查里能用的字段有 {'、'.join(self.terms)}")
        return self.terms[name]

    def _number(self, node: ast.expr) -> Term:
        term = self.value(node)
        if term.sort is not Sort.NUMBER:
            raise self.refused(f"加减乘除只能用数字，这里是{term.sort}")
        return term

    def _arithmetic(self, op: ast.operator, left: Term, right: Term) -> Term:
        match op:
            case ast.Mult():
                bound = left.bound * right.bound
                return self._fits(
                    Term(Sort.NUMBER, left.column * right.column, left.scale * right.scale, bound)
                )
            case ast.Div():
                if not isinstance(right.constant, Fraction) or right.constant == 0:
                    raise self.refused(
                        "除数只能是不为 0 的固定数字；请改写成乘法，例如 a / b > 2 写成 a > 2 * b"
                    )
                return self._arithmetic(ast.Mult(), left, number_term(1 / right.constant))
        left, right = self.aligned(left, right)
        column = left.column + right.column if isinstance(op, ast.Add) else left.column - right.column
        return self._fits(Term(Sort.NUMBER, column, left.scale, left.bound + right.bound))

    def aligned(self, left: Term, right: Term) -> tuple[Term, Term]:
        """Both numbers over one denominator."""
        scale = math.lcm(left.scale, right.scale)
        return self._scaled(left, scale), self._scaled(right, scale)

    def _scaled(self, term: Term, scale: int) -> Term:
        factor = scale // term.scale
        if factor == 1:
            return term
        return self._fits(Term(term.sort, term.column * factor, scale, term.bound * factor, term.constant))

    def _fits(self, term: Term) -> Term:
        if max(term.bound, term.scale) > _LARGEST:
            raise self.refused("数字可能超过 18 位；请在台账字段里写上 maximum，或改写算式")
        return term

    def _comparison(self, left: ast.expr, ops: Sequence[ast.cmpop], rest: Sequence[ast.expr]) -> Term:
        parts: list[Column] = []
        for op, right in zip(ops, rest, strict=True):
            parts.append(self._compare(left, op, right))
            left = right
        column = parts[0] if len(parts) == 1 else cleaning.all_of([part.fill_null(False) for part in parts])
        return Term(Sort.TRUTH, column)

    def _compare(self, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Column:
        if isinstance(op, ast.In | ast.NotIn):
            found = self._within(self.value(left), right)
            return found if isinstance(op, ast.In) else ~found
        one, other = self.value(left), self.value(right)
        if isinstance(op, ast.Eq | ast.NotEq):
            same = self.same(one, other)
            return same if isinstance(op, ast.Eq) else ~same
        if one.sort is not other.sort or one.sort in (Sort.LIST, Sort.TRUTH):
            raise self.refused(f"{one.sort}与{other.sort}不能比大小")
        if one.sort is Sort.NUMBER:
            one, other = self.aligned(one, other)
        compare: dict[type[ast.cmpop], Callable[[Column, Column], Column]] = {
            ast.Lt: lambda a, b: a < b,
            ast.LtE: lambda a, b: a <= b,
            ast.Gt: lambda a, b: a > b,
            ast.GtE: lambda a, b: a >= b,
        }
        return compare[type(op)](one.column, other.column)

    def same(self, one: Term, other: Term) -> Column:
        """Equal, blanks being equal to each other only."""
        if one.sort is not other.sort or one.sort is Sort.LIST:
            raise self.refused(f"{one.sort}与{other.sort}永远不会相等；“是/否”字段写 == 是，不加引号")
        if one.sort is Sort.NUMBER:
            one, other = self.aligned(one, other)
        left, right = _closed(one), _closed(other)
        equal = (left == right).fill_null(False)
        if one.constant is None and other.constant is None:
            return equal | (left.isnull() & right.isnull())
        return equal

    def _within(self, term: Term, node: ast.expr) -> Column:
        if not isinstance(node, ast.List | ast.Tuple):
            raise self.refused("in 后面要写清单，例如 in ('甲', '乙')；查找文字请用 contains(整段, '部分')")
        options = [self.value(part) for part in node.elts]
        if options and all(isinstance(one.constant, str) for one in options) and term.sort is Sort.TEXT:
            return term.column.isin([one.constant for one in options]).fill_null(False)
        return cleaning.any_of([self.same(term, one) for one in options])

    def _either(self, op: ast.boolop, values: Sequence[ast.expr]) -> Term:
        *first, last = values
        term = self.value(last)
        for node in reversed(first):
            before, holds = self.value(node), self.truth(node)
            yes, no = (term, before) if isinstance(op, ast.And) else (before, term)
            term = self._choose(holds, yes, no)
        return term

    def _choose(self, test: Column, yes: Term, no: Term) -> Term:
        if yes.sort is not no.sort:
            raise self.refused(f"两边一个是{yes.sort}、一个是{no.sort}")
        if yes.sort is Sort.NUMBER:
            yes, no = self.aligned(yes, no)
        return Term(yes.sort, ibis.ifelse(test, yes.column, no.column), yes.scale, max(yes.bound, no.bound))

    def _function(self, name: str, args: Sequence[ast.expr]) -> Term:
        known = getattr(self, f"_call_{name}", None)
        if known is None:
            raise self.refused(f"函数 {name} 不能用于大批量核查")
        result: Term = known(*args)
        return result

    def _call_pct(self, node: ast.expr) -> Term:
        share = self._number(node)
        return self._arithmetic(ast.Div(), share, number_term(Fraction(100)))

    def _call_blank(self, node: ast.expr) -> Term:
        return Term(Sort.TRUTH, _closed(self.value(node)).isnull())

    def _call_len(self, node: ast.expr) -> Term:
        term = self._text(node, "len")
        return Term(Sort.NUMBER, term.column.length(), bound=_TEXT_LENGTH)

    def _call_contains(self, whole: ast.expr, part: ast.expr) -> Term:
        term = self.value(whole)
        if term.sort is Sort.LIST:
            wanted = self._text(part, "contains").constant
            if not isinstance(wanted, str):
                raise self.refused("contains 查多选字段时，要查的选项请直接写出来")
            found = term.column.contains(f"、{cleaning.squeeze(wanted)}、")
            return Term(Sort.TRUTH, found)
        return Term(
            Sort.TRUTH, self._text(whole, "contains").column.contains(self._text(part, "contains").column)
        )

    def _call_matches(self, node: ast.expr, pattern: ast.expr) -> Term:
        if not (isinstance(pattern, ast.Constant) and isinstance(pattern.value, str)):
            raise self.refused("matches 的正则式要直接写出来")
        return Term(Sort.TRUTH, self._text(node, "matches").column.re_search(portable(pattern.value)))

    def _call_date(self, node: ast.expr) -> Term:
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            raise self.refused("date 里要直接写日期，例如 date('2026-08-31')")
        try:
            day = date.fromisoformat(node.value)
        except ValueError as error:
            raise self.refused(f"没有“{node.value}”这一天") from error
        return Term(
            Sort.DAY, ibis.literal(day.year * 10_000 + day.month * 100 + day.day, "int64"), constant=day
        )

    def _call_year(self, node: ast.expr) -> Term:
        return Term(Sort.NUMBER, day_of(self._day(node))["year"], bound=9999)

    def _call_month(self, node: ast.expr) -> Term:
        return Term(Sort.NUMBER, day_of(self._day(node))["month"], bound=12)

    def _call_days(self, start: ast.expr, end: ast.expr) -> Term:
        column = _day_number(self._day(end)) - _day_number(self._day(start))
        return Term(Sort.NUMBER, column, bound=4_000_000)

    def _call_abs(self, node: ast.expr) -> Term:
        term = self._number(node)
        return Term(Sort.NUMBER, term.column.abs(), term.scale, term.bound)

    def _call_min(self, *nodes: ast.expr) -> Term:
        return self._extreme(nodes, lambda a, b: a <= b)

    def _call_max(self, *nodes: ast.expr) -> Term:
        return self._extreme(nodes, lambda a, b: a >= b)

    def _extreme(self, nodes: Sequence[ast.expr], first: Callable[[Column, Column], Column]) -> Term:
        def pick(one: Term, other: Term) -> Term:
            one, other = self.aligned(one, other)
            left, right = one.column, other.column
            column = ibis.cases((first(left, right), left), (first(right, left), right))  # a blank is neither
            return Term(Sort.NUMBER, column, one.scale, max(one.bound, other.bound))

        if len(nodes) < 2:
            raise self.refused("min、max 要写两个或更多数字")
        return reduce(pick, map(self._number, nodes))

    def _text(self, node: ast.expr, function: str) -> Term:
        term = self.value(node)
        if term.sort is not Sort.TEXT:
            raise self.refused(f"{function} 只能用于文字，这里是{term.sort}")
        return term

    def _day(self, node: ast.expr) -> Column:
        term = self.value(node)
        if term.sort is not Sort.DAY:
            raise self.refused(f"这里要用日期，写的是{term.sort}")
        return term.column

    def refused(self, why: str) -> Refused:
        return Refused("bad_input", f"核查算式“{self.text}”不能用：{why}")


def _closed(term: Term) -> Column:
    """The column, truths as 0 and 1: Ibis writes `NOT a = b` and `NOT a IS NULL` without brackets."""
    return term.column.cast("int64") if term.sort is Sort.TRUTH else term.column


def _day_number(ymd: Column) -> Column:
    """Days since an early day, by the calendar's arithmetic (years begin in March)."""
    parts = day_of(ymd)
    early = (parts["month"] <= 2).cast("int64")
    year = parts["year"] - early
    month = parts["month"] + early * 12 - 3
    return year * 365 + year // 4 - year // 100 + year // 400 + (month * 153 + 2) // 5 + parts["day"]
