"""Entry files → checked entries, in a stream, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from kpi.calendar import Span
from kpi.files.csv_rows import csv_rows
from kpi.files.json_lines import json_rows
from kpi.files.limits import Limits, Progress, Watch
from kpi.files.refusal import FileRefused, NothingInside, OutOfTime
from kpi.files.source import EntrySource, Row, whole_file
from kpi.files.workbook import sheet_title, sheets
from kpi.ledger import Checked, EntryChecker, EntryProblem, LedgerChecker, LedgerEntry
from kpi.ledger.options import unknown_choice
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given


class RowResult(NamedTuple):
    """One row of a file: where it stands, its raw values by heading, the entry or what keeps it out.

    `sheet` is the title in a workbook, `line` the line of a text file or the row of a sheet, 0 for what concerns
    the file (or sheet) as a whole: where that is an error, nothing of the file is to be used.
    """

    path: Path
    sheet: str
    line: int
    values: Mapping[str, Any]
    entry: LedgerEntry | None
    problems: tuple[EntryProblem, ...]

    @property
    def refuses_file(self) -> bool:
        """Whether the file as a whole is not to be used."""
        return self.line == 0 and any(problem.severity == "error" for problem in self.problems)


def read_entries(
    source: EntrySource | Iterable[EntrySource],
    rulebook: Rulebook,
    given: Given | None = None,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Iterator[Checked]:
    """Every row of one file or of several that belong together, checked; file by file, row by row.

    Ids, unique keys and references are checked across all files of one call. What is wrong with a file as a
    whole comes as a Checked without entry. `progress` takes Chinese texts, about twice a second.
    """
    term: Span | None = given.term if given is not None else None
    checker = EntryChecker(rulebook, term)
    for one in read_rows(source, checker, progress, limits):
        yield Checked(one.entry, one.problems)
    for problem in checker.unresolved():
        yield Checked(None, (problem,))


def read_rows(
    source: EntrySource | Iterable[EntrySource],
    checker: EntryChecker,
    progress: Progress | None = None,
    limits: Limits | None = None,
) -> Iterator[RowResult]:
    """As `read_entries`, each row with its place and raw values; `checker.unresolved()` is the caller's.

    `limits` bound rows, columns, bytes and, with a clock, seconds of the whole call.
    """
    watch = Watch(limits, progress)
    for one in [source] if isinstance(source, EntrySource) else source:
        try:
            yield from _file(one, checker, watch)
        except FileRefused as refused:
            yield RowResult(one.path, "", 0, {}, None, (whole_file(one.path, str(refused)),))


def _file(source: EntrySource, checker: EntryChecker, watch: Watch) -> Iterator[RowResult]:
    watch.look()
    kind = source.opened_as(watch.limits)
    if kind == "xlsx":
        yield from _workbook(source, checker, watch)
        return
    place = _Place(source.path, "", str(source.path), checker)
    if kind == "jsonl":
        yield from place.checked(json_rows(source.path, watch), source.ledger)
        return
    ledger = source.ledger
    if not ledger and checker.find(source.path.stem) is not None:
        ledger = source.path.stem
    yield from place.table(csv_rows(source.path, watch), ledger)


class _Place(NamedTuple):
    """A file or sheet, as it is called in problems."""

    path: Path
    sheet: str
    called: str
    checker: EntryChecker

    def row(self, line: int, values: Mapping[str, Any], checked: Checked) -> RowResult:
        return RowResult(self.path, self.sheet, line, values, *checked)

    def checked(self, rows: Iterable[Row], ledger: str) -> Iterator[RowResult]:
        for line, values, problem in rows:
            if problem:
                wrong = EntryProblem(self.called, line, ledger, "", "error", problem)
                yield self.row(line, values, Checked(None, (wrong,)))
            else:
                yield self.row(line, values, self.checker.check(values, self.called, line, ledger))

    def table(self, rows: Iterator[Row], ledger: str) -> Iterator[RowResult]:
        """Rows under headings. Where the ledger is known, the headings are checked once, not row by row."""
        headings = next(rows, None)
        if headings is None:
            raise NothingInside("文件是空的，没有表头；请用模板填写")
        known = self.checker.find(ledger) if ledger else None
        if known is not None:
            problems = tuple(_unknown(headings, known, self.called))
            if problems:
                yield self.row(headings.line, headings.values, Checked(None, problems))
                return
        elif not ledger and not {"ledger", "台账"} & headings.values.keys():
            raise FileRefused("不知道是哪本台账；请加一列“台账”，或用台账名称作文件名")
        yield from self.checked(rows, ledger)


def _unknown(headings: Row, known: LedgerChecker, file: str) -> Iterator[EntryProblem]:
    names = {*known.columns.names(), "ledger", "台账"}
    titles = [field.name for field in known.ledger.fields]
    for name in headings.values:
        if name not in names:
            hint = unknown_choice(name, titles).partition("；")[2]
            message = f"台账“{known.ledger.name}”没有这一列，整张表没有读入；{hint}"
            yield EntryProblem(file, headings.line, known.ledger.name, name[:30], "error", message)


def _workbook(source: EntrySource, checker: EntryChecker, watch: Watch) -> Iterator[RowResult]:
    titles = {sheet_title(one.ledger.name): one.ledger.id for one in checker.ledgers.values()}
    for sheet in sheets(source.path, watch):
        place = _Place(source.path, sheet.title, f"{source.path}[{sheet.title}]", checker)
        known = checker.find(titles.get(sheet.title, sheet.title))
        try:
            if known is None:
                if next(sheet.lines(), None) is not None:  # a sheet of no ledger is a problem unless it is empty
                    wrong = checker.unknown(sheet.title, place.called, 0)
                    yield place.row(0, {}, Checked(None, (wrong,)))
                continue
            for note in sheet.notes():
                seen = EntryProblem(place.called, 0, known.ledger.name, "", "warning", note)
                yield place.row(0, {}, Checked(None, (seen,)))
            yield from place.table(sheet.rows(), known.ledger.id)
        except NothingInside:
            continue  # a ledger that nothing was entered in
        except OutOfTime:
            raise
        except FileRefused as refused:
            wrong = replace(whole_file(source.path, str(refused)), file=place.called)
            yield place.row(0, {}, Checked(None, (wrong,)))
