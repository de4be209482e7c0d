"""Assessments of the demonstration: opened, scored, told, contested and signed by those who would do it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, TypeVar

from app.demonstration.contracts import Staged
from app.demonstration.stage import Stage, moment
from app.services.act import Act, found
from app.services.assessments import (
    appeals,
    boxes,
    common,
    decide,
    facts,
    group,
    marks,
    measuring,
    periods,
    self_scoring,
    signing,
    steps,
)
from app.services.assessments.appeals import Raised
from app.services.assessments.decide import Wish
from app.services.assessments.evaluating import Work, need
from app.services.assessments.facts import Statement
from app.services.assessments.group import Appointment
from app.services.assessments.opens import open_keys, without_data
from app.services.assessments.periods import Choice
from app.services.assessments.places import Place, Standing, places, standings
from app.services.assessments.self_scoring import Own
from app.services.assessments.signing import Signing
from app.services.assessments.views import Sheet
from app.services.books import book_by_text
from app.store import assessments
from app.store.contracts import ContractScope
from kpi.calendar import shift
from kpi.indicators.facts import exact
from kpi.quantities import plain

Made = TypeVar("Made")
#: How far an assessment is taken, in this order. `open`: measured, what is stated by hand waits for a second person,
#: the contractor has not scored itself.
STEPS = ("open", "measured", "published", "appealed", "signed")
REASON = "合同约定的阶段性核验，按合同月份检查；目标值不折算"
APPOINTED = "局办公会会议纪要：成立考核组，由主管干部和考核验收组成员组成"
MET = "查阅了台账和现场材料，与约定一致"
AT_SCALE = "样例按比例抽小，全县的数以采集系统的汇总表为准，汇总表存档"
FOLLOWED_UP = "台账里的调查不足规定人数，补做了电话回访，回访记录表存档"
WHY = ("已当面核对，情节较轻，按下限", "同类问题以前提醒过，比下限多扣一档", "影响面小，当月已经改正，按下限")
DISSENT = "个别投诉的责任不全在供应商，建议少扣；同意按多数意见计分"
CONTEST = "台账里有补登的记录，退回改正后已经审核通过，请复核这一项的次数"


@dataclass(frozen=True)
class Planned:
    """One assessment: whole months of the contract, days of it, or one of its periods; how far it goes; by a group.

    `facts`: what is stated by hand, by clause.
    """

    start: date
    end: date
    to: str
    interim: bool = True
    group: bool = False
    facts: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, raw: Mapping[str, Any], made: Staged, listed: Sequence[Choice]) -> Planned | None:
        """None where the term has no such period."""
        first = made.term.start
        more = {"to": raw["to"], "group": bool(raw.get("group")), "facts": raw.get("facts", {})}
        if "months" in raw:
            begin, until = raw["months"]
            return cls(shift(first, months=begin - 1), shift(first, months=until, days=-1), **more)
        if "days" in raw:
            begin, until = raw["days"]
            return cls(first + timedelta(days=begin - 1), first + timedelta(days=until - 1), **more)
        if raw["period"] > len(listed):
            return None
        period = listed[raw["period"] - 1]
        whole = (period.start, period.end) == (made.term.start, made.term.end)
        given = made.given.get("facts", {}) if whole else {}  # the sample's county figures are of the whole term
        return cls(period.start, period.end, interim=False, **{**more, "facts": {**given, **more["facts"]}})

    @property
    def done(self) -> bool:
        return self.to == "signed"


@dataclass
class Scorer:
    """Plays the assessments of one contract."""

    stage: Stage
    made: Staged
    told: list[str] = field(default_factory=list)
    waiting: list[Planned] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.made.show.assessments:
            listed = self.acts("supervisor", self.made.term.start, 9, self.periods)
            planned = [Planned.of(each, self.made, listed) for each in self.made.show.assessments]
            self.waiting = [each for each in planned if each is not None]

    def month_over(self, last: date) -> None:
        """After a month's work: what was over by its end is assessed and signed."""
        for one in [each for each in self.waiting if each.done and each.end <= last]:
            self.waiting.remove(one)
            self.play(one, one.end + timedelta(days=5))

    @property
    def under_way(self) -> bool:
        """Whether something is left to be done on the day that is looked at."""
        return any(not one.done for one in self.waiting)

    def today(self) -> None:
        """At the end: what is still under way on the day that is looked at."""
        for one in self.waiting:
            if one.end < self.stage.today:
                self.play(one, self.stage.today - timedelta(days=4))

    # -- one assessment -------------------------------------------------------------------------

    def play(self, one: Planned, day: date) -> None:
        """From the opened period as far as it goes; every step by another day, none after today."""
        row_id = self.acts("supervisor", day, 9, lambda act: self.opened(act, one))
        if one.to != "open":
            self.acts("project_manager", day, 15, lambda act: self.self_scored(act, row_id))
        following = day + timedelta(days=1)
        self.acts("supervisor", following, 9, lambda act: measuring.measure(act, self.scope(act), row_id).id)
        if one.to == "measured":
            return
        if one.group:
            self.acts("supervisor", following, 9, lambda act: self.appointed(act, row_id))
        if one.facts:
            self.acts("supervisor", following, 10, lambda act: self.stated(act, row_id, one.facts))
        if one.to == "open":
            return
        if one.facts:
            self.acts("supervisor", following, 15, lambda act: self.confirmed(act, row_id), place=1)
        self.decided(row_id, following, grouped=one.group)
        self.acts("supervisor", following, 16, lambda act: steps.score(act, self.scope(act), row_id, self.version(act, row_id)))
        told = day + timedelta(days=2)
        self.acts("supervisor", told, 9, lambda act: steps.publish(act, self.scope(act), row_id, 5, self.version(act, row_id)))
        if one.to == "appealed":
            self.acts("project_manager", told, 15, lambda act: self.contested(act, row_id))
        if one.done:
            self.acts("project_manager", day + timedelta(days=4), 10, lambda act: self.signed(act, row_id))
            self.acts("deputy_head", day + timedelta(days=6), 10, lambda act: self.signed(act, row_id))

    def acts(self, role: str, day: date, hour: int, use_case: Callable[[Act], Made], place: int = 0) -> Made:
        return self.stage.play(self.made.cast.by_role[role][place], self.at(day, hour), use_case)

    def at(self, day: date, hour: int) -> datetime:
        return min(moment(day, hour), moment(self.stage.today, 8))

    def scope(self, act: Act) -> ContractScope:
        return ContractScope(act.session, self.made.contract_id)

    def version(self, act: Act, row_id: int) -> int:
        return common.get(self.scope(act), row_id).version

    # -- steps ----------------------------------------------------------------------------------

    def periods(self, act: Act) -> Sequence[Choice]:
        """Every period of the term."""
        scope = self.scope(act)
        return periods.choices(scope, found(scope.contract()), ()).listed

    def opened(self, act: Act, one: Planned) -> int:
        if one.interim:
            return periods.open_span(act, self.scope(act), one.start, one.end, "", REASON).id
        key = next(each.key for each in self.periods(act) if each.start == one.start)
        return periods.open_period(act, self.scope(act), key).id

    def self_scored(self, act: Act, row_id: int) -> None:
        """Full marks for what has a maximum, as planned for the others."""
        scope = self.scope(act)
        row = common.get(scope, row_id)
        book = book_by_text(scope, row.rulebook_text_id)
        own = {name: str(value) for name, value in self.made.given.get("self_scores", {}).items()}
        lines = self_scoring.lines(book.rulebook, book.answers)
        typed = {
            one.id: Own(own.get(one.id, plain(one.maximum)) if one.maximum is not None else "", "")
            for one in lines if one.scored
        }  # fmt: skip
        self_scoring.save(act, scope, row_id, typed, send=True, seen=row.version)

    def stated(self, act: Act, row_id: int, tables: Mapping[str, Any]) -> None:
        """What the entries do not give: the county's figures where the sample is a part of them, calls made later."""
        at_scale = self.made.given.get("facts", {})
        for clause, table in tables.items():
            work = need(self.scope(act), common.get(self.scope(act), row_id))
            typed = boxes.typed_of(boxes.clause_of(work, clause), exact(table, clause))
            facts.state(act, self.scope(act), row_id, Statement(clause, typed, AT_SCALE if clause in at_scale else FOLLOWED_UP))

    def confirmed(self, act: Act, row_id: int) -> None:
        work = need(self.scope(act), common.get(self.scope(act), row_id))
        ids = [one.id for one in work.facts.values() if one.confirmed_by is None]
        if ids:
            facts.confirm(act, self.scope(act), row_id, ids)

    def appointed(self, act: Act, row_id: int) -> None:
        members = (*self.made.cast.by_role["supervisor"], *self.made.cast.by_role["group_member"])
        wish = Appointment(APPOINTED, act.today, members, members[0])
        group.appoint(act, self.scope(act), row_id, wish, self.version(act, row_id))

    def contested(self, act: Act, row_id: int) -> None:
        """The item that lost most."""
        scope = self.scope(act)
        work = need(scope, common.get(scope, row_id))
        lost = [one for one in Sheet(work).items() if one.kind == "item" and one.deduction not in ("", "0")]
        item = max(lost, key=lambda one: Fraction(one.deduction)).id if lost else Sheet(work).ids()[0]
        appeals.appeal(act, scope, row_id, Raised(item, CONTEST), self.version(act, row_id))

    def signed(self, act: Act, row_id: int) -> None:
        kept = found(assessments.capsule(act.session, self.made.contract_id, row_id))
        told = Signing(self.made.password, kept.sha256)
        signing.sign(act, self.scope(act), row_id, self.stage.passwords, told, self.version(act, row_id))

    # -- decisions ------------------------------------------------------------------------------

    def decided(self, row_id: int, day: date, *, grouped: bool) -> None:
        """Everything that waits, by one person or by each member of the group."""
        if not grouped:
            self.acts("supervisor", day, 14, lambda act: self.settled(act, row_id))
            return
        for role, place in (("supervisor", 0), ("supervisor", 1), ("group_member", 0)):
            self.acts(role, day, 14, lambda act: self.marked(act, row_id), place=place)
        self.acts("group_member", day, 15, lambda act: group.dissent(act, self.scope(act), row_id, DISSENT).id)

    def settled(self, act: Act, row_id: int) -> None:
        scope = self.scope(act)
        work = need(scope, common.get(scope, row_id))
        known, now = places(work.rulebook), standings(work.evaluation)
        keys = open_keys(work)
        empty = [key for key in keys if without_data(work, known[key], now.get(key))]
        if empty:
            decide.decide_met(act, scope, row_id, empty, MET, self.version(act, row_id))
        planned = self.made.given.get("decided", {})
        for number, key in enumerate(key for key in keys if key not in empty):
            decide.decide(act, scope, row_id, wish_of(known[key], now[key], planned.get(known[key].clause), number))

    def marked(self, act: Act, row_id: int) -> None:
        """As the members agreed at their meeting; each gives the marks in the own name."""
        scope = self.scope(act)
        work = need(scope, common.get(scope, row_id))
        for number, (key, place) in enumerate(self.markable(work)):
            standing = standings(work.evaluation)[key]
            points = "0" if without_data(work, place, standing) else plain(between(standing, number))
            reason = MET if points == "0" else WHY[number % len(WHY)]
            marks.mark(act, scope, row_id, marks.Given(key, points, reason))

    def markable(self, work: Work) -> Sequence[tuple[str, Place]]:
        """What the data leave to people, whoever has marked it already."""
        now = standings(work.evaluation)
        waits = {*open_keys(work), *work.group.marks}
        return [(key, place) for key, place in places(work.rulebook).items() if key in waits and key in now]


def wish_of(place: Place, standing: Standing, planned: Mapping[str, Any] | None, number: int) -> Wish:
    """What the supervisor decides inside the range, as the sample plans it or by its own habit."""
    if planned is not None and standing.low <= Fraction(str(planned["points"])) <= (standing.high or standing.low):
        return Wish(place.key, str(planned["points"]), reason=str(planned["reason"]))
    return Wish(place.key, plain(between(standing, number)), reason=WHY[number % len(WHY)])


def between(standing: Standing, number: int) -> Fraction:
    """The lower bound, now and then a step more."""
    more = (standing.step or Fraction(0)) if number % len(WHY) == 1 else Fraction(0)
    return min(standing.low + more, standing.high if standing.high is not None else standing.low + more)
