"""Words with live numbers: `{clause/figure}` stands for a number of the report wherever the words are shown.

What is not a number of the report, nor one of its names, is an error that says which paragraph and what there is.
Digits typed by hand are found, so that nobody hands in a text that says something else than the tables.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kpi.reports.model import Paragraph, Part, Report

FIELD = re.compile(r"\{([^{}\n]{1,120})\}")
STRAY = re.compile(r"[{}]")
#: Digits that are dates, ordinals, clause numbers and the like, not results.
_ASIDE = re.compile(
    r"\d{4}年(?:\d{1,2}月(?:\d{1,2}日)?)?|\d{1,2}月(?:\d{1,2}日)?|\d{4}-\d{2}-\d{2}|第\d+|[A-Za-z][\w.-]*\d[\w.-]*|\d+[、.．](?=\D)|[(（]\d{1,2}[)）]"
)
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
MOST_NAMED = 8
#: What a field shows whose number the period does not have.
NONE = "无数据"
#: A unit behind a field, with nothing but a mark after it; without a number it goes, too.
UNIT = re.compile(r"(?:个百分点|人次|[元人次条个家场篇户天件%％])(?=[，。；、）]|\Z)")
LEDGER_ASPECTS = frozenset({"审核通过", "等待审核", "抽查属实"})
EXTREME = re.compile(r"(?:最高|最低)(?:|值)\Z")
ASPECTS = frozenset({"本期", "累计", "目标", "完成率", "还差"}) | {
    f"{other}{more}" for other in ("上期", "去年同期") for more in ("", "增减", "增减率")
}


class UnknownField(ValueError):
    """A paragraph names what the report has not; the message is Chinese and complete."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph: plain text, or what stands for a field (`source`: its footnote, 0 for none)."""

    text: str
    field: str = ""
    source: int = 0


def known(report: Report) -> dict[str, Piece]:
    """What a field may name, with what it shows."""
    found = {name: Piece(text, name) for name, text in report.names}
    return found | {key: Piece(one.shown, key, one.source) for key, one in report.numbers().items()}


def pieces(text: str, fields: Mapping[str, Piece], where: str = "") -> list[Piece]:
    """The paragraph with its fields filled in; UnknownField names the first that there is not."""
    if wrong := problem(text, fields):
        raise UnknownField(f"{where}：{wrong}" if where else wrong)
    found: list[Piece] = []
    last = 0
    for hit in FIELD.finditer(text):
        if hit.start() > last:
            found.append(Piece(text[last : hit.start()]))
        found.append(fields[hit[1].strip()])
        unit = UNIT.match(text, hit.end()) if found[-1].text == NONE else None
        last = unit.end() if unit else hit.end()
    return [*found, Piece(text[last:])] if last < len(text) else found


def problem(text: str, fields: Mapping[str, Piece]) -> str:
    """What is wrong with the fields of a text; empty where nothing is."""
    for hit in FIELD.finditer(text):
        name = hit[1].strip()
        if name not in fields:
            return f"“{{{name}}}”不是这份报告里的数字{_near(name, fields)}"
    if STRAY.search(FIELD.sub("", text)):
        return "有单独的花括号；花括号只用来引用数字，要成对写，例如 {期间}"
    return ""


def _near(name: str, fields: Mapping[str, Piece]) -> str:
    close = difflib.get_close_matches(name, fields, n=1)
    if close:
        return f"；是不是“{{{close[0]}}}”？"
    return f"；可用的有 {'、'.join(f'{{{one}}}' for one in list(fields)[:MOST_NAMED])} 等"


def filled(text: str, fields: Mapping[str, Piece], where: str = "") -> str:
    """The paragraph as people read it."""
    return "".join(one.text for one in pieces(text, fields, where))


def typed_digits(text: str) -> list[str]:
    """Results that are typed in by hand and so would not follow the figures."""
    rest = _ASIDE.sub(lambda hit: " " * len(hit[0]), FIELD.sub(" ", text))
    return list(dict.fromkeys(hit[0].rstrip(",") for hit in _DIGITS.finditer(rest)))


def fields_of(text: str) -> list[str]:
    """The fields that a text names, in order."""
    return list(dict.fromkeys(hit[1].strip() for hit in FIELD.finditer(text)))


def check(report: Report) -> None:
    """UnknownField where any paragraph names what the report has not."""
    fields = known(report)
    for part in report.parts:
        for number, one in enumerate(part.paragraphs, 1):
            pieces(one.text, fields, f"“{part.title}”第 {number} 段")


def with_words(report: Report, words: Mapping[str, Iterable[str]]) -> Report:
    """The report with the paragraphs of some parts replaced; those that say the same as before stay as they are."""
    return replace(report, parts=tuple(_replaced(part, words) for part in report.parts))


def with_absent(report: Report) -> Report:
    """Fields of the words whose number the report would have, had there been entries, say that there are none.

    A month in which nobody came has no row for a place, no rate, no difference; its report is made all the same.
    """
    fields = known(report)
    named = (field for part in report.parts for one in part.paragraphs for field in fields_of(one.text))
    empty = frozenset(table.id.partition("/")[0] for part in report.parts for table in part.tables if not table.rows)
    absent = {
        name.strip(): NONE for name in named
        if name.strip() not in fields and (_of_empty(name.strip(), empty, fields) or _would_be(name.strip(), fields))
    }  # fmt: skip
    return replace(report, names=(*report.names, *absent.items())) if absent else report


def _of_empty(name: str, empty: frozenset[str], fields: Mapping[str, Piece]) -> bool:
    """A row, the highest or the lowest of groups that the period has none of; without any row nobody knows the columns either."""
    head, rest = name.partition("/")[::2]
    bare = head in empty and "/" in rest and not any(one.startswith(f"{head}/") for one in fields)
    return bare or (not rest and EXTREME.sub("", name) in empty)


def _would_be(name: str, fields: Mapping[str, Piece]) -> bool:
    """A known figure beside which the period has nothing to put, or a row that a known table lacks in a known column."""
    base, at, aspect = name.rpartition("@")
    if at:
        bases = {one.partition("@")[0] for one in fields}
        return aspect in LEDGER_ASPECTS or (base in bases and aspect in ASPECTS)
    parts = name.split("/")
    tables = {(one.split("/")[0], one.split("/")[-1]) for one in fields if one.count("/") > 1}
    return len(parts) > 2 and (parts[0], parts[-1]) in tables


def _replaced(part: Part, words: Mapping[str, Iterable[str]]) -> Part:
    if part.id not in words:
        return part
    usual = {one.text for one in part.paragraphs}
    texts = [text.strip() for text in words[part.id] if text.strip()]
    made = (Paragraph(f"{part.id}/{number}", text, text not in usual) for number, text in enumerate(texts, 1))
    return replace(part, paragraphs=tuple(made))


def lines(report: Report) -> Iterator[tuple[Part, Paragraph, list[Piece]]]:
    """Every paragraph with its fields filled in."""
    fields = known(report)
    for part in report.parts:
        for one in part.paragraphs:
            yield part, one, pieces(one.text, fields, f"“{part.title}”")
