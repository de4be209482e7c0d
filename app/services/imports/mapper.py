"""The cells of a row → the row as a form would hand it over, by field."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.services.imports.grid import Broken, Cell, shown
from app.services.imports.mapping import ColumnMap
from app.services.imports.targets import Target, Targets
from app.services.ledger.reading import Trouble
from kpi.ledger.options import texts
from kpi.rulebook.ledgers import FieldType

#: A moment in a column of days: platforms write the seconds of everything.
MOMENT = re.compile(r"(\d{4}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?)[ T]+\d{1,2}:\d{2}.*\Z")


@dataclass(frozen=True)
class Mapper:
    """A mapping made ready for many rows. `places`: where each target's column stands."""

    targets: Targets
    given: ColumnMap
    places: tuple[tuple[int, Target], ...]
    constants: tuple[tuple[Target, str], ...]

    @classmethod
    def of(cls, targets: Targets, given: ColumnMap, headings: Sequence[tuple[int, str]]) -> Mapper:
        """`headings`: place and name of each column."""
        places = []
        for place, heading in headings:
            target = targets.find(given.columns.get(heading, ""))
            if target is not None:
                places.append((place, target))
        led = {target.key for _, target in places}
        constants = [
            (target, text)
            for key, text in given.constants.items()
            if text and key not in led and (target := targets.find(key)) is not None
        ]
        return cls(targets, given, tuple(places), tuple(constants))

    def raw(self, cells: Sequence[Cell]) -> tuple[dict[str, Any], list[Trouble]]:
        """The row by field id, and the cells that cannot be right."""
        row: dict[str, Any] = {target.key: text for target, text in self.constants}
        parts: dict[str, dict[str, Any]] = {}
        troubles: list[Trouble] = []
        for place, target in self.places:
            cell = cells[place] if place < len(cells) else ""
            if isinstance(cell, Broken):
                troubles.append(Trouble(target.key.partition(".")[0], cell.why))
                continue
            value = self.value(target, cell)
            if value in ("", None):
                continue
            if target.part and target.field is not None:
                parts.setdefault(target.field.id, {})[target.part] = value
            else:
                row[target.key] = value
        for name, found in parts.items():
            # A column of names beside one of numbers: the whole is the name.
            row[name] = {"name": row[name], **found} if row.get(name) else found
        return row, troubles

    def value(self, target: Target, cell: Cell) -> Any:
        """The cell in our words."""
        words = self.given.values.get(target.key)
        kind = target.field.type if target.field is not None else None
        if words and kind is FieldType.MULTIPLE_CHOICE:
            return "、".join(part for each in texts(cell) if (part := words.get(each, each)))
        if words:
            cell = words.get(shown(cell), cell)
        if kind is FieldType.DATE and isinstance(cell, str) and (found := MOMENT.match(cell)):
            return found[1]
        return cell
