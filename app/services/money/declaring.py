"""企业规模声明: what the supplier said of its size when the contract was signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.security.money_terms import EnterpriseSize
from app.services.act import Act, Refused, found
from app.services.money.clock import Declared
from app.store import money, setup
from app.store.contracts import ContractScope
from app.store.money import SizeDeclaration
from kpi.quantities import QuantityError, parse_exact, plain

MOST_RATE = Fraction(1, 100)  # above 1% a day it is a slip of the keyboard


@dataclass(frozen=True)
class Said:
    """A declaration as typed; the rate per day as `0.05%`, empty where the contract is silent."""

    size: EnterpriseSize
    declared_on: date
    daily_rate: str
    note: str
    file_id: int | None


def declare(act: Act, scope: ContractScope, said: Said) -> SizeDeclaration:
    """Keeps the declaration; it replaces the one before, which stays readable."""
    contract = found(scope.contract())
    if said.declared_on > act.today:
        raise Refused("声明日期不能晚于今天", "declared_on")
    if said.file_id is not None and not setup.files(act.session, scope.contract_id, [said.file_id]):
        raise Refused("没有找到上传的声明，请重新上传", "files")
    row = money.add_declaration(
        act.session,
        SizeDeclaration(
            contract_id=contract.id, size=said.size.value, declared_on=said.declared_on, daily_rate=_rate(said.daily_rate),
            note=said.note.strip(), file_id=said.file_id, recorded_by=act.person().user_id, recorded_at=act.now,
        ),
    )  # fmt: skip
    told = {"size": said.size.label, "revision": row.revision, "rate": row.daily_rate, "file": row.file_id}
    act.record("declaration.recorded", "declaration", row.id, contract.id, **told)
    return row


def _rate(typed: str) -> str:
    text = typed.strip().replace("％", "%")
    if not text:
        return ""
    try:
        rate = parse_exact(text)
    except QuantityError as error:
        raise Refused("请写成每日的百分比，例如 0.05%；合同没有约定就留空", "daily_rate") from error
    if not 0 < rate <= MOST_RATE:
        raise Refused("每日利率应大于 0、不超过 1%，例如 0.05%；合同没有约定就留空", "daily_rate")
    return f"{plain(rate * 100)}%"


def declared(scope: ContractScope) -> Declared | None:
    """What counts for the clocks; None where nothing was declared yet."""
    row = money.declaration(scope.session, scope.contract_id)
    return None if row is None else as_declared(row)


def as_declared(row: SizeDeclaration) -> Declared:
    return Declared(EnterpriseSize.of(row.size), parse_exact(row.daily_rate) if row.daily_rate else None)
