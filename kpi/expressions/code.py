"""Turns an expression's tree into a function: over figures, or over the fields of a row."""

from __future__ import annotations

import ast
import operator
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import Any, cast

from kpi.expressions.errors import ExpressionError, Lookup, Value
from kpi.expressions.functions import FUNCTIONS, divide, need, times
from kpi.expressions.reading import WORDS
from kpi.quantities import parse_exact

_TAKES_BLANK = frozenset({"blank"})
_COMPARISONS: dict[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}


class _Code(ABC):
    """Turns a tree into a tree of calls to the helpers below; subclasses say what a name means."""

    def __init__(self) -> None:
        self.constants: dict[str, Value] = {}

    def constant(self, value: Value) -> ast.expr:
        name = f"_k{len(self.constants)}"
        self.constants[name] = value
        return ast.Name(name, ast.Load())

    def call(self, helper: Callable[..., Value], *args: ast.expr) -> ast.expr:
        return ast.Call(self.constant(helper), list(args), [])

    @abstractmethod
    def name(self, name: str) -> ast.expr:
        """The code that fetches what a name stands for."""

    def guard(self, helper: Callable[..., Value], takes_blank: bool) -> Callable[..., Value]:
        return helper

    def emit(self, node: ast.expr) -> ast.expr:
        match node:
            case ast.Constant(value=value):
                return node if isinstance(value, str | int) else self.constant(value)
            case ast.Name(id=name):
                return self._word(name)
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._function(name, args)
            case ast.List(elts=parts) | ast.Tuple(elts=parts):
                return ast.Tuple([self.emit(part) for part in parts], ast.Load())
            case ast.BoolOp(op=op, values=values):
                return ast.BoolOp(op, [self.emit(value) for value in values])
            case ast.BinOp(left=left, op=op, right=right):
                return self._arithmetic(op, self.emit(left), self.emit(right))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return self.call(self.guard(operator.neg, False), self.emit(operand))
            case ast.UnaryOp(op=op, operand=operand):
                return ast.UnaryOp(op, self.emit(operand))
            case ast.Compare(left=left, ops=ops, comparators=rest):
                return self._compare(left, ops, rest)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return ast.IfExp(self.emit(test), self.emit(body), self.emit(orelse))
        raise ExpressionError(f"不支持的写法 {ast.dump(node)}")

    def _word(self, name: str) -> ast.expr:
        return ast.Constant(WORDS[name]) if name in WORDS else self.name(name)

    def _function(self, name: str, args: list[ast.expr]) -> ast.expr:
        if name == "pct":
            constant = args[0]
            assert isinstance(constant, ast.Constant)
            return self.constant(parse_exact(constant.value) / 100)
        if name == "of":
            clause, figure = of_names(args)
            return self.name(f"{clause}/{figure}")
        helper = self.guard(FUNCTIONS[name][0], name in _TAKES_BLANK)
        return self.call(helper, *(self.emit(arg) for arg in args))

    def _arithmetic(self, op: ast.operator, left: ast.expr, right: ast.expr) -> ast.expr:
        helpers: dict[type[ast.operator], Callable[..., Value]] = {
            ast.Add: lambda a, b: a + b,
            ast.Sub: lambda a, b: a - b,
            ast.Mult: times,
            ast.Div: divide,
        }
        return self.call(self.guard(helpers[type(op)], False), left, right)

    def _compare(self, left: ast.expr, ops: list[ast.cmpop], rest: list[ast.expr]) -> ast.expr:
        parts: list[ast.expr] = []
        for op, right in zip(ops, rest, strict=True):
            if type(op) in _COMPARISONS:
                helper = self.guard(_COMPARISONS[type(op)], False)
                parts.append(self.call(helper, self.emit(left), self.emit(right)))
            else:
                parts.append(ast.Compare(self.emit(left), [op], [self.emit(right)]))
            left = right
        return parts[0] if len(parts) == 1 else ast.BoolOp(ast.And(), parts)


class FigureCode(_Code):
    def name(self, name: str) -> ast.expr:
        def ask(lookup: Lookup) -> Value:
            return need(lookup(name), name)

        return self.call(ask, ast.Name("_source", ast.Load()))


class RowCode(_Code):
    def name(self, name: str) -> ast.expr:
        get = ast.Attribute(ast.Name("_source", ast.Load()), "get", ast.Load())
        return ast.Call(get, [ast.Constant(name)], [])

    def guard(self, helper: Callable[..., Value], takes_blank: bool) -> Callable[..., Value]:
        if takes_blank:
            return helper

        def run(*args: Value) -> Value:
            return None if None in args else helper(*args)

        return run


def of_names(args: Sequence[ast.expr]) -> tuple[str, str]:
    """Clause and figure name of an `of('clause', 'name')` call's arguments."""
    clause, name = (cast(str, arg.value) for arg in args if isinstance(arg, ast.Constant))
    return clause, name


def compiled(tree: ast.expr, text: str, code: _Code) -> Callable[[Any], Value]:
    arguments = ast.arguments([], [ast.arg("_source")], None, [], [], None, [])
    function = ast.Expression(ast.Lambda(arguments, code.emit(tree)))
    ast.fix_missing_locations(function)
    built = eval(compile(function, "<rulebook>", "eval"), {"__builtins__": {}, **code.constants})

    def run(source: Any) -> Value:
        try:
            return built(source)
        except (TypeError, AttributeError, ValueError, OverflowError) as error:
            raise ExpressionError(f"算式“{text}”算不出来：数据的类型不对（{error}）") from error

    return run
