"""A bank's export → lines: which column holds what, dates and sums as banks write them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from app.security.money_terms import BankColumn
from app.services.imports.grid import Cell, Grid, RawRow, shown
from app.services.imports.look import data_below
from app.services.imports.near import plain

C = BankColumn
#: Headings as the banks write them, by what they hold; compared without brackets and marks.
KNOWN: dict[BankColumn, tuple[str, ...]] = {
    C.BOOKED_ON: ("交易日期", "交易时间", "记账日期", "入账日期", "日期", "交易日", "记账日"),
    C.OUT: ("借方发生额", "支出金额", "借方金额", "支出", "借方", "付款金额", "借方发生金额", "转出金额"),
    C.INTO: ("贷方发生额", "收入金额", "贷方金额", "收入", "贷方", "收款金额", "贷方发生金额", "转入金额"),
    C.AMOUNT: ("交易金额", "发生额", "金额"),
    C.PAYEE: ("对方户名", "对方名称", "收付方名称", "对方单位", "对方账户名称", "交易对手名称", "对手户名", "收款人名称"),
    C.ACCOUNT: ("对方账号", "收付方帐号", "收付方账号", "对方账户", "交易对手账号", "对手账号", "收款人账号"),
    C.REFERENCE: ("交易流水号", "流水号", "凭证号", "凭证号码", "业务流水号", "核心流水号", "回单编号", "交易序号"),
    C.PURPOSE: ("摘要", "用途", "附言", "备注", "交易摘要", "摘要用途"),
    C.BALANCE: ("余额", "账户余额", "本次余额"),
}
WORDS = {plain(word): column for column, words in KNOWN.items() for word in words}
DAY = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?\Z")
SLIP = Decimal("0.000001")  # what a spreadsheet's own reckoning leaves behind the second place
SUM = re.compile(r"[+-]?\d{1,13}(\.\d{1,20})?\Z")


@dataclass(frozen=True)
class Columns:
    """Heading by what it holds."""

    by: Mapping[BankColumn, str]

    @property
    def problem(self) -> str:
        """Why lines cannot be read with these; empty where they can."""
        if C.BOOKED_ON not in self.by:
            return "请指定哪一列是日期"
        if C.AMOUNT not in self.by and not {C.OUT, C.INTO} <= self.by.keys():
            return "请指定金额：一列（支出为负），或支出、收入两列"
        if C.AMOUNT in self.by and {C.OUT, C.INTO} & self.by.keys():
            return "金额只能用一种写法：一列，或支出、收入两列"
        if len(set(self.by.values())) < len(self.by):
            return "同一列不能当两样用，请核对"
        return ""


def guessed(headings: Sequence[str]) -> Columns:
    """What the headings say by themselves; the earlier word of a bank counts before the later."""
    found: dict[BankColumn, str] = {}
    for column, words in KNOWN.items():
        names = {plain(heading): heading for heading in reversed(headings)}
        hit = next((names[plain(word)] for word in words if plain(word) in names), None)
        if hit is not None and hit not in found.values():
            found[column] = hit
    if {C.OUT, C.INTO} <= found.keys():
        found.pop(C.AMOUNT, None)
    elif C.AMOUNT in found:
        found.pop(C.OUT, None)
        found.pop(C.INTO, None)
    return Columns(found)


@dataclass(frozen=True)
class Line:
    """One line as read; `fen` below 0 where money left."""

    row: int
    booked_on: date
    fen: int
    payee: str
    account: str
    bank_reference: str
    purpose: str
    balance: str

    def identity(self) -> str:
        """All that tells it from another line of the bank."""
        parts = (
            str(self.booked_on), str(self.fen), self.payee, self.account, self.bank_reference, self.purpose, self.balance
        )  # fmt: skip
        return "\x1f".join(parts)


@dataclass(frozen=True)
class Skipped:
    """A row that is no line, and why."""

    row: int
    why: str


def lines_of(grid: Grid, head: int, places: Mapping[BankColumn, int]) -> Iterator[Line | Skipped]:
    """Every row below the headings."""
    for raw in data_below(grid, head):
        yield line_of(raw, places)


def line_of(raw: RawRow, places: Mapping[BankColumn, int]) -> Line | Skipped:
    def text(column: BankColumn, most: int) -> str:
        place = places.get(column)
        return " ".join(shown(cell_at(raw, place)).split())[:most] if place is not None else ""

    day = day_of(text(C.BOOKED_ON, 40))
    if day is None:
        return Skipped(raw.line, "没有日期，可能是合计或说明")
    fen = signed(raw, places)
    if isinstance(fen, str):
        return Skipped(raw.line, fen)
    return Line(
        raw.line, day, fen, text(C.PAYEE, 120), text(C.ACCOUNT, 60), text(C.REFERENCE, 80), text(C.PURPOSE, 300), text(C.BALANCE, 40)
    )


def cell_at(raw: RawRow, place: int) -> Cell:
    return raw.cells[place] if place < len(raw.cells) else ""


def day_of(text: str) -> date | None:
    """The day of `2026-03-05 10:11:12`, `20260305`, `2026年3月5日`; None where there is none."""
    parts = COMPACT.match(text) or DAY.match(text)
    try:
        return date(int(parts[1]), int(parts[2]), int(parts[3])) if parts else None
    except ValueError:
        return None


def signed(raw: RawRow, places: Mapping[BankColumn, int]) -> int | str:
    """The sum in fen, below 0 for what left; a text says why there is none."""
    sums: dict[BankColumn, int | None] = {}
    for column in (C.AMOUNT, C.OUT, C.INTO):
        if column in places:
            cell = shown(cell_at(raw, places[column]))
            try:
                sums[column] = fen_of(cell)
            except ValueError:
                return f"“{cell[:20]}”不是金额"
    if C.AMOUNT in sums:
        return sums[C.AMOUNT] or "金额是 0 或没有填"
    out, into = sums.get(C.OUT) or 0, sums.get(C.INTO) or 0
    if out and into:
        return "支出和收入两列都有金额，分不清是哪一种"
    return into - out or "支出和收入都是 0 或没有填"


def fen_of(text: str) -> int | None:
    """Fen of a sum as a bank writes it; None for a blank. ValueError for anything else."""
    bare = text.replace(",", "").replace("，", "").replace("¥", "").replace("￥", "").replace(" ", "").strip()
    if bare in {"", "-", "--"}:
        return None
    if not SUM.match(bare):
        raise ValueError("不是金额")
    exact = Decimal(bare)
    cents = exact.quantize(Decimal("0.01"))
    if abs(exact - cents) > SLIP:
        raise ValueError("金额超过两位小数")
    return int(cents * 100)


def fingerprinted(lines: Sequence[Line]) -> list[tuple[str, Line]]:
    """Each line with what it is found again by; the second of two alike is told from the first."""
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        key = line.identity()
        seen[key] += 1
        found.append((hashlib.sha256(f"{key}\x1f{seen[key]}".encode()).hexdigest(), line))
    return found


def as_row(statement_id: int, fingerprint: str, line: Line) -> dict[str, Any]:
    return {
        "statement_id": statement_id, "row": line.row, "booked_on": line.booked_on, "amount_fen": line.fen, "payee": line.payee,
        "account": line.account, "bank_reference": line.bank_reference, "purpose": line.purpose, "fingerprint": fingerprint,
    }  # fmt: skip
