"""Reads an expression's text: what is not in the language is refused, the names are collected."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, cast

from kpi.expressions.errors import ExpressionError
from kpi.expressions.functions import FUNCTIONS
from kpi.expressions.patterns import pattern, repeats_repeat
from kpi.quantities import parse_exact

WORDS = {"true": True, "false": False, "是": True, "否": False}

_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_PERCENT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*[%％]")
_FULL_WIDTH = str.maketrans("（），", "(),")
_QUOTED = re.compile(r"""('[^']*'|"[^"]*")""")


def normalise(text: str) -> str:
    """Full-width marks and percentages as Python reads them; quoted texts stay as they are written."""
    pieces = _QUOTED.split(text)
    return "".join(piece if index % 2 else _outside(piece) for index, piece in enumerate(pieces)).strip()


def _outside(text: str) -> str:
    text = text.replace("≥", ">=").replace("≤", "<=").replace("≠", "!=").translate(_FULL_WIDTH)
    return _PERCENT.sub(lambda found: f"pct({found[1]})", text)


class Reader:
    """Walks the tree once: refuses what is not in the language, collects the names."""

    def __init__(self, text: str, source: str) -> None:
        self.text, self.source = text, source
        self.names: set[str] = set()
        self.of_clause: set[tuple[str, str]] = set()

    def check(self, node: ast.expr) -> None:
        match node:
            case ast.Constant(value=value):
                if isinstance(value, float):  # keep the characters, not the float
                    node.value = cast(Any, self._literal(node))
                elif not isinstance(value, str | int):
                    self._refuse(f"不认识 {value!r}")
            case ast.Name(id=name):
                self.names.add(name)
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                self._call(name, args, node)
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.BoolOp(values=parts):
                self._all(parts)
            case ast.BinOp(left=left, right=right, op=op) if type(op) in _OPERATORS:
                self._all([left, right])
            case ast.UnaryOp(operand=operand, op=ast.Not() | ast.USub()):
                self.check(operand)
            case ast.Compare(left=left, comparators=rest):
                self._all([left, *rest])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self._all([test, body, orelse])
            case _:
                self._refuse("只能用加减乘除、比较、and / or / not / in、a if b else c 和函数")

    def _all(self, nodes: Sequence[ast.expr]) -> None:
        for node in nodes:
            self.check(node)

    def _literal(self, node: ast.Constant) -> Fraction:
        segment = ast.get_source_segment(self.source, node) or ""
        try:
            return parse_exact(segment)
        except ValueError:
            self._refuse(f"“{segment}”要写成普通小数，不用科学计数法")
            raise

    def _call(self, name: str, args: list[ast.expr], node: ast.Call) -> None:
        if name == "pct":
            self._all(args)
            return
        if name == "of":
            names = [
                arg.value for arg in args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)
            ]
            if len(names) != 2 or len(args) != 2:
                self._refuse("of 要写成 of('条款编号', '数据名')")
            self.of_clause.add((names[0], names[1]))
            return
        if name not in FUNCTIONS:
            self._refuse(f"没有函数 {name}；可用的有 {'、'.join(FUNCTIONS)}")
        arity = FUNCTIONS[name][1]
        if arity is not None and len(args) not in arity:
            self._refuse(f"函数 {name} 要 {' 或 '.join(map(str, arity))} 个参数，写了 {len(args)} 个")
        if name == "matches":
            self._pattern(args[1])
        self._all(args)

    def _pattern(self, node: ast.expr) -> None:
        """A pattern must be written out, be one, and take no exponential time on any engine that runs it."""
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
            self._refuse("matches 的第二项要直接写正则式的文字")
            return
        try:
            pattern(node.value)
        except ExpressionError as error:
            self._refuse(str(error))
        if repeats_repeat(node.value):
            self._refuse(f"正则式“{node.value}”在重复的括号里又有重复或几选一，可能永远算不完；请改写")

    def _refuse(self, why: str) -> None:
        raise ExpressionError(f"算式“{self.text}”有误：{why}")
