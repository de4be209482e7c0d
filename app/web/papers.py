"""Forms with files of evidence beside them, and the times and cards of the case pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flask import Response, request, url_for
from wtforms import TextAreaField
from wtforms.validators import Length, Optional

from app.clock import SHANGHAI, business_day
from app.security.case_terms import CaseDeed
from app.services.evidence.showing import Shown, cards_of
from app.store.documents import CaseEvent
from app.web.access import current_contract, current_scope
from app.web.forms import Required, trimmed
from app.web.ground import ground
from app.web.htmx import render
from app.web.replies import FormView

FIELD = "files"
LONGEST_ID = 18
MOST = 2000
ICONS = {
    CaseDeed.FOUND: ("alert-triangle", "warn"), CaseDeed.NUMBERED: ("file-text", "idle"), CaseDeed.PRINTED: ("printer", "idle"),
    CaseDeed.SEALED: ("signature", "good"), CaseDeed.SERVED: ("send", "accent"), CaseDeed.VOIDED: ("ban", "bad"),
    CaseDeed.WITHDREW: ("ban", "idle"), CaseDeed.STARTED: ("clock", "accent"), CaseDeed.NOTICED: ("file-text", "warn"),
    CaseDeed.REPORTED: ("upload", "accent"), CaseDeed.REINSPECTED: ("clipboard-check", "good"),
    CaseDeed.APPLIED: ("gavel", "accent"), CaseDeed.EXEMPTION_DECIDED: ("gavel", "good"),
    CaseDeed.EVENT_RECORDED: ("alert-triangle", "bad"), CaseDeed.EVENT_DECIDED: ("gavel", "good"),
}  # fmt: skip


def document_url(document_id: int) -> str:
    """Where a document of the contract's register is shown."""
    return url_for("official.document", contract_id=current_contract().id, document_id=document_id)


def today() -> date:
    """The business day."""
    return business_day(ground().clock())


def long_text(label: str, help: str = "", *, required: bool = True, rows: int = 4, most: int = MOST) -> TextAreaField:
    """Several lines of text."""
    checks = [Required if required else Optional(), Length(max=most, message=f"最多 {most} 个字")]
    return TextAreaField(label, checks, description=help, filters=[trimmed], render_kw={"rows": rows, "maxlength": most})


def file_ids() -> list[int]:
    """The ids of the files that the form holds."""
    sent = request.form.getlist(f"{FIELD}_kept")
    return [int(each) for each in sent if each.isascii() and each.isdigit() and len(each) <= LONGEST_ID]


def paper_form(
    title: str, view: FormView, back: tuple[str, str], label: str = "", help: str = "", *, many: bool = True,
    wide: Iterable[str] = (), about: Mapping[str, Any] | None = None,
) -> Response:  # fmt: skip
    """A page with one form and a place for files, where it has a `label`; 422 where it was sent and is not right.

    `about`: what is decided on, above the form: facts (label, text), files, papers.
    """
    status = 422 if request.method == "POST" else 200
    kept = cards_of(current_scope(), file_ids()) if label and request.method == "POST" else []
    return render(
        "pages/paper_form.html", "pages/_paper_form.html", status=status, title=title, view=view, back=back,
        files={"label": label, "help": help, "kept": kept, "many": many} if label else None, wide=set(wide), about=about,
    )  # fmt: skip


def cards(ids: Iterable[int]) -> dict[int, Shown]:
    """Cards of files by id, in one look-up."""
    return {each.id: each for each in cards_of(current_scope(), list(ids))}


def picked(known: Mapping[int, Shown], ids: Iterable[int]) -> list[Shown]:
    return [known[each] for each in ids if each in known]


def told(past: Iterable[CaseEvent]) -> list[dict[str, Any]]:
    """What was done, for the timeline."""
    events = []
    for each in past:
        deed = CaseDeed.of(each.deed)
        icon, tone = ICONS.get(deed, ("check", "idle"))
        events.append(
            {
                "at": each.at.astimezone(SHANGHAI), "who": each.actor.display_name, "what": deed.label,
                "detail": each.note, "icon": icon, "tone": tone,
            }
        )  # fmt: skip
    return events
