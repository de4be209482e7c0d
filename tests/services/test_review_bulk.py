"""Deciding over a filter: preview, the draw and its being done again, openings, the decision, taking it back."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.terms import EntryDeed, ReviewMode
from app.services.act import Missing, Refused
from app.services.ledger.write import Stale
from app.services.verification import bulk, decide, drawing, locking, undo
from app.services.verification.locking import Span
from app.services.verification.queue import Filter
from app.services.verification.stages import CHECK, VERIFY, Stage
from app.store.entries import Entries, LedgerEntry
from app.store.models import AuditEvent
from app.store.reviews import ReviewBatch
from tests.factories.entries import call, news, seekers, visit
from tests.factories.ground import CLOCK
from tests.factories.office import Office, office
from tests.services.acting import act_of, recorded

EVERYTHING = Filter()


def begin(
    session: Session, made: Office, wanted: Filter = EVERYTHING, mode: ReviewMode = ReviewMode.DRAWN,
    number: int | None = None, who: str = "supervisor", stage: Stage = VERIFY,
) -> ReviewBatch:  # fmt: skip
    return bulk.begin(act_of(session, made[who]), made.scope(session), stage, wanted, mode, number)


def open_drawn(session: Session, made: Office, row: ReviewBatch, but: int = 0, who: str = "supervisor") -> None:
    versions = dict(zip(row.entry_ids, row.versions, strict=True))
    for key in row.drawn_ids[but:]:
        bulk.open_entry(act_of(session, made[who]), made.scope(session), key, versions[key])


def conclude(session: Session, made: Office, row: ReviewBatch, who: str = "supervisor", **given: object) -> ReviewBatch:
    stage = CHECK if row.stage == "check" else VERIFY
    values = {"fine": True, **given}
    return bulk.conclude(act_of(session, made[who]), made.scope(session), stage, row.id, row.version, **values)  # type: ignore[arg-type]


def states(session: Session) -> Counter[str]:
    return Counter(session.scalars(sa.select(LedgerEntry.state)))


def test_a_preview_names_what_it_leaves_out(session: Session, made: Office) -> None:
    seekers(session, made, 12)
    visit(session, made)
    call(session, made)
    bare = visit(session, made, files={}, send=False)
    bare.state = "submitted"
    bare.submitted_at = CLOCK.now
    session.commit()
    found = bulk.preview(act_of(session, made["supervisor"]), made.scope(session), VERIFY, EVERYTHING)
    assert (found.total, found.least, found.left_out) == (13, 10, 2)
    assert found.by_ledger == {"求职登记台账": 12, "企业走访台账": 1}
    assert found.by_author == {made["field_staff"].display_name: 13}
    assert (found.first, found.last) == (date(2026, 3, 4), date(2026, 3, 4))
    assert {why[:4] for why in found.verdict.left_out} == {"自己登记", "应有现场"}
    only = bulk.preview(act_of(session, made["supervisor"]), made.scope(session), VERIFY, Filter(ledger="visits"))
    assert only.total == 1


@pytest.mark.parametrize(("total", "least"), [(1, 1), (10, 10), (11, 10), (200, 10), (201, 11), (5000, 250)])
def test_how_many_are_drawn(total: int, least: int) -> None:
    assert drawing.least(total) == least


def test_bulk_waits_until_the_drawn_ones_are_opened(session: Session, made: Office) -> None:
    seekers(session, made, 30)
    row = begin(session, made)
    assert (row.total, row.to_open, len(row.drawn_ids), recorded(session)[-1]) == (30, 10, 10, "review.drawn")
    with pytest.raises(Refused, match="还有 10 条没有打开"):
        conclude(session, made, row)
    open_drawn(session, made, row, but=1)
    with pytest.raises(Refused, match="还有 1 条没有打开"):
        conclude(session, made, row)
    open_drawn(session, made, row, who="supervisor2")
    with pytest.raises(Refused, match="还有 1 条没有打开"):
        conclude(session, made, row)
    open_drawn(session, made, row)
    conclude(session, made, row)
    session.commit()
    assert states(session) == {"verified": 30}
    assert (row.deed, row.decided, len(row.opened_ids), row.left_out) == ("verified", 30, 10, {})
    event = session.scalars(sa.select(AuditEvent).order_by(AuditEvent.position.desc()).limit(1)).one()
    assert event.action == "entries.verified"
    assert event.detail | {"entries": 0} == {
        "entries": 0, "count": 30, "review": row.id, "mode": "drawn", "to_open": 10, "total": 30, "seed": row.seed
    }  # fmt: skip
    history = Entries(session, made.contract.id).history(row.entry_ids[0])
    assert (history[-1].deed, history[-1].review_id) == ("verified", row.id)


def test_each_one_read_means_every_one_opened(session: Session, made: Office) -> None:
    seekers(session, made, 3)
    row = begin(session, made, mode=ReviewMode.EACH)
    assert row.to_open == 3
    open_drawn(session, made, row, but=1)
    with pytest.raises(Refused, match="还有 1 条"):
        conclude(session, made, row)
    open_drawn(session, made, row)
    assert conclude(session, made, row).decided == 3


def test_what_was_opened_before_counts_for_the_same_version_alone(session: Session, made: Office) -> None:
    one, two = news(session, made), news(session, made)
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    for entry in (one, two):
        bulk.open_entry(act, scope, entry.id, entry.version)
        bulk.open_entry(act, scope, entry.id, entry.version)
    decide.give_back(act, scope, one.id, one.version, "写得太短")
    undo.take_back(act, scope, VERIFY, one.id, one.version)
    with pytest.raises(Stale):
        bulk.open_entry(act, scope, one.id, 1)
    row = begin(session, made, mode=ReviewMode.EACH)
    assert bulk.progress(scope, VERIFY, row).left == {one.id}


def test_the_number_can_be_raised_not_lowered(session: Session, made: Office) -> None:
    seekers(session, made, 30)
    for number in (9, 0, 31):
        with pytest.raises(Refused, match="在 10（至少 10 条且不少于 5%）与 30 之间"):
            begin(session, made, number=number)
    row = begin(session, made, number=15)
    assert row.to_open == 15
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    first = row.drawn_ids
    bulk.add_draw(act, scope, VERIFY, row.id, row.version, 5)
    assert (row.to_open, row.drawn_ids[:15]) == (20, first)
    assert bulk.redone(row)
    with pytest.raises(Refused, match="还能再抽 1 至 10 条"):
        bulk.add_draw(act, scope, VERIFY, row.id, row.version, 11)


def test_a_draw_can_be_done_again_and_a_touched_one_is_found(session: Session, made: Office) -> None:
    seekers(session, made, 25)
    seekers(session, made, 25, who="field_staff2")
    for _ in range(4):
        visit(session, made)
    row = begin(session, made)
    session.commit()
    assert bulk.redone(row)
    authors = {
        each.author_id for each in Entries(session, made.contract.id).by_ids(row.drawn_ids) if each.ledger == "seekers"
    }
    assert authors == {made["field_staff"].id, made["field_staff2"].id}, "each author has a share"
    row.drawn_ids = [*row.drawn_ids[1:], next(key for key in row.entry_ids if key not in row.drawn_ids)]
    assert not bulk.redone(row)


def test_giving_a_draw_up_frees_nobody_from_what_was_drawn(session: Session, made: Office) -> None:
    seekers(session, made, 40)
    first = begin(session, made)
    drawn = list(first.drawn_ids)
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    bulk.cancel(act, scope, VERIFY, first.id, first.version)
    with pytest.raises(Refused, match="已经办结或作废"):
        conclude(session, made, first)
    again = begin(session, made)
    assert set(again.drawn_ids) == set(drawn), "the same entries give the same draw"
    bulk.cancel(act, scope, VERIFY, again.id, again.version)
    seekers(session, made, 10)
    other = begin(session, made, who="supervisor2")
    assert set(drawn) <= set(other.drawn_ids), "what was drawn stays drawn, for everybody"
    assert bulk.redone(other)


def test_one_that_fails_is_returned_and_the_rest_goes_on(session: Session, made: Office) -> None:
    seekers(session, made, 20)
    row = begin(session, made)
    open_drawn(session, made, row)
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    bad = row.drawn_ids[3]
    decide.give_back(act, scope, bad, 1, "电话打不通")
    assert bulk.progress(scope, VERIFY, row).failed == {bad}
    conclude(session, made, row)
    session.commit()
    assert states(session) == {"verified": 19, "returned": 1}
    assert (row.decided, row.failed_ids, row.opened_ids) == (19, [bad], sorted(row.drawn_ids))
    assert list(row.left_out.values()) == [[bad]]


def test_what_changes_after_the_preview_is_left_out_and_need_not_be_opened(session: Session, made: Office) -> None:
    entries = [news(session, made) for _ in range(12)]
    row = begin(session, made)
    versions = dict(zip(row.entry_ids, row.versions, strict=True))
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    changed = next(each for each in entries if each.id in row.drawn_ids)
    decide.give_back(act, scope, changed.id, 1, "写得太短")
    undo.take_back(act, scope, VERIFY, changed.id, changed.version)
    for key in row.drawn_ids:
        if key != changed.id:
            bulk.open_entry(act, scope, key, versions[key])
    assert bulk.progress(scope, VERIFY, row).complete
    conclude(session, made, row)
    assert row.left_out == {"预览以后又改动过，没有看过现在这一版": [changed.id]}
    assert changed.state == "submitted"


def test_a_bulk_return_needs_its_reason(session: Session, made: Office) -> None:
    seekers(session, made, 11)
    row = begin(session, made)
    open_drawn(session, made, row)
    with pytest.raises(Refused, match="退回的原因"):
        conclude(session, made, row, fine=False)
    conclude(session, made, row, fine=False, reason="整批缺联系电话")
    assert (row.deed, states(session)) == ("returned", {"returned": 11})


def test_nobody_else_concludes_it(session: Session, made: Office) -> None:
    seekers(session, made, 5)
    row = begin(session, made)
    open_drawn(session, made, row)
    with pytest.raises(Missing):
        conclude(session, made, row, who="supervisor2")
    other = office(session)
    with pytest.raises(Missing):
        bulk.find(other.scope(session), VERIFY, row.id)
    with pytest.raises(Missing):
        bulk.find(made.scope(session), CHECK, row.id)


def test_locked_days_are_left_out(session: Session, made: Office) -> None:
    seekers(session, made, 5)
    seekers(session, made, 5, day="2026-03-02")
    row = begin(session, made)
    open_drawn(session, made, row)
    span = Span(date(2026, 3, 1), date(2026, 3, 2), "seekers", "已经对账")
    locking.lock(act_of(session, made["supervisor2"]), made.scope(session), span)
    conclude(session, made, row)
    assert (row.decided, [len(ids) for ids in row.left_out.values()]) == (5, [5])
    with pytest.raises(Refused, match="没有可以一起审核的"):
        begin(session, made)


def test_the_project_manager_checks_in_bulk_by_the_same_path(session: Session, made: Office) -> None:
    made.contract.internal_check = True
    session.commit()
    seekers(session, made, 12)
    assert states(session) == {"to_check": 12}
    with pytest.raises(Refused, match="没有可以一起"):
        begin(session, made)
    row = begin(session, made, who="project_manager", stage=CHECK)
    open_drawn(session, made, row, who="project_manager")
    CLOCK.forward(hours=3)
    conclude(session, made, row, who="project_manager")
    session.commit()
    assert states(session) == {"submitted": 12}
    assert set(session.scalars(sa.select(LedgerEntry.submitted_at))) == {CLOCK.now}
    assert recorded(session)[-1] == "entries.checked"


def test_a_bulk_decision_is_taken_back_where_nobody_has_touched_it(session: Session, made: Office) -> None:
    ids = seekers(session, made, 12)
    row = begin(session, made)
    open_drawn(session, made, row)
    conclude(session, made, row)
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    decide.give_back(act_of(session, made["supervisor2"]), scope, ids[0], 2, "电话是空号")
    with pytest.raises(Missing):
        undo.take_back_many(act_of(session, made["supervisor2"]), scope, VERIFY, row.id)
    assert undo.take_back_many(act, scope, VERIFY, row.id) == 11
    session.commit()
    assert states(session) == {"submitted": 11, "returned": 1}
    history = Entries(session, made.contract.id).history(ids[5])
    assert [each.deed for each in history][-2:] == ["verified", "reopened"]
    with pytest.raises(Refused, match="没有可以撤销的"):
        undo.take_back_many(act, scope, VERIFY, row.id)
    CLOCK.forward(days=1)
    with pytest.raises(Refused, match="今天自己"):
        undo.take_back_many(act_of(session, made["supervisor"]), scope, VERIFY, row.id)


def test_five_thousand_at_most(session: Session, made: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST", 10)
    ids = seekers(session, made, 12)
    found = bulk.preview(act_of(session, made["supervisor"]), made.scope(session), VERIFY, EVERYTHING)
    assert (found.total, found.beyond) == (10, True)
    assert [each.id for each in found.verdict.fit] == ids[:10], "the oldest are taken"


def test_deeds_of_single_and_bulk_are_the_same_words() -> None:
    assert (VERIFY.deed(fine=True), CHECK.deed(fine=False)) == (EntryDeed.VERIFIED, EntryDeed.SENT_BACK)
