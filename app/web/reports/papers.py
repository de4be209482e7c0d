"""Signed sheets (考核细则表) and statements (应付款核定单) beside the reports: handed upwards, made on pages of their own."""

from __future__ import annotations

from typing import Any

from flask import url_for

from app.clock import business_day
from app.security.terms import AssessmentState
from app.store import assessments, settlement
from app.store.contracts import ContractScope
from kpi.reports.marks import chinese

SHOWN = 12


def papers_of(scope: ContractScope, contract_id: int) -> list[dict[str, Any]]:
    """The latest first, each with the page where it is read and taken as a file."""
    sheets = [
        {
            "title": chinese(f"考核细则表（{one.label}）"), "day": one.until_on,
            "url": url_for("assessment.result", contract_id=contract_id, assessment_id=one.id),
        }
        for one in assessments.every(scope.session, contract_id) if one.state == AssessmentState.SIGNED.value
    ]  # fmt: skip
    statements = [
        {
            "title": chinese(f"应付款核定单（{one.title}）"), "day": business_day(one.made_at),
            "url": url_for("settlement.statement", contract_id=contract_id, statement_id=one.id),
        }
        for one in settlement.live(scope.session, contract_id).values()
    ]  # fmt: skip
    return sorted([*sheets, *statements], key=lambda one: one["day"], reverse=True)[:SHOWN]
