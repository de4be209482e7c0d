"""People in entries: kept once per contract, sealed; shown masked; told in full for a reason alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from app.security.vault import Vault, mask_id, mask_name, mask_phone
from app.services.act import Act, Refused, found
from app.services.roster import sees_personal_data
from app.store import people_index
from app.store.contracts import ContractScope
from app.store.people_index import Person
from kpi.ledger.entries import FieldWarning
from kpi.ledger.identities import PERSON_PARTS, id_number, parts_of, phone

ORDER = ("name", "id_number", "phone")
NOT_ON_FILE = "您在这份合同里还没有签署的保密协议，看不到也不能登记个人信息。请项目负责人在“花名册”里登记保密协议后再来"


@dataclass(frozen=True)
class Known:
    """What is known of a person; blanks where it is not."""

    name: str = ""
    id_number: str = ""
    phone: str = ""

    @classmethod
    def of(cls, raw: object) -> Known:
        """Read from a form's or a row's parts, which kpi.ledger has found right before."""
        parts = dict(parts_of(raw, PERSON_PARTS, ORDER))
        if alone := parts.pop("", ""):
            parts["id_number" if len(alone) == 18 else "phone"] = alone
        number = parts.get("id_number", "")
        try:
            number = id_number(number) if number else ""
        except FieldWarning as warning:
            number = warning.value
        mobile = parts.get("phone", "")
        return cls(parts.get("name", ""), number, phone(mobile) if mobile else "")


def context_of(contract_id: int, digest: str) -> str:
    """What a person's blob is bound to."""
    return f"person:{contract_id}:{digest}"


def digests(vault: Vault, contract_id: int, known: Known) -> tuple[str | None, str | None]:
    """Keyed digests of the ID number and the phone."""
    number = vault.digest(f"id:{contract_id}", known.id_number) if known.id_number else None
    mobile = vault.digest(f"phone:{contract_id}", known.phone) if known.phone else None
    return number, mobile


def keep(act: Act, contract_id: int, known: Known) -> Person:
    """The person's row: found by number (or phone), completed by what is new, or added."""
    number, mobile = digests(act.vault, contract_id, known)
    row = people_index.by_digest(act.session, contract_id, number, mobile)
    if row is None:
        row = sealed_row(act, contract_id, known)
        act.session.add(row)
        act.session.flush()
        return row
    before = opened(act.vault, row)
    merged = Known(known.name or before.name, known.id_number or before.id_number, known.phone or before.phone)
    if merged != before:
        fresh = sealed_row(act, contract_id, merged)
        row.sealed, row.phone_digest = fresh.sealed, fresh.phone_digest
        row.name_mask, row.phone_mask = fresh.name_mask, fresh.phone_mask
        act.session.flush()
    return row


def sealed_row(act: Act, contract_id: int, known: Known) -> Person:
    """A new row, not added yet."""
    number, mobile = digests(act.vault, contract_id, known)
    blob = json.dumps([known.name, known.id_number, known.phone], ensure_ascii=False).encode()
    return Person(
        contract_id=contract_id,
        sealed=act.vault.sealer.seal(blob, context_of(contract_id, number or mobile or "")),
        id_digest=number,
        phone_digest=mobile,
        name_mask=mask_name(known.name),
        id_mask=mask_id(known.id_number),
        phone_mask=mask_phone(known.phone),
        created_at=act.now,
    )


def opened(vault: Vault, row: Person) -> Known:
    """What the blob holds; raises CannotOpen."""
    digest = row.id_digest or row.phone_digest or ""
    return Known(*json.loads(vault.sealer.open(row.sealed, context_of(row.contract_id, digest))))


def masked(row: Person) -> str:
    """The person as lists show them."""
    return " ".join(part for part in (row.name_mask, row.id_mask or row.phone_mask) if part)


def check_on_file(act: Act, scope: ContractScope) -> None:
    """Personal data only for who has signed the confidentiality agreement."""
    if not sees_personal_data(scope, act.person(), act.today):
        raise Refused(NOT_ON_FILE)


def reveal(act: Act, scope: ContractScope, person_id: int, reason: str) -> Known:
    """A person in full, for a reason that the audit log keeps."""
    check_on_file(act, scope)
    if len(reason.strip()) < 4:
        raise Refused("请写明查看的事由（至少 4 个字），它会记入审计日志", "reason")
    row = found(people_index.by_ids(act.session, scope.contract_id, [person_id]).get(person_id))
    act.record("person.revealed", "person", person_id, scope.contract_id, reason=reason.strip())
    return opened(act.vault, row)


def by_search(act: Act, scope: ContractScope, text: str) -> Mapping[int, Person]:
    """The people with exactly this ID number, or this phone (a family may share one)."""
    check_on_file(act, scope)
    try:
        known = Known.of(text.strip())
    except ValueError as error:
        raise Refused(f"请写完整的身份证号或手机号：{error}", "q") from error
    if not known.id_number and not known.phone:
        raise Refused("请写完整的身份证号或手机号", "q")
    number, mobile = digests(act.vault, scope.contract_id, known)
    return {row.id: row for row in people_index.with_digest(act.session, scope.contract_id, number, mobile)}
