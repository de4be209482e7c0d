"""Worked cases: what is given, what must come out. The names used here are the names of the results."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi.cases.comparing import compare
from kpi.cases.named import LISTS, TABLES, known_results, result
from kpi.evaluation import evaluate
from kpi.rulebook.answers import Refused
from kpi.rulebook.given import read_given
from kpi.rulebook.given_names import hold_against
from kpi.rulebook.loader import Source, known_keys, load_known, load_text
from kpi.rulebook.yaml_text import Places, Problem, TextProblems, read_yaml


@dataclass(frozen=True, slots=True)
class CaseOutcome:
    """One case: `differences` is empty where everything expected came out.

    `broken`: the case itself cannot be read or evaluated; the differences say why.
    """

    file: str
    name: str
    checked: int
    differences: tuple[str, ...]
    broken: bool = False

    @property
    def passed(self) -> bool:
        return not self.differences


def run_cases(
    text: str, file: str, folder: Path | None = None, rulebook: Source | None = None
) -> list[CaseOutcome]:
    """Every case of a file. TextProblems where the file, its rulebook or a case cannot be read."""
    raw, places = read_yaml(text, file)
    if isinstance(raw, dict) and (unknown := sorted(raw.keys() - {"contract", "cases"})):
        message = f"不认识的键“{'、'.join(unknown)}”；案例文件要有 contract 和 cases（案例列表）两项，没有别的"
        raise TextProblems([Problem(file, places.line((unknown[0],)), unknown[0], message)])
    if not isinstance(raw, dict) or not isinstance(raw.get("cases"), list):
        raise TextProblems([Problem(file, 1, "cases", "案例文件要有 contract 和 cases（案例列表）两项")])
    source = rulebook or find_rulebook(str(raw.get("contract", "")), places, folder)
    return [_case(source, one, places, index) for index, one in enumerate(raw["cases"])]


def find_rulebook(name: str, places: Places, folder: Path | None) -> Source:
    """A rulebook by key, or by a file's path relative to the case file."""
    if name in known_keys():
        return load_known(name)
    path = (folder or Path()) / name
    if name and path.is_file():
        try:
            return load_text(path.read_text("utf-8-sig"), str(path))
        except UnicodeDecodeError as error:
            raise TextProblems([Problem(str(path), 0, "", "不是 UTF-8 文本；请另存为 UTF-8 后再试")]) from error
    known = "、".join(known_keys())
    raise TextProblems(
        [Problem(places.file, 1, "contract", f"没有规则书“{name}”；写 {known} 之一或规则书文件的路径")]
    )


def _case(source: Source, raw: Any, places: Places, index: int) -> CaseOutcome:
    """One case. What is wrong with one case leaves the others standing."""
    name = str(raw.get("name", f"第 {index + 1} 例")) if isinstance(raw, dict) else f"第 {index + 1} 例"
    try:
        return _run(source, name, raw, places, ("cases", index))
    except TextProblems as problems:
        return CaseOutcome(places.file, name, 0, tuple(map(str, problems.problems)), broken=True)


def _run(source: Source, name: str, raw: Any, places: Places, at: tuple[Any, ...]) -> CaseOutcome:
    if not isinstance(raw, dict) or not isinstance(raw.get("expect"), dict):
        message = "每个案例要有 name、given、expect 三项"
        raise TextProblems([Problem(places.file, places.line(at), "cases", message)])
    dates = frozenset(schedule.given for schedule in source.rulebook.schedules)
    given = read_given(raw.get("given"), places, (*at, "given"), dates)
    hold_against(source.rulebook, given, places, (*at, "given"))
    expect: dict[str, Any] = raw["expect"]
    _check_shape(raw, source, places, at)
    try:
        evaluation = evaluate(source, given)
    except Refused as refused:
        return CaseOutcome(places.file, name, len(expect), (f"不能计算：{refused.reason}",), broken=True)
    found = [
        text for key in expect for text in compare(key, expect[key], result(evaluation, key, expect[key]))
    ]
    return CaseOutcome(places.file, name, len(expect), tuple(found))


def _check_shape(raw: dict[str, Any], source: Source, places: Places, at: tuple[Any, ...]) -> None:
    """TextProblems for keys that no case has, results that do not exist, tables written as something else."""
    found: list[tuple[tuple[str, ...], str]] = [
        ((key,), f"不认识的键“{key}”；每个案例只有 name、given、expect")
        for key in raw
        if key not in ("name", "given", "expect")
    ]
    known = known_results(source)
    for key, wanted in raw["expect"].items():
        if key not in known:
            found.append((("expect", key), f"没有名为“{key}”的结果；可写 {'、'.join(sorted(known))}"))
        elif key in TABLES and not isinstance(wanted, dict):
            found.append((("expect", key), "这里要写“名称: 期望值”的表"))
        elif key in LISTS and not isinstance(wanted, list):
            found.append((("expect", key), "这里要写列表，如 [1, 2]"))
    if found:
        raise TextProblems(
            [Problem(places.file, places.line((*at, *path)), ".".join(path), text) for path, text in found]
        )


__all__ = ["CaseOutcome", "compare", "find_rulebook", "run_cases"]
