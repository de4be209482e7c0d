"""The guide's pages as blocks, and what the engine makes of their examples.

A fence says after its language what it holds: `yaml item` is an item of the rubric, `yaml amount` a
payment, and so on; a `text` fence after it is what the engine must say. `python -m tests.docs.guide`
writes these texts and the table of functions anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi.expressions import FUNCTIONS
from kpi.rulebook.yaml_text import read_yaml

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EXAMPLES = DOCS / "examples"
PAGES = (DOCS / "rulebook.md", *sorted((DOCS / "rulebook").glob("*.md")))

_FENCE = re.compile(r"^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)
_GIVEN = re.compile(r"(?P<name>数据|核定|得分|档次|得)：`(?P<text>[^`]+)`")
_FUNCTIONS = re.compile(r"(<!-- functions -->\n).*?(<!-- /functions -->)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """A fence: `kind` is its language with what it holds, `given` what the prose before it gives."""

    page: Path
    line: int
    kind: str
    text: str
    span: tuple[int, int]
    given: dict[str, Any]

    @property
    def place(self) -> str:
        return f"{self.page.relative_to(DOCS)}:{self.line}"

    @property
    def value(self) -> Any:
        """The YAML of the fence, numbers exact."""
        return read_yaml(self.text, self.place)[0]


def blocks(page: Path) -> list[Block]:
    """The page's fences in order."""
    text = page.read_text("utf-8")
    found: list[Block] = []
    at = 0
    for fence in _FENCE.finditer(text):
        given = {one["name"]: read_yaml(one["text"])[0] for one in _GIVEN.finditer(text, at, fence.start())}
        line = text.count("\n", 0, fence.start()) + 1
        found.append(Block(page, line, fence["info"].strip(), fence["text"], fence.span("text"), given))
        at = fence.end()
    return found


def every(*kinds: str) -> list[Block]:
    """The fences of these kinds on all pages."""
    return [one for page in PAGES for one in blocks(page) if one.kind in kinds]


def spoken(kind: str) -> Iterator[tuple[Block, Block]]:
    """Each example of a kind with every `text` fence that follows it: the same example with other data."""
    for page in PAGES:
        example: Block | None = None
        for block in blocks(page):
            if block.kind == "text" and example is not None:
                yield example, block
            elif block.kind != "text":
                example = block if block.kind == kind else None


def whole_text() -> str:
    """All pages as one text."""
    return "\n".join(page.read_text("utf-8") for page in PAGES)


def function_table() -> str:
    """The functions of the expression language as a Markdown table."""
    rows = ["| 函数 | 参数 | 作用 |", "|---|---|---|"]
    for name, (_, arity, words) in FUNCTIONS.items():
        number = "几个都可以" if arity is None else " 或 ".join(map(str, arity))
        rows.append(f"| `{name}` | {number} | {words} |")
    return "\n".join(rows) + "\n"


def with_functions(text: str) -> str:
    """The page with the table of functions as it is now."""
    return _FUNCTIONS.sub(lambda found: found[1] + function_table() + found[2], text)


def rewrite(says: dict[str, Callable[[Block, Block], str]]) -> None:
    """Write every text of the engine into its fence."""
    new: dict[Path, list[tuple[tuple[int, int], str]]] = {}
    for kind, say in says.items():
        for example, block in spoken(kind):
            new.setdefault(block.page, []).append((block.span, say(example, block) + "\n"))
    for page in PAGES:
        text = page.read_text("utf-8")
        for (start, end), words in sorted(new.get(page, []), reverse=True):
            text = text[:start] + words + text[end:]
        page.write_text(with_functions(text), "utf-8")


if __name__ == "__main__":
    from tests.docs.examples import SAYS

    rewrite(SAYS)
