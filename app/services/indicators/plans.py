"""任务分解: how much of an indicator each person does at each place in each month, with what they did beside it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from app.security.permissions import P
from app.security.predicates import may
from app.security.terms import Side
from app.services.act import Act, Missing, Refused
from app.services.indicators.live import Live
from app.services.indicators.spreading import evenly
from app.services.ledger.rollup_machine import places_of
from app.services.ledger.rollup_rows import Who
from app.services.standing import IndicatorView
from app.store import indicators as stored
from app.store.accounts import UserAccount
from app.store.contracts import ContractScope
from app.store.indicators import Share, TaskPlan
from kpi.indicators.compiler import Compiled
from kpi.indicators.scope import Schedule
from kpi.quantities import Period, parse_exact
from kpi.rulebook.indicators import Count, Distinct, Indicator
from kpi.rulebook.ledgers import Field

MOST_ROWS, LARGEST = 400, 10**9


class Overtaken(Refused):
    """Somebody else has saved the plan meanwhile."""


@dataclass(frozen=True)
class Row:
    """What one person does at one place (blank: wherever), by month (its first day)."""

    user_id: int
    place: str
    planned: Mapping[date, int]

    @property
    def total(self) -> int:
        return sum(self.planned.values())


@dataclass(frozen=True)
class Sent:
    """A plan as typed. `seen`: the version seen, 0 for none."""

    total: int
    rows: Sequence[Row]
    seen: int = 0


def plannable(indicator: Indicator | None) -> list[str]:
    """The figures that a plan can be made of: entries that are counted in a ledger; nobody plans what is to stay low."""
    if indicator is None:
        return []
    kept_low = {one.value.text for one in indicator.criteria if one.at_most is not None and one.at_least is None}
    return [name for name, one in indicator.figures.items() if isinstance(one, Count | Distinct) and name not in kept_low]


@dataclass(frozen=True)
class Grid:
    """The plan of a figure beside what was done. `wanted`: what the rulebook asks of the period, where it is a number."""

    live: Live
    figure: str
    label: str
    unit: str
    wanted: int | None
    plan: TaskPlan | None
    rows: Sequence[Row]
    people: Mapping[int, UserAccount]

    @cached_property
    def months(self) -> list[date]:
        """First days of the months that the period touches."""
        return months_of(self.live.inputs.span)

    @cached_property
    def place_field(self) -> Field | None:
        """The field that tells the entries apart where they belong to no outlet."""
        book = self.live.inputs.book
        ledger = book.ledger(getattr(self.live.compiled[self.figure].figure, "ledger", "") or "")
        name = places_of(book.rulebook).get(ledger.id) if ledger is not None else None
        return ledger.field(name) if ledger is not None and name and ledger.field("outlet") is None else None

    @cached_property
    def _done(self) -> dict[Side, Mapping[Who, int]]:
        table = self.live.origins([self.figure]).who
        return {side: table.get((side, self.figure), Counter()) for side in Side}

    def done(self, side: Side, row: Row, month: date) -> int:
        """How many entries the person made there in the month; a row without a place takes what has none of its own."""
        own = {one.place for one in self.rows if one.user_id == row.user_id and one.place}
        number = month.year * 12 + month.month - 1
        return sum(
            n for who, n in self._done[side].items()
            if who.month == number and who.author == str(row.user_id)
            and (who.place == row.place if row.place else who.place not in own)
        )  # fmt: skip

    @property
    def planned(self) -> int:
        return sum(one.total for one in self.rows)

    @property
    def total(self) -> int:
        """The task of the whole period: as saved, else as the rulebook asks."""
        return self.plan.total if self.plan is not None else self.wanted or 0

    @property
    def version(self) -> int:
        return self.plan.version if self.plan is not None else 0


def months_of(span: Period) -> list[date]:
    """First days of the months that a span touches."""
    found_months, day = [], span.start.replace(day=1)
    while day <= span.end:
        found_months.append(day)
        day = (day.replace(year=day.year + 1, month=1) if day.month == 12 else day.replace(month=day.month + 1))
    return found_months


def grid(scope: ContractScope, live: Live, view: IndicatorView, figure: str) -> Grid:
    """The plan of a figure of an indicator; Missing where none can be made of it."""
    clause, _, name = figure.rpartition("/")
    indicator = live.indicator(view.clause, view.number)
    if clause != view.clause or name not in plannable(indicator):
        raise Missing
    compiled = live.compiled[figure]
    plan = stored.plan(scope.session, scope.contract_id, figure)
    rows = rows_of(stored.shares(scope.session, scope.contract_id, plan.id) if plan is not None else ())
    label, unit = compiled.figure.label or name, compiled.figure.unit
    return Grid(live, figure, label, unit, wanted(live, view, figure), plan, rows, people(scope, live))


def people(scope: ContractScope, live: Live) -> dict[int, UserAccount]:
    """Who can be given tasks: the contractor's people who record work."""
    contract = live.inputs.contract
    return {
        one.user_id: one.user for one in scope.members(live.inputs.today)
        if one.user.organisation_id == contract.supplier_id and P.ENTRY_WRITE.value in one.role.permissions
    }  # fmt: skip


def rows_of(shares: Sequence[Share]) -> list[Row]:
    """Shares as rows, by person and place."""
    table: dict[tuple[int, str], dict[date, int]] = {}
    for one in shares:
        table.setdefault((one.user_id, one.place), {})[one.month] = one.n
    return [Row(user, place, planned) for (user, place), planned in sorted(table.items())]


def wanted(live: Live, view: IndicatorView, figure: str) -> int | None:
    """What the rulebook asks of the whole period: the target, times the windows where it is one a window."""
    told = next((one for one in view.criteria if one.get("figure") == figure), None)
    target = ((told.get("now") or told).get("exact_target") if told is not None else None) or ""
    compiled = live.compiled[figure]
    if not target or compiled.counter is None:
        return None
    number = parse_exact(target) * _due(live, compiled)
    return int(number) if number.denominator == 1 and number >= 0 else None


def _due(live: Live, compiled: Compiled) -> int:
    """How many windows of a figure are due in the period; 1 where it has none."""
    inputs = live.inputs
    kind = getattr(compiled.figure, "window", None)
    if kind is None:
        return 1
    schedule = Schedule(inputs.book.rulebook, inputs.book.answers, inputs.given_until(inputs.span), inputs.calendar)
    return len(schedule.slots(inputs.book.answers.get(kind), compiled.indicator))


# -- acts -----------------------------------------------------------------------------------------


def save(act: Act, scope: ContractScope, grid: Grid, sent: Sent) -> TaskPlan:
    """Saves a plan as typed."""
    _check(act, scope, grid, sent)
    plan = stored.plan(act.session, scope.contract_id, grid.figure, hold=True)
    if (plan.version if plan is not None else 0) != sent.seen:
        who = f"{plan.saver.display_name} 刚刚存过" if plan is not None else "别人刚刚改过"
        raise Overtaken(f"{who}这份任务分解，您的没有保存。下面是您填的；请对照现在的内容再存")
    if plan is None:
        plan = TaskPlan(
            contract_id=scope.contract_id, figure=grid.figure, total=sent.total, version=0,
            saved_by=act.person().user_id, saved_at=act.now,
        )  # fmt: skip
        act.session.add(plan)
    plan.total, plan.version = sent.total, plan.version + 1
    plan.saved_by, plan.saved_at = act.person().user_id, act.now
    act.session.flush()
    shares = [Share(month, row.user_id, row.place, n) for row in sent.rows for month, n in row.planned.items() if n]
    stored.replace_shares(act.session, scope.contract_id, plan.id, shares)
    act.record("plan.saved", "task_plan", plan.id, scope.contract_id, figure=grid.figure, total=sent.total, version=plan.version)
    return plan


def _check(act: Act, scope: ContractScope, grid: Grid, sent: Sent) -> None:
    if not may(act.person(), P.ENTRY_CHECK, scope.contract_id):
        raise Refused("任务分解由项目经理编制")
    keys = [(one.user_id, one.place) for one in sent.rows]
    if len(keys) != len(set(keys)):
        name = next(one for one in keys if keys.count(one) > 1)
        known = grid.people.get(name[0])
        raise Refused(f"{known.display_name if known else '同一人'}在“{name[1] or '不分'}”出现了两行，请合并成一行")
    if len(keys) > MOST_ROWS:
        raise Refused(f"一份任务分解最多 {MOST_ROWS} 行")
    had = {one.user_id for one in grid.rows}
    if any(user not in grid.people and user not in had for user, _ in keys):
        raise Refused("有人不在本合同供应商的登记人员里，请重新选择")
    if any(not 0 <= n <= LARGEST for row in sent.rows for n in row.planned.values()) or not 0 <= sent.total <= LARGEST:
        raise Refused("任务数要写 0 以上的整数")
    if any(month not in grid.months for row in sent.rows for month in row.planned):
        raise Refused("有月份不在本考核周期里，请刷新后再填")


def spread(grid: Grid, sent: Sent) -> Sent:
    """The whole task in equal parts over the rows and the months, what is left over first come first served."""
    if not sent.rows:
        raise Refused("请先至少加一个人，再平均分配")
    shares = evenly(sent.total, len(sent.rows) * len(grid.months))
    rows = [
        replace(row, planned={month: shares[place + index * len(sent.rows)] for index, month in enumerate(grid.months)})
        for place, row in enumerate(sent.rows)
    ]  # fmt: skip
    return replace(sent, rows=rows)


def carry(grid: Grid, sent: Sent) -> Sent:
    """What each row fell short of in the months that are over goes in equal parts into those that are not.

    What was done beyond the plan lessens them. Past months then hold what was done.
    """
    today = grid.live.inputs.today
    past = [month for month in grid.months if (month.year, month.month) < (today.year, today.month)]
    ahead = [month for month in grid.months if month not in past]
    if not past or not ahead:
        raise Refused("没有已经结束的月份，或没有剩下的月份，不用结转")
    return replace(sent, rows=[_carried(grid, row, past, ahead) for row in sent.rows])


def _carried(grid: Grid, row: Row, past: Sequence[date], ahead: Sequence[date]) -> Row:
    done = {month: grid.done(Side.VERIFIED, row, month) for month in past}
    left = max(0, row.total - sum(done.values()))
    return replace(row, planned={**done, **dict(zip(ahead, evenly(left, len(ahead)), strict=True))})
