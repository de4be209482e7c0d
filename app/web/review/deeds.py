"""What is done from the desk. After each deed the next entry shows at once; a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Response, request

from app.services.act import Act, Refused
from app.services.ledger.write import Stale
from app.services.verification import answering, bulk, decide, queue, undo
from app.services.verification.stages import Stage
from app.store.entries import LedgerEntry, number_text
from app.web.access import current_scope
from app.web.database import db
from app.web.htmx import redirect_to, render, signal, tell, wants_fragment
from app.web.review.batches import BatchView
from app.web.review.desk import Desk
from app.web.review.where import Where, number_in
from app.web.transaction import act_now

Result = TypeVar("Result")
MOVED_ON = "这条记录刚刚被改过，显示的已不是最新的。请刷新后再看"


def attempt(use_case: Callable[[Act], Result]) -> Result:
    """Carries an act out and commits; where it is refused, nothing has happened and the page goes on."""
    try:
        return act_now(use_case)
    except Refused:
        db.session.rollback()
        raise


def version() -> int:
    """The version that the person saw; a form without one saw none."""
    return number_in("version") or 0


def reason() -> str:
    return request.form.get("reason", "").strip()


def number_of(entry: LedgerEntry) -> str:
    """The outside number, taken before the commit: afterwards it would be read again."""
    return number_text(entry.ledger, entry.number)


def decided(stage: Stage, record_id: int, use_case: Callable[[Act], LedgerEntry], word: str, *, stay: bool = False) -> Response:
    """Carries a deed out and shows what comes next; `stay` keeps the entry in front. Who came second is told."""
    where = Where.here(stage)
    try:
        number = attempt(lambda act: number_of(use_case(act)))
    except Stale:
        return Desk(where, record_id, strict=True, seen=version(), stale=True).show(409)
    except Refused as refused:
        status = 422 if refused.field else 409
        return Desk(where, record_id, strict=True, refusal=refused.message).show(status, asked=reason())
    told, there = f"{word} {number}", where.did_now(record_id)
    following = record_id if stay else number_in("next")
    if not wants_fragment() and following is not None:
        return redirect_to(there.entry_url(following), told=told)
    desk = Desk(there, following, strict=stay)
    if not wants_fragment():
        return redirect_to(there.entry_url(desk.selected), told=told)
    if stay or desk.selected is None:
        tell(told)  # otherwise the strip below the next entry says it, without covering the buttons
    return desk.show(told=told)


def settled(stage: Stage, record_id: int, *, fine: bool) -> Response:
    """Passed, or given back with a reason."""
    where_to, seen, why = current_scope(), version(), reason()

    def use_case(act: Act) -> LedgerEntry:
        return decide.settle(act, where_to, stage, record_id, seen, fine=fine, reason=why)

    return decided(stage, record_id, use_case, "已通过" if fine else "已退回")


def undone(stage: Stage, record_id: int) -> Response:
    """The person's own last decision taken back; the entry is in front again."""
    seen = version()
    return decided(
        stage, record_id, lambda act: undo.take_back(act, current_scope(), stage, record_id, seen), "已撤销决定", stay=True
    )


def answered(stage: Stage, record_id: int) -> Response:
    seen, why = version(), reason()
    return decided(
        stage, record_id, lambda act: answering.answer(act, current_scope(), record_id, seen, why), "已答复异议", stay=True
    )


def opened(stage: Stage, record_id: int) -> Response:
    """The entry has been shown to the person: noted by version. Of a bulk decision the bar comes back."""
    try:
        attempt(lambda act: bulk.open_entry(act, current_scope(), record_id, version()))
    except Stale:
        tell(MOVED_ON, "warning")
    where = Where.here(stage)
    if where.review_id is None:
        return signal()
    row = bulk.find(current_scope(), stage, where.review_id)
    view = BatchView(row, bulk.progress(current_scope(), stage, row), where)
    return render("review/_batch_bar.html", "review/_batch_bar.html", batch=view.context(), stage=stage.key.value)


def reasons(stage: Stage) -> Response:
    """The frequent reasons of this contract, for the dialog."""
    found = queue.frequent_reasons(current_scope(), stage.bad)
    return render("review/_reasons.html", "review/_reasons.html", reasons=found)
