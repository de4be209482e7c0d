"""Evidence on a page of its own; its small and its large copy; the original for a reason."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, request, send_file, url_for

from app.security.permissions import P
from app.services.act import Act
from app.services.evidence import showing
from app.services.evidence.kinds import KINDS
from app.services.imports import originals
from app.services.money import letters
from app.store.evidence.files import Part
from app.store.evidence.rows import EvidenceFile
from app.web.access import as_member, current_person, current_scope
from app.web.evidence.blueprint import bp
from app.web.forms import Form, text
from app.web.ground import ground
from app.web.htmx import render
from app.web.replies import FormView
from app.web.transaction import perform

JPEG = "image/jpeg"


class OriginalForm(Form):
    reason = text("事由", 100, "例如：核对拍摄地点。会和您的姓名一起记入审计日志。")


@bp.get("/<int:file_id>", endpoint="page")
@as_member(P.CONTRACT_READ)
def page(contract_id: int, file_id: int) -> Response:
    return file_page(file_id, OriginalForm(formdata=None))


@bp.get("/<int:file_id>/thumb")
@as_member(P.CONTRACT_READ)
def thumb(contract_id: int, file_id: int) -> Response:
    return part(file_id, Part.THUMB)


@bp.get("/<int:file_id>/shown")
@as_member(P.CONTRACT_READ)
def shown(contract_id: int, file_id: int) -> Response:
    return part(file_id, Part.SHOWN)


@bp.get("/<int:file_id>/file", endpoint="file")
@as_member(P.CONTRACT_READ)
def whole(contract_id: int, file_id: int) -> Response:
    file = opened_to(file_id)
    if file.shown:  # the bytes as they were sent say where a picture was taken
        return part(file_id, Part.SHOWN)
    originals.check_open(current_scope(), file_id)
    data = showing.opened(ground().files, file, Part.ORIGINAL)
    return sent(data, file.media_type, file.name, attached=not KINDS[file.media_type].inline)


@bp.post("/<int:file_id>/original", endpoint="original")
@as_member(P.ENTRY_VERIFY, P.AUDIT_READ)
def original(contract_id: int, file_id: int) -> Response:
    form = OriginalForm()
    done = perform(form, lambda act: taken(act, file_id, form.reason.data or ""))
    if done is None:
        return file_page(file_id, form)
    file, data = done.value
    return sent(data, file.media_type, file.name, attached=True)


def taken(act: Act, file_id: int, reason: str) -> tuple[EvidenceFile, bytes]:
    """The original for a reason; a table that names people only for who may see them."""
    opened_to(file_id)
    originals.check_sees(act, current_scope(), file_id)
    return showing.original(act, current_scope(), file_id, reason)


def opened_to(file_id: int) -> EvidenceFile:
    """The file, where this person may open it."""
    letters.check_open(current_scope(), current_person(), file_id)
    return showing.file_of(current_scope(), file_id)


def part(file_id: int, wanted: Part) -> Response:
    """One copy of a picture."""
    file = opened_to(file_id)
    stem = file.name.rpartition(".")[0]
    return sent(showing.opened(ground().files, file, wanted), JPEG, f"{stem}.jpg", attached=False)


def sent(data: bytes, media_type: str, name: str, *, attached: bool) -> Response:
    """The bytes under the type that their content has, never under the one that a name claims."""
    return send_file(
        io.BytesIO(data),
        mimetype=media_type,
        as_attachment=attached,
        download_name=name,
        etag=False,
        max_age=None,
    )


def file_page(file_id: int, form: OriginalForm) -> Response:
    """What is known of a file, where it is used, and for some a way to its original."""
    scope = current_scope()
    file = opened_to(file_id)
    about = showing.about(scope, file)
    view = None
    if showing.may_have_original(current_person(), scope.contract_id):
        action = url_for(".original", contract_id=scope.contract_id, file_id=file.id)
        view = FormView(form, action, "取原件", id="original-form")
    status = 422 if request.method == "POST" else 200
    return render(
        "evidence/page.html", status=status, title=file.name, file=file, about=about, view=view, **ways(file)
    )


def ways(file: EvidenceFile) -> dict[str, Any]:
    """Addresses of the file's copies."""
    at = {"contract_id": file.contract_id, "file_id": file.id}
    hidden = originals.names_people(current_scope(), file.id)
    return {"shown_url": url_for(".shown", **at) if file.shown else None, "file_url": None if hidden else url_for(".file", **at)}
