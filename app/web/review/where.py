"""Which part of the queue a page is about, and the addresses of its neighbours. The filter travels in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from flask import request, url_for

from app.services.verification import queue
from app.services.verification.queue import Filter, Window
from app.services.verification.stages import Stage
from app.store.review_queue import Cursor
from app.web.access import current_contract, current_scope
from app.web.review.blueprints import NUMBERS, endpoint
from app.web.review.forms import QueueFilter

FILTER = ("ledger", "author", "outlet", "from_on", "until_on", "only", "batch")


def number_in(name: str) -> int | None:
    """A whole number from the address or the form; None where there is none."""
    given = request.values.get(name, "")
    return int(given) if given.isdecimal() and len(given) < 16 else None


def filter_form() -> QueueFilter:
    """The filter of the address, checked."""
    form = QueueFilter(request.args)
    contract = current_contract()
    form.ledger.choices = [(name, name) for name in {request.args.get("ledger", "")} if name]
    for field in (form.author, form.outlet):
        field.choices = [(field.data, "")] if field.data is not None else []
    form.validate()
    assert contract is not None
    return form


@dataclass(frozen=True)
class Where:
    """A place in a stage's queue, or in the drawn entries of a bulk decision (`review_id`)."""

    stage: Stage
    wanted: Filter
    args: dict[str, str]
    after: Cursor | None = None
    before: Cursor | None = None
    did: int | None = None
    review_id: int | None = None

    @classmethod
    def here(cls, stage: Stage, review_id: int | None = None) -> Where:
        """From the address of this request."""
        args = {name: request.args[name] for name in FILTER if request.args.get(name)}
        return cls(
            stage, filter_form().wanted, args, queue.cursor_of(request.args.get("after", "")),
            queue.cursor_of(request.args.get("before", "")), number_in("did"), review_id or number_in("review"),
        )  # fmt: skip

    @property
    def window(self) -> Window:
        return Window(self.after, self.before)

    def did_now(self, entry_id: int) -> Where:
        """The same place, with what the person has just decided on."""
        return replace(self, did=entry_id)

    def at(self, after: Cursor | None = None, before: Cursor | None = None) -> Where:
        """Another page of the same queue."""
        return replace(self, after=after, before=before)

    @property
    def query(self) -> dict[str, Any]:
        """What of it stands in the address."""
        found: dict[str, Any] = {**self.args} if self.review_id is None else {}
        if self.after is not None and self.review_id is None:
            found["after"] = queue.cursor_text(self.after)
        if self.before is not None and self.review_id is None:
            found["before"] = queue.cursor_text(self.before)
        if self.did is not None:
            found["did"] = self.did
        return found

    def url(self, name: str, **values: Any) -> str:
        """A page of the stage, with nothing of the place."""
        return url_for(endpoint(self.stage, name), contract_id=current_scope().contract_id, **values)

    def batch_url(self, name: str, review_id: int, **values: Any) -> str:
        """A page of a bulk decision."""
        return self.url(name, **{NUMBERS[self.stage.key]: review_id}, **values)

    def entry_url(self, entry_id: int | None) -> str:
        """The page with this entry selected, at this place; the page itself where none is."""
        if self.review_id is not None:
            if entry_id is None:
                return self.batch_url("batch", self.review_id, **self.query)
            return self.batch_url("batch_one", self.review_id, record_id=entry_id, **self.query)
        if entry_id is None:
            return self.url("queue", **self.query)
        return self.url("one", record_id=entry_id, **self.query)

    def deed_url(self, name: str, entry_id: int) -> str:
        """Where a deed on the entry is sent; the place goes along."""
        batch = {"review": self.review_id} if self.review_id is not None else {}
        return self.url(name, record_id=entry_id, **self.query, **batch)
