"""What of the indicators is shown, and how: filter, groups by stage, windows as strips with links to entries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from app.services.standing import PACE_WORDS, IndicatorView, Pace, StandingView

Strip = list[list[str]]
#: Which indicators each choice of the filter shows.
SHOWS = {"": "全部", "behind": "落后的", "pending": "还不能判断的", "risk": "有损失的", "duty": "只须履行的"}
PENDING = frozenset({Pace.NO_DATA, Pace.EMPTY})
#: A strip of days is cut to the latest so many windows; the others are counted.
LATEST = 62


@dataclass(frozen=True)
class Asked:
    """The filter of the address; what it does not know shows everything."""

    show: str = ""
    stage: str = ""
    clause: str = ""

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Asked:
        show = args.get("show", "")
        return cls(show if show in SHOWS else "", args.get("stage", "")[:80], args.get("clause", "").strip()[:40])

    @property
    def count(self) -> int:
        return sum(1 for one in (self.show, self.stage, self.clause) if one)


@dataclass(frozen=True)
class Shown:
    """The windows of one criterion as they are shown. `cut`: how many earlier ones are left out."""

    pieces: list[dict[str, str]]
    cut: int = 0


class Table:
    """The indicators that the filter asks for, by stage."""

    def __init__(
        self, view: StandingView | None, asked: Asked, ledgers: Mapping[str, str], strips: Mapping[str, Strip]
    ) -> None:
        self.view, self.asked, self.ledgers, self._strips = view, asked, ledgers, strips

    shows = SHOWS
    words: Mapping[str, str] = {pace.value: word for pace, word in PACE_WORDS.items()}

    @cached_property
    def every(self) -> list[IndicatorView]:
        return self.view.indicators if self.view is not None else []

    @property
    def stages(self) -> list[str]:
        return list(dict.fromkeys(one.stage for one in self.every if one.stage))

    @cached_property
    def rows(self) -> list[IndicatorView]:
        """Those that the filter lets through; what costs most first where losses are asked for."""
        found = [one for one in self.every if self._wanted(one)]
        if self.asked.show in ("behind", "risk"):
            found.sort(key=lambda one: (-one.risk[0], -one.risk[1]))
        return found

    def _wanted(self, one: IndicatorView) -> bool:
        asked = self.asked
        if asked.stage and one.stage != asked.stage:
            return False
        if asked.clause and not one.clause.lower().startswith(asked.clause.lower()):
            return False
        kept = {
            "": True, "behind": one.pace.bad, "risk": bool(one.points or one.yuan), "duty": bool(one.data["duty"]),
            "pending": one.pace in PENDING or one.data["met"] is None,
        }  # fmt: skip
        return kept[asked.show]

    @property
    def groups(self) -> list[tuple[str, list[IndicatorView]]]:
        """By stage in the rulebook's order; in one group where they are ranked."""
        if self.asked.show in ("behind", "risk"):
            return [("", self.rows)] if self.rows else []
        found: dict[str, list[IndicatorView]] = {}
        for one in self.rows:
            found.setdefault(one.stage, []).append(one)
        return list(found.items())

    def ledger_names(self, one: IndicatorView) -> list[tuple[str, str]]:
        """Id and name of the ledgers behind an indicator that the rulebook still has."""
        return [(key, self.ledgers[key]) for key in one.ledgers if key in self.ledgers]

    def strip(self, one: IndicatorView, place: int) -> Shown:
        """The windows of a criterion, the latest of many."""
        found = self._strips.get(f"{one.key}/{place}", [])
        cut = max(0, len(found) - LATEST)
        return Shown([_piece(*each) for each in found[cut:]], cut)


def _piece(first: str, last: str, state: str, held: str) -> dict[str, str]:
    return {"from": first, "until": last, "state": state, "held": held, "mark": mark(first, last)}


def mark(first: str, last: str) -> str:
    """What stands in a window's cell: the month, the day, the number of the week."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    days = (end - start).days + 1
    if days == 1:
        return str(start.day)
    if days <= 7:
        return f"{start.month}/{start.day}"
    if days <= 31:
        return f"{start.month}月"
    return f"{start.month}–{end.month}月" if start.year == end.year else f"{start.year}–{end.year}年"
