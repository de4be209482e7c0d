"""check, schema, template, cases: everything about the rulebook itself."""

from __future__ import annotations

import argparse
import json
import sys

from kpi.cases import CaseOutcome, run_cases
from kpi.checkup import check, coverage
from kpi.checkup.text import as_dict, coverage_dict, coverage_sheet, sheet
from kpi.cli.inputs import BadInput, rulebook, text_of_file
from kpi.cli.show import print_json
from kpi.files.template import write_template
from kpi.rulebook.json_schema import rulebook_schema


def check_command(chosen: argparse.Namespace) -> int:
    """Findings; 1 where the rulebook has errors, 0 with open questions only."""
    source = rulebook(chosen.rulebook)
    checkup = check(source)
    if chosen.coverage:
        carried = coverage(source)
        if chosen.json:
            print_json(coverage_dict(carried))
        else:
            print(coverage_sheet(carried))
        open_clauses = [one for one in carried.values() if not one.by and not one.not_carried]
        return 1 if open_clauses or not checkup.sound else 0
    if chosen.json:
        print_json(as_dict(checkup))
    else:
        print(sheet(checkup))
    return 0 if checkup.sound else 1


def schema_command(chosen: argparse.Namespace) -> int:
    """The JSON Schema to a file or to the terminal."""
    text = json.dumps(rulebook_schema(), ensure_ascii=False, indent=2)
    if chosen.out is None:
        print(text)
    else:
        chosen.out.write_text(text + "\n", "utf-8")
        print(f"已写出 {chosen.out}")
    return 0


def template_command(chosen: argparse.Namespace) -> int:
    """The workbook to fill in, one sheet per ledger."""
    source = rulebook(chosen.rulebook)
    if chosen.out.suffix.lower() != ".xlsx":
        raise BadInput(f"模板要写成 .xlsx 文件，写的是 {chosen.out.name}")
    write_template(source.rulebook, chosen.out)
    print(f"已写出 {chosen.out}：{len(source.rulebook.ledgers)} 本台账，每本一张表")
    return 0


def cases_command(chosen: argparse.Namespace) -> int:
    """A line per case with what differs; 1 on a difference, 2 where a case itself is wrong."""
    outcomes: list[CaseOutcome] = []
    given = rulebook(chosen.rulebook) if chosen.rulebook else None
    for path in chosen.files:
        outcomes += run_cases(text_of_file(path), str(path), path.parent, given)
    if chosen.json:
        print_json([
            {"file": one.file, "name": one.name, "passed": one.passed, "differences": list(one.differences)}
            for one in outcomes
        ])  # fmt: skip
    else:
        _print(outcomes)
    if any(one.broken for one in outcomes):
        return 2
    return 0 if all(one.passed for one in outcomes) else 1


def _print(outcomes: list[CaseOutcome]) -> None:
    for one in outcomes:
        word = "相符" if one.passed else "有误" if one.broken else "不符"
        print(f"{word} {one.file}：{one.name}")
        for difference in one.differences:
            print(f"     {difference}")
    failed = sum(1 for one in outcomes if not one.passed)
    sys.stdout.write(f"共 {len(outcomes)} 例，相符 {len(outcomes) - failed}，不符 {failed}\n")
