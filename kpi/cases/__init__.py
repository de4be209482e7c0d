"""Worked cases: what is given, what must come out. The names used here are the names of the results."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kpi.cases.comparing import compare
from kpi.cases.named import known_results, result
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
    if not isinstance(raw, dict) or not isinstance(raw.get("cases"), list):
        raise TextProblems([Problem(file, 1, "cases", "案例文件要有 contract 和 cases(案例列表)两项")])
    source = rulebook or find_rulebook(str(raw.get("contract", "")), places, folder)
    return [_case(source, one, places, index) for index, one in enumerate(raw["cases"])]


def find_rulebook(name: str, places: Places, folder: Path | None) -> Source:
    """A rulebook by key, or by a file's path relative to the case file."""
    if name in known_keys():
        return load_known(name)
    path = (folder or Path()) / name
    if name and path.is_file():
        return load_text(path.read_text("utf-8"), str(path))
    known = "、".join(known_keys())
    raise TextProblems(
        [Problem(places.file, 1, "contract", f"没有规则书“{name}”;写 {known} 之一或规则书文件的路径")]
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
    unknown = [key for key in expect if key not in known_results(source)]
    if unknown:
        known = "、".join(sorted(known_results(source)))
        line = places.line((*at, "expect", unknown[0]))
        message = f"没有名为“{unknown[0]}”的结果;可写 {known}"
        raise TextProblems([Problem(places.file, line, f"expect.{unknown[0]}", message)])
    try:
        evaluation = evaluate(source, given)
    except Refused as refused:
        return CaseOutcome(places.file, name, len(expect), (f"不能计算:{refused.reason}",), broken=True)
    found = [
        text for key in expect for text in compare(key, expect[key], result(evaluation, key, expect[key]))
    ]
    return CaseOutcome(places.file, name, len(expect), tuple(found))


__all__ = ["CaseOutcome", "compare", "find_rulebook", "run_cases"]
