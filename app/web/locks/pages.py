"""Locks in force and past, exceptions to them, and what came in under an exception."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from app.clock import SHANGHAI, business_day
from app.security.predicates import may
from app.security.terms import EntryDeed
from app.services import books
from app.services.act import found
from app.services.verification import locking
from app.store import locks
from app.store.entries import EntryEvent, LedgerEntry, number_text
from app.store.locks import PeriodLock, PeriodUnlock
from app.web.access import current_contract, current_person, current_scope, in_contract
from app.web.ground import ground
from app.web.htmx import render
from app.web.locks.blueprint import ASKERS, READERS, bp

MOST_CHANGES = 200


def ledgers() -> dict[str, str]:
    """Names of the contract's ledgers by id; none where it has no rulebook yet."""
    contract = current_contract()
    if contract.rulebook_text_id is None:
        return {}
    return {each.id: each.name for each in books.book_of(current_scope(), contract).rulebook.ledgers}


def address(endpoint: str, **values: Any) -> str:
    return url_for(f"locks.{endpoint}", contract_id=current_contract().id, **values)


@bp.get("", endpoint="locks")
@in_contract(*READERS)
def every(contract_id: int) -> Response:
    return render("locks/locks.html", **overview())


def overview() -> dict[str, Any]:
    """The page of all locks."""
    scope, names = current_scope(), ledgers()
    held, asked = locks.every(scope.session, scope.contract_id), locks.unlocks(scope.session, scope.contract_id)
    by_lock: dict[int, list[PeriodUnlock]] = {}
    for each in asked:
        by_lock.setdefault(each.lock_id, []).append(each)
    views = [lock_view(each, by_lock.get(each.id, []), names) for each in held]
    contract = current_contract()
    return {
        "active": [view for view in views if view["active"]], "past": [view for view in views if not view["active"]],
        "may_lock": locking.decides(current_person(), contract), "new_url": address("lock"), "contract_title": contract.title,
        "entry_days": contract.entry_days,
    }  # fmt: skip


def lock_view(row: PeriodLock, asked: list[PeriodUnlock], names: dict[str, str]) -> dict[str, Any]:
    """One lock with what was asked for."""
    person, contract = current_person(), current_contract()
    decides = locking.decides(person, contract)
    asks = any(may(person, each, contract.id) for each in ASKERS)
    active = row.lifted_at is None
    return {
        "row": row, "active": active, "ledger": names.get(row.ledger, row.ledger) if row.ledger else "全部台账",
        "locked_at": row.locked_at.astimezone(SHANGHAI), "url": address("one", lock_id=row.id),
        "lifted_at": row.lifted_at.astimezone(SHANGHAI) if row.lifted_at else None,
        "unlocks": [unlock_view(each, names, decides=decides) for each in asked],
        "lift_url": address("lift", lock_id=row.id) if active and decides and row.locked_by != person.user_id else "",
        "own": active and decides and row.locked_by == person.user_id,
        "ask_url": address("ask", lock_id=row.id) if active and asks else "",
    }  # fmt: skip


def unlock_view(row: PeriodUnlock, names: dict[str, str], *, decides: bool) -> dict[str, Any]:
    """One exception: who asked, who answered, and where it stands."""
    person, today = current_person(), business_day(ground().clock())
    waiting = row.agreed_at is None and row.refused_at is None
    works = row.agreed_at is not None and row.ended_at is None and row.expires_on >= today
    answers = waiting and decides and row.asked_by != person.user_id
    ledger = names.get(row.ledger, row.ledger) if row.ledger else "全部台账"
    return {
        "row": row, "what": f"{ledger} · 一条记录" if row.entry_id else ledger, "standing": standing(row, works=works),
        "asked_at": row.asked_at.astimezone(SHANGHAI), "waiting": waiting, "works": works,
        "entry_url": url_for("ledger.entry", contract_id=row.contract_id, ledger=row.ledger, record_id=row.entry_id)
        if row.entry_id else "",
        "agree_url": address("agree", unlock_id=row.id) if answers else "",
        "refuse_url": address("refuse", unlock_id=row.id) if answers else "",
        "end_url": address("end", unlock_id=row.id) if works and (decides or row.asked_by == person.user_id) else "",
    }  # fmt: skip


def standing(row: PeriodUnlock, *, works: bool) -> tuple[str, str, str]:
    """Tone, icon and words."""
    if row.refused_at is not None:
        who = row.refuser.display_name if row.refuser is not None else ""
        return "bad", "x", f"{who}没有同意：{row.answer}"
    if row.agreed_at is None:
        return "warn", "hourglass", "等采购人的另一人同意"
    who = row.agreer.display_name if row.agreer is not None else ""
    if row.ended_at is not None:
        ender = row.ender.display_name if row.ender is not None else ""
        return "idle", "lock", f"{who}同意，{ender}已收回"
    return ("accent", "lock-open", f"{who}已同意，生效中") if works else ("idle", "lock", f"{who}同意，已到期")


@bp.get("/<int:lock_id>")
@in_contract(*READERS)
def one(contract_id: int, lock_id: int) -> Response:
    """A lock with everything that was done to its entries after it was set."""
    scope, names = current_scope(), ledgers()
    row = found(locks.find(scope.session, scope.contract_id, lock_id))
    view = lock_view(row, list(locks.unlocks(scope.session, scope.contract_id, row.id)), names)
    deeds = locks.deeds_after(scope.session, scope.contract_id, row, MOST_CHANGES + 1)
    return render(
        "locks/one.html", lock=view, most=MOST_CHANGES, beyond=len(deeds) > MOST_CHANGES,
        changes=[change(entry, event, names) for entry, event in deeds[:MOST_CHANGES]], back=address("locks"),
    )  # fmt: skip


def change(entry: LedgerEntry, event: EntryEvent, names: dict[str, str]) -> dict[str, Any]:
    """One deed on a locked entry, as a row of the table component."""
    who = event.actor.display_name if event.actor is not None else "系统"
    return {
        "cells": [
            number_text(entry.ledger, entry.number), names.get(entry.ledger, entry.ledger), entry.business_date.isoformat(),
            EntryDeed.of(event.deed).label, who, f"{event.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}",
        ],
        "url": url_for("ledger.entry", contract_id=entry.contract_id, ledger=entry.ledger, record_id=entry.id),
    }  # fmt: skip
