"""What the pages of findings and rectifications share: addresses, permissions, lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from app.security.case_terms import CaseState, FindingSource, FindingState
from app.security.permissions import P
from app.security.predicates import may
from app.services.official.people import ANSWERS, DECIDERS, ISSUERS
from app.services.rectification.clock import Clock
from app.services.rectification.findings import finding_text
from app.store.cases import Finding, RectificationCase
from app.web.access import current_contract, current_person
from app.web.paper_files import PRINTED, labelled

CASE_TONES = {
    "issued": "draft", "served": "running", "reported": "submitted", "closed": "done", "reduced": "unmet",
    "exempted": "closed", "void": "withdrawn",
}  # fmt: skip
FINDING_TONES = {
    "open": "undecided", "noticed": "running", "rectified": "done", "reduced": "unmet", "exempted": "closed",
    "withdrawn": "withdrawn",
}  # fmt: skip
HOME = "整改"


def address(endpoint: str, **values: Any) -> str:
    return url_for(f"rectification.{endpoint}", contract_id=current_contract().id, **values)


def files_of(endpoint: str, **values: Any) -> list[tuple[str, str]]:
    """The buttons of a paper: what each says, and its address."""
    return labelled({kind: address(endpoint, **values, kind=kind) for kind in PRINTED})


def holds(permissions: Sequence[P], *, buyer: bool) -> bool:
    """Whether the person acts for this side with one of these permissions."""
    person, contract = current_person(), current_contract()
    side = contract.buyer_id if buyer else contract.supplier_id
    return person.organisation_id == side and any(may(person, each, contract.id) for each in permissions)


def issues() -> bool:
    return holds(ISSUERS, buyer=True)


def decides() -> bool:
    return holds(DECIDERS, buyer=True)


def answers() -> bool:
    return holds(ANSWERS, buyer=False)


def finding_line(row: Finding, known: dict[str, str]) -> dict[str, Any]:
    """A finding as a line."""
    return {
        "row": row, "number": finding_text(row.number), "url": address("finding", finding_id=row.id),
        "clause": row.clause, "clause_title": known.get(row.clause, ""), "source": FindingSource.of(row.source).label,
        "state": FINDING_TONES[row.state], "word": FindingState.of(row.state).label,
        "people": f"{row.finder.display_name}、{row.second.display_name}", "spoken_to": row.spoken_to.get("mask", ""),
    }  # fmt: skip


def case_line(row: RectificationCase, clock: Clock, findings: Sequence[Finding]) -> dict[str, Any]:
    """A rectification as a line, with its clock."""
    return {
        "row": row, "title": row.notice.title, "number": row.notice.number, "url": address("case", case_id=row.id),
        "state": CASE_TONES[row.state], "word": CaseState.of(row.state).label, "due": clock.due(row),
        "findings": "、".join(finding_text(each.number) for each in findings if each.case_id == row.id),
        "overdue": clock.is_overdue(row), "reported": row.state == CaseState.REPORTED.value,
    }  # fmt: skip
