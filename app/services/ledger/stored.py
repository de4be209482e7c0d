"""Values of an entry: typed by the engine → plain JSON in the row → typed, shown, or filled into a form.

Numbers with decimals, dates and times are texts, never binary fractions. A person is `{"person": id}`, an
enterprise `{"code", "name"}`, a personal text `{"sealed", "key", "mask"}`: sealed for reading, keyed for
counting once, masked for showing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from fractions import Fraction
from typing import Any

from app.security.vault import Vault, mask_text
from kpi.ledger import conversions
from kpi.quantities import plain
from kpi.rulebook.ledgers import Field, FieldType, Ledger

PERSON = "person"
SEALED = "sealed"
KEPT = "kept"  # a form's mark: the personal text stays as it is
NUMBERS = frozenset(
    {FieldType.INTEGER, FieldType.DECIMAL, FieldType.MONEY, FieldType.PERCENT, FieldType.DURATION}
)
_KEY_LENGTH = 32


def is_personal_text(field: Field) -> bool:
    """A text that names or describes a person, and is therefore sealed."""
    return field.personal and field.type is not FieldType.PERSON


def has_personal(ledger: Ledger) -> bool:
    """Whether entries of the ledger hold personal data."""
    return any(field.personal or field.type is FieldType.PERSON for field in ledger.fields)


def context_of(contract_id: int, ledger_id: str, field_id: str) -> str:
    """What a sealed text is bound to."""
    return f"entry:{contract_id}:{ledger_id}:{field_id}"


def seal(vault: Vault, contract_id: int, ledger_id: str, field: Field, text: str) -> dict[str, str]:
    """A personal text as the row holds it."""
    context = context_of(contract_id, ledger_id, field.id)
    return {
        SEALED: vault.seal_text(text, context),
        "key": text_key(vault, contract_id, text),
        "mask": mask_text(text),
    }


def text_key(vault: Vault, contract_id: int, text: str) -> str:
    """What counts a text once across the ledgers of a contract, so it is bound to the contract alone."""
    return vault.digest(f"text:{contract_id}", text)[:_KEY_LENGTH]


def opened(vault: Vault, contract_id: int, ledger_id: str, field: Field, value: Mapping[str, str]) -> str:
    """A personal text again."""
    return vault.open_text(value[SEALED], context_of(contract_id, ledger_id, field.id))


def stored(value: Any, field: Field) -> Any:
    """A typed value (other than person, enterprise and personal text) as JSON."""
    if isinstance(value, Fraction):
        return plain(value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return list(value)
    if field.type in NUMBERS and isinstance(value, int) and field.type is not FieldType.INTEGER:
        return str(value)
    return value


def enterprise_of(raw: Any, key: str) -> dict[str, str]:
    """An enterprise: the key that the engine found (credit code, else name), and the name beside it."""
    parts = raw if isinstance(raw, Mapping) else {}
    name = str(parts.get("name") or parts.get("企业名称") or parts.get("单位名称") or "").strip()
    coded = len(key) == 18 and key.isascii()
    if not name and isinstance(raw, str) and "|" in raw.replace("｜", "|"):
        name = raw.replace("｜", "|").partition("|")[0].strip()
    return {"code": key, "name": name} if coded else {"code": "", "name": name or key}


def typed(value: Any, field: Field) -> Any:
    """The value as the engine counts it: numbers exact, people and personal texts by their keys."""
    if field.type is FieldType.PERSON:
        return f"P{value[PERSON]}"
    if field.type is FieldType.ENTERPRISE:
        return value["code"] or value["name"]
    if isinstance(value, Mapping):
        return value["key"]
    if field.type in _READ:
        return _READ[field.type](value)
    return tuple(value) if isinstance(value, list) else value


def _ratio(text: Any) -> Any:
    return conversions.plain_ratio(Fraction(str(text)))


_READ = {
    FieldType.DECIMAL: conversions.number,
    FieldType.MONEY: conversions.number,
    FieldType.PERCENT: _ratio,
    FieldType.DURATION: conversions.integer,
    FieldType.DATE: conversions.day,
    FieldType.TIME: conversions.clock,
    FieldType.DATETIME: conversions.moment,
}


def typed_fields(ledger: Ledger, fields: Mapping[str, Any]) -> dict[str, Any]:
    """All values of a row as the engine counts them."""
    found: dict[str, Any] = {}
    for field in ledger.fields:
        if (value := fields.get(field.id)) is not None:
            found[field.id] = typed(value, field)
    return found


def shown(value: Any, field: Field) -> str:
    """The value as lists show it, people masked by the caller."""
    if value is None or value == "":
        return ""
    if field.type is FieldType.YES_NO:
        return "是" if value else "否"
    if field.type is FieldType.ENTERPRISE:
        return str(value["name"] or value["code"])
    if isinstance(value, Mapping):
        return str(value.get("mask", ""))
    if isinstance(value, list):
        return "、".join(str(each) for each in value)
    if field.type is FieldType.MONEY:
        return money_text(str(value))
    if field.type is FieldType.PERCENT:
        return f"{plain(Fraction(str(value)) * 100)}%"
    return str(value)


def money_text(text: str) -> str:
    """¥1,234.50 from yuan as a decimal text."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    whole, _, cents = digits.partition(".")
    return f"{sign}¥{int(whole):,}.{(cents + '00')[:2]}"


def as_input(value: Any, field: Field) -> Any:
    """The value as a form's field takes it."""
    if field.type is FieldType.PERCENT and value not in (None, ""):
        return plain(Fraction(str(value)) * 100)
    if field.type is FieldType.DATETIME and isinstance(value, str):
        return value.replace(" ", "T")
    return value
