"""成员名单: the sets that the rulebook leaves to the set-up, listed line by line or taken from the outlets."""

from __future__ import annotations

from flask import Response, request, url_for

from app.security.permissions import P
from app.services.setup import members as services
from app.services.setup.members import Listed, Listing
from app.services.setup.questions import Stale
from app.web.access import current_scope, in_contract
from app.web.forms import describe
from app.web.htmx import redirect_to
from app.web.setup.blueprint import bp
from app.web.setup.forms import MembersForm
from app.web.setup.shared import present_book, setup_page
from app.web.transaction import perform


@bp.get("/members", endpoint="members")
@in_contract(P.CONTRACT_READ)
def every(contract_id: int) -> Response:
    return page({})


def page(sent: dict[str, MembersForm], status: int = 200) -> Response:
    """All sets; a form that was sent and is not right stands in its place."""
    book = present_book()
    found = services.listed(current_scope(), book) if book else []
    shown = [(one, fields(one, sent.get(one.set.id)), sent.get(one.set.id)) for one in found]
    return setup_page(
        "setup/members.html", title="成员名单", step="setup.members", status=status, book=book, listed=shown
    )


def fields(one: Listed, form: MembersForm | None) -> list[dict[str, object]]:
    """The fields of a set's form, filled with the present list unless something was sent."""
    given = form or MembersForm(formdata=None, typed="\n".join(one.members), levels=[str(each) for each in one.levels])
    return [{**describe(each), "id_prefix": f"f-{one.set.id}-"} for each in (given.levels, given.typed, given.reason)]


@bp.post("/members/<set_id>")
@in_contract(P.CONTRACT_SETUP)
def set_members(contract_id: int, set_id: str) -> Response:
    form, stale = MembersForm(), []

    def use_case(act):
        wanted = Listing(form.typed.data or "", tuple(form.levels.data or ()), form.reason.data or "", form.seen.data or 0)
        try:
            return services.set_members(act, current_scope(), set_id, wanted)
        except Stale as refused:
            stale.append(refused)
            raise

    if perform(form, use_case):
        return redirect_to(url_for(".members", contract_id=contract_id) + f"#set-{set_id}", told="名单已记录。")
    return page({set_id: form}, 409 if stale else 422 if request.method == "POST" else 200)
