"""What people read is punctuated as Chinese is: full-width marks beside Chinese characters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

CJK = "\u4e00-\u9fff“”《》（）"
#: A colon before a space is YAML that is quoted; brackets behind a name are a call.
WRONG = re.compile(rf"[{CJK}][,;?!](?![ a-z])|[{CJK}]:(?! )|[,;][{CJK}]|[\u4e00-\u9fff]\([\u4e00-\u9fff]")
#: What a machine reads: a setting, a bank's statement, a style sheet, an expression, the marks that may not begin a line.
OTHERS = {
    "app/config.py", "app/demonstration/treasury.py", "app/documents/paper/lines.py", "app/documents/paper/word_page.py",
    "kpi/survey/formulas.py", "kpi/calendar/errors.py",
}  # fmt: skip


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Line and text of every string of a module that is no docstring, regular expressions left out."""
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        and node.body and isinstance(node.body[0], ast.Expr)
    }  # fmt: skip
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs and "\\" not in node.value:
            yield node.lineno, node.value


@pytest.mark.parametrize("folder", ["kpi", "app"])
def test_texts_have_full_width_punctuation(folder: str) -> None:
    found = []
    for path in sorted((ROOT / folder).rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if name not in OTHERS:
            found += [f"{name}:{line}：{text[:60]!r}" for line, text in texts(path) if WRONG.search(text)]
    assert not found, "中文旁边用全角标点：\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("少2场,扣分", True), ("怎样定?", True), ("条款:原文", True), ("说明(补充)", True), ("写成“键: 值”", False),
        ("date(2026)，不写", False),
    ],
)
def test_what_counts_as_wrong(text: str, wrong: bool) -> None:
    assert bool(WRONG.search(text)) is wrong
