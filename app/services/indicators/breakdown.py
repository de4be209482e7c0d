"""What the figures of an indicator come to at each place and in each month: sums and shares, not only how many entries.

Everything is read from the rollups: counts from where the entries are from, sums and shares from the engine's own keys by
place and month. The parts add up to the figure of the period; a number of different ones does not, and is left out.
"""

from __future__ import annotations

import ast
from calendar import monthrange
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from app.security.terms import Side
from app.services.indicators.detail import PLACES, Detail, FigureLine
from app.services.standing.criteria import say
from kpi.expressions import Expression, ExpressionError, NoData
from kpi.indicators.accumulators import Bag, put
from kpi.indicators.book import FigureBook
from kpi.indicators.compiler import Compiled, Counter
from kpi.quantities import percent, show
from kpi.rulebook.answers import Refused
from kpi.rulebook.indicators import Criterion

SHOWN = frozenset({"count", "sum", "rate", "failing"})
#: So many places are listed; the others are summed up in one row.
MOST = 40
BLANK = "没有写网点"
#: Place and month of some entries → the row that they stand in.
Key = Callable[[str, int], str]


@dataclass(frozen=True)
class Cell:
    """A figure of one row. `claimed`: where it is something else; `fraction`: numerator and denominator."""

    text: str = "—"
    fraction: str = ""
    claimed: str = ""


@dataclass(frozen=True)
class Row:
    """A place or a month. `link`: the filter that lists its entries."""

    title: str
    cells: tuple[Cell, ...]
    link: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Table:
    """The figures by place or by month, and what they come to together."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    total: Row
    more: int = 0


@dataclass(frozen=True)
class Column:
    """A figure whose parts add up. `whole`: the accumulator that says what a bag is worth."""

    line: FigureLine
    counter: Counter
    unit: str

    def number(self, bag: Bag, entries: int) -> Any:
        return entries if self.line.kind == "count" else self.counter.worth_of(bag)


class Breakdown:
    """The tables of one indicator; none where its one figure is a mere count of entries."""

    def __init__(self, detail: Detail) -> None:
        self.detail = detail

    @cached_property
    def columns(self) -> list[Column]:
        found = []
        for line in self.detail.figures:
            one: Compiled | None = self.detail.live.compiled.get(line.key)
            if line.claimed.number + line.verified.number == 0 and line.kind != "failing":
                continue  # nothing has been entered for it: a column of dashes tells nothing
            if line.ledger is not None and line.kind in SHOWN and one is not None and one.counter is not None:
                found.append(Column(line, one.counter, getattr(one.figure, "unit", "")))
        return found

    @cached_property
    def rates(self) -> list[tuple[Criterion, Column, Column]]:
        """Criteria that are one of the figures by another."""
        indicator = self.detail.indicator
        own = {one.line.key.rpartition("/")[2]: one for one in self.columns}
        found = []
        for criterion in indicator.criteria if indicator is not None else ():
            pair = self._parts(criterion.value)
            if pair is not None and pair[0] in own and pair[1] in own:
                found.append((criterion, own[pair[0]], own[pair[1]]))
        return found

    def _parts(self, value: Expression) -> tuple[str, str] | None:
        """Names of numerator and denominator."""
        pair: tuple[Any, Any] = (None, None)
        match value.tree:
            case ast.BinOp(left=top, op=ast.Div(), right=bottom):
                pair = top, bottom
            case ast.Name(id=name):
                rules = self.detail.live.inputs.book.rulebook.derived
                one = next((each for each in rules if each.id == name), None)
                if one is not None and isinstance(one.numerator, Expression) and isinstance(one.denominator, Expression):
                    pair = one.numerator.tree, one.denominator.tree
        names = [self._name(each) for each in pair]
        return (names[0], names[1]) if all(names) else None

    def _name(self, tree: Any) -> str:
        """The figure that stands there; of `a if … else b` the one that the answers choose. Blank where it is more than that."""
        if isinstance(tree, ast.Name):
            return tree.id
        if not isinstance(tree, ast.IfExp):
            return ""
        book = self.detail.live.inputs.book
        try:
            chosen = FigureBook(book.rulebook, book.answers, ()).over(Expression(ast.unparse(tree.test)), self.detail.one.clause)
        except (NoData, Refused, ExpressionError, TypeError):
            return ""
        return self._name(tree.body if chosen else tree.orelse)

    @property
    def told(self) -> bool:
        """Whether there is more to say than how many entries there are."""
        kinds = [one.line.kind for one in self.columns]
        return self.detail.live.known and (len(kinds) > 1 or any(kind != "count" for kind in kinds))

    @property
    def place_word(self) -> str:
        """What its places are."""
        return next((one.line.place_word for one in self.columns), PLACES)

    @property
    def left_out(self) -> list[str]:
        """Figures of different ones and the like: their parts do not add up."""
        return [one.title for one in self.detail.figures if one.ledger is not None and one.kind not in SHOWN]

    # -- tables ---------------------------------------------------------------------------------

    @cached_property
    def by_place(self) -> Table | None:
        table = self._table(lambda place, month: place, lambda name: {"place": name})
        placed = table is not None and any(one.title != BLANK for one in table.rows)
        return table if placed else None

    @cached_property
    def by_month(self) -> Table | None:
        table = self._table(lambda place, month: f"{month // 12}-{month % 12 + 1:02d}", _month_link, in_order=True)
        return table if table is not None and len(table.rows) > 1 else None

    def _table(self, key: Key, link: Callable[[str], Mapping[str, str]], *, in_order: bool = False) -> Table | None:
        if not self.told:
            return None
        held, claimed = (self._sums(side, key) for side in (Side.VERIFIED, Side.CLAIMED))
        names = sorted({name for sums in (*held, *claimed) for name in sums})
        if not names:
            return None
        if not in_order:
            names.sort(key=lambda name: -self._weight(held, name))
        rows = [Row(name or BLANK, tuple(self._cells(held, claimed, name)), link(name)) for name in names]
        more = max(0, len(rows) - MOST) if not in_order else 0
        total = Row("合计", tuple(self._cells(_whole(held), _whole(claimed), "")))
        titles = [f"{one.line.title}（{one.unit}）" if one.unit else one.line.title for one in self.columns]
        titles += [rule.label or "比例" for rule, _, _ in self.rates]
        return Table(tuple(titles), tuple(rows[:MOST] if more else rows), total, more)

    def _sums(self, side: Side, key: Key) -> list[dict[str, tuple[Bag, int]]]:
        """By column: bag and number of entries of each row."""
        found = []
        for one in self.columns:
            rows: dict[str, tuple[Bag, int]] = {}
            for who, n in self.detail.origins.who.get((side, one.line.key), {}).items():
                bag, entries = rows.get(key(who.place, who.month), ({}, 0))
                rows[key(who.place, who.month)] = (bag, entries + n)
            for (place, month), parts in self.detail.origins.bags.get((side, one.line.key), {}).items():
                bag, entries = rows.setdefault(key(place, month), ({}, 0))
                for inner, n in parts.items():
                    put(bag, inner, n)
            found.append(rows)
        return found

    def _weight(self, sums: list[dict[str, tuple[Bag, int]]], name: str) -> Fraction:
        for one, rows in zip(self.columns, sums, strict=True):
            bag, entries = rows.get(name, ({}, 0))
            value = one.number(bag, entries)
            if value is not None and one.line.kind != "rate":
                return Fraction(value)
        return Fraction(0)

    def _cells(
        self, held: list[dict[str, tuple[Bag, int]]], claimed: list[dict[str, tuple[Bag, int]]], name: str
    ) -> Iterator[Cell]:
        sides = [[rows.get(name, ({}, 0)) for rows in sums] for sums in (held, claimed)]
        for place, one in enumerate(self.columns):
            ours, theirs = (side[place] for side in sides)
            text, other = self._text(one, *ours), self._text(one, *theirs)
            yield Cell(text, self._fraction(one, ours[0]), other if other != text else "")
        for rule, top, bottom in self.rates:
            yield self._rate(rule, *(self._number(one, sides[0]) for one in (top, bottom)))

    def _number(self, one: Column, sides: list[tuple[Bag, int]]) -> Any:
        return one.number(*sides[self.columns.index(one)])

    @staticmethod
    def _text(one: Column, bag: Bag, entries: int) -> str:
        value = one.number(bag, entries)
        if value is None:
            return "—"
        return percent(value) if one.line.kind == "rate" else say(value)

    @staticmethod
    def _fraction(one: Column, bag: Bag) -> str:
        parts = one.counter.parts_of(bag) if bag else None
        return "" if parts is None else f"{say(parts[0])}/{say(parts[1])}"

    @staticmethod
    def _rate(rule: Criterion, top: Any, bottom: Any) -> Cell:
        if not bottom:
            return Cell()
        value = Fraction(top or 0) / Fraction(bottom)
        return Cell(percent(value) if rule.percent else show(value, 4), f"{say(top or 0)}/{say(bottom)}")


def _whole(sums: list[dict[str, tuple[Bag, int]]]) -> list[dict[str, tuple[Bag, int]]]:
    """Each column as one row."""
    found = []
    for rows in sums:
        bag: Bag = {}
        for inner, _ in rows.values():
            for key, n in inner.items():
                put(bag, key, n)
        found.append({"": (bag, sum(entries for _, entries in rows.values()))})
    return found


def _month_link(name: str) -> dict[str, str]:
    return {"from": f"{name}-01", "until": f"{name}-{monthrange(int(name[:4]), int(name[5:]))[1]:02d}"}
