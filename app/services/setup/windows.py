"""窗口: which months, quarters and weeks are due under the present answers, and what happens to partial ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.services.books import Book
from app.services.setup.questions import Question
from kpi.calendar import Anchor, CalendarError, Partial, Window, WindowKind, windows
from kpi.checkup.walk import walk
from kpi.quantities import Period, percent
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.base import Answer

KINDS = ((WindowKind.MONTH, "月", "个月"), (WindowKind.QUARTER, "季度", "个季度"), (WindowKind.WEEK, "周", "周"))
#: So many at the beginning and at the end are shown.
_ENDS = 2


@dataclass(frozen=True)
class Line:
    """A window as shown. `treated`: what happens to it."""

    label: str
    start: date
    end: date
    partial: bool
    treated: str


@dataclass(frozen=True)
class Preview:
    """The windows of one kind. `used`: the rulebook has indicators by it."""

    title: str
    used: bool
    due: str
    lines: tuple[Line, ...]
    between: int


@dataclass(frozen=True)
class Windows:
    """The card of windows. `refused` says why there is no preview; `questions` decide about windows."""

    anchor: str
    partial: str
    previews: tuple[Preview, ...]
    questions: tuple[Question, ...]
    refused: str = ""


_ANCHORS = {"calendar": "自然月、自然季（每月 1 日起）", "anniversary": "合同月、合同季（从合同起始日算）"}
_PARTIALS = {
    "whole": "不计：首尾不完整的周期不用完成",
    "include": "计入：首尾不完整的周期也要完成",
    "pro_rata": "按天折算：目标按占整周期的天数折算",
}


def preview(book: Book, starts_on: date, ends_on: date, every: list[Question]) -> Windows:
    """The windows of a term, under the answers in force."""
    rules = book.rulebook.windows
    names = {one.answer for one in (rules.anchor, rules.partial, rules.holidays) if isinstance(one, Answer)}
    asked = tuple(one for one in every if one.id in names and one.asked)
    try:
        anchor: Anchor = book.answers.get(rules.anchor)
        partial: Partial = book.answers.get(rules.partial)
        term = Period(starts_on, ends_on)
        used = _used(book)
        shown = tuple(_preview(kind, title, unit, term, anchor, partial, kind in used) for kind, title, unit in KINDS)
    except (Unanswered, CalendarError) as why:
        return Windows("", "", (), asked, str(why))
    return Windows(_ANCHORS.get(anchor, anchor), _PARTIALS.get(partial, partial), shown, asked)


def _used(book: Book) -> set[WindowKind]:
    """The kinds of window that indicators of this rulebook count by."""
    found: set[WindowKind] = set()
    for node in walk(book.rulebook.indicators):
        if isinstance(node.value, WindowKind):
            found.add(node.value)
    return found


def _preview(
    kind: WindowKind, title: str, unit: str, term: Period, anchor: Anchor, partial: Partial, used: bool
) -> Preview:
    touching = windows(kind, term, anchor=anchor, partial="pro_rata")
    due = {one.key: one for one in windows(kind, term, anchor=anchor, partial=partial)}
    lines = [_line(one, due.get(one.key)) for one in touching]
    if len(lines) <= 2 * _ENDS + 1:
        return Preview(title, used, f"{len(due)} {unit}", tuple(lines), 0)
    ends = (*lines[:_ENDS], *lines[-_ENDS:])
    return Preview(title, used, f"{len(due)} {unit}", ends, len(lines) - 2 * _ENDS)


def _line(touching: Window, due: Window | None) -> Line:
    partial = touching.fraction != 1
    label = touching.label.partition("（")[0] if partial else touching.label
    if not partial:
        return Line(label, touching.start, touching.end, False, "应完成")
    if due is None:
        return Line(label, touching.start, touching.end, True, "不完整，不计")
    if due.fraction != 1:
        share = f"{percent(due.fraction)}（{touching.days} 天）"
        return Line(label, touching.start, touching.end, True, f"不完整，目标按天折算为 {share}")
    return Line(label, touching.start, touching.end, True, "不完整，照常应完成")
