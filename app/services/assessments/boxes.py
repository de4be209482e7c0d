"""What can be stated of a clause by hand: a box for each figure, by window and member where it has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from app.services.act import Refused
from app.services.assessments.evaluating import Work
from app.services.ledger.reading import spoken
from kpi.calendar import CalendarError
from kpi.indicators.book import text_of
from kpi.indicators.collect import Collector
from kpi.ledger import conversions
from kpi.ledger.entries import FieldError
from kpi.quantities import Money, QuantityError, parse_exact, plain
from kpi.rulebook.answers import Answers
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import work_calendar
from kpi.rulebook.given_names import is_number
from kpi.rulebook.indicators import (
    ByHand,
    Figure,
    Indicator,
    MembersDue,
    MembersMet,
    Streak,
    WindowsDue,
    WindowsMet,
)
from kpi.rulebook.ledgers import FieldType

#: More windows than that are typed into one box, one value after another.
MOST_CELLS = 16
#: Measures that look at windows and give one number.
_ONE_VALUE = (WindowsMet, WindowsDue, MembersMet, MembersDue, Streak)
_KINDS = {
    **dict.fromkeys(
        (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY, FieldType.PERCENT, FieldType.DURATION), "number"
    ),
    FieldType.DATE: "date", FieldType.YES_NO: "yes_no",
}  # fmt: skip
NOTHING = frozenset({"", "无", "无数据", "未举办", "null"})
YES, NO = frozenset({"是", "yes", "true", "1"}), frozenset({"否", "no", "false", "0"})
MET = "met"


@dataclass(frozen=True)
class Cell:
    """One box of the form. `name` is unique in it; `window` or `member` say what it is of."""

    name: str
    figure: str
    label: str
    kind: str
    unit: str = ""
    member: str = ""
    window: str = ""
    place: int | None = None


@dataclass(frozen=True)
class Clause:
    """What can be stated of a clause: its figures, by window and member where they have them, and plain met or unmet."""

    id: str
    cells: tuple[Cell, ...]

    def cell(self, name: str) -> Cell | None:
        return next((one for one in self.cells if one.name == name), None)


def kind_of(rulebook: Rulebook, figure: Figure) -> str:
    """How a figure is typed: a count is a number, the latest value of a field is of the field's kind."""
    if is_number(figure):
        return "number"
    if isinstance(figure, ByHand):
        return figure.type
    ledger, name = rulebook.ledger(getattr(figure, "ledger", "")), getattr(figure, "field", None)
    field = ledger.field(name) if ledger is not None and isinstance(name, str) else None
    return "text" if field is None else _KINDS.get(field.type, "text")


def clause_of(work: Work, clause: str) -> Clause:
    """The boxes of a clause, under the windows and members of the period."""
    own = [one for one in work.rulebook.indicators if one.clause == clause]
    declared = {name: (one, figure) for one in own for name, figure in one.figures.items()}
    windows, members = _windows(work, clause), _members(work, own)
    cells = [
        cell
        for name, (indicator, figure) in declared.items()
        for cell in _cells(
            name, figure, kind_of(work.rulebook, figure), windows.get(name, ()), members if _split(indicator, figure) else ()
        )
    ]
    if MET not in declared:
        cells.append(Cell(MET, MET, "整条是否达标", "yes_no"))
    return Clause(clause, tuple(cells))


def _split(indicator: Indicator, figure: Figure) -> bool:
    """Whether a figure has a value a member."""
    return indicator.by is not None and not isinstance(figure, WindowsDue | MembersDue | MembersMet | ByHand)


def _cells(
    name: str, figure: Figure, kind: str, windows: Sequence[str], members: Sequence[str]
) -> Iterator[Cell]:
    label = figure.label or name
    for place, member in enumerate(members):
        yield Cell(f"{name}.m{place}", name, label, "list" if windows else kind, figure.unit, member=member)
    if members:
        return
    if not windows:
        yield Cell(name, name, label, kind, figure.unit)
    elif len(windows) > MOST_CELLS:
        yield Cell(f"{name}.all", name, label, "list", figure.unit, window=f"{windows[0]} 至 {windows[-1]}，共 {len(windows)} 个")
    else:
        for place, window in enumerate(windows):
            yield Cell(f"{name}.w{place}", name, label, kind, figure.unit, window=window, place=place)


def _windows(work: Work, clause: str) -> dict[str, tuple[str, ...]]:
    """The due windows of each figure of the clause that has a value per window."""
    answers = Answers(work.rulebook, work.base.answers)
    try:
        made = Collector(work.rulebook, answers, work.base, work_calendar(work.base))
    except (CalendarError, Unanswered) as error:
        raise Refused(spoken(str(error))) from error
    return {
        one.name: tuple(one.counter.spec.slots.labels)
        for one in made.figures
        if one.indicator.clause == clause and one.counter is not None and one.counter.spec.slots.listed
        and not isinstance(one.figure, _ONE_VALUE)
    }  # fmt: skip


def _members(work: Work, own: Sequence[Indicator]) -> tuple[str, ...]:
    """The members that the clause is split by: listed, else those that were measured."""
    split = next((one for one in own if one.by is not None), None)
    if split is None:
        return ()
    listed = work.base.members.get(split.members or "", ())
    named = next((one.members for one in work.rulebook.members if one.id == split.members), ())
    chosen = [str(one.get("id") or one.get("name")) if isinstance(one, Mapping) else str(one) for one in listed or named]
    for figure in work.figures:
        if figure.clause == split.clause and isinstance(figure.value, Mapping):
            chosen += [member for member in figure.value if member not in chosen]
    return tuple(chosen)


# -- reading --------------------------------------------------------------------------------------


def read(clause: Clause, typed: Mapping[str, str]) -> dict[str, Any]:
    """The typed boxes as facts; Refused at the first box that cannot be read. Blank boxes state nothing.

    A figure by window is stated whole: a box that is left blank beside filled ones is “no data”.
    """
    plain_ones: dict[str, Any] = {}
    by_member: dict[str, dict[str, Any]] = {}
    filled = {cell.figure for cell in clause.cells if typed.get(cell.name, "").strip()}
    for cell in clause.cells:
        text = typed.get(cell.name, "").strip()
        if cell.figure not in filled or (not text and cell.place is None):
            continue
        value = _several(cell, text) if cell.kind == "list" else value_of(cell, text)
        if cell.member:
            by_member.setdefault(cell.member, {})[cell.figure] = value
        elif cell.place is not None:
            plain_ones.setdefault(cell.figure, []).append(value)
        else:
            plain_ones[cell.figure] = value
    return {**plain_ones, **_turned(by_member)} if plain_ones else dict(by_member)


def _turned(by_member: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """By figure, then member: how they stand beside figures that are not split."""
    turned: dict[str, dict[str, Any]] = {}
    for member, values in by_member.items():
        for name, value in values.items():
            turned.setdefault(name, {})[member] = value
    return turned


def _several(cell: Cell, text: str) -> list[Any]:
    one = Cell(cell.name, cell.figure, cell.label, "number", cell.unit, window=cell.window)
    return [value_of(one, part) for part in text.replace("，", "、").replace(",", "、").split("、")]


def value_of(cell: Cell, text: str) -> Any:
    """One typed value; None for “无”."""
    text = text.strip()
    where = f"{cell.label}（{cell.member or cell.window}）" if cell.member or cell.window else cell.label
    if text in NOTHING:
        return None
    try:
        if cell.kind == "yes_no":
            return _yes_no(text)
        if cell.kind == "date":
            return conversions.day(text)
        if cell.kind == "number" and text in {"是", "否"}:
            return text == "是"  # “it happened” is one
        if cell.kind == "number":
            exact = parse_exact(text.replace(",", "").removeprefix("¥").removesuffix(cell.unit or "元"))
            return exact.numerator if exact.denominator == 1 else exact
    except (QuantityError, FieldError) as error:
        raise Refused(f"{where}：{spoken(str(error))}", cell.name) from error
    return text


def _yes_no(text: str) -> bool:
    if text.lower() in YES | NO:
        return text.lower() in YES
    raise QuantityError(f"“{text}”看不懂，请选是或否")


def typed_of(clause: Clause, table: Mapping[str, Any]) -> dict[str, str]:
    """What stands in the boxes for facts."""
    found: dict[str, str] = {}
    for cell in clause.cells:
        value = _inside(table, cell.member, cell.figure) if cell.member else table.get(cell.figure)
        if isinstance(value, list | tuple):
            parts = ["无" if one is None else typed_text(one) for one in value]
            if cell.place is None:
                found[cell.name] = "、".join(parts)
            elif cell.place < len(parts):
                found[cell.name] = parts[cell.place]
        elif value is not None:
            found[cell.name] = typed_text(value)
    return found


def _inside(table: Mapping[str, Any], member: str, figure: str) -> Any:
    """A value by member, whichever way round the table is."""
    for one, other in ((member, figure), (figure, member)):
        inner = table.get(one)
        if isinstance(inner, Mapping) and other in inner:
            return inner[other]
    return None


def typed_text(value: Any) -> str:
    """A value as somebody types it."""
    if isinstance(value, Money):
        return value.plain()
    if isinstance(value, bool):
        return "是" if value else "否"
    return plain(value) if isinstance(value, int | Fraction) else text_of(value)
