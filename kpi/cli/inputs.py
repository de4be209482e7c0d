"""What the commands take: rulebooks by key or path, set-up files, entries, keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kpi.calendar import shift
from kpi.capsule import digest, entry_content
from kpi.cli.show import progress_line
from kpi.files.exported import is_export, read_export
from kpi.files.reading import read_entries
from kpi.files.refusal import FileRefused
from kpi.files.source import EntrySource
from kpi.indicators.collect import Collector
from kpi.indicators.values import FigureValue
from kpi.ledger import Checked, EntryProblem
from kpi.rulebook.answers import Answers
from kpi.rulebook.given import Days, Given, read_given, work_calendar
from kpi.rulebook.given_names import hold_against
from kpi.rulebook.loader import Source, known_keys, load_known, load_text
from kpi.rulebook.targets import adjusted
from kpi.rulebook.yaml_text import read_yaml
from kpi.verification import Finding, Verification, VerifiedEntry, as_claimed


class BadInput(Exception):
    """Something given cannot be used; the message is Chinese and complete. Exit code 2."""


def text_of_file(path: Path) -> str:
    """A UTF-8 text file."""
    try:
        return path.read_text("utf-8-sig")
    except FileNotFoundError as error:
        raise BadInput(f"找不到文件 {path}；请核对路径") from error
    except (IsADirectoryError, PermissionError) as error:
        raise BadInput(f"{path} 不能读取（是文件夹，或没有权限）；请核对") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{path} 不是 UTF-8 文本；请另存为 UTF-8 后再试") from error


def rulebook(name: str) -> Source:
    """A rulebook by its key or by a file's path."""
    if name in known_keys():
        return load_known(name)
    path = Path(name)
    if not path.exists() and "/" not in name and not name.endswith((".yaml", ".yml")):
        raise BadInput(f"没有规则书“{name}”；现有 {'、'.join(known_keys())}，也可以写规则书文件的路径")
    return load_text(text_of_file(path), str(path))


def setup(path: Path | None, source: Source) -> Given:
    """The set-up file of a contract (price, term, answers, members, decisions)."""
    if path is None:
        return Given()
    raw, places = read_yaml(text_of_file(path), str(path))
    at: tuple[str, ...] = ()
    if isinstance(raw, dict) and set(raw) == {"given"}:
        raw, at = raw["given"], ("given",)
    dates = frozenset(schedule.given for schedule in source.rulebook.schedules)
    given = read_given(raw, places, at, dates)
    hold_against(source.rulebook, given, places, at)
    return given


def with_period(given: Given, period: str | None) -> Given:
    """`2026-01-01..2026-03-31`, `2026`, `2026-03` or `2026-Q1` as the assessment period; else the whole term."""
    if period is None:
        chosen = given.period or given.term
        return given.model_copy(update={"period": chosen})
    days, term = parse_period(period), given.term
    if term is not None and (days.end < term.start or days.start > term.end):
        raise BadInput(f"周期 {days.start} 至 {days.end} 不在合同期 {term.start} 至 {term.end} 内；请核对 --period")
    return given.model_copy(update={"period": days})


def parse_period(text: str) -> Days:
    """Days of a period text; BadInput where it is none."""
    wanted = f"周期“{text}”看不懂；请写 2026-01-01..2026-03-31、2026、2026-03 或 2026-Q1"
    try:
        if ".." not in text:
            return _named_period(text)
        first, last = (date.fromisoformat(part.strip()) for part in text.split("..", 1))
    except ValueError as error:
        raise BadInput(wanted) from error
    if last < first:
        raise BadInput(f"周期“{text}”的终止日早于起始日；请对调两个日期")
    return Days(start=first, end=last)


def _named_period(text: str) -> Days:
    """Days of a year, quarter or month; ValueError where the text is none."""
    found = re.fullmatch(r"(?P<year>\d{4})(?:-(?:Q(?P<quarter>[1-4])|(?P<month>\d{2})))?", text.strip())
    if found is None:
        raise ValueError(text)
    first, months = 1, 12
    if found["quarter"]:
        first, months = 3 * int(found["quarter"]) - 2, 3
    elif found["month"]:
        first, months = int(found["month"]), 1
    start = date(int(found["year"]), first, 1)
    return Days(start=start, end=shift(start, months=months, days=-1))


@dataclass
class Measured:
    """Figures of the entries, and what was wrong with entries. `left_out`: why verified entries do not count."""

    figures: list[FigureValue] = field(default_factory=list)
    problems: list[EntryProblem] = field(default_factory=list)
    left_out: list[Finding] = field(default_factory=list)
    read: int = 0
    counted: int = 0
    digests: list[tuple[str, int, str]] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


def measure(
    source: Source,
    given: Given,
    paths: list[Path],
    key: bytes | None = None,
    claimed: bool = False,
    trace: bool = False,
) -> Measured:
    """One pass over the entry files. Rows with errors do not count and are listed.

    `claimed`: submitted entries count, too, as the contractor claims them. `trace`: every figure keeps the
    numbers of its entries.
    """
    result = Measured()
    if not paths:
        return result
    for path in paths:
        if not path.is_file():
            raise BadInput(f"找不到记录文件 {path}；请核对路径")
    rules = adjusted(source.rulebook, given.targets)
    answers, calendar = Answers(rules, given.answers), work_calendar(given)
    verified = Collector(rules, answers, given, calendar, trace=trace)
    claims = Collector(rules, answers, given, calendar)
    verified.add_all(_counting(source, given, paths, result, key, claimed, claims))
    refuse_useless(paths, result)
    result.figures = verified.values(claimed=claims)
    result.refused = [f"{clause} 的“{name}”：{why.reason}" for (clause, name), why in verified.refused.items()]
    return result


def refuse_useless(paths: list[Path], result: Measured) -> None:
    """A file that is not read at all is bad input, not a finding: the result would look like a year of nothing."""
    names = {str(path) for path in paths}
    for problem in result.problems:
        if problem.line == 0 and problem.severity == "error" and problem.file in names:
            raise BadInput(f"{problem.file} {problem.message}")
    if not result.read:
        raise BadInput(f"{'、'.join(sorted(names))} 里一条记录也没有；请核对文件，没有记录就不写 --entries")


def checked_rows(source: Source, given: Given, paths: list[Path]) -> Iterator[Checked]:
    """Rows of the files: what an office wrote is checked, what the console gave out is taken as it stands."""
    exports = [path for path in paths if is_export(path)]
    for path in exports:
        try:
            for entry in read_export(path, source.rulebook.key):
                yield Checked(entry)
        except FileRefused as refused:
            raise BadInput(f"{path} {refused}") from refused
    sources = [EntrySource(path) for path in paths if path not in exports]
    if sources:
        yield from read_entries(sources, source.rulebook, given, progress_line)


def _counting(
    source: Source,
    given: Given,
    paths: list[Path],
    result: Measured,
    key: bytes | None,
    claimed: bool,
    claims: Collector | None = None,
) -> Iterator[VerifiedEntry]:
    """Entries that count, one by one. What the contractor claims goes into `claims` on the way."""
    verification = Verification(source.rulebook)
    for checked in checked_rows(source, given, paths):
        result.read += 1 if checked.entry is not None or checked.problems else 0
        result.problems += checked.problems
        entry = checked.entry
        if entry is None:
            continue
        claim = as_claimed(entry) if claims is not None else None
        if claims is not None and claim is not None:
            claims.add(claim)
        if claimed and entry.state == "submitted":
            entry = entry._replace(state="verified")
        outcome = verification.verify(entry)
        if not isinstance(outcome, VerifiedEntry):
            result.left_out += outcome
            continue
        result.counted += 1
        if key is not None:
            result.digests.append((entry.id, entry.version, digest(entry_content(entry), key)))
        yield outcome
