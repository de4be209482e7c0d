"""One indicator: its clause, what each criterion comes to, how it went, and where the entries behind it are from."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from app.security.terms import Side
from app.services.indicators.live import Behind, Live, Origins, grouped
from app.services.ledger.rollup_machine import places_of
from app.services.ledger.rollup_rows import Who
from app.services.setup.wording import Place, Words
from app.services.standing import IndicatorView, StandingView
from app.store import accounts
from kpi.indicators.compiler import Compiled
from kpi.rulebook.assumptions import Clause
from kpi.rulebook.base import Stated
from kpi.rulebook.indicators import Indicator
from kpi.rulebook.ledgers import Ledger

WORDS: Mapping[str, str] = {
    "count": "条数", "sum": "合计", "distinct": "不重复的个数", "latest": "最近一次的值", "net_growth": "净增", "min": "最小值",
    "max": "最大值", "mean": "平均值", "rate": "比例", "windows_met": "达标的期数", "windows_due": "应考核的期数",
    "members_met": "达标的成员数", "members_due": "应有的成员数", "failing": "不合格的条数", "sustained": "持续满期的个数",
    "streak": "连续达标的期数", "repeats": "重复出现的个数", "by_hand": "手工填报",
}  # fmt: skip
#: Where entries are from, unless a field of theirs says it.
PLACES = "网点、乡镇"


@dataclass(frozen=True)
class FigureLine:
    """One figure behind the indicator. `where`: which entries it takes, in words; `place_word`: what their places are."""

    key: str
    title: str
    measure: str
    ledger: Ledger | None
    where: str
    verified: Behind
    claimed: Behind
    kind: str = ""
    place_word: str = PLACES


@dataclass(frozen=True)
class Part:
    """A share of the entries behind a figure. `link`: the filter that lists them."""

    title: str
    verified: Behind
    claimed: int
    share: int
    link: Mapping[str, str]


@dataclass(frozen=True)
class Detail:
    """What the page of one indicator shows beside its standing. `lines`: by criterion, as the standing keeps them."""

    view: StandingView
    one: IndicatorView
    live: Live
    lines: Mapping[str, Sequence[Sequence[str | None]]]
    asked: str = ""

    @cached_property
    def indicator(self) -> Indicator | None:
        return self.live.indicator(self.one.clause, self.one.number)

    @cached_property
    def clause(self) -> Clause | None:
        return next((one for one in self.live.inputs.book.rulebook.clauses if one.id == self.one.clause), None)

    @property
    def quotes(self) -> list[Stated]:
        """What the document says: of the indicator and of its clause, each once."""
        every = [*(self.indicator.stated if self.indicator else ()), *(self.clause.stated if self.clause else ())]
        return list({one.quote: one for one in every}.values())

    @cached_property
    def origins(self) -> Origins:
        """Where the entries behind its figures are from."""
        return self.live.origins([one.key for one in self._figures])

    @property
    def _who(self) -> dict[tuple[str, str], Counter[Who]]:
        return self.origins.who

    @cached_property
    def _figures(self) -> list[FigureLine]:
        names = self.indicator.figures if self.indicator is not None else {}
        return [self._bare(f"{self.one.clause}/{name}") for name in names]

    def _bare(self, key: str) -> FigureLine:
        found: Compiled | None = self.live.compiled.get(key)
        assert found is not None
        figure: Any = found.figure
        ledger = self.live.inputs.book.ledger(getattr(figure, "ledger", "") or "") if found.counter is not None else None
        where = getattr(figure, "where", None)
        said = self._words.value(where, "where", Place(self.one.clause, ledger.id)) if where is not None and ledger is not None else ""
        return FigureLine(
            key, figure.label or found.name, WORDS.get(figure.measure, figure.measure), ledger, said,
            Behind(), Behind(), figure.measure, self._place_word(ledger),
        )  # fmt: skip

    @cached_property
    def _words(self) -> Words:
        book = self.live.inputs.book
        return Words(book.rulebook, book.answers)

    def _place_word(self, ledger: Ledger | None) -> str:
        """What the places of a ledger are: outlets and townships, else the field that tells its entries apart."""
        name = places_of(self.live.inputs.book.rulebook).get(ledger.id) if ledger is not None else None
        field = ledger.field(name) if ledger is not None and name else None
        return field.name if field is not None and ledger is not None and ledger.field("outlet") is None else PLACES

    @cached_property
    def figures(self) -> list[FigureLine]:
        """Every figure, with how many entries are behind it."""
        return [
            replace(one, verified=self._behind(Side.VERIFIED, one.key), claimed=self._behind(Side.CLAIMED, one.key))
            for one in self._figures
        ]

    def _behind(self, side: Side, key: str) -> Behind:
        counts = self._who.get((side, key), Counter())
        return next((behind for _, behind in grouped(counts, lambda who: "")), Behind())

    @property
    def figure(self) -> FigureLine | None:
        """The figure whose entries are broken down: the one asked for, else the first that a criterion goes by."""
        wanted = [self.asked, *(str(one.get("figure", "")) for one in self.one.criteria)]
        counted = [one for one in self.figures if one.ledger is not None]
        by_key = {one.key: one for one in counted}
        return next((by_key[key] for key in wanted if key in by_key), counted[0] if counted else None)

    def number(self, side: Side, first: date | None, last: date | None, place: str | None, author: int | None) -> int | None:
        """How many entries are behind the figure, narrowed; None where the days are no whole months."""
        if self.figure is None or not _whole_months(first, last):
            return None
        months = range(_month(first) if first else 0, (_month(last) if last else 99_999_999) + 1)
        return sum(
            n for who, n in self._who.get((side, self.figure.key), Counter()).items()
            if who.month in months and place in (None, who.place) and author in (None, int(who.author or 0))
        )  # fmt: skip

    def by_month(self) -> list[Part]:
        """In the order of months."""
        parts = self._parts(lambda who: f"{who.month // 12}-{who.month % 12 + 1:02d}", self._month_link)
        return sorted(parts, key=lambda one: one.title)

    def by_place(self) -> list[Part]:
        return self._parts(lambda who: who.place, lambda name: {"place": name}, blank="没有写网点")

    def by_person(self) -> list[Part]:
        """With names; whoever has left is still named."""
        parts = self._parts(lambda who: who.author, lambda name: {"author": name})
        ids = [int(one.title) for one in parts if one.title.isdigit()]
        names = {str(one.id): one.display_name for one in accounts.by_ids(self.live.scope.session, ids)}
        return [Part(names.get(one.title, one.title), one.verified, one.claimed, one.share, one.link) for one in parts]

    def _parts(self, key: Any, link: Any, blank: str = "") -> list[Part]:
        figure = self.figure
        if figure is None:
            return []
        held = dict(grouped(self._who.get((Side.VERIFIED, figure.key), Counter()), key))
        claims = grouped(self._who.get((Side.CLAIMED, figure.key), Counter()), key)
        most = max((one.number for _, one in claims), default=0) or 1
        parts = [
            Part(name or blank, held.get(name, Behind()), claim.number, 100 * held.get(name, Behind()).number // most, link(name))
            for name, claim in claims
        ]  # fmt: skip
        return sorted(parts, key=lambda one: (-one.verified.number, -one.claimed, one.title))

    @staticmethod
    def _month_link(name: str) -> dict[str, str]:
        return {"from": f"{name}-01", "until": f"{name}-{monthrange(int(name[:4]), int(name[5:]))[1]:02d}"}


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


def _whole_months(first: date | None, last: date | None) -> bool:
    begins = first is None or first.day == 1
    return begins and (last is None or last.day == monthrange(last.year, last.month)[1])
