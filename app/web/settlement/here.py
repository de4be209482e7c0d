"""What the settlement's pages share: rows of the address, keys of forms, who may do what, one-button acts."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, g, request, url_for

from app.clock import SHANGHAI
from app.security.permissions import P
from app.security.settlement_terms import SettlementDeed
from app.services.act import Act, Refused, found
from app.services.settlement import common
from app.services.settlement.common import Done, Moved
from app.services.setup.document.basics import anchor
from app.store import settlement
from app.store.payments import PaymentRequest
from app.store.settlement import Acceptance, RetentionForfeit, SettlementEvent, SettlementStatement
from app.web.access import current_contract, current_person, current_scope
from app.web.database import db
from app.web.forms import Form
from app.web.htmx import redirect_to, render
from app.web.papers import cards_of, file_ids
from app.web.replies import FormView
from app.web.transaction import act_now, perform
from kpi.quantities import Money

HOME = "结算"
LONGEST_ID = 18
D = SettlementDeed


def address(endpoint: str, **values: Any) -> str:
    return url_for(f"settlement.{endpoint}", contract_id=current_contract().id, **values)


def buyer(*permissions: P) -> bool:
    """Whether the person acts for the buyer with one of these permissions."""
    return common.holds(current_person(), current_contract(), *permissions)


def supplier() -> bool:
    """Whether the person asks for the contractor's payments."""
    return common.holds(current_person(), current_contract(), P.PAYMENT_REQUEST, supplier=True)


def statement_here(statement_id: int) -> SettlementStatement:
    scope = current_scope()
    return found(settlement.find(scope.session, SettlementStatement, scope.contract_id, statement_id))


def request_here(request_id: int) -> PaymentRequest:
    scope = current_scope()
    return found(settlement.find(scope.session, PaymentRequest, scope.contract_id, request_id))


def acceptance_here(acceptance_id: int) -> Acceptance:
    scope = current_scope()
    return found(settlement.find(scope.session, Acceptance, scope.contract_id, acceptance_id))


def forfeit_here(forfeit_id: int) -> RetentionForfeit:
    scope = current_scope()
    return found(settlement.find(scope.session, RetentionForfeit, scope.contract_id, forfeit_id))


def money(fen: int | None) -> str:
    return str(Money(fen)) if fen is not None else ""


def clause_url(clause: str) -> str:
    """Where the rulebook tells what the clause says, with the words of the document."""
    return f"{url_for('rulebook.document', contract_id=current_contract().id)}#{anchor('clause', clause)}" if clause else ""


# -- keys, versions -------------------------------------------------------------------------------


def key() -> str:
    """The form's own key: as it came back, or a new one for a form that is opened."""
    sent = request.form.get("idempotency_key", "") if request.method == "POST" else ""
    return sent[: common.LONGEST_KEY] or (uuid.uuid4().hex if request.method == "GET" else "")


def whole(name: str) -> int:
    """A whole number of the form; 0 where it is none."""
    text = request.form.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else 0


def version() -> int:
    """The version that the person saw."""
    return whole("version")


# -- answers --------------------------------------------------------------------------------------


def performed(form: Form, use_case: Callable[[Act], Done]) -> Done | None:
    """What a valid form asks for. Whoever saw an older version gets the form once more, with both versions named."""

    def noting(act: Act) -> Done:
        try:
            return use_case(act)
        except Moved as moved:
            g.moved = moved
            raise

    done = perform(form, noting)
    return done.value if done is not None else None


def form_answer(
    title: str, view: FormView, back: tuple[str, str], *, version: int | None = None, about: Any = None, aside: str = "",
    files: tuple[str, str] | None = None, many: bool = True, wide: tuple[str, ...] = (),
) -> Response:  # fmt: skip
    """A page with one form: 422 where it is not right, 409 where somebody was quicker.

    `aside` names a template that is shown above the form, with `about`; `files`: label and help of a place for files.
    """
    moved = "moved" in g
    status = 200 if request.method == "GET" else 409 if moved else 422
    kept = cards_of(current_scope(), file_ids()) if files and request.method == "POST" else []
    shown = {"label": files[0], "help": files[1], "kept": kept, "many": many} if files else None
    return render(
        "settlement/form.html", "settlement/_form.html", status=status, title=title, view=view, back=back, files=shown,
        key=key() if not moved else uuid.uuid4().hex, version=version, about=about, aside=aside, wide=set(wide), home_url=address("plan"),
    )  # fmt: skip


def not_now(acts: Callable[[], Mapping[str, str]], name: str, back: str) -> Response | None:
    """Away from a form that is opened where it is not this person's turn; what is sent, the service answers."""
    if request.method == "GET" and name not in acts():
        return redirect_to(back, told="现在不能办这一步，或轮不到您办。请看现在办到哪里", kind="warning")
    return None


def pressed(use_case: Callable[[Act], Done], told: str, to: Callable[[Done], str], back: str) -> Response:
    """One button: carried out, or told why not. Whoever saw an older version is shown both."""
    try:
        done = act_now(use_case)
    except Moved as moved:
        db.session.rollback()
        return render("settlement/moved.html", status=409, moved=moved, url=back)
    except Refused as refused:
        db.session.rollback()
        return redirect_to(back, told=refused.message, kind="error")
    return redirect_to(to(done), told="这一步刚才已经办过了，没有重复办理。" if done.again else told)


def to_request(done: Done) -> str:
    return address("request", request_id=done.request_id)


def to_statement(done: Done) -> str:
    return address("statement", statement_id=done.statement_id)


# -- history --------------------------------------------------------------------------------------

LOOKS = {
    D.STATED: ("file-text", "accent"), D.SUPERSEDED: ("versions", "warn"), D.SIGNED: ("signature", "good"),
    D.DISPUTED: ("gavel", "warn"), D.DISPUTE_DECIDED: ("gavel", "accent"), D.REQUESTED: ("send", "accent"),
    D.INVOICE_WRONG: ("alert-triangle", "bad"), D.CORRECTED: ("arrow-back-up", "warn"), D.CHECKED: ("shield-check", "good"),
    D.PAPER_WAIVED: ("hand-stop", "warn"), D.SUBMITTED: ("send", "accent"), D.AGREED: ("signature", "good"),
    D.DECLINED: ("arrow-back-up", "bad"), D.PAID: ("coin-yuan", "good"), D.BOUNCED: ("arrow-back-up", "bad"),
    D.FORFEIT_PROPOSED: ("lock", "warn"), D.FORFEIT_AGREED: ("signature", "bad"), D.FORFEIT_DECLINED: ("arrow-back-up", "idle"),
    D.FORFEIT_WITHDRAWN: ("ban", "idle"), D.FORFEIT_REVOKED: ("arrow-back-up", "good"), D.FORFEIT_SEEN: ("check", "accent"),
    D.WITHDRAWN: ("ban", "idle"), D.ACCEPTED: ("clipboard-check", "good"), D.ACCEPTANCE_VOIDED: ("ban", "idle"),
}  # fmt: skip


def timeline(events: list[SettlementEvent]) -> list[dict[str, Any]]:
    """What was done, oldest first, for the timeline component."""
    found_events = []
    for each in events:
        deed = D.of(each.deed)
        icon, tone = LOOKS.get(deed, ("check", "idle"))
        told = {
            "at": each.at.astimezone(SHANGHAI), "who": each.actor.display_name, "what": deed.label, "detail": each.note,
            "icon": icon, "tone": tone,
        }  # fmt: skip
        found_events.append(told)
    return found_events
