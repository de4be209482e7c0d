"""Price, term, supplier and the other settings of a contract."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.security.terms import ContractState, OrganisationKind
from app.services.act import Act, Refused, found
from app.services.books import Book, calendar
from app.services.setup.versions import begin_with
from app.store import contracts, setup
from app.store.contracts import Contract, ContractScope
from kpi.calendar import shift
from kpi.quantities import Money
from kpi.rulebook.answers import Refused as Unanswered


@dataclass(frozen=True)
class Terms:
    """What can be set. `version`: the version of the contract that the person had before them."""

    title: str
    supplier_id: int
    starts_on: date
    ends_on: date
    price_fen: int | None
    internal_check: bool
    entry_days: int | None
    history_days: int | None
    reason: str
    version: int


class Overtaken(Refused):
    """Somebody changed the contract meanwhile."""


def terms_of(contract: Contract) -> dict[str, object]:
    """The settings as they stand, by the name of their column."""
    return {name: getattr(contract, name) for name in COLUMNS}


COLUMNS = {
    "title": "名称", "supplier_id": "供应商", "starts_on": "起始日期", "ends_on": "终止日期", "price_fen": "合同价款",
    "internal_check": "提交前内部复核", "entry_days": "登记时限", "history_days": "平台数据保留天数",
}  # fmt: skip
#: What only an amendment or a decision of the parties changes once the contract runs.
_AGREED = frozenset({"title", "supplier_id", "starts_on", "ends_on", "price_fen"})


def change(act: Act, scope: ContractScope, terms: Terms) -> list[str]:
    """Changes the settings; the Chinese names of what has changed. A reason is due once the contract runs."""
    contract = found(scope.contract())
    if contract.version != terms.version:
        raise Overtaken("您打开本页以后，有人改过这份合同的设置", "")
    if contract.state == ContractState.CLOSED:
        raise Refused("合同已经结束，设置不能再改")
    changed = {name: getattr(terms, name) for name in COLUMNS if getattr(terms, name) != getattr(contract, name)}
    if not changed:
        return []
    _check(act, scope, contract, terms, frozenset(changed))
    earlier = {name: getattr(contract, name) for name in changed}
    for name, value in changed.items():
        setattr(contract, name, value)
    if contract.state == ContractState.DRAFT:
        begin_with(act, contract)
    act.session.flush()
    act.record(
        "contract.changed", "contract", contract.id, contract.id,
        earlier=_told(earlier), now=_told(changed), reason=terms.reason,
    )  # fmt: skip
    return [COLUMNS[name] for name in changed]


def _told(values: dict[str, object]) -> list[str]:
    return [f"{COLUMNS[name]}：{'未填' if value is None else value}" for name, value in values.items()]


def _check(act: Act, scope: ContractScope, contract: Contract, terms: Terms, names: frozenset[str]) -> None:
    if terms.ends_on < terms.starts_on:
        raise Refused("终止日期早于起始日期，请核对", "ends_on")
    if contract.state != ContractState.DRAFT and names & _AGREED and not terms.reason:
        listed = "、".join(COLUMNS[name] for name in COLUMNS if name in names & _AGREED)
        raise Refused(f"合同已经开始运行，改{listed}要写明理由，例如补充协议的编号", "reason")
    if "supplier_id" in names:
        _check_supplier(act, scope, contract, terms.supplier_id)


def _check_supplier(act: Act, scope: ContractScope, contract: Contract, supplier_id: int) -> None:
    row = contracts.organisation_by_id(act.session, supplier_id)
    if row is None or row.kind != OrganisationKind.SUPPLIER:
        raise Refused("请选择一个供应商", "supplier_id")
    if contract.state != ContractState.DRAFT:
        raise Refused("合同已经开始运行，不能更换供应商；更换供应商请结束本合同，另立新合同", "supplier_id")
    if setup.members_from(act.session, scope.contract_id, contract.supplier_id, act.today):
        raise Refused("现在的供应商已有人员是合同成员，请先在“成员”里结束他们的角色，再更换供应商", "supplier_id")


# -- what the rulebook says about the term --------------------------------------------------------


@dataclass(frozen=True)
class ProposedTerm:
    """The length that the rulebook states, and the last day that follows from a first day."""

    said: str
    ends_on: date | None


def proposed(book: Book, starts_on: date) -> ProposedTerm | None:
    """None where the rulebook states no length; without a day where an answer is missing."""
    term = book.rulebook.term
    try:
        years = int(book.answers.get(term.years))
    except (Unanswered, TypeError, ValueError):
        return ProposedTerm("由待确认事项决定，还没有答复", None)
    parts = [(years, "年"), (term.months, "个月"), (term.days, "天")]
    said = "".join(f"{number} {unit}" for number, unit in parts if number)
    if not said:
        return None
    months = years * 12 + term.months
    return ProposedTerm(said, shift(starts_on, months=months, days=term.days - 1))


def last_entry_day(act: Act, day: date, entry_days: int | None) -> str:
    """Until when something of that day can be entered, for the explanation beside the setting."""
    if entry_days is None:
        return "不限：合同期内随时可以补登"
    deadline = calendar(act.session, provisional=True).add_working_days(day, entry_days)
    return f"例如 {day} 的工作，最晚 {deadline.date} 登记{'（暂定）' if deadline.provisional else ''}"


def price_words(contract: Contract) -> str:
    """The price as shown; what is missing while it is open."""
    return str(Money(contract.price_fen)) if contract.price_fen is not None else "未填"
