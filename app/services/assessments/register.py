"""What the register of findings holds for a period: contract events, findings by clause, exemptions that were granted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.security.case_terms import FindingState, Verdict
from app.services.rectification.findings import finding_text
from app.store.assessments import Assessment
from app.store.cases import Cases, ContractEvent, Exemption, Finding
from app.store.contracts import ContractScope


@dataclass(frozen=True)
class Exempted:
    """A finding whose exemption was granted, with the slip."""

    finding: Finding
    slip: Exemption

    @property
    def text(self) -> str:
        return f"{finding_text(self.finding.number)}已准予免责"


@dataclass(frozen=True)
class Register:
    """What was registered with a date inside the period."""

    events: Sequence[ContractEvent] = ()
    findings: Mapping[str, Sequence[Finding]] = field(default_factory=dict)
    exempted: Mapping[str, Sequence[Exempted]] = field(default_factory=dict)

    def given_events(self) -> list[dict[str, Any]]:
        """Events as the engine takes them; the account of what happened stays in the register."""
        return [
            {"kind": one.kind, "date": one.happened_on, "decided": one.outcome, "number": f"事件{one.number}"}
            for one in sorted(self.events, key=lambda one: one.number)
        ]


def register_of(scope: ContractScope, row: Assessment) -> Register:
    cases = Cases(scope.session, scope.contract_id)
    inside = cases.found_between(row.from_on, row.until_on)
    by_clause: dict[str, list[Finding]] = {}
    for one in reversed(inside):
        if one.state != FindingState.WITHDRAWN:
            by_clause.setdefault(one.clause, []).append(one)
    relieved = {one.id: one for one in inside if one.state == FindingState.EXEMPTED}
    exempted: dict[str, list[Exempted]] = {}
    for slip in cases.exemptions(list(relieved)) if relieved else ():
        if slip.outcome == Verdict.UPHELD:
            finding = relieved[slip.finding_id]
            exempted.setdefault(finding.clause, []).append(Exempted(finding, slip))
    events = [one for one in cases.events() if row.from_on <= one.happened_on <= row.until_on]
    return Register(events, by_clause, exempted)
