"""The reviewer's desk: the list on the left, the entry with its evidence on the right, what can be done below."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from flask import Response, url_for

from app.clock import SHANGHAI
from app.security.permissions import P
from app.security.predicates import may
from app.security.terms import EntryState
from app.services.act import Act, Missing
from app.services.verification import bulk, queue
from app.services.verification.bulk import Progress
from app.services.verification.deadlines import Clock
from app.services.verification.judging import Judge
from app.services.verification.queue import Queue
from app.services.verification.showing import Pane, pane
from app.services.verification.stages import VERIFY, Stage
from app.store.contracts import ContractScope
from app.store.review_queue import Line
from app.store.reviews import ReviewBatch
from app.web.access import current_contract, current_scope
from app.web.htmx import render
from app.web.review.batches import BatchView
from app.web.review.blueprints import TITLES
from app.web.review.looks import describe, line_row, pane_view
from app.web.review.where import Where
from app.web.transaction import current_act

PAGE, FRAGMENT = "review/desk.html", "review/_desk.html"


class Desk:
    """What the desk shows at a place. `wanted`: the entry to be selected, else the first; `strict`: that one or 404."""

    def __init__(
        self, where: Where, wanted: int | None = None, *, strict: bool = False, seen: int | None = None,
        refusal: str = "", stale: bool = False,
    ) -> None:  # fmt: skip
        self.act: Act = current_act()
        self.scope: ContractScope = current_scope()
        self.where, self.refusal, self.stale, self.seen = where, refusal, stale, seen
        self.judge = Judge.of(self.act, self.scope, where.stage)
        self.clock = Clock.of(self.scope, self.judge.contract, self.act.today)
        self.wanted, self.strict = wanted, strict

    # -- the list -------------------------------------------------------------------------------

    @cached_property
    def batch(self) -> ReviewBatch | None:
        review_id = self.where.review_id
        return bulk.find(self.scope, self.where.stage, review_id) if review_id is not None else None

    @cached_property
    def progress(self) -> Progress | None:
        return bulk.progress(self.scope, self.where.stage, self.batch) if self.batch is not None else None

    @cached_property
    def queue(self) -> Queue:
        given = (self.act, self.scope, self.judge, self.clock, self.where.wanted)
        found = queue.queue(*given, self.where.window)
        if not found.lines and self.where.window != queue.WHOLE:  # everything on this page is done with
            self.where = self.where.at()
            found = queue.queue(*given)
        return found

    @cached_property
    def lines(self) -> list[Line]:
        return list(self.progress.lines) if self.progress is not None else self.queue.all()

    @cached_property
    def selected(self) -> int | None:
        """The entry in the pane."""
        ids = [line.id for line in self.lines]
        if self.wanted is not None and (self.strict or self.wanted in ids):
            return self.wanted
        left = [key for key in ids if self.progress is not None and key in self.progress.left]
        if self.where.before is not None and ids:
            return ids[-1]  # one has come back from the page after
        return next(iter(left or ids), None)

    @property
    def place(self) -> int | None:
        ids = [line.id for line in self.lines]
        return ids.index(self.selected) if self.selected in ids else None

    def neighbour(self, step: int) -> int | None:
        """The entry before or after the selected one on this page."""
        if self.place is None:
            return self.lines[0].id if self.lines and step > 0 else None
        place = self.place + step
        return self.lines[place].id if 0 <= place < len(self.lines) else None

    def later_url(self) -> str:
        """The page that goes on after this one."""
        if self.progress is not None or not self.queue.lines or not self.queue.more:
            return ""
        return self.where.at(after=queue.cursor(self.queue.lines[-1])).entry_url(None)

    def earlier_url(self) -> str:
        """The page that ends before this one."""
        if self.progress is not None or self.queue.first or not self.queue.lines:
            return ""
        return self.where.at(before=queue.cursor(self.queue.lines[0])).entry_url(None)

    # -- the pane -------------------------------------------------------------------------------

    @cached_property
    def pane(self) -> Pane | None:
        if self.selected is None:
            return None
        return pane(self.act, self.scope, self.judge, self.clock, self.selected, self.seen)

    def undone(self) -> dict[str, Any] | None:
        """The person's own last decision, while it can still be taken back."""
        if self.where.did is None:
            return None
        try:
            last = pane(self.act, self.scope, self.judge, self.clock, self.where.did)
        except Missing:
            return None
        if not last.can_take_back:
            return None
        deed = last.history[-1]
        return {
            "text": f"{'通过' if deed.deed == self.where.stage.good.value else '退回'} {last.number}",
            "url": self.where.deed_url("undo", last.entry.id), "version": last.entry.version,
        }  # fmt: skip

    def context(self) -> dict[str, Any]:
        """Everything that the templates show."""
        lines, where, stage = self.lines, self.where, self.where.stage
        authors = {line.author_id: line.author for line in lines}
        before, after = self.neighbour(-1), self.neighbour(1)
        earlier, later = self.earlier_url(), self.later_url()
        return {
            "stage": stage.key.value, "title": self.title(), "where": where, "refusal": self.refusal,
            "stale": self.standing() if self.stale else "", "filters": describe(where, self.ledger_names, authors),
            "rows": [self.row(line) for line in self.lines],
            "total": len(self.lines) if self.progress is not None else self.queue.total,
            "own": 0 if self.progress is not None else self.queue.own, "selected": self.selected,
            "position": (self.place or 0) + 1, "next": after if after is not None else before,
            "previous_url": where.entry_url(before) if before is not None else earlier,
            "next_url": where.entry_url(after) if after is not None else later,
            "earlier_url": earlier, "later_url": later, "undone": self.undone(),
            "pane": pane_view(where, self.pane, self.ledger_names) if self.pane is not None else None,
            "batch": BatchView(self.batch, self.progress, where).context() if self.batch is not None else None,
            "bulk_url": where.url("bulk", **where.args), "register_url": where.url("register"),
            "verifies": stage is VERIFY, "clear_url": where.url("queue"), "limit_url": self.limit_url(),
        }  # fmt: skip

    def limit_url(self) -> str:
        """Where the time for decisions is set, for who may."""
        contract = self.judge.contract
        fits = self.where.stage is VERIFY and may(self.act.person(), P.CONTRACT_SETUP, contract.id)
        return self.where.url("limit") if fits else ""

    def title(self) -> str:
        word = TITLES[self.where.stage.key]
        return word if self.where.review_id is None else f"批量{word} {self.where.review_id} 号"

    def standing(self) -> str:
        """How the entry stands now, and who made it so, for whoever came second."""
        assert self.pane is not None
        last = self.pane.history[-1]
        who = last.actor.display_name if last.actor is not None else "系统"
        when = f"{last.at.astimezone(SHANGHAI):%m-%d %H:%M}"
        state = EntryState.of(self.pane.entry.state).label
        return f"这条记录在您看的时候已被{who}处理过（{when}），现在是“{state}”。您的操作没有改动它"

    @cached_property
    def ledger_names(self) -> dict[str, str]:
        return {each.id: each.name for each in self.judge.book.rulebook.ledgers}

    def row(self, line: Line) -> dict[str, Any]:
        """One line of the list."""
        current = line.id == self.selected
        return {**line_row(self.where, self.clock, self.ledger_names, line), "current": current}

    def show(self, status: int = 200, **more: Any) -> Response:
        """The desk, as a page or as what htmx asks for."""
        context = self.context()
        push = self.where.entry_url(self.selected)
        return render(PAGE, FRAGMENT, status=status, push_url=push, **{**context, **more})


def ledger_entry_url(ledger: str, entry_id: int) -> str:
    """The entry on its own page."""
    return url_for("ledger.entry", contract_id=current_contract().id, ledger=ledger, record_id=entry_id)


def desk_page(stage: Stage, record_id: int | None = None) -> Response:
    """The desk of a stage; without a rulebook nothing can wait yet."""
    if current_contract().rulebook_text_id is None:
        return render("review/nothing.html", title=TITLES[stage.key])
    return Desk(Where.here(stage), record_id, strict=record_id is not None).show()
