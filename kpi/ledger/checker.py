"""Rows of one ledger → entries: compiled once, then about a microsecond a field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from kpi.calendar import Span
from kpi.ledger import conversions as read
from kpi.ledger.business_date import business_date
from kpi.ledger.characters import shown, text_of
from kpi.ledger.columns import compile_columns
from kpi.ledger.entries import (
    Checked,
    EntryProblem,
    Evidence,
    FieldError,
    FieldWarning,
    LedgerEntry,
    State,
    Wrong,
)
from kpi.ledger.options import unknown_choice
from kpi.ledger.rules import Row, compiled, condition, defaults_of, pieces_of, state_of
from kpi.ledger.seen import SeenIds, SeenKeys
from kpi.rulebook.ledgers import FieldType, Ledger

#: States in which a row may still be incomplete.
UNFINISHED = frozenset({"draft", "withdrawn"})


class LedgerChecker:
    """Checks the rows of one ledger. Keeps what it has seen, so that repeated ids and keys are found.

    `term`: entries dated outside are errors (None: not checked). `state`: what a row without a state is.
    """

    def __init__(self, ledger: Ledger, term: Span | None = None, state: State = "submitted") -> None:
        self.ledger, self.term, self.state = ledger, term, state
        self.ids = SeenIds()
        self.columns = compile_columns(ledger)
        self._titles = {field.id: field.name for field in ledger.fields}
        self._required = frozenset(field.id for field in ledger.fields if field.required)
        self._required_if = [(field.id, condition(field.required_if)) for field in ledger.fields
                             if field.required_if is not None]
        self._rules = [compiled(rule) for rule in ledger.rules]
        self._unique = [(keys, SeenKeys()) for keys in ledger.unique]
        self._evidence = [field for field in ledger.fields if field.type is FieldType.EVIDENCE]
        self._outlet = next((field.id for field in ledger.fields if field.type is FieldType.OUTLET), None)
        self._defaults = defaults_of(ledger, self.columns.converters)
        self.references = [field for field in ledger.fields if field.type is FieldType.REFERENCE]

    # -- one row --------------------------------------------------------------------------------

    def check(self, row: Row, file: str = "", line: int = 0, beside: Row | None = None) -> Checked:
        """The entry, or None with the problems that keep it out; warnings come with the entry.

        `beside`: what the row says a second time, in other words, of keys that stand in it too.
        """
        wrong: list[Wrong] = []
        values, fixed = self._read(row, wrong)
        if beside:
            self._contradicted(beside, values, fixed, wrong)
        for name, value in self._defaults:
            values.setdefault(name, value)
        entry = self._entry(values, fixed, line, wrong)
        if entry is not None:
            self._complete(entry, wrong)
            if entry.state != "withdrawn":
                self._repeated(entry, wrong)
        if not wrong:
            return Checked(entry)
        return self._outcome(entry, wrong, file, line)

    def _read(self, row: Row, wrong: list[Wrong]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Typed values by field id, and the raw values of the fixed columns."""
        fields, fixed_names = self.columns.fields, self.columns.fixed
        values: dict[str, Any] = {}
        fixed: dict[str, Any] = {}
        composed: dict[str, dict[str, Any]] = {}
        for key, raw in row.items():
            if not raw and (raw is None or raw == "" or raw == []):
                if key not in fields and key not in fixed_names:
                    self._aside(key, None, composed, wrong)
                continue
            column = fields.get(key)
            if column is None:
                if (name := fixed_names.get(key)) is not None:
                    if fixed.setdefault(name, raw) != raw:
                        wrong.append((key, "这一项写了两次，内容不同；请只留一处", "error"))
                else:
                    self._aside(key, raw, composed, wrong)
                continue
            field_id, convert = column
            if field_id in values:
                wrong.append((self._titles[field_id], "这一项写了两次；请只留一处", "error"))
            try:
                values[field_id] = convert(raw)
            except (FieldError, FieldWarning) as problem:
                self._refused(field_id, raw, problem, values, wrong)
        for field_id, parts in composed.items():
            self._compose(field_id, parts, values, wrong)
        return values, fixed

    def _contradicted(
        self, beside: Row, values: dict[str, Any], fixed: dict[str, Any], wrong: list[Wrong]
    ) -> None:
        """A key that stands both beside `fields` and inside it must say the same."""
        for key, raw in beside.items():
            field_id, convert = self.columns.fields.get(key, ("", None))
            title = self._titles.get(field_id, key)
            name = self.columns.fixed.get(key)
            same = name is None or raw == fixed.get(name)
            try:
                same = same if convert is None else convert(raw) == values.get(field_id)
            except FieldError as error:
                wrong.append((title, f"fields 之外也写了这一项，而且不对：{error}", "error"))
                continue
            except FieldWarning as odd:
                same = odd.value == values.get(field_id)
            if not same:
                wrong.append((title, "fields 里外各写了一次，内容不同，不知道以哪个为准；请只留一处", "error"))

    def _aside(self, key: str, raw: Any, composed: dict[str, dict[str, Any]], wrong: list[Wrong]) -> None:
        part = self.columns.parts.get(key)
        if part is not None:
            if raw is not None:
                composed.setdefault(part[0], {})[part[1]] = raw
        elif key is not None:
            message = unknown_choice(str(key), [*self._titles.values(), *self.columns.fixed])
            hint = message.partition("；")[2]
            wrong.append((shown(key), f"台账“{self.ledger.name}”没有这一列；{hint}", "error"))

    def _compose(
        self, field_id: str, parts: dict[str, Any], values: dict[str, Any], wrong: list[Wrong]
    ) -> None:
        if field_id in values:
            # 企业: "甲公司" beside 统一社会信用代码: the columns complete each other, the code decides.
            parts = {"name": values[field_id], **parts} if "code" in parts else parts
        try:
            values[field_id] = self.columns.converters[field_id](parts)
        except (FieldError, FieldWarning) as problem:
            self._refused(field_id, parts, problem, values, wrong)

    def _refused(
        self, field_id: str, raw: Any, problem: FieldError | FieldWarning, values: dict[str, Any],
        wrong: list[Wrong],
    ) -> None:
        if isinstance(problem, FieldWarning):
            values[field_id] = problem.value
            wrong.append((self._titles[field_id], str(problem), "warning"))
        elif not (isinstance(raw, str) and not raw.strip()):
            wrong.append((self._titles[field_id], str(problem), "error"))

    # -- the entry ------------------------------------------------------------------------------

    def _entry(
        self, values: dict[str, Any], fixed: dict[str, Any], line: int, wrong: list[Wrong]
    ) -> LedgerEntry | None:
        business = self._business_date(values, fixed, wrong)
        try:
            evidence = self._evidence_of(values, fixed)
            outlet = text_of(fixed["outlet"]) if "outlet" in fixed else ""
            entry = LedgerEntry(
                text_of(fixed["id"]) if "id" in fixed else f"{self.ledger.id}-{line:06d}",
                self.ledger.id,
                business or date.min,
                values,
                read.integer(fixed["version"]) if "version" in fixed else 1,
                state_of(fixed["state"]) if "state" in fixed else self.state,
                str(values.get(self._outlet, outlet)) if self._outlet else outlet,
                text_of(fixed["author"]) if "author" in fixed else "",
                evidence,
                read.yes_no(fixed["nil"]) if "nil" in fixed else False,
                text_of(fixed["verifier"]) if "verifier" in fixed else "",
                read.yes_no(fixed["validated"]) if "validated" in fixed else None,
            )
        except FieldError as error:
            wrong.append(("", str(error), "error"))
            return None
        return entry

    def _business_date(
        self, values: dict[str, Any], fixed: dict[str, Any], wrong: list[Wrong]
    ) -> date | None:
        title = self._titles.get(self.ledger.date, "业务日期")
        return business_date(values.get(self.ledger.date), fixed.get("date"), title, self.term, wrong)

    def _evidence_of(self, values: dict[str, Any], fixed: dict[str, Any]) -> tuple[Evidence, ...]:
        found = [Evidence(field.name, name) for field in self._evidence for name in values.get(field.id, ())]
        if "evidence" in fixed:
            found.extend(pieces_of(fixed["evidence"]))
        return tuple(found) if found else ()

    # -- what the entry must fulfil -------------------------------------------------------------

    def _complete(self, entry: LedgerEntry, wrong: list[Wrong]) -> None:
        values = entry.fields
        if entry.nil:
            if not self.ledger.nil_return:
                wrong.append(("零报告", f"台账“{self.ledger.name}”不接受零报告；没有发生的不用填", "error"))
            return
        if not self._required <= values.keys():
            wrong.extend(self._blank(values, {name for name, _, _ in wrong}))
        for field_id, needed in self._required_if:
            if field_id not in values and needed(values):
                wrong.append((self._titles[field_id], "按本条其他内容，这一项必须填；请补填", "error"))
        for broken, message, severity in self._rules:
            if broken(values):
                wrong.append(("", message, severity))

    def _blank(self, values: Row, refused: set[str]) -> Iterator[Wrong]:
        """Required fields that are blank and have not been refused for another reason."""
        for field_id in sorted(self._required - values.keys() - {self.ledger.date}):
            if self._titles[field_id] not in refused:
                yield self._titles[field_id], "必填项没有填；请补填", "error"

    def _repeated(self, entry: LedgerEntry, wrong: list[Wrong]) -> None:
        if not self.ids.add(entry.id):
            wrong.append(("编号", f"编号“{entry.id}”前面已经有了；同一条记录只能出现一次，请删去或改正", "error"))
        for names, seen in self._unique:
            key = tuple(entry.fields.get(name) for name in names)
            if None not in key and not seen.add(key):
                titles = "、".join(self._titles.get(name, name) for name in names)
                wrong.append((titles, f"{titles}与前面的一条记录相同；请核对是否重复登记", "error"))

    def _outcome(self, entry: LedgerEntry | None, wrong: list[Wrong], file: str, line: int) -> Checked:
        soft = entry is not None and entry.state in UNFINISHED
        problems = tuple(
            EntryProblem(file, line, self.ledger.name, field, "warning" if soft else severity, message)
            for field, message, severity in wrong
        )
        refused = any(severity == "error" for _, _, severity in wrong)
        return Checked(None if refused else entry, problems)

