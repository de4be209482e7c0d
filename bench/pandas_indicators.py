"""The other side of bench/indicators.py: the same files read, checked and counted with pandas.

Written as an analyst would who knows pandas well: one file per ledger, whole columns at a time, check digits with
numpy, one Python call for each distinct enterprise only. Reads `setup.json` (ledgers, figures with their due
windows, members) and prints `{clause/figure: value}` with the time and memory that it took.
"""

from __future__ import annotations

import ast
import json
import resource
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from stdnum.cn import uscc

FIXED = ["id", "state", "author", "verifier", "nil", "evidence"]


# -- reading and checking ------------------------------------------------------------------------


def read(path: Path, ledger: dict[str, Any]) -> pd.DataFrame:
    frame = pd.read_json(path, lines=True, dtype=False, convert_dates=False)
    for name in [*FIXED, *(field["id"] for field in ledger["fields"])]:
        if name not in frame:
            frame[name] = None
    return frame


def convert(column: pd.Series, field: dict[str, Any]) -> pd.Series:
    """Typed values; NaN where blank or wrong."""
    kind = field["type"]
    if kind in ("integer", "duration"):
        number = pd.to_numeric(column, errors="coerce")
        number = number.where(number == number.round())
        low, high = field.get("minimum"), field.get("maximum")
        number = number if low is None else number.where(number >= float(low))
        return number if high is None else number.where(number <= float(high))
    if kind == "date":
        return pd.to_datetime(column, format="%Y-%m-%d", errors="coerce")
    if kind == "datetime":
        return pd.to_datetime(column, format="%Y-%m-%d %H:%M", errors="coerce")
    if kind == "time":
        clock = pd.to_datetime(column, format="%H:%M", errors="coerce")
        return clock.dt.hour * 60 + clock.dt.minute
    if kind == "yes_no":
        return column.where(column.isin([True, False]))
    if kind == "choice":
        return column.where(column.isin(field["choices"]))
    if kind == "multiple_choice":
        known = set(field["choices"])
        return column.where(column.map(lambda one: isinstance(one, list) and known.issuperset(one)))
    if kind == "person":
        return column.where(valid_ids(column))
    if kind == "enterprise":
        valid = {code: uscc.is_valid(code) for code in column.dropna().unique()}
        return column.where(column.map(valid).eq(True))
    if kind == "text":
        short = column.astype(str).str.len() <= field["max_length"]
        matched = column.astype(str).str.fullmatch(field["pattern"]) if field["pattern"] else True
        return column.where(short & matched & column.notna())
    return column


def valid_ids(column: pd.Series) -> pd.Series:
    """18 characters, a birth date that exists, the check digit right."""
    text = column.fillna("").astype(str)
    shaped = text.str.fullmatch(r"\d{17}[\dX]")
    digits = np.array(text.where(shaped, "0" * 18).tolist(), dtype="U18").view("U1").reshape(-1, 18)
    weights = np.array([pow(2, 17 - place, 11) for place in range(17)])
    total = (digits[:, :17].astype(np.int64) * weights).sum(axis=1)
    expected = np.array(list("10X98765432"))[total % 11]
    born = pd.to_datetime(text.str[6:14], format="%Y%m%d", errors="coerce").notna()
    return shaped & born & (digits[:, 17] == expected)


def checked(frame: pd.DataFrame, ledger: dict[str, Any], term: list[str]) -> pd.DataFrame:
    """Typed columns of the rows that count: no fault, verified, with the papers that are due."""
    nil = frame["nil"].eq(True)
    typed = {"id": frame["id"], "nil": nil}
    bad = pd.Series(False, index=frame.index)
    for field in ledger["fields"]:
        column = frame[field["id"]]
        typed[field["id"]] = values = convert(column, field)
        bad |= column.notna() & values.isna()
        if field["required"]:
            bad |= values.isna() & ~nil
    typed["_date"] = typed[ledger["date"]]
    table = pd.DataFrame(typed)
    for field in ledger["fields"]:
        if field["required_if"]:
            bad |= truth(field["required_if"], table) & table[field["id"]].isna() & ~nil
    bad |= ~table["_date"].between(*term)
    for rule in ledger["rules"]:
        if rule["severity"] == "error":
            applies = truth(rule["when"], table) if rule["when"] else True
            bad |= applies & ~holds_or_blank(rule["require"], table) & ~nil
    bad |= frame["id"].duplicated()
    for names in ledger["unique"]:
        whole = table[names].notna().all(axis=1)
        bad |= whole & table[names].where(whole).duplicated()
    return table[~bad & counts(frame, table, ledger, nil)]


def counts(frame: pd.DataFrame, table: pd.DataFrame, ledger: dict[str, Any], nil: pd.Series) -> pd.Series:
    good = frame["state"].eq("verified")
    for due in ledger["evidence"]:
        kind = due["kind"] + ":"
        held = frame["evidence"].map(lambda one, kind=kind: pieces(one, kind))
        spared = nil | ~truth(due["when"], table) if due["when"] else nil
        good &= (held >= due["at_least"]) | spared
    return good


def pieces(evidence: Any, kind: str) -> int:
    return sum(one.startswith(kind) for one in evidence) if isinstance(evidence, list) else 0


# -- expressions ---------------------------------------------------------------------------------


def truth(text: str, table: pd.DataFrame) -> pd.Series:
    """Where the expression holds; a blank makes a comparison false."""
    value = _Over(table).visit(ast.parse(text, mode="eval").body)
    return as_bool(value).reindex(table.index, fill_value=False)


def holds_or_blank(text: str, table: pd.DataFrame) -> pd.Series:
    names = {node.id for node in ast.walk(ast.parse(text, mode="eval")) if isinstance(node, ast.Name)}
    blank = table[sorted(names & set(table.columns))].isna().any(axis=1)
    return truth(text, table) | blank


def as_bool(value: Any) -> pd.Series:
    return value.eq(True) if value.dtype == object else value.fillna(False).astype(bool)


class _Over(ast.NodeVisitor):
    """An expression of the rulebook over the columns of a table."""

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table

    def visit_Name(self, node: ast.Name) -> Any:
        return self.table[node.id]

    def visit_Constant(self, node: ast.Constant) -> Any:
        return node.value

    def visit_List(self, node: ast.List) -> Any:
        return [self.visit(one) for one in node.elts]

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        parts = [as_bool(self.visit(one)) for one in node.values]
        whole = parts[0]
        for part in parts[1:]:
            whole = whole & part if isinstance(node.op, ast.And) else whole | part
        return whole

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        return ~as_bool(self.visit(node.operand))

    def visit_Compare(self, node: ast.Compare) -> Any:
        left, right, op = self.visit(node.left), self.visit(node.comparators[0]), node.ops[0]
        if isinstance(op, ast.In):
            return left.isin(right)
        names = {ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge"}
        return getattr(left, names[type(op)])(right)

    def visit_Call(self, node: ast.Call) -> Any:
        assert isinstance(node.func, ast.Name)
        args = [self.visit(one) for one in node.args]
        if node.func.id == "blank":
            return args[0].isna()
        if node.func.id == "minutes":
            return minutes(*args)
        if node.func.id == "time":
            hours, rest = args[0].split(":")
            return int(hours) * 60 + int(rest)
        return {"month": lambda day: day.dt.month, "weekday": lambda day: day.dt.isocalendar().day}[node.func.id](*args)


def minutes(start: pd.Series, end: pd.Series) -> pd.Series:
    if start.dtype.kind == "M":
        return (end - start).dt.total_seconds() // 60
    length = end - start
    return length.where(length.isna() | (length >= 0), length + 1440)


# -- figures -------------------------------------------------------------------------------------


def figure(spec: dict[str, Any], tables: dict[str, pd.DataFrame]) -> Any:
    """The value of one figure: a list with one value per due window, or one value."""
    measure = spec["measure"]
    if measure in ("windows_due", "members_due"):
        return len(spec["windows"]) if measure == "windows_due" else len(spec["members"])
    table = tables[spec["ledger"]]
    slot = slots(table["_date"], spec["windows"])
    table = table.assign(_slot=slot)[slot >= 0]
    rows = table[~table["nil"]]
    if spec["where"]:
        rows = rows[truth(spec["where"], rows)]
    worth = MEASURES[measure](rows, spec)
    present = set(table["_slot"].unique())
    zero = 0 if spec["empty"] == "zero" else None
    if measure in ("members_met", "windows_met"):
        return worth if present else zero
    nothing = 0 if measure in ("count", "distinct", "sum", "repeats", "sustained") else None
    if measure == "failing":
        nils = set(table.loc[table["nil"], "_slot"])
        worth = {**dict.fromkeys(nils, 0), **worth}
    values = [worth.get(number, nothing if number in present else zero) for number in range(len(spec["windows"]))]
    return values if spec["listed"] else values[0]


def slots(dates: pd.Series, windows: list[list[str]]) -> pd.Series:
    first = np.datetime64(min(window[0] for window in windows))
    last = np.datetime64(max(window[1] for window in windows))
    table = np.full((last - first).astype(int) + 1, -1)
    for number, (start, end) in enumerate(windows):
        begin = (np.datetime64(start) - first).astype(int)
        table[begin : (np.datetime64(end) - first).astype(int) + 1] = number
    place = (dates.values.astype("datetime64[D]") - first).astype(int)
    inside = (place >= 0) & (place < len(table))
    return pd.Series(np.where(inside, table[np.clip(place, 0, len(table) - 1)], -1), index=dates.index)


def by_slot(series: pd.Series) -> dict[int, Any]:
    return {int(slot): plain(value) for slot, value in series.items()}


def plain(value: Any) -> Any:
    return value if isinstance(value, str) else int(value)


def count(rows: pd.DataFrame, spec: dict[str, Any]) -> dict[int, Any]:
    return by_slot(rows.groupby("_slot").size())


def distinct(rows: pd.DataFrame, spec: dict[str, Any]) -> dict[int, Any]:
    return by_slot(rows.groupby("_slot")[spec["field"]].nunique())


def total(rows: pd.DataFrame, spec: dict[str, Any]) -> dict[int, Any]:
    return by_slot(rows.groupby("_slot")[spec["field"]].sum())


def latest(rows: pd.DataFrame, spec: dict[str, Any]) -> dict[int, Any]:
    held = rows.dropna(subset=[spec["field"]]).sort_values(["_date", spec["field"]])
    return by_slot(held.groupby("_slot")[spec["field"]].last())


def growth(rows: pd.DataFrame, spec: dict[str, Any]) -> dict[int, Any]:
    held = rows.dropna(subset=[spec["field"]]).sort_values(["_date", spec["field"]])
    grouped = held.groupby(["_slot", spec["per"]])[spec["field"]]
    return by_slot((grouped.last() - grouped.first()).groupby("_slot").sum())


def failing(rows: pd.DataFrame, spec: dict[str, Any]) -> dict[int, Any]:
    return by_slot((~truth(spec["require"], rows)).groupby(rows["_slot"]).sum())


def rate(rows: pd.DataFrame, spec: dict[str, Any]) -> dict[int, Any]:
    hits = truth(spec["hits"], rows).groupby(rows["_slot"]).agg(["sum", "size"])
    return {int(slot): str(Fraction(int(one["sum"]), int(one["size"]))) for slot, one in hits.iterrows()}


def windows_met(rows: pd.DataFrame, spec: dict[str, Any]) -> int:
    return int((rows.groupby("_slot").size() >= spec["bound"]).sum())


def members_met(rows: pd.DataFrame, spec: dict[str, Any]) -> int:
    rows = rows[rows[spec["by"]].isin(spec["members"])]
    grouped = rows.groupby(["_slot", spec["by"]])
    held = grouped.size() if spec["of"] == "count" else grouped[spec["field"]].nunique()
    met = (held >= spec["bound"]).groupby(level=1).sum()
    return int((met == len(spec["windows"])).sum())


def repeats(rows: pd.DataFrame, spec: dict[str, Any]) -> dict[int, Any]:
    held = rows.groupby(["_slot", spec["field"]]).size()
    return by_slot((held > spec["allowed"]).groupby(level=0).sum())


def sustained(rows: pd.DataFrame, spec: dict[str, Any]) -> dict[int, Any]:
    complete = rows[spec["start"]] + pd.DateOffset(months=spec["months"])
    last = rows[spec["end"]].fillna(pd.Timestamp(spec["until"]))
    kept = rows[(complete <= pd.Timestamp(spec["until"])) & (complete <= last)]
    return by_slot(kept.groupby("_slot")[spec["key"]].nunique())


MEASURES = {
    "count": count, "distinct": distinct, "sum": total, "latest": latest, "net_growth": growth,
    "failing": failing, "rate": rate, "windows_met": windows_met, "members_met": members_met,
    "repeats": repeats, "sustained": sustained,
}  # fmt: skip


def main(folder: Path) -> None:
    begin, worked = time.perf_counter(), time.process_time()
    setup = json.loads((folder / "setup.json").read_text("utf-8"))
    tables, read_rows = {}, 0
    for ledger in setup["ledgers"]:
        frame = read(folder / f"{ledger['id']}.jsonl", ledger)
        read_rows += len(frame)
        tables[ledger["id"]] = checked(frame, ledger, setup["term"])
    values = {name: figure(spec, tables) for name, spec in setup["figures"].items()}
    seconds, cpu = time.perf_counter() - begin, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    counted = sum(int((~table["nil"]).sum()) for table in tables.values())
    print(json.dumps({"values": values, "seconds": seconds, "cpu": cpu, "peak_mb": peak, "read": read_rows,
                      "counted": counted}))  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
