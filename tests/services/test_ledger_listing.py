"""Lists below the pages: every filter and order against a plain sort in memory; drafts, views, people, checks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.services.act import Refused
from app.services.ledger import checking, drafts, listing, people, together, views
from app.services.ledger.desk import Desk
from app.services.ledger.write import Typed, Unfit
from app.store.entries import Entries
from app.store.ledger_figures import Figures
from app.store.ledger_listing import MARK, WARNED, Line, Listing, Wanted
from app.store.models import EntryDraft, EntryKey, Person
from tests.factories import ledgers
from tests.factories.office import CODES, Office, evidence_file, office
from tests.services.acting import act_of

COUNT = 60
VISIT = {"date": "2026-03-04", "enterprise": {"name": "湖畔电子", "code": CODES[0]}, "topic": "政策"}


@pytest.fixture
def full(session: Session, made: Office) -> Office:
    """Visits in two outlets, by two people, in several states, with keys; two of them on each day."""
    for place in range(COUNT):
        day = date(2026, 1, 1) + timedelta(days=place // 2)
        author = made["field_staff" if place % 3 else "field_staff2"]
        row = ledgers.entry(
            session, made.contract, author, number=place + 1, business_date=day,
            state="draft" if place % 5 == 0 else "submitted", outlet_id=made.outlets[place % 2].id,
        )  # fmt: skip
        keys = [("topic", "政策" if place % 4 else "培训"), *([(MARK, WARNED)] if place % 6 == 0 else [])]
        Entries(session, made.contract.id).set_keys(row, keys)
    session.commit()
    return made


Test = Callable[[int], bool]
FILTERS: list[tuple[Callable[[Office], dict[str, Any]], Test]] = [
    (lambda made: {}, lambda n: True),
    (lambda made: {"state": "draft"}, lambda n: (n - 1) % 5 == 0),
    (lambda made: {"author": made["field_staff2"].id}, lambda n: (n - 1) % 3 == 0),
    (lambda made: {"outlets": (made.outlets[1].id,)}, lambda n: (n - 1) % 2 == 1),
    (lambda made: {"outlets": tuple(each.id for each in made.outlets)}, lambda n: True),
    (lambda made: {"from_on": date(2026, 1, 5), "until_on": date(2026, 1, 20)}, lambda n: 4 <= (n - 1) // 2 <= 19),
    (lambda made: {"keys": (("topic", "培训"),)}, lambda n: (n - 1) % 4 == 0),
    (lambda made: {"keys": (("topic", "培训"), (MARK, WARNED)), "state": "draft"}, lambda n: (n - 1) % 60 == 0),
    (lambda made: {"keys": (("topic", "政策"),), "from_on": date(2026, 1, 10)}, lambda n: (n - 1) % 4 and (n - 1) // 2 >= 9),
    (lambda made: {"number": 7}, lambda n: n == 7),
]


@pytest.mark.parametrize(("place", "newest"), product(range(len(FILTERS)), (True, False)))
def test_pages_are_a_plain_sort_cut_in_pieces(session: Session, full: Office, place: int, newest: bool) -> None:
    given, fits = FILTERS[place]
    wanted = Wanted("visits", **given(full), newest_first=newest)
    shelf = Listing(session, full.contract.id)
    expected = [number for number in range(1, COUNT + 1) if fits(number)]
    expected = expected[::-1] if newest else expected
    there: list[Line] = []
    page = shelf.page(wanted, 7)
    assert not page.earlier
    while True:
        there += page.lines
        if not page.later:
            break
        page = shelf.page(wanted, 7, after=page.last)
        assert page.earlier
    assert [line.number for line in there] == expected
    while page.earlier:
        page = shelf.page(wanted, 7, before=page.first)
    assert [line.number for line in page.lines] == expected[: len(page.lines)]


def test_another_contract_and_ledger_stay_out(session: Session, full: Office) -> None:
    other = office(session)
    ledgers.entry(session, other.contract, other["field_staff"], number=1)
    ledgers.entry(session, full.contract, full["field_staff"], number=1, ledger="news")
    assert len(Listing(session, full.contract.id).page(Wanted("visits"), 100).lines) == COUNT
    assert len(Listing(session, full.contract.id).page(Wanted("news"), 100).lines) == 1
    figures = Figures(session, full.contract.id)
    assert figures.waiting()["visits", "draft"] == COUNT // 5
    assert figures.waiting(full["field_staff2"].id)["visits", "submitted"] == 16
    assert figures.most_used(full["field_staff"].id, 5) == ["visits", "news"]


def test_what_was_not_saved_is_sealed(session: Session, made: Office) -> None:
    act, scope = act_of(session, made["field_staff"]), made.scope(session)
    drafts.save(act, scope, "seekers", None, [("v-person-id_number", "360824199001010014"), ("v-wish", "保洁")])
    row = session.query(EntryDraft).one()
    assert b"360824199001010014" not in row.sealed
    kept = drafts.kept(act, scope, "seekers", None)
    assert kept is not None
    assert kept.pairs[0] == ("v-person-id_number", "360824199001010014")
    assert drafts.kept(act_of(session, made["field_staff2"]), scope, "seekers", None) is None
    row.sealed = b"\x02k9" + row.sealed[3:]
    assert drafts.kept(act, scope, "seekers", None) is None, "a draft whose key is gone is worth nothing"


def test_views_are_few_and_forget_the_person(session: Session, made: Office) -> None:
    act, scope = act_of(session, made["field_staff"]), made.scope(session)
    ledger = Desk.at(act, scope, "seekers").ledger
    asked = listing.parsed(ledger, {"person": "12", "state": "draft"})
    view = views.save(act, scope, "seekers", " 我的 ", asked, ["wish"], default=True)
    assert (view.name, view.query) == ("我的", {"state": "draft"})
    again = views.save(act, scope, "seekers", "别的", asked, [], default=True)
    assert (view.is_default, again.is_default) == (False, True)
    for place in range(views.MOST - 2):
        views.save(act, scope, "seekers", f"第{place}个", asked, [], default=False)
    with pytest.raises(Refused, match="最多存"):
        views.save(act, scope, "seekers", "再一个", asked, [], default=False)


def test_a_phone_finds_the_whole_family(session: Session, made: Office) -> None:
    act, scope = act_of(session, made["supervisor"]), made.scope(session)
    for number in ("360824199001010014", "360824199001010030"):
        people.keep(act, made.contract.id, people.Known(f"甲{number[-2]}", number, "13800000001"))
    assert len(people.by_search(act, scope, "13800000001")) == 2
    assert len(people.by_search(act, scope, "360824199001010014")) == 1
    for text in ("", "  ", "甲一", "1380000"):
        with pytest.raises(Refused, match="请写完整"):
            people.by_search(act, scope, text)


def test_looking_writes_nothing(session: Session, made: Office) -> None:
    desk = Desk.at(act_of(session, made["field_staff"]), made.scope(session), "seekers")
    raw = {"date": "2026-03-04", "person": {"name": "甲一", "id_number": "360824199001010014"}, "wish": "保洁"}
    assert checking.look(desk, raw, {}).fit
    assert not session.query(Person).count()
    assert not session.query(EntryKey).count()
    assert [each.field for each in checking.look(desk, {"date": "2026-03-04"}, {}).missing] == ["person", "wish"]


def test_one_activity_is_kept_whole_or_not_at_all(session: Session, made: Office) -> None:
    act, scope = act_of(session, made["field_staff"]), made.scope(session)
    files = {"现场照片": [evidence_file(session, made.contract, made["field_staff"]).id]}
    news = together.Also("news", Typed({"date": "2026-03-04"}, client_key="k"))
    with pytest.raises(Unfit, match="必填项"):
        together.enter_all(act, scope, "visits", Typed(VISIT, files, client_key="k"), [news])
    session.rollback()
    files = {"现场照片": [evidence_file(session, made.contract, made["field_staff"]).id]}
    news = together.Also("news", Typed({"date": "2026-03-04", "channels": ["公众号"]}))
    first = together.enter_all(act, scope, "visits", Typed(VISIT, files, client_key="k"), [news])
    again = together.enter_all(act, scope, "visits", Typed(VISIT, files, client_key="k"), [news])
    assert [each.id for each in first] == [each.id for each in again]
    assert first[1].activity_id == first[0].id
