"""阶段核验、验收申请 of the contractor."""

from __future__ import annotations

from flask import Response, request

from app.services.settlement import applying as services
from app.services.settlement.printed_acceptance import application_paper
from app.web.access import current_scope, in_contract
from app.web.htmx import redirect_to
from app.web.papers import file_ids, today
from app.web.replies import FormView
from app.web.settlement.blueprint import ASKS, READERS, bp
from app.web.settlement.forms import ApplyForm
from app.web.settlement.here import HOME, address, form_answer, key, performed
from app.web.settlement.papers import printed

FILES = ("所附材料", "阶段总结、全部数据的导出文件、佐证材料台账等，可以多份。")


@bp.route("/applications/new", methods=["GET", "POST"], endpoint="apply")
@in_contract(*ASKS)
def apply(contract_id: int) -> Response:
    scope, form, sent = current_scope(), ApplyForm(), key()
    line, back = request.values.get("line", "")[:80], address("plan")
    if not line:
        return redirect_to(back)
    if performed(form, lambda act: services.apply(act, scope, line, form.text.data, file_ids(), sent)):
        return redirect_to(back, told="申请已提交，采购人会组织核验（验收）。")
    view = FormView(form, address("apply", line=line), "提交申请")
    return form_answer("申请核验（验收）", view, (HOME, back), files=FILES)


@bp.get("/applications/<int:application_id>/paper.<kind>")
@in_contract(*READERS)
def application_file(contract_id: int, application_id: int, kind: str) -> Response:
    row = services.one(current_scope(), application_id, today())
    return printed(application_paper(current_scope(), row), f"application-{row.event.id}", kind)
