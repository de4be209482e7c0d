"""The 考核细则表: looked at, measured, decided item by item, with total and tier beside at once."""

from __future__ import annotations

from flask import Response, request, url_for

from app.services.act import Refused, found
from app.services.assessments import decide as deciding
from app.services.assessments import facts as stating
from app.services.assessments import measuring
from app.services.assessments.common import INSIDE
from app.services.assessments.decide import Overtaken, Wish
from app.services.assessments.evaluating import Work, load, need
from app.services.assessments.places import Place, places
from app.store.assessments import Assessment
from app.store.jobs import Job
from app.web.access import current_scope, in_contract
from app.web.assessment.blueprint import DECIDERS, READERS, SCORERS, bp
from app.web.assessment.here import address, here, inside, pressed, scores, state_view, version
from app.web.assessment.looks import SheetPage, Trouble
from app.web.buttons import carried_out
from app.web.database import db
from app.web.htmx import redirect_to, render, wants_fragment
from app.web.transaction import act_now

BOXES = ("points", "met", "reason", "cites")


@bp.get("/<int:assessment_id>")
@in_contract(*READERS)
def one(contract_id: int, assessment_id: int) -> Response:
    row = here(assessment_id)
    if not inside() and row.state in INSIDE:
        return limited(row)
    work = load(current_scope(), row, as_told=not inside())
    if work is None:
        return unmeasured(row)
    return render("assessment/sheet.html", **SheetPage(row, work).context())


def unmeasured(row: Assessment) -> Response:
    """Opened, nothing computed yet; the run that is under way is shown."""
    key, word = state_view(row)
    run = measuring.under_way(current_scope(), row)
    progress = url_for("jobs.progress", contract_id=row.contract_id, run_id=run.id) if run is not None else ""
    return render("assessment/unmeasured.html", row=row, state=key, word=word, may_score=scores(), progress_url=progress)


def limited(row: Assessment) -> Response:
    """What the contractor sees while the buyer scores: where it stands, and the way to the self score."""
    key, word = state_view(row)
    return render("assessment/limited.html", row=row, state=key, word=word, self_url=address("self_score", row))


@bp.post("/<int:assessment_id>/measure")
@in_contract(*SCORERS)
def measure(contract_id: int, assessment_id: int) -> Response:
    row, scope = here(assessment_id), current_scope()
    back = address("one", row)

    def answer(job: Job | None) -> Response:
        told = "已取数。" if job is None else "记录较多，正在后台取数；可以离开，完成后再打开这一页。"
        return redirect_to(back, told=told, kind="success" if job is None else "info")

    return carried_out(lambda act: measuring.ask(act, scope, assessment_id), answer, back)


# -- decisions ------------------------------------------------------------------------------------


def place_of(work: Work, key: str) -> Place:
    return found(places(work.rulebook).get(key))


def wish() -> Wish:
    """What the form of a clause says."""
    form = request.form
    met = {"yes": True, "no": False}.get(form.get("met", ""))
    seen = form.get("seen", "0")
    return Wish(
        form.get("key", ""), "" if met else form.get("points", ""), met, form.get("exempt") == "yes", form.get("reason", ""),
        form.get("cites", ""), int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else 0,
    )  # fmt: skip


@bp.post("/<int:assessment_id>/decide")
@in_contract(*DECIDERS)
def decide(contract_id: int, assessment_id: int) -> Response:
    row, scope, told = here(assessment_id), current_scope(), wish()
    try:
        work = act_now(lambda act: deciding.decide(act, scope, assessment_id, told))
    except Overtaken as overtaken:
        return troubled(assessment_id, told.key, Trouble(overtaken.message, "", typed(), overtaken.now), 409)
    except Refused as refused:
        status = 422 if refused.field else 409
        return troubled(assessment_id, told.key, Trouble(refused.message, refused.field, typed()), status)
    return answered(row, work, told.key)


@bp.post("/<int:assessment_id>/take-back")
@in_contract(*DECIDERS)
def take_back(contract_id: int, assessment_id: int) -> Response:
    row, scope, told = here(assessment_id), current_scope(), wish()
    try:
        work = act_now(lambda act: deciding.take_back(act, scope, assessment_id, told.key, told.seen))
    except Refused as refused:
        return troubled(assessment_id, told.key, Trouble(refused.message), 409)
    return answered(row, work, told.key)


def typed() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in BOXES}


def answered(row: Assessment, work: Work, key: str) -> Response:
    """The item as it stands now, and the bar; without a script the whole page again."""
    place = place_of(work, key)
    item = place.item or place.clause
    page = SheetPage(work.row, work)
    if not wants_fragment():
        return redirect_to(f"{address('one', row)}#item-{page.sheet.ids().index(item) + 1}", told="已记下。")
    return render("assessment/_answer.html", "assessment/_answer.html", **page.item(item))


def troubled(assessment_id: int, key: str, trouble: Trouble, status: int) -> Response:
    """The item once more, with what was typed and why it was not kept."""
    db.session.rollback()
    row = here(assessment_id)
    work = need(current_scope(), row)
    place = place_of(work, key)
    page = SheetPage(row, work, {key: trouble})
    if not wants_fragment():
        return render("assessment/sheet.html", status=status, **page.context())
    return render("assessment/_answer.html", "assessment/_answer.html", status=status, **page.item(place.item or place.clause))


@bp.post("/<int:assessment_id>/met")
@in_contract(*SCORERS)
def decide_met(contract_id: int, assessment_id: int) -> Response:
    """Several clauses without data, decided as met for one reason."""
    row, scope = here(assessment_id), current_scope()
    keys, reason, seen = request.form.getlist("keys"), request.form.get("reason", ""), version()
    told = f"已认定 {len(keys)} 条达标，理由记在每一条下面。"
    return pressed(row, lambda act: deciding.decide_met(act, scope, assessment_id, keys, reason, seen), told)


@bp.post("/<int:assessment_id>/confirm")
@in_contract(*DECIDERS)
def confirm(contract_id: int, assessment_id: int) -> Response:
    """A second person confirms what was stated by hand."""
    row, scope = here(assessment_id), current_scope()
    ids = [int(one) for one in request.form.getlist("facts") if one.isascii() and one.isdigit() and len(one) < 19]
    return pressed(row, lambda act: stating.confirm(act, scope, assessment_id, ids), f"已核对 {len(ids)} 条手工认定。")
