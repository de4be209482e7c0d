"""The small exact expression language of the rulebooks: `posts < 50`, `right / sample >= 90%`.

Python's expression grammar, cut down to names, numbers, texts, lists, arithmetic, comparison, and / or /
not, `a if b else c` and the functions listed in FUNCTIONS. Decimals and percentages are exact. Two ways
to evaluate: over figures (a missing figure is NoData, never zero) and over the fields of one ledger row
(a blank field makes a comparison false).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any, cast

from kpi.quantities import ceil_units, floor_units, half_up, parse_exact

Value = Any  # int, Fraction, str, bool, date, time, datetime, list, None: what a figure or a field may hold
Lookup = Callable[[str], Value]


class ExpressionError(ValueError):
    """The text is no expression; the message says where and what to write instead."""


class NoData(Exception):
    """A figure that the expression needs is absent, or a rate is 0/0. `what` names it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"没有“{what}”的数据")
        self.what = what


def _need(value: Value, what: str = "数值") -> Value:
    if value is None:
        raise NoData(what)
    return value


def _div(left: Value, right: Value) -> Fraction:
    if right == 0:
        raise NoData("分母为 0 的比率")
    return Fraction(left) / Fraction(right)


def _held(series: Sequence[Value]) -> list[Value]:
    return [value for value in series if value is not None]


def _some(series: Sequence[Value]) -> list[Value]:
    return _held(series) or _need(None, "各时段")


def _shortfall(value: Value, target: Value) -> Value:
    if isinstance(value, list | tuple):
        return sum(max(0, target - one) for one in _held(value))
    return max(0, target - value)


def _mean(series: Sequence[Value]) -> Fraction:
    held = _some(series)
    return Fraction(sum(held)) / len(held)


def _minutes(start: Value, end: Value) -> Value:
    def of_day(moment: time | datetime) -> int:
        return moment.hour * 60 + moment.minute

    if isinstance(start, datetime) and isinstance(end, datetime):
        return int((end - start).total_seconds()) // 60
    length = of_day(end) - of_day(start)
    return length if length >= 0 else length + 24 * 60


def _extreme(pick: Callable[..., Value]) -> Callable[..., Value]:
    def run(*values: Value) -> Value:
        if len(values) == 1 and isinstance(values[0], list | tuple):
            return pick(_some(values[0]))
        return pick(values)

    return run


#: name → (implementation, number of arguments or None, what it does in Chinese)
FUNCTIONS: dict[str, tuple[Callable[..., Value], tuple[int, ...] | None, str]] = {
    "min": (_extreme(min), None, "最小值;也可对各时段取最小"),
    "max": (_extreme(max), None, "最大值;也可对各时段取最大"),
    "abs": (abs, (1,), "绝对值"),
    "floor": (floor_units, (1,), "向下取整"),
    "ceil": (ceil_units, (1,), "向上取整"),
    "round": (half_up, (1, 2), "四舍五入到几位小数"),
    "sum": (lambda series: sum(_held(series)), (1,), "各时段之和(未发生的不计)"),
    "len": (len, (1,), "时段数或字数"),
    "held": (lambda series: len(_held(series)), (1,), "有数据的时段数"),
    "missing": (lambda series: len(series) - len(_held(series)), (1,), "没有数据(未举办)的时段数"),
    "shortfall": (_shortfall, (2,), "比目标少多少;对各时段逐个相加,未举办的不计"),
    "below": (
        lambda series, target: sum(1 for one in _held(series) if one < target),
        (2,),
        "低于目标的时段数",
    ),
    "mean": (_mean, (1,), "各时段平均"),
    "days": (lambda start, end: (end - start).days, (2,), "两个日期相差的天数"),
    "minutes": (_minutes, (2,), "起止时间相差的分钟数,可跨零点"),
    "date": (date.fromisoformat, (1,), "日期,如 date('2026-08-31')"),
    "time": (time.fromisoformat, (1,), "时刻,如 time('19:00')"),
    "weekday": (lambda day: day.isoweekday(), (1,), "星期几,1 至 7"),
    "month": (lambda day: day.month, (1,), "月份"),
    "year": (lambda day: day.year, (1,), "年份"),
    "blank": (lambda value: value is None or value == "" or value == [], (1,), "是否空白"),
    "matches": (lambda text, pattern: re.search(pattern, str(text)) is not None, (2,), "是否符合正则式"),
    "contains": (lambda whole, part: part in whole, (2,), "是否包含"),
}
_WORDS = {"true": True, "false": False, "是": True, "否": False}
_TAKES_BLANK = frozenset({"blank"})
_OPERATORS: dict[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
_COMPARISONS: dict[type[ast.cmpop], Callable[[Value, Value], bool]] = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}
_PERCENT = re.compile(r"(?<![\w.])(\d+(?:\.\d+)?)\s*[%％]")
_FULL_WIDTH = str.maketrans("(),≥≤“”‘’", "(),><\"\"''")


def _normalise(text: str) -> str:
    text = text.replace("≥", ">=").replace("≤", "<=").replace("≠", "!=").translate(_FULL_WIDTH)
    return _PERCENT.sub(lambda found: f"pct({found[1]})", text).strip()


class Expression:
    """A parsed expression. `text` as written, `names` that it reads, `tree` for other compilers."""

    __slots__ = ("_figures", "_row", "names", "of_clause", "text", "tree")

    def __init__(self, text: str | int | Fraction) -> None:
        self.text = str(text)
        source = _normalise(self.text)
        try:
            self.tree = ast.parse(source, mode="eval").body
        except (SyntaxError, ValueError) as error:
            raise ExpressionError(
                f"“{self.text}”不是算式;请写成 posts < 50 and kind == '现场' 的样子"
            ) from error
        reader = _Reader(self.text, source)
        reader.check(self.tree)
        self.names = frozenset(reader.names - _WORDS.keys())
        self.of_clause = frozenset(reader.of_clause)
        self._figures: Callable[[Lookup], Value] | None = None
        self._row: Callable[[Mapping[str, Value]], Value] | None = None

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Expression) and other.text == self.text

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def over(self, lookup: Lookup) -> Value:
        """Value over figures. `lookup(name)` gives a figure; None or an absent one raises NoData.

        `of("clause", "name")` in the text asks `lookup` for `clause/name`.
        """
        if self._figures is None:
            self._figures = _compile(self.tree, self.text, _FigureCode())
        return self._figures(lookup)

    def on(self, row: Mapping[str, Value]) -> Value:
        """Value over the fields of a row; blank fields make comparisons false and sums None."""
        return self.row_function()(row)

    def row_function(self) -> Callable[[Mapping[str, Value]], Value]:
        """The compiled function behind `on`, for tight loops."""
        if self._row is None:
            self._row = _compile(self.tree, self.text, _RowCode())
        return self._row


class _Reader:
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
            self._refuse(f"“{segment}”要写成普通小数,不用科学计数法")
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
            self._refuse(f"没有函数 {name};可用的有 {'、'.join(FUNCTIONS)}")
        arity = FUNCTIONS[name][1]
        if arity is not None and len(args) not in arity:
            self._refuse(f"函数 {name} 要 {' 或 '.join(map(str, arity))} 个参数,写了 {len(args)} 个")
        self._all(args)

    def _refuse(self, why: str) -> None:
        raise ExpressionError(f"算式“{self.text}”有误:{why}")


class _Code:
    """Turns a tree into a tree of calls to the helpers below; subclasses say what a name means."""

    def __init__(self) -> None:
        self.constants: dict[str, Value] = {}

    def constant(self, value: Value) -> ast.expr:
        name = f"_k{len(self.constants)}"
        self.constants[name] = value
        return ast.Name(name, ast.Load())

    def call(self, helper: Callable[..., Value], *args: ast.expr) -> ast.expr:
        return ast.Call(self.constant(helper), list(args), [])

    def name(self, name: str) -> ast.expr:
        raise NotImplementedError

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
            case ast.UnaryOp(op=op, operand=operand):
                return ast.UnaryOp(op, self.emit(operand))
            case ast.Compare(left=left, ops=ops, comparators=rest):
                return self._compare(left, ops, rest)
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return ast.IfExp(self.emit(test), self.emit(body), self.emit(orelse))
        raise ExpressionError(f"不支持的写法 {ast.dump(node)}")

    def _word(self, name: str) -> ast.expr:
        return ast.Constant(_WORDS[name]) if name in _WORDS else self.name(name)

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
            ast.Mult: lambda a, b: a * b,
            ast.Div: _div,
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


class _FigureCode(_Code):
    def name(self, name: str) -> ast.expr:
        def ask(lookup: Lookup) -> Value:
            return _need(lookup(name), name)

        return self.call(ask, ast.Name("_source", ast.Load()))


class _RowCode(_Code):
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


def _compile(tree: ast.expr, text: str, code: _Code) -> Callable[[Any], Value]:
    arguments = ast.arguments([], [ast.arg("_source")], None, [], [], None, [])
    function = ast.Expression(ast.Lambda(arguments, code.emit(tree)))
    ast.fix_missing_locations(function)
    built = eval(compile(function, "<rulebook>", "eval"), {"__builtins__": {}, **code.constants})

    def run(source: Any) -> Value:
        try:
            return built(source)
        except (TypeError, AttributeError, ValueError) as error:
            raise ExpressionError(f"算式“{text}”算不出来:数据的类型不对({error})") from error

    return run
