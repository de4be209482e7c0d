"""What a form asks for while it is filled in: checks, proposals, keeping what was typed."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.clock import SHANGHAI
from app.services.act import Refused
from app.services.ledger import checking, drafts, lookups, together
from app.services.ledger.checking import Look
from app.services.ledger.desk import Desk
from app.services.ledger.reading import Trouble
from app.store.entries import LedgerEntry
from app.web.access import current_scope, in_contract
from app.web.htmx import redirect_to, render
from app.web.ledger import forms
from app.web.ledger.blueprint import bp
from app.web.ledger.forms import EntryForm, posted
from app.web.ledger.prices import price
from app.web.ledger.shared import WRITERS, attempt, desk_here, entry_here, entry_url
from kpi.rulebook.ledgers import FieldType, Ledger

LEAST = 1


@bp.post("/<ledger>/check")
@in_contract(*WRITERS)
def check(contract_id: int, ledger: str) -> Response:
    """Looks at the form as it is; nothing is kept."""
    desk = desk_here(ledger)
    form = EntryForm(desk, posted(), record_of(desk))
    own = form.typed(send=True)
    parts = [(form.ledger, form.sheet, look_at(desk, own, form.entry))]
    for also in form.further(own):
        other = desk_here(also.ledger)
        skip = frozenset(together.shared_fields(form.ledger, other.ledger))
        parts.append((other.ledger, form.sheet_of(other.ledger, also.ledger, skip), look_at(other, also.typed, None)))
    told = [findings(each, look, several=len(parts) > 1) for each, _, look in parts]
    hints = [hint for each, sheet, look in parts for hint in hints_of(sheet.controls, sheet.prefix, look)]
    return render("ledger/_check.html", parts=told, hints=hints)


def look_at(desk: Desk, typed: Any, entry: LedgerEntry | None) -> Look:
    try:
        return checking.look(desk, typed.raw, typed.files, entry)
    except Refused as refused:
        return Look((Trouble(refused.field, refused.message),))


def record_of(desk: Desk) -> LedgerEntry | None:
    """The entry that the form changes; none for a new one."""
    given = request.args.get("record", "")
    return entry_here(desk, int(given)) if given.isdecimal() and len(given) < 19 else None


def findings(ledger: Ledger, look: Look, *, several: bool) -> dict[str, Any]:
    """What the check says of one ledger's part."""
    names = {each.id: each.name for each in ledger.fields}

    def said(troubles: list[Trouble]) -> list[dict[str, Any]]:
        return [
            {
                "title": names.get(each.field, ""), "text": each.message, "clause": each.clause,
                "price": price(each.clause), "url": repeated(ledger, each),
            }
            for each in troubles
        ]  # fmt: skip

    return {
        "title": ledger.name if several else "",
        "missing": sorted((names.get(each.field, "业务日期") for each in look.missing), key=[*names.values(), "业务日期"].index),
        "wrong": said(look.wrong), "due": said(look.due), "repeats": said(look.repeats),
        "warnings": said(look.warnings), "fit": look.fit,
    }  # fmt: skip


def repeated(ledger: Ledger, trouble: Trouble) -> str:
    """Where the entry stands that is repeated."""
    if trouble.entry_id is None:
        return ""
    return f"/contracts/{current_scope().contract_id}/ledgers/{ledger.id}/entries/{trouble.entry_id}"


def hints_of(controls: list[dict[str, Any]], prefix: str, look: Look) -> list[dict[str, Any]]:
    """What stands below each field: errors in what is there, and that a field has become due."""
    by_field: dict[str, list[Trouble]] = {}
    for each in [*look.wrong, *look.repeats, *look.warnings, *[one for one in look.missing if "按本条" in one.message]]:
        by_field.setdefault(each.field, []).append(each)
    return [
        {
            "name": control["name"],
            "texts": [
                ("warn" if each.severity == "warning" else "bad", each.message)
                for each in by_field.get(control["name"].removeprefix(prefix), [])
            ],
        }
        for control in controls
    ]


@bp.post("/<ledger>/lookup/<field>")
@in_contract(*WRITERS)
def lookup(contract_id: int, ledger: str, field: str) -> Response:
    """Enterprises that are known here, or entries that can be referred to."""
    desk = desk_here(ledger)
    name = request.args.get("from", "")
    text = request.form.get(name, "")[:60]
    each = desk.ledger.field(field)
    items: list[dict[str, Any]] = []
    if each is not None and each.type is FieldType.ENTERPRISE:
        stem = name.removesuffix("-name")
        for found in lookups.enterprises(desk, text):
            fill = {f"{stem}-name": found["name"], f"{stem}-code": found["code"]}
            items.append({"fill": fill, "label": found["name"] or found["code"], "note": found["code"]})
    elif each is not None and each.type is FieldType.REFERENCE:
        for number, label in lookups.references(desk, each.ledger, text):
            items.append({"fill": {name: number}, "label": number, "note": label})
    return render("ledger/_found.html", items=items, asked=len(text.strip()) > LEAST)


@bp.post("/<ledger>/draft")
@in_contract(*WRITERS)
def draft(contract_id: int, ledger: str) -> Response:
    """Keeps what was typed, every few seconds of typing."""
    desk, given = desk_here(ledger), posted()
    entry = record_of(desk)
    key = given.get("client_key", "")[:64]
    pairs = forms.draft_pairs(given)
    try:
        at = attempt(
            lambda act: drafts.save(act, current_scope(), ledger, entry.id if entry else None, pairs, key)
        )
    except Refused as refused:
        return render("ledger/_draft.html", at=None, why=refused.message)
    return render("ledger/_draft.html", at=at.astimezone(SHANGHAI) if at else None, why="")


@bp.post("/<ledger>/draft/drop")
@in_contract(*WRITERS)
def drop_draft(contract_id: int, ledger: str) -> Response:
    """Throws away what was not saved."""
    desk = desk_here(ledger)
    entry = record_of(desk)
    attempt(lambda act: drafts.drop(act, current_scope(), ledger, entry.id if entry else None))
    target = entry_url(entry, "ledger.edit") if entry else EntryForm(desk, posted()).at("ledger.new")
    return redirect_to(target, told="没有保存的内容已丢弃。", kind="info")
