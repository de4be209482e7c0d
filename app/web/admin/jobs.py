"""任务: what runs in the background."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from app.clock import SHANGHAI
from app.security.permissions import P
from app.security.terms import JobState
from app.services import background
from app.store import jobs as stored
from app.store import rollups
from app.store.jobs import Job
from app.store.rollups import Drift
from app.web.access import requires
from app.web.database import db
from app.web.htmx import redirect_to, render
from app.web.replies import Button, Listing, Row
from app.web.transaction import act_now

bp = Blueprint("admin_jobs", __name__, url_prefix="/admin/jobs")


def shown(job: Job) -> Row:
    """One run as a line."""
    state = JobState.of(job.state)
    word = f"{state.label} {job.progress}%" if state is JobState.RUNNING else state.label
    finished = f"{job.finished_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if job.finished_at else "—"
    buttons = [Button("重试", url_for(".retry", job_id=job.id))] if state is JobState.FAILED else []
    return Row([job.name, job.period, word, str(job.attempts), finished, job.message or "—"], buttons=buttons)


@bp.get("", endpoint="jobs")
@requires(P.JOBS_READ)
def every() -> Response:
    rows = [shown(job) for job in stored.latest(db.session())]
    columns = ["任务", "期间", "状态", "次数", "结束时间", "说明"]
    empty = "后台任务由 flask run-jobs 运行；它还没有运行过任何任务。"
    listing = Listing("后台任务", columns, rows, empty, "jobs")
    wrong = [drift_told(one) for one in rollups.drifted(db.session())]
    return render("pages/jobs.html", "pages/_jobs.html", title="后台任务", listing=listing, wrong=wrong)


def drift_told(one: Drift) -> str:
    """What the nightly recount found, and what to do."""
    at = one.checked_at.astimezone(SHANGHAI)
    return (
        f"{one.contract}，{one.from_on} 至 {one.until_on}：{one.told}（{at:%Y-%m-%d %H:%M} 核对）。"
        "指标页已改为逐条读取台账，数字仍然准确；请查明原因后运行 flask rollups rebuild"
    )


@bp.post("/<int:job_id>/retry")
@requires(P.JOBS_MANAGE)
def retry(job_id: int) -> Response:
    act_now(lambda act: background.retry(act, job_id))
    return redirect_to(url_for(".jobs"), told="已放回队列，后台会再运行一次。")
