"""YAML with exact numbers and places: decimals from their characters, duplicate keys refused.

Only what a county office means is converted: whole numbers, decimals, true / false, dates as
2026-03-05, empty. `0123`, `12:30`, `yes` and `1e5` stay texts; `.inf` and exponents are refused.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from kpi.quantities import MAX_DIGITS

_INTEGER = re.compile(r"[+-]?(0|[1-9]\d*)\Z")
_DECIMAL = re.compile(r"[+-]?(0|[1-9]\d*)\.\d+\Z")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_NOT_EXACT = re.compile(r"[+-]?(\d+(\.\d*)?[eE][+-]?\d+|\.(inf|Inf|INF)|\.(nan|NaN|NAN))\Z")
MAX_CHARACTERS = 2_000_000
MAX_NODES = 200_000
#: Rules nest a dozen levels; the parser's own recursion would not survive a hundred thousand.
MAX_DEPTH = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a text: where, which field, what, and what to write instead."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place} {self.field}：{self.message}" if self.field else f"{place} {self.message}"


class TextProblems(ValueError):
    """The text cannot be used; `problems` says why, all at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class Places:
    """Line of every value in a text, by its path of keys and indexes."""

    def __init__(self, file: str) -> None:
        self.file = file
        self._lines: dict[tuple[Any, ...], int] = {(): 1}

    def put(self, path: tuple[Any, ...], line: int) -> None:
        self._lines[path] = line

    def line(self, path: Sequence[Any]) -> int:
        """Line of the value at `path`, or of its nearest parent."""
        key = tuple(path)
        while key not in self._lines:
            key = key[:-1]
        return self._lines[key]

    def known(self, path: Sequence[Any]) -> bool:
        return tuple(path) in self._lines


class _Reader:
    def __init__(self, file: str) -> None:
        self.places = Places(file)
        self.problems: list[Problem] = []
        self.nodes = 0

    def value(self, node: yaml.Node, path: tuple[Any, ...]) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            message = f"内容超过 {MAX_NODES} 项，已停止读取；请拆分文件"
            raise TextProblems([Problem(self.places.file, 0, "", message)])
        self.places.put(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*path, index)) for index, child in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: tuple[Any, ...]) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._problem(key_node, path, "键必须是一个词，不能是列表或表")
                continue
            key = key_node.value
            if key in result:
                self._problem(key_node, (*path, key), f"键“{key}”写了两次；请合并或改名")
                continue
            result[key] = self.value(value_node, (*path, key))
            self.places.put((*path, key), key_node.start_mark.line + 1)
        return result

    def _scalar(self, node: yaml.Node, path: tuple[Any, ...]) -> Any:
        text: str = node.value
        if getattr(node, "style", None) in ("'", '"', "|", ">"):
            return text
        if text in ("", "~", "null", "Null", "NULL"):
            return None
        if text in ("true", "True", "false", "False"):
            return text.lower() == "true"
        if len(text) > MAX_DIGITS and (_INTEGER.match(text) or _DECIMAL.match(text)):
            self._problem(node, path, f"数字有 {len(text)} 位，太长；请核对（最多 {MAX_DIGITS} 位）")
            return None
        if _INTEGER.match(text):
            return int(text)
        if _DECIMAL.match(text):
            return Decimal(text)
        if _NOT_EXACT.match(text):
            self._problem(node, path, f"“{text}”不是普通数字；请写成 100000 或 0.5 的样子")
            return None
        if _DATE.match(text):
            return self._date(node, path, text)
        return text

    def _date(self, node: yaml.Node, path: tuple[Any, ...], text: str) -> date | None:
        try:
            return date.fromisoformat(text)
        except ValueError:
            self._problem(node, path, f"没有 {text} 这一天；请核对日期")
            return None

    def _problem(self, node: yaml.Node, path: tuple[Any, ...], message: str) -> None:
        field = ".".join(str(part) for part in path)
        self.problems.append(Problem(self.places.file, node.start_mark.line + 1, field, message))


def read_yaml(text: str, file: str = "规则书") -> tuple[Any, Places]:
    """Plain values (dict, list, str, int, Decimal, bool, date, None) and their places.

    Raises TextProblems with every problem found.
    """
    if len(text) > MAX_CHARACTERS:
        raise TextProblems([Problem(file, 0, "", f"文件超过 {MAX_CHARACTERS} 个字符；请拆分")])
    node = _composed(text, file)
    reader = _Reader(file)
    value = reader.value(node, ()) if node is not None else None
    if reader.problems:
        raise TextProblems(reader.problems)
    return value, reader.places


def _composed(text: str, file: str) -> yaml.Node | None:
    """The text's tree. TextProblems where it is no YAML, or YAML that nobody could read."""
    try:
        _check_events(text, file)
        node: yaml.Node | None = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        message = f"不是合格的 YAML：{_grammar(error)}；请检查这一行的缩进、冒号后的空格和引号"
        raise TextProblems([Problem(file, line, "", message)]) from error
    except yaml.YAMLError as error:
        message = "不是合格的 YAML 文本：含有控制字符等不能显示的字符；请用记事本另存为 UTF-8 文本"
        raise TextProblems([Problem(file, 0, "", message)]) from error
    return node


def _check_events(text: str, file: str) -> None:
    """Aliases, depth and documents, before the tree is built: building it recurses without a limit."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        message = ""
        if isinstance(event, yaml.AliasEvent):
            message = "用了 * 引用；请把内容写全，规则书要能单独读懂每一条"
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            message = "一个文件里有几份内容（用 --- 隔开）；请拆成几个文件" if documents > 1 else ""
        elif isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            message = f"括号或缩进套了超过 {MAX_DEPTH} 层；请检查括号是否配对" if depth > MAX_DEPTH else ""
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if message:
            line = event.start_mark.line + 1 if event.start_mark is not None else 0
            raise TextProblems([Problem(file, line, "", message)])


def _grammar(error: yaml.MarkedYAMLError) -> str:
    problem = str(error.problem)
    return next((text for key, text in _GRAMMAR.items() if key in problem), "语法错误")


_GRAMMAR = {
    "mapping values are not allowed": "这里不能再出现“键: 值”",
    "could not find expected ':'": "缺少冒号",
    "tab": "用了制表符缩进，应改用空格",
    "cannot start any token": "这里不能用这个符号开头（@、`、% 等要加引号；制表符应改用空格）",
    "did not find expected key": "缩进或结构不对，缺少键",
    "did not find expected '-' indicator": "列表项要以 - 开头并对齐",
    "found unexpected end of stream": "引号没有配对",
    "did not find expected ',' or": "括号里缺少逗号或右括号",
    "did not find expected node content": "括号没有配对，或少了内容",
    "did not find expected <document start>": "内容已经结束，后面又多出一段",
    "block sequence entries are not allowed": "这里不能写列表项 -",
    "unknown escape character": "双引号里的反斜杠写法不对；改用单引号",
    "undefined tag handle": "不能用 ! 开头的标记",
}
