"""A ledger's form as data for the templates: one control a field, with its value, errors and hints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.services.evidence import showing
from app.services.ledger import people, stored
from app.services.ledger.desk import Desk
from app.services.ledger.reading import DATE, Trouble
from app.store import people_index
from app.store.contracts import Outlet
from app.store.entries import LedgerEntry
from app.web.ledger.inputs import OTHER_EVIDENCE, Inputs, evidence_name, files_in, kinds_of, prefix_of
from kpi.rulebook.ledgers import Field, FieldType, Ledger

LONG_TEXT = 300
LONG_NAMES = ("情况", "说明", "内容", "备注", "意见", "措施", "原因", "描述", "详情", "建议", "结果", "要求")
PLAIN = {
    FieldType.TEXT: "text", FieldType.INTEGER: "number", FieldType.DECIMAL: "number", FieldType.MONEY: "money",
    FieldType.PERCENT: "percent", FieldType.DATE: "date", FieldType.TIME: "time", FieldType.DATETIME: "datetime",
    FieldType.DURATION: "duration", FieldType.YES_NO: "yes_no", FieldType.CHOICE: "choice",
    FieldType.MULTIPLE_CHOICE: "multiple", FieldType.OUTLET: "outlet",
}  # fmt: skip
COMPOUND = {FieldType.PERSON: "person", FieldType.ENTERPRISE: "enterprise", FieldType.REFERENCE: "reference"}
UNITS = {FieldType.PERCENT: "%", FieldType.MONEY: "元", FieldType.DURATION: "分钟"}


@dataclass
class Sheet:
    """The inputs of one ledger in a form. `only`: the fields that can be filled in; the rest is shown."""

    desk: Desk
    ledger: Ledger
    given: Inputs
    errors: Sequence[Trouble] = ()
    entry: LedgerEntry | None = None
    other: str = ""
    skip: frozenset[str] = frozenset()
    only: frozenset[str] | None = None
    outlets: Sequence[Outlet] = ()
    masks: Mapping[int, str] = field(default_factory=dict)
    ids: str = "f-"

    def __post_init__(self) -> None:
        self.prefix = prefix_of(self.other)
        self.by_field: dict[str, list[str]] = {}
        for each in self.errors:
            self.by_field.setdefault(each.field, []).append(each.message)

    @property
    def controls(self) -> list[dict[str, Any]]:
        """What the templates draw, in the ledger's order."""
        fields = [each for each in self.ledger.fields if each.type is not FieldType.EVIDENCE and each.id not in self.skip]
        if self.only is not None:
            fields = [each for each in fields if each.id in self.only]
        found = [self.control(each) for each in fields]
        if self.ledger.field(self.ledger.date) is None and not self.other and self.only is None:
            found.insert(0, self.plain("date", DATE, "业务日期", required=True))
        return found

    def control(self, each: Field) -> dict[str, Any]:
        if each.type in COMPOUND:
            return self.compound(each)
        kind, more = PLAIN[each.type], {}
        if stored.is_personal_text(each):
            return self.personal(each)
        if each.type is FieldType.TEXT:
            long = each.max_length > LONG_TEXT and each.name.endswith(LONG_NAMES)
            kind, more = ("textarea" if long else "text"), {"maxlength": each.max_length, "rows": 2}
        elif each.type is FieldType.MULTIPLE_CHOICE:
            more = {"options": list(each.choices), "value": self.given.getlist(self.name(each))}
        elif each.type is FieldType.CHOICE:
            more = {"options": list(each.choices)}
        elif each.type is FieldType.OUTLET:
            kind, more = self.outlet(each)
        elif each.type is FieldType.DATE:
            more = self.span(each)
        unit = each.unit or UNITS.get(each.type)
        return self.plain(
            kind, each.id, each.name, **{"unit": unit, "required": each.required, "help": help_of(each), **more}
        )

    def name(self, each: Field) -> str:
        return f"{self.prefix}{each.id}"

    def plain(self, kind: str, field_id: str, label: str, **more: Any) -> dict[str, Any]:
        """A control that the field component draws."""
        name = f"{self.prefix}{field_id}"
        args = {
            "name": name, "label": label, "type": kind, "value": self.given.get(name), "mark_optional": True,
            "errors": self.by_field.get(field_id, []), "id_prefix": self.ids, **more,
        }  # fmt: skip
        return {"kind": "plain", "name": name, "args": args, "ids": self.ids, "wide": kind in {"textarea", "multiple"}}

    def span(self, each: Field) -> dict[str, Any]:
        if each.id != self.ledger.date:
            return {}
        term = self.desk.term
        return {"min": term.start.isoformat(), "max": min(term.end, self.desk.act.today).isoformat()}

    def outlet(self, each: Field) -> tuple[str, dict[str, Any]]:
        """The tree of outlets; a text where the contract has none."""
        if not self.outlets:
            return "text", {"maxlength": each.max_length}
        return "outlet", {"options": tree(self.outlets, self.given.get(self.name(each)), self.desk.act.today)}

    def personal(self, each: Field) -> dict[str, Any]:
        """A personal text: what is kept shows as its mask, and stays unless something is typed."""
        name = self.name(each)
        kept = bool(self.given.get(f"{name}-kept"))
        value = (self.entry.fields.get(each.id) or {}) if self.entry is not None else {}
        mask = value.get("mask", "") if kept else ""
        control = self.plain(
            "text", each.id, each.name, required=each.required and not mask, maxlength=each.max_length,
            help=help_of(each), autocomplete="off",
            placeholder=f"{mask}（不改就留空）" if mask else None,
        )  # fmt: skip
        return control | {"kind": "personal", "kept": bool(mask), "clearable": bool(mask) and not each.required}

    def compound(self, each: Field) -> dict[str, Any]:
        """People, enterprises and references: several inputs, drawn by macros of the ledger's pages."""
        name = self.name(each)
        kept = self.given.get(f"{name}-kept", "")
        mask = self.masks.get(int(kept), "") if kept.isdecimal() and len(kept) < 19 else ""
        parts = {part: self.given.get(f"{name}-{part}", "") for part in ("name", "id_number", "phone", "code")}
        other = self.desk.rulebook.ledger(each.ledger) if each.type is FieldType.REFERENCE else None
        return {
            "kind": COMPOUND[each.type], "name": name, "label": each.name, "required": each.required,
            "help": help_of(each), "errors": self.by_field.get(each.id, []), "parts": parts, "mask": mask,
            "kept": kept if mask else "", "value": self.given.get(name, ""), "wide": each.type is not FieldType.REFERENCE,
            "field": each.id, "ledger": self.ledger.id, "of": other.name if other else "",
            "clearable": not each.required, "ids": self.ids,
        }  # fmt: skip

    # -- evidence -------------------------------------------------------------------------------

    @property
    def uploads(self) -> list[dict[str, Any]]:
        """One upload a kind of evidence, with the files that the form holds."""
        files = files_in(self.ledger, self.given, self.other)
        every = [key for keys in files.values() for key in keys]
        root = (self.entry.activity_id or self.entry.id) if self.entry is not None else None
        cards = {card.id: card for card in showing.cards_of(self.desk.scope, every, root)} if every else {}
        kinds = [kind for kind in kinds_of(self.ledger) if not (self.other and kind == OTHER_EVIDENCE)]
        return [
            {
                "kind": kind, "name": evidence_name(kind, self.other), "note": due_note(self.ledger, kind),
                "kept": [cards[key] for key in files.get(kind, []) if key in cards],
                "aside": kind == OTHER_EVIDENCE and not files.get(kind) and len(kinds) > 1,
            }
            for kind in kinds
        ]  # fmt: skip

    @property
    def error_list(self) -> list[tuple[str, str]]:
        """Input id and text of each error, for the summary above the form."""
        names = {each.id: each.name for each in self.ledger.fields}
        lead = f"{self.ledger.name}：" if self.other else ""
        drawn = {control["name"] for control in self.controls}
        found = []
        for each in self.errors:
            name = f"{self.prefix}{each.field}"
            title = f"{names[each.field]}：" if each.field in names else ""
            found.append((f"{self.ids}{name}" if name in drawn else "", f"{lead}{title}{each.message}"))
        return found


def help_of(each: Field) -> str | None:
    """What helps to fill the field in: the rulebook's words, and its bounds."""
    low, high = each.minimum, each.maximum
    words = [each.help] if each.help else []
    if low is not None and high is not None:
        words.append(f"{low} 至 {high}")
    elif high is not None:
        words.append(f"最大 {high}")
    return "；".join(words) or None


def due_note(ledger: Ledger, kind: str) -> str:
    """How many pieces of a kind are due, and whether always."""
    names = {field.name for field in ledger.fields if field.type is FieldType.EVIDENCE and field.required}
    for due in ledger.evidence:
        if due.kind == kind:
            return f"至少 {due.at_least} 份" if due.when is None else f"视填写内容，至少 {due.at_least} 份"
    return "至少 1 份" if kind in names else "选填"


def tree(outlets: Sequence[Outlet], chosen: str | None, today: date) -> list[dict[str, Any]]:
    """Outlets as options, those below under theirs; closed ones only where one is chosen."""
    children: dict[int | None, list[Outlet]] = {}
    for each in outlets:
        if each.closed_on is None or each.closed_on >= today or each.name == chosen:
            children.setdefault(each.parent_id, []).append(each)
    found: list[dict[str, Any]] = []

    def grow(parent: int | None, level: int) -> None:
        for each in children.get(parent, []):
            found.append({"value": each.name, "label": each.name, "level": level, "id": each.id})
            grow(each.id, level + 1)

    grow(None, 0)
    return found


def masks_of(desk: Desk, keys: set[int]) -> dict[int, str]:
    """How people show, by id; one query."""
    rows = people_index.by_ids(desk.act.session, desk.contract.id, keys)
    return {key: people.masked(row) for key, row in rows.items()}


def kept_people(given: Inputs) -> set[int]:
    """The people that a form refers to."""
    return {int(value) for name, value in given.items(multi=True) if name.endswith("-kept") and value.isdecimal() and len(value) < 19}
