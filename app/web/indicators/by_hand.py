"""Figures that no ledger gives: entered with evidence, verified by a second person, taken back."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request
from wtforms import HiddenField, SelectField, StringField

from app.security.permissions import P
from app.services.act import Refused
from app.services.assessments.boxes import Cell
from app.services.indicators import manual
from app.services.indicators.live import Live
from app.services.indicators.manual import Entered
from app.web.access import current_scope, in_contract
from app.web.database import db
from app.web.forms import Form, choice, text
from app.web.htmx import redirect_to
from app.web.indicators.blueprint import bp
from app.web.indicators.here import address, need_live, one_here
from app.web.papers import file_ids, long_text, paper_form
from app.web.replies import FormView
from app.web.transaction import act_now, perform
from kpi.rulebook.indicators import Figure

WRITERS = (P.ENTRY_WRITE, P.ENTRY_CHECK, P.BUYER_ENTRY_WRITE)


class HandForm(Form):
    seen = HiddenField()
    undo = HiddenField()


def hand_form(cells: tuple[Cell, ...]) -> type[Form]:
    """A form with a field for each box."""
    fields: dict[str, object] = {f"v-{one.name}": box(one) for one in cells}
    reason = long_text("来源和依据", "数字从哪里来、谁提供、核对过什么。", rows=3)
    return type("Hand", (HandForm,), {**fields, "reason": reason})


def box(cell: Cell) -> StringField | SelectField:
    label = f"{cell.label}（{cell.unit}）" if cell.unit else cell.label
    if cell.kind == "yes_no":
        return choice(label, [("", ""), ("是", "是"), ("否", "否")], required=False)
    return text(label, 60, "日期写 2026-03-05。" if cell.kind == "date" else "", required=False)


@bp.route("/indicators/<clause>/<int:number>/by-hand", methods=["GET", "POST"])
@in_contract(*WRITERS)
def by_hand(contract_id: int, clause: str, number: int) -> Response:
    """Figures that no ledger gives, for the period that runs."""
    _, one = one_here(clause, number)
    live, scope = need_live(), current_scope()
    figures = manual.figures_by_hand(live.inputs, live.indicator(clause, number), one)
    if not figures:
        return redirect_to(address(one), told="这一项的数字都由台账给出，不用手工填报。", kind="info")
    cells = manual.boxes(live.inputs, clause, figures).cells
    form = hand_form(cells)()
    if request.method == "GET":
        fill(form, live, clause, figures)
    done = perform(form, lambda act: manual.enter(act, scope, clause, figures, entered(form, cells)))
    if done is not None:
        told = "已撤回，由另一人核实后生效。" if done.value.withdrawn else "已填报。由采购人的另一人核实后才计入指标和考核。"
        return redirect_to(address(one), told=told)
    view = FormView(form, address(one, "by_hand"), "填报", id="hand-form", hint=hint_of(live))
    return paper_form(f"手工填报：{one.title}", view, (one.title, address(one)), "证据材料", "至少一份，例如盖章的文件、截图。")


def fill(form: Form, live: Live, clause: str, figures: Mapping[str, Figure]) -> None:
    """What stands now, and which revision that is."""
    span = live.inputs.span
    now = manual.latest(current_scope(), clause, span.start, span.end)
    for name, value in manual.typed(live.inputs, clause, figures, now).items():
        form[f"v-{name}"].data = value
    form["seen"].data = str(now.revision if now is not None else 0)


def hint_of(live: Live) -> str:
    span = live.inputs.span
    days = f"{span.start} 至 {span.end}"
    return f"台账给不出的数字在这里填，只对考核周期 {days} 有效；附上证据，由采购人的另一人核实后计入。没有发生的写“无”。"


def entered(form: Form, cells: tuple[Cell, ...]) -> Entered:
    """What the form says."""
    typed = {one.name: form[f"v-{one.name}"].data or "" for one in cells}
    seen = form["seen"].data or "0"
    return Entered(typed, form["reason"].data or "", file_ids(), int(seen) if seen.isdecimal() and len(seen) < 10 else 0)


@bp.post("/indicators/<clause>/<int:number>/by-hand/<int:figure_id>/verified")
@in_contract(P.ENTRY_VERIFY)
def verified(contract_id: int, clause: str, number: int, figure_id: int) -> Response:
    """A second person has looked at the evidence."""
    _, one = one_here(clause, number)
    act_now(lambda act: manual.verify(act, current_scope(), figure_id))
    return redirect_to(address(one), told="已核实，几分钟后计入指标；以后的考核取数也用它。")


@bp.post("/indicators/<clause>/<int:number>/by-hand/withdrawn")
@in_contract(*WRITERS)
def taken_back(contract_id: int, clause: str, number: int) -> Response:
    """Takes what was entered by hand back, for which a second person is wanted again."""
    _, one = one_here(clause, number)
    live = need_live()
    figures = manual.figures_by_hand(live.inputs, live.indicator(clause, number), one) or all_figures(live, clause, number)
    now = manual.latest(current_scope(), clause, live.inputs.span.start, live.inputs.span.end)
    said = Entered(reason="撤回手工填报，恢复按台账", seen=now.revision if now is not None else 0, undo=True)
    try:
        act_now(lambda act: manual.enter(act, current_scope(), clause, figures, said))
    except Refused as refused:
        db.session.rollback()
        return redirect_to(address(one), told=refused.message, kind="warning")
    return redirect_to(address(one), told="已撤回。由采购人的另一人核实后恢复按台账计算。")


def all_figures(live: Live, clause: str, number: int) -> dict[str, Figure]:
    """Every figure of the indicator: what was entered may have got its ledger since."""
    indicator = live.indicator(clause, number)
    return dict(indicator.figures) if indicator is not None else {}
