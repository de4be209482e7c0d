"""The report as data: each section of the rulebook filled from one pass over the entries and what others settled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kpi.quantities import Period
from kpi.reports import tables
from kpi.reports.activity import Activity
from kpi.reports.marks import marked
from kpi.reports.model import Chart, Paragraph, Part, Report, Table
from kpi.reports.notes import Notes
from kpi.reports.phrases import days_of
from kpi.reports.settled import Settled
from kpi.reports.spans import Measured
from kpi.reports.standing import lines
from kpi.reports.tables import Grouping
from kpi.reports.words import UnknownField, check, with_absent, with_words
from kpi.rulebook.reports import (
    BehindSection,
    ComparedSection,
    FindingsSection,
    GroupedSection,
    LedgersSection,
    PaymentsSection,
    ReportDuty,
    ReportSection,
    ScoreSection,
    TargetsSection,
    WordsSection,
)

__all__ = ["STANDARD", "Order", "UnknownField", "build"]

#: Sections of a report on a period of somebody's own choice.
STANDARD: tuple[ReportSection, ...] = (
    TargetsSection(shows="targets"), ComparedSection(shows="compared"), LedgersSection(shows="ledgers"),
    FindingsSection(shows="findings"), ScoreSection(shows="score"), PaymentsSection(shows="payments"),
    BehindSection(shows="behind"),
)  # fmt: skip
TITLES = {
    "targets": "指标完成情况", "compared": "与上期和去年同期比较", "ledgers": "台账记录情况", "findings": "问题与整改",
    "score": "考核得分和档次", "payments": "支付情况", "behind": "存在的差距和下期安排", "words": "工作情况",
}  # fmt: skip
#: What is written where neither the rulebook nor the county says something else.
USUAL = {
    "targets": (
        "{期间}，审核通过并计入的台账记录共{记录数}。考核的{指标数}条件中，达标{达标数}，进行中{进行中数}，落后于时间进度{落后于时间进度数}，"
        "未达标{未达标数}，无数据{无数据数}。",
    ),
    "findings": ("{期间}登记问题{问题数}，已了结{已了结问题数}，还有{未了结问题数}在整改或等待处理。",),
    "payments": ("本期支付{本期支付}，累计已付{累计已付}。",),
}  # fmt: skip
HINTS = {"behind": "写明落后的原因、采取的措施和完成的时间。", "compared": "对变化较大的指标说明原因。"}
SIGNERS = ("编制", "审核", "供应商（盖章）", "采购人签收")


@dataclass(frozen=True)
class Order:
    """What is to be made: the duty, its period's name, its place among the duties, words that the county replaced."""

    duty: ReportDuty
    label: str
    templates: Mapping[str, Sequence[str]] | None = None


def build(order: Order, measured: Measured, settled: Settled, rulebook: str) -> Report:
    """The whole report. UnknownField where a paragraph of the templates names what the report has not."""
    duty, notes, spans = order.duty, Notes(), measured.spans
    made = [_Maker(notes, measured, settled, duty, place, one) for place, one in enumerate(duty.sections or STANDARD)]
    parts = tuple(one.part() for one in made)
    report = Report(
        duty.id, duty.title, tuple(duty.clauses), spans.period.start.isoformat(), spans.period.end.isoformat(), order.label,
        tuple(_facts(order, measured, settled)), (*_names(order, measured, settled), *notes.names.items()), parts, notes.sources,
        tuple(_warnings(measured, settled, parts)), SIGNERS, rulebook,
    )  # fmt: skip
    report = with_absent(marked(with_words(report, order.templates or {})))
    check(report)
    return report


def _facts(order: Order, measured: Measured, settled: Settled) -> Iterator[tuple[str, str]]:
    yield "项目", settled.contract
    yield "采购人", settled.buyer
    yield "供应商", settled.supplier
    spans = measured.spans
    yield "报告期间", _told(order.label, spans.period)
    others = (("累计", spans.so_far), ("上期", spans.before), ("去年同期", spans.year_before))
    yield "比较期间", "、".join(f"{name} {days_of(one)}" for name, one in others if one is not None)
    yield "依据条款", "、".join(order.duty.clauses)


def _told(label: str, span: Period) -> str:
    """The period by its name and its days, the year said once at least; the days alone where the name says no more."""
    whole, brief, dated = days_of(span, year=True), days_of(span), str(span.end.year) in label
    if label in (whole, brief) or (dated and brief in label):  # a piece of a week, month or quarter says its days itself
        return label if dated else whole
    return f"{label}（{brief if dated else whole}）"


def _names(order: Order, measured: Measured, settled: Settled) -> Iterator[tuple[str, str]]:
    spans = measured.spans
    yield "期间", order.label
    yield "起止", days_of(spans.period)
    yield "月份", f"{spans.period.end:%Y-%m}"
    yield "累计起止", days_of(spans.so_far)
    yield "合同", settled.contract
    yield "采购人", settled.buyer
    yield "供应商", settled.supplier


def _warnings(measured: Measured, settled: Settled, parts: Iterable[Part]) -> Iterator[str]:
    if measured.counted() == 0:
        yield "本期没有审核通过的台账记录。"
    if measured.waiting():
        yield f"本期还有 {measured.waiting()} 条记录等待审核，没有计入；审核以后可以重新生成。"
    if any(part.kind in ("score", "payments") for part in parts):
        yield from settled.unsettled


class _Maker:
    """One section."""

    def __init__(
        self, notes: Notes, measured: Measured, settled: Settled, duty: ReportDuty, place: int, section: ReportSection
    ) -> None:
        self.notes, self.measured, self.settled = notes, measured, settled
        self.duty, self.place, self.section = duty, place, section

    def part(self) -> Part:
        section = self.section
        name = f"{section.shows}{self.place + 1}"
        found_tables, charts = self._filled()
        partial = isinstance(section, TargetsSection) and section.clauses
        texts = section.words or (() if partial else USUAL.get(section.shows, ()))
        paragraphs = tuple(Paragraph(f"{name}/{number}", text) for number, text in enumerate(texts, 1))
        hint = section.hint if isinstance(section, WordsSection) else HINTS.get(section.shows, "")
        return Part(name, section.shows, section.title or self._usual_title(), paragraphs, found_tables, charts, hint)

    def _usual_title(self) -> str:
        last = self.measured.ahead is None and self.section.shows == "behind"
        return "存在的差距" if last else TITLES[self.section.shows]

    def _filled(self) -> tuple[tuple[Table, ...], tuple[Chart, ...]]:
        section, notes = self.section, self.notes
        if isinstance(section, TargetsSection):
            activity = self._activity(section.clauses)
            if section.clauses:  # some indicators alone: the table says enough
                return (activity.targets(),), ()
            return (activity.overview(), activity.targets()), tuple(activity.progress())
        if isinstance(section, ComparedSection):
            return (self._activity(section.clauses).compared(),), ()
        if isinstance(section, BehindSection):
            activity = self._activity(section.clauses)
            return tuple(filter(None, (activity.behind(), activity.planned()))), ()
        if isinstance(section, LedgersSection):
            return (tables.ledgers(notes, self.measured, section),), ()
        if isinstance(section, GroupedSection):
            key = f"{self.duty.id}/{self.place}"
            group = Grouping(notes, self.measured, section, self.measured.groups[key])
            return tuple(group.tables()), tuple(group.chart())
        return self._settled(section), ()

    def _settled(self, section: ReportSection) -> tuple[Table, ...]:
        if isinstance(section, FindingsSection):
            return tables.findings(self.notes, self.settled.findings, days_of(self.measured.spans.period))
        if isinstance(section, ScoreSection):
            return tuple(tables.sheets(self.notes, self.settled.sheets))
        if isinstance(section, PaymentsSection):
            return tuple(tables.payments(self.notes, self.settled))
        return ()

    def _activity(self, clauses: Sequence[str]) -> Activity:
        return Activity(self.notes, self.measured, lines(self.measured, clauses))
