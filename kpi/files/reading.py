"""Entry files → checked entries, in a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kpi.calendar import Span
from kpi.files.csv_rows import csv_rows
from kpi.files.json_lines import json_rows
from kpi.files.source import EntrySource, FileRefused, NothingInside, Progress, Row, whole_file
from kpi.files.workbook import sheet_title, sheets
from kpi.ledger import Checked, EntryChecker, EntryProblem, LedgerChecker
from kpi.ledger.options import unknown_choice
from kpi.rulebook.document import Rulebook
from kpi.rulebook.given import Given


def read_entries(
    source: EntrySource | Iterable[EntrySource],
    rulebook: Rulebook,
    given: Given | None = None,
    progress: Progress | None = None,
) -> Iterator[Checked]:
    """Every row of one file or of several that belong together, checked; file by file, row by row.

    Ids, unique keys and references are checked across all files of one call. What is wrong with a file as a
    whole comes as a Checked without entry. `progress` takes Chinese texts, about twice a second.
    """
    term: Span | None = given.term if given is not None else None
    checker = EntryChecker(rulebook, term)
    for one in [source] if isinstance(source, EntrySource) else source:
        try:
            yield from _file(one, checker, progress)
        except FileRefused as refused:
            yield Checked(None, (whole_file(one.path, str(refused)),))
    for problem in checker.unresolved():
        yield Checked(None, (problem,))


def _file(source: EntrySource, checker: EntryChecker, progress: Progress | None) -> Iterator[Checked]:
    kind = source.opened_as()
    file = str(source.path)
    if kind == "jsonl":
        yield from _checked(json_rows(source.path, progress), checker, file, source.ledger)
    elif kind == "csv":
        ledger = source.ledger
        if not ledger and checker.find(source.path.stem) is not None:
            ledger = source.path.stem
        yield from _table(csv_rows(source.path, progress), checker, file, ledger)
    else:
        yield from _workbook(source, checker, progress)


def _checked(rows: Iterable[Row], checker: EntryChecker, file: str, ledger: str) -> Iterator[Checked]:
    for line, values, problem in rows:
        if problem:
            yield Checked(None, (EntryProblem(file, line, ledger, "", "error", problem),))
        else:
            yield checker.check(values, file, line, ledger)


def _table(rows: Iterator[Row], checker: EntryChecker, file: str, ledger: str) -> Iterator[Checked]:
    """Rows under headings. Where the ledger is known, the headings are checked once, not row by row."""
    headings = next(rows, None)
    if headings is None:
        raise NothingInside("文件是空的,没有表头;请用模板填写")
    known = checker.find(ledger) if ledger else None
    if known is not None:
        problems = tuple(_unknown(headings, known, file))
        if problems:
            yield Checked(None, problems)
            return
    elif not ledger and not {"ledger", "台账"} & headings.values.keys():
        raise FileRefused("不知道是哪本台账;请加一列“台账”,或用台账名称作文件名")
    yield from _checked(rows, checker, file, ledger)


def _unknown(headings: Row, known: LedgerChecker, file: str) -> Iterator[EntryProblem]:
    names = {*known.columns.names(), "ledger", "台账"}
    titles = [field.name for field in known.ledger.fields]
    for name in headings.values:
        if name not in names:
            hint = unknown_choice(name, titles).partition(";")[2]
            message = f"台账“{known.ledger.name}”没有这一列,整张表没有读入;{hint}"
            yield EntryProblem(file, headings.line, known.ledger.name, name, "error", message)


def _workbook(source: EntrySource, checker: EntryChecker, progress: Progress | None) -> Iterator[Checked]:
    titles = {sheet_title(one.ledger.name): one.ledger.id for one in checker.ledgers.values()}
    for sheet in sheets(source.path):
        file = f"{source.path}[{sheet.title}]"
        known = checker.find(titles.get(sheet.title, sheet.title))
        try:
            if known is None:
                yield from _foreign(sheet.rows(), checker, file, sheet.title)
                continue
            if sheet.hidden:
                message = "这是隐藏的工作表,也读入了;如不需要请删去"
                yield Checked(None, (EntryProblem(file, 0, known.ledger.name, "", "warning", message),))
            yield from _table(sheet.rows(progress), checker, file, known.ledger.id)
        except NothingInside:
            continue  # a ledger that nothing was entered in
        except FileRefused as refused:
            yield Checked(None, (replace(whole_file(source.path, str(refused)), file=file),))


def _foreign(rows: Iterator[Row], checker: EntryChecker, file: str, title: str) -> Iterator[Checked]:
    """A sheet that is no ledger: a problem unless it is empty."""
    if next(rows, None) is not None:
        yield Checked(None, (checker.unknown(title, file, 0),))
