"""What every page's frame shows: the menu by permission, the contract, the person."""

from __future__ import annotations

from typing import Any

from flask import Flask, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.clock import SHANGHAI
from app.security.permissions import P
from app.security.predicates import Person, contracts_where, may, may_anywhere
from app.security.terms import ContractState
from app.services.ledger.reading import spoken
from app.store import contracts
from app.web.access import entry_of
from app.web.database import db
from app.web.htmx import wants_fragment

ADMIN = (
    ("admin_people.people", P.PEOPLE_MANAGE, "账号", "users"),
    ("admin_roles.roles", P.ROLES_MANAGE, "角色", "shield"),
    ("admin_organisations.organisations", P.ORGANISATIONS_MANAGE, "单位", "building"),
    ("admin_sessions.sessions", P.PEOPLE_MANAGE, "登录", "device-desktop"),
    ("admin_jobs.jobs", P.JOBS_READ, "任务", "settings"),
    ("admin_calendar.calendar", P.CALENDAR_MANAGE, "日历", "calendar"),
)
#: Within a contract: who holds one of the permissions in it finds the page in the menu.
READERS = (P.ENTRY_WRITE, P.ENTRY_CHECK, P.BUYER_ENTRY_WRITE, P.ENTRY_VERIFY, P.SCORE, P.REPORT_READ)
IN_CONTRACT = (
    ("ledger.ledgers", READERS, "台账", "notebook"),
    ("indicators.indicators", (*READERS, P.SIGN), "指标", "chart-bar"),
    ("review.queue", (P.ENTRY_VERIFY,), "审核", "clipboard-check"),
    ("check.queue", (P.ENTRY_CHECK,), "内部复核", "user-check"),
    ("assessment.assessments", (P.SELF_SCORE, P.SCORE, P.SIGN, P.REPORT_READ), "考核", "list-check"),
    ("overview.overview", (P.SELF_SCORE, P.SCORE, P.SIGN, P.REPORT_READ), "总览", "chart-line"),
    ("fieldwork.rounds", (P.ENTRY_VERIFY, P.SCORE, P.SIGN, P.SELF_SCORE, P.AUDIT_READ), "检查", "clipboard-list"),
    ("settlement.plan", (P.PAYMENT_REQUEST, P.PAYMENT_APPROVE, P.SCORE, P.SIGN, P.REPORT_READ), "结算", "coin-yuan"),
    ("rectification.cases", (*READERS, P.SELF_SCORE, P.SIGN, P.AUDIT_READ), "整改", "tool"),
    ("money.overview", (P.PAYMENT_REQUEST, P.PAYMENT_APPROVE, P.FUNDS_MANAGE, P.REPORT_READ, P.AUDIT_READ), "资金", "building-bank"),
    ("reports.reports", (P.REPORT_READ,), "报告", "file-text"),
    ("locks.locks", (*READERS, P.SIGN, P.AUDIT_READ), "锁定与解锁", "lock"),
    ("imports.batches", (P.ENTRY_WRITE, P.BUYER_ENTRY_WRITE), "导入记录", "table-import"),
)


def init_app(app: Flask) -> None:
    app.context_processor(frame)
    app.jinja_env.filters["local"] = lambda instant: instant.astimezone(SHANGHAI)
    app.jinja_env.filters["spoken"] = spoken


def frame() -> dict[str, Any]:
    """Context of the layouts; empty for who is not signed in, and for a fragment, which has no layout."""
    if wants_fragment() or "_login_user" not in g or not current_user.is_authenticated:
        return {}
    person = current_user.person
    return {
        "nav": menu(person),
        "user": {"name": person.name, "id": person.user_id},
        "account_links": [*own_runs(person), {"title": _("我的账号"), "url": url_for("account.own"), "icon": "user"}],
        "logout_url": url_for("account.sign_out"),
        "home_url": url_for("home.home"),
        **contract_frame(person),
    }


def own_runs(person: Person) -> list[dict[str, Any]]:
    """What the person has asked the background for, within the contract of the address."""
    contract = g.get("contract")
    if contract is None or not lets_in(person, "jobs.own", contract.id):
        return []
    return [{"title": _("我的任务"), "url": url_for("jobs.own", contract_id=contract.id), "icon": "clock"}]


def item(endpoint: str, title: str, icon: str, **values: Any) -> dict[str, Any]:
    """One entry of the menu."""
    current = (request.endpoint or "").partition(".")[0] == endpoint.partition(".")[0]
    return {"title": title, "url": url_for(endpoint, **values), "icon": icon, "current": current}


def menu(person: Person) -> list[dict[str, Any]]:
    """What the person may open."""
    entries = [item("home.home", _("工作台"), "home"), *in_contract(person)]
    entries.append(item("contracts.contracts", _("合同"), "file-text"))
    entries += [item(name, title, icon) for name, permission, title, icon in ADMIN if may(person, permission)]
    if may_anywhere(person, P.AUDIT_READ):
        entries.append(item("admin_audit.audit", _("审计"), "list-check"))
    return entries


def in_contract(person: Person) -> list[dict[str, Any]]:
    """What the person may open within the contract of the address."""
    contract = g.get("contract")
    if contract is None:
        return []
    return [
        item(endpoint, _(title), icon, contract_id=contract.id)
        for endpoint, permissions, title, icon in IN_CONTRACT
        if any(may(person, each, contract.id) for each in permissions) and lets_in(person, endpoint, contract.id)
    ]


def lets_in(person: Person, endpoint: str, contract_id: int) -> bool:
    """Whether a page of a contract opens for who administers the console without belonging to it."""
    access = entry_of(endpoint)
    return contract_id in person.contracts or access is None or not access.members


def contract_frame(person: Person) -> dict[str, Any]:
    """The contract of the address, and the others to switch to."""
    contract = g.get("contract")
    if contract is None:
        return {}
    others = contracts.contracts(db.session(), contracts_where(person, P.CONTRACT_READ))
    return {
        "contract": {"title": contract.title, "trial": contract.state == ContractState.TRIAL},
        "contracts": [
            {
                "title": each.title,
                "url": url_for("contracts.contract", contract_id=each.id),
                "current": each.id == contract.id,
            }
            for each in others
        ],
    }
