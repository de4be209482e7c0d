"""Until when a tranche is to be paid: by the contract, and by law for small and medium enterprises.

The law's clock starts at acceptance (or when the sum was confirmed, where nothing is accepted) and nothing that the
buyer does inside stops it: neither approvals nor the year-end nor a missing budget. The contract's own term holds,
but never beyond the law's longest. Default interest runs from the day after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from app.security.money_terms import EnterpriseSize
from app.services.money.law import Law, interest, law_on
from app.services.money.lpr import YEAR, Floor
from app.services.verification.deadlines import Due, due_of
from kpi.calendar import Deadline, WorkCalendar
from kpi.quantities import Money, plain


@dataclass(frozen=True)
class Agreed:
    """The agreed time for acceptance: when the contractor asked, what the contract gives (in words), when that is over."""

    asked_on: date
    days: str
    until: date


@dataclass(frozen=True)
class Facts:
    """What the clocks of one payment go by. `unpaid` is the undisputed sum that is still owed.

    `working_days` or `calendar_days` after the invoice, as the contract says (None: it is silent). `accepted_on`: the
    acceptance or the signed score; `confirmed_on`: the 应付款核定单. `paid_on` ends every clock. `agreed`: the time for the
    acceptance, where the contract gives one; `inspected`: whether there was an acceptance at all.
    """

    unpaid: Money
    accepted_on: date | None = None
    confirmed_on: date | None = None
    invoiced_on: date | None = None
    paid_on: date | None = None
    working_days: int | None = None
    calendar_days: int | None = None
    agreed: Agreed | None = None
    inspected: bool = False

    @property
    def overrun(self) -> Agreed | None:
        """The agreed time for the acceptance, where the acceptance took longer: payment is then not put off by it."""
        late = self.agreed is not None and (self.accepted_on is None or self.accepted_on > self.agreed.until)
        return self.agreed if late else None

    @property
    def start(self) -> date | None:
        """The day from which the law counts."""
        return self.overrun.until if self.overrun is not None else self.accepted_on or self.confirmed_on


@dataclass(frozen=True)
class Declared:
    """What the supplier declared of its size, and the rate of interest that the contract agrees on.

    `floor`: the one-year rate on the day on which the contract was made, None where it is not known.
    """

    size: EnterpriseSize
    daily_rate: Fraction | None = None
    floor: Floor | None = None

    @property
    def below(self) -> bool:
        """Whether the agreed rate is lower than it may be."""
        rate, floor = self.daily_rate, self.floor
        return self.size.is_protected and rate is not None and floor is not None and rate < floor.daily

    @property
    def unchecked(self) -> bool:
        """Whether nobody knows what the agreed rate would have to reach."""
        return self.size.is_protected and self.daily_rate is not None and self.floor is None


@dataclass(frozen=True)
class Clock:
    """One deadline. `due` None: it has not started; `waits` says for what. `basis` is where it is written."""

    title: str
    basis: str
    due: Due | None
    waits: str = ""
    counted: str = ""


@dataclass(frozen=True)
class Clocks:
    """All deadlines of a payment. `binding`: the day after which it is late; None while nothing runs."""

    contract: Clock | None
    law: Clock | None
    longest: Clock | None
    binding: date | None
    late_days: int
    interest: Money
    rate: Fraction | None
    rate_basis: str
    paid_on: date | None = None

    @property
    def overdue(self) -> bool:
        return self.late_days > 0

    @property
    def rate_words(self) -> str:
        """The rate a day, as people write it; one that has no end as the yearly one by the days."""
        if self.rate is None:
            return ""
        daily = plain(self.rate * 100)
        return f"{plain(self.rate * 100 * YEAR)}% ÷ {YEAR}" if "/" in daily else f"{daily}%"

    @property
    def every(self) -> tuple[Clock, ...]:
        """Those that there are, in the order in which they are shown."""
        return tuple(one for one in (self.contract, self.law, self.longest) if one is not None)


def clocks(calendar: WorkCalendar, facts: Facts, declared: Declared | None, today: date) -> Clocks:
    """The clocks of a payment on a day; on the day of payment for one that was paid. `calendar` may be provisional."""
    at = facts.paid_on or today
    own = _contract(calendar, facts, at)
    law = law_on(facts.start or today) if declared is not None and declared.size.is_protected else None
    plain = _legal(calendar, law, facts, at, longest=False) if law and not _has_term(facts) else None
    longest = _legal(calendar, law, facts, at, longest=True) if law else None
    binding = _binding(own, plain, longest)
    late = max((at - binding).days, 0) if binding is not None else 0
    rate, basis = _rate(declared, law)
    owed = interest(facts.unpaid, late, rate) if rate is not None else Money(0)
    return Clocks(own, plain, longest, binding, late, owed, rate, basis, facts.paid_on)


def _has_term(facts: Facts) -> bool:
    return facts.working_days is not None or facts.calendar_days is not None


def _contract(calendar: WorkCalendar, facts: Facts, at: date) -> Clock | None:
    """The days that the contract gives, once the invoice is in."""
    if not _has_term(facts):
        return None
    days = f"{facts.working_days} 个工作日" if facts.working_days is not None else f"{facts.calendar_days} 日"
    basis = f"合同约定：收到发票后 {days}内"
    if facts.invoiced_on is None:
        return Clock("按合同", basis, None, "等供应商开具发票后起算")
    if facts.working_days is not None:
        deadline = calendar.add_working_days(facts.invoiced_on, facts.working_days)
    else:
        deadline = Deadline(facts.invoiced_on + timedelta(days=facts.calendar_days or 0), provisional=False)
    counted = f"发票 {facts.invoiced_on}，{days}"
    return Clock("按合同", basis, due_of(calendar, deadline, at), counted=counted)


def _legal(calendar: WorkCalendar, law: Law, facts: Facts, at: date, *, longest: bool) -> Clock:
    start = facts.start
    days = law.most_days if longest else law.days
    title = f"法定最长 {days} 日" if longest else f"法定 {days} 日"
    if start is None:
        return Clock(title, law.clause("days"), None, "等验收合格（或双方确认结算金额）后起算")
    deadline = Deadline(start + timedelta(days=days), provisional=False)
    counted = f"从{_from(facts)}起 {days} 日（{law.clause('start')}），内部付款流程不中断（{law.clauses['procedure']}）{_silent(facts)}"
    return Clock(title, law.clause("days"), due_of(calendar, deadline, at), counted=counted)


def _from(facts: Facts) -> str:
    """The day from which the law counts, and why it is that day where the acceptance did not set it."""
    over = facts.overrun
    if over is None:
        return f" {facts.start} "
    done = f"{facts.accepted_on} 才验收" if facts.accepted_on is not None else "到期没有验收"
    return f"约定的验收期限届满日 {over.until}（{over.asked_on} 申请验收，约定 {over.days}内完成，{done}）"


def _silent(facts: Facts) -> str:
    """Nothing can be said of how long an acceptance took where no time was agreed for it."""
    return "；没有约定验收期限，拖延验收的请人工核对" if facts.inspected and facts.agreed is None else ""


def _binding(own: Clock | None, plain: Clock | None, longest: Clock | None) -> date | None:
    """The contract's day, or the law's where the contract is silent; never beyond the law's longest."""
    days = [one.due.on for one in (own, plain, longest) if one is not None and one.due is not None]
    return min(days) if days else None


def _rate(declared: Declared | None, law: Law | None) -> tuple[Fraction | None, str]:
    if declared is not None and declared.daily_rate is not None:
        return _agreed(declared, declared.daily_rate, law)
    if law is not None:
        return law.daily_interest, law.clause("interest")
    return None, "供应商不是中小企业，合同也没有约定逾期利率，不计算逾期利息"


def _agreed(declared: Declared, rate: Fraction, law: Law | None) -> tuple[Fraction, str]:
    """What the contract agrees on, or the least that it may: the one-year rate of the day on which it was made."""
    if law is None:
        return rate, "合同约定的逾期利率"
    if declared.floor is None:
        return rate, "合同约定的逾期利率（不知道订立合同时的一年期贷款市场报价利率，没有核对是不是低于它）"
    if declared.below:
        told = f"合同约定每日 {plain(rate * 100)}%，低于{declared.floor.said}"
        return declared.floor.daily, f"{told}，按{law.clause('interest')}不得低于它，改按 {declared.floor.words} 计"
    return rate, f"合同约定的逾期利率，不低于{declared.floor.said}"
