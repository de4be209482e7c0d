"""argparse in Chinese: its usage lines, headings and errors."""

from __future__ import annotations

import argparse
import re
import sys
from typing import Any, NoReturn

_WORDS = {
    "usage: ": "用法：",
    "positional arguments": "参数",
    "optional arguments": "选项",
    "options": "选项",
    "subcommands": "命令",
    "show this help message and exit": "显示这段说明",
}
_ERRORS = (
    (r"the following arguments are required: (.+)", r"缺少参数：\1"),
    (r"unrecognized arguments: (.+)", r"不认识的参数：\1"),
    (r"argument (.+?): invalid choice: '?(.*?)'? \(choose from (.+)\)", r"参数 \1 不能写 \2；可选 \3"),
    (r"argument (.+?): expected one argument", r"参数 \1 后面要跟一个值"),
    (r"argument (.+?): expected at least one argument", r"参数 \1 后面至少要跟一个值"),
    (r"argument (.+?): not allowed with argument (.+)", r"参数 \1 不能和 \2 一起用"),
    (r"argument (.+?): invalid (.+?) value: '(.*)'", r"参数 \1 的值“\3”不合规则"),
    (r"one of the arguments (.+) is required", r"要写 \1 之一"),
    (r"argument (.+?): (.+)", r"参数 \1：\2"),
    (r"ambiguous option: (.+) could match (.+)", r"选项 \1 不明确，可能是 \2"),
)


def whole_number(text: str) -> int:
    """A count of an option: 0, 1, 2 …"""
    if not re.fullmatch(r"[0-9]{1,12}", text):
        raise argparse.ArgumentTypeError(f"要写 0、1、2 这样的整数，写的是“{text[:20]}”")
    return int(text)


def error_text(message: str) -> str:
    """argparse's English message in Chinese."""
    for pattern, chinese in _ERRORS:
        if re.fullmatch(pattern, message, re.DOTALL):
            return re.sub(pattern, chinese, message, flags=re.DOTALL).replace("'", "")
    return message


class _Formatter(argparse.RawDescriptionHelpFormatter):
    def add_usage(self, usage: Any, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, _WORDS["usage: "] if prefix is None else prefix)

    def start_section(self, heading: str | None) -> None:
        super().start_section(_WORDS.get(heading or "", heading))


class Parser(argparse.ArgumentParser):
    """A parser whose every text is Chinese. Wrong arguments exit with 2."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("formatter_class", _Formatter)
        super().__init__(add_help=False, **options)
        self.add_argument("-h", "--help", action="help", help=_WORDS["show this help message and exit"])

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{error_text(message)}\n写 {self.prog} --help 看用法。\n")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        if message:
            sys.stderr.write(message)
        sys.exit(status)
