"""report: a report that the rulebook owes, from entry files alone; as JSON, on the terminal, as a workbook."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from kpi.calendar import CalendarError, WindowKind, chinese_span, windows
from kpi.cli.inputs import BadInput, Measured, checked_rows, parse_period, refuse_useless, rulebook, setup
from kpi.cli.outcomes import report_problems
from kpi.cli.show import print_json, print_sheet
from kpi.files.report_book import write_report
from kpi.ledger import LedgerEntry
from kpi.quantities import Money, Period
from kpi.reports import model, spans
from kpi.reports.compose import Order, build
from kpi.reports.plain_data import plain_data
from kpi.reports.settled import Settled
from kpi.reports.sheet import Section, Sheet
from kpi.reports.words import filled, known
from kpi.rulebook.answers import Answers, Refused
from kpi.rulebook.given import Given, work_calendar
from kpi.rulebook.loader import Source
from kpi.rulebook.reports import ReportDuty
from kpi.rulebook.targets import adjusted


def report_command(chosen: argparse.Namespace) -> int:
    """The report of one period, or the list of what is owed."""
    source = rulebook(chosen.rulebook)
    if chosen.list:
        print_sheet(_listed(source))
        return 0
    made = _made(source, setup(chosen.setup, source), chosen)
    if chosen.xlsx is not None:
        _write(made, chosen.xlsx)
    if chosen.json:
        print_json(plain_data(made))
    elif chosen.xlsx is None:
        print_sheet(_sheet(made))
    return 0


def _made(source: Source, given: Given, chosen: argparse.Namespace) -> model.Report:
    duty, term = _duty(source, chosen.duty), given.term
    if term is None:
        raise BadInput("报告要知道合同期；请用 --setup 给出合同设置，里面写 term 的起止日期")
    if chosen.period is None:
        raise BadInput("请用 --period 写明报告的期间，例如 2026-10 或 2026-Q3")
    days = parse_period(chosen.period)
    if days.start < term.start or days.end > term.end:
        raise BadInput(f"期间 {days.start} 至 {days.end} 不都在合同期 {term.start} 至 {term.end} 内；请核对 --period")
    whole = Period(term.start, term.end)
    period = Period(days.start, days.end)
    over = _spans(source, given, duty, period, whole)
    try:
        measured = spans.Measured.of(adjusted(source.rulebook, given.targets), given, work_calendar(given), over, [duty], {})
    except Refused as refused:
        raise BadInput(f"报告不能计算：{refused.reason}") from refused
    told = Measured()
    measured.add_all(_entries(source, given, chosen.entries, told))
    if chosen.entries:
        refuse_useless(chosen.entries, told)
        told.counted = measured.counted()
        report_problems(told, chosen.errors)
    price = Money(given.price.fen) if isinstance(given.price, Money) else None
    settled = Settled(source.rulebook.title, "（采购人）", "（供应商）", price, whole)
    label = next((one.label for one in _windows(source, given, duty, whole) if (one.start, one.end) == (period.start, period.end)), "")
    return build(Order(duty, label or chinese_span(period)), measured, settled, source.sha256)


def _duty(source: Source, name: str | None) -> ReportDuty:
    made = {one.id: one for one in source.rulebook.reports if one.sections}
    if name is None:
        raise BadInput(f"请用 --duty 写明是哪种报告；有 {'、'.join(made) or '(这本规则书没有)'}，用 --list 看名称")
    if name in made:
        return made[name]
    if any(one.id == name for one in source.rulebook.reports):
        raise BadInput(f"“{name}”没有写 sections，是别人做的成果，不能生成；能生成的有 {'、'.join(made)}")
    raise BadInput(f"规则书里没有报告“{name}”；能生成的有 {'、'.join(made) or '(没有)'}")


def _windows(source: Source, given: Given, duty: ReportDuty, term: Period) -> list[Period]:
    """The duty's own periods in the term; none where it is made on occasion, or its question is open."""
    try:
        answers = Answers(source.rulebook, given.answers)
        found = windows(
            WindowKind(duty.every), term, anchor=answers.get(source.rulebook.windows.anchor), partial="include"
        )
    except (ValueError, Refused, CalendarError):
        return []
    return [Period(one.start, one.end, one.label) for one in found]


def _spans(source: Source, given: Given, duty: ReportDuty, period: Period, term: Period) -> spans.Spans:
    listed = _windows(source, given, duty, term)
    before, year_before = spans.earlier(period, term, listed)
    place = next((n for n, one in enumerate(listed) if (one.start, one.end) == (period.start, period.end)), None)
    after = listed[place + 1] if place is not None and place + 1 < len(listed) else None
    chosen = given.period or given.term
    assessed = Period(chosen.start, chosen.end) if chosen is not None and period.end in Period(chosen.start, chosen.end) else term
    return spans.Spans(period, assessed, before, year_before, after)


def _entries(source: Source, given: Given, paths: list[Path], told: Measured) -> Iterator[LedgerEntry]:
    for path in paths:
        if not path.is_file():
            raise BadInput(f"找不到记录文件 {path}；请核对路径")
    for one in checked_rows(source, given, paths) if paths else ():
        told.read += 1 if one.entry is not None or one.problems else 0
        told.problems += one.problems
        if one.entry is not None:
            yield one.entry


def _write(report: model.Report, path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        raise BadInput(f"--xlsx 要写 .xlsx 文件，现在是 {path}")
    try:
        write_report(report, path)
    except OSError as error:
        reason = {28: "磁盘已满", 2: "文件夹不存在", 13: "没有写的权限"}.get(error.errno or 0, "写不进去")
        raise BadInput(f"{path} 没有写成：{reason}；原来的文件没有变。请换个位置，或腾出空间后再试") from error


# -- on the terminal ------------------------------------------------------------------------------


def _listed(source: Source) -> Sheet:
    rows = tuple((one.id, one.title, one.every, "控制台生成" if one.sections else "登记") for one in source.rulebook.reports)
    return Sheet(source.rulebook.title, "应交的报告", (Section("报告", ("编号", "名称", "多久一份", "怎样做"), rows),))


def _sheet(report: model.Report) -> Sheet:
    sections, fields = [], known(report)
    for part in report.parts:
        words = tuple(filled(one.text, fields) for one in part.paragraphs)
        if words:
            sections.append(Section(part.title, notes=words))
        for table in part.tables:
            rows = tuple(tuple(cell if isinstance(cell, str) else cell.shown for cell in row) for row in table.rows)
            sections.append(Section(table.title or part.title, table.headings, rows, table.right, (table.note,) if table.note else ()))
    sections.append(Section("提示", notes=report.warnings))
    shown = tuple(one for one in sections if one.rows or one.notes)
    return Sheet(report.title, report.label, shown)
