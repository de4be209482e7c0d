"""What the pages of one assessment share: the row of the address, who looks at it, addresses, one-button acts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, g, request, url_for

from app.clock import SHANGHAI
from app.security.terms import AssessmentDeed, AssessmentState
from app.services.act import Act, Missing, Refused
from app.services.assessments import common
from app.services.assessments.common import Moved
from app.store.assessments import Assessment, AssessmentEvent
from app.web.access import current_contract, current_person, current_scope
from app.web.database import db
from app.web.forms import Form
from app.web.htmx import redirect_to, render
from app.web.transaction import Done, act_now, perform

S = AssessmentState
#: State → the key of the status component.
STATES = {
    S.DRAFT: "draft", S.SELF_SCORED: "checked", S.SCORED: "scored", S.PUBLISHED: "published", S.APPEALED: "appealed",
    S.DECIDED: "published", S.SIGNED: "signed", S.SUPERSEDED: "superseded", S.DROPPED: "cancelled",
}  # fmt: skip
LONGEST_ID = 18


def here(assessment_id: int) -> Assessment:
    """The assessment of the address, of this contract."""
    return common.get(current_scope(), assessment_id)


def inside() -> bool:
    """Whether the person sees sheets that the contractor has not been told of."""
    return common.sees_scoring(current_person(), current_contract())


def seen(row: Assessment) -> Assessment:
    """The row, where the person may see what is on its sheet; Missing for the contractor before it is told."""
    if not inside() and row.state not in common.TOLD | common.FROZEN:
        raise Missing
    return row


def scores() -> bool:
    return common.scores(current_person(), current_contract())


def address(endpoint: str, row: Assessment | None = None, **values: Any) -> str:
    more = {"assessment_id": row.id} if row is not None else {}
    return url_for(f"assessment.{endpoint}", contract_id=current_contract().id, **more, **values)


def back(row: Assessment) -> tuple[str, str]:
    """Where a form of the assessment leads back to."""
    return row.label, address("one", row)


def state_view(row: Assessment) -> tuple[str, str]:
    """Key and words of the status component."""
    state = S.of(row.state)
    return STATES[state], state.label


def version() -> int:
    """The version that the person saw; a form without one saw none."""
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else 0


def performed(form: Form, use_case: Callable[[Act], Any]) -> Done[Any] | None:
    """What a valid form asks for. Who saw an older version gets the form once more, with what was typed, both versions
    named, and the present one to send next time (see `answer_to`)."""

    def noting(act: Act) -> Any:
        try:
            return use_case(act)
        except Moved as moved:
            g.moved = moved
            raise

    done = perform(form, noting)
    if "moved" in g:
        form.version.data = here(g.moved.row.id).version
    return done


def answer_to(form_shown: Response) -> Response:
    """The form once more: 409 where somebody was quicker."""
    if "moved" in g:
        form_shown.status_code = 409
    return form_shown


def pressed(row: Assessment, use_case: Callable[[Act], Any], told: str, to: str = "") -> Response:
    """One button: carried out, or told why not. Whoever saw an older version is shown both."""
    try:
        act_now(use_case)
    except Moved as moved:
        db.session.rollback()
        return render("assessment/moved.html", status=409, row=moved.row, moved=moved, url=address("one", row))
    except Refused as refused:
        db.session.rollback()
        return redirect_to(to or address("one", row), told=refused.message, kind="error")
    return redirect_to(to or address("one", row), told=told)


# -- the history ----------------------------------------------------------------------------------


D = AssessmentDeed
LOOKS = {
    D.OPENED: ("plus", "idle"), D.MEASURED: ("database", "idle"), D.SELF_SCORED: ("user-check", "accent"),
    D.SCORED: ("list-check", "accent"), D.SCORING_REOPENED: ("arrow-back-up", "warn"), D.PUBLISHED: ("send", "accent"),
    D.APPEALED: ("gavel", "warn"), D.APPEAL_ANSWERED: ("gavel", "accent"), D.SIGNED_BY_BUYER: ("signature", "good"),
    D.SIGNED_BY_SUPPLIER: ("signature", "good"), D.SUPPLIER_REFUSED: ("hand-stop", "bad"), D.FROZEN: ("lock", "good"),
    D.SUPERSEDED: ("versions", "idle"), D.DROPPED: ("ban", "bad"), D.RECUSED: ("hand-stop", "warn"),
    D.REOPENING_ASKED: ("history", "warn"), D.REOPENED: ("history", "accent"), D.REOPENING_REFUSED: ("x", "idle"),
}  # fmt: skip
#: Deeds of the buyer's side that the contractor does not hear of before it is told.
INNER = frozenset({D.MEASURED, D.SCORED, D.SCORING_REOPENED, D.GROUP_APPOINTED, D.RECUSED, D.DISSENTED})


def timeline(events: list[AssessmentEvent], *, all_of_it: bool) -> list[dict[str, Any]]:
    """What was done, oldest first, for the timeline component."""
    found = []
    for each in events:
        deed = D.of(each.deed)
        if deed in INNER and not all_of_it:
            continue
        icon, tone = LOOKS.get(deed, ("check", "idle"))
        found.append(
            {
                "at": each.at.astimezone(SHANGHAI), "who": each.actor.display_name if each.actor is not None else "系统",
                "what": deed.label, "detail": each.reason, "icon": icon, "tone": tone,
            }
        )  # fmt: skip
    return found
