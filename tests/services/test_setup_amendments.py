"""Amendments: proposed, looked at, adopted, given up; what they would have changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from app.services.act import Missing, Refused
from app.services.books import book_by_text, book_on
from app.services.setup import amendments, effect, stages
from app.services.setup.amendments import take_effect
from app.services.setup.texts import BadText
from app.store import rulebooks
from app.store.contracts import ContractScope
from app.store.models import ContractRulebook
from kpi.ledger import Evidence, LedgerEntry
from tests.factories import organisations, people, roles, setups
from tests.factories.ground import CLOCK
from tests.services.acting import act_of, recorded, refused
from tests.services.setting_up import Desk, changed, desk, lakeside

__all__ = ["desk"]

EASIER = changed(lakeside(), ("registered >= 20", "registered >= 10"), ("at_least: 20", "at_least: 10"))
APRIL = date(2026, 4, 1)


@pytest.fixture
def at_work(desk: Desk, session: Session) -> Desk:
    """The contract live since 5 March, both questions answered."""
    worker = people.account(session, organisation=desk.contract.supplier)
    roles.membership(session, desk.contract, worker, "field_staff")
    desk.choose()
    desk.answer("tolerance", "prorata")
    desk.answer("anchor", "calendar")
    stages.begin_trial(desk.act(), desk.scope)
    stages.go_live(desk.act(), desk.scope)
    return desk


def propose(desk: Desk, text: str = EASIER, on: date = APRIL, reason: str = "补充协议一") -> ContractRulebook:
    return amendments.propose(desk.act(), desk.scope, text, on, reason)


def test_a_proposal_is_not_in_force(at_work: Desk) -> None:
    before = at_work.contract.rulebook_text_id
    row = propose(at_work)
    assert (row.revision, row.adopted_at, row.proposed_by) == (2, None, at_work.supervisor.id)
    assert at_work.contract.rulebook_text_id == before
    assert [one.revision for one in rulebooks.versions(at_work.session, at_work.contract.id)] == [1]
    assert recorded(at_work.session)[-1] == "amendment.proposed"


def test_an_adopted_one_counts_from_its_day(at_work: Desk) -> None:
    first = at_work.contract.rulebook_text_id
    row = propose(at_work)
    amendments.adopt(at_work.act(at_work.second), at_work.scope, row.id)
    assert (row.adopted_by, row.adopted_at) == (at_work.second.id, CLOCK.now)
    assert at_work.contract.rulebook_text_id == first  # April has not come
    on = [book_on(at_work.scope, day) for day in (date(2026, 3, 31), APRIL)]
    assert [book.text_id for book in on if book] == [first, row.rulebook_text_id]
    assert take_effect(at_work.scope, at_work.contract, APRIL)
    assert at_work.contract.rulebook_text_id == row.rulebook_text_id
    assert not take_effect(at_work.scope, at_work.contract, APRIL)
    assert recorded(at_work.session)[-1] == "amendment.adopted"


def test_the_day_brings_it_into_force(at_work: Desk) -> None:
    row = propose(at_work)
    amendments.adopt(at_work.act(), at_work.scope, row.id)
    assert amendments.bring_into_force(act_of(at_work.session)) == []
    CLOCK.now = CLOCK.now.replace(month=3, day=31, hour=16)  # midnight in Shanghai
    assert amendments.bring_into_force(act_of(at_work.session)) == [at_work.contract.id]
    assert at_work.contract.rulebook_text_id == row.rulebook_text_id
    assert recorded(at_work.session)[-1] == "amendment.in_force"
    assert amendments.bring_into_force(act_of(at_work.session)) == []


def test_one_that_reaches_back_is_in_force_at_once(at_work: Desk) -> None:
    row = propose(at_work, on=date(2026, 2, 1))
    amendments.adopt(at_work.act(), at_work.scope, row.id)
    assert at_work.contract.rulebook_text_id == row.rulebook_text_id


def test_errors_of_the_checkup_keep_it_from_being_adopted(at_work: Desk) -> None:
    row = propose(at_work, changed(EASIER, ("maximum: 60", "maximum: 50")))
    with pytest.raises(Refused, match="错误"):
        amendments.adopt(at_work.act(), at_work.scope, row.id)
    amendments.drop(at_work.act(), at_work.scope, row.id)
    assert row.dropped_at == CLOCK.now
    with pytest.raises(Refused, match="处理过"):
        amendments.adopt(at_work.act(), at_work.scope, row.id)


def test_one_that_is_to_come_can_be_given_up_one_in_force_cannot(at_work: Desk) -> None:
    later = propose(at_work)
    amendments.adopt(at_work.act(), at_work.scope, later.id)
    amendments.drop(at_work.act(), at_work.scope, later.id)
    present = propose(at_work, on=date(2026, 3, 1))
    amendments.adopt(at_work.act(), at_work.scope, present.id)
    with pytest.raises(Refused, match="已经生效"):
        amendments.drop(at_work.act(), at_work.scope, present.id)


def test_wrong_proposals_are_refused_at_their_field(at_work: Desk) -> None:
    for day in (date(2026, 1, 1), date(2027, 1, 1)):
        refused("effective_on", "生效日期应在", lambda day=day: propose(at_work, on=day))
    refused("reason", "理由", lambda: propose(at_work, reason=" "))
    refused("file", "没有任何改动", lambda: propose(at_work, lakeside()))
    with pytest.raises(BadText):
        propose(at_work, "key: x\n")
    row = propose(at_work)
    amendments.adopt(at_work.act(), at_work.scope, row.id)
    refused("effective_on", "不能早于它", lambda: propose(at_work, lakeside() + "\n", APRIL - timedelta(days=1)))
    assert at_work.session.query(ContractRulebook).count() == 2


def test_a_draft_has_no_amendments(desk: Desk) -> None:
    desk.choose()
    with pytest.raises(Refused, match="草拟"):
        propose(desk)


def test_a_foreign_version_is_a_missing_one(at_work: Desk, session: Session) -> None:
    other = organisations.contract(session)
    row = setups.version(session, other, at_work.supervisor)
    for use in (amendments.adopt, amendments.drop):
        with pytest.raises(Missing):
            use(at_work.act(), at_work.scope, row.id)


# -- what it would have changed -------------------------------------------------------------------


def seekers(number: int) -> Iterable[LedgerEntry]:
    """Verified registrations, one a person, in January and February."""
    for place in range(number):
        day = date(2026, 1, 5) + timedelta(days=3 * place)
        yield LedgerEntry(f"seekers-{place}", "seekers", day, {"date": day, "person": f"p{place}"}, state="verified")


def visits(number: int) -> Iterator[LedgerEntry]:
    for place in range(number):
        day = date(2026, 1, 5) + timedelta(days=place)
        yield LedgerEntry(
            f"visits-{place}", "visits", day, {"date": day, "enterprise": f"e{place}"}, state="verified",
            evidence=(Evidence("现场照片", "a.jpg"),),
        )  # fmt: skip


def feed(scope: ContractScope) -> Iterator[LedgerEntry]:
    yield from seekers(12)
    yield from visits(3)
    yield from (one._replace(id=f"x{one.id}", state="submitted") for one in seekers(30))  # does not count


def books(desk: Desk, row: ContractRulebook) -> tuple[effect.Book, effect.Book]:
    return desk.book(), book_by_text(desk.scope, row.rulebook_text_id)


def test_the_past_is_computed_under_both_versions(at_work: Desk) -> None:
    old, new = books(at_work, propose(at_work))
    found = effect.of_version(at_work.scope, old, new, date(2026, 3, 5), "", feed)
    assert (found.every, found.counted, found.refused) == ("year", 15, "")
    (year,) = found.periods
    assert year.running
    # 3 visits in January, none in February: (4 − 3) + (none recorded is not "too few", but no data)
    assert year.score.before == "58 分"
    assert year.score.after == "98 分"
    assert (year.money.before, year.money.after) == ("¥50,000.00", "¥100,000.00")
    moved = {one.title: (one.before, one.after) for one in year.moved}
    assert moved["登记求职人员"] == ("0", "40")
    assert moved["档次"] == ("不合格", "合格")


def test_periods_are_those_that_have_begun(at_work: Desk) -> None:
    old, new = books(at_work, propose(at_work))
    months = effect.of_version(at_work.scope, old, new, date(2026, 3, 5), "month", feed).periods
    assert [(one.label, one.running) for one in months] == [
        ("2026年1月", False), ("2026年2月", False), ("2026年3月（截至 2026-03-05）", True),
    ]  # fmt: skip
    assert effect.of_version(at_work.scope, old, new, date(2025, 12, 31), "month", feed).periods == ()


def test_the_same_rules_change_nothing(at_work: Desk) -> None:
    old, new = books(at_work, propose(at_work, lakeside() + "# 注释\n"))
    found = effect.of_version(at_work.scope, old, new, date(2026, 3, 5), "quarter", feed)
    assert found.periods
    assert found.changed == []


def test_another_answer_is_tried_out(at_work: Desk) -> None:
    text = changed(
        EASIER,
        ("windows: {anchor", "  - {id: enough, clauses: [LK-2], question: 多少算够?, type: number, default: 10}\nwindows: {anchor"),
        ("ledgers:\n", "parameters:\n  - {id: goal, title: 登记目标, clause: LK-2, value: {answer: enough}}\nledgers:\n"),
        ("registered >= 10", "registered >= goal"),
    )
    row = propose(at_work, text, date(2026, 2, 1))
    amendments.adopt(at_work.act(), at_work.scope, row.id)
    book = at_work.book()
    found = effect.of_answer(at_work.scope, book, "enough", "13", date(2026, 3, 5), "", feed)
    assert [(one.score.before, one.score.after) for one in found.periods] == [("98 分", "58 分")]
    assert effect.of_answer(at_work.scope, book, "enough", "12", date(2026, 3, 5), "", feed).changed == []
    assert at_work.book().given.get("enough") is None


def test_what_cannot_be_compared_says_why(at_work: Desk) -> None:
    at_work.contract.price_fen = None
    old, new = books(at_work, propose(at_work))
    (year,) = effect.of_version(at_work.scope, old, new, date(2026, 3, 5), "", feed).periods
    assert year.money.before == year.money.after == "不能计算"
    assert year.score.after == "98 分"
