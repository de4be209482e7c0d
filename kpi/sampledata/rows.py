"""One entry while it is drawn: fields are drawn when first asked for, so that each may rest on others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from kpi.expressions import Expression, ExpressionError
from kpi.ledger.columns import converter
from kpi.ledger.conversions import Convert
from kpi.ledger.entries import FieldError
from kpi.rulebook.base import Rule
from kpi.rulebook.ledgers import Field, FieldType, Ledger
from kpi.sampledata.defaults import default_spec
from kpi.sampledata.draws import Draws
from kpi.sampledata.people import Enterprises, People
from kpi.sampledata.plan import Batch
from kpi.sampledata.slots import Slot, Stored
from kpi.sampledata.world import World

#: Draws a value in a way for a field of a row; values.py holds it.
Draw = Callable[[Rule, str, "Row"], Any]
#: Types whose values come from pools and other entries, not from texts of the plan.
_COMPOSED = frozenset({FieldType.PERSON, FieldType.ENTERPRISE, FieldType.EVIDENCE})


@dataclass(slots=True)
class Memory:
    """What a batch remembers from entry to entry."""

    nexts: dict[tuple[str, str], int] = field(default_factory=dict)
    runs: dict[tuple[str, Any], int] = field(default_factory=dict)
    parts: dict[str, list[int]] = field(default_factory=dict)
    takes: dict[tuple[str, str], list[int]] = field(default_factory=dict)
    turns: dict[tuple[str, str], int] = field(default_factory=dict)
    used: set[tuple[str, str]] = field(default_factory=set)


@dataclass(slots=True)
class BatchDrawing:
    """A batch made ready: its fields with their ways, its draws and its memory."""

    world: World
    ledger: Ledger
    batch: Batch
    path: tuple[Any, ...]
    draws: Draws
    draw: Draw
    size: int = 0
    memory: Memory = field(default_factory=Memory)
    fields: dict[str, Field] = field(init=False)
    ways: dict[str, Rule] = field(init=False)
    converters: dict[str, Convert] = field(init=False)

    def __post_init__(self) -> None:
        self.fields = {one.id: one for one in self.ledger.fields}
        self.converters = {
            one.id: converter(one) for one in self.ledger.fields if one.type not in _COMPOSED
        }
        self.ways = {**self._defaults(), **self.batch.let, **self.batch.fields}

    def _defaults(self) -> dict[str, Rule]:
        common = self.world.plan.common
        pools: dict[str, str] = {}
        for name, pool in self.world.plan.pools.items():
            pools.setdefault(pool.kind, name)
        return {
            one.id: common.get(one.id) or common.get(one.name) or default_spec(one, self.ledger.date, pools)
            for one in self.ledger.fields
        }

    def problem(self, message: str) -> Exception:
        """A problem of this batch in the plan."""
        return self.world.loaded.problem(self.path, message)

    def typed(self, name: str, raw: Any) -> Any:
        """A raw value of the plan as the field's converter reads it."""
        one = self.fields.get(name)
        if raw is None or raw == "" or one is None or one.type in _COMPOSED:
            return raw if raw != "" else None
        if one.type is FieldType.DATE and (found := self.world.frame.day(raw)) is not None:
            return found
        try:
            return self.converters[name](raw)
        except FieldError as error:
            raise self.problem(f"字段“{one.name}”不能取“{raw}”：{error}") from error


class Row(Mapping[str, Any]):
    """The entry in one slot. Reads like a mapping of typed values; blank fields are None."""

    def __init__(self, drawing: BatchDrawing, slot: Slot, number: int) -> None:
        self.drawing, self.slot, self.number = drawing, slot, number
        self.draws = drawing.draws
        self.targets: dict[str, Stored] = {"source": slot.source} if slot.source is not None else {}
        self._values: dict[str, Any] = {drawing.ledger.date: slot.day}
        self._asked: set[str] = set()
        self._ways: dict[str, Rule] = dict(slot.deviation.fields) if slot.deviation is not None else {}
        if slot.variant is not None:
            self._ways.update(slot.variant.fields)
        for name, value in slot.bound.items():
            self._values[name] = drawing.typed(name, value) if isinstance(value, str | int) else value

    @property
    def day(self) -> date:
        """The business date."""
        return self.slot.day

    def __getitem__(self, name: str) -> Any:
        if name in self._values:
            return self._values[name]
        way = self._ways.get(name) or self.drawing.ways.get(name)
        if way is None:
            raise KeyError(name)
        if name in self._asked:
            raise self.drawing.problem(f"字段“{name}”的取值绕回到了它自己；请去掉互相引用")
        self._asked.add(name)
        value = None if self._not_asked_for(name) else self._draw(way, name)
        self._values[name] = value
        return value

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except KeyError:
            return default

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def put(self, name: str, way: Rule | None) -> None:
        """Draw a field anew in another way; None blanks it."""
        self._values[name] = None if way is None else self._draw(way, name)

    def holds(self, condition: Expression) -> bool:
        """Whether an expression over the entry is true."""
        try:
            return bool(condition.on(self))
        except ExpressionError as error:
            raise self.drawing.problem(str(error)) from error

    def _not_asked_for(self, name: str) -> bool:
        one = self.drawing.fields.get(name)
        return one is not None and one.required_if is not None and not self.holds(one.required_if)

    def _draw(self, way: Rule, name: str) -> Any:
        return self.drawing.draw(way, name, self)

    def pool(self, name: str) -> People | Enterprises:
        """A pool of the plan."""
        return self.drawing.world.pools[name]
