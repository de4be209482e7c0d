"""Sections about entries, groups, and what other stages have settled."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from kpi.quantities import Money, plain, total
from kpi.reports.groups import BLANK, Groups, GroupValue
from kpi.reports.marks import chinese, with_aside
from kpi.reports.model import Cell, Chart, Table
from kpi.reports.notes import Notes
from kpi.reports.phrases import cut, see
from kpi.reports.settled import FindingLine, PaidLine, Settled, SignedSheet
from kpi.reports.spans import Measured
from kpi.rulebook.reports import GroupedSection, LedgersSection

MOST_BARS = 20
NONE = "—"


def ledgers(notes: Notes, measured: Measured, section: LedgersSection) -> Table:
    """Entries of the period by ledger."""
    chosen = [one for one in measured.rulebook.ledgers if not section.ledger or one.id in section.ledger]
    rows: list[tuple[Cell, ...]] = []
    for one in chosen:
        tally = measured.tallies[one.id]
        source = notes.source("entries", f"{one.name}，审核通过的记录", ledgers=(one.id,))
        numbers = [
            notes.number(f"{one.id}@{word}", f"{one.name}{word}", value, source)
            for word, value in (("审核通过", tally.verified), ("等待审核", tally.waiting), ("抽查属实", tally.validated))
        ]
        if section.ledger or tally.verified or tally.waiting:
            rows.append((one.name, *numbers, str(source)))
    note = "" if rows else "本期没有台账记录。"
    return Table(
        "ledgers", "台账记录（条）", ("台账", "审核通过", "等待审核", "抽查属实", "注"), tuple(rows),
        right=(1, 2, 3), wide=(46, 16, 16, 16, 6), note=note,
    )  # fmt: skip


# -- groups ---------------------------------------------------------------------------------------


class Grouping:
    """One grouped section as tables and a chart."""

    def __init__(self, notes: Notes, measured: Measured, section: GroupedSection, groups: Groups) -> None:
        self.notes, self.section, self.name = notes, section, chinese(section.title or section.rows)
        titles = {one.id: one.name for one in measured.rulebook.ledgers}
        read = tuple(dict.fromkeys(str(getattr(one.figure, "ledger", "")) for one in section.columns.values()))
        names = "、".join(titles.get(one, one) for one in read)
        self.source = notes.source("entries", f"{names}，审核通过的记录", ledgers=read)
        self.groups = groups
        self.rows, self.totals = groups.table()
        every = (*self.rows.values(), self.totals)
        self.broken = {
            name for one in every for name, found in one.items() if isinstance(found.value, Fraction) and found.value.denominator != 1
        }
        self.refused = groups.refused.reason if groups.refused is not None else ""

    @property
    def heads(self) -> list[tuple[str, str, str]]:
        """Name, heading and unit of each column, rates after figures."""
        columns = self.section.columns.items()
        heads = [(name, str(getattr(one.figure, "label", "") or name), str(getattr(one.figure, "unit", ""))) for name, one in columns]
        return [*heads, *((name, one.label, "%" if one.percent else "") for name, one in self.section.rates.items())]

    def tables(self) -> Iterator[Table]:
        names, ranked = [row for row in self.rows if row != BLANK], self.section.ranked
        self._extremes(names)
        if ranked is None or (self.rows and len(names) <= ranked.most):  # all in one table, ranked ones with the highest first
            rows = [self._row(row, values) for row, values in self.rows.items()]
            yield self._table("", "", [*rows, self._row("合计", self.totals)] if rows else [], total=bool(rows))
            return
        most = min(ranked.most, (len(names) + 1) // 2)  # nobody stands among both
        highest = names[:most]
        lowest = [row for row in reversed(names) if row not in highest][:most]
        yield self._table("最高", "/highest", [self._row(row, self.rows[row]) for row in highest])
        yield self._table("最低", "/lowest", [self._row(row, self.rows[row]) for row in lowest])
        yield self._totals()

    def _extremes(self, names: Sequence[str]) -> None:
        """The highest and the lowest by name, for words and for what is handed in."""
        if self.section.ranked is not None and names:
            by = self.section.ranked.by
            for word, row in (("最高", names[0]), ("最低", names[-1])):
                self.notes.names[f"{self.name}{word}"] = row
                self.notes.names[f"{self.name}{word}值"] = cut(self.rows[row][by].value)

    def _totals(self) -> Table:
        blank = [self._row(BLANK, self.rows[BLANK])] if BLANK in self.rows else []
        return self._table("合计", "/totals", [*blank, self._row("合计", self.totals)])

    def _table(self, word: str, ending: str, rows: Sequence[tuple[Cell, ...]], *, total: bool = False) -> Table:
        title = f"{self.section.title}（{word}）" if word else self.section.title
        units = [with_aside(label, unit) if unit and unit != "%" else label for _, label, unit in self.heads]
        note = self.refused or ("" if rows else "本期没有可以分组的记录。")
        wide = (max(20, 100 - 16 * len(units)), *(16 for _ in units))
        return Table(
            f"{self.name}{ending}", title, (self.section.rows, *units), tuple(rows), right=tuple(range(1, len(units) + 1)),
            wide=wide, total=total, note=f"{note}{see(self.source)}",
        )  # fmt: skip

    def _row(self, row: str, values: dict[str, GroupValue]) -> tuple[Cell, ...]:
        return (row, *(self._cell(row, name, label, unit, values) for name, label, unit in self.heads))

    def _cell(self, row: str, name: str, label: str, unit: str, values: dict[str, GroupValue]) -> Cell:
        found = values.get(name, GroupValue(None))
        value: Any = found.value
        if value is None and self.groups.adds_up(name):
            value = 0
        return self.notes.number(
            f"{self.name}/{row}/{name}", f"{row}{label}", value, self.source, unit=unit if unit == "%" else "", of=found.of,
            text=self._written(name, unit, value),
        )

    def _written(self, name: str, unit: str, value: Any) -> str | None:
        """As every number of its column is written: two places where one of them is broken, sums of money with commas."""
        if unit == "%" or not isinstance(value, int | Fraction) or isinstance(value, bool):
            return None
        if name in self.broken:
            whole, _, places = cut(value).partition(".")
            return f"{int(whole):,}.{places:0<2}" if unit.startswith("元") else f"{whole}.{places:0<2}"
        return f"{int(value):,}" if unit.startswith("元") else None

    def chart(self) -> Iterator[Chart]:
        """Bars of the first column, or of what is ranked."""
        first = self.section.ranked.by if self.section.ranked is not None else next(iter(self.section.columns))
        label = next(label for name, label, _ in self.heads if name == first)
        held = [(row, one[first].value) for row, one in self.rows.items() if first in one]
        shown = [(row, value) for row, value in held if row != BLANK or (value and self.section.ranked is None)]
        most = min(self.section.ranked.most if self.section.ranked is not None else MOST_BARS, MOST_BARS // 2)
        if len(shown) > 2 * most:
            shown = [*shown[:most], *shown[-most:]] if self.section.ranked is not None else shown[: 2 * most]
        if len({value for _, value in shown}) > 1:  # of bars that are all alike nothing can be seen
            values = tuple(plain(value) if isinstance(value, int | Fraction) else None for _, value in shown)
            yield Chart(f"{self.name}/chart", f"{self.section.title}：{label}", tuple(row for row, _ in shown), ((label, values),))


# -- findings, score, payments ----------------------------------------------------------------------


def findings(notes: Notes, found: Sequence[FindingLine], days: str) -> tuple[Table, Table]:
    """How many, and each of them."""
    source = notes.source("findings", f"问题与整改登记，发现日期 {days}")
    ended = sum(1 for one in found if one.ended)
    counts: tuple[tuple[Cell, ...], ...] = (
        ("登记的问题", notes.number("问题数", "登记的问题", len(found), source, unit="个")),
        ("已整改、免责或撤销", notes.number("已了结问题数", "已了结的问题", ended, source, unit="个")),
        ("还在整改或等待处理", notes.number("未了结问题数", "未了结的问题", len(found) - ended, source, unit="个")),
    )
    rows = tuple(
        (
            one.number, one.found_on, one.clause, one.origin, one.text,
            "，".join(filter(None, (one.state, one.notice))), one.until or NONE,
        )
        for one in found
    )  # fmt: skip
    listed = Table(
        "findings", "问题清单", ("编号", "发现日期", "条款", "来源", "情况", "处理", "整改期限"), rows,
        wide=(11, 11, 9, 9, 34, 15, 11), note="" if rows else "本期没有登记问题。",
    )  # fmt: skip
    return Table("findings_count", "问题与整改", ("项目", "数量"), counts, right=(1,), wide=(7, 3), note=see(source)), listed


def sheets(notes: Notes, signed: Sequence[SignedSheet]) -> Iterator[Table]:
    """Totals of the signed assessments, then the items of each."""
    rows = [_sheet(notes, one) for one in signed]
    yield Table(
        "sheets", "已签定的考核", ("考核周期", "满分", "得分", "档次", "结论", "注"), tuple(rows), right=(1, 2),
        wide=(34, 10, 12, 12, 26, 6), note="" if rows else "本期没有已签定的考核，不列得分和档次。",
    )  # fmt: skip
    for one in signed:
        if one.items:
            yield _items(notes, one)


def _key(one: SignedSheet) -> str:
    return f"第 {one.number} 次考核，{one.label}"


def _source(notes: Notes, one: SignedSheet) -> int:
    return notes.source("assessment", f"{_key(one)}，已签定的存档，校验值 {one.sha256}", key=f"{one.number}:{one.sha256}")


def _sheet(notes: Notes, one: SignedSheet) -> tuple[Cell, ...]:
    source, name = _source(notes, one), f"考核{one.number}"
    full: Cell = notes.number(f"{name}/满分", f"{_key(one)}满分", one.full, source, unit="分") if one.full is not None else NONE
    score: Cell = notes.number(f"{name}/得分", f"{_key(one)}得分", one.score, source, unit="分") if one.score is not None else NONE
    return f"{one.label}（{one.start} 至 {one.end}）", full, score, one.tier or NONE, "；".join(one.verdicts) or NONE, str(source)


def _items(notes: Notes, sheet: SignedSheet) -> Table:
    source, name = _source(notes, sheet), f"考核{sheet.number}"
    rows = []
    for place, one in enumerate(sheet.items, 1):
        full: Cell = NONE if one.maximum is None else notes.number(f"{name}/{one.id}/满分", f"{one.title}满分", one.maximum, source)
        score: Cell = NONE if one.score is None else notes.number(f"{name}/{one.id}/得分", f"{one.title}得分", one.score, source)
        rows.append((str(place), one.title, full, score, one.text))
    return Table(
        f"sheet{sheet.number}", f"各考核项得分：{sheet.label}", ("序号", "考核项", "满分", "得分", "依据"), tuple(rows),
        right=(2, 3), wide=(6, 24, 8, 9, 53), note=see(source),
    )  # fmt: skip


def payments(notes: Notes, settled: Settled) -> Iterator[Table]:
    """What was paid so far, and what signed results earn."""
    source = notes.source("payments", "付款登记")
    earlier, inside = [_amounts(settled.paid, here) for here in (False, True)]
    counts: list[tuple[Cell, ...]] = []
    if settled.price is not None:
        price = notes.number("合同价款", "合同价款", settled.price, notes.source("contract", "合同设置里的合同价款"))
        counts.append(("合同价款", price))
    counts += [
        ("本期以前已付", notes.number("以前已付", "本期以前已付", earlier, source)),
        ("本期支付", notes.number("本期支付", "本期支付", inside, source)),
        ("累计已付", notes.number("累计已付", "累计已付", earlier + inside, source)),
    ]
    if settled.price is not None:
        counts.append(("未付", notes.number("未付", "未付", settled.price - earlier - inside, source)))
    yield Table("payments", "支付情况", ("项目", "金额"), tuple(counts), right=(1,), wide=(6, 4), note=see(source))
    rows = tuple((one.title, one.day, notes.number(f"付款/{one.title}/{one.day}", one.title, one.amount, source)) for one in settled.paid)
    if rows:
        yield Table("paid", "各笔付款", ("款项", "日期", "金额"), rows, right=(2,), wide=(5, 2, 3), note=see(source))
    if settled.earned:
        yield _earned(notes, settled)


def _amounts(lines: Sequence[PaidLine], inside: bool) -> Money:
    return total(one.amount for one in lines if one.inside is inside)


def _earned(notes: Notes, settled: Settled) -> Table:
    rows = []
    for one in settled.earned:
        source = notes.source("assessment", f"{one.key}的付款计算", key=one.key)
        amount: Cell = NONE if one.amount is None else notes.number(f"应付/{one.title}", one.title, one.amount, source)
        rows.append((one.title, amount, one.text, str(source)))
    return Table(
        "earned", "按已签定的考核结果计算", ("款项", "金额", "怎样算出", "注"), tuple(rows), right=(1,), wide=(24, 20, 50, 6)
    )
