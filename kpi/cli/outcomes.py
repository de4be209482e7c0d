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

from kpi.capsule import build, canonical, figures_of, given_of, results, unreadable, verify, verify_entries
from kpi.cli.inputs import (
    BadInput,
    Measured,
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
from kpi.rulebook.loader import load_text


def run(
    chosen: argparse.Namespace, key: bytes | None = None, trace: bool = False
) -> tuple[Measured, Evaluation]:
    """Measured figures and the evaluation that the arguments name."""
    source = rulebook(chosen.rulebook)
    given = with_period(setup(chosen.setup, source), chosen.period)
    measured = measure(source, given, chosen.entries, key, chosen.claimed, trace)
    if chosen.entries:
        report_problems(measured, chosen.errors)
    evaluation = evaluate(source, given, measured.figures)
    _refuse_wrong_decisions(evaluation)
    return measured, evaluation


def _refuse_wrong_decisions(evaluation: Evaluation) -> None:
    """A decision outside its range is bad input: no sheet is drawn up over it."""
    reasons = evaluation.assessment.reasons if evaluation.assessment is not None else ()
    wrong = [one for one in reasons if one.clause in _decided(evaluation) and one.kind in ("out_of_range", "bad_input")]
    if wrong:
        raise BadInput("\n".join(f"decided.{one.clause}：{one.reason}" for one in dict.fromkeys(wrong)))


def _decided(evaluation: Evaluation) -> set[str]:
    return {name.rpartition("/")[2] for name in evaluation.given.decided}


def report_problems(measured: Measured, errors: Path | None) -> None:
    """What was wrong with entries, on the error stream and, in full, in a file."""
    wrong = [one for one in measured.problems if one.severity == "error"]
    noted = [one for one in measured.problems if one.severity != "error"]
    sys.stderr.write(f"读入 {measured.read} 行，计入 {measured.counted} 条已审核记录")
    sys.stderr.write(f"；错误 {len(wrong)} 处，提醒 {len(noted)} 处，未计入 {len(measured.left_out)} 条\n")
    kinds = Counter(one.message.split("；")[0] for one in measured.left_out)
    for words, number in kinds.most_common(5):
        sys.stderr.write(f"  未计入 {number} 条：{words}\n")
    for line in measured.refused[:5]:
        sys.stderr.write(f"  不能计数 {line}\n")
    if measured.read and not measured.counted and measured.left_out:
        sys.stderr.write("  没有一条记录已审核；先审核，或写 --claimed 按自报口径试算\n")
    problems = [*wrong, *noted]
    lines = [str(one) for one in problems] + [
        f"{one.entry} {one.message}" for one in measured.left_out
    ]
    if errors is not None:
        write_whole(errors, "\n".join(lines) + "\n")
        sys.stderr.write(f"明细已写进 {errors}\n")
        return
    for problem in problems[:10]:
        sys.stderr.write(f"  {problem}\n")
    if len(problems) > 10:
        sys.stderr.write(f"  还有 {len(problems) - 10} 处；写 --errors 文件 可得到全部\n")


def key_of(path: Path | None) -> bytes | None:
    """The key for entry digests."""
    if path is None:
        return None
    key = text_of_file(path).strip().encode()
    if len(key) < 16:
        raise BadInput(f"密钥文件 {path} 太短；请放至少 16 个随机字符")
    return key


def score_command(chosen: argparse.Namespace) -> int:
    """The result sheet, and the capsule where one is wanted."""
    if chosen.capsule is not None and chosen.claimed:
        raise BadInput("自报口径只供试算，不能写成存档；去掉 --claimed，或不写 --capsule")
    measured, evaluation = run(chosen, key_of(chosen.key_file))
    wrong = sum(1 for problem in measured.problems if problem.severity == "error")
    if chosen.capsule is not None and wrong:
        raise BadInput(f"记录里有 {wrong} 处错误，没有写出存档；先改正或删去有错的记录（写 --errors 可得到明细）")
    if chosen.capsule is not None:
        write_whole(chosen.capsule, canonical(build(evaluation, measured.digests)) + "\n")
        sys.stderr.write(f"存档已写进 {chosen.capsule}\n")
    if chosen.json:
        print_json(results(evaluation))
    else:
        print_sheet(result_sheet(evaluation))
    return 1 if wrong else 0


def write_whole(path: Path, text: str) -> None:
    """All of a file or nothing: a reader never meets half of it."""
    if not path.parent.is_dir():
        raise BadInput(f"没有文件夹 {path.parent}，不能写出 {path.name}；请先建好文件夹")
    if path.is_dir():
        raise BadInput(f"{path} 是文件夹；请写文件的路径")
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:40]}")
    except OSError as error:
        error.filename = str(path)
        raise
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
    evaluation = _from_capsule(chosen) if chosen.capsule is not None else run(chosen)[1]
    if chosen.json:
        print_json(plain_data(evaluation.payment))
        return 0
    words = "按存档计算" if chosen.capsule is not None else "试算，未签字，不作付款依据"
    sections = tuple(one for one in payment_sections(evaluation) if one.rows or one.notes)
    print_sheet(Sheet(evaluation.source.rulebook.title, words, sections))
    return 0


def _from_capsule(chosen: argparse.Namespace) -> Evaluation:
    text = _capsule_text(chosen.capsule)
    found = verify(text)
    if found:
        raise BadInput(f"存档 {chosen.capsule} 复核不通过，不能据此付款：{found[0]}（共 {len(found)} 处）")
    body: dict[str, Any] = json.loads(text)
    source = load_text(body["rulebook"]["text"], "存档里的规则书")
    if chosen.rulebook != source.rulebook.key and rulebook(chosen.rulebook).sha256 != source.sha256:
        raise BadInput(f"存档用的规则书与“{chosen.rulebook}”不是同一本；请核对")
    return evaluate(source, given_of(body), figures_of(body))


def explain_command(chosen: argparse.Namespace) -> int:
    """The trace of one figure."""
    _measured, evaluation = run(chosen, trace=True)
    tracer = Tracer(evaluation, most=chosen.most)
    if chosen.of == "list":
        print_json(tracer.places()) if chosen.json else print("\n".join(tracer.places()))
        return 0
    node = tracer.trace(chosen.of)
    if node is None:
        raise BadInput(f"没有“{chosen.of}”可以追溯；写 --of list 看有哪些")
    if chosen.json:
        print_json(plain_data(node))
    else:
        print_trace(node)
    return 0


def verify_command(chosen: argparse.Namespace) -> int:
    """Recomputes a capsule; with entries, its figures too."""
    if chosen.key_file is not None and not chosen.entries:
        raise BadInput("密钥用来逐条核对台账记录；请同时写 --entries")
    text = _capsule_text(chosen.capsule)
    key = key_of(chosen.key_file)
    found = verify(text)
    if chosen.entries and not found:
        found = _against_entries(text, chosen.entries, key)
    if chosen.json:
        print_json({"file": str(chosen.capsule), "holds": not found, "differences": found})
    else:
        _print_verification(chosen, found)
    return 1 if found else 0


def _capsule_text(path: Path) -> str:
    text = text_of_file(path)
    if why := unreadable(text):
        raise BadInput(f"{path} {why}")
    return text


def _against_entries(text: str, entries: list[Path], key: bytes | None) -> list[str]:
    """Differences of figures and, with the key, of single entries."""
    body = json.loads(text)
    if key is not None and not body["entries"]:
        raise BadInput("存档里没有记录摘要（评分时没有写 --key-file），不能逐条核对；去掉 --key-file 可只核对数字")
    source = load_text(body["rulebook"]["text"], "存档里的规则书")
    measured = measure(source, given_of(body), entries, key)
    found = verify_entries(text, measured.figures, measured.digests if key is not None else None)
    digests = [line for line in found if "内容或版本与存档不同" in line]
    if len(digests) > 1 and len(digests) == len(body["entries"]):
        found.insert(0, "全部记录的摘要都与存档不同，多半是密钥文件不对；请用评分时的密钥文件")
    return found


def _print_verification(chosen: argparse.Namespace, found: list[str]) -> None:
    out = console()
    if not found:
        scope = "规则书、给定数据、数字和结果" + ("、台账记录" if chosen.entries else "")
        out.print(f"相符：{chosen.capsule} 里的{scope}重算一致", markup=False)
        return
    out.print(f"不符：{chosen.capsule} 有 {len(found)} 处与重算不同", markup=False)
    for line in found[:50]:
        out.print(f"  {line}", markup=False)
