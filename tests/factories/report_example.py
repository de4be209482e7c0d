"""A small report, written down by hand: for tests of files and pages."""

from __future__ import annotations

from datetime import date

from kpi.reports.model import Chart, Number, Paragraph, Part, Report, Source, Table

DAY = date(2026, 1, 31)


def number(name: str, text: str, value: str | None, source: int = 1, of: tuple[str, str] | None = None) -> Number:
    return Number(name, name, text, value, "", source, of)


def example() -> Report:
    """One part with words, a table of everything that a cell can be, and a chart."""
    rows = (
        ("开课", number("HP-1/lessons", "52次", "52"), number("HP-1/lessons@完成率", "94.3%", "53/56", of=("53", "56")), "1"),
        ("学员（𬭎䶮𫖯）", number("HP-2/learners", "12,345人", "12345"), number("HP-2/rate", "无数据", None), "2"),
        ("合计", number("sum", "1.5", "1.5"), number("fee", "¥1,234,567.89", "1234567.89", 2), ""),
    )
    table = Table(
        "main", "完成情况", ("指标", "本期", "完成率", "注"), rows, right=(1, 2), wide=(40, 25, 25, 10), total=True, note="说明。"
    )
    chart = Chart("chart", "每月课次", ("一月", "二月"), (("课次", ("4", "7/2")), ("应有", ("4", None))), "次")
    words = (Paragraph("words1/1", "{期间}开课{HP-1/lessons}。"), Paragraph("words1/2", "=1+1 是手写的 3 次。", True))
    return Report(
        "monthly", "夜校月报", ("HP-1",), "2026-01-01", "2026-01-31", "2026年1月", (("项目", "河畔夜校"), ("采购人", "县人社局")),
        (("期间", "2026年1月"),),
        (
            Part("words1", "words", "本月工作", words, hint="写本月的工作。"),
            Part("targets2", "targets", "完成情况", (), (table,), (chart,)),
        ),
        (Source(1, "entries", "开课台账，审核通过的记录", ("lesson",)), Source(2, "payments", "付款登记")), ("本期还有记录等待审核。",),
        ("编制", "供应商（盖章）"), "0" * 64,
    )  # fmt: skip
