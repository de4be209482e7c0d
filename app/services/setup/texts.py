"""A rulebook's text as it comes in: one of the known ones, or uploaded; read whole or refused whole."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from app.services.act import Missing
from app.services.books import loaded
from app.services.setup.findings import examined
from kpi.rulebook.loader import Source, known_keys, load_known
from kpi.rulebook.yaml_text import Problem, TextProblems

#: About three times the longest rulebook there is, and what a form may hold besides files.
MOST_BYTES = 450_000


@dataclass(frozen=True)
class KnownBook:
    """A rulebook that comes with the console."""

    key: str
    title: str
    buyer: str
    clauses: int
    ledgers: int
    questions: int


@dataclass(frozen=True)
class ShownProblem:
    """What is wrong with a text, with the line itself as it stands there."""

    line: int
    field: str
    message: str
    written: str


class BadText(Exception):
    """The text cannot be a rulebook; `problems` lists everything that is wrong."""

    def __init__(self, problems: list[ShownProblem]) -> None:
        super().__init__(problems[0].message)
        self.problems = problems


@cache
def known() -> tuple[KnownBook, ...]:
    """The rulebooks to choose from, read once a process: they come with the program."""
    found = []
    for key in known_keys():
        book = load_known(key).rulebook
        found.append(
            KnownBook(key, book.title, book.buyer, len(book.clauses), len(book.ledgers), len(book.assumptions))
        )
    return tuple(found)


def known_text(key: str) -> str:
    """The text of a known rulebook."""
    if key not in known_keys():
        raise Missing
    return load_known(key).text


def decoded(content: bytes) -> str:
    """The text of an uploaded file; BadText where it is too long or not UTF-8."""
    if len(content) > MOST_BYTES:
        raise BadText([whole(f"文件有 {len(content):,} 字节，超过 {MOST_BYTES:,} 字节的上限；请核对是不是规则书文件")])
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise BadText([whole("文件不是 UTF-8 文本；请用记事本打开，另存为时选择 UTF-8 编码")]) from error


def read(text: str) -> Source:
    """The rulebook that the text is. BadText lists every problem at once; nothing is kept of a bad text."""
    if len(text.encode()) > MOST_BYTES:
        raise BadText([whole(f"文本超过 {MOST_BYTES:,} 字节的上限；请核对是不是规则书")])
    if not text.strip():
        raise BadText([whole("文本是空的；请选择文件，或粘贴规则书的全文")])
    try:
        source = loaded(text)
    except TextProblems as error:
        raise bad(error, text) from error
    examined(source)  # a text that the linter cannot go through is none to keep
    return source


def bad(error: TextProblems, text: str) -> BadText:
    lines = text.split("\n")
    return BadText([shown(one, lines) for one in error.problems])


def shown(problem: Problem, lines: list[str]) -> ShownProblem:
    written = lines[problem.line - 1].strip() if 0 < problem.line <= len(lines) else ""
    return ShownProblem(problem.line, problem.field, problem.message, written[:120])


def whole(message: str) -> ShownProblem:
    """A problem of the text as a whole."""
    return ShownProblem(0, "", message, "")
