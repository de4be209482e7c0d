"""规则书 as a document for every member: read, print, download the text with its hash."""

from __future__ import annotations

from flask import Response, request, url_for

from app.security.permissions import P
from app.services.act import Missing
from app.services.books import Book, book_by_text
from app.services.setup import questions
from app.services.setup.document import document as chapters
from app.store import setup as stored
from app.store.setup import ContractRulebook
from app.web.access import current_contract, current_scope, in_contract
from app.web.contracts.shared import sections, today
from app.web.database import db
from app.web.downloads import to_keep
from app.web.htmx import render
from app.web.setup.blueprint import rulebook_bp
from app.web.setup.shared import state_of


def chosen(rows: list[ContractRulebook]) -> ContractRulebook | None:
    """The version that the address names, else the present one; a foreign one is missing."""
    contract = current_contract()
    if "version" in request.args:
        named = request.args.get("version", type=int)
        row = next((one for one in rows if one.id == named), None)
        if row is None:
            raise Missing
        return row
    kept = (one for one in rows if one.dropped_at is None and one.adopted_at is not None)
    return next((one for one in kept if one.rulebook_text_id == contract.rulebook_text_id), None)


def read(page: str) -> Response:
    """The document of a version, on the given page."""
    contract, rows = current_contract(), list(stored.every_version(db.session(), current_contract().id))
    row = chosen(rows)
    if row is None:
        return render("rulebook/none.html", title="规则书", sections=sections(), row=contract)
    book = book_by_text(current_scope(), row.rulebook_text_id)
    latest = {one.id for one in rows if one.effective_on > today()}
    versions = [(one, state_of(one, contract.rulebook_text_id, latest)) for one in rows]
    return render(
        page, title=book.rulebook.title, sections=sections(), row=contract, version=row, versions=versions,
        chapters=written(book), state=state_of(row, contract.rulebook_text_id, latest),
        back_url=url_for("rulebook.document", contract_id=contract.id, version=row.id),
    )  # fmt: skip


def written(book: Book) -> list:
    """The chapters, with the answers in force."""
    return chapters(book, questions.questions(current_scope(), book), book.members)


@rulebook_bp.get("", endpoint="document")
@in_contract(P.CONTRACT_READ)
def shown(contract_id: int) -> Response:
    return read("rulebook/document.html")


@rulebook_bp.get("/print", endpoint="printed")
@in_contract(P.CONTRACT_READ)
def printed(contract_id: int) -> Response:
    return read("rulebook/print.html")


@rulebook_bp.get("/text/<int:version_id>")
@in_contract(P.CONTRACT_READ)
def text(contract_id: int, version_id: int) -> Response:
    row = stored.version(db.session(), contract_id, version_id)
    if row is None:
        raise Missing
    response = Response(row.text.text, mimetype="application/yaml")
    name = f"{current_contract().code}-{row.revision}.yaml"
    to_keep(response, name)
    response.headers["Content-Digest-SHA256"] = row.text.sha256
    return response
