"""Answers of each type: from what a person types to what is kept, and back to what a person reads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from app.services.act import Refused
from kpi.calendar import chinese_date
from kpi.quantities import Money, QuantityError, is_finite_decimal, parse_exact, percent, plain
from kpi.rulebook.answers import as_key
from kpi.rulebook.assumptions import Assumption

MOST_TEXT, MOST_LINES = 500, 2000
_TRUTHS = {"true": True, "false": False}


def parse(assumption: Assumption, typed: str) -> Any:
    """The answer as it is kept (JSON: texts, true or false, lists). Refused says what to write instead."""
    text = typed.strip()
    if not text:
        raise Refused("请选择或填写答复", "value")
    if assumption.options:
        return _option(assumption, text)
    return _PARSERS[assumption.type](text)


def _option(assumption: Assumption, text: str) -> Any:
    if text not in assumption.options:
        raise Refused("请从所列的选项里选", "value")
    truths = assumption.options.keys() <= _TRUTHS.keys()
    return _TRUTHS[text] if truths else text


def _number(text: str) -> str:
    try:
        return plain(parse_exact(text))
    except QuantityError as error:
        raise Refused(str(error), "value") from error


def _percent(text: str) -> str:
    try:
        share = parse_exact(text.rstrip("%％"))
    except QuantityError as error:
        raise Refused("应为百分数，例如 60 或 60%", "value") from error
    if not 0 <= share <= 100:
        raise Refused("百分数应在 0 与 100 之间，例如 60 或 60%", "value")
    return f"{plain(share)}%" if is_finite_decimal(share) else plain(share / 100)


def _money(text: str) -> str:
    try:
        found = Money.parse(text.replace("，", ","))
    except QuantityError as error:
        raise Refused("应为金额（元），最多两位小数，例如 5.00", "value") from error
    if not 0 <= found.fen < 10**15:
        raise Refused("金额应在 0 与 10 万亿元之间", "value")
    return found.plain()


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise Refused("日期写法应为 2026-03-05", "value") from error


def _text(text: str) -> str:
    if len(text) > MOST_TEXT:
        raise Refused(f"最多 {MOST_TEXT} 个字", "value")
    return text


def _yes_no(text: str) -> bool:
    if text not in _TRUTHS:
        raise Refused("请选择是或否", "value")
    return _TRUTHS[text]


def lines(text: str) -> list[str]:
    """One entry a line: trimmed, without empty and repeated ones."""
    found = list(dict.fromkeys(filter(None, (line.strip() for line in text.splitlines()))))
    if len(found) > MOST_LINES:
        raise Refused(f"最多 {MOST_LINES} 行，现在有 {len(found)} 行", "value")
    if long := next((line for line in found if len(line) > 60), None):
        raise Refused(f"“{long[:20]}…”超过 60 个字，每行写一个名称", "value")
    return found


_PARSERS: dict[str, Callable[[str], Any]] = {
    "number": _number, "percent": _percent, "money": _money, "text": _text, "date": _date, "yes_no": _yes_no,
    "list": lines, "choice": _text,
}  # fmt: skip


def shown(assumption: Assumption, value: Any) -> str:
    """An answer as a person reads it."""
    if value is None:
        return "没有"
    if assumption.options:
        return assumption.options.get(as_key(value), as_key(value))
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    if assumption.type == "date":
        return chinese_date(date.fromisoformat(str(value)))
    return _shown_number(assumption.type, value)


def _shown_number(kind: str, value: Any) -> str:
    if kind == "money":
        return str(Money.parse(str(value)))
    if kind == "percent":
        exact = parse_exact(value)
        return percent(exact) if is_finite_decimal(exact) else plain(exact)
    return plain(parse_exact(value)) if kind == "number" else str(value)


def kept(value: Any) -> Any:
    """A default of the rulebook in the form in which answers are kept."""
    if isinstance(value, bool | str) or value is None:
        return value
    if isinstance(value, list | tuple):
        return [str(one) for one in value]
    return value.isoformat() if isinstance(value, date) else plain(parse_exact(value))


def typed(assumption: Assumption, value: Any) -> str:
    """An answer as it stands in the input."""
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "\n".join(map(str, value))
    if assumption.type == "percent" and not assumption.options:
        return plain(parse_exact(value) * 100)
    return as_key(value)


def same(left: Any, right: Any) -> bool:
    """Whether two answers mean the same: 0.5 and 1/2 do."""
    if isinstance(left, list | tuple) or isinstance(right, list | tuple):
        return list(left or ()) == list(right or ())
    try:
        return parse_exact(left) == parse_exact(right)
    except QuantityError:
        return as_key(left) == as_key(right)
