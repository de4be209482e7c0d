"""Where a contract stands: so far, by the end at this pace, at best; what is behind and what it costs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.services import standing
from app.services.act import Refused
from app.services.standing import IndicatorView, Pace, StandingView, inputs, refresh
from tests.factories import setups
from tests.factories.ground import CLOCK, FrozenClock
from tests.factories.office import Office, office
from tests.services.standings import done, event, people, stand, visits

JANUARY, FEBRUARY, MARCH = (date(2026, month, 2) for month in (1, 2, 3))


@pytest.fixture
def view(session: Session, made: Office) -> StandingView:
    """On 5 March: four visits in January, two in February, one in March; seven seekers of twenty; one piece of news."""
    visits(session, made, JANUARY, 4)
    visits(session, made, FEBRUARY, 2)
    visits(session, made, FEBRUARY, 1, state="submitted")
    visits(session, made, MARCH, 1)
    visits(session, made, MARCH, 1, state="submitted")
    people(session, made, 5, FEBRUARY)
    people(session, made, 7, MARCH, state="submitted")
    done(session, made, "news", JANUARY)
    return stand(session, made)


def one(view: StandingView, clause: str) -> IndicatorView:
    return next(each for each in view.indicators if each.clause == clause)


def criterion(view: StandingView, clause: str) -> dict[str, Any]:
    return one(view, clause).criteria[0]


def test_score_so_far_at_the_end_and_at_best(view: StandingView) -> None:
    """−2 for each visit short: two in February, and one a month at this pace; seekers will be enough."""
    assert view.score is not None
    kept = {name: view.score[name] for name in ("full", "now", "end", "best", "lost", "risk")}
    assert kept == {"full": "100", "now": "56", "end": "78", "best": "96", "lost": "4", "risk": "18"}
    assert view.tier is not None
    assert [view.tier[name]["name"] for name in ("now", "end", "best")] == ["不合格", "合格", "合格"]
    assert view.money["end"] == "100000.00"


def test_windows_over_and_the_one_that_runs(session: Session, made: Office, view: StandingView) -> None:
    found = criterion(view, "LK-1")
    assert (found["due"], found["missed"], found["empty"], found["named"]) == (2, 1, 0, ["2026年2月"])
    now = found["now"]
    assert (now["label"], now["actual"], now["target"], now["claimed"]) == ("2026年3月", "1家", "4家", "2家")
    assert (now["gone"], now["days"], now["expected"], now["pace"]) == (3, 22, "0家", "ahead")
    assert standing.windows_of(made.scope(session))["LK-1/0/0"] == [
        ["2026-01-01", "2026-01-31", "met", "4"],
        ["2026-02-01", "2026-02-28", "missed", "2"],
        ["2026-03-01", "2026-03-31", "runs", "1"],
    ]


def test_a_window_that_ends_today_is_not_judged_today(session: Session, made: Office, clock: FrozenClock) -> None:
    visits(session, made, JANUARY, 3)
    clock.now = clock.now.replace(month=1, day=31)
    assert criterion(stand(session, made), "LK-1")["due"] == 0
    clock.now = clock.now.replace(month=2, day=1)
    assert criterion(stand(session, made), "LK-1")["missed"] == 1


def test_enough_is_done_but_not_verified(view: StandingView) -> None:
    found = criterion(view, "LK-2")
    assert (found["actual"], found["claimed"], found["target"]) == ("5人", "7人", "20人")
    assert found["expected"] == "3人"
    assert found["pace"] == "ahead"


@pytest.mark.parametrize(
    ("verified", "submitted", "pace"),
    [(0, 0, "behind"), (2, 0, "behind"), (2, 5, "waiting"), (3, 0, "on"), (9, 0, "ahead"), (20, 0, "met"), (2, 20, "waiting")],
)  # fmt: skip
def test_pace_is_held_against_the_working_days_gone(
    session: Session, made: Office, verified: int, submitted: int, pace: str
) -> None:
    """42 of 248 working days are gone on 5 March: 3 of 20 should be there."""
    people(session, made, verified, FEBRUARY)
    people(session, made, submitted, MARCH, state="submitted")
    assert criterion(stand(session, made), "LK-2")["pace"] == pace


def test_what_is_behind_stands_by_yuan_then_points(session: Session, made: Office) -> None:
    visits(session, made, JANUARY, 4)
    visits(session, made, FEBRUARY, 3)
    people(session, made, 2, FEBRUARY)
    done(session, made, "hotline", MARCH, fields={"date": "2026-03-02", "time": "09:30", "answered": False})
    view = stand(session, made)
    assert [(each.clause, each.points, each.yuan, each.pace) for each in view.behind] == [
        ("LK-2", "40", "¥50,000.00", Pace.BEHIND), ("LK-3", "", "", Pace.OVER),
    ]  # fmt: skip
    assert standing.behind(made.scope(session)) == view.behind


def test_the_price_of_one_more_shortfall(session: Session, made: Office, view: StandingView) -> None:
    scope = made.scope(session)
    visit, seeker = standing.price_of(scope, "LK-1"), standing.price_of(scope, "LK-2")
    assert visit is not None
    assert seeker is not None
    assert (visit.points, visit.yuan, visit.text) == ("2", "", "再差 1 家，约扣 2 分")
    assert (seeker.points, seeker.yuan) == ("40", "¥50,000.00")
    assert seeker.text == "再差 1 人，约扣 40 分、少得 ¥50,000.00"
    assert standing.price_of(scope, "LK-4") is None


def test_the_row_is_read_once(session: Session, made: Office, view: StandingView) -> None:
    scope = made.scope(session)
    assert standing.of(scope) is standing.of(scope)
    assert standing.of_many(session, [made.contract.id, 999]).keys() == {made.contract.id}


def test_without_a_standing_nothing_is_claimed(session: Session, made: Office) -> None:
    scope = made.scope(session)
    assert standing.of(scope) is None
    assert standing.price_of(scope, "LK-1") is None
    assert standing.behind(scope) == []


def test_what_holds_money_is_told(view: StandingView) -> None:
    assert view.money["status"] == "blocked"
    assert any("登记人数不足怎样付款" in reason for reason in view.money["reasons"])
    assert [line["id"] for line in view.money["lines"]] == ["whole"]


def test_payments_from_before_the_console_are_paid(session: Session, made: Office) -> None:
    given = {"kind": "payment", "score": None, "amount_fen": 1_000_00, "tranche": "whole"}
    supervisor, head = made["supervisor"], made["deputy_head"]
    setups.opening(session, made.contract, supervisor, **given)
    assert stand(session, made).money["lines"][0]["paid"] is None, "nobody has confirmed it"
    setups.opening(session, made.contract, supervisor, **given, confirmed_by=head.id, confirmed_at=CLOCK.now)
    assert stand(session, made).money["lines"][0]["paid"] == "1000.00"


def test_entries_that_do_not_count_say_why(session: Session, made: Office) -> None:
    row = done(session, made, "visits", JANUARY)
    session.flush()
    row.validated = False
    counts = stand(session, made).data["counts"]
    assert (counts["claimed"], counts["counted"]) == (1, 0)
    assert counts["left_out"] == [["抽查认定不属实，不计入完成值", 1]]


def test_practice_and_the_future_do_not_count(session: Session, made: Office) -> None:
    done(session, made, "news", JANUARY, trial=True)
    done(session, made, "news", date(2026, 5, 1))
    counts = stand(session, made).data["counts"]
    assert (counts["claimed"], counts["later"], counts["counted"]) == (1, 1, 0)


def test_entries_come_a_few_at_a_time(session: Session, made: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    visits(session, made, JANUARY, 5)
    people(session, made, 2, JANUARY)
    whole = stand(session, made)
    monkeypatch.setattr("app.store.standing.CHUNK", 2)
    again = stand(session, made)
    assert again.data["counts"] == whole.data["counts"]
    assert again.data["indicators"] == whole.data["indicators"]
    assert again.data["counts"]["counted"] == 7, "each with its evidence"


def test_a_trial_stands_by_its_practice(session: Session) -> None:
    made = office(session)
    made.contract.state = "trial"
    done(session, made, "news", JANUARY, trial=True)
    view = stand(session, made)
    assert view.data["trial"] is True
    assert view.data["counts"]["counted"] == 1


def test_after_the_term_everything_is_over(session: Session, made: Office, clock: FrozenClock) -> None:
    for month in range(1, 13):
        visits(session, made, date(2026, month, 2), 4 if month < 12 else 1)
    people(session, made, 3, JANUARY)
    clock.now = clock.now.replace(year=2027)
    view = stand(session, made)
    assert view.data["over"] is True
    assert (criterion(view, "LK-1")["due"], criterion(view, "LK-1")["named"]) == (12, ["2026年12月"])
    assert view.score is not None
    assert {view.score[name] for name in ("now", "end", "best")} == {"54"}
    assert view.data["levers"] == []
    assert [each.clause for each in view.behind] == ["LK-1", "LK-2", "LK-4"]


def test_before_the_term_there_is_nothing_to_compute(session: Session, clock: FrozenClock) -> None:
    made = office(session, starts_on=date(2026, 4, 1), ends_on=date(2027, 3, 31))
    with pytest.raises(Refused, match="2026-04-01"):
        refresh.computed(made.scope(session), clock.now)
    assert refresh.wished(session, clock.now) == []


def test_what_cannot_be_computed_says_so(session: Session, made: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    from kpi.rulebook.answers import Refused as Unanswerable

    def refuse(_: object) -> object:
        raise Unanswerable("bad_input", "合同期不对；请核对")

    monkeypatch.setattr("app.services.standing.refresh.shapes.compute", refuse)
    view = stand(session, made)
    assert view.refused == "合同期不对；请核对"
    assert view.indicators == []
    assert view.days == ()


# -- when it is computed --------------------------------------------------------------------------


def wishes(session: Session) -> list[int]:
    return [each.contract_id for each in refresh.wished(session, CLOCK.now)]


def test_a_change_asks_for_it(session: Session, made: Office, view: StandingView) -> None:
    assert wishes(session) == []
    event(session, done(session, made, "news", MARCH))
    assert wishes(session) == [made.contract.id]


def test_another_contract_does_not(session: Session, made: Office, view: StandingView) -> None:
    other = office(session)
    done(session, other, "news", MARCH)
    assert wishes(session) == [other.contract.id]


def test_a_new_day_an_answer_and_a_table_of_holidays_do(
    session: Session, made: Office, view: StandingView, clock: FrozenClock
) -> None:
    made.scope(session).answer("anchor", "anniversary", "会议", made["supervisor"].id, clock.now)
    assert wishes(session) == [made.contract.id]
    stand(session, made)
    setups.calendar_text(session, made["supervisor"])
    assert wishes(session) == [made.contract.id]
    stand(session, made)
    assert wishes(session) == []
    clock.forward(days=1)
    assert wishes(session) == [made.contract.id]


def test_at_most_once_in_five_minutes(session: Session, made: Office, clock: FrozenClock) -> None:
    first, again = refresh.wished(session, clock.now), refresh.wished(session, clock.now)
    assert [each.period for each in first] == [f"{made.contract.id}@2026-03-05T09:00"]
    assert first == again
    clock.forward(minutes=5)
    assert refresh.wished(session, clock.now) != first


def test_days_are_kept_for_comparison(session: Session, made: Office, clock: FrozenClock) -> None:
    for _ in range(refresh.DAYS_KEPT + 3):
        stand(session, made)
        clock.forward(days=1)
    clock.forward(days=-1)
    view = stand(session, made)
    assert len(view.days) == refresh.DAYS_KEPT
    week = view.days_ago(7)
    assert week is not None
    assert (view.day - date.fromisoformat(week["day"])).days == 7
    assert view.days_ago(refresh.DAYS_KEPT) is None


def test_inputs_that_no_longer_fit_are_left_out(session: Session, made: Office) -> None:
    supervisor = made["supervisor"]
    setups.opening(
        session, made.contract, supervisor, kind="payment", score=None, amount_fen=5, tranche="gone",
        confirmed_by=made["deputy_head"].id, confirmed_at=CLOCK.now,
    )  # fmt: skip
    found = inputs.gather(made.scope(session), made.contract, date(2026, 3, 5))
    assert found.given.paid == {}
    assert len(found.left_out) == 1


# -- what stands beside ---------------------------------------------------------------------------


def test_the_lag_of_each_person(session: Session, made: Office) -> None:
    """Days between the work and its entry, over thirty days back."""
    done(session, made, "news", MARCH)
    done(session, made, "news", date(2026, 2, 27))
    done(session, made, "news", date(2026, 2, 3))
    [lag] = stand(session, made).data["lag"]
    person = made["field_staff"]
    assert lag == {
        "id": person.id, "name": person.display_name, "organisation": person.organisation_id, "number": 2,
        "days": 3 + 6, "most": 6,
    }  # fmt: skip


def test_the_week_s_change(session: Session, made: Office, clock: FrozenClock) -> None:
    event(session, done(session, made, "news", JANUARY), "verified")
    stand(session, made)
    clock.forward(days=4)
    event(session, done(session, made, "news", JANUARY), "returned")
    assert stand(session, made).data["week"] == {"entered": 2, "verified": 1, "returned": 1}
    clock.forward(days=4)
    assert stand(session, made).data["week"] == {"entered": 1, "verified": 0, "returned": 1}


def test_questions_that_hold_payment(session: Session, made: Office) -> None:
    assert [each["id"] for each in stand(session, made).data["open"]] == ["tolerance"]
    made.scope(session).answer("tolerance", "none", "会议", made["supervisor"].id, CLOCK.now)
    assert stand(session, made).data["open"] == []
