"""The sheet of every indicator of a contract: a line for each criterion, filtered and sorted, on a page or in a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.security.terms import Side
from app.services.indicators.live import Behind
from app.services.standing import PACE_WORDS, IndicatorView, Pace, StandingView
from app.services.standing.pace import WORST_FIRST
from kpi.calendar import WindowKind

#: Which indicators each choice of the filter shows.
SHOWS = {"": "全部", "behind": "落后的", "pending": "还不能判断的", "risk": "有损失的", "duty": "只须履行的"}
PENDING = frozenset({Pace.NO_DATA, Pace.EMPTY})
SORTS = {"": "按规则书次序", "yuan": "损失的钱多的在前", "points": "损失的分多的在前", "pace": "进度差的在前", "clause": "按条款编号"}
KINDS: Mapping[str, str] = {
    WindowKind.DAY: "每天", WindowKind.WORKING_DAY: "每个工作日", WindowKind.WEEK: "每周", WindowKind.MONTH: "每月",
    WindowKind.QUARTER: "每季度", WindowKind.HOLIDAY: "每个节假日", WindowKind.HALF_YEAR: "每半年", WindowKind.YEAR: "每年",
    WindowKind.TERM: "合同期", WindowKind.PERIOD: "考核周期", WindowKind.ONCE: "到期一次", WindowKind.EACH: "每次",
}  # fmt: skip
HEADINGS = (
    "条款", "指标", "服务环节", "标准", "自报", "审定", "分子", "分母", "抽查条数", "抽查属实", "目标", "窗口", "进度", "预计期末",
    "还能保住的分", "还能保住的元", "只须履行",
)  # fmt: skip

MET_WORDS = {True: "达标", False: "未达标", None: "无数据"}


@dataclass(frozen=True)
class Asked:
    """The filter of the address; what it does not know shows everything."""

    show: str = ""
    stage: str = ""
    clause: str = ""
    ledger: str = ""
    place: str = ""
    sort: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Asked:
        show, sort = given.get("show", ""), given.get("sort", "")
        if show in ("behind", "risk") and "sort" not in given:
            sort = "yuan"
        return cls(
            show if show in SHOWS else "", given.get("stage", "")[:80], given.get("clause", "").strip()[:40],
            given.get("ledger", "")[:60], given.get("place", "")[:120], sort if sort in SORTS else "",
        )  # fmt: skip

    @property
    def count(self) -> int:
        return sum(1 for one in (self.show, self.stage, self.clause, self.ledger, self.place) if one)


@dataclass(frozen=True)
class Line:
    """One criterion on the sheet. `at_place`: entries at the place that is asked for, claimed and verified."""

    held: str
    claimed: str
    target: str
    window: str
    pace: Pace
    word: str
    end: str
    end_met: bool | None
    checked: Behind
    at_place: tuple[Behind, Behind] | None
    found: Mapping[str, Any]

    @property
    def parts(self) -> tuple[str, str]:
        """Numerator and denominator, where there are any."""
        return str(self.found.get("numerator", "")), str(self.found.get("denominator", ""))


class Sheet:
    """The indicators that the filter asks for. `counted`: entries behind each figure, where a place is asked for."""

    def __init__(
        self, view: StandingView | None, asked: Asked, ledgers: Mapping[str, str], counted: Mapping[tuple[str, str], Behind]
    ) -> None:
        self.view, self.asked, self.ledgers, self.counted = view, asked, ledgers, counted

    shows, sorts = SHOWS, SORTS

    @cached_property
    def every(self) -> list[IndicatorView]:
        return self.view.indicators if self.view is not None else []

    @property
    def stages(self) -> list[str]:
        return list(dict.fromkeys(one.stage for one in self.every if one.stage))

    @property
    def services(self) -> list[tuple[str, str]]:
        """The ledgers that indicators read, in the rulebook's order."""
        read = {ledger for one in self.every for ledger in one.ledgers}
        return [(key, name) for key, name in self.ledgers.items() if key in read]

    @cached_property
    def rows(self) -> list[IndicatorView]:
        """Those that the filter lets through, sorted."""
        found = [one for one in self.every if self._wanted(one)]
        keys: dict[str, Callable[[IndicatorView], Any]] = {
            "yuan": lambda one: (-one.risk[0], -one.risk[1]), "points": lambda one: (-one.risk[1], -one.risk[0]),
            "pace": lambda one: WORST_FIRST.index(one.pace), "clause": lambda one: _natural(one.clause),
        }  # fmt: skip
        return sorted(found, key=keys[self.asked.sort]) if self.asked.sort else found

    def _wanted(self, one: IndicatorView) -> bool:
        asked = self.asked
        if (asked.stage and one.stage != asked.stage) or (asked.ledger and asked.ledger not in one.ledgers):
            return False
        if asked.clause and not one.clause.lower().startswith(asked.clause.lower()):
            return False
        if asked.place and self.member(one) is None and not any(self._at_place(found) for found in one.criteria):
            return False
        kept = {
            "": True, "behind": one.pace.bad, "risk": bool(one.points or one.yuan), "duty": bool(one.data["duty"]),
            "pending": one.pace in PENDING or one.data["met"] is None,
        }  # fmt: skip
        return kept[asked.show]

    @property
    def groups(self) -> list[tuple[str, list[IndicatorView]]]:
        """By stage in the rulebook's order; in one group where they are sorted."""
        if self.asked.sort:
            return [("", self.rows)] if self.rows else []
        found: dict[str, list[IndicatorView]] = {}
        for one in self.rows:
            found.setdefault(one.stage, []).append(one)
        return list(found.items())

    def ledger_names(self, one: IndicatorView) -> list[tuple[str, str]]:
        """Id and name of the ledgers behind an indicator that the rulebook still has."""
        return [(key, self.ledgers[key]) for key in one.ledgers if key in self.ledgers]

    def lines(self, one: IndicatorView) -> list[Line]:
        """The criteria of an indicator."""
        return [self.line(found) for found in one.criteria]

    def line(self, found: Mapping[str, Any]) -> Line:
        """A criterion: of a list of windows the one that runs, else what it holds so far."""
        shown = found.get("now") or found
        pace = Pace(found["pace"])
        held = str(shown["actual"])
        return Line(
            held, str(shown["claimed"] or held), str(found["wanted"]), _window(found), pace,
            PACE_WORDS[pace], str(found.get("end", "")), found.get("end_met"),
            self._checked(found), self._at_place(found), found,
        )  # fmt: skip

    def _checked(self, found: Mapping[str, Any]) -> Behind:
        """Spot checks of the entries behind a criterion; of one place where it is asked for."""
        if self.asked.place:
            return self.counted.get((Side.VERIFIED, found.get("figure", "")), Behind())
        return Behind(*found.get("behind", ()))

    def _at_place(self, found: Mapping[str, Any]) -> tuple[Behind, Behind] | None:
        if not self.asked.place:
            return None
        pair = [self.counted.get((side, found.get("figure", ""))) for side in (Side.CLAIMED, Side.VERIFIED)]
        return (pair[0] or Behind(), pair[1] or Behind()) if any(pair) else None

    def member(self, one: IndicatorView) -> tuple[bool | None, list[tuple[str, str, str]]] | None:
        """Of an indicator judged member by member, the place that is asked for: whether met, and by criterion its label, figure, parts."""
        members = one.data.get("members") or {}
        for name, met, cells in members.get("each", ()):
            if self.asked.place and name == self.asked.place:
                return met, [(label, *cell) for label, cell in zip(members["labels"], cells, strict=False)]
        return None

    # -- as a file --------------------------------------------------------------------------------

    def table(self) -> Iterator[Sequence[str | int]]:
        """A row for each criterion, as HEADINGS says."""
        for one in self.rows:
            for place, line in enumerate(self.lines(one) or [None]):
                yield self._row(one, line, first=place == 0)

    def _row(self, one: IndicatorView, line: Line | None, *, first: bool) -> Sequence[str | int]:
        """What is at risk stands once an indicator, so that sums are right."""
        risk = (one.points, one.yuan.replace("¥", "").replace(",", "")) if first else ("", "")
        duty = "是" if one.data["duty"] else ""
        about = (one.clause, one.title, one.stage)
        if line is None:
            if (alone := self.member(one)) is not None:
                said = "；".join(f"{label} {text} {parts}".strip() for label, text, parts in alone[1])
                return (*about, "", "", said, "", "", 0, 0, "", "", MET_WORDS[alone[0]], "", *risk, duty)
            return (*about, "", "", str(one.data["reason"]), "", "", 0, 0, "", "", one.word, "", *risk, duty)
        claimed, held = (line.claimed, line.held) if line.at_place is None else tuple(each.text for each in line.at_place)
        return (
            *about, str(line.found["label"]), claimed, held, *line.parts, line.checked.drawn, line.checked.genuine,
            line.target, line.window, line.word, line.end, *risk, duty,
        )  # fmt: skip


def _window(found: Mapping[str, Any]) -> str:
    """`每月`, with the window that runs."""
    kind = KINDS.get(found.get("window", ""), "")
    return f"{kind}（{found['now']['label']}）" if found.get("now") else kind


def _natural(clause: str) -> list[tuple[int, int, str]]:
    """A clause's number to sort by: 2.10 after 2.9."""
    parts: list[str] = []
    for sign in clause:
        if parts and parts[-1].isdigit() == sign.isdigit():
            parts[-1] += sign
        else:
            parts.append(sign)
    return [(0, int(part), "") if part.isdigit() else (1, 0, part) for part in parts]
