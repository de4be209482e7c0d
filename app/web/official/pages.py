"""The register, one document with its past, its print, its QR code."""

from __future__ import annotations

import io
from typing import Any

import segno
from flask import Response, request, send_file, url_for

from app.security.case_terms import DocumentKind, DocumentState, PaperOf, Receipt, ServiceWay
from app.security.permissions import P
from app.services.act import found
from app.services.official import revising
from app.services.official.papers import LETTERS, SERVED, paper_of, qr_text
from app.services.official.register import is_unchanged
from app.store import documents
from app.store.cases import Cases
from app.store.documents import DocumentService, OfficialDocument
from app.web.access import as_member, current_contract, current_scope
from app.web.addresses import number_asked
from app.web.htmx import render
from app.web.official.blueprint import WRITERS, bp
from app.web.official.forms import RegisterFilter
from app.web.paper_files import PRINTED, labelled, paper_file
from app.web.papers import cards, picked, told
from app.web.sides import for_buyer, issues, of_supplier

PAGE = 50
#: What can be served; records and minutes stay in the file.
GOES_OUT = SERVED | LETTERS
TONES = {"draft": "draft", "numbered": "submitted", "printed": "submitted", "sealed": "signed", "void": "withdrawn"}


def address(endpoint: str, **values: Any) -> str:
    return url_for(f"official.{endpoint}", contract_id=current_contract().id, **values)


def here(document_id: int) -> OfficialDocument:
    """The document of the address; Missing where the contract has none. The contractor finds it once it has its number."""
    scope = current_scope()
    row = found(documents.find(scope.session, scope.contract_id, document_id))
    return found(row if row.number is not None or not of_supplier() else None)


@bp.get("", endpoint="register")
@as_member(P.CONTRACT_READ)
def register(contract_id: int) -> Response:
    form, scope = RegisterFilter(formdata=request.args), current_scope()
    kind, state = form.kind.data or None, form.state.data or None
    before = number_asked("before")
    rows = list(documents.register(scope.session, contract_id, kind, state, before, PAGE + 1, drafts=not of_supplier()))
    more = address("register", kind=kind, state=state, before=rows[PAGE - 1].id) if len(rows) > PAGE else None
    return render(
        "official/register.html", rows=[line(each) for each in rows[:PAGE]], filter_form=form, next_url=more,
        may_write=for_buyer(*WRITERS), count=bool(kind) + bool(state),
    )  # fmt: skip


def line(row: OfficialDocument) -> dict[str, Any]:
    """A document in the register."""
    state = DocumentState.of(row.state)
    return {
        "row": row, "kind": DocumentKind.of(row.kind).label, "state": TONES[row.state], "word": state.label,
        "url": address("document", document_id=row.id),
    }  # fmt: skip


@bp.get("/<int:document_id>", endpoint="document")
@as_member(P.CONTRACT_READ)
def one(contract_id: int, document_id: int) -> Response:
    row, scope = here(document_id), current_scope()
    services = documents.services(scope.session, contract_id, [row.id])
    wanted = [(PaperOf.SCAN, row.id), *((PaperOf.SERVICE, each.id) for each in services)]
    papers = documents.papers(scope.session, contract_id, wanted)
    known = cards(key for keys in papers.values() for key in keys)
    past = documents.past(scope.session, contract_id, documents=[row.id])
    return render(
        "official/document.html", **line(row), acts=acts(row), services=[served(each, papers, known) for each in services],
        scans=picked(known, papers.get((PaperOf.SCAN.value, row.id), [])), events=told(past), back=address("register"),
        intact=row.content_hash is None or is_unchanged(row), case_url=case_url(row),
        is_served=goes_out(row),
        files=labelled({kind: address("file", document_id=row.id, kind=kind) for kind in PRINTED}),
    )  # fmt: skip


def served(row: DocumentService, papers: dict[tuple[str, int], list[int]], known: dict[int, Any]) -> dict[str, Any]:
    return {
        "row": row, "way": ServiceWay.of(row.way).label, "receipt": Receipt.of(row.receipt).label,
        "files": picked(known, papers.get((PaperOf.SERVICE.value, row.id), [])),
    }  # fmt: skip


def case_url(row: OfficialDocument) -> str | None:
    """Where the rectification stands that this is the notice of."""
    if row.kind != DocumentKind.NOTICE.value:
        return None
    case_id = Cases(current_scope().session, row.contract_id).case_id_of_notice(row.id)
    return url_for("rectification.case", contract_id=row.contract_id, case_id=case_id) if case_id else None


def goes_out(row: OfficialDocument) -> bool:
    """Whether it is served on somebody: a form that all sides sign is not."""
    return row.kind in GOES_OUT and not row.content.get("parts")


def acts(row: OfficialDocument) -> dict[str, str]:
    """Addresses of what the person may do next."""
    state, at = DocumentState.of(row.state), {"document_id": row.id}
    issued, writes = state in {DocumentState.NUMBERED, DocumentState.PRINTED}, for_buyer(*WRITERS)
    can = {
        "number": state is DocumentState.DRAFT and writes, "edit": revising.is_open(row) and writes, "seal": issued and writes,
        "print_it": issued and writes, "serve": state is DocumentState.SEALED and goes_out(row) and issues(),
        "void": state is not DocumentState.VOID and row.kind != DocumentKind.EXEMPTION.value and issues(),
        "printed_page": row.number is not None,
    }  # fmt: skip
    return {name: address(name, **at) for name, allowed in can.items() if allowed}


@bp.get("/<int:document_id>/print", endpoint="printed_page")
@as_member(P.CONTRACT_READ)
def printed_page(contract_id: int, document_id: int) -> Response:
    row = here(document_id)
    return render(
        "official/print.html", row=row, contract_title=current_contract().title, back_url=address("document", document_id=row.id),
        qr_url=address("qr", document_id=row.id), kind=DocumentKind.of(row.kind).label, is_served=row.kind in SERVED,
    )  # fmt: skip


@bp.get("/<int:document_id>/qr.svg", endpoint="qr")
@as_member(P.CONTRACT_READ)
def qr(contract_id: int, document_id: int) -> Response:
    row, picture = here(document_id), io.BytesIO()
    segno.make(qr_text(row), error="m").save(picture, kind="svg", scale=4, border=2, xmldecl=False)
    picture.seek(0)
    return send_file(picture, mimetype="image/svg+xml", etag=False, max_age=None)


@bp.get("/<int:document_id>/file.<kind>", endpoint="file")
@as_member(P.CONTRACT_READ)
def file(contract_id: int, document_id: int, kind: str) -> Response:
    """The document to be printed, signed and sealed; a draft says so across each page."""
    return paper_file(paper_of(current_scope(), here(document_id)), kind)
