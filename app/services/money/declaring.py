"""企业规模声明: what the supplier said of its size when the contract was signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.security.money_terms import EnterpriseSize
from app.services.act import Act, Refused, found
from app.services.money import lpr
from app.services.money.clock import Declared
from app.store import money, setup
from app.store.contracts import ContractScope
from app.store.money import SizeDeclaration
from kpi.quantities import QuantityError, parse_exact, plain

MOST_RATE = Fraction(1, 100)  # above 1% a day it is a slip of the keyboard
MOST_LPR = Fraction(1, 5)


@dataclass(frozen=True)
class Said:
    """A declaration as typed; the rate per day as `0.05%`, empty where the contract is silent.

    `signed_on`: when the contract was made; `lpr`: the one-year rate of that day, as `3.1%`, where the data do not have it.
    """

    size: EnterpriseSize
    declared_on: date
    daily_rate: str
    note: str
    file_id: int | None
    signed_on: date | None = None
    lpr: str = ""


def declare(act: Act, scope: ContractScope, said: Said) -> SizeDeclaration:
    """Keeps the declaration; it replaces the one before, which stays readable."""
    contract = found(scope.contract())
    if said.declared_on > act.today:
        raise Refused("声明日期不能晚于今天", "declared_on")
    if said.file_id is not None and not setup.files(act.session, scope.contract_id, [said.file_id]):
        raise Refused("没有找到上传的声明，请重新上传", "files")
    rate = _rate(said.daily_rate)
    entered = _lpr(said, act.today) if rate else ""
    row = money.add_declaration(
        act.session,
        SizeDeclaration(
            contract_id=contract.id, size=said.size.value, declared_on=said.declared_on, daily_rate=rate,
            signed_on=said.signed_on if rate else None, lpr=entered,
            note=said.note.strip(), file_id=said.file_id, recorded_by=act.person().user_id, recorded_at=act.now,
        ),
    )  # fmt: skip
    told = {"size": said.size.label, "revision": row.revision, "rate": row.daily_rate, "file": row.file_id}
    told |= {"signed_on": str(row.signed_on), "lpr": entered, "below": as_declared(row).below} if rate else {}
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


def _lpr(said: Said, today: date) -> str:
    """The one-year rate as entered; Refused where the data know another."""
    if said.signed_on is None:
        raise Refused("请填写合同订立日期：约定的利率要与那一天的一年期贷款市场报价利率核对", "signed_on")
    if said.signed_on > today:
        raise Refused("合同订立日期不能晚于今天", "signed_on")
    text, known = said.lpr.strip().replace("％", "%"), lpr.published(said.signed_on)
    if not text:
        return ""
    try:
        rate = parse_exact(text)
    except QuantityError as error:
        raise Refused("请写成年利率的百分比，例如 3.1%", "lpr") from error
    if not 0 < rate <= MOST_LPR:
        raise Refused("年利率应大于 0、不超过 20%，例如 3.1%", "lpr")
    if known is not None and known.rate != rate:
        told = f"{said.signed_on} 适用的一年期贷款市场报价利率是 {plain(known.rate * 100)}%（{known.since} 公布）"
        raise Refused(f"{told}，与填写的不同。请核对订立日期；这一天的利率系统已有，可以留空", "lpr")
    return "" if known is not None else f"{plain(rate * 100)}%"


def warning(row: SizeDeclaration) -> str:
    """What is to be said about the agreed rate: it is too low, or cannot be checked; empty where it is in order."""
    found_rate = as_declared(row)
    if found_rate.below and (floor := found_rate.floor) is not None:
        return (
            f"合同约定的逾期利率每日 {row.daily_rate} 低于{floor.said}。"
            f"《保障中小企业款项支付条例》规定约定的利率不得低于它，逾期利息改按 {floor.words} 计"
        )
    if found_rate.unchecked:
        until = lpr.known().checked_through
        return (
            f"不知道订立合同那一天的一年期贷款市场报价利率（系统里的数据核对到 {until}），约定的利率没有核对是不是低于它。"
            "请查到那一天的利率，更新声明时填上"
        )
    return ""


def declared(scope: ContractScope) -> Declared | None:
    """What counts for the clocks; None where nothing was declared yet."""
    row = money.declaration(scope.session, scope.contract_id)
    return None if row is None else as_declared(row)


def as_declared(row: SizeDeclaration) -> Declared:
    entered = parse_exact(row.lpr) if row.lpr else None
    rate = parse_exact(row.daily_rate) if row.daily_rate else None
    return Declared(EnterpriseSize.of(row.size), rate, lpr.floor_of(row.signed_on, entered) if rate is not None else None)
