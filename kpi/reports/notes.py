"""Making the numbers of a report: one source is one footnote, however many numbers rest on it."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

from kpi.indicators.book import text_of
from kpi.quantities import Money, plain
from kpi.reports.model import Number, Source

#: Whole numbers of so many digits that people want commas; not the decimals behind a point.
_LONG = re.compile(r"(?<![\d.])\d{5,}")
#: Digits are cut, never rounded up over a threshold; the reports say so once instead of a mark at each number.
_CUT = re.compile(r"(?<=\d)…")
NOTHING = "无数据"


def say(value: Any, unit: str = "") -> str:
    """A figure for people, long numbers with commas."""
    if isinstance(value, Money):
        return str(value)
    return _LONG.sub(lambda found: f"{int(found[0]):,}", _CUT.sub("", text_of(value, unit)))


def exact(value: Any) -> str | None:
    """The exact number as text; None for what is no number."""
    if isinstance(value, Money):
        return value.plain()
    return plain(value) if isinstance(value, int | Fraction) and not isinstance(value, bool) else None


class Notes:
    """Footnotes in the order of their first use; ids of numbers are unique. `names`: words that paragraphs may name."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Source] = {}
        self._ids: dict[str, int] = {}
        self.names: dict[str, str] = {}

    @property
    def sources(self) -> tuple[Source, ...]:
        return tuple(self._known.values())

    def source(self, kind: str, text: str, **more: Any) -> int:
        """The footnote with this text, a new one where there is none yet."""
        key = (kind, text)
        if key not in self._known:
            self._known[key] = Source(len(self._known) + 1, kind, text, **more)
        return self._known[key].number

    def number(
        self, name: str, label: str, value: Any, source: int, *, unit: str = "", of: tuple[Any, Any] | None = None,
        text: str | None = None,
    ) -> Number:  # fmt: skip
        """A number of the report; a second one of the same name gets a mark."""
        times = self._ids[name] = self._ids.get(name, 0) + 1
        shown = text if text is not None else NOTHING if value is None else say(value, unit)
        parts = None if of is None else (say(of[0]), say(of[1]))
        return Number(name if times == 1 else f"{name}#{times}", label, shown, exact(value), unit, source, parts)
