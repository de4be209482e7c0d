"""What a round is drawn from: which entries fit a plan, which stratum each belongs to, how many are to be drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from app.security.field_terms import SizeBy, Strata
from app.security.terms import EntryState, OutletLevel
from app.services.act import Refused
from app.services.fieldwork.common import book_of
from app.store.contracts import ContractScope, Outlet
from app.store.sampling import Frame, Member, Rounds, SpotRound
from kpi.quantities import QuantityError, parse_exact
from kpi.rulebook.answers import Refused as CannotDraw
from kpi.rulebook.ledgers import Field, FieldType, Ledger
from kpi.survey.estimates import size_for
from kpi.survey.sampling import Stratum, minimum_size

MOST = 50_000
#: What is drawn from: what the supervisor verified, or also what waits for that.
VERIFIED, CLAIMED = "verified", "claimed"
STATES = {VERIFIED: (EntryState.VERIFIED.value,), CLAIMED: (EntryState.SUBMITTED.value, EntryState.VERIFIED.value)}


@dataclass(frozen=True)
class Plan:
    """What is wished for. `wished`: a number, a share (5%) or a margin in points (±5), as `size_by` says."""

    ledger: str
    clause: str
    from_on: date
    until_on: date
    size_by: SizeBy
    wished: str
    reason: str
    strata: Strata = Strata.NONE
    strata_field: str = ""
    states: str = VERIFIED
    outlet_id: int | None = None
    only_field: str = ""
    only_value: str = ""
    repeat_reason: str = ""


@dataclass(frozen=True)
class Frozen:
    """The list a plan leads to: entries with their strata, and how many to draw of them."""

    members: Sequence[tuple[Member, Stratum]]
    size: int
    earlier: Sequence[SpotRound]

    @property
    def population(self) -> int:
        return len(self.members)


def frame(scope: ContractScope, plan: Plan) -> Frozen:
    """Who would be drawn from and how many; nothing is kept. Refused where there is nothing to draw from."""
    ledger = ledger_of(scope, plan.ledger)
    if plan.from_on > plan.until_on:
        raise Refused("起始日期晚于截止日期，请核对", "until_on")
    wanted = Frame(plan.ledger, plan.from_on, plan.until_on, STATES[plan.states], outlets_under(scope, plan.outlet_id))
    rounds = Rounds(scope.session, scope.contract_id)
    members = rounds.members(wanted, MOST + 1)
    if len(members) > MOST:
        raise Refused(f"这些条件下的记录超过 {MOST:,} 条，请缩短日期或选定网点", "from_on")
    if plan.only_field and plan.only_value:
        members = [one for one in members if one.fields.get(plan.only_field) == plan.only_value]
    if not members:
        raise Refused("这些条件下没有可以抽的记录，请放宽日期或条件", "from_on")
    name = namer(scope, plan, ledger)
    # The list is handed out as a table: nothing in it may begin like a formula.
    listed = [(one, tuple(part.lstrip("=+-@\t ") for part in name(one))) for one in members]
    return Frozen(listed, size_of(scope, plan, len(listed)), rounds.over(plan.ledger, plan.from_on, plan.until_on))


def ledger_of(scope: ContractScope, ledger_id: str) -> Ledger:
    ledger = book_of(scope).ledger(ledger_id)
    if ledger is None:
        raise Refused("规则书里没有这本台账，请从列表里选", "ledger")
    return ledger


def outlets_under(scope: ContractScope, outlet_id: int | None) -> tuple[int, ...]:
    """The outlet with all below it; nothing for the whole contract."""
    if outlet_id is None:
        return ()
    every = scope.outlets()
    if outlet_id not in {one.id for one in every}:
        raise Refused("没有这个网点，请从列表里选", "outlet_id")
    wanted = {outlet_id}
    while more := {one.id for one in every if one.parent_id in wanted} - wanted:
        wanted |= more
    return tuple(sorted(wanted))


def namer(scope: ContractScope, plan: Plan, ledger: Ledger) -> Callable[[Member], Stratum]:
    """Says of an entry which stratum it belongs to."""
    if plan.strata is Strata.FIELD and plan.strata_field not in {one.id for one in choice_fields(ledger)}:
        raise Refused("请选一个有选项的字段来分层", "strata_field")
    if plan.strata is Strata.NONE:
        return lambda one: ()
    if plan.strata is Strata.AUTHOR:
        return lambda one: (one.author,)
    if plan.strata is Strata.FIELD:
        return lambda one: (str(one.fields.get(plan.strata_field) or "（未填）"),)
    outlets: Mapping[int, Outlet] = {one.id: one for one in scope.outlets()}
    level = OutletLevel.TOWNSHIP if plan.strata is Strata.TOWNSHIP else None
    return lambda one: (outlet_name(outlets, one.outlet_id, level),)


def outlet_name(outlets: Mapping[int, Outlet], outlet_id: int | None, level: OutletLevel | None) -> str:
    """The name of the outlet, or of the one of this level above it."""
    here = outlets.get(outlet_id or 0)
    while here is not None and level is not None and here.level != level.value:
        here = outlets.get(here.parent_id or 0)
    return here.name if here is not None else "（没有网点）"


def choice_fields(ledger: Ledger) -> list[Field]:
    """Fields by which a list can be divided."""
    return [one for one in ledger.fields if one.type is FieldType.CHOICE]


def size_of(scope: ContractScope, plan: Plan, population: int) -> int:
    """How many to draw, at least what the rulebook asks for."""
    wished = asked_size(plan, population)
    least, why = least_size(scope, plan.ledger, population)
    if wished < least:
        raise Refused(f"{why}，{population} 条里至少要抽 {least} 条", "wished")
    if not 1 <= wished <= population:
        raise Refused(f"可抽的有 {population} 条，抽样条数应在 1 与 {population} 之间", "wished")
    return wished


def asked_size(plan: Plan, population: int) -> int:
    text = plan.wished.strip().lstrip("±")
    try:
        if plan.size_by is SizeBy.NUMBER:
            if not text.isdecimal() or len(text) > 6:
                raise Refused("条数应为整数", "wished")
            return int(text)
        given = parse_exact(text if text.endswith("%") else f"{text}%")
        if plan.size_by is SizeBy.SHARE:
            return minimum_size(population, given)
        return size_for(population, given)
    except QuantityError as error:
        raise Refused("请填数字，例如 5 表示 5%", "wished") from error
    except CannotDraw as error:
        raise Refused(error.reason, "wished") from error


def least_size(scope: ContractScope, ledger_id: str, population: int) -> tuple[int, str]:
    """What the rulebook asks for at least, and where; 1 where it says nothing."""
    book = book_of(scope)
    least, why = 1, ""
    for plan in book.rulebook.spot_plans:
        if plan.ledger != ledger_id:
            continue
        try:
            share = book.answers.get(plan.share) if plan.share is not None else Fraction(0)
            number = book.answers.get(plan.number) if plan.number is not None else 0
        except CannotDraw:
            continue
        wanted = min(population, max(number, minimum_size(population, share) if share else 1))
        if wanted > least:
            least, why = wanted, f"“{plan.title}”（{plan.clause}）有最低抽查量"
    return least, why


def figure_of(scope: ContractScope, plan: Plan) -> str:
    """The figure that the round's projection is proposed for; blank where the rulebook projects nothing, or a part is drawn."""
    if plan.outlet_id is not None or plan.only_field or plan.states != VERIFIED:
        return ""
    plans = book_of(scope).rulebook.spot_plans
    return next((one.figure for one in plans if (one.ledger, one.clause) == (plan.ledger, plan.clause)), "")
