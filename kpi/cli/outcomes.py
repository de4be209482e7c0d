"""score, pay, explain, verify: results, their money, their origin and their proof."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from kpi.capsule import build, canonical, figures_of, given_of, results, verify, verify_entries
from kpi.cli.inputs import (
    BadInput,
    Measured,
    entry_lister,
    measure,
    rulebook,
    setup,
    text_of_file,
    with_period,
)
from kpi.cli.show import console, print_json, print_sheet, print_trace
from kpi.evaluation import Evaluation, evaluate
from kpi.reports.plain_data import plain_data
from kpi.reports.sheet import Sheet, payment_sections, result_sheet
from kpi.reports.trace import Tracer
from kpi.rulebook.given import Given
from kpi.rulebook.loader import Source, load_text


def run(chosen: argparse.Namespace, key: bytes | None = None) -> tuple[Source, Given, Measured, Evaluation]:
    """Rulebook, set-up, measured figures and the evaluation that the arguments name."""
    source = rulebook(chosen.rulebook)
    given = with_period(setup(chosen.setup, source), chosen.period)
    measured = measure(source, given, chosen.entries, key, chosen.claimed)
    if chosen.entries:
        report_problems(measured, chosen.errors)
    return source, given, measured, evaluate(source, given, measured.figures)


def report_problems(measured: Measured, errors: Path | None) -> None:
    """What was wrong with entries, on the error stream and, in full, in a file."""
    sys.stderr.write(f"读入 {measured.read} 行,计入 {measured.counted} 条已审核记录")
    sys.stderr.write(f";有问题 {len(measured.problems)} 处,未计入 {len(measured.left_out)} 条\n")
    kinds = Counter(one.message.split(";")[0] for one in measured.left_out)
    for words, number in kinds.most_common(5):
        sys.stderr.write(f"  未计入 {number} 条:{words}\n")
    for line in measured.refused[:5]:
        sys.stderr.write(f"  不能计数 {line}\n")
    if measured.read and not measured.counted and measured.left_out:
        sys.stderr.write("  没有一条记录已审核;先审核,或写 --claimed 按自报口径试算\n")
    lines = [str(one) for one in measured.problems] + [
        f"{one.entry} {one.message}" for one in measured.left_out
    ]
    if errors is not None:
        write_whole(errors, "\n".join(lines) + "\n")
        sys.stderr.write(f"明细已写进 {errors}\n")
        return
    for problem in measured.problems[:10]:
        sys.stderr.write(f"  {problem}\n")
    if len(measured.problems) > 10:
        sys.stderr.write(f"  还有 {len(measured.problems) - 10} 处问题;写 --errors 文件 可得到全部\n")


def key_of(path: Path | None) -> bytes | None:
    """The key for entry digests."""
    if path is None:
        return None
    key = text_of_file(path).strip().encode()
    if len(key) < 16:
        raise BadInput(f"密钥文件 {path} 太短;请放至少 16 个随机字符")
    return key


def score_command(chosen: argparse.Namespace) -> int:
    """The result sheet, and the capsule where one is wanted."""
    _source, _given, measured, evaluation = run(chosen, key_of(chosen.key_file))
    if chosen.capsule is not None:
        write_whole(chosen.capsule, canonical(build(evaluation, measured.digests)) + "\n")
        sys.stderr.write(f"存档已写进 {chosen.capsule}\n")
    if chosen.json:
        print_json(results(evaluation))
    else:
        print_sheet(result_sheet(evaluation))
    return 1 if any(problem.severity == "error" for problem in measured.problems) else 0


def write_whole(path: Path, text: str) -> None:
    """All of a file or nothing: a reader never meets half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent if str(path.parent) else ".", prefix=path.name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def pay_command(chosen: argparse.Namespace) -> int:
    """The payment decision, from a verified capsule or as a trial from entries."""
    evaluation = _from_capsule(chosen) if chosen.capsule is not None else run(chosen)[3]
    if chosen.json:
        print_json(plain_data(evaluation.payment))
        return 0
    words = "按存档计算" if chosen.capsule is not None else "试算,未签字,不作付款依据"
    sections = tuple(one for one in payment_sections(evaluation) if one.rows or one.notes)
    print_sheet(Sheet(evaluation.source.rulebook.title, words, sections))
    return 0


def _from_capsule(chosen: argparse.Namespace) -> Evaluation:
    text = text_of_file(chosen.capsule)
    found = verify(text)
    if found:
        raise BadInput(f"存档 {chosen.capsule} 复核不通过,不能据此付款:{found[0]}(共 {len(found)} 处)")
    body: dict[str, Any] = json.loads(text)
    source = load_text(body["rulebook"]["text"], "存档里的规则书")
    if chosen.rulebook != source.rulebook.key and rulebook(chosen.rulebook).sha256 != source.sha256:
        raise BadInput(f"存档用的规则书与“{chosen.rulebook}”不是同一本;请核对")
    return evaluate(source, given_of(body), figures_of(body))


def explain_command(chosen: argparse.Namespace) -> int:
    """The trace of one figure."""
    source, given, _measured, evaluation = run(chosen)
    tracer = Tracer(evaluation, entry_lister(source, given, chosen.entries, chosen.claimed), chosen.most)
    if chosen.of == "list":
        print("\n".join(tracer.places()))
        return 0
    node = tracer.trace(chosen.of)
    if node is None:
        raise BadInput(f"没有“{chosen.of}”可以追溯;写 --of list 看有哪些")
    if chosen.json:
        print_json(plain_data(node))
    else:
        print_trace(node)
    return 0


def verify_command(chosen: argparse.Namespace) -> int:
    """Recomputes a capsule; with entries, its figures too."""
    text = text_of_file(chosen.capsule)
    found = verify(text)
    if chosen.entries and not found:
        body = json.loads(text)
        source = load_text(body["rulebook"]["text"], "存档里的规则书")
        key = key_of(chosen.key_file)
        measured = measure(source, given_of(body), chosen.entries, key)
        found = verify_entries(text, measured.figures, measured.digests if key is not None else None)
    if chosen.json:
        print_json({"file": str(chosen.capsule), "holds": not found, "differences": found})
    else:
        _print_verification(chosen, found)
    return 1 if found else 0


def _print_verification(chosen: argparse.Namespace, found: list[str]) -> None:
    out = console()
    if not found:
        scope = "规则书、给定数据、数字和结果" + ("、台账记录" if chosen.entries else "")
        out.print(f"相符:{chosen.capsule} 里的{scope}重算一致", markup=False)
        return
    out.print(f"不符:{chosen.capsule} 有 {len(found)} 处与重算不同", markup=False)
    for line in found[:50]:
        out.print(f"  {line}", markup=False)
