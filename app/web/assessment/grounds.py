"""What stands under a clause of the sheet and where each of it opens: findings, checks, events, what a decision cites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from flask import url_for

from app.security.case_terms import FindingState, Verdict
from app.services.assessments.evaluating import Work
from app.services.assessments.papers import FINDING
from app.services.fieldwork.sources import Source, Sources, sources_of
from app.services.rectification.findings import finding_text
from app.store.cases import Cases, Finding
from app.store.contracts import ContractScope

#: The argument that the page of a check takes its id by.
CHECKS = {"round": "round_id", "inspection": "inspection_id", "complaint": "complaint_id", "poll": "poll_id"}


@dataclass(frozen=True)
class Grounds:
    """The grounds of one sheet. Everything has an address: a point opens what it rests on."""

    scope: ContractScope
    work: Work

    def at(self, endpoint: str, **values: Any) -> str:
        return url_for(endpoint, contract_id=self.scope.contract_id, **values)

    @cached_property
    def sources(self) -> Sources:
        """What fieldwork found in the period, by clause."""
        return sources_of(self.scope, self.work.row.from_on, self.work.row.until_on)

    def checks(self, clauses: Iterable[str]) -> list[tuple[str, Source, str]]:
        """Clause, what fieldwork says of it, and the page of that."""
        return [
            (clause, one, self.at(f"fieldwork.{one.kind}", **{CHECKS[one.kind]: one.id}))
            for clause in clauses for one in self.sources.get(clause, ())
        ]  # fmt: skip

    def findings(self, clauses: Iterable[str]) -> list[dict[str, Any]]:
        """The findings of the period on these clauses; `cite`: what a decision writes to rest on it, blank where it may not."""
        return [self.finding(one) for clause in clauses for one in self.work.register.findings.get(clause, ())]

    def finding(self, row: Finding) -> dict[str, Any]:
        state = FindingState.of(row.state)
        text = finding_text(row.number)
        return {
            "row": row, "number": text, "url": self.at("rectification.finding", finding_id=row.id), "word": state.label,
            "cite": "" if state is FindingState.EXEMPTED else text,
        }  # fmt: skip

    def events(self) -> list[dict[str, Any]]:
        """Contract events of the period, the newest first: they veto, end the contract, block payment."""
        return [
            {"row": one, "word": Verdict.of(one.outcome).label if one.outcome else "待认定", "waits": one.outcome is None}
            for one in self.work.register.events
        ]  # fmt: skip

    # -- what decisions cite ----------------------------------------------------------------------

    @cached_property
    def numbers(self) -> Mapping[int, int]:
        """The ids of the findings that decisions on this sheet cite, by number."""
        texts = {text for one in self.work.decisions.values() for text in one.cites}
        wanted = {int(found[1]) for text in texts if (found := FINDING.fullmatch(text))}
        here = {one.number: one.id for held in self.work.register.findings.values() for one in held}
        beyond = Cases(self.scope.session, self.scope.contract_id).numbered(wanted - here.keys())
        return here | {one.number: one.id for one in beyond}

    def cited(self, cites: Sequence[str]) -> list[tuple[str, str]]:
        """Each number with the page that it names; blank where there is none any more."""
        return [(text, self.address_of(text)) for text in cites]

    def address_of(self, text: str) -> str:
        if found := FINDING.fullmatch(text):
            finding_id = self.numbers.get(int(found[1]))
            return self.at("rectification.finding", finding_id=finding_id) if finding_id is not None else ""
        ledger = text.rpartition("-")[0]
        if not ledger or self.work.rulebook.ledger(ledger) is None:
            return ""
        return self.at("ledger.entries", ledger=ledger, number=text)
