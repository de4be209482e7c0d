"""What of rectification waits for a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.security.case_terms import CaseState, FindingState
from app.security.permissions import P
from app.security.predicates import Person, may
from app.services.act import found
from app.services.official.people import ANSWERS, DECIDERS, ISSUERS
from app.services.rectification.clock import Clock
from app.store import documents
from app.store.cases import Cases
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


def waiting(scope: ContractScope, person: Person, today: date) -> Waiting:
    """What waits for the person in this contract."""
    cases = Cases(scope.session, scope.contract_id)
    running = cases.cases(running=True)
    clock = Clock.of(scope, today)
    states = [each.state for each in running]
    issues, answers = holds(scope, person, ISSUERS), holds(scope, person, ANSWERS)
    buys = found(scope.contract()).buyer_id == person.organisation_id
    return Waiting(
        to_notice=len(cases.findings(FindingState.OPEN)) if issues and buys else 0,
        to_seal=documents.unsealed(scope.session, scope.contract_id) if issues and buys else 0,
        to_serve=states.count(CaseState.ISSUED.value) if issues and buys else 0,
        to_answer=states.count(CaseState.SERVED.value) if answers and not buys else 0,
        to_reinspect=states.count(CaseState.REPORTED.value) if issues and buys else 0,
        to_decide=to_decide(cases, person) if buys and holds(scope, person, DECIDERS) else 0,
        overdue=sum(clock.is_overdue(each) for each in running),
    )


def holds(scope: ContractScope, person: Person, permissions: tuple[P, ...]) -> bool:
    return any(may(person, each, scope.contract_id) for each in permissions)


def to_decide(cases: Cases, person: Person) -> int:
    """Exemptions and events that somebody else found or recorded."""
    asked = cases.exemptions(waiting=True)
    findings = {each.id: each for each in cases.findings_by_ids({each.finding_id for each in asked})}
    own = [each for each in asked if person.user_id in {findings[each.finding_id].found_by, findings[each.finding_id].second_id}]
    events = [each for each in cases.events(waiting=True) if each.recorded_by != person.user_id]
    return len(asked) - len(own) + len(events)
