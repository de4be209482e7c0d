"""今天的工作日志: sentences from a person's own entries of the day, without any personal data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.security.terms import EntryState
from app.services.ledger import stored
from app.store.workbench import Own
from kpi.calendar import chinese_date
from kpi.quantities import show
from kpi.rulebook.ledgers import Field, FieldType, Ledger

WEEKDAYS = "一二三四五六日"
NAMED = 3
SUMMED = 2
#: Texts of these fields may be told: they name no person.
TELLING = (FieldType.ENTERPRISE, FieldType.OUTLET, FieldType.CHOICE)


@dataclass(frozen=True)
class Diary:
    """The day in sentences; `text` is what is copied."""

    day: date
    lines: tuple[str, ...]

    @property
    def heading(self) -> str:
        return f"{chinese_date(self.day)} 星期{WEEKDAYS[self.day.weekday()]}"

    def text(self, name: str) -> str:
        numbered = [f"{place}. {line}" for place, line in enumerate(self.lines, 1)]
        return "\n".join([f"{self.heading} 工作日志（{name}）", *numbered])


def diary(day: date, entries: Sequence[Own], ledgers: Mapping[str, Ledger]) -> Diary:
    """One sentence a ledger, in the order of first entry."""
    by_ledger: dict[str, list[Own]] = {}
    for one in entries:
        if one.ledger in ledgers:
            by_ledger.setdefault(one.ledger, []).append(one)
    return Diary(day, tuple(sentence(ledgers[name], rows) for name, rows in by_ledger.items()))


def sentence(ledger: Ledger, rows: Sequence[Own]) -> str:
    """`企业走访台账登记 3 条（湖畔电子、东方机械），缺工人数共 12 人。`"""
    title = ledger.name.removesuffix("台账").removesuffix("登记") or ledger.name
    made = [one for one in rows if not one.nil and one.state != EntryState.DRAFT]
    drafts = sum(1 for one in rows if one.state == EntryState.DRAFT)
    parts = []
    if made:
        told = names(ledger, [one.fields or {} for one in made])
        parts.append(f"登记 {len(made)} 条" + (f"（{told}）" if told else ""))
        parts += sums(ledger, [one.fields or {} for one in made])
    elif any(one.nil for one in rows):
        parts.append("零报告")
    if drafts:
        parts.append(f"另有草稿 {drafts} 条")
    return f"{title}：{'，'.join(parts)}。"


def names(ledger: Ledger, rows: Sequence[Mapping[str, Any]]) -> str:
    """What the entries are about: enterprises, else places, else kinds."""
    for kind in TELLING:
        for field in ledger.fields:
            if field.type is not kind or field.personal:
                continue
            values = [stored.shown(row[field.id], field) for row in rows if row.get(field.id)]
            found = list(dict.fromkeys(value for value in values if value))
            if found:
                return "、".join(found[:NAMED]) + (f"等 {len(found)} 个" if len(found) > NAMED else "")
    return ""


def sums(ledger: Ledger, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Whole numbers with a unit, added up."""
    found = []
    for field in ledger.fields:
        if field.type is FieldType.INTEGER and field.unit and not field.personal:
            total = sum(number(row.get(field.id), field) for row in rows)
            if total:
                found.append(f"{field.name}共 {show(total)} {field.unit}")
    return found[:SUMMED]


def number(value: Any, field: Field) -> int:
    return int(stored.typed(value, field)) if value is not None else 0
