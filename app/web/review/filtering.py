"""The filter of the queue with its lists filled in."""

from __future__ import annotations

from flask import Response

from app.security.terms import ContractState
from app.services import books
from app.services.verification.stages import Stage
from app.store import review_queue
from app.store.review_queue import Asked
from app.web.access import current_contract, current_scope
from app.web.htmx import render
from app.web.review.forms import QueueFilter
from app.web.review.where import Where, filter_form


def filled(stage: Stage) -> QueueFilter:
    """The form with the ledgers of the contract, the authors of what waits, and the outlets."""
    form, scope, contract = filter_form(), current_scope(), current_contract()
    wanted = Asked(stage.waits, contract.state == ContractState.TRIAL)
    book = books.book_of(scope, contract)
    form.ledger.choices = [(each.id, each.name) for each in book.rulebook.ledgers]
    form.author.choices = [
        (key, f"{name}（{count}）") for key, name, count in review_queue.authors(scope.session, contract.id, wanted)
    ]
    form.outlet.choices = [(each.id, each.name) for each in scope.outlets()]
    return form


def filters(stage: Stage) -> Response:
    """The filter alone, for the place above the desk."""
    where = Where.here(stage)
    return render(
        "review/filters.html", "review/_filters.html", form=filled(stage), action=where.url("queue"), count=len(where.args), title="筛选",
    )  # fmt: skip
