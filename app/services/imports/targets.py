"""Where a column of a file may lead in a ledger: its fields, and the parts of a person or an enterprise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.services.ledger.reading import DATE
from kpi.ledger.columns import compile_columns
from kpi.ledger.conversions import Convert, day_or_moment, yes_no
from kpi.rulebook.ledgers import Field, FieldType, Ledger

NIL = "nil"
OUTLET = "outlet"
PARTS: Mapping[FieldType, tuple[tuple[str, str], ...]] = {
    FieldType.PERSON: (("name", "姓名"), ("id_number", "身份证号"), ("phone", "手机号")),
    FieldType.ENTERPRISE: (("name", "企业名称"), ("code", "统一社会信用代码")),
}
#: What tells people and enterprises apart: a name alone does not.
KEYS = {FieldType.PERSON: ("id_number", "phone"), FieldType.ENTERPRISE: ("name", "code")}
#: Columns of the console's own files that say what the console itself decides.
ASIDE = frozenset({"id", "ledger", "version", "state", "author", "verifier", "evidence", "validated"})
PIECES = "材料份数"


@dataclass(frozen=True)
class Target:
    """One place for a column. `key` is a field's id, with the part behind a dot; `field` None for fixed ones."""

    key: str
    title: str
    field: Field | None = None
    part: str = ""

    @property
    def required(self) -> bool:
        return bool(self.field and self.field.required and not self.part)

    @property
    def options(self) -> tuple[str, ...]:
        """The words that it takes, where it takes only some."""
        if self.key == NIL or (self.field and self.field.type is FieldType.YES_NO):
            return ("是", "否")
        takes = {FieldType.CHOICE, FieldType.MULTIPLE_CHOICE, FieldType.OUTLET}
        return self.field.choices if self.field and self.field.type in takes else ()


@dataclass(frozen=True)
class Targets:
    """All places of a ledger, in the order of its fields, and what its headings mean."""

    ledger: Ledger
    every: tuple[Target, ...]
    by_heading: Mapping[str, str]
    converters: Mapping[str, Convert]

    def find(self, key: str) -> Target | None:
        return next((each for each in self.every if each.key == key), None)

    def title(self, key: str) -> str:
        found = self.find(key)
        return found.title if found else key

    def required(self) -> list[Field]:
        """Fields that every row must have and that a file can bring: files themselves are none of them."""
        return [each for each in self.ledger.fields if each.required and each.type is not FieldType.EVIDENCE]


def targets_of(ledger: Ledger) -> Targets:
    """The places of a ledger."""
    every: list[Target] = []
    for field in ledger.fields:
        if field.type is FieldType.EVIDENCE:
            continue
        every.append(Target(field.id, whole_title(field), field))
        every += [Target(f"{field.id}.{part}", f"{field.name}·{word}", field, part) for part, word in PARTS.get(field.type, ())]
    if ledger.field(ledger.date) is None:
        every.insert(0, Target(DATE, "业务日期"))
    if not any(field.type is FieldType.OUTLET for field in ledger.fields):
        every.append(Target(OUTLET, "网点"))
    if ledger.nil_return:
        every.append(Target(NIL, "零报告"))
    columns = compile_columns(ledger)
    keys = {each.key for each in every}
    headings = {name: field for name, (field, _) in columns.fields.items()}
    headings |= {name: f"{field}.{part}" for name, (field, part) in columns.parts.items()}
    headings |= {name: "" if fixed in ASIDE else fixed for name, fixed in columns.fixed.items()}
    headings |= {each.title: each.key for each in every}
    headings.setdefault(PIECES, "")
    known = {name: key for name, key in headings.items() if key in keys or key == ""}
    converters = {**columns.converters, DATE: day_or_moment, NIL: yes_no}
    return Targets(ledger, tuple(every), known, converters)


def whole_title(field: Field) -> str:
    """What the whole field is called where its parts are offered beside it."""
    words = {FieldType.PERSON: "（姓名|身份证号|手机号写在一格）", FieldType.ENTERPRISE: "（名称或代码）"}
    return field.name + words.get(field.type, "")
