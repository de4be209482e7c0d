"""generate and demo: sample data of a contract, and a run of all of them."""

from __future__ import annotations

import argparse
import shutil
import sys
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from kpi.calendar import WorkCalendar
from kpi.capsule import build, canonical
from kpi.cli.inputs import BadInput, Measured, measure, rulebook, setup, with_period
from kpi.cli.outcomes import report_problems, write_whole
from kpi.cli.show import console, print_sheet
from kpi.evaluation import Evaluation, evaluate
from kpi.quantities import points
from kpi.reports.sheet import Section, Sheet, result_sheet
from kpi.rulebook.loader import Source, known_keys, load_known
from kpi.sampledata import generate, load_plan, write_sample

_SEED = 1


def today_of(text: str | None) -> date:
    """The day that the samples look back from: given, or the day in Shanghai."""
    if text is None:
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
        while not WorkCalendar().covers(today.year):  # no holidays are published yet: look at the year before
            today = date(today.year - 1, 12, 1)
        return today
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"日期“{text}”看不懂；请写 2026-11-22 的样子") from error


def generate_command(chosen: argparse.Namespace) -> int:
    """Sample entries and set-up of one contract."""
    source = rulebook(chosen.rulebook)
    sample = generate(
        source,
        load_plan(source.rulebook.key),
        seed=chosen.seed,
        today=today_of(chosen.today),
        full=chosen.full,
    )
    written = write_sample(chosen.out, sample)
    print(f"已写出 {written.folder}：合同期 {sample.term}，共 {written.total} 条记录")
    for ledger, number in sorted(written.counts.items()):
        known = source.rulebook.ledger(ledger)
        print(f"  {known.name if known is not None else ledger} {number} 条")
    return 0


def demo_command(chosen: argparse.Namespace) -> int:
    """Every contract that comes with the engine on its sample data, printed, with capsules beside."""
    today = today_of(chosen.today)
    if chosen.fresh and chosen.data.exists():
        _remove_samples(chosen.data)
    rows = []
    for key in known_keys():
        source = load_known(key)
        folder = _samples(source, chosen.data, today)
        evaluation, measured = _evaluate(source, folder)
        report_problems(measured, folder / "问题.txt")
        capsule = folder / "存档.json"
        write_whole(capsule, canonical(build(evaluation, measured.digests)) + "\n")
        print_sheet(result_sheet(evaluation, all_indicators=False))
        console().rule()
        rows.append(_summary(evaluation, measured, capsule))
    headings = ("合同", "计入记录", "得分", "档次或结论", "应得", "存档")
    print_sheet(Sheet("合计", "各合同样例的结果", (Section("一览", headings, tuple(rows), right=(1, 2, 4)),)))
    print("\n追溯任一数字，例如：")
    folder = chosen.data / known_keys()[-1]
    files = f"--setup {folder / 'setup.yaml'} --entries {folder / 'entries.jsonl'}"
    print(f"  .venv/bin/python -m kpi explain {known_keys()[-1]} {files} --of 总分")
    return 0


def _remove_samples(data: Path) -> None:
    """Only what the demonstration made itself."""
    for key in known_keys():
        shutil.rmtree(data / key, ignore_errors=True)


def _samples(source: Source, data: Path, today: date) -> Path:
    folder = data / source.rulebook.key
    if not (folder / "entries.jsonl").exists():
        sys.stderr.write(f"生成 {source.rulebook.title} 的样例数据……\n")
        write_sample(data, generate(source, load_plan(source.rulebook.key), seed=_SEED, today=today))
    return folder


def _evaluate(source: Source, folder: Path) -> tuple[Evaluation, Measured]:
    given = with_period(setup(folder / "setup.yaml", source), None)
    measured = measure(source, given, [folder / "entries.jsonl"], source.sha256.encode())
    return evaluate(source, given, measured.figures), measured


def _summary(evaluation: Evaluation, measured: Measured, capsule: Path) -> tuple[str, ...]:
    sheet, payment = evaluation.assessment, evaluation.payment
    score = "—" if sheet is None else "待定" if sheet.total is None else points(sheet.total)
    words = (
        [evaluation.tier.tier] if evaluation.tier is not None else [one.text for one in evaluation.verdicts]
    )
    net = payment.net if payment is not None else None
    title = evaluation.source.rulebook.title
    return (
        title,
        f"{measured.counted:,}",
        score,
        "、".join(words) or "—",
        "待定" if net is None else str(net),
        str(capsule),
    )
