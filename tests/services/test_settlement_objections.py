"""告知书, objection and answer of a 质保金不予返还: numbered, served, contested in time, upheld or revoked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from app.security.case_terms import Receipt, ServiceWay
from app.services import official
from app.services.act import Refused
from app.services.official import Sealing, Serving
from app.services.official.papers import paper_of
from app.services.settlement import objections
from app.services.settlement.common import Done, Moved
from app.store.documents import OfficialDocument
from tests.factories.ground import CLOCK
from tests.services.settling import Till, key
from tests.services.test_settlement_forfeits import decide, propose, revoke, row_of, waits
from tests.services.test_settlement_retained import held, year_paid

TODAY = CLOCK.now.date()


@pytest.fixture
def lake(session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Till:
    """¥5,000.00 stand in 保留; ¥2,000.00 of them were found not to be given back."""
    return year_paid(session, tmp_path, monkeypatch)


def kept(made: Till) -> Done:
    done = propose(made, "2000.00")
    decide(made, done)
    return done


def contest(made: Till, done: Done, *, seen: int = 0, at: date | None = None) -> Done:
    row = row_of(made, done)
    act = made.act("project_manager")
    files = [made.file("project_manager")]
    return made.done(objections.raise_one(act, made.scope, row.id, "投诉已在期限内办结，附办结单", files, seen or row.version, key()))


def uphold(made: Till, done: Done, who: str = "deputy_head") -> Done:
    row = row_of(made, done)
    return made.done(objections.uphold(made.act(who), made.scope, row.id, "办结单的日期在期限以后", row.version, key()))


def serve(made: Till, letter: OfficialDocument, day: date) -> None:
    official.seal(made.act("supervisor"), made.scope, letter.id, Sealing(day, "周局长", [made.file("supervisor")]))
    proof = Serving(ServiceWay.HAND, "李经理", Receipt.SIGNED, "", day, "", [made.file("supervisor")])
    official.serve(made.act("supervisor"), made.scope, letter.id, proof)
    made.session.commit()


def test_the_letter_says_what_is_kept_and_until_when_it_can_be_contested(lake: Till) -> None:
    done = propose(lake, "2000.00")
    row = row_of(lake, done)
    with pytest.raises(Refused, match="认定以后才能出具告知书"):
        objections.letter(lake.act("supervisor"), lake.scope, row.id, 5)
    lake.session.rollback()
    decide(lake, done)
    with pytest.raises(Refused, match="1 至 60 个工作日"):
        objections.letter(lake.act("supervisor"), lake.scope, row.id, 0)
    letter = objections.letter(lake.act("supervisor"), lake.scope, row.id, 5)
    assert letter.number == f"履约函〔{TODAY.year}〕1号"
    with pytest.raises(Refused, match="告知书已经出具"):
        objections.letter(lake.act("supervisor"), lake.scope, row.id, 5)
    said = str(letter.content)
    for part in ("¥2,000.00（贰仟元整）", "LK-4，返还条件不能再满足", "投诉到期没有办结", "送达次日起 5 个工作日内"):
        assert part in said
    assert objections.objection_of(lake.scope, row).until is None, "the days run from service"
    serve(lake, letter, TODAY)
    so_far = objections.objection_of(lake.scope, row)
    assert (so_far.served, so_far.until) == (TODAY, date(2026, 3, 12))
    paper = paper_of(lake.scope, letter)
    assert "送达回证" in str(paper.blocks), "what is served goes out with the proof of it"


def test_an_objection_is_answered_and_upheld_moves_nothing(lake: Till) -> None:
    done = kept(lake)
    money = held(lake)
    with pytest.raises(Refused, match="没有要答复的异议"):
        uphold(lake, done)
    lake.session.rollback()
    contest(lake, done)
    assert waits(lake, "deputy_head") == [("答复异议", "¥2,000.00")]
    assert waits(lake, "project_manager") == [], "who contests it has read it"
    with pytest.raises(Refused, match="已经提出过异议"):
        contest(lake, done)
    lake.session.rollback()
    with pytest.raises(Refused, match="还没有答复异议"):
        objections.reply(lake.act("supervisor"), lake.scope, row_of(lake, done).id)
    lake.session.rollback()
    with pytest.raises(Refused, match="由采购人一方"):
        uphold(lake, done, "project_manager")
    lake.session.rollback()
    old = row_of(lake, done).version
    uphold(lake, done)
    assert (held(lake), waits(lake, "deputy_head")) == (money, [])
    with pytest.raises(Moved):
        objections.uphold(lake.act("deputy_head"), lake.scope, row_of(lake, done).id, "再答一次也维持", old, key())
    lake.session.rollback()
    said = str(objections.reply(lake.act("supervisor"), lake.scope, row_of(lake, done).id).content)
    for part in ("投诉已在期限内办结", "维持原认定", "办结单的日期在期限以后"):
        assert part in said


def test_an_objection_that_is_right_gives_the_sum_back(lake: Till) -> None:
    done = kept(lake)
    contest(lake, done)
    revoke(lake, done)
    so_far = objections.objection_of(lake.scope, row_of(lake, done))
    assert (so_far.waits, so_far.upheld, held(lake)["retained"]) == (False, False, "5000.00")
    assert waits(lake, "deputy_head") == []
    assert waits(lake, "project_manager") == [("知悉", "¥2,000.00")]
    said = str(objections.reply(lake.act("deputy_head"), lake.scope, row_of(lake, done).id).content)
    assert "撤销原认定" in said
    assert "¥2,000.00 恢复保留" in said


def test_after_its_days_it_is_too_late(lake: Till, monkeypatch: pytest.MonkeyPatch) -> None:
    done = kept(lake)
    row = row_of(lake, done)
    letter = objections.letter(lake.act("supervisor"), lake.scope, row.id, 5)
    lake.session.commit()
    serve(lake, letter, TODAY)
    monkeypatch.setattr(objections, "_served", lambda scope, paper: (date(2026, 2, 2), date(2026, 2, 9)))
    with pytest.raises(Refused, match="异议期到 2026-02-09 为止，已经过了"):
        contest(lake, done)
