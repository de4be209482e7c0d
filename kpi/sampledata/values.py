"""Drawing a value: one function for each way of specs.py."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, time, timedelta
from fractions import Fraction
from typing import Any

from kpi.expressions import ExpressionError
from kpi.ledger.conversions import clock
from kpi.quantities import plain
from kpi.rulebook.base import Rule
from kpi.rulebook.ledgers import FieldType
from kpi.sampledata import specs
from kpi.sampledata.people import Enterprise, Person
from kpi.sampledata.rows import Row
from kpi.sampledata.slots import Stored

HOUR = 60
_TOKEN = re.compile(r"\{([^{}]*)\}")
_TRIES = 40


def draw(way: Rule, name: str, row: Row) -> Any:
    """A typed value of the field or variable `name`."""
    if type(way) is specs.Constant:
        return row.drawing.typed(name, way.value)
    if isinstance(way, specs.Way) and way.blank and row.draws.chance(way.blank):
        return None
    return _DRAWN[type(way)](way, name, row)


def _pick(way: specs.Pick, name: str, row: Row) -> Any:
    options = list(way.pick)
    one = row.drawing.fields.get(name)
    if one is not None and one.type is FieldType.MULTIPLE_CHOICE:
        return tuple(row.draws.some(options, row.draws.integer(*way.number)))
    return row.drawing.typed(name, row.draws.weighted(options, list(way.pick.values())))


def _between(way: specs.Between, name: str, row: Row) -> Any:
    low, high = way.range
    if way.scaled:
        size = row.drawing.world.timetable.size
        low, high = Fraction(size(int(low), True)), Fraction(size(int(high), True))
    value = low + row.draws.integer(0, ((high - low) / way.step).__floor__()) * way.step
    return value.numerator if value.denominator == 1 else value


def _yes(way: specs.Yes, name: str, row: Row) -> bool:
    return row.draws.chance(way.yes)


def _clock(way: specs.Clock, name: str, row: Row) -> time:
    first, last = (moment.hour * HOUR + moment.minute for moment in map(clock, way.time))
    minute = first + way.step * row.draws.integer(0, (last - first) // way.step)
    return time(minute // HOUR, minute % HOUR)


def _day(way: specs.Day, name: str, row: Row) -> date | None:
    base = row.get(way.after)
    if not isinstance(base, date):
        return None
    found = base + timedelta(days=row.draws.integer(*way.days))
    until = row.drawing.world.frame.day(way.until)
    return None if until is not None and found > until else found


def _pool(way: specs.FromPool, name: str, row: Row) -> Person | Enterprise:
    pool, memory = row.pool(way.pool), row.drawing.memory
    if way.next:
        index = memory.nexts.get((way.pool, name), 0)
        memory.nexts[way.pool, name] = index + 1
        if index >= len(pool):
            raise row.drawing.problem(f"名单“{way.pool}”只有 {len(pool)} 个，不够用；请把 size 写大")
        return pool[index]
    if way.take is None:
        return pool[row.draws.integer(0, len(pool) - 1)]
    key = (row.slot.window.key, name)
    if key not in memory.takes:
        memory.takes[key] = row.draws.some(range(len(pool)), row.draws.integer(*way.take))
    turn = memory.turns.get(key, 0)
    memory.turns[key] = turn + 1
    chosen = memory.takes[key]
    return pool[chosen[turn % len(chosen)]]


def _of(way: specs.Of, name: str, row: Row) -> Any:
    if way.of not in row.targets:
        row.get(way.of)
    if (target := row.targets.get(way.of)) is not None:
        return part_of(target, way.part, row)
    return part_of(row.get(way.of), way.part, row)


def part_of(value: Any, part: str, row: Row) -> Any:
    """A part of a person, an enterprise or an entry."""
    if value is None:
        return None
    if isinstance(value, Stored):
        return value.id if part == "id" else value.values.get(part)
    if isinstance(value, Person) and part == "age":
        return value.age(row.day)
    if isinstance(value, Person | Enterprise) and hasattr(value, part):
        return getattr(value, part)
    raise row.drawing.problem(f"没有“{part}”这一部分；人员有 name、id_number、phone、sex、birth、age，企业有 name、code")


def _entry(way: specs.Earlier, name: str, row: Row) -> str | None:
    shelf, memory = row.drawing.world.shelf(way.entry), row.drawing.memory
    known = shelf.until(row.day)
    for _ in range(_TRIES if known else 0):
        found = shelf.entries[row.draws.integer(0, known - 1)]
        if way.once and (name, found.id) in memory.used:
            continue
        if way.where is None or way.where.on(found.values):
            memory.used.add((name, found.id))
            row.targets[name] = found
            return found.id
    return None


def _look_up(way: specs.LookUp, name: str, row: Row) -> Any:
    texts = row.drawing.world.plan.tables[way.table].get(str(row.get(way.by)))
    if texts is None:
        raise row.drawing.problem(f"表“{way.table}”里没有“{row.get(way.by)}”；请在 tables 里补上")
    return row.drawing.typed(name, row.draws.pick(texts))


def _series(way: specs.Series, name: str, row: Row) -> int:
    key = (name, row.get(way.per) if way.per else None)
    runs = row.drawing.memory.runs
    runs[key] = runs[key] + row.draws.integer(*way.grow) if key in runs else way.series
    return runs[key]


def _split(way: specs.Split, name: str, row: Row) -> int:
    parts = row.drawing.memory.parts
    if name not in parts:
        total = row.drawing.world.timetable.size(way.split, way.scaled)
        parts[name] = row.draws.parts(total, row.drawing.size)
    return parts[name][row.slot.place]


def _compute(way: specs.Compute, name: str, row: Row) -> Any:
    try:
        return way.compute.on(row)
    except ExpressionError as error:
        raise row.drawing.problem(str(error)) from error


def _files(way: specs.Files, name: str, row: Row) -> tuple[str, ...]:
    return tuple(f"{row.draws.digest()[:16]}.jpg" for _ in range(row.draws.integer(*way.files)))


def _depends(way: specs.Depends, name: str, row: Row) -> Any:
    return draw(way.then if row.holds(way.when) else way.otherwise, name, row)


def _text(way: specs.Text, name: str, row: Row) -> Any:
    if not way.text:
        raise row.drawing.problem(f"字段“{name}”有格式要求，请在样例方案里写明怎样取值")
    template = row.draws.pick(way.text)
    return row.drawing.typed(name, _TOKEN.sub(lambda found: _word(found[1], row), template))


def _word(token: str, row: Row) -> str:
    """What a token in braces stands for; see specs.Text."""
    name, _, rest = token.partition(":")
    day = row.day
    known = {"year": day.year, "month": f"{day.month:02d}", "day": f"{day.day:02d}", "window": row.slot.window.label}
    if name == "no":
        return f"{row.number:0{rest or 1}d}"
    if name == "n":
        low, _, high = rest.partition("-")
        return str(row.draws.integer(int(low), int(high)))
    if "|" in token:
        return row.draws.pick(token.split("|"))
    if name in known:
        return str(known[name])
    if (words := row.drawing.world.words.get(name)) is not None:
        return row.draws.pick(words)
    if name in row.drawing.world.pools:
        pool = row.pool(name)
        return "、".join(pool[place].name for place in row.draws.some(range(len(pool)), int(rest or 1)))
    name, _, part = name.partition(".")
    if part:
        return shown(_of(specs.Of(of=name, part=part), name, row))
    if name not in row.drawing.ways and name not in row:
        raise row.drawing.problem(f"文字里的 {{{token}}} 不知道是什么；可写字段、let 里的名称或 words 里的词表")
    return shown(row.get(name))


def shown(value: Any) -> str:
    """A value in a text."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, Person | Enterprise):
        return value.name
    if isinstance(value, Fraction):
        return plain(value)
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return "、".join(map(shown, value))
    return "" if value is None else str(value)


_DRAWN: dict[type[Rule], Callable[[Any, str, Row], Any]] = {
    specs.Pick: _pick, specs.Between: _between, specs.Yes: _yes, specs.Text: _text, specs.Clock: _clock,
    specs.Day: _day, specs.FromPool: _pool, specs.Of: _of, specs.Earlier: _entry, specs.LookUp: _look_up,
    specs.Series: _series, specs.Split: _split, specs.Compute: _compute, specs.Files: _files,
    specs.Depends: _depends,
}  # fmt: skip
