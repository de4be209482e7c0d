"""Organisations and contracts: who contracts with whom, from when to when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

from app.security.terms import ContractState, OrganisationKind
from app.services.act import Act, Refused
from app.store import contracts
from app.store.contracts import Contract, Organisation


def add_organisation(act: Act, kind: str, name: str, credit_code: str) -> Organisation:
    """Adds a buyer or a supplier; the unified social credit code may be left empty."""
    code = credit_code.strip().upper() or None
    if code is not None:
        try:
            uscc.validate(code)
        except ValidationError as error:
            raise Refused("统一社会信用代码的位数或校验码不对，请对照营业执照核对", "credit_code") from error
    if contracts.organisation_taken(act.session, name.strip(), code):
        raise Refused("这个名称或统一社会信用代码已经登记过了", "name")
    row = Organisation(kind=kind, name=name.strip(), credit_code=code, created_at=act.now)
    act.session.add(row)
    act.session.flush()
    act.record("organisation.added", "organisation", row.id, kind=kind, name=row.name)
    return row


@dataclass(frozen=True)
class ContractTerms:
    """What a contract starts with; the price in fen, None while it is open."""

    code: str
    title: str
    buyer_id: int
    supplier_id: int
    starts_on: date
    ends_on: date
    price_fen: int | None


def check_terms(act: Act, terms: ContractTerms) -> None:
    """Refuses terms that contradict themselves or what is there."""
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,59}", terms.code):
        raise Refused("代号由 2 到 60 个小写字母、数字和横线组成", "code")
    if contracts.code_taken(act.session, terms.code):
        raise Refused("这个代号已经有了，请换一个", "code")
    if terms.ends_on < terms.starts_on:
        raise Refused("终止日期早于起始日期，请核对", "ends_on")
    sides = ((terms.buyer_id, OrganisationKind.BUYER), (terms.supplier_id, OrganisationKind.SUPPLIER))
    for organisation_id, kind in sides:
        row = contracts.organisation_by_id(act.session, organisation_id)
        if row is None or row.kind != kind:
            raise Refused(f"请选择一个{kind.label}", f"{kind.value}_id")


def create_contract(act: Act, terms: ContractTerms) -> Contract:
    """Adds a contract as a draft; it starts to count once its rulebook is set up."""
    check_terms(act, terms)
    row = Contract(
        code=terms.code,
        title=terms.title.strip(),
        buyer_id=terms.buyer_id,
        supplier_id=terms.supplier_id,
        state=ContractState.DRAFT.value,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        price_fen=terms.price_fen,
        created_at=act.now,
    )
    act.session.add(row)
    act.session.flush()
    act.record("contract.created", "contract", row.id, row.id, code=row.code, price_fen=row.price_fen)
    return row
