"""Tier history and the heat map of items × periods, from what each assessment keeps of its result."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from app.security.terms import AssessmentState, OpeningKind
from app.services.assessments.common import INSIDE
from app.services.assessments.summing import verdict_texts
from app.store import assessments, setup
from app.store.assessments import Assessment
from app.store.contracts import ContractScope
from app.store.setup import OpeningRecord
from kpi.quantities import parse_exact

S = AssessmentState
LEFT_OUT = frozenset({S.DROPPED.value, S.SUPERSEDED.value})
#: Shares of an item's maximum from which its cell is drawn a step darker.
SHADES = (Fraction(0), Fraction(1, 10), Fraction(3, 10), Fraction(6, 10))


@dataclass(frozen=True)
class Point:
    """One assessed period. `total` blank: none yet, or the contract has no points; `sheet`: of this sheet alone, where
    several are combined. `assessment_id` None: on paper, before the console.
    """

    label: str
    start: date
    end: date
    state: str
    interim: bool = False
    total: str = ""
    sheet: str = ""
    full: str = ""
    tier: str = ""
    meaning: str = ""
    verdicts: tuple[str, ...] = ()
    items: Sequence[Mapping[str, Any]] = ()
    assessment_id: int | None = None

    @property
    def final(self) -> bool:
        return self.state == S.SIGNED


def points(scope: ContractScope, *, inside: bool) -> list[Point]:
    """Every assessed period, the earliest first. `inside`: sheets that the contractor has not been told of, too."""
    rows = [one for one in assessments.every(scope.session, scope.contract_id) if one.state not in LEFT_OUT]
    seen = [one for one in rows if inside or one.state not in INSIDE]
    found = [*(_of(one) for one in seen), *_on_paper(setup.openings(scope.session, scope.contract_id))]
    return sorted(found, key=lambda one: (one.end, one.start))


def _of(row: Assessment) -> Point:
    kept = row.summary
    total, sheet = kept.get("score"), kept.get("sheet")
    return Point(
        row.label, row.from_on, row.until_on, row.state, row.interim, total or sheet or "",
        sheet if sheet and total and sheet != total else "", kept.get("full") or "", kept.get("tier") or "",
        kept.get("meaning") or "", tuple(verdict_texts(kept)),
        kept.get("items", ()), row.id,
    )  # fmt: skip


def _on_paper(openings: Iterable[OpeningRecord]) -> Iterable[Point]:
    """Scores from before the console that a second person has confirmed."""
    for one in openings:
        if one.kind == OpeningKind.SCORE and one.score is not None and one.confirmed_at is not None and one.withdrawn_at is None:
            yield Point(one.title, one.from_on, one.until_on, S.SIGNED.value, total=one.score)


# -- the heat map ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """An item in a period. `shade`: 0 nothing lost to 4 nearly all, None: not known; `text` says the same in words."""

    text: str
    shade: int | None
    item: str = ""
    assessment_id: int | None = None


@dataclass(frozen=True)
class HeatRow:
    """An item over all periods. `lost`: points lost in all, or how often unmet; to find the worst."""

    title: str
    cells: tuple[Cell, ...]
    lost: Fraction


@dataclass(frozen=True)
class Heat:
    """Items × periods, in the order of the sheet."""

    periods: tuple[Point, ...]
    rows: tuple[HeatRow, ...]


def heat(every: Sequence[Point]) -> Heat:
    """The map over the periods that keep their items."""
    shown = tuple(one for one in every if one.items)
    titles: dict[str, str] = {}
    for point in shown:
        titles |= {str(one["id"]): str(one["title"]) for one in point.items}
    by_period = [{str(one["id"]): one for one in point.items} for point in shown]
    rows = []
    for key, title in titles.items():
        held = [items.get(key) for items in by_period]
        cells = tuple(cell(key, one, point) for one, point in zip(held, shown, strict=True))
        rows.append(HeatRow(title, cells, sum((_lost(one) for one in held), Fraction(0))))
    return Heat(shown, tuple(rows))


def cell(key: str, one: Mapping[str, Any] | None, point: Point) -> Cell:
    """What an item came to in a period."""
    if one is None:
        return Cell("—", None)
    text, shade = _shown(one)
    return Cell(text, shade, key, point.assessment_id)


def _shown(one: Mapping[str, Any]) -> tuple[str, int | None]:
    if "met" in one:
        return {True: ("达标", 0), False: ("未达标", 4)}.get(one["met"], ("无数据", None))
    if "bonus" in one:
        earned = one["bonus"] not in (None, "0")
        return ("待定" if one["bonus"] is None else f"+{one['bonus']}" if earned else "无"), 0 if earned else None
    if one["lost"] is None:
        return "待定", None
    lost = parse_exact(one["lost"])
    return (f"−{one['lost']}" if lost else "满分" if one["full"] else "不扣"), _shade(lost, one["full"])


def _lost(one: Mapping[str, Any] | None) -> Fraction:
    if one is None:
        return Fraction(0)
    if "met" in one:
        return Fraction(one["met"] is False)
    return parse_exact(one["lost"]) if one.get("lost") else Fraction(0)


def _shade(lost: Fraction, full: str | None) -> int:
    """The step of an item: by the share of its maximum, of ten points where none is stated."""
    share = lost / (parse_exact(full) if full and parse_exact(full) else Fraction(10))
    return sum(1 for one in SHADES if share > one)
