"""Modules and functions stay small: most under the usual size, none over the limit."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.architecture.sources import python_files, shown


@dataclass(frozen=True)
class Bound:
    """Lines: 95 in 100 are at most `usual`, none is over `limit`."""

    usual: int
    limit: int


MODULE = Bound(usual=250, limit=400)
TEST_MODULE = Bound(usual=300, limit=500)
FUNCTION = Bound(usual=25, limit=50)

type_of_module = {"kpi": MODULE, "app": MODULE, "tests": TEST_MODULE}


def offenders(sizes: dict[str, int], bound: Bound) -> list[str]:
    """What to shorten, longest first; empty where the bound holds."""
    ranked = sorted(sizes.items(), key=lambda item: -item[1])
    allowed_over_usual = len(ranked) - math.ceil(len(ranked) * 95 / 100)
    over_usual = [item for item in ranked if item[1] > bound.usual]
    over_limit = [item for item in ranked if item[1] > bound.limit]
    found = over_usual if len(over_usual) > allowed_over_usual else over_limit
    return [f"{name}：{lines} 行" for name, lines in found]


def functions(source: str) -> Iterator[tuple[str, int]]:
    """Name and lines of each function, from `def` to its end, docstring included, decorators not."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{node.name}（第 {node.lineno} 行）", node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("package", type_of_module)
def test_modules_are_short(package: str) -> None:
    bound = type_of_module[package]
    counted = {shown(path): len(path.read_text().splitlines()) for path in python_files(package)}
    found = offenders({name: lines for name, lines in counted.items() if lines}, bound)
    assert not found, f"模块应多数不超过 {bound.usual} 行、都不超过 {bound.limit} 行，请拆分：\n" + "\n".join(
        found
    )


@pytest.mark.parametrize("package", type_of_module)
def test_functions_are_short(package: str) -> None:
    sizes = {
        f"{shown(path)} {name}": lines
        for path in python_files(package)
        for name, lines in functions(path.read_text())
    }
    found = offenders(sizes, FUNCTION)
    assert not found, (
        f"函数应多数不超过 {FUNCTION.usual} 行、都不超过 {FUNCTION.limit} 行，请拆分：\n" + "\n".join(found)
    )


def test_one_over_the_limit_is_found_among_many() -> None:
    sizes = {str(number): 5 for number in range(100)} | {"long": 51}
    assert offenders(sizes, FUNCTION) == ["long：51 行"]


def test_one_in_twenty_may_be_over_the_usual_size() -> None:
    sizes = {str(number): 5 for number in range(19)}
    assert offenders(sizes | {"a": 30}, FUNCTION) == []
    assert offenders(sizes | {"a": 30, "b": 26}, FUNCTION) == ["a：30 行", "b：26 行"]


def test_a_function_is_measured_from_def_to_end() -> None:
    source = (
        '@decorated\ndef outer():\n    """Text."""\n    async def inner():\n        pass\n    return inner\n'
    )
    assert dict(functions(source)) == {"outer（第 2 行）": 5, "inner（第 4 行）": 2}
