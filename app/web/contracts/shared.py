"""What the pages of one contract share."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import request, url_for

from app.clock import business_day
from app.security.permissions import P
from app.security.predicates import may
from app.web.access import current_contract, current_person
from app.web.ground import ground

SECTIONS = (
    ("contracts.contract", "概况", P.CONTRACT_READ),
    ("rulebook.document", "规则书", P.CONTRACT_READ),
    ("setup.stages", "合同设置", P.CONTRACT_READ),
    ("contracts_members.members", "成员", P.CONTRACT_READ),
    ("contracts_outlets.outlets", "网点", P.CONTRACT_READ),
    ("contracts_roster.roster", "花名册", P.ROSTER_READ),
    ("contracts_approvals.approvals", "审批与授权", P.CONTRACT_READ),
)


def today() -> date:
    """The business day."""
    return business_day(ground().clock())


def holds(permission: P) -> bool:
    """Whether the person holds the permission in the contract of the address."""
    return may(current_person(), permission, current_contract().id)


def sections() -> list[dict[str, Any]]:
    """The tabs of a contract, those that the person may open."""
    contract_id, here = current_contract().id, (request.endpoint or "").partition(".")[0]
    return [
        {
            "title": title,
            "url": url_for(endpoint, contract_id=contract_id),
            "current": endpoint.partition(".")[0] == here,
        }
        for endpoint, title, permission in SECTIONS
        if holds(permission)
    ]


def dash(value: date | None) -> str:
    """A day, or a dash where there is none."""
    return value.isoformat() if value else "—"
