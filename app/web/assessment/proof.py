"""任何人都能重算: the capsule, the entries beside it, the key, and a page that recomputes a capsule."""

from __future__ import annotations

from flask import Response, request

from app.security.permissions import P
from app.services.act import found
from app.services.assessments import capsules
from app.services.assessments.common import FROZEN, TOLD, check_state
from app.store import assessments
from app.store.assessments import Assessment
from app.web.access import as_member, current_scope, in_contract
from app.web.assessment.blueprint import DECIDERS, READERS, bp
from app.web.assessment.here import address, back, here, inside, seen
from app.web.bodies import largest_body, looks_first
from app.web.buttons import carried_out
from app.web.htmx import render

LARGEST = 64 * 1024 * 1024


def download(body: object, name: str, kind: str) -> Response:
    response = Response(body, mimetype=kind)  # type: ignore[arg-type]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def stem(row: Assessment) -> str:
    return f"assessment-{row.contract_id}-{row.number}"


@bp.get("/<int:assessment_id>/capsule.json")
@in_contract(*READERS)
def capsule(contract_id: int, assessment_id: int) -> Response:
    row = seen(here(assessment_id))
    kept = capsules.text_of(current_scope(), row)
    return download(kept.text + "\n", f"{stem(row)}-r{kept.revision}.json", "application/json")


@bp.get("/<int:assessment_id>/entries.jsonl")
@as_member(P.SCORE, P.SIGN, P.AUDIT_READ)
def entries(contract_id: int, assessment_id: int) -> Response:
    """The entries as they are now, for `kpi verify --entries`; people by their keys alone."""
    row = here(assessment_id)
    check_state(row, TOLD | FROZEN, "导出核对用的台账")
    text = "".join(capsules.entry_lines(current_scope(), row))
    return download(text, f"{stem(row)}-entries.jsonl", "application/x-ndjson")


@bp.post("/<int:assessment_id>/key")
@in_contract(*DECIDERS)
def key(contract_id: int, assessment_id: int) -> Response:
    row, scope = here(assessment_id), current_scope()
    return carried_out(
        lambda act: capsules.key_file(act, scope, assessment_id),
        lambda text: download(text, f"{stem(row)}-key.txt", "text/plain"), address("one", row),
    )  # fmt: skip


@bp.get("/<int:assessment_id>/check")
@in_contract(*READERS)
def check(contract_id: int, assessment_id: int) -> Response:
    """Recomputes the stored capsule."""
    row = seen(here(assessment_id))
    verdict = capsules.examine_own(current_scope(), row)
    kept = found(assessments.capsule(current_scope().session, contract_id, row.id, row.signed_revision))
    return render(
        "assessment/verify.html", verdict=verdict, row=row, back=back(row), action=address("verify"), refused="",
        capsule_url=address("capsule", row), entries_url=address("entries", row), key_url=address("key", row),
        stem=stem(row), revision=kept.revision, own_side=inside(),
    )  # fmt: skip


@bp.route("/verify", methods=["GET", "POST"])
@in_contract(*READERS)
@largest_body(LARGEST)
@looks_first
def verify(contract_id: int) -> Response:
    """Recomputes a capsule that somebody brings; nothing of it is kept."""
    verdict, refused = None, ""
    if request.method == "POST":
        sent = request.files.get("capsule")
        raw = sent.read() if sent is not None else b""
        refused = "" if raw else "请选择存档文件"
        verdict = capsules.examine(raw.decode("utf-8", "replace").rstrip("\n")) if raw else None
    status = 422 if refused else 200
    return render(
        "assessment/verify.html", status=status, verdict=verdict, row=None, back=("考核", address("assessments")),
        action=address("verify"), refused=refused, stem="capsule",
    )  # fmt: skip
