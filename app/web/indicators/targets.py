"""Targets changed after signing: one side proposes, the other answers."""

from __future__ import annotations

from flask import Response, request

from app.services.act import Missing
from app.services.indicators import aims
from app.services.indicators.aims import Proposal
from app.services.indicators.live import Live
from app.services.standing import IndicatorView
from app.store import indicators as stored
from app.store.indicators import TargetChange
from app.web.access import current_contract, current_scope, in_contract
from app.web.database import db
from app.web.forms import Form, choice, day, text
from app.web.htmx import redirect_to
from app.web.indicators.blueprint import bp
from app.web.indicators.here import address, need_live, one_here
from app.web.papers import long_text, paper_form, today
from app.web.replies import FormView
from app.web.transaction import perform

SPEAKERS = (*aims.BUYER, *aims.SUPPLIER)


class AimForm(Form):
    parameter = choice("目标", [])
    value = text("改为", 40, "写数字，例如 52；比例写 95%。")
    effective_on = day("从哪天起", "最早是本考核周期的第一天。考核周期按最后一天有效的目标计算，已结束的周期不动。")
    reason = long_text("理由和依据", "例如：会议纪要〔2026〕3 号，因停电停办两周，双方协商调整。")


@bp.route("/indicators/<clause>/<int:number>/target", methods=["GET", "POST"])
@in_contract(*SPEAKERS)
def target(contract_id: int, clause: str, number: int) -> Response:
    """Proposes another target."""
    _, one = one_here(clause, number)
    live, form = need_live(), AimForm()
    form.parameter.choices = targets_of(live, one)
    if not form.parameter.choices:
        return redirect_to(address(one), told="这一项的目标写在规则书的条文里，随规则书的新版本调整。", kind="info")
    if request.method == "GET":
        form.parameter.data, form.effective_on.data = form.parameter.choices[0][0], max(today(), live.inputs.span.start)
    done = perform(form, lambda act: aims.propose(act, current_scope(), proposal(form)))
    if done is not None:
        return redirect_to(address(one), told="已提出，等另一方答复；对方同意以后，从生效日期起按新目标计算。")
    view = FormView(form, address(one, "target"), "提出调整", hint="目标由双方商定：您提出，另一方的人同意后才生效。", id="aim-form")
    return paper_form(f"调整目标：{one.title}", view, (one.title, address(one)))


def proposal(form: AimForm) -> Proposal:
    return Proposal(form.parameter.data, form.value.data, form.reason.data, form.effective_on.data)


def targets_of(live: Live, one: IndicatorView) -> list[tuple[str, str]]:
    """The targets that can be changed, with what they are now."""
    scope, book = current_scope(), live.inputs.book
    changes = stored.targets(scope.session, scope.contract_id)
    found = aims.parameters_of(book.rulebook, live.indicator(one.clause, one.number))
    return [
        (each.id, f"{each.title}（现为 {aims.spoken(aims.value_now(book, changes, each, live.inputs.span.end), each.unit)}）")
        for each in found
    ]  # fmt: skip


class AnswerForm(Form):
    agreed = choice("答复", [("yes", "同意"), ("no", "不同意")])
    opinion = long_text("意见", "不同意时写明理由。", required=False, rows=3)


@bp.route("/indicators/<clause>/<int:number>/target/<int:change_id>", methods=["GET", "POST"])
@in_contract(*SPEAKERS)
def answer(contract_id: int, clause: str, number: int, change_id: int) -> Response:
    """The other side's answer to a proposed target."""
    _, one = one_here(clause, number)
    row = next((each for each in stored.targets(db.session(), contract_id) if each.id == change_id), None)
    if row is None:
        raise Missing
    form = AnswerForm()
    agreed, said = form.agreed.data == "yes", form.opinion.data or ""
    done = perform(form, lambda act: aims.decide(act, current_scope(), change_id, agreed=agreed, opinion=said))
    if done is not None:
        begins = f"已同意，从 {row.effective_on} 起按新目标计算，几分钟后可以在指标页看到。"
        return redirect_to(address(one), told=begins if done.value.approved else "已答复不同意，目标不变。")
    view = FormView(form, address(one, "answer", change_id=change_id), "答复", hint=hint_of(row), id="answer-form")
    return paper_form(f"答复目标调整：{one.title}", view, (one.title, address(one)))


def hint_of(row: TargetChange) -> str:
    """What the other side proposes, in words."""
    rules = need_live().inputs.book.rulebook
    unit = next((each.unit for each in rules.parameters if each.id == row.parameter), "")
    side = "采购人" if row.proposer.organisation_id == current_contract().buyer_id else "供应商"
    before, after = aims.spoken(row.before, unit), aims.spoken(row.value, unit)
    return f"{side} {row.proposer.display_name} 提出：从 {row.effective_on} 起，由 {before} 改为 {after}。理由：{row.reason}"
