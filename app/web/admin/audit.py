"""审计: the log, filtered. Auditors see their contracts, the administrator everything."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, Response, request, url_for

from app.clock import SHANGHAI
from app.security.permissions import P
from app.security.predicates import contracts_where
from app.security.terms import Channel
from app.store import audit as chain
from app.store import audit_log, contracts
from app.store.audit_log import AuditEvent, LogFilter
from app.web.access import Place, current_person, requires
from app.web.admin.forms import AuditFilter
from app.web.admin.words import ACTIONS, SUBJECTS, detail
from app.web.database import db
from app.web.replies import Listing, Row, list_page

bp = Blueprint("admin_audit", __name__, url_prefix="/audit")
PAGE = 50
COLUMNS = ["序号", "时间", "操作人", "操作", "对象", "内容", "途径"]


def midnight(day: date | None) -> datetime | None:
    """When the day begins in Shanghai."""
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC) if day else None


def wanted_from(form: AuditFilter) -> LogFilter:
    """The filter as typed; the last day is included."""
    until = form.until.data + timedelta(days=1) if form.until.data else None
    return LogFilter(
        action=form.action.data or "",
        subject_kind=form.subject_kind.data or "",
        actor_id=form.actor_id.data,
        contract_id=form.contract_id.data,
        since=midnight(form.since.data),
        until=midnight(until),
    )


def shown(event: AuditEvent, name: str | None) -> Row:
    """One event as a line."""
    number = f" {event.subject_id}" if event.subject_id is not None else ""
    subject = SUBJECTS.get(event.subject_kind, event.subject_kind) + number
    action = ACTIONS.get(event.action, event.action)
    at = f"{event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}"
    channel = Channel.of(event.channel).label
    return Row([str(event.position), at, name or "—", action, subject, detail(event.detail), channel])


@bp.get("", endpoint="audit")
@requires(P.AUDIT_READ, Place.ANYWHERE)
def log() -> Response:
    session, visible = db.session(), contracts_where(current_person(), P.AUDIT_READ)
    form = AuditFilter(request.args)
    form.contract_id.choices = [(each.id, each.title) for each in contracts.contracts(session, visible)]
    fine = form.validate()
    events = audit_log.page(session, wanted_from(form), visible, form.before.data, PAGE + 1) if fine else []
    rows = [shown(event, name) for event, name in events[:PAGE]]
    empty = "没有符合条件的记录。" if fine else "筛选条件没有填对，请改正后再查。"
    listing = Listing("操作记录", COLUMNS, rows, empty, next_url=further(events))
    end = chain.head(session)
    facts = [("链上记录", f"{end.position} 条"), ("链头", end.hash)] if visible is None else []
    count = sum(1 for field in form.shown if field.data)
    return list_page(
        "审计日志", [listing], facts=facts,
        filter_form=form, filter_action=url_for(".audit"), filter_count=count,
    )  # fmt: skip


def further(events: list[tuple[AuditEvent, str | None]]) -> str:
    """The address of the next page, with the same filter."""
    if len(events) <= PAGE:
        return ""
    same = {key: value for key, value in request.args.items() if key != "before"}
    return url_for(".audit", **same, before=events[PAGE - 1][0].position)
