"""What all ledgers of a sample share: pools, word lists, members, and the entries drawn so far."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from kpi.rulebook.loader import Source
from kpi.sampledata.days import Frame
from kpi.sampledata.draws import Draws
from kpi.sampledata.people import UNUSED_AREAS, Ages, Enterprises, People
from kpi.sampledata.plan import LoadedPlan, Plan
from kpi.sampledata.slots import Stored, Timetable
from kpi.sampledata.words import TRADES, WORDS

Pools = Mapping[str, People | Enterprises]


@dataclass(slots=True)
class Shelf:
    """Entries of a ledger in the order of their days."""

    entries: list[Stored] = field(default_factory=list)
    days: list[date] = field(default_factory=list)

    def add(self, entry: Stored) -> None:
        self.entries.append(entry)
        self.days.append(entry.day)

    def until(self, day: date) -> int:
        """How many entries have a day not later than `day`."""
        return bisect_right(self.days, day)


@dataclass(frozen=True, slots=True)
class World:
    """One sample while it is drawn. `remembered` ledgers keep their entries with the `kept` fields for later ones."""

    source: Source
    loaded: LoadedPlan
    seed: int
    frame: Frame
    timetable: Timetable
    pools: Pools
    members: Mapping[str, tuple[str, ...]]
    words: Mapping[str, Sequence[str]]
    shelves: dict[str, Shelf] = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    remembered: frozenset[str] = frozenset()

    @property
    def plan(self) -> Plan:
        return self.loaded.plan

    def draws(self, *names: object) -> Draws:
        """An independent stream of draws."""
        return Draws(self.seed, self.plan.contract, *names)

    def shelf(self, ledger: str) -> Shelf:
        """The remembered entries of a ledger."""
        return self.shelves.setdefault(ledger, Shelf())


def make_pools(loaded: LoadedPlan, seed: int, frame: Frame, timetable: Timetable) -> Pools:
    """The pools of a plan. TextProblems where the area code could be somebody's."""
    plan = loaded.plan
    if plan.area not in UNUSED_AREAS:
        known = "、".join(f"{code}（{title}）" for code, title in UNUSED_AREAS.items())
        raise loaded.problem(("area",), f"地区码 {plan.area} 可能有真人在用，样例数据不能用；请写 {known} 之一")
    pools: dict[str, People | Enterprises] = {}
    for slot, (name, pool) in enumerate(plan.pools.items()):
        own, size = f"{seed}/{plan.contract}/{name}", max(1, timetable.size(pool.size, pool.scaled))
        if pool.kind == "people":
            ages = Ages(pool.ages, pool.women or pool.ages)
            pools[name] = People(own, size, plan.area, frame.term, ages, slot, len(plan.pools))
        else:
            pools[name] = Enterprises(own, size, pool.places, pool.trades or TRADES, slot=slot)
    return pools


def make_members(loaded: LoadedPlan, source: Source) -> dict[str, tuple[str, ...]]:
    """Member sets of the plan and, where it names none, of the rulebook. `{table: x}` takes a table's texts."""
    found = {
        one.id: tuple(str(name) for name in one.members) for one in source.rulebook.members if one.members
    }
    for name, given in loaded.plan.members.items():
        if not isinstance(given, Mapping):
            found[name] = given
            continue
        table = loaded.plan.tables.get(given.get("table", ""))
        if table is None:
            raise loaded.problem(("members", name), f"没有表“{given.get('table', '')}”；请先在 tables 里写")
        found[name] = tuple(text for texts in table.values() for text in texts)
    return found


def make_words(plan: Plan) -> dict[str, Sequence[str]]:
    """The plan's word lists over the usual ones."""
    return {**WORDS, **plan.words}
