"""What every record of fieldwork shares: people and their names sealed, times, files, who may read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.security.case_terms import PaperOf
from app.security.predicates import Person
from app.security.terms import Signature
from app.security.vault import mask_text
from app.services import books
from app.services.act import Act, Refused, found
from app.services.books import Book
from app.services.ledger import people
from app.store.contracts import Contract, ContractScope
from app.store.evidence import links
from app.store.fieldwork import Fieldwork

LEAST = 4
MOST = 2000
TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")


class Overtaken(Refused):
    """Somebody else changed the record meanwhile; `version` is what it is now."""

    def __init__(self, seen: int, version: int) -> None:
        super().__init__(f"这份记录刚刚被别人改过：您看到的是第 {seen} 版，现在是第 {version} 版。没有改动，请看过现在的内容再做")
        self.version = version


@dataclass(frozen=True)
class Met:
    """Whom the investigators met, and whether that person signed; `witness` of a refusal."""

    spoken_to: str = ""
    signature: Signature = Signature.NOBODY
    witness: str = ""


def contract_of(scope: ContractScope) -> Contract:
    return found(scope.contract())


def book_of(scope: ContractScope) -> Book:
    return books.book_of(scope, contract_of(scope))


def of_supplier(person: Person, contract: Contract) -> bool:
    """Whether the person reads as the contractor does: results, no samples before they are concluded."""
    return person.organisation_id == contract.supplier_id


def check_version(seen: int | None, version: int) -> None:
    if seen is not None and seen != version:
        raise Overtaken(seen, version)


def checked_text(text: str, field: str, what: str, least: int = LEAST) -> str:
    """The text as it is kept."""
    text = text.strip()
    if len(text) < least:
        raise Refused(f"请写明{what}（至少 {least} 个字）", field)
    if len(text) > MOST:
        raise Refused(f"{what}最多 {MOST} 个字，现在有 {len(text)} 个", field)
    return text


def checked_time(text: str, field: str) -> str:
    text = text.strip()
    if text and not TIME.fullmatch(text):
        raise Refused("时间写法应为 14:30", field)
    return text


def checked_day(act: Act, scope: ContractScope, day: date, field: str, what: str) -> date:
    if not contract_of(scope).starts_on <= day <= act.today:
        raise Refused(f"{what}应在合同起始日与今天之间", field)
    return day


def check_clause(book: Book, clause: str) -> str:
    if clause not in {one.id for one in book.rulebook.clauses}:
        raise Refused("请从合同条款里选", "clause")
    return clause


def check_met(act: Act, scope: ContractScope, met: Met) -> None:
    """A signature or its refusal is somebody's; a refusal has a witness; names are personal data."""
    if met.signature is not Signature.NOBODY and not met.spoken_to.strip():
        raise Refused("请写明与谁谈的；没有对方人员的，签字一栏选“没有对方人员”", "spoken_to")
    if met.signature is Signature.REFUSED and not met.witness.strip():
        raise Refused("对方拒绝签字的，请写明在场的见证人", "witness")
    if met.spoken_to.strip() or met.witness.strip():
        people.check_on_file(act, scope)


def sealed(act: Act, context: str, text: str) -> dict[str, str]:
    """A personal text: sealed for reading, masked for showing."""
    text = text.strip()
    if not text:
        return {}
    return {"sealed": act.vault.seal_text(text, context), "mask": mask_text(text)}


def check_files(act: Act, scope: ContractScope, file_ids: Sequence[int], field: str = "files") -> None:
    """Refused where an uploaded file is not here."""
    known = links.digests(act.session, scope.contract_id, set(file_ids))
    if missing := len(set(file_ids) - known.keys()):
        raise Refused(f"有 {missing} 份材料没有找到，可能已被清理。请重新上传", field)


def put_files(act: Act, scope: ContractScope, use: PaperOf, about_id: int, file_ids: Sequence[int]) -> None:
    """The files beside a record are these."""
    check_files(act, scope, file_ids)
    Fieldwork(act.session, scope.contract_id).put_files(use, about_id, file_ids)


def outlet_check(scope: ContractScope, outlet_id: int | None) -> str:
    """The outlet's name; blank for none."""
    if outlet_id is None:
        return ""
    names = {each.id: each.name for each in scope.outlets()}
    if outlet_id not in names:
        raise Refused("没有这个网点，请从列表里选", "outlet_id")
    return names[outlet_id]


def plain(value: Any) -> str:
    """A typed value trimmed."""
    return str(value or "").strip()
