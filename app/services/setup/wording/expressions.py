"""Expressions of a rulebook in Chinese: `present <= due` → 实到人次 ≤ 应到人次."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from kpi.expressions import Expression, of_names
from kpi.quantities import plain

#: What a name is called where the expression stands.
Name = Callable[[str], str]

_SIGNS: dict[type[ast.AST], str] = {
    ast.Lt: "小于", ast.LtE: "≤", ast.Gt: "大于", ast.GtE: "≥", ast.Eq: "为", ast.NotEq: "不为",
    ast.In: "属于", ast.NotIn: "不属于", ast.Add: "+", ast.Sub: "-", ast.Mult: "×", ast.Div: "÷",
}  # fmt: skip
_FUNCTIONS = {
    "min": "{all}中最小的", "max": "{all}中最大的", "abs": "{0}的绝对值", "floor": "{0}（向下取整）",
    "ceil": "{0}（向上取整）", "round": "{0}（四舍五入到 {1} 位小数）", "sum": "各期{0}之和", "len": "{0}的个数",
    "held": "有{0}数据的期数", "missing": "没有{0}数据的期数", "shortfall": "{0}比{1}少的数",
    "below": "{0}低于{1}的期数", "mean": "{0}的平均数", "weighted": "{0}按{1}加权的平均数",
    "rank": "{0}在{1}中的名次", "days": "{0}到{1}的天数", "minutes": "{0}到{1}的分钟数", "date": "{0}", "time": "{0}",
    "weekday": "{0}是星期几", "month": "{0}的月份", "year": "{0}的年份", "blank": "{0}没有填",
    "matches": "{0}符合格式 {1}", "contains": "{0}包含{1}",
}  # fmt: skip
#: How tightly a part holds together; a looser part inside a tighter one gets brackets.
_LOOSE, _OR, _AND, _NOT, _COMPARED, _SUM, _PRODUCT, _TIGHT = range(8)
#: The same when it must not hold.
_DENIALS = {"blank": "{0}已填", "matches": "{0}不符合格式 {1}", "contains": "{0}不包含{1}"}
_TRUTHS = {"true": "是", "false": "否"}


def words(expression: Expression, name: Name) -> str:
    """The expression as a person reads it; `name` says what its names are called."""
    return _Speaker(name).say(expression.tree)


def _level(node: ast.expr) -> int:
    match node:
        case ast.BoolOp(op=ast.Or()):
            return _OR
        case ast.BoolOp():
            return _AND
        case ast.UnaryOp(op=ast.Not()):
            return _NOT
        case ast.Compare():
            return _COMPARED
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return _SUM
        case ast.BinOp():
            return _PRODUCT
        case ast.IfExp():
            return _LOOSE
    return _TIGHT


class _Speaker:
    def __init__(self, name: Name) -> None:
        self.name = name

    def say(self, node: ast.expr, within: int = _LOOSE) -> str:
        said = self._say(node)
        return f"（{said}）" if _level(node) < within else said

    def _say(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=value):
                return _constant(value)
            case ast.Name(id=name):
                return _TRUTHS.get(name) or self.name(name)
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._call(name, args)
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return "、".join(self.say(part, _COMPARED) for part in parts)
            case ast.BoolOp(op=op, values=values):
                joint, level = ("，或者", _OR) if isinstance(op, ast.Or) else ("，并且", _AND)
                return joint.join(self._truth(value, level + 1) for value in values)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return self._denied(operand)
            case ast.UnaryOp(operand=operand):
                return f"-{self.say(operand, _TIGHT)}"
            case ast.BinOp(left=left, op=op, right=right):
                level = _level(node)
                return f"{self.say(left, level)} {_SIGNS[type(op)]} {self.say(right, level + 1)}"
            case ast.Compare(left=left, ops=ops, comparators=rest):
                return self._compared(left, ops, rest)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return f"如果{self._truth(test, _AND)}，则为{self.say(body, _NOT)}，否则为{self.say(orelse, _NOT)}"
        return ast.unparse(node)

    def _truth(self, node: ast.expr, within: int) -> str:
        """A part that must hold: a bare name is a yes-or-no figure."""
        if isinstance(node, ast.Name) and node.id not in _TRUTHS:
            return f"“{self.name(node.id)}”为是"
        return self.say(node, within)

    def _denied(self, node: ast.expr) -> str:
        if isinstance(node, ast.Name):
            return f"“{self.name(node.id)}”为否"
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _DENIALS:
            return self._call(node.func.id, node.args, _DENIALS)
        return f"不满足（{self.say(node)}）"

    def _call(self, name: str, args: list[ast.expr], table: Mapping[str, str] = _FUNCTIONS) -> str:
        if name == "of":
            clause, figure = of_names(args)
            return self.name(f"{clause}/{figure}")
        if name == "pct":
            return f"{self.say(args[0])}%"
        said = [self.say(arg, _COMPARED) for arg in args]
        if name == "round" and len(said) == 1:
            said.append("2")
        whole = "各期或各成员" + said[0] if len(said) == 1 else "、".join(said)
        return table.get(name, name + "（{all}）").format(*said, all=whole)

    def _compared(self, left: ast.expr, ops: list[ast.cmpop], rest: list[ast.expr]) -> str:
        parts = []
        for op, right in zip(ops, rest, strict=True):
            sign = _SIGNS[type(op)]
            if isinstance(op, ast.Eq | ast.NotEq) and not _is_word(right):
                sign = "等于" if isinstance(op, ast.Eq) else "不等于"
            joint = f" {sign} " if sign in "≤≥" else sign
            parts.append(f"{self.say(left, _SUM)}{joint}{self.say(right, _SUM)}")
            left = right
        return "，并且".join(parts)


def _is_word(node: ast.expr) -> bool:
    """A text, or yes or no: one is it, instead of being equal to it."""
    return (isinstance(node, ast.Constant) and isinstance(node.value, str | bool)) or (
        isinstance(node, ast.Name) and node.id in _TRUTHS
    )


def _constant(value: Any) -> str:
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, str):
        return f"“{value}”"
    return plain(value) if isinstance(value, int | Fraction) else str(value)
