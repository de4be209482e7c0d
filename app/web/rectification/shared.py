"""What the pages of findings and rectifications share: addresses, permissions, lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from app.security.case_terms import CaseState, FindingSource, FindingState
from app.services.rectification.clock import Clock
from app.services.rectification.findings import finding_text
from app.store.cases import Finding, RectificationCase
from app.web.access import current_contract
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
