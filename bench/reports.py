"""A quarter's report: one pass over 50 000 entries of 400 outlets, and its PDF against bare reportlab drawing the same tables.

    .venv/bin/python bench/reports.py [--entries 50000] [--outlets 400] [--pages 20] [--runs 3] [--smoke]

Bare reportlab draws the same cells as paragraphs in the same font and widths, with nothing around them. Memory is that
of the pass with its report, beside what the same pass needs for a tenth of the entries, and that of writing the files.
"""

from __future__ import annotations

import argparse
import io
import resource
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from app.documents import fonts
from app.documents.paper import docx, pdf, xlsx
from app.documents.paper.blocks import Grid, said
from app.documents.report_files import all_of, pages_of
from app.documents.report_paper import Printed, paper_of
from kpi.ledger import LedgerEntry
from kpi.quantities import Period
from kpi.reports.compose import Order, build
from kpi.reports.model import Report
from kpi.reports.settled import Settled
from kpi.reports.spans import Measured, Spans
from kpi.rulebook.given import Given, work_calendar
from kpi.rulebook.loader import load_text

BOOK = load_text((Path(__file__).parents[1] / "tests" / "factories" / "harbour.yaml").read_text("utf-8"))
START = date(2025, 9, 1)
TERM = Period(START, date(2026, 8, 31), "合同期")
QUARTER, BEFORE = Period(date(2026, 1, 1), date(2026, 3, 31), "2026年第1季度"), Period(date(2025, 10, 1), date(2025, 12, 31))
PRINTED = Printed(1, "0" * 64, "")


def entries(number: int, outlets: int) -> Iterator[LedgerEntry]:
    """Lessons over half a year, spread over the outlets."""
    for place in range(number):
        day = START + timedelta(days=place * 210 // number)
        fields = {"date": day, "outlet": f"网点{place % outlets:03d}", "title": f"第{place}课", "learners": place % 40}
        yield LedgerEntry(f"L{place}", "lesson", day, fields, state="verified", outlet=str(fields["outlet"]), author="1", verifier="2")


def report(number: int, outlets: int) -> Report:
    given = Given.model_validate({"term": {"start": TERM.start, "end": TERM.end}})
    duty = next(one for one in BOOK.rulebook.reports if one.id == "monthly")
    measured = Measured.of(BOOK.rulebook, given, work_calendar(given), Spans(QUARTER, TERM, BEFORE), [duty], {})
    measured.add_all(entries(number, outlets))
    settled = Settled("港口夜校", "县人社局", "夜校公司", None, TERM)
    return build(Order(duty, QUARTER.label), measured, settled, BOOK.sha256)


def peak(work: Callable[[], Any]) -> float:
    """MiB that the work holds at most."""
    tracemalloc.start()
    work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / 2**20


def resident() -> float:
    """MiB of real memory that this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def sized(made: Report, pages: int) -> Report:
    """The report with its tables repeated until it has so many pages: PDFs of a given length."""
    one = next(part for part in made.parts if part.kind == "grouped")
    grown = made
    while pages_of(pdf.of(paper_of(grown, PRINTED))) < pages:
        grown = replace(grown, parts=(*grown.parts, replace(one, charts=())))
    return grown


def bare(made: Report) -> bytes:
    """The same tables by reportlab alone."""
    fonts.ready(fonts.SANS)
    look = ParagraphStyle("cell", fontName=fonts.SANS, fontSize=9, leading=13, wordWrap="CJK")
    lines = TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "#808080")])
    room, story = 182 * mm, list[Any]()
    for block in paper_of(made, PRINTED).blocks:
        if isinstance(block, Grid):
            whole = sum(one.share for one in block.columns)
            rows = [[one.title for one in block.columns], *([said(cell) for cell in row] for row in block.every_row)]
            cells = [[Paragraph(text, look) for text in row] for row in rows]
            story.append(Table(cells, colWidths=[room * one.share / whole for one in block.columns], style=lines, repeatRows=1))
    file = io.BytesIO()
    SimpleDocTemplate(file, pagesize=A4, leftMargin=14 * mm, rightMargin=14 * mm, topMargin=15 * mm, bottomMargin=15 * mm).build(story)
    return file.getvalue()


def fastest(runs: int, work: Any) -> float:
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description="季度报告：一遍读完台账，再写成文件")
    parser.add_argument("--entries", type=int, default=50_000)
    parser.add_argument("--outlets", type=int, default=400)
    parser.add_argument("--pages", type=int, default=20)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--smoke", action="store_true", help="小规模跑一遍")
    chosen = parser.parse_args()
    if chosen.smoke:
        chosen.entries, chosen.outlets, chosen.pages, chosen.runs = 2000, 40, 4, 1
    took = fastest(chosen.runs, lambda: report(chosen.entries, chosen.outlets))
    print(f"一遍读 {chosen.entries:,} 条、{chosen.outlets} 个网点，得出报告：{took:.2f} 秒")
    tenth, whole = [peak(lambda count=count: report(count, chosen.outlets)) for count in (chosen.entries // 10, chosen.entries)]
    print(f"内存：{whole:.1f} MiB；十分之一的记录 {tenth:.1f} MiB；比值 {whole / tenth:.2f}")
    made = report(chosen.entries, chosen.outlets)
    print(f"写成三种文件的内存：{peak(lambda: all_of(made, PRINTED)):.1f} MiB；整个过程进程最多占 {resident():.0f} MiB")
    grown = sized(made, chosen.pages)
    paper = paper_of(grown, PRINTED)
    ours = fastest(chosen.runs, lambda: pdf.of(paper))
    theirs = fastest(chosen.runs, lambda: bare(grown))
    shown = f"PDF {pages_of(pdf.of(paper))} 页：{ours:.2f} 秒；reportlab 直接画同样的表 {theirs:.2f} 秒"
    print(f"{shown}；比值 {ours / theirs:.2f}（不超过 3）")
    print(f"Word {fastest(1, lambda: docx.of(paper)):.2f} 秒，Excel {fastest(1, lambda: xlsx.of(paper)):.2f} 秒")


if __name__ == "__main__":
    main()
