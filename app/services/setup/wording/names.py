"""What the names in expressions are called, where they stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpi.rulebook.document import Rulebook
from kpi.rulebook.indicators import Figure

_RESULTS = {"score": "得分", "tier": "档次", "met": "达标", "price": "合同价款"}


@dataclass(frozen=True)
class Place:
    """Where a rule stands: names mean the fields of its ledger, or the figures of its clause."""

    clause: str = ""
    ledger: str = ""
    fields: Mapping[str, str] | None = None  # of a rule that brings its own names


NOWHERE = Place()


class Names:
    """The Chinese names of a rulebook's fields, figures, parameters and results."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._fields = {one.id: {field.id: field.name for field in one.fields} for one in rulebook.ledgers}
        self.ledgers = {one.id: one.name for one in rulebook.ledgers}
        self.clauses = {one.id: one.title for one in rulebook.clauses}
        self._figures: dict[tuple[str, str], str] = {}
        self._anywhere: dict[str, str] = {}
        for indicator in rulebook.indicators:
            for name, figure in indicator.figures.items():
                called = _label(figure) or indicator.title
                self._figures[indicator.clause, name] = called
                self._anywhere.setdefault(name, called)
        self._titles = {one.id: one.title for one in rulebook.parameters}
        self._titles |= {one.id: one.title for one in rulebook.derived}
        self._titles |= {one.id: one.title for one in rulebook.verdicts}
        self._titles |= {one.id: one.title for one in rulebook.rights}
        self._titles |= {one.id: one.title for one in rulebook.events}
        self.parameters = {one.id for one in rulebook.parameters}

    def call(self, name: str, place: Place = NOWHERE) -> str:
        """What a name is called; the name itself where nothing says."""
        if "/" in name:
            clause, _, figure = name.rpartition("/")
            return self._of_clause(clause, figure)
        own = place.fields or self._fields.get(place.ledger, {})
        for called in (
            own.get(name), self._figures.get((place.clause, name)), self._titles.get(name), _RESULTS.get(name),
            self._anywhere.get(name), *(fields.get(name) for fields in self._fields.values()),
        ):  # fmt: skip
            if called:
                return called
        return name

    def _of_clause(self, clause: str, figure: str) -> str:
        called = self._figures.get((clause, figure)) or _RESULTS.get(figure) or figure
        return f"{self.clauses.get(clause, clause)}（{clause}）的{called}"

    def field(self, ledger: str, field: str) -> str:
        return self._fields.get(ledger, {}).get(field, field)

    def clause(self, clause: str) -> str:
        """`LS-1 岗位信息`; the id alone where the rulebook has no such clause."""
        title = self.clauses.get(clause, "")
        return f"{clause} {title}" if title else clause


def _label(figure: Figure) -> str:
    return figure.label
