"""Targets changed after signing: one side proposes with a reason, a person of the other side agrees or declines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.security.permissions import P
from app.security.predicates import Person, acts_for
from app.services import books
from app.services.act import Act, Missing, Refused, found
from app.services.books import Book
from app.services.standing.inputs import running_period
from app.services.targets import latest
from app.store import indicators as stored
from app.store.contracts import Contract, ContractScope
from app.store.indicators import TargetChange
from kpi.quantities import Period, QuantityError, parse_exact, plain, show
from kpi.rulebook.answers import Refused as Unanswered
from kpi.rulebook.assumptions import Parameter
from kpi.rulebook.document import Rulebook
from kpi.rulebook.indicators import Indicator

SHORTEST = 6
#: Who speaks for a side in what the contract wants reached.
BUYER, SUPPLIER = (P.CONTRACT_SETUP, P.SIGN), (P.SELF_SCORE,)


@dataclass(frozen=True)
class Proposal:
    """A new target as typed: of which parameter, why, from which day on."""

    parameter: str
    value: str
    reason: str
    effective_on: date


def parameters_of(rulebook: Rulebook, indicator: Indicator | None) -> list[Parameter]:
    """The targets of an indicator that can be changed: numbers of the rulebook that its bounds or filters name."""
    if indicator is None:
        return []
    names: set[str] = set()
    for one in [*indicator.criteria, *indicator.figures.values()]:
        for field in ("at_least", "at_most", "more_than", "equals", "where", "require", "hits"):
            names |= getattr(getattr(one, field, None), "names", frozenset())
    return [one for one in rulebook.parameters if one.id in names and one.value is not None]


def parameter_of(book: Book, name: str) -> Parameter:
    """A target of the rulebook; Missing where it has none of this name."""
    return found(next((one for one in book.rulebook.parameters if one.id == name and one.value is not None), None))


def value_now(book: Book, changes: Sequence[TargetChange], parameter: Parameter, day: date) -> str:
    """The exact value in force on a day."""
    row = latest(changes, day).get(parameter.id)
    if row is not None:
        return row.value
    assert parameter.value is not None
    try:
        return plain(book.answers.get(parameter.value))
    except Unanswered as refused:
        raise Refused(refused.reason) from refused


def spoken(value: str, unit: str) -> str:
    """A target for people: `90%`, `52 场`."""
    exact = parse_exact(value)
    return f"{show(exact * 100, 2)}%" if unit == "%" else f"{show(exact, 2)} {unit}".strip()


def side_of(person: Person, contract: Contract) -> str | None:
    """For whom a person speaks: `buyer`, `supplier`, or for nobody."""
    if acts_for(person, contract.buyer_id, contract.id, BUYER):
        return "buyer"
    if acts_for(person, contract.supplier_id, contract.id, SUPPLIER):
        return "supplier"
    return None


def propose(act: Act, scope: ContractScope, said: Proposal) -> TargetChange:
    """Proposes another target; it moves nothing before the other side agrees."""
    contract = found(scope.contract())
    if side_of(act.person(), contract) is None:
        raise Refused("提出调整目标的，须是采购人的主管或领导，或供应商的项目经理")
    book = books.book_of(scope, contract)
    parameter = parameter_of(book, said.parameter)
    changes = stored.targets(act.session, scope.contract_id, parameter.id)
    if any(one.decided_at is None for one in changes):
        raise Refused("这个目标已有一份调整等待对方答复，答复以后才能再提", "value")
    value = _value(said.value, parameter)
    _check_day(book, contract, said.effective_on, act.today)
    before = value_now(book, changes, parameter, said.effective_on)
    if value == before:
        raise Refused(f"目标现在就是 {spoken(value, parameter.unit)}，没有变化", "value")
    if len(said.reason.strip()) < SHORTEST:
        raise Refused(f"请写明调整的理由和依据（至少 {SHORTEST} 个字），例如会议纪要的文号", "reason")
    row = TargetChange(
        contract_id=scope.contract_id, parameter=parameter.id, before=before, value=value, reason=said.reason.strip(),
        effective_on=said.effective_on, proposed_by=act.person().user_id, proposed_at=act.now,
    )  # fmt: skip
    stored.add(act.session, row)
    act.record("target.proposed", "target_change", row.id, scope.contract_id, parameter=parameter.id, before=before, value=value)
    return row


def _value(text: str, parameter: Parameter) -> str:
    """The typed target as an exact number; of a rate `95` and `95%` are the same."""
    told = text.strip().replace(",", "").replace("，", "").removesuffix(parameter.unit if parameter.unit != "%" else "").strip()
    try:
        exact = parse_exact(told)
    except QuantityError as error:
        raise Refused(f"目标要写数字：{error}", "value") from error
    if parameter.unit == "%" and not told.endswith(("%", "％")):
        exact = Fraction(exact) / 100
    if exact < 0:
        raise Refused("目标不能是负数", "value")
    if parameter.unit == "%" and exact > 1:
        raise Refused("比例的目标不能超过 100%", "value")
    return plain(exact)


def _check_day(book: Book, contract: Contract, day: date, today: date) -> None:
    """Figures of periods that are over never move: a target holds from the running period on."""
    begins = running_period(book, Period(contract.starts_on, contract.ends_on), max(today, contract.starts_on)).start
    if day < begins:
        raise Refused(f"生效日期最早是本考核周期的第一天 {begins}：已经结束的周期按原来的目标，不再变动", "effective_on")
    if day > contract.ends_on:
        raise Refused(f"生效日期不能晚于合同期的最后一天 {contract.ends_on}", "effective_on")


def decide(act: Act, scope: ContractScope, change_id: int, *, agreed: bool, opinion: str) -> TargetChange:
    """The other side's answer. A person never answers their own proposal, nor one of their own side."""
    contract = found(scope.contract())
    row = stored.target(act.session, scope.contract_id, change_id)
    if row is None:
        raise Missing
    if row.decided_at is not None:
        raise Refused("这份调整已经答复过了，请刷新后再看")
    mine = side_of(act.person(), contract)
    theirs = "buyer" if row.proposer.organisation_id == contract.buyer_id else "supplier"
    if mine is None or mine == theirs or row.proposed_by == act.person().user_id:
        raise Refused("调整目标由另一方的人答复：采购人提的由供应商的项目经理，供应商提的由采购人的主管或领导")
    if not agreed and len(opinion.strip()) < SHORTEST:
        raise Refused(f"不同意时请写明理由（至少 {SHORTEST} 个字）", "opinion")
    row.decided_by, row.decided_at, row.approved, row.opinion = act.person().user_id, act.now, agreed, opinion.strip()
    act.session.flush()
    act.record("target.decided", "target_change", row.id, scope.contract_id, parameter=row.parameter, agreed=agreed)
    return row
