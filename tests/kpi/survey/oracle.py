"""A plain reading of a survey's rules, record by record: what every engine's result is compared with.

Written from the rulebook types alone, with python-stdnum for ID numbers and `Expression.on` for rules.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

from stdnum.cn import ric

from kpi.expressions import Expression, NoData
from kpi.rulebook.answers import Answers
from kpi.rulebook.document import Rulebook
from kpi.rulebook.ledgers import FieldType

NUMBERS = (FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY, FieldType.DURATION)


@dataclass(frozen=True)
class Verdict:
    score: Fraction | None
    qualified: bool
    basic_ok: bool
    passed: bool
    failed: frozenset[str]


def half_width(text: str) -> str:
    return "".join(
        chr(ord(c) - 0xFEE0) if 0xFF01 <= ord(c) <= 0xFF5E else " " if c in "\u3000\u00a0" else c
        for c in text
    )


def bare(text: str) -> str:
    return half_width(text).strip(" \t\n\r").upper()


def tight(text: str) -> str:
    return bare(text).replace(" ", "")


class Oracle:
    def __init__(self, rulebook: Rulebook, answers: Answers) -> None:
        self.survey = rulebook.surveys[0]
        ledger = rulebook.ledger(self.survey.ledger)
        assert ledger is not None
        self.ledger, self.answers = ledger, answers
        self.ids = {c.id_number for c in self.survey.checks if hasattr(c, "id_number")}
        self.ids |= {c.field for c in self.survey.checks if c.check == "id_number"}
        self.phones = {c.field for c in self.survey.checks if c.check == "phone"}
        self.used = {e.field for t in self.survey.tables for e in t.elements}
        for check in self.survey.checks:
            self.used |= set(getattr(check, "fields", ())) | {
                getattr(check, key) for key in ("field", "id_number") if hasattr(check, key)
            }
            if check.check == "rule":
                self.used |= check.require.names | (check.when.names if check.when else set())
        self.used |= {self.survey.branch, self.survey.record_id, self.survey.area or self.survey.branch}
        self.used |= {d for c in self.survey.checks if (d := self.day(c))}

    def day(self, check: Any) -> str | None:
        if check.check == "id_number":
            return check.on or self.ledger.date
        return self.answers.get(check.on) if check.check in ("age", "age_window") else None

    def judge(self, rows: Sequence[Mapping[str, str | None]]) -> list[Verdict]:
        read = [self.read(row) for row in rows]
        repeated = {
            check.id: Counter(tuple(values[f][0] for f in check.fields) for values in read)
            for check in self.survey.checks
            if check.check == "unique"
        }
        return [self.verdict(values, repeated) for values in read]

    def read(self, row: Mapping[str, str | None]) -> dict[str, tuple[Any, Any, bool]]:
        """field → (clean text or None, typed value or None, fits its type)."""
        return {f.id: self.value(f, row.get(f.id) or "") for f in self.ledger.fields if f.id in self.used}

    def value(self, field: Any, raw: str) -> tuple[Any, Any, bool]:
        text: str | None = (half_width(raw).strip(" \t\n\r") and raw.strip(" \t\n\r\u3000\u00a0")) or None
        if text is None:
            return None, None, True
        if field.id in self.ids:
            return bare(raw), bare(raw), True
        if field.id in self.phones:
            number = bare(raw).replace(" ", "").replace("-", "").removeprefix("+86")
            return number, number, True
        if field.type in (FieldType.CHOICE, FieldType.YES_NO) and (
            field.choices or field.type is FieldType.YES_NO
        ):
            return self.choice(field, raw, text)
        if field.type is FieldType.MULTIPLE_CHOICE:
            parts = re.split(r"[,;|、\n]+", tight(raw))
            return text, parts, set(parts) <= {tight(c) for c in field.choices}
        if field.type in NUMBERS:
            return self.number(field, raw)
        if field.type is FieldType.DATE:
            day = self.date(half_width(text).strip(" \t\n\r"))
            return text, day, day is not None
        return text, text, True

    def choice(self, field: Any, raw: str, text: str) -> tuple[Any, Any, bool]:
        choices = [*(field.choices or ("是", "否"))]
        for table in self.survey.tables:
            choices += [c for e in table.elements if e.field == field.id for c in e.choices]
        if text not in choices:
            text = next((c for c in choices if tight(c) == tight(raw)), text)
        if field.type is FieldType.YES_NO:
            text = {"TRUE": "是", "FALSE": "否"}.get(tight(raw), text)
            return text, {"是": True, "否": False}.get(text), text in "是否"
        return text, text, text in (field.choices or choices)

    def number(self, field: Any, raw: str) -> tuple[Any, Any, bool]:
        text = bare(raw).replace(",", "")
        whole = field.type in (FieldType.INTEGER, FieldType.DURATION)
        pattern = r"[+-]?[0-9]{1,12}" if whole else r"[+-]?[0-9]{1,9}(\.[0-9]{1,4})?"
        value = Fraction(text) if re.fullmatch(pattern, text) else None
        fits = value is not None and not (
            (field.minimum is not None and value < field.minimum)
            or (field.maximum is not None and value > field.maximum)
        )
        return text, value, fits

    def date(self, text: str) -> date | None:
        found = re.fullmatch(
            r"([0-9]{4}) ?[-/.年] ?([0-9]{1,2}) ?[-/.月] ?([0-9]{1,2}) ?日?([ T][0-9:.]{1,15})?", text
        ) or re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", text)
        try:
            return date(int(found[1]), int(found[2]), int(found[3])) if found else None
        except ValueError:
            return None

    def person(self, values: Mapping[str, Any], field: str) -> tuple[date, bool] | None:
        """Birth date and whether male, of a right ID number; else None."""
        number = values[field][0]
        if number is None or not re.fullmatch(r"[0-9]{17}[0-9X]", number):
            return None
        day = next(
            (self.day(c) for c in self.survey.checks if c.check == "id_number" and c.field == field), None
        )
        try:
            birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        except ValueError:
            return None
        on = values[day][1] if day else None
        if birth.year < 1900 or ric.calc_check_digit(number) != number[17] or (on and birth > on):
            return None
        return birth, int(number[16]) % 2 == 1

    def fails(self, check: Any, values: Mapping[str, Any], repeated: Mapping[str, Counter[Any]]) -> bool:
        kind = check.check
        if kind == "rule":
            row = {name: value[1] for name, value in values.items()}
            return (check.when is None or self.holds(check.when, row)) and not self.holds(check.require, row)
        if kind == "required":
            return any(values[f][0] is None for f in check.fields)
        if kind == "unique":
            key = tuple(values[f][0] for f in check.fields)
            return None not in key and repeated[check.id][key] > 1
        if kind == "phone":
            number = values[check.field][0]
            return number is not None and not re.fullmatch(r"1[3-9][0-9]{9}", number)
        if kind == "choice":
            known = check.choices or self.ledger.field(check.field).choices or ("是", "否")  # type: ignore[union-attr]
            text = values[check.field][0]
            return text is not None and not self.among(check, text, known)
        if kind == "id_number":
            return values[check.field][0] is not None and self.person(values, check.field) is None
        person = self.person(values, check.id_number)
        return person is not None and self.disagrees(check, values, *person)

    def among(self, check: Any, text: str, known: Sequence[str]) -> bool:
        return text in known or any(tight(text) == tight(c) for c in known)

    def disagrees(self, check: Any, values: Mapping[str, Any], birth: date, male: bool) -> bool:
        if check.check == "sex":
            said = values[check.field][0]
            return said in (check.male, check.female) and (said == check.male) != male
        if check.check == "birth_date":
            said = values[check.field][1]
            return said is not None and said != birth
        on = values[self.day(check)][1]
        if on is None:
            return False
        age = on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))
        if check.check == "age":
            said = values[check.field][1]
            return said is not None and said != age
        low, high = check.male if male else check.female
        return not low <= age <= high

    def holds(self, expression: Expression, row: Mapping[str, Any]) -> bool:
        try:
            return bool(expression.on(row))
        except NoData:
            return False

    def verdict(self, values: dict[str, Any], repeated: Mapping[str, Counter[Any]]) -> Verdict:
        branch = values[self.survey.branch][0]
        table = next((t for t in self.survey.tables if t.branch == branch), None)
        here = [c for c in self.survey.checks if not c.branches or branch in c.branches]
        failed = {c.id for c in here if self.fails(c, values, repeated)}
        errors = {c.id for c in here if c.id in failed and c.severity == "error"}
        for number in {c.field for c in self.survey.checks if c.check == "id_number"}:
            text = values[number][0]
            if text and re.fullmatch(r"[0-9]{17}[0-9X]", text) and not self.area_known(text):
                failed.add(f"area:{number}")
        blank, badly = self.by_field(values, branch, here)
        failed |= {f"blank:{f}" for f in blank} | badly
        passed = table is not None and not errors and not badly
        if table is None:
            return Verdict(None, False, False, passed, frozenset(failed))
        wrong = {
            e.name
            for e in table.elements
            if e.field in blank
            or {f"format:{e.field}", f"format:{e.field}:{branch}"} & badly
            or any(c.id in errors and self.hits(c, e) for c in here)
        }
        return self.scored(table, wrong, passed, frozenset(failed))

    def area_known(self, number: str) -> bool:
        provinces = "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82"
        return number[:2] in provinces.split()

    def by_field(
        self, values: Mapping[str, Any], branch: str, here: Sequence[Any]
    ) -> tuple[set[str], set[str]]:
        """Blank elements of the branch, and format reasons that hold."""
        tables = {t.branch: t for t in self.survey.tables}
        elements = tables[branch].elements if branch in tables else ()
        demanded = {f for c in here if c.check == "required" and c.severity == "error" for f in c.fields}
        blank = {
            e.field for e in elements if (e.required or e.field in demanded) and values[e.field][0] is None
        }
        badly: set[str] = set()
        for field in self.ledger.fields:
            if field.id not in values or field.id in self.ids | self.phones:
                continue
            users = {b for b, t in tables.items() if any(e.field == field.id for e in t.elements)}
            judged = {
                b
                for b in tables
                for c in self.survey.checks
                if c.check == "choice"
                and c.severity == "error"
                and c.field == field.id
                and (not c.branches or b in c.branches)
            }
            own = {
                b: e.choices
                for b, t in tables.items()
                for e in t.elements
                if e.field == field.id and e.choices and e.choices != field.choices
            }
            text, _, fits = values[field.id]
            if branch in own and text is not None and text not in own[branch]:
                badly.add(f"format:{field.id}:{branch}")
            due = (users or set(tables)) - judged - set(own)
            if not fits and (branch in due or due == set(tables)):
                badly.add(f"format:{field.id}")
        return blank, badly

    def hits(self, check: Any, element: Any) -> bool:
        if check.elements:
            return element.name in check.elements
        if check.check == "unique":
            return element.field in check.fields
        return element.field == getattr(check, "field", None)

    def basic_wrong(self, table: Any, wrong: set[str]) -> bool:
        return any(e.name in wrong for e in table.elements if e.section == self.survey.basic_section)

    def scored(self, table: Any, wrong: set[str], passed: bool, failed: frozenset[str]) -> Verdict:
        sections = self.answers.get(table.scored_sections) if table.scored_sections is not None else ()
        points = {e.name: e.points for e in table.elements if not sections or e.section in sections}
        score = sum((p for name, p in points.items() if name not in wrong), Fraction(0))
        basic_ok = not self.basic_wrong(table, wrong)
        qualified = score >= self.answers.get(table.qualified_at)
        if self.answers.get(self.survey.basic_error_disqualifies):
            qualified = qualified and basic_ok
        return Verdict(score, qualified, basic_ok, passed, failed)
