"""kpi computes with exact numbers: no float enters, by name or by literal."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture.sources import ROOT, python_files, shown

# Where a float is right: the file and why. Money, scores and rates never pass through these.
ALLOWED = {
    "kpi/survey/probability.py": "抽样误差是概率，只作说明，不进入得分与付款",
    "kpi/forecast/probability.py": "预测的概率只作说明，不进入得分与付款",
}


def asked_about(tree: ast.AST) -> set[ast.AST]:
    """What stands in `isinstance(…, here)` or `case here():`: asking for a float makes none."""
    classes = [
        node.args[1]
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "isinstance"
        and len(node.args) == 2
    ]
    classes += [node.cls for node in ast.walk(tree) if isinstance(node, ast.MatchClass)]
    return {inner for node in classes for inner in ast.walk(node)}


def floats(source: str) -> Iterator[str]:
    """Each use of the name float and each float literal, with its line."""
    tree = ast.parse(source)
    harmless = asked_about(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and node.id in {"float", "complex"} and node not in harmless:
            yield f"第 {node.lineno} 行：{node.id}"
        elif isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            yield f"第 {node.lineno} 行：{node.value!r}"


def test_kpi_holds_no_float() -> None:
    found = [
        f"{shown(path)} {use}"
        for path in python_files("kpi")
        if shown(path) not in ALLOWED
        for use in floats(path.read_text())
    ]
    assert not found, "kpi 只用精确的数（int、Decimal、Fraction），请改写：\n" + "\n".join(found)


def test_each_exception_is_still_needed() -> None:
    present = [name for name in ALLOWED if (ROOT / name).exists()]
    idle = [name for name in present if not list(floats((ROOT / name).read_text()))]
    assert not idle, f"这些文件已不用浮点数，请从例外里删去：{idle}"


@pytest.mark.parametrize(
    "source", ["x = 0.5", "float('1')", "def f(x: float): ...", "y = 1e3", "isinstance(float(x), int)"]
)
def test_a_float_is_found(source: str) -> None:
    assert list(floats(source))


@pytest.mark.parametrize(
    "source", ["x = Decimal('0.5')", "x = 5", "x.as_float", "'float'", "isinstance(x, bool | float)"]
)
def test_other_numbers_pass(source: str) -> None:
    assert not list(floats(source))
