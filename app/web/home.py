"""工作台: what there is for this person, and what waits."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, url_for

from app.clock import business_day
from app.security.permissions import P
from app.security.predicates import Person, contracts_where, may
from app.security.terms import ContractState
from app.store import accounts, audit, contracts, jobs, roles
from app.web.access import current_person, signed_in
from app.web.database import db
from app.web.ground import ground
from app.web.htmx import render
from app.web.replies import Listing, Row

bp = Blueprint("home", __name__)


@bp.get("/")
@signed_in
def home() -> Response:
    person = current_person()
    return render("home/home.html", tiles=tiles(person), listing=own_contracts(person))


def tiles(person: Person) -> list[dict[str, Any]]:
    """Figures for who administers the console."""
    session, found = db.session(), []
    if may(person, P.PEOPLE_MANAGE):
        count = accounts.pending_invitations(session)
        found.append({"label": "待接受的邀请", "value": count, "url": url_for("admin_people.people")})
    if may(person, P.CONTRACT_READ):
        count = len(contracts.contracts(session, None))
        found.append({"label": "合同", "value": count, "url": url_for("contracts.contracts")})
    if may(person, P.JOBS_READ):
        count = jobs.failed(session)
        found.append({"label": "失败的后台任务", "value": count, "url": url_for("admin_jobs.jobs")})
    if may(person, P.AUDIT_READ):
        end = audit.head(session)
        note = f"链头 {end.hash[:12]}…"
        found.append(
            {"label": "审计记录", "value": end.position, "url": url_for("admin_audit.audit"), "note": note}
        )
    return found


def own_contracts(person: Person) -> Listing:
    """The contracts that the person belongs to, with the roles held; those to come included."""
    day = business_day(ground().clock())
    readable = contracts_where(person, P.CONTRACT_READ)
    rows = [
        Row(
            [
                contract.title,
                membership.role.name,
                ContractState.of(contract.state).label,
                str(membership.until_on or "—"),
            ],
            url_for("contracts.contract", contract_id=contract.id)
            if readable is None or contract.id in readable
            else "",
        )
        for membership, contract in roles.memberships_of(db.session(), person.user_id, day)
    ]
    empty = "您还不是任何合同的成员。需要参与合同，请联系系统管理员。"
    return Listing("我的合同", ["合同", "我的角色", "状态", "到"], rows, empty, "own-contracts")
