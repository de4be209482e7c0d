"""The runs that a person has asked for, and one run's progress as a small fragment for any page."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from app.clock import SHANGHAI
from app.security.permissions import P
from app.security.terms import JobState
from app.services import background
from app.store.jobs import Job
from app.web.access import as_member, current_person, current_scope
from app.web.database import db
from app.web.htmx import render
from app.web.job_links import SIGNS, counts, url_of
from app.web.replies import Listing, Row

bp = Blueprint("jobs", __name__, url_prefix="/contracts/<int:contract_id>/jobs")
UNFINISHED = {JobState.WAITING.value, JobState.RUNNING.value}


def line(job: Job) -> Row:
    """A run in the list."""
    state, begun = JobState.of(job.state), job.created_at.astimezone(SHANGHAI)
    word = f"{state.label} {job.progress}%" if state is JobState.RUNNING else state.label
    finished = f"{job.finished_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if job.finished_at else "—"
    return Row([job.name, f"{begun:%Y-%m-%d %H:%M}", word, finished, job.message or "—"], url_of(job))


@bp.get("", endpoint="own")
@as_member(P.CONTRACT_READ)
def own(contract_id: int) -> Response:
    runs = background.own(db.session(), current_person().user_id, contract_id)
    empty = "您在这份合同里还没有交办过后台任务。导入和大的导出会在后台进行，可以离开，回来在这里找到。"
    listing = Listing("我的任务", ["任务", "交办时间", "状态", "结束时间", "结果"], [line(each) for each in runs], empty, "own-jobs")
    busy = any(each.state in UNFINISHED for each in runs)
    return render("jobs/own.html", "jobs/_own.html", title="我的任务", listing=listing, busy=busy)


@bp.get("/<int:run_id>")
@as_member(P.CONTRACT_READ)
def progress(contract_id: int, run_id: int) -> Response:
    """How far a run of this contract is; asks again by itself while it is under way."""
    job = background.of_contract(current_scope(), run_id)
    done, total = counts(job)
    state, here = SIGNS[job.state], url_for(".progress", contract_id=contract_id, run_id=run_id)
    result = {"title": "看结果", "url": url_of(job)} if url_of(job) and job.state not in UNFINISHED else None
    context = {"job": job, "state": state, "done": done, "total": total, "poll_url": here, "result": result}
    return render("jobs/progress.html", "jobs/_progress.html", **context)
