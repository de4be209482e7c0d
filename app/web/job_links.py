"""Where a run of background work leads: the pages that show its result. For every list that shows runs."""

from __future__ import annotations

from flask import current_app, url_for

from app.security.terms import JobState
from app.services import background
from app.services.assessments import measuring
from app.services.reports import duties
from app.store.jobs import Job

#: Endpoint and the name of its parameter, by the name of the job; the id stands in the payload, or the result, by the third.
PAGES = {
    background.IMPORT_CHECK: ("imports.batch", "batch_id", "batch"),
    background.IMPORT: ("imports.batch", "batch_id", "batch"),
    background.EXPORT: ("exports.export", "export_id", "export"),
    measuring.JOB: ("assessment.one", "assessment_id", "assessment"),
    duties.JOB: ("reports.one", "report_id", "report"),
}
#: The state of a run among the states that pages know.
SIGNS = {
    JobState.WAITING.value: "queued", JobState.RUNNING.value: "running", JobState.DONE.value: "done",
    JobState.FAILED.value: "failed",
}  # fmt: skip


def url_of(job: Job) -> str:
    """The page of what the run is about; blank where there is none."""
    endpoint, parameter, key = PAGES.get(job.name, ("", "", ""))
    found = job.payload.get(key, (job.result or {}).get(key))
    if endpoint not in current_app.view_functions or found is None or job.contract_id is None:
        return ""
    return url_for(endpoint, contract_id=job.contract_id, **{parameter: found})


def counts(job: Job) -> tuple[int, int | None]:
    """How much is done, and of how much."""
    told = job.result or {}
    done, total = told.get("done"), told.get("total")
    return (done if isinstance(done, int) else 0), (total if isinstance(total, int) else None)
