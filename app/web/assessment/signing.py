"""签字 with the password again; 拒签 put on record."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.security.permissions import P
from app.security.terms import Party
from app.services.act import found
from app.services.assessments import signing
from app.services.assessments.common import TOLD
from app.services.assessments.evaluating import Work, need
from app.services.assessments.measuring import stale
from app.services.assessments.signing import Refusal, Signing
from app.services.assessments.views import totals
from app.store import assessments
from app.store.assessments import Assessment
from app.web.access import current_contract, current_person, current_scope, in_contract
from app.web.assessment import hindrances
from app.web.assessment.blueprint import bp
from app.web.assessment.forms import RefusalForm, SignForm
from app.web.assessment.here import address, answer_to, back, here, performed, seen, state_view
from app.web.assessment.steps import stepped
from app.web.ground import ground
from app.web.htmx import redirect_to, render
from app.web.replies import FormView
from app.web.transaction import current_act


@bp.route("/<int:assessment_id>/sign", methods=["GET", "POST"])
@in_contract(P.SIGN, P.SELF_SCORE)
def sign(contract_id: int, assessment_id: int) -> Response:
    row, scope, form = seen(here(assessment_id)), current_scope(), SignForm()
    if request.method == "GET":
        kept = assessments.capsule(scope.session, contract_id, row.id)
        form.version.data, form.sha256.data = row.version, kept.sha256 if kept is not None else ""
    told = Signing(form.password.data or "", form.sha256.data or "")
    passwords = ground().passwords
    done = performed(form, lambda act: signing.sign(act, scope, assessment_id, passwords, told, form.version.data or 0))
    if not done:
        return answer_to(page(row, form))
    signed = done.value.state == "signed"
    words = "双方都已签字，结果已冻结，考核周期的台账已锁定。" if signed else "已签字，等另一方签字。"
    return redirect_to(address("result" if signed else "one", row), told=words)


def page(row: Assessment, form: SignForm) -> Response:
    """What is signed, by whom it has been signed, and the form."""
    scope = current_scope()
    row = here(row.id)
    kept = found(assessments.capsule(scope.session, scope.contract_id, row.id)) if row.state in TOLD else None
    work = need(scope, row)
    side, signed = signing.side_of(current_person(), current_contract()), signatures(row)
    return render(
        "assessment/sign.html", status=422 if request.method == "POST" else 200, row=row, kept=kept, totals=totals(work, 0, 0),
        signed=signed, side=side, back=back(row), changed=stale(scope, row, work.measure),
        view=FormView(form, address("sign", row), "签字", version=row.version, confirm="签字后不能撤回，确认签字？"),
        refusal_url=address("refusal", row) if refusable(row, side, signed) else "", not_yet=not_yet(row, work, signed),
    )  # fmt: skip


def not_yet(row: Assessment, work: Work, signed: list[Any]) -> str:
    """Why there is nothing to sign here for this person; blank where there is."""
    why = hindrances.to_sign(row, work, signed)
    return f"这次考核现在是“{state_view(row)[1]}”，不能签字" if why is None else why


def refusable(row: Assessment, side: Party | None, signed: list[Any]) -> bool:
    """Whether it can be put on record that the contractor does not sign: once it cannot contest any more."""
    if side is not Party.BUYER or row.state not in signing.SIGNABLE or any(one.side == Party.SUPPLIER for one in signed):
        return False
    return row.appeal_until is None or current_act().today > row.appeal_until


def signatures(row: Assessment) -> list[Any]:
    return list(assessments.signatures(current_scope().session, row.contract_id, row.id))


@bp.route("/<int:assessment_id>/refusal", methods=["GET", "POST"])
@in_contract(P.SIGN)
def refusal(contract_id: int, assessment_id: int) -> Response:
    row, scope, form = here(assessment_id), current_scope(), RefusalForm()
    told = Refusal(form.witness.data or "", form.note.data or "")
    return stepped(
        row, form, lambda act: signing.refuse(act, scope, assessment_id, told, form.version.data or 0),
        ("记录供应商拒签", "refusal", "记录拒签"), "已记录拒签。", "申诉期限过了、供应商不签字时用。采购人签字后结果同样冻结。",
    )  # fmt: skip
