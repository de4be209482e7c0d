"""What of rectification waits for a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.security.case_terms import CaseState, FindingState
from app.security.permissions import P
from app.security.predicates import Person, may
from app.services.act import found
from app.services.official.people import ANSWERS, DECIDERS, ISSUERS
from app.services.rectification.clock import Clock
from app.store import documents
from app.store.cases import Cases, ContractEvent, Exemption, Finding, RectificationCase
from app.store.contracts import ContractScope


@dataclass(frozen=True)
class Waiting:
    """Counts by what is to be done; each is 0 where it is not this person's."""

    to_notice: int = 0
    to_seal: int = 0
    to_serve: int = 0
    to_answer: int = 0
    to_reinspect: int = 0
    to_decide: int = 0
    overdue: int = 0

    @property
    def total(self) -> int:
        """What waits for the person; what is overdue is among it."""
        return self.to_notice + self.to_seal + self.to_serve + self.to_answer + self.to_reinspect + self.to_decide


@dataclass(frozen=True)
class Rows:
    """What is under way in a contract. `finders`: the two investigators of each finding that is applied for."""

    open_findings: int
    unsealed: int
    running: Sequence[RectificationCase]
    asked: Sequence[Exemption]
    finders: Mapping[int, frozenset[int]]
    events: Sequence[ContractEvent]


def rows(scope: ContractScope) -> Rows:
    """Reads what is under way."""
    cases = Cases(scope.session, scope.contract_id)
    asked = cases.exemptions(waiting=True)
    findings = cases.findings_by_ids({each.finding_id for each in asked}) if asked else []
    return Rows(
        len(cases.findings(FindingState.OPEN)), documents.unsealed(scope.session, scope.contract_id),
        cases.cases(running=True), asked, finders(findings), cases.events(waiting=True),
    )  # fmt: skip


def finders(findings: Iterable[Finding]) -> dict[int, frozenset[int]]:
    return {each.id: frozenset({each.found_by, each.second_id}) for each in findings}


def waiting(scope: ContractScope, person: Person, today: date) -> Waiting:
    """What waits for the person in this contract."""
    return counted(scope, person, rows(scope), Clock.of(scope, today))


def counted(scope: ContractScope, person: Person, under_way: Rows, clock: Clock) -> Waiting:
    """What of this waits for the person."""
    states = [each.state for each in under_way.running]
    buys = found(scope.contract()).buyer_id == person.organisation_id
    issues, answers = buys and holds(scope, person, ISSUERS), not buys and holds(scope, person, ANSWERS)
    return Waiting(
        to_notice=under_way.open_findings if issues else 0,
        to_seal=under_way.unsealed if issues else 0,
        to_serve=states.count(CaseState.ISSUED.value) if issues else 0,
        to_answer=states.count(CaseState.SERVED.value) if answers else 0,
        to_reinspect=states.count(CaseState.REPORTED.value) if issues else 0,
        to_decide=to_decide(under_way, person) if buys and holds(scope, person, DECIDERS) else 0,
        overdue=sum(clock.is_overdue(each) for each in under_way.running),
    )


def holds(scope: ContractScope, person: Person, permissions: tuple[P, ...]) -> bool:
    return any(may(person, each, scope.contract_id) for each in permissions)


def to_decide(under_way: Rows, person: Person) -> int:
    """Exemptions and events that somebody else found or recorded."""
    asked = [each for each in under_way.asked if person.user_id not in under_way.finders[each.finding_id]]
    return len(asked) + sum(each.recorded_by != person.user_id for each in under_way.events)
