"""考核组: an odd number of at least three, a head, recusal, individual sheets, dissent; marks merged by the rulebook."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from app.security.permissions import Permission
from app.security.predicates import may
from app.security.terms import AssessmentDeed, PaperUse
from app.services.act import Act, Missing, Refused
from app.services.assessments.common import (
    INSIDE,
    SCORING,
    check_scores,
    check_state,
    checked_reason,
    contract_of,
    deeds,
    take,
)
from app.services.assessments.papers import keep_papers
from app.store import scoring
from app.store.accounts import UserAccount
from app.store.assessments import Assessment
from app.store.contracts import Contract, ContractScope
from app.store.scoring import AssessmentDecision, AssessmentGroup, AssessmentMark, AssessmentMember

FEWEST = 3


@dataclass(frozen=True)
class Group:
    """The group of one assessment; without `appointed` one person scores. `marks`: by clause, then member."""

    appointed: AssessmentGroup | None = None
    members: Sequence[AssessmentMember] = ()
    marks: Mapping[str, Mapping[int, AssessmentMark]] = field(default_factory=dict)

    @cached_property
    def active(self) -> list[AssessmentMember]:
        """Members who have not recused themselves."""
        return [one for one in self.members if one.recused_at is None]

    @property
    def head(self) -> AssessmentMember | None:
        return next((one for one in self.active if one.head), None)

    @property
    def wrong(self) -> str:
        """Why the group cannot mark; blank where it can, or where there is none."""
        if self.appointed is None:
            return ""
        if len(self.active) < FEWEST or len(self.active) % 2 == 0:
            return f"考核组要有不少于 {FEWEST} 人的单数，现在能评分的有 {len(self.active)} 人，请增补成员"
        return "" if self.head is not None else "考核组没有组长，请指定一名组长"

    @cached_property
    def complete(self) -> dict[str, list[str]]:
        """The marks of clauses that every active member has marked, in the members' order."""
        if self.appointed is None or self.wrong:
            return {}
        found = {}
        for key, given in self.marks.items():
            if all(one.user_id in given for one in self.active):
                found[key] = [given[one.user_id].points for one in self.active]
        return found

    def lets(self, decision: AssessmentDecision) -> bool:
        """Whether a single person's decision counts: where there is a group, only one in the review of an appeal."""
        return self.appointed is None or decision.in_appeal

    def member(self, user_id: int) -> AssessmentMember | None:
        return next((one for one in self.members if one.user_id == user_id), None)


def group_of(scope: ContractScope, assessment_id: int) -> Group:
    appointed = scoring.group(scope.session, scope.contract_id, assessment_id)
    if appointed is None:
        return Group()
    return Group(
        appointed, scoring.members(scope.session, scope.contract_id, assessment_id),
        scoring.marks(scope.session, scope.contract_id, assessment_id),
    )  # fmt: skip


def candidates(scope: ContractScope, contract: Contract, today: date) -> list[UserAccount]:
    """Who can be a member: whoever may score in this contract, none of the contractor's people."""
    found: dict[int, UserAccount] = {}
    for each in scope.members(today):
        if Permission.SCORE.value in each.role.permissions and each.user.organisation_id != contract.supplier_id:
            found.setdefault(each.user_id, each.user)
    return list(found.values())


@dataclass(frozen=True)
class Appointment:
    """How the group is appointed: the paper, its day, members by account, the head among them."""

    paper: str
    on: date
    members: tuple[int, ...]
    head: int | None
    files: tuple[int, ...] = ()


def appoint(act: Act, scope: ContractScope, assessment_id: int, wish: Appointment, seen: int) -> Assessment:
    """Appoints the group, or replaces its members before anybody of them has marked."""
    contract = contract_of(scope)
    check_scores(act, contract)
    row = take(scope, assessment_id, seen)
    check_state(row, SCORING, "组成考核组")
    paper = checked_reason(wish.paper, "paper", "组成考核组的文件或会议")
    if wish.on > act.today:
        raise Refused("组成日期不能晚于今天", "on")
    _check_members(act, scope, contract, wish)
    before = group_of(scope, row.id)
    if before.appointed is not None:
        raise Refused("这次考核已经组成了考核组；要增补成员请用“增补”")
    made = AssessmentGroup(
        contract_id=contract.id, assessment_id=row.id, appointment=paper, appointed_on=wish.on,
        recorded_by=act.person().user_id, recorded_at=act.now,
    )  # fmt: skip
    act.session.add(made)
    for user_id in wish.members:
        _add(act, row, user_id, head=user_id == wish.head)
    act.session.flush()
    keep_papers(act, scope, row, PaperUse.GROUP, made.id, wish.files)
    deeds(act, row, AssessmentDeed.GROUP_APPOINTED, paper, members=list(wish.members), head=wish.head)
    return row


def _check_members(act: Act, scope: ContractScope, contract: Contract, wish: Appointment) -> None:
    able = {one.id for one in candidates(scope, contract, act.today)}
    if set(wish.members) - able:
        raise Refused("有人不能作考核组成员：成员须在这份合同里有评分权限，且不是供应商的人", "members")
    if len(set(wish.members)) < FEWEST or len(set(wish.members)) % 2 == 0:
        raise Refused(f"考核组要有不少于 {FEWEST} 人的单数，现在选了 {len(set(wish.members))} 人", "members")
    if wish.head not in wish.members:
        raise Refused("组长要从成员里选", "head")


def _add(act: Act, row: Assessment, user_id: int, *, head: bool) -> None:
    act.session.add(
        AssessmentMember(
            contract_id=row.contract_id, assessment_id=row.id, user_id=user_id, head=head, recusal="", dissent=""
        )
    )


def enlarge(act: Act, scope: ContractScope, assessment_id: int, user_id: int, *, head: bool) -> Assessment:
    """Adds a member after a recusal, so that the number is odd again; a new head where there is none."""
    contract = contract_of(scope)
    check_scores(act, contract)
    row = take(scope, assessment_id)
    check_state(row, SCORING, "增补考核组成员")
    group = group_of(scope, row.id)
    if group.appointed is None:
        raise Refused("还没有组成考核组")
    if group.member(user_id) is not None:
        raise Refused("已经是考核组成员了", "user_id")
    if user_id not in {one.id for one in candidates(scope, contract, act.today)}:
        raise Refused("成员须在这份合同里有评分权限，且不是供应商的人", "user_id")
    if head and group.head is not None:
        raise Refused("考核组已有组长", "head")
    _add(act, row, user_id, head=head)
    act.session.flush()
    deeds(act, row, AssessmentDeed.GROUP_APPOINTED, group.appointed.appointment, members=[user_id], head=head)
    return row


def recuse(act: Act, scope: ContractScope, assessment_id: int, reason: str) -> AssessmentMember:
    """A member steps aside, with the reason; the own marks count no more."""
    row = take(scope, assessment_id)
    check_state(row, SCORING, "回避")
    member = own(act, scope, row)
    if member.recused_at is not None:
        raise Refused("您已经回避了")
    member.recusal, member.recused_at = checked_reason(reason, what="回避的原因"), act.now
    act.session.flush()
    deeds(act, row, AssessmentDeed.RECUSED, member.recusal, member=member.user_id)
    return member


def dissent(act: Act, scope: ContractScope, assessment_id: int, text: str) -> AssessmentMember:
    """A member's own opinion beside the group's; it stays on the sheet."""
    row = take(scope, assessment_id)
    check_state(row, INSIDE, "提出不同意见")
    member = own(act, scope, row)
    if member.recused_at is not None:
        raise Refused("已经回避的成员不再发表意见")
    member.dissent, member.dissented_at = checked_reason(text, what="不同意见"), act.now
    act.session.flush()
    deeds(act, row, AssessmentDeed.DISSENTED, member.dissent, member=member.user_id)
    return member


def own(act: Act, scope: ContractScope, row: Assessment) -> AssessmentMember:
    """The actor as a member of the group."""
    member = group_of(scope, row.id).member(act.person().user_id)
    if member is None or not may(act.person(), Permission.SCORE, scope.contract_id):
        raise Missing
    return member
