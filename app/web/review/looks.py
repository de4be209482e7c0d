"""Lines, panes and filters as the templates show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from app.clock import SHANGHAI
from app.security.permissions import P
from app.security.predicates import may
from app.security.terms import EntryDeed, EntryState, Signature, SpotCheckWay
from app.services.verification.answering import ANSWERS
from app.services.verification.deadlines import Clock
from app.services.verification.showing import Pane
from app.services.verification.stages import VERIFY
from app.store.entries import EntryEvent, number_text
from app.store.review_queue import Line
from app.store.reviews import SpotCheck
from app.web.access import current_scope
from app.web.review.forms import ONLY
from app.web.review.where import Where
from kpi.rulebook.ledgers import FieldType

D, S = EntryDeed, EntryState
TONES = {
    D.VERIFIED: ("good", "circle-check"), D.CHECKED: ("good", "check"), D.RETURNED: ("bad", "arrow-back-up"),
    D.SENT_BACK: ("bad", "arrow-back-up"), D.CHANGED: ("accent", "pencil"), D.CONTESTED: ("warn", "hand-stop"),
    D.REOPENED: ("warn", "arrow-back-up"), D.SPOT_CHECKED: ("accent", "shield-check"),
}  # fmt: skip
STATES = {
    S.DRAFT: ("idle", "pencil"), S.TO_CHECK: ("accent", "user-check"), S.SUBMITTED: ("accent", "clock"),
    S.VERIFIED: ("good", "circle-check"), S.RETURNED: ("bad", "arrow-back-up"), S.WITHDRAWN: ("idle", "ban"),
}  # fmt: skip


def line_row(where: Where, clock: Clock, ledgers: Mapping[str, str], line: Line) -> dict[str, Any]:
    """One line of the list. `ledgers`: what they are called, by id."""
    waits = line.state == where.stage.waits.value
    due = clock.due(line.submitted_at) if waits and line.submitted_at is not None else None
    return {
        "id": line.id, "url": where.entry_url(line.id), "number": number_text(line.ledger, line.number),
        "ledger": ledgers.get(line.ledger, line.ledger), "date": line.business_date.isoformat(), "author": line.author,
        "opened": line.opened, "warnings": len(line.warnings), "nil": line.nil,
        "again": line.again and waits, "contested": line.contested,
        "days_left": due.days_left if due is not None else None, "gone": "" if waits else S.of(line.state).label,
    }  # fmt: skip


def describe(where: Where, ledgers: Mapping[str, str], authors: Mapping[int, str]) -> list[str]:
    """The filter in words, one a condition. `ledgers`, `authors`: what they are called, by id."""
    wanted, args = where.wanted, where.args
    found = [ledgers.get(wanted.ledger, wanted.ledger)] if wanted.ledger else []
    if wanted.author_id is not None:
        found.append(f"填报人 {authors.get(wanted.author_id, wanted.author_id)}")
    if wanted.outlet_id is not None:
        names = {each.id: each.name for each in current_scope().outlets()}
        found.append(f"网点 {names.get(wanted.outlet_id, wanted.outlet_id)}")
    if wanted.from_on is not None or wanted.until_on is not None:
        found.append(f"业务日期 {wanted.from_on or '…'} 至 {wanted.until_on or '…'}")
    if wanted.batch_id is not None:
        found.append(f"导入批次 {wanted.batch_id}")
    if args.get("only"):
        found.append(dict(ONLY).get(args["only"], ""))
    return [text for text in found if text]


def pane_view(where: Where, shown: Pane, ledgers: Mapping[str, str]) -> dict[str, Any]:
    """The entry in front of the reviewer."""
    entry, deeds = shown.entry, shown.scope.contract_id
    person = shown.act.person()
    answers = shown.objection and any(may(person, each, deeds) for each in ANSWERS)
    kept = where.stage is VERIFY and may(person, P.ENTRY_VERIFY, deeds)
    return {
        "shown": shown, "entry": entry, "number": shown.number, "ledger": shown.ledger.name,
        "state": (*STATES[S.of(entry.state)], S.of(entry.state).label),
        "marks": marks(shown), "dates": dates(shown), "events": [event(each) for each in shown.history],
        "checks": [spot_check(each) for each in shown.spot_checks], "obstacle": shown.obstacle,
        "return_obstacle": shown.return_obstacle,
        "pass_url": where.deed_url("pass_", entry.id), "return_url": where.deed_url("give_back", entry.id),
        "seen_url": where.deed_url("seen", entry.id), "reasons_url": where.url("reasons"),
        "answer_url": where.deed_url("answer", entry.id) if answers and kept else "",
        "spot_url": where.url("spot", record_id=entry.id) if kept and entry.state in {"submitted", "verified"} else "",
        "page_url": url_for("ledger.entry", contract_id=deeds, ledger=entry.ledger, record_id=entry.id),
        "undo": {"url": where.deed_url("undo", entry.id), "version": entry.version} if shown.can_take_back else None,
        "activity": [
            {"title": number_text(each.ledger, each.number), "ledger": ledgers.get(each.ledger, each.ledger),
             "state": S.of(each.state).label, "url": where.url("one", record_id=each.id)}
            for each in shown.activity
        ],
    }  # fmt: skip


def marks(shown: Pane) -> list[tuple[str, str, str]]:
    """Tone, icon and word of what is special about the entry."""
    entry = shown.entry
    found = [
        (entry.nil, ("idle", "minus", "零报告")), (entry.trial, ("warn", "test-pipe", "试运行")),
        (entry.opening, ("idle", "archive", "补录")), (entry.contested, ("warn", "hand-stop", "有异议")),
        (entry.validated is True, ("good", "shield-check", "抽查属实")),
        (entry.validated is False, ("bad", "alert-triangle", "抽查不属实")),
        (shown.changed_after_lock, ("warn", "lock-open", "锁定后改动")),
    ]  # fmt: skip
    return [mark for holds, mark in found if holds]


def dates(shown: Pane) -> list[tuple[str, str]]:
    """Who made it, when it happened, and when it came in."""
    entry = shown.entry
    lag = f"业务发生后 {shown.lag} 天" if shown.lag > 0 else "当天"
    found = [("填报人", entry.author.display_name), ("登记", f"{local(entry.entered_at)}（{lag}）")]
    if entry.captured_at is not None:
        found.append(("手机填写", local(entry.captured_at)))
    if entry.outlet is not None and not any(field.type is FieldType.OUTLET for field in shown.ledger.fields):
        found.append(("网点", entry.outlet.name))
    if entry.batch_id is not None:
        found.append(("导入批次", str(entry.batch_id)))
    return found


def local(moment: Any) -> str:
    return f"{moment.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def event(found: EntryEvent) -> dict[str, Any]:
    """One deed of the history, for the timeline component."""
    deed = D.of(found.deed)
    tone, symbol = TONES.get(deed, ("idle", "check"))
    return {
        "at": found.at.astimezone(SHANGHAI), "who": found.actor.display_name if found.actor is not None else "系统",
        "what": deed.label, "detail": found.reason, "icon": symbol, "tone": tone,
    }  # fmt: skip


def spot_check(row: SpotCheck) -> dict[str, Any]:
    """The record of a spot check."""
    people = [row.checker.display_name] + ([row.second.display_name] if row.second is not None else [])
    details = [("检查人", "、".join(people)), ("地点", row.place), ("与谁谈的", row.spoken_to.get("mask", ""))]
    details.append(("签字", Signature.of(row.signature).label))
    return {
        "genuine": row.genuine, "title": f"{row.checked_on} {SpotCheckWay.of(row.way).label}", "note": row.note,
        "details": [(name, text) for name, text in details if text],
    }  # fmt: skip
