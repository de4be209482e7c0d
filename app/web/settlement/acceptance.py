"""履约验收: the group, clause by clause, each member's opinion, the conclusion."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from app.security.settlement_terms import AcceptanceState, ClauseResult
from app.security.terms import AssessmentState
from app.services.settlement import acceptance as services
from app.services.settlement import sitting
from app.services.settlement.acceptance import Appointment, Found
from app.services.settlement.basis import past_of
from app.services.settlement.preparing import prepared
from app.store import assessments, settlement
from app.store.settlement import Acceptance
from app.web.access import current_person, current_scope, in_contract
from app.web.htmx import redirect_to, render
from app.web.papers import today
from app.web.replies import FormView
from app.web.settlement.blueprint import DECIDES, MEMBERS, bp
from app.web.settlement.filing import shown
from app.web.settlement.forms import RESULTS, AppointForm, ClausesForm, ConcludeForm, OpinionForm, ReasonForm
from app.web.settlement.here import (
    HOME,
    acceptance_here,
    address,
    buyer,
    form_answer,
    key,
    not_now,
    performed,
    timeline,
    version,
)

SIGNS = {"draft": "running", "passed": "met", "failed": "unmet", "void": "withdrawn"}
KINDS = (("pdf", "履约验收书 PDF"), ("docx", "Word"), ("xlsx", "Excel"))


@bp.route("/acceptances/new", methods=["GET", "POST"])
@in_contract(*DECIDES)
def appoint(contract_id: int) -> Response:
    scope, form, sent = current_scope(), AppointForm(), key()
    line = request.values.get("line", "")[:80]
    if not line:
        return redirect_to(address("plan"))
    people, asked = list(sitting.eligible(scope, today()).items()), paid_on_it(line)
    form.head.choices, form.members.choices = people, [(str(one), name) for one, name in people]
    if request.method == "GET":
        form.on.data = today()
    if done := performed(form, lambda act: services.appoint(act, scope, appointment(form, line), sent)):
        return redirect_to(address("acceptance", acceptance_id=done.acceptance_id), told="验收工作组已组成，请成员逐条查看、各自出具意见。")
    view = FormView(form, address("appoint", line=line), "组成验收工作组", hint=asked)
    return form_answer("履约验收：组成验收工作组", view, (HOME, address("plan")), wide=("paper", "members"))


def paid_on_it(line: str) -> str:
    """Which payment the group is for, and what it comes to as things stand; Missing where the plan has no such line."""
    scope = current_scope()
    made = prepared(scope, past_of(scope), line)
    one, stage = made.line, made.tranche.stage
    amount = "金额要等考核签字后才能计算" if one.amount is None else f"{one.amount}（扣款以前，以应付款核定单为准）"
    return f"为“{one.title}”{f'（{stage}）' if stage else ''}的付款验收：{amount}。"


def appointment(form: AppointForm, line: str) -> Appointment:
    """The body that each member comes from is that of the account."""
    scope = current_scope()
    chosen = {int(one) for one in form.members.data or ()}
    units = sitting.units_of(scope, chosen)
    rows = [one for one in assessments.every(scope.session, scope.contract_id) if one.state == AssessmentState.SIGNED]
    return Appointment(line, rows[0].id if rows else None, form.paper.data, form.on.data, units, form.head.data)


@bp.get("/acceptances/<int:acceptance_id>", endpoint="acceptance")
@in_contract(*MEMBERS)
def one(contract_id: int, acceptance_id: int) -> Response:
    row, scope = acceptance_here(acceptance_id), current_scope()
    members = settlement.members(scope.session, contract_id, row.id)
    state = AcceptanceState.of(row.state)
    events = [one for one in settlement.past(scope.session, contract_id, row.line) if one.acceptance_id == row.id]
    return render(
        "settlement/acceptance.html", row=row, members=members, state=SIGNS[row.state], word=state.label, key=key(),
        clauses=[{**each, "word": ClauseResult.of(each["result"]).label, "state": MARKS[each["result"]]} for each in row.clauses],
        acts=acts(row, members), events=timeline(events), unmet=sum(each["result"] == ClauseResult.UNMET for each in row.clauses),
        filed=shown(row),
        files=[(title, address("acceptance_file", acceptance_id=row.id, kind=kind)) for kind, title in KINDS],
    )  # fmt: skip


def acts_here(row: Acceptance) -> dict[str, str]:
    scope = current_scope()
    return acts(row, settlement.members(scope.session, scope.contract_id, row.id))


def rested_on(row: Acceptance) -> bool:
    """Whether a statement that counts rests on it."""
    scope = current_scope()
    return any(one.acceptance_id == row.id for one in settlement.live(scope.session, scope.contract_id).values())


MARKS = {"met": "met", "unmet": "unmet", "none": "queued"}


def acts(row: Acceptance, members: Any) -> dict[str, str]:
    """Addresses of what the person may do next."""
    me = next((one for one in members if one.user_id == current_person().user_id and one.recused_at is None), None)
    draft, at = row.state == AcceptanceState.DRAFT, {"acceptance_id": row.id}
    can = {
        "clauses": draft and (me is not None or buyer(*DECIDES)), "opine": draft and me is not None, "recuse": draft and me is not None,
        "conclude": draft and me is not None and me.head,
        "void": row.state != AcceptanceState.VOID and buyer(*DECIDES) and not rested_on(row),
    }  # fmt: skip
    return {name: address(name, **at) for name, allowed in can.items() if allowed}


@bp.route("/acceptances/<int:acceptance_id>/clauses", methods=["GET", "POST"])
@in_contract(*MEMBERS)
def clauses(contract_id: int, acceptance_id: int) -> Response:
    row, scope, form, sent = acceptance_here(acceptance_id), current_scope(), ClausesForm(), key()
    seen, back = version() or row.version, address("acceptance", acceptance_id=row.id)
    if away := not_now(lambda: acts_here(row), "clauses", back):
        return away
    if request.method == "GET":
        form.third_parties.data, form.served.data = row.third_parties, row.served
    what = Found(results(row), form.third_parties.data or "", form.served.data or "")
    if performed(form, lambda act: services.record(act, scope, row.id, what, seen, sent)):
        return redirect_to(back, told="各条款的验收结果已保存。")
    typed = what.results if request.method == "POST" else {}
    about = [{**one, "typed": typed.get(one["clause"], (one["result"], one["note"]))} for one in row.clauses]
    view = FormView(form, address("clauses", acceptance_id=row.id), "保存")
    shown = {"clauses": about, "options": RESULTS}
    return form_answer("逐条验收", view, (row.title, back), version=row.version, about=shown, aside="settlement/_clauses.html")


def results(row: Acceptance) -> dict[str, tuple[str, str]]:
    """Result and note of each clause as sent; what is no known word stays as it was."""
    words = {one.value for one in ClauseResult}
    sent = {one["clause"]: request.form.get(f"result-{one['clause']}", "") for one in row.clauses}
    return {clause: (result, request.form.get(f"note-{clause}", "")) for clause, result in sent.items() if result in words}


@bp.route("/acceptances/<int:acceptance_id>/opinion", methods=["GET", "POST"])
@in_contract(*MEMBERS)
def opine(contract_id: int, acceptance_id: int) -> Response:
    row, scope, form, sent = acceptance_here(acceptance_id), current_scope(), OpinionForm(), key()
    back, agrees = address("acceptance", acceptance_id=row.id), form.agrees.data == "yes"
    if away := not_now(lambda: acts_here(row), "opine", back):
        return away
    if performed(form, lambda act: services.opine(act, scope, row.id, agrees=agrees, opinion=form.opinion.data, key=sent)):
        return redirect_to(back, told="意见已记下。")
    return form_answer("出具验收意见", FormView(form, address("opine", acceptance_id=row.id), "出具意见"), (row.title, back))


@bp.route("/acceptances/<int:acceptance_id>/recuse", methods=["GET", "POST"])
@in_contract(*MEMBERS)
def recuse(contract_id: int, acceptance_id: int) -> Response:
    row, scope, form, sent = acceptance_here(acceptance_id), current_scope(), ReasonForm(), key()
    back = address("acceptance", acceptance_id=row.id)
    if away := not_now(lambda: acts_here(row), "recuse", back):
        return away
    if performed(form, lambda act: services.recuse(act, scope, row.id, form.reason.data, sent)):
        return redirect_to(back, told="已回避。人数不是单数的，请采购人作废后重新组成。")
    return form_answer("回避", FormView(form, address("recuse", acceptance_id=row.id), "回避"), (row.title, back))


@bp.route("/acceptances/<int:acceptance_id>/conclude", methods=["GET", "POST"])
@in_contract(*MEMBERS)
def conclude(contract_id: int, acceptance_id: int) -> Response:
    row, scope, form, sent = acceptance_here(acceptance_id), current_scope(), ConcludeForm(), key()
    seen, back, passed = version() or row.version, address("acceptance", acceptance_id=row.id), form.passed.data == "yes"
    if away := not_now(lambda: acts_here(row), "conclude", back):
        return away

    def use_case(act):  # type: ignore[no-untyped-def]
        return services.conclude(act, scope, row.id, passed=passed, opinion=form.opinion.data, seen=seen, key=sent)

    if performed(form, use_case):
        return redirect_to(back, told="验收结论已作出。")
    view = FormView(form, address("conclude", acceptance_id=row.id), "作出结论", confirm="结论作出后不能再改，确认？")
    return form_answer("验收结论", view, (row.title, back), version=row.version)


@bp.route("/acceptances/<int:acceptance_id>/void", methods=["GET", "POST"])
@in_contract(*DECIDES)
def void(contract_id: int, acceptance_id: int) -> Response:
    row, scope, form, sent = acceptance_here(acceptance_id), current_scope(), ReasonForm(), key()
    seen, back = version() or row.version, address("acceptance", acceptance_id=row.id)
    if away := not_now(lambda: acts_here(row), "void", back):
        return away
    if performed(form, lambda act: services.void(act, scope, row.id, form.reason.data, seen, sent)):
        return redirect_to(back, told="已作废，可以重新组成验收工作组。")
    view = FormView(form, address("void", acceptance_id=row.id), "作废", confirm="确认作废这次验收？")
    return form_answer("作废验收", view, (row.title, back), version=row.version)
