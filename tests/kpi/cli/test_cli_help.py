"""Help that teaches, all in Chinese, and arguments that are wrong."""

from __future__ import annotations

import re

import pytest

from kpi.cli.chinese import error_text
from kpi.cli.commands import COMMANDS
from tests.kpi.cli.running import BOOK, Runner

#: Words of argparse that must never reach a reader.
ENGLISH = re.compile(r"usage|positional|optional|options:|show this|the following|required|argument|choose from|invalid", re.I)


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_help_is_chinese_and_says_what_each_option_is_for(command: str, run: Runner) -> None:
    ran = run(*([command] if command else []), "--help")
    assert ran.code == 0
    assert ran.err == ""
    assert not ENGLISH.search(ran.out), ran.out
    assert "用法：" in ran.out
    assert "显示这段说明" in ran.out


def test_the_first_help_shows_the_way_and_the_exit_codes(run: Runner) -> None:
    out = run("--help").out
    for words in ("check", "template", "score", "explain", "退出码", "0 正常", "1 有发现", "2 输入不能用"):
        assert words in out
    assert all(f"    {name}" in out for name in COMMANDS)


def test_no_command_shows_the_help_and_is_bad_input(run: Runner) -> None:
    ran = run()
    assert ran.code == 2
    assert "常用的顺序" in ran.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "不能写 nothing；可选 check"),
        (["score"], "缺少参数：规则书"),
        (["score", BOOK, "--nothing"], "不认识的参数：--nothing"),
        (["score", BOOK, "--period"], "参数 --period 后面要跟一个值"),
        (["score", BOOK, "--entries"], "参数 --entries 后面至少要跟一个值"),
        (["template", BOOK], "缺少参数：--out"),
        (["explain", BOOK, "--most", "-1"], "要写 0、1、2 这样的整数"),
        (["sample", "size", "--population", "1e9"], "要写 0、1、2 这样的整数"),
        (["replay", BOOK, "--against", BOOK, "--every", "week"], "不能写 week；可选 month"),
        (["sample", "size", "--p", "1"], "不明确"),
    ],
)
def test_wrong_arguments_say_what_to_write(arguments: list[str], message: str, run: Runner) -> None:
    err = run.bad(*arguments)
    assert message in err
    assert "--help 看用法" in err
    assert not re.search(r"usage|expected|invalid|required", err)


def test_an_unknown_message_of_argparse_is_left_as_it_is() -> None:
    assert error_text("something new") == "something new"
