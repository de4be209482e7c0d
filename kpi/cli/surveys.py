"""sample and survey: the draw that both sides can redo, and the whole-table check."""

from __future__ import annotations

import argparse
import csv
import io
from pathlib import Path
from typing import Literal

from kpi.cli.inputs import BadInput, rulebook, setup
from kpi.cli.outcomes import write_whole
from kpi.cli.show import print_json, print_sheet, progress_line
from kpi.files.csv_rows import csv_table
from kpi.files.records import read_records
from kpi.files.refusal import FileRefused
from kpi.quantities import parse_exact, percent
from kpi.reports.plain_data import plain_data
from kpi.reports.sheet import Section, Sheet
from kpi.rulebook.answers import Answers, Refused
from kpi.survey.definition import Definition
from kpi.survey.results import SurveyResult, Totals, score_table
from kpi.survey.sampling import Seeds, commit, draw, minimum_size, population_hash
from kpi.survey.scoring import SurveyRules
from kpi.survey.tables import Records

#: So many drawn numbers are told on the screen.
SHOWN = 20

def sample_command(chosen: argparse.Namespace) -> int:
    """commit: the seeds' hashes. size: how many. draw: which records."""
    if chosen.step == "commit":
        return _commit(chosen)
    return _size(chosen) if chosen.step == "size" else _draw(chosen)


def _commit(chosen: argparse.Namespace) -> int:
    seeds = {"采购人": chosen.buyer_seed, "供应商": chosen.supplier_seed}
    given = {side: commit(seed) for side, seed in seeds.items() if seed}
    if not given:
        raise BadInput("请写 --buyer-seed 或 --supplier-seed（至少 16 个字符的随机文字）")
    if chosen.json:
        print_json(given)
        return 0
    for side, code in given.items():
        print(f"{side}的校验值：{code}")
    print("请在数据冻结之前互相交换校验值；种子自己保管，冻结之后再公开。")
    return 0


def _share(chosen: argparse.Namespace) -> tuple[object, Literal["up", "down", "half_up"]]:
    """The sampling share and its rounding, from the rulebook's plan or given."""
    if chosen.rulebook is None:
        if chosen.share is None:
            raise BadInput("请写 --rulebook（抽样比例取自规则书）或 --share，如 --share 2%")
        return parse_exact(chosen.share), "up"
    source = rulebook(chosen.rulebook)
    plans = {plan.id: plan for survey in source.rulebook.surveys for plan in survey.sampling}
    name = chosen.plan or (next(iter(plans)) if len(plans) == 1 else None)
    if name not in plans:
        raise BadInput(f"请用 --plan 写明抽样方案：{'、'.join(plans) or '这本规则书没有抽样方案'}")
    return Answers(source.rulebook).get(plans[name].share), plans[name].rounding


def _size(chosen: argparse.Namespace) -> int:
    if chosen.population is None:
        raise BadInput("请用 --population 写明总体数量")
    size = _minimum(chosen, chosen.population)
    print_json({"population": chosen.population, "size": size}) if chosen.json else print(
        f"样本量至少 {size}"
    )
    return 0


def _minimum(chosen: argparse.Namespace, population: int) -> int:
    share, rounding = _share(chosen)
    return minimum_size(population, parse_exact(share), rounding)


def _draw(chosen: argparse.Namespace) -> int:
    needed = {
        "--records": chosen.records,
        "--buyer-seed": chosen.buyer_seed,
        "--supplier-seed": chosen.supplier_seed,
    }
    needed["--commitments"] = chosen.commitments
    missing = [name for name, value in needed.items() if not value]
    if missing:
        raise BadInput(f"抽取要写 {'、'.join(missing)}")
    records = _records(chosen.records)
    data_hash = population_hash(records)
    seeds = Seeds(chosen.buyer_seed, chosen.supplier_seed)
    size = chosen.number if chosen.number is not None else _minimum(chosen, len(records))
    drawn = draw(records, size, seeds, (chosen.commitments[0], chosen.commitments[1]), data_hash)
    if chosen.out is not None:
        write_whole(chosen.out, "\n".join(drawn.drawn) + "\n")
    if chosen.json:
        allocation = [
            {"stratum": list(name), "population": n, "drawn": k} for name, (n, k) in drawn.allocation.items()
        ]
        print_json({"size": size, "population": len(records), "data_hash": data_hash, "allocation": allocation,
                    "drawn": list(drawn.drawn)})  # fmt: skip
        return 0
    print(f"总体 {len(records)} 条，数据校验值 {data_hash}")
    for name, (population, number) in drawn.allocation.items():
        print(f"  {'/'.join(name) or '不分层'}：{population} 条中抽 {number} 条")
    print(
        f"共抽中 {len(drawn.drawn)} 条"
        + (f"，编号已写进 {chosen.out}" if chosen.out else f"：{'、'.join(drawn.drawn[:SHOWN])}")
        + (" 等，全部编号用 --out 写进文件" if len(drawn.drawn) > SHOWN and not chosen.out else "")
    )
    return 0


def _records(path: Path) -> list[tuple[str, tuple[str, ...]]]:
    """Id and stratum of every record: first column and the others."""
    try:
        rows = list(csv_table(path))
    except FileRefused as refused:
        raise BadInput(f"{path}:{refused}") from refused
    if len(rows) < 2:
        raise BadInput(f"{path} 没有记录；第一行写列名，第一列写编号，其余列写分层字段")
    width = len(rows[0][1])
    first: dict[str, int] = {}
    for line, cells in rows[1:]:
        number = cells[0].strip()
        if len(cells) != width:
            raise BadInput(f"{path}：{line} 有 {len(cells)} 格，表头有 {width} 列；请补齐")
        if not number:
            raise BadInput(f"{path}：{line} 没有编号；第一列写每条记录不同的编号")
        if first.setdefault(number, line) != line:
            raise BadInput(f"{path}：{line} 的编号“{number[:30]}”与第{first[number]}行相同；每条记录的编号要不同")
    return [(cells[0].strip(), tuple(cell.strip() for cell in cells[1:])) for _, cells in rows[1:]]


def survey_command(chosen: argparse.Namespace) -> int:
    """Check and score a whole table; 1 where records have errors."""
    source = rulebook(chosen.rulebook)
    given = setup(chosen.setup, source)
    definition = Definition.of(source.rulebook, chosen.survey, Answers(source.rulebook, given.answers))
    records = _table(chosen.file, definition)
    result = score_table(SurveyRules(definition), records.bound(), progress=_told)
    errors = 0
    if chosen.errors is not None:
        errors = _write_errors(chosen.errors, result)
    if chosen.json:
        print_json(_summary(result, records.unknown, errors))
    else:
        print_sheet(_sheet(source.rulebook.title, result, records))
        if chosen.errors is not None:
            print(f"错误清单 {errors} 条，已写进 {chosen.errors}")
    return 1 if result.failures or result.unscored else 0


def _told(stage: str, done: int | None) -> None:
    progress_line(stage if done is None else f"{stage} {done}%")


def _table(path: Path, definition: Definition) -> Records:
    if path.is_file() and path.suffix.lower() not in (".csv", ".xlsx"):
        raise BadInput(f"摸排数据要是 .csv 或 .xlsx 文件，给的是 {path.name}；请另存后再试")
    try:
        return read_records(path, definition, progress_line)
    except FileRefused as refused:
        raise BadInput(f"{path}:{refused}") from refused
    except Refused as refused:
        raise BadInput(f"{path}:{refused.reason}") from refused


def _write_errors(path: Path, result: SurveyResult) -> int:
    """The error list for the collectors: one line per fault. Personal values are not written out."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["记录编号", "类别", "区域", "要素", "问题", "填写内容", "程度"])
    number = 0
    for batch in result.error_batches():
        for one in batch:
            value = "" if one.personal else _harmless(one.value)
            severity = "错误" if one.severity == "error" else "提醒"
            writer.writerow([one.record, one.branch, one.area, one.element, one.message, value, severity])
            number += 1
    write_whole(path, "\ufeff" + text.getvalue())
    return number


def _harmless(value: str) -> str:
    """No live formula from what somebody typed."""
    return f"'{value}" if value[:1] in ("=", "+", "-", "@", "\t") else value


def _sheet(title: str, result: SurveyResult, records: Records) -> Sheet:
    headings = ("类别", "记录", "合格", "合格率", "基础信息全对", "准确率", "逻辑校验通过")
    rows = tuple(_totals_row(one.branch, one) for one in result.branches)
    areas = tuple(_totals_row(one.area or "（未填）", one) for one in result.areas)
    reasons = result.definition.reasons
    failures = sorted(result.failures.items(), key=lambda item: -item[1])
    faults = tuple((reasons[key].message, f"{number:,}") for key, number in failures if key in reasons)
    notes = [f"共 {result.records:,} 条，其中 {result.unscored:,} 条类别不明、未评分"]
    notes += records.notes
    if unknown := records.unknown:
        notes.append(f"没有用到的列：{'、'.join(unknown)}")
    sections = (
        Section("各类别", headings, rows, right=(1, 2, 3, 4, 5, 6), notes=tuple(notes)),
        Section("各区域", ("区域", *headings[1:]), areas, right=(1, 2, 3, 4, 5, 6)),
        Section("问题", ("问题", "记录数"), faults, right=(1,)),
    )
    return Sheet(f"{title}：{result.definition.survey.title}", "整表逻辑校验和要素评分", sections)


def _totals_row(name: str, one: Totals) -> tuple[str, ...]:
    rates = (percent(one.pass_rate), percent(one.basic_rate)) if one.records else ("—", "—")
    return (
        name,
        f"{one.records:,}",
        f"{one.qualified:,}",
        rates[0],
        f"{one.basic_right:,}",
        rates[1],
        f"{one.passed:,}",
    )


def _summary(result: SurveyResult, unknown: tuple[str, ...], errors: int) -> dict[str, object]:
    return {
        "records": result.records,
        "unscored": result.unscored,
        "branches": [plain_data(one) for one in result.branches],
        "areas": [plain_data(one) for one in result.areas],
        "failures": result.failures,
        "unknown_columns": list(unknown),
        "errors_written": errors,
    }
