"""抽查: the record that an auditor believes, and what it makes of the entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from app.security.terms import Signature, SpotCheckWay
from app.services.act import Refused
from app.services.ledger import feed, write
from app.services.ledger.write import Stale, Typed
from app.services.verification import decide, spot, undo
from app.services.verification.spot import Found
from app.services.verification.stages import VERIFY
from app.store import reviews, rulebooks
from app.store.entries import Entries, LedgerEntry
from kpi.rulebook.loader import load_text
from kpi.verification import Verification, VerifiedEntry
from tests.factories.entries import call, photo, visit
from tests.factories.office import Office
from tests.services.acting import VAULT, act_of, recorded, refused

SITE = Found(
    True, SpotCheckWay.SITE, date(2026, 3, 5), "湖畔电子厂办公室", 0, "王经理 13800000077", Signature.SIGNED, "与负责人核对属实"
)  # fmt: skip


def record(made: Office, **changes: object) -> Found:
    return replace(SITE, **{"second_id": made["supervisor2"].id, **changes})  # type: ignore[arg-type]


def spot_check(session: Session, made: Office, entry: LedgerEntry, who: str = "supervisor", **changes: object) -> None:
    act = act_of(session, made[who])
    spot.spot_check(act, made.scope(session), entry.id, entry.version, record(made, **changes))


def verified(session: Session, made: Office) -> LedgerEntry:
    entry = visit(session, made)
    return decide.verify(act_of(session, made["supervisor"]), made.scope(session), entry.id, entry.version)


def test_the_outcome_is_kept_with_its_record(session: Session, made: Office) -> None:
    entry = verified(session, made)
    spot_check(session, made, entry)
    session.commit()
    (row,) = reviews.spot_checks(session, made.contract.id, entry.id)
    assert (row.genuine, row.way, row.place, row.entry_version) == (True, "site", "湖畔电子厂办公室", 2)
    assert (row.checker.id, row.second and row.second.id) == (made["supervisor"].id, made["supervisor2"].id)
    assert row.spoken_to["mask"] == "王***"
    assert "13800000077" not in repr(row.spoken_to)
    assert VAULT.open_text(row.spoken_to["sealed"], spot.context_of(made.contract.id)) == "王经理 13800000077"
    assert (entry.validated, entry.version, recorded(session)[-1]) == (True, 3, "entry.spot_checked")
    history = Entries(session, made.contract.id).history(entry.id)
    assert (history[-1].deed, history[-1].changes) == ("spot_checked", {"validated": [None, True]})


def counts(session: Session, made: Office, entry: LedgerEntry) -> bool:
    """Whether the engine counts the entry."""
    assert made.contract.rulebook_text_id is not None
    engine = Verification(load_text(rulebooks.text(session, made.contract.rulebook_text_id).text).rulebook)
    (found,) = (each for each in feed.engine_entries(made.scope(session)) if each.id == f"visits-{entry.number:06d}")
    return isinstance(engine.verify(found), VerifiedEntry)


def read_again(session: Session, made: Office, entry: LedgerEntry) -> LedgerEntry:
    """The engine's feed lets go of the rows that it has read."""
    found = Entries(session, made.contract.id).find(entry.id)
    assert found is not None
    return found


def test_what_is_untrue_does_not_count_and_a_later_check_corrects(session: Session, made: Office) -> None:
    entry = verified(session, made)
    assert counts(session, made, entry)
    entry = read_again(session, made, entry)
    spot_check(session, made, entry, genuine=False, note="当天没有走访")
    assert not counts(session, made, entry)
    entry = read_again(session, made, entry)
    spot_check(session, made, entry, "supervisor2", second_id=made["supervisor"].id, note="找到当天的签到")
    assert counts(session, made, entry)
    assert len(reviews.spot_checks(session, made.contract.id, entry.id)) == 2


def test_a_record_cannot_be_changed_or_removed(session: Session, made: Office) -> None:
    spot_check(session, made, verified(session, made))
    session.commit()
    for statement in ("UPDATE spot_check SET note = 'x'", "DELETE FROM spot_check"):
        with pytest.raises(sa.exc.DBAPIError, match="只增不改"):
            session.execute(sa.text(statement))
        session.rollback()


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"second_id": None}, "second_id", "两名检查人"), ({"place": " "}, "place", "地点"),
        ({"spoken_to": ""}, "spoken_to", "与谁谈的"), ({"note": "好"}, "note", "至少 4 个字"),
        ({"checked_on": date(2026, 3, 6)}, "checked_on", "今天之前"),
        ({"checked_on": date(2026, 3, 3)}, "checked_on", "业务日期之后"),
    ],
)  # fmt: skip
def test_what_an_auditor_would_not_believe_is_refused(
    session: Session, made: Office, changes: dict[str, object], field: str, text: str
) -> None:
    entry = verified(session, made)
    refused(field, text, lambda: spot_check(session, made, entry, **changes))


def test_the_second_is_another_person_of_the_buyer(session: Session, made: Office) -> None:
    entry = verified(session, made)
    for who in ("supervisor", "field_staff"):
        refused("second_id", "采购人的另一人", lambda who=who: spot_check(session, made, entry, second_id=made[who].id))


def test_a_call_has_no_place_and_a_look_into_the_system_nobody(session: Session, made: Office) -> None:
    entry = verified(session, made)
    spot_check(session, made, entry, way=SpotCheckWay.CALL, place="", signature=Signature.REFUSED)
    spot_check(
        session, made, entry, way=SpotCheckWay.SYSTEM, place="", second_id=None, spoken_to="", signature=Signature.NOBODY
    )  # fmt: skip


def test_who_may_and_when(session: Session, made: Office) -> None:
    entry = verified(session, made)
    with pytest.raises(Refused, match="没有审核台账的权限"):
        spot_check(session, made, entry, "project_manager")
    own = call(session, made)
    with pytest.raises(Refused, match="不能自己抽查"):
        spot_check(session, made, own)
    draft = visit(session, made, files={}, send=False)
    with pytest.raises(Refused, match="草稿"):
        spot_check(session, made, draft)
    with pytest.raises(Stale):
        spot.spot_check(act_of(session, made["supervisor"]), made.scope(session), entry.id, 1, record(made))


def test_a_changed_entry_loses_the_outcome_and_undoing_a_return_restores_it(session: Session, made: Office) -> None:
    entry, scope, boss = verified(session, made), made.scope(session), act_of(session, made["supervisor"])
    spot_check(session, made, entry)
    decide.give_back(boss, scope, entry.id, entry.version, "再补一张照片")
    assert entry.validated is None
    undo.take_back(boss, scope, VERIFY, entry.id, entry.version)
    assert (entry.state, entry.validated) == ("verified", True)
    raw = {"date": "2026-03-04", "enterprise": {"name": "湖畔新厂"}, "topic": "政策"}
    staff = act_of(session, made["field_staff"])
    write.change(staff, scope, entry.id, entry.version, Typed(raw, photo(session, made)))
    assert entry.validated is None
    decide.give_back(boss, scope, entry.id, entry.version, "再补一张照片")
    undo.take_back(boss, scope, VERIFY, entry.id, entry.version)
    assert (entry.state, entry.validated) == ("submitted", None)
