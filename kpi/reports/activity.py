"""Sections about work: targets, comparison, entries of the ledgers, what is behind and what comes next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, TypeGuard

from kpi.quantities import plain
from kpi.reports.lines import BEHIND, WORDS, Line, Value
from kpi.reports.model import Cell, Chart, Table
from kpi.reports.notes import NOTHING, Notes, say
from kpi.reports.phrases import aim, days_of, points_between, ratio, sign, signed, windows_told
from kpi.reports.spans import Measured

MOST_BARS = 16
#: Longer titles stand shortened in charts.
LABEL = 14
NONE = "—"


class Activity:
    """The lines of a report's indicators as tables and charts."""

    def __init__(self, notes: Notes, measured: Measured, lines: Sequence[Line]) -> None:
        self.notes, self.measured, self.lines = notes, measured, lines
        self.titles = {one.id: one.name for one in measured.rulebook.ledgers}

    def source(self, line: Line) -> int:
        """The footnote of a line's figures."""
        names = "、".join(self.titles.get(one, one) for one in line.ledgers)
        text = f"{names}，审核通过的记录" if names else "采购人填报的数字和合同名单"
        return self.notes.source("entries", text, ledgers=line.ledgers)

    def number(self, line: Line, suffix: str, value: Value | None) -> Cell:
        """The line in one of the spans; a dash where there is no such span."""
        if value is None:
            return NONE
        name = f"{line.clause}/{line.name}{suffix}"
        return self.notes.number(name, line.title, value.value, self.source(line), unit=line.unit, of=value.of)

    # -- overview ---------------------------------------------------------------------------------

    def overview(self) -> Table:
        """The few numbers that everything begins with; paragraphs name them."""
        counts = {word: sum(1 for one in self.lines if one.standing == name) for name, word in WORDS.items()}
        entries = self.notes.source("entries", "全部台账，业务日期在本期", ledgers=tuple(self.titles))
        judged = self.notes.source("computed", "按规则书对累计期间的记录逐项判断", ledgers=tuple(self.titles))
        rows: list[tuple[Cell, ...]] = [
            ("审核通过的台账记录", self.notes.number("记录数", "审核通过的台账记录", self.measured.counted(), entries, unit="条")),
            ("等待审核、没有计入的记录", self.notes.number("待审核数", "等待审核的记录", self.measured.waiting(), entries, unit="条")),
            ("考核的指标条件", self.notes.number("指标数", "考核的指标条件", len(self.lines), judged, unit="项")),
        ]
        rows += [(word, self.notes.number(f"{word}数", word, n, judged, unit="项")) for word, n in counts.items()]
        left = sum(self.measured.left_out.values())
        note = f"另有 {left} 条已审核的记录因佐证不全等原因不能计数。" if left else ""
        return Table("overview", "概况", ("项目", "数量"), tuple(rows), right=(1,), wide=(7, 3), note=note)

    # -- targets ----------------------------------------------------------------------------------

    def targets(self) -> Table:
        rows = tuple(self._target(line) for line in self.lines)
        spans = self.measured.spans
        note = f"累计指{days_of(spans.so_far, year=True)}，时间进度{ratio(spans.gone)}。"
        return Table(
            "targets", "指标完成情况",
            ("条款", "指标", "本期", "累计", "目标", "完成率（累计/目标）", "结论", "注"), rows,
            right=(2, 3, 4, 5), wide=(11, 25, 12, 13, 12, 14, 8, 5), note=note,
        )  # fmt: skip

    def _target(self, line: Line) -> tuple[Cell, ...]:
        now, so_far = self.number(line, "", line.now), self._so_far(line)
        return (
            line.clause, line.title, now, so_far, self._goal(line), self._share(line), WORDS[line.standing],
            str(self.source(line)),
        )  # fmt: skip

    def _so_far(self, line: Line) -> Cell:
        held = line.windows or line.members
        if held is None:
            return self.number(line, "@累计", line.so_far)
        unit = line.each[1] if line.windows else "个"
        return self.notes.number(
            f"{line.clause}/{line.name}@累计", f"{line.title}达标", held[0], self.source(line),
            text=f"{held[0]}/{held[1]}{unit}达标",
        )  # fmt: skip

    def _goal(self, line: Line) -> Cell:
        if line.target is None:
            return "各个都达标" if line.members else NONE
        words = f"{line.each[0] if line.windows else ''}{aim(line)}"
        source = self.notes.source("rulebook", "规则书里各条款的目标")
        return self.notes.number(f"{line.clause}/{line.name}@目标", f"{line.title}目标", line.target, source, text=words)

    def _share(self, line: Line) -> Cell:
        if line.share is None or line.so_far is None or (line.target == 1 and line.share > 1):
            return NONE  # of what is owed once no multiple says anything
        return self.notes.number(
            f"{line.clause}/{line.name}@完成率", f"{line.title}完成率", line.share, self.source(line),
            unit="%", of=(line.so_far.value, line.target), text=ratio(line.share),
        )  # fmt: skip

    def progress(self) -> Iterator[Chart]:
        """How far the targets that grow are, against how far the time is; not of what is owed once."""
        shown = [one for one in self.lines if one.share is not None and one.target > 1][:MOST_BARS]
        if shown:
            values = tuple(plain((one.share or Fraction(0)) * 100) for one in shown)
            gone = plain(self.measured.spans.gone * 100)
            yield Chart(
                "progress", "完成率与时间进度（%）", tuple(_short(one.title) for one in shown),
                (("完成率", values), ("时间进度", (gone,) * len(shown))), "%",
            )  # fmt: skip

    # -- comparison -------------------------------------------------------------------------------

    def compared(self) -> Table:
        """The figures beside those of the spans that lie in the term."""
        spans = self.measured.spans
        beside = [(word, one) for word, one in (("上期", spans.before), ("去年同期", spans.year_before)) if one is not None]
        lacking = [word for word, one in (("上期", spans.before), ("去年同期", spans.year_before)) if one is None]
        headings = ["指标", "本期", *(text for word, _ in beside for text in (word, "增减", f"增减率（增减/{word}）")), "注"]
        rows = tuple(self._compared(line, [word for word, _ in beside]) for line in self.lines if _comparable(line))
        return Table(
            "compared", "与上期和去年同期比较", tuple(headings), rows, right=tuple(range(1, len(headings) - 1)),
            wide=(28, 12, *(n for _ in beside for n in (12, 10, 15)), 5),
            note=f"{'、'.join(lacking)}不在合同期内，没有可比的数据。" if lacking else "",
        )  # fmt: skip

    def _compared(self, line: Line, words: Sequence[str]) -> tuple[Cell, ...]:
        others = {"上期": line.before, "去年同期": line.year_before}
        beside = (cell for word in words for cell in self._beside(line, f"@{word}", others[word]))
        return line.title, self.number(line, "@本期", line.now), *beside, str(self.source(line))

    def _beside(self, line: Line, suffix: str, other: Value | None) -> tuple[Cell, Cell, Cell]:
        value = self.number(line, suffix, other)
        now = line.now.value if line.now is not None else None
        then = other.value if other is not None else None
        if isinstance(value, str) or not _counts(now) or not _counts(then):
            return value, NONE, NONE
        more: int | Fraction = now - then
        source = self.source(line)
        name = f"{line.clause}/{line.name}{suffix}增减"
        if line.unit == "%":
            return value, self.notes.number(name, f"{line.title}增减", more, source, text=points_between(now, then)), NONE
        change = self.notes.number(name, f"{line.title}增减", more, source, text=f"{signed(more)}{line.unit}")
        if then == 0:
            return value, change, NONE
        share = Fraction(more) / Fraction(then)
        rate = self.notes.number(
            f"{name}率", f"{line.title}增减率", share, source, unit="%", of=(more, then), text=f"{sign(more)}{ratio(abs(share))}"
        )
        return value, change, rate

    # -- what is behind ---------------------------------------------------------------------------

    def behind(self) -> Table:
        rows = tuple(
            (one.clause, one.title, WORDS[one.standing], self._gap(one), self._words(one), str(self.source(one)))
            for one in self.lines if one.standing in BEHIND
        )  # fmt: skip
        return Table(
            "behind", "需要抓紧的指标", ("条款", "指标", "现状", "还差", "说明", "注"), rows,
            right=(3,), wide=(11, 25, 12, 11, 36, 5), note="" if rows else "没有落后或未达标的指标。",
        )  # fmt: skip

    def _words(self, line: Line) -> str:
        """What is wrong, in the report's own words where there is one value; else window by window as it was judged."""
        if line.standing == "no_data" and line.text.endswith("的数据"):
            return "累计期间没有审核通过的记录可以计算"
        if line.so_far is None or line.so_far.value is None or line.target is None:
            return windows_told(line) or NOTHING
        of = f"（{say(line.so_far.of[0])}/{say(line.so_far.of[1])}）" if line.so_far.of is not None else ""
        pace = f"，时间进度{ratio(self.measured.spans.gone)}" if line.standing == "slow" else ""
        return f"累计{say(line.so_far.value, line.unit)}{of}，目标{aim(line)}{pace}"

    def _gap(self, line: Line) -> Cell:
        if line.short is not None:
            name = f"{line.clause}/{line.name}@还差"
            return self.notes.number(name, f"{line.title}还差", line.short, self.source(line), unit=line.unit)
        if line.windows is not None:
            return f"{line.windows[1] - line.windows[0]}{line.each[1]}"
        return f"{line.members[1] - line.members[0]}个" if line.members is not None else NONE

    def planned(self) -> Table | None:
        """What is due in the next period: windows that end in it, and the rest of the targets that grow."""
        ahead, after = self.measured.ahead, self.measured.spans.after
        if ahead is None or after is None:
            return None
        windows = {(one.clause, one.name): len(one.windows) for one in ahead.values() if one.windows}
        running = self.measured.spans.gone < 1  # the next period may lie in another assessment period: nothing is left of this one then
        rows = []
        for one in self.lines:
            number = windows.get((one.clause, one.name), 0) if one.windows is not None else 0
            due = f"{number}{one.each[1]}，{one.each[0]}{aim(one)}" if number and one.target is not None else ""
            rest = f"还需{say(one.short, one.unit)}" if running and one.short is not None else ""
            if due or rest:
                rows.append((one.clause, one.title, due or NONE, *([rest or NONE] if running else [])))
        ends = [f"到考核期末（{self.measured.spans.assessed.end}）"] if running else []
        return Table(
            "planned", f"下期（{days_of(after)}）的任务", ("条款", "指标", "下期应完成", *ends), tuple(rows),
            wide=(12, 30, 29, 29)[: 3 + len(ends)], note="" if rows else "下期没有到期的指标。",
        )  # fmt: skip


def _comparable(line: Line) -> bool:
    """Figures, and those that have a unit and no data yet: paragraphs may name them all the same.

    What is judged member by member has no figure to compare.
    """
    if line.members is not None:
        return False
    if line.unit:
        return True
    values = (line.now, line.before, line.year_before)
    return any(one is not None and one.value is not None and not isinstance(one.value, bool) for one in values)


def _counts(value: Any) -> TypeGuard[int | Fraction]:
    return isinstance(value, int | Fraction) and not isinstance(value, bool)


def _short(title: str) -> str:
    return title if len(title) <= LABEL else f"{title[: LABEL - 1]}…"
